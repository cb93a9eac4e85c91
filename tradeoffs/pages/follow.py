"""What the pages of consequences and follow-up show, as ready strings."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps.models import Item
from tpm import formats
from tpm.marks import badge_html, icon_html, mark_html
from tpm.svg import drawing, el, pct
from tradeoffs import following, queries_follow, reality
from tradeoffs.bindings import Reading
from tradeoffs.maths import ranges
from tradeoffs.models import Consequence, Decision, Firing, Prediction, RevisitTrigger
from tradeoffs.services.predicting import outcome_said, readings, said

Handled = Consequence.Handled
KINDS = {
    "good": ("plus", "c-ok", "Good"),
    "bad": ("mid", "", "Bad"),
    "neutral": ("more", "faint", "Neutral"),
}
TRIGGER_ICONS = {
    "date": "clock", "figure": "pulse", "slip": "link", "end_of_life": "settings",
    "neighbour": "trade", "assumption": "help",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """A consequence, and what became of it. tone: class of its mark; made: what to link to."""

    row: Consequence
    icon: SafeString
    quality: str
    url: str
    made_url: str
    made_title: str
    made_more: str
    made_mark: SafeString | str


def effects(decision: Decision) -> list[Effect]:
    """The consequences of a decision, those that ask for something first."""
    rows = list(decision.effects.select_related("owner", "accepted_by", "decision"))
    keys = {kind: [row.handled_key for row in rows if row.handled_as == kind] for kind in Handled}
    items = queries_follow.items_by_key(keys[Handled.ITEM])
    decisions = queries_follow.decisions_by_key(keys[Handled.DECISION])
    order = {"bad": 0, "neutral": 1, "good": 2}
    weight = {"high": 0, "medium": 1, "low": 2}
    rows.sort(key=lambda row: (not row.is_open, order[row.kind], weight[row.severity], row.pk))
    return [effect(row, items, decisions) for row in rows]


def effect(row: Consequence, items: dict[str, Item], decisions: dict[str, Decision]) -> Effect:
    url, title, more, mark = "", "", "", ""
    if row.handled_as == Handled.ITEM and row.handled_key in items:
        item = items[row.handled_key]
        url, title, mark = item.get_absolute_url(), item.title, mark_html(item.state)
        p85 = following.p85_of(item)
        if p85 is not None:
            day = formats.day(datetime.date.fromordinal(p85))
            more = f"{'Done' if item.state == Item.State.DONE else 'P85'} {day}"
    elif row.handled_as == Handled.DECISION and row.handled_key in decisions:
        other = decisions[row.handled_key]
        url, title = other.get_absolute_url(), other.title
        more, mark = other.get_state_display(), icon_html("trade", "c-trade")
    elif row.handled_as == Handled.DEBT:
        url, mark = f"/d/{row.handled_key}/", icon_html("debt", "c-debt")
    name, tone, word = KINDS[row.kind]
    return Effect(
        row=row,
        icon=icon_html(name, tone, word),
        quality=row.quality,
        url=reverse("tradeoffs:consequence-edit", args=[row.decision.key, row.pk]),
        made_url=url,
        made_title=title,
        made_more=more,
        made_mark=mark,
    )


def open_words(rows: Sequence[Effect]) -> str:
    """How much bad is not handled."""
    waiting = [one.row for one in rows if one.row.is_open]
    if not waiting:
        return ""
    high = sum(row.severity == Consequence.Severity.HIGH for row in waiting)
    return f"{len(waiting)} bad and not handled" + (f", {high} of them high" if high else "")


@dataclass(frozen=True, slots=True)
class Said:
    """A prediction beside what happened, or what its number says so far."""

    row: Prediction
    says: str
    more: str
    bar: SafeString
    due: str
    due_class: str
    now: str
    now_class: str
    follows: str
    url: str
    check_url: str


def predictions(decision: Decision, user, today: datetime.date) -> list[Said]:
    rows = list(decision.predictions.select_related("decision"))
    labels, now = following.labels_of(rows, user), readings(rows)
    return [prediction(row, labels, now, today) for row in rows]


def prediction(
    row: Prediction, labels: dict[str, str], now: dict[int, Reading], today: datetime.date
) -> Said:
    outcome, tone = outcome_words(row, now.get(row.pk), today)
    late = row.outcome is None and row.due_on < today and not row.decision.is_open
    args = [row.decision.key, row.pk]
    middle, between = said(row), ""
    if row.chance is None:
        middle, _sep, rest = middle.partition(" (")
        between = rest.rstrip(")")
    return Said(
        row=row,
        says=middle,
        more=between or "likely",
        bar=bar(row),
        due=formats.day(row.due_on, today=today),
        due_class="c-warn" if late else "",
        now=outcome,
        now_class=tone,
        follows=labels.get(row.code, ""),
        url=reverse("tradeoffs:prediction-edit", args=args),
        check_url=reverse("tradeoffs:prediction-check", args=args),
    )


def outcome_words(
    row: Prediction, reading: Reading | None, today: datetime.date
) -> tuple[str, str]:
    """What happened, or what is known so far, and its tone."""
    if row.outcome is not None:
        kept = reality.kept(chance=row.chance, low=row.p10, high=row.p90, outcome=row.outcome)
        return outcome_said(row, row.outcome), "c-ok" if kept else "c-bad"
    if reading is not None:
        return f"{ranges.number(reading.value)} {reading.unit} now".strip(), "muted"
    return ("not yet" if row.due_on > today else "asked now"), "muted"


def bar(row: Prediction) -> SafeString:
    """A chance as a bar; a range on its own scale, with what happened as a tick."""
    shapes = el("line", class_="track", x1=0, x2="100%", y1=6, y2=6)
    if row.chance is not None:
        shapes += el("rect", class_="f50", y=4, width=pct(row.chance), height=4, rx=2)
        return drawing(shapes, height=12, class_=None)
    low, middle, high = row.p10 or 0.0, row.p50 or 0.0, row.p90 or 0.0
    points = [low, high, *([] if row.outcome is None else [row.outcome])]
    start, end = min(points), max(points)
    room = (end - start or 1.0) * 0.15
    start, width = start - room, (end - start) + 2 * room

    def at(x: float) -> float:
        return (x - start) / width

    shapes += el(
        "rect", class_="f85", x=pct(at(low)), y=4, width=pct(at(high) - at(low)), height=4, rx=2
    )
    shapes += el("circle", class_="med", cx=pct(at(middle)), cy=6, r=4)
    if row.outcome is not None:
        shapes += el(
            "line", class_="edge", x1=pct(at(row.outcome)), x2=pct(at(row.outcome)), y1=0, y2=12
        )
    return drawing(shapes, height=12, class_=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A trigger in words, where it stands, and what it asks."""

    row: RevisitTrigger
    icon: SafeString
    words: str
    now: str
    owner: str
    firing: Firing | None
    answered: list[Firing]
    mine: bool
    """Whether the reader may answer what it asks."""


