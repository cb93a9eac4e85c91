"""What follows from the sample's decisions: consequences, predictions, triggers, looking back."""

import random
from math import exp, log

from django.utils import timezone

from debt.maths.ranges import Range
from debt.models import DebtItem
from debt.services import become_debt
from tpm import history
from tpm.models import Change
from tpm.sample.foretold import FORETOLD
from tpm.sample.people import World
from tpm.sample.plan import Plan
from tradeoffs import services
from tradeoffs.models import Decision, Prediction

SPREAD = 2.5631  # of a normal distribution from P10 to P90, in standard deviations
SURER = 0.7  # of the distance from a coin that a chance deserves, the team being too sure
SLOWER = 1.12  # how many times as high as its middle a number comes out
WIDER = 1.25  # how many times as wide as its range a number is spread


def foretell(world: World, ref: str, decision: Decision) -> None:
    """Predictions, and what else is written down while a decision is a draft."""
    predictions = []
    for said in FORETOLD.get(ref, ()):
        fields: dict = {"chance": said.says} if isinstance(said.says, float) else {}
        if not fields:
            low, middle, high = said.says  # type: ignore[misc]
            fields = {"p10": low, "p50": middle, "p90": high, "unit": said.unit}
        due_on = world.calendar.workday(-said.due)
        predictions.append({"text": said.text, "quality": said.quality, "due_on": due_on, **fields})
    if predictions:
        services.add_predictions(decision, by=decision.author, said_now=predictions)
    for kind, severity, quality, text in FOLLOWS.get(ref, ()):
        services.add_consequence(
            decision, by=decision.author, kind=kind, severity=severity, quality=quality, text=text,
            owner=decision.driver,
        )  # fmt: skip


FOLLOWS = {
    "risk": (
        ("good", "high", "Security", "The score sees other shops’ cards"),
        ("bad", "high", "Performance", "A call to a third party stands in the pay path"),
    ),
    "sheet": (
        ("good", "high", "Reliability", "Crashes of the web view leave the pay flow"),
        ("bad", "medium", "Maintainability", "Old devices keep the page in the browser"),
    ),
    "rails": (
        ("good", "high", "Reliability", "A slow rail no longer holds up a fast one"),
        ("bad", "medium", "Maintainability", "Each rail has its own release to watch"),
    ),
    "edge": (
        ("good", "high", "Performance", "Price lists come from a place near the customer"),
        ("bad", "high", "Reliability", "A wrong price lives for up to one minute longer"),
    ),
    "bus": (
        ("good", "high", "Reliability", "Order and event commit together; none is lost"),
        ("good", "medium", "Maintainability", "Nothing new to run or patch"),
        ("bad", "medium", "Performance", "Six readers poll every second"),
        ("bad", "high", "Flexibility", "New consumers cannot replay beyond 14 days"),
    ),
}


def answer_for(world: World, plan: Plan, ref: str, decision: Decision) -> dict[str, DebtItem]:
    """What is done about the bad consequences before a lead accepts; debt that it made, by ref."""
    made = {}
    for row in decision.effects.filter(kind="bad").order_by("pk"):
        if ref == "edge":
            made["wrong-price"] = become_debt(
                row, by=decision.author, title="Cached prices are cleared a minute late",
                interest=Range(0.3, 0.6, 1.2), principal=Range(2, 4, 8),
            )  # fmt: skip
        elif ref in ("sheet", "risk"):
            why = "They are one in fifty, and fewer each month."
            if ref == "risk":
                why = "Without an answer in 300 ms our own rules decide alone."
            services.accept_consequence(row, by=world.lead, person=world.lead.person, why=why)
        elif ref == "rails":
            services.become_decision(row, by=decision.author)
    return made


def look_after(world: World, plan: Plan, decided: dict[str, Decision]) -> None:
    """Each morning's work and what people answered, up to today."""
    rng = random.Random(world.product.plan_seed)  # noqa: S311 - a sample, and no secret
    for row in checked(decided):
        came = drawn(row, rng)
        days = (world.calendar.today - row.due_on).days
        with world.calendar.ago(max(0, days - 1), 9), history.through(Change.Door.PAGE):
            services.record_outcome(row, by=row.by, outcome=came)
    watch(world, plan, decided)
    with world.calendar.ago(58, 11), history.through(Change.Door.PAGE):
        services.look_back(
            decided["sheet"], by=decided["sheet"].author, again="yes",
            happened="Crashes fell to a third. The stores took two weeks for the first build, "
            "which nobody had planned.",
            learned="Plan a review of the stores as work with a range of its own.",
        )  # fmt: skip


