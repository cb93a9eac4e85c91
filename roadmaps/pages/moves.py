"""What moved a date between two runs, as rows that a page shows and that sum to the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps.models import ForecastMoves
from tpm import formats, svg

# Name of a step: its word in a table, and as a cause in a sentence.
STEPS = {
    "removed": (gettext_lazy("Removed"), gettext_lazy("work left the plan")),
    "added": (gettext_lazy("Added"), gettext_lazy("work was added")),
    "re-estimated": (gettext_lazy("Re-estimated"), gettext_lazy("estimates changed")),
    "team": (gettext_lazy("Team or crew"), gettext_lazy("team or crew changed")),
    "re-linked": (
        gettext_lazy("Links, ranks, typed dates"),
        gettext_lazy("links, ranks or typed dates changed"),
    ),
    "re-ordered": (
        gettext_lazy("Start order chosen anew"), gettext_lazy("start order chosen anew")
    ),
    "capacity": (gettext_lazy("Capacity"), gettext_lazy("capacity changed")),
    "drag": (gettext_lazy("Debt drag"), gettext_lazy("debt drag changed")),
    "learning": (gettext_lazy("Learning"), gettext_lazy("finished work taught something")),
    "time": (gettext_lazy("Passing time"), gettext_lazy("time passed")),
}  # fmt: skip
NAMED = 6


@dataclass(frozen=True)
class Step:
    """One line of the waterfall. days: of P85, calendar; points: of the chance, in percent."""

    name: str
    detail: str
    days: int | None
    points: int | None
    bar: SafeString
    cause: str = ""
    """The step as a cause in a sentence."""
    changed: bool = True
    """Whether anything of its kind changed between the runs."""

    @property
    def days_text(self) -> str:
        return formats.UNKNOWN if self.days is None else f"{formats.signed(self.days)} d"

    @property
    def points_text(self) -> str:
        return formats.UNKNOWN if self.points is None else f"{formats.signed(self.points)} pt"


@dataclass(frozen=True)
class Story:
    """The way of one item or objective from an earlier run to a later one."""

    moves: ForecastMoves
    steps: list[Step]
    total: Step
    start: Step

    @property
    def still(self) -> bool:
        return all(not step.days and not step.points for step in self.steps)

    @property
    def causes(self) -> list[str]:
        """All that moved the date, most first, what moved it the other way last.

        Each with its days, `estimates changed (+5 d)`, so that they sum to the move.
        """
        whole = self.total.days or 0
        if not whole:
            return []
        moved = [(step.days, step) for step in self.steps if step.days]
        moved.sort(key=lambda each: ((each[0] > 0) != (whole > 0), -abs(each[0])))
        return [f"{step.cause} ({step.days_text})" for _days, step in moved]

    @property
    def because(self) -> str:
        """The causes as a list in a sentence."""
        causes = self.causes
        if len(causes) < 2:
            return "".join(causes)
        return _("%(first)s and %(last)s") % {"first": ", ".join(causes[:-1]), "last": causes[-1]}


def title(name: str) -> str:
    return str(STEPS[name][0]) if name in STEPS else name.capitalize()


def cause(name: str, *, days: int = 0, grew: bool = False) -> str:
    """A step as a cause in a sentence.

    days: calendar days between the two runs; grew: whether what is left of begun work did so
    """
    if name == "time" and days > 0:
        passed = ngettext("a day passed", "%(n)s days passed", days) % {"n": days}
        if not grew:
            return passed
        return _("%(passed)s and it is still open: what is left looks larger") % {"passed": passed}
    return str(STEPS[name][1]) if name in STEPS else name


def move_of(side: Mapping, kind: str, pk: int) -> Mapping | None:
    """The stored move of one subject; JSON keeps its number as text. A step has none of zero."""
    return (side.get(kind) or {}).get(str(pk))


def story(
    moves: ForecastMoves, kind: str, pk: int, *, key: str = "", is_open: bool = False
) -> Story | None:
    """The steps of one subject, or None where the earlier run did not have it, or no date of it.

    kind: items or objectives; key: its own, named first; is_open: whether work on it has begun
    """
    total = move_of(moves.totals, kind, pk)
    if total is None or (total.get("p85_days") is None and total.get("chance") is None):
        return None
    found, at = [], 0
    still: Mapping = {"p85_days": 0, "chance": None if total.get("chance") is None else 0.0}
    taken = [(row, move_of(row, kind, pk) or still) for row in moves.steps]
    ends = [0]
    for _row, move in taken:
        ends.append(ends[-1] + (move.get("p85_days") or 0))
    least, most = min(ends), max(ends)
    pad = max(2, (most - least) * 0.15)
    bar_of = partial(svg.step_bar, least=least - pad, most=most + pad)
    share, passed = 0.0, (moves.run.as_of - moves.since.as_of).days
    for row, move in taken:
        days, chance = move.get("p85_days"), move.get("chance")
        bar = bar_of(at, at + (days or 0))
        # Rounded on the running sum, so that whole points add up to the whole move.
        pts = None if chance is None else points(share + chance) - points(share)
        at, share = at + (days or 0), share + (chance or 0.0)
        changed = row.get("changed") or []
        if is_open and changed and row["name"] == "time" and days:
            changed = [key, *(each for each in changed if each not in (key, "day"))]
        detail = named(changed, first=key)
        because = cause(row["name"], days=passed, grew=is_open and (days or 0) > 0)
        found.append(Step(title(row["name"]), detail, days, pts, bar, because, bool(changed)))
    whole = Step(
        "", "", total.get("p85_days"), None if total.get("chance") is None else points(share),
        bar_of(at, at, anchor=True),
    )  # fmt: skip
    start = Step("", "", None, None, bar_of(0, 0, anchor=True))
    return Story(moves, found, whole, start)


def points(share: float) -> int:
    return round(100 * share)


def named(changed: list[str], *, first: str = "") -> str:
    """The first few things that changed, and how many more; what is asked about comes first."""
    if not changed:
        return _("nothing")
    if changed == ["day"]:
        return _("a later day")
    if changed == ["order"]:
        return _("which items are taken first")
    if first in changed:
        changed = [first, *(part for part in changed if part != first)]
    words = ", ".join(str(part) for part in changed[:NAMED])
    rest = len(changed) - NAMED
    return words if rest <= 0 else _("%(words)s and %(n)s more") % {"words": words, "n": rest}


def chosen(
    found: list[ForecastMoves], asked: str, kind: str, pk: int, **subject: Any
) -> Story | None:
    """The story that an address asks for by the earlier run, else the longest look back."""
    made = [story(moves, kind, pk, **subject) for moves in found]
    stories = [each for each in made if each is not None]
    for each in stories:
        if str(each.moves.since_id) == asked:
            return each
    return stories[0] if stories else None