def triggers(decision: Decision, user, today: datetime.date) -> list[Asked]:
    """The triggers of a decision, those that fired first."""
    rows = list(
        decision.triggers.select_related(
            "owner", "item", "component", "neighbour", "decision"
        ).prefetch_related("firings__answered_by__person", "firings__successor")
    )
    labels = following.labels_of(rows, user)
    found = []
    for row in rows:
        firings = list(row.firings.all())
        waiting = next((one for one in firings if one.answered_at is None), None)
        found.append(
            Asked(
                row=row,
                icon=icon_html(TRIGGER_ICONS[row.kind]),
                words=following.waits_for(row, labels),
                now="" if row.decision.state in ENDED else following.waits_until(row, today),
                owner=str(row.owner or ""),
                firing=waiting,
                answered=[one for one in firings if one.answered_at is not None],
                mine=queries_follow.may_answer(row, user),
            )
        )
    return sorted(found, key=lambda one: (one.firing is None, one.row.pk))


def real_badges(real: reality.Real | None) -> list[SafeString]:
    """The state that is so, beside the one on paper; most pressing first."""
    if real is None:
        return []
    found = []
    if real.overdue:
        found.append(badge_html("overdue", pressing(real), "warn", "clock"))
    if real.confirmation == reality.FAILING:
        found.append(badge_html("failing", _("Confirmation failing"), "bad", "cross"))
    if real.built is not None:
        done = real.built == 1
        words = (
            _("Built") if done else _("%(share)s built") % {"share": formats.percent(real.built)}
        )
        found.append(
            badge_html("built", words, "ok" if done else "info", "check" if done else "forecast")
        )
    return found


def pressing(real: reality.Real) -> str:
    """What is overdue about it: an answer to a trigger that fired, or the look on its day."""
    return _("To be looked at again") if real.asked else _("Check overdue")


def most_pressing(real: reality.Real | None) -> tuple[str, str] | None:
    """What a list says beside the state on paper, and its tone."""
    if real is None:
        return None
    if real.overdue:
        return pressing(real), "c-warn"
    if real.confirmation == reality.FAILING:
        return _("Confirmation failing"), "c-bad"
    if real.built is None:
        return None
    share = _("%(share)s built") % {"share": formats.percent(real.built)}
    return (_("Built"), "c-ok") if real.built == 1 else (share, "muted")


def real_words(decision: Decision, real: reality.Real | None) -> str:
    """For real, in one line of the rail."""
    if real is None:
        return ""
    parts = [
        _("no work linked")
        if real.built is None
        else _("%(share)s built") % {"share": f"{real.built * 100:.0f} %"}
    ]
    parts.append(
        {
            reality.PASSING: _("confirmed"), reality.FAILING: _("confirmation failing"),
            reality.UNKNOWN: _("unchecked"),
        }[real.confirmation]
    )  # fmt: skip
    if real.overdue:
        parts.append(pressing(real).lower())
    return ", ".join(parts)


def rail(decision: Decision, user, today: datetime.date) -> dict:
    """What the rail and the head of a record say of what became of it."""
    accepted = {decision.pk: decision.check_on} if decision.state == "accepted" else {}
    real = queries_follow.realities(accepted, today).get(decision.pk)
    return {
        "real_badges": real_badges(real),
        "real_words": real_words(decision, real),
        "asks": triggers(decision, user, today) if decision.state in ASKED else [],
    }


ENDED = (Decision.State.SUPERSEDED, Decision.State.DEPRECATED, Decision.State.REJECTED)
ASKED = (Decision.State.DRAFT, Decision.State.IN_REVIEW, Decision.State.ACCEPTED)