def checked(decided: dict[str, Decision]) -> list[Prediction]:
    """Predictions whose day has passed, by that day; two of them nobody has checked yet."""
    names = [decision.pk for ref, decision in decided.items() if ref != "bus"]
    late = [said.text for said in FORETOLD["messages"][1:2] + FORETOLD["edge"][2:]]
    rows = Prediction.objects.filter(decision__in=names).exclude(text__in=late)
    due = [
        row for row in rows.select_related("decision", "by") if row.due_on < timezone.localdate()
    ]
    return sorted(due, key=lambda row: (row.due_on, row.pk))


def drawn(row: Prediction, rng: random.Random) -> float:
    """What came of a prediction."""
    if row.chance is not None:
        return float(rng.random() < 0.5 + (row.chance - 0.5) * SURER)
    low, middle, high = row.p10 or 1.0, row.p50 or 1.0, row.p90 or 1.0
    wide = WIDER * log(high / low) / SPREAD
    value = middle * SLOWER * exp(rng.gauss(0, wide))
    return round(value, 1) if middle < 10 else float(round(value))


def watch(world: World, plan: Plan, decided: dict[str, Decision]) -> None:
    """Triggers: one that fires and waits, one that was answered, and some that wait."""
    lead, risk, edge, rails = world.lead, decided["risk"], decided["edge"], decided["rails"]
    with world.calendar.ago(100, 10), history.through(Change.Door.PAGE):
        services.add_trigger(
            risk, by=lead, kind="assumption", text="The supplier answers within 300 ms",
            owner=world.planner.person,
        )  # fmt: skip
        asked = services.add_trigger(
            risk, by=lead, kind="date", on_date=world.calendar.workday(-61),
            text="The contract can be ended", owner=lead.person,
        )  # fmt: skip
        services.add_trigger(
            rails, by=lead, kind="slip", item=plan.items["adapter"], weeks=3,
            owner=world.planner.person,
        )  # fmt: skip
        due = services.add_trigger(
            rails, by=lead, kind="date", on_date=world.calendar.workday(-3),
            text="A quarter after the first adapter", owner=world.planner.person,
        )  # fmt: skip
    fire(world, 61, asked.pk)
    with world.calendar.ago(57, 15), history.through(Change.Door.PAGE):
        services.reaffirm(
            asked.firings.get(), by=lead, again_on=world.calendar.workday(120),
            why="It caught what our rules would not have; the price stays as it is.",
        )  # fmt: skip
    with world.calendar.ago(90, 10), history.through(Change.Door.PAGE):
        services.add_trigger(
            risk, by=lead, kind="end_of_life", component=world.components["admin"],
            on_date=world.calendar.workday(190), owner=lead.person,
        )  # fmt: skip
    with world.calendar.ago(44, 10), history.through(Change.Door.PAGE):
        services.add_trigger(
            edge, by=lead, kind="neighbour", neighbour=decided["messages"],
            owner=world.planner.person,
        )  # fmt: skip
    with world.calendar.ago(19, 10), history.through(Change.Door.PAGE):
        bus = decided["bus"]
        services.add_trigger(
            bus, by=bus.author, kind="slip", item=plan.items["outbox"], weeks=3,
            owner=world.planner.person,
        )  # fmt: skip
        services.add_trigger(
            bus, by=bus.author, kind="assumption", text="All consumers are in our own network",
            owner=world.member.person,
        )  # fmt: skip
    fire(world, 3, due.pk)


def this_morning(world: World) -> None:
    """What the worker does each morning, for what waits: slips count from the dates of then."""
    with history.through(Change.Door.TASK):
        for row in services.to_watch().filter(decision__product=world.product):
            services.fire_if_due(row.pk, today=world.calendar.today)


def fire(world: World, days: int, trigger_id: int) -> None:
    with world.calendar.ago(days, 4), history.through(Change.Door.TASK):
        services.fire_if_due(trigger_id, today=world.calendar.workday(-days))
