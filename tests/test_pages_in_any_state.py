"""Pages, exports and answers over REST, wherever people and the worker have left a product.

People act in random order and the worker's steps fall between them, so that a page is met after a
forecast and before its explanation, with an objective that needs nothing, a team of nobody, or
debt that nobody has scored. Each walk is one seed; those that are kept have found something.
"""

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from debt import refresh
from debt import services as debt
from debt.maths.ranges import Range
from debt.models import DebtItem
from roadmaps import services as roadmap
from roadmaps.models import Baseline, ForecastRun, Item, ItemLink, Objective, Scenario
from tests.permission_rules import RULES
from tpm.models import Component, Product, Team
from tpm.sample.clock import set_to
from tradeoffs import services as decisions
from tradeoffs.models import Consequence, Criterion, Decision, Option, Prediction

STEPS = 60
FIRST = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
"""The Monday on which every walk begins: a seed that finds something finds it again tomorrow."""
QUERIES = (
    "", "", "", "?zoom=fit", "?sort=effort", "?sort=-chance", "?sort=net", "?group=team",
    "?lanes=component", "?q=state:any", "?since=1", "?budget=5", "?month=2026-01", "?page=9",
)  # fmt: skip


class Walk:
    """Chances of one seed, and the rows that they fall on."""

    def __init__(self, product: Product, by, seed: int):
        self.product, self.by, self.rng = product, by, random.Random(seed)

    def one(self, model, **fields) -> Any:
        rows = list(model.objects.filter(**fields).order_by("pk"))
        if not rows:
            raise ValidationError("There is none yet.")
        return self.rng.choice(rows)

    def maybe(self, value: Any) -> Any:
        return value if self.rng.random() < 0.5 else None

    def day(self) -> datetime.date:
        return timezone.localdate() + datetime.timedelta(self.rng.choice((-40, -3, 0, 5, 30, 200)))

    def spread(self) -> tuple[float, float, float]:
        low = self.rng.choice((0.5, 2, 8))
        return low, low * self.rng.choice((1, 2)), low * self.rng.choice((2, 6))

    def item(self, **fields) -> Item:
        return self.one(Item, product=self.product, **fields)

    def owed(self, **fields) -> DebtItem:
        return self.one(DebtItem, product=self.product, **fields)

    def decision(self, **fields) -> Decision:
        return self.one(Decision, product=self.product, **fields)


def new_item(at: Walk) -> None:
    fields = {}
    if at.rng.random() < 0.7:
        fields["team"] = at.one(Team)
    if at.rng.random() < 0.4:
        fields["objective"] = at.one(Objective)
    item = roadmap.create_item(at.product, by=at.by, title="Work", **fields)
    if at.rng.random() < 0.7:
        low, likely, high = at.spread()
        roadmap.estimate_item(item, by=at.by, p10_days=low, p50_days=likely, p90_days=high)


def new_debt(at: Walk) -> None:
    fields: dict[str, Any] = {"paths": ["a.py"]}
    if at.rng.random() < 0.8:
        fields["team"] = at.one(Team)
    if at.rng.random() < 0.8:
        fields["interest"] = Range(*at.spread())
    if at.rng.random() < 0.6:
        names = (f"principal_{end}_days" for end in ("p10", "p50", "p90"))
        fields |= dict(zip(names, at.spread(), strict=True))
    debt.log_debt_item(at.product, by=at.by, title="Debt", **fields)


def new_decision(at: Walk) -> None:
    options, criteria = (
        ("A", "B", "C")[: at.rng.randint(0, 3)],
        ("Ease", "Cost")[: at.rng.randint(0, 2)],
    )
    found = decisions.draft_decision(
        at.product, by=at.by, title="Which?", options=options, criteria=criteria
    )
    for option in found.options.all():
        for criterion in found.criteria.all():
            if at.rng.random() < 0.8:
                p50 = at.rng.randint(1, 5)
                decisions.score_cell(option, criterion, by=at.by, version=None, p50=p50)


def new_change(at: Walk) -> None:
    asked = at.rng.choice((
        {"do": "drop", "item": at.item().key},
        {"do": "people", "team": at.one(Team).slug, "people": 2},
        {"do": "add", "title": "New", "text": "3..5..8", "team": at.one(Team).slug},
    ))  # fmt: skip
    roadmap.add_change(at.one(Scenario), by=at.by, asked=asked)


def look_forward(at: Walk) -> None:
    roadmap.refresh_forecast(at.product.pk, trials=100)


def a_round_of_the_worker(at: Walk) -> None:
    """What is due is done, in its order; what explains the forecast comes another time."""
    for team in Team.objects.all():
        refresh.refresh_scores(team.pk)
    look_forward(at)


def explain(at: Walk) -> None:
    if newest := ForecastRun.objects.first():
        roadmap.explain_forecast(newest.pk)


def by_hand(at: Walk, do: Callable, *of, **fields) -> None:
    do(*of, by=at.by, version=None, **fields)


