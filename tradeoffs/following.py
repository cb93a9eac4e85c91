"""Published numbers that predictions and triggers follow, and when a trigger goes off."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from roadmaps.models import Item
from tpm import formats
from tpm.models import Figure, Team
from tradeoffs import bindings
from tradeoffs.maths import ranges
from tradeoffs.models import Decision, Prediction, RevisitTrigger

ITEM = Item._meta.label_lower
TEAM = Team._meta.label_lower
DONE = "done"
"""In place of a kind of figure: whether an item is done."""
DATES = ("p50", "p85")
Kind = RevisitTrigger.Kind


def offered(decision: Decision, user) -> list[bindings.Source]:
    """What a prediction or a trigger may follow: published numbers."""
    return bindings.offered(decision, user)


def labels_of(rows: Iterable[Prediction | RevisitTrigger], user) -> dict[str, str]:
    """What the numbers that these follow are called, as far as this person may see them."""
    codes = {row.code for row in rows if row.is_bound}
    parts = [code.split(":") for code in codes]
    figures = [Figure(subject_type=a, subject_id=int(b), kind=c) for a, b, c in parts]
    names = bindings.names_of([row for row in figures if row.subject_type != TEAM], user)
    teams = {row.subject_id for row in figures if row.subject_type == TEAM}
    names |= {(TEAM, row.pk): row.name for row in Team.objects.filter(pk__in=teams)}
    found = {}
    for row in figures:
        name = names.get((row.subject_type, row.subject_id))
        if name is not None:
            kind = "done" if row.kind == DONE else bindings.KINDS.get(row.kind, (row.kind, ""))[0]
            found[bindings.code_of(row)] = f"{name}: {kind}"
    return found


def items_to_finish(decision: Decision) -> list[tuple[str, str]]:
    """Items whose being done can answer a prediction: (code, label), linked ones first."""
    rows = Item.objects.filter(product=decision.product_id).exclude(state=Item.State.DROPPED)
    linked = set(decision.items.values_list("pk", flat=True))
    found = sorted(
        rows.only("pk", "key", "title", "number"), key=lambda i: (i.pk not in linked, i.number)
    )
    return [(f"{ITEM}:{item.pk}:{DONE}", f"{item.key} {item.title}") for item in found]


def figure_of(row: Prediction | RevisitTrigger) -> Figure | None:
    return bindings.named_by(row.code) if row.is_bound else None


def reading_of(row: Prediction | RevisitTrigger) -> bindings.Reading | None:
    """What the number that it follows is now, in the unit in which it is shown."""
    figure = figure_of(row)
    if figure is None:
        return None
    return bindings.reading_of(figure, row.decision.created_at.date())


def outcome_of(prediction: Prediction, today: datetime.date) -> float | None:
    """What the number that a prediction follows makes of it; None while nobody can know.

    The day on which an item finishes is known once it is done: before that it is a forecast.
    """
    if not prediction.is_bound:
        return None
    item = None
    if prediction.figure_type == ITEM:
        item = Item.objects.filter(pk=prediction.figure_id or 0).first()
    if prediction.figure_kind == DONE:
        return done_by(item, prediction.due_on, today)
    if prediction.figure_kind in DATES and (item is None or item.state != Item.State.DONE):
        return None
    reading = reading_of(prediction)
    if reading is None or today < prediction.due_on:
        return None
    if prediction.kind == Prediction.Kind.NUMBER:
        return reading.value
    if prediction.limit is None:
        return None
    return float(reaches(prediction.comparison, reading.value, prediction.limit))


def done_by(item: Item | None, due: datetime.date, today: datetime.date) -> float | None:
    if item is not None and item.state == Item.State.DONE and item.finished_on is not None:
        return float(item.finished_on <= due)
    return 0.0 if today > due else None


def reaches(comparison: str, value: float, limit: float) -> bool:
    """Whether a value is at least, or at most, its limit."""
    return value >= limit if comparison == "at_least" else value <= limit


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trigger stands today: whether it goes off, and in which words."""

    holds: bool
    says: str


