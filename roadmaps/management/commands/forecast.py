import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps import queries, services
from roadmaps.models import ForecastRun
from tpm.models import Product

WIDTH = 44


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
            self.stdout.write(json.dumps({"chance": chance, **result.to_dict()}, indent=2))
        else:
            self.say(found, plan, result, chance)

    def say(self, product: Product, plan: engine.Plan, result: Any, chance: float | None) -> None:
        self.stdout.write(
            f"{product.name}, {plan.today}: {len(result.order)} open items, "
            f"{result.trials:,} trials, seed {result.seed}"
        )
        if result.without_estimate:
            self.stdout.write(f"{result.without_estimate} without an estimate of their own")
        if chance is not None:
            self.stdout.write(f"All of it by its targets: {chance:.0%}")
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
        kept = "" if row.chance is None else f"{row.target}  {row.chance:.0%}"
        self.stdout.write(f"{short:<{WIDTH}} {'  '.join(days)}  {kept}".rstrip())