ACTS: tuple[Callable[[Walk], Any], ...] = (
    # people
    new_item, new_item, new_item, new_debt, new_debt, new_decision, new_change,
    lambda at: roadmap.create_objective(
        at.product, by=at.by, title="Aim", target_date=at.maybe(at.day())
    ),
    lambda at: roadmap.close_objective(at.one(Objective), by=at.by, on=at.maybe(at.day())),
    lambda at: by_hand(at, roadmap.edit_objective, at.one(Objective), target_date=at.day()),
    lambda at: by_hand(
        at, roadmap.edit_item, at.item(), objective=at.maybe(at.one(Objective)),
        target_date=at.maybe(at.day()),
    ),
    lambda at: by_hand(at, roadmap.edit_item, at.item(), parent=at.maybe(at.item())),
    lambda at: roadmap.move_item(
        at.item(), by=at.by, state=at.rng.choice(Item.State.values), on=at.day()
    ),
    lambda at: roadmap.link_items(at.item(), at.item(), by=at.by),
    lambda at: roadmap.unlink_items(at.one(ItemLink), by=at.by),
    lambda at: roadmap.commit_baseline(at.product, by=at.by, name=f"B{at.rng.random()}"),
    lambda at: roadmap.create_scenario(at.product, by=at.by, name=f"S{at.rng.random()}"),
    lambda at: by_hand(at, debt.plan_it, at.owed()),
    lambda at: by_hand(at, debt.write_off, at.owed(), why="So"),
    lambda at: by_hand(at, debt.reopen, at.owed(), why="So"),
    lambda at: debt.mark_paid(at.owed(), by=at.by),
    lambda at: debt.tap(at.owed(), by=at.by, minutes=30),
    lambda at: by_hand(at, debt.accept_until, at.owed(), until=at.day(), why="So"),
    lambda at: by_hand(at, decisions.submit_for_review, at.decision()),
    lambda at: by_hand(at, decisions.accept_decision, at.decision(), why="So"),
    lambda at: by_hand(at, decisions.withdraw, at.decision()),
    lambda at: decisions.add_consequence(at.decision(), by=at.by, kind="bad", text="It polls"),
    lambda at: decisions.add_prediction(
        at.decision(), by=at.by, text="Fast", due_on=at.day(), chance=0.5
    ),
    # the worker
    look_forward, a_round_of_the_worker, a_round_of_the_worker, a_round_of_the_worker,
    explain, explain, explain,
    lambda at: roadmap.study_forecast(at.one(ForecastRun).pk),
    lambda at: roadmap.refresh_learning(at.product.pk),
    lambda at: roadmap.refresh_priorities(at.product.pk),
    lambda at: roadmap.refresh_scenario(at.one(Scenario).pk, trials=100),
    lambda at: roadmap.thin_runs(at.product.pk, today=timezone.localdate()),
    lambda at: roadmap.record_team_drag(at.one(Team), p10=0.1, p50=0.2, p90=0.4),
    lambda at: refresh.refresh_scores(at.one(Team).pk),
    lambda at: decisions.refresh_robustness(at.decision().pk),
)  # fmt: skip


def walk(at: Walk) -> datetime.datetime:
    """Random acts, up to a day apart; returns the moment after the last."""
    moment = FIRST
    for _ in range(STEPS):
        moment += datetime.timedelta(hours=at.rng.choice((0, 1, 20, 30)))
        with (
            set_to(moment),
            suppress(ValidationError, PermissionDenied),
            transaction.atomic(),
        ):
            at.rng.choice(ACTS)(at)
    return moment


def rows_of(product: Product) -> dict[str, list[dict[str, Any]]]:
    """What the routes are asked with, by the word of RULES for it."""

    def some(model, name: str) -> list[dict[str, Any]]:
        rows = model.objects.order_by("-pk")[:2]
        return [{name: getattr(row, name)} for row in rows]

    def inside(model) -> list[dict[str, Any]]:
        return [{"key": product.key} | each for each in some(model, "pk")]

    def of_decision(model) -> list[dict[str, Any]]:
        return [
            {"key": row.decision.key, "pk": row.pk} for row in model.objects.order_by("-pk")[:2]
        ]

    return {
        "product": [{"key": product.key}],
        "item": some(Item, "key"),
        "objective": inside(Objective),
        "run": inside(ForecastRun),
        "run id": some(ForecastRun, "pk"),
        "baseline": inside(Baseline),
        "scenario": inside(Scenario),
        "debt": some(DebtItem, "key"),
        "decision": some(Decision, "key"),
        "option": of_decision(Option),
        "criterion": of_decision(Criterion),
        "consequence": of_decision(Consequence),
        "prediction": of_decision(Prediction),
        "component": some(Component, "key"),
    }


def addresses(at: Walk) -> Iterator[str]:
    known = rows_of(at.product)
    for name, rule in RULES.items():
        if not rule.get:
            continue
        # Forms read little of what was computed: of them a part is looked at.
        if rule.post is None or at.rng.random() < 0.1:
            for given in known.get(rule.args, ()):
                yield reverse(name, kwargs=given) + at.rng.choice(QUERIES)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 4, 20])
def test_every_page_opens_wherever_a_product_was_left(
    seed, product, make_team, team, root, ada, vic
):
    make_team(product, name="Nobody", slug="nobody", people=0)
    component = Component.objects.create(key="core", name="Core", owner_team=team)
    component.products.add(product)
    at = Walk(product, root, seed)
    with set_to(walk(at)):
        assert broken_of(at, [browser_of(user) for user in (root, ada, vic)]) == []


def browser_of(user) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


def broken_of(at: Walk, browsers: list[Client]) -> list[str]:
    broken = []
    for url in addresses(at):
        headers = {"HX-Request": "true"} if at.rng.random() < 0.15 else {}
        answer = at.rng.choice(browsers).get(url, headers=headers)
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append(url)
    return broken