def standing(trigger: RevisitTrigger, today: datetime.date) -> Standing:
    """Whether what a trigger waits for is the case today, whatever was answered before."""
    if trigger.kind in (Kind.DATE, Kind.END_OF_LIFE):
        return dated(trigger, today)
    if trigger.kind == Kind.FIGURE:
        return crossing(trigger)
    if trigger.kind == Kind.SLIP:
        return slipped(trigger)
    if trigger.kind == Kind.NEIGHBOUR and trigger.neighbour is not None:
        other = trigger.neighbour
        gone = other.state in (Decision.State.SUPERSEDED, Decision.State.DEPRECATED)
        return Standing(gone, f"{other.key} is {other.get_state_display().lower()}")
    if trigger.false_since is not None:
        return Standing(True, f"Proved false: {trigger.false_why}"[:300])
    return Standing(False, "taken to be true, as nobody said otherwise")


def dated(trigger: RevisitTrigger, today: datetime.date) -> Standing:
    day = trigger.on_date
    if day is None:
        return Standing(False, "no day")
    written = formats.day(day, today=today)
    if trigger.kind == Kind.END_OF_LIFE and trigger.component is not None:
        words = "has reached" if day <= today else "reaches"
        return Standing(day <= today, f"{trigger.component.name} {words} its end of life {written}")
    return Standing(
        day <= today, f"It was to be looked at again {written}" if day <= today else written
    )


def crossing(trigger: RevisitTrigger) -> Standing:
    reading = reading_of(trigger)
    if reading is None or trigger.limit is None:
        return Standing(False, "the number is not published now")
    now = f"now {ranges.number(reading.value)} {reading.unit}".strip()
    return Standing(reaches(trigger.comparison, reading.value, trigger.limit), now)


def slipped(trigger: RevisitTrigger) -> Standing:
    """Against the P85 of the day on which the trigger was set, or last answered."""
    item, now = trigger.item, p85_of(trigger.item)
    if item is None or now is None or trigger.base_day is None or trigger.weeks is None:
        return Standing(False, "no date yet")
    late = now - trigger.base_day
    if late == 0:
        words = "on the day it was"
    else:
        count = f"{abs(late)} day{'' if abs(late) == 1 else 's'}"
        words = f"{count} {'later' if late > 0 else 'earlier'} than it was"
    return Standing(late > trigger.weeks * 7, f"{item.key} is {words}")


def p85_of(item: Item | None) -> int | None:
    """The published P85 of an item, as an ordinal; its last day once it is done."""
    if item is None:
        return None
    figure = Figure.objects.filter(
        subject_type=ITEM, subject_id=item.pk, kind="p85", value__isnull=False
    ).first()
    return int(figure.value) if figure is not None and figure.value is not None else None


def waits_for(trigger: RevisitTrigger, labels: dict[str, str]) -> str:
    """A trigger in words; labels: code of a number to what it is called."""
    if trigger.kind == Kind.FIGURE:
        name = labels.get(trigger.code, "A number that you may not see")
        limit = ranges.number(trigger.limit) if trigger.limit is not None else ""
        return f"{name}: {trigger.get_comparison_display()} {limit}"
    if trigger.kind == Kind.SLIP and trigger.item is not None:
        weeks = f"{trigger.weeks} week{'' if trigger.weeks == 1 else 's'}"
        return f"If {trigger.item.key} slips by more than {weeks}"
    if trigger.kind == Kind.END_OF_LIFE and trigger.component is not None:
        day = formats.day(trigger.on_date)
        return f"When {trigger.component.name} reaches its end of life {day}"
    if trigger.kind == Kind.NEIGHBOUR and trigger.neighbour is not None:
        return f"If {trigger.neighbour.key} {trigger.neighbour.title} is superseded"
    if trigger.kind == Kind.ASSUMPTION:
        return f"If this proves false: {trigger.text}"
    day = formats.day(trigger.on_date, today=timezone.localdate())
    return f"On {day}: {trigger.text}" if trigger.text else f"On {day}"


def waits_until(trigger: RevisitTrigger, today: datetime.date) -> str:
    """Where a trigger that has not fired stands, in words: of a day also when it asks."""
    day = trigger.on_date
    if trigger.kind != Kind.DATE or day is None:
        return standing(trigger, today).says
    if day > today:
        return "asks that morning" if not trigger.decision.is_open else "asks once it is accepted"
    if trigger.decision.is_open:
        return "its day has come: asks the morning after acceptance"
    return "its day has come: asks with the work of the next morning"
