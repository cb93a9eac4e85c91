import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps import queries, services
from roadmaps.models import ForecastRun
from tpm import formats
from tpm.models import Product

WIDTH = 44


def told(result: engine.Result, chance: float | None) -> dict[str, Any]:
    """A result as JSON, its order by keys."""
    keys = {item.id: item.key for item in result.items}
    return {"chance": chance, **result.to_dict(), "order": [keys[id] for id in result.order]}


def end_words(finish: engine.Dates, chance: float | None) -> str:
    """The same first sentence as on the forecast page."""
    p50, p85 = (day or "beyond ten years" for day in (finish.p50, finish.p85))
    said = f"All open work: 50 % by {p50}, 85 % by {p85}"
    return (
        f"{said}; {formats.chance(chance)} that every target holds" if chance is not None else said
    )


def works(plan: engine.Plan, team: int) -> bool:
    """Whether a team has anything to do in the plan."""
    done = engine.State.DONE
    return any(
        team in (item.team, *(part.team for part in item.parts)) and item.state != done
        for item in plan.items
    )


class Command(BaseCommand):
    help = "Simulate a product's plan as it stands and print the dates; nothing is stored."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--product", required=True, metavar="KEY")
        parser.add_argument("--json", action="store_true", help="print the whole result as JSON")
        parser.add_argument("--trials", type=int, default=engine.TRIALS, metavar="N")
        parser.add_argument("--seed", type=int, metavar="N", help="else the plan's own")

    def handle(self, *args, product: str, trials: int, seed: int | None, **options) -> None:
        found = Product.objects.filter(key__iexact=product).first()
        if found is None:
            known = ", ".join(Product.objects.order_by("key").values_list("key", flat=True))
            raise CommandError(f"There is no product {product}. There are: {known or 'none'}.")
        if not 1 <= trials <= 1_000_000:
            raise CommandError("--trials is between 1 and 1,000,000.")
        if seed is not None and not 0 <= seed < 2**64:
            raise CommandError("--seed is between 0 and 2^64 - 1.")
        plan = queries.plan_of(found, as_of=timezone.localdate())
        newest = ForecastRun.objects.filter(product=found).first()
        plan = services.keep_order(plan, newest, ForecastRun.Reason.CHANGE)
        try:
            result, chance = engine.simulate_jointly(
                plan, trials=trials, seed=found.plan_seed if seed is None else seed
            )
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.put(lambda: self.stdout.write(json.dumps(told(result, chance), indent=2)))
        else:
            self.put(lambda: self.say(found, plan, result, chance))

    def put(self, say: Callable[[], Any]) -> None:
        """Print, and stop without a word once nobody reads on (`| head`)."""
        try:
            say()
            self.stdout.flush()
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - else Python writes to it at its end

    def say(self, product: Product, plan: engine.Plan, result: Any, chance: float | None) -> None:
        n = len(result.order)
        self.stdout.write(
            f"{product.name}, {plan.today}: {n} open item{'' if n == 1 else 's'}, "
            f"{result.trials:,} trials, seed {result.seed}"
        )
        if result.project and result.project.finish:
            self.stdout.write(end_words(result.project.finish, chance))
        for team in result.teams:
            if team.places is None and works(plan, team.id):
                self.stdout.write(f"Nobody is recorded in {team.name}: its dates are early")
        if result.without_estimate:
            self.stdout.write(f"{result.without_estimate} without an estimate of their own")
        titles = dict(product.objectives.values_list("pk", "title"))
        self.head("Objectives")
        for objective in result.objectives:
            if objective.finish is not None:
                self.line(titles.get(objective.id, objective.key), objective)
        self.head("Items, in start order")
        names = dict(product.items.values_list("pk", "title"))
        by_id = {item.id: item for item in result.items}
        for id in result.order:
            self.line(f"{by_id[id].key} {names[id]}", by_id[id])

    def head(self, name: str) -> None:
        heading = f"{name:<{WIDTH}} {'P50':<10}  {'P85':<10}  {'P95':<10}  by target"
        self.stdout.write(self.style.MIGRATE_HEADING(heading))

    def line(self, name: str, row: Any) -> None:
        short = name if len(name) <= WIDTH else f"{name[: WIDTH - 1]}…"
        finish = row.finish
        days = [f"{day or 'beyond'!s:<10}" for day in (finish.p50, finish.p85, finish.p95)]
        kept = "" if row.chance is None else f"{row.target}  {formats.chance(row.chance)}"
        self.stdout.write(f"{short:<{WIDTH}} {'  '.join(days)}  {kept}".rstrip())
