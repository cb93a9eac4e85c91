"""Which row stands under which, and how far down: lanes, rows and the windows they are sent in."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

Day = datetime.date

ROW, LANE = 32, 36
"""Heights in pixels where a row is one line."""
STACKED_ROW, STACKED_LANE = 59, 33
"""Heights where the words of a row stand above its bar."""
WINDOW = 26
"""Rows and heads that are sent at once."""
HALF = WINDOW // 2
"""Lines that are let go of at once: a high screen so holds few that it does not show."""
BLOCK = 10
"""Windows that are one gap while none of them is shown."""
LATER = "later"
"""Name of the lane of what has no dates."""
OPEN = ("idea", "planned", "in_progress")


class Row(NamedTuple):
    """What is known of an item before any of it is turned into text.

    A tuple, since a plan of thousands is read as such rows to lay out the sixty that are sent.
    """

    id: int
    key: str
    title: str
    state: str
    kind: str
    pinned: bool
    team: int | None
    team_name: str | None
    objective: int | None
    parent: int | None
    started_on: Day | None
    finished_on: Day | None
    target: Day | None
    days: float | None
    """Person-days at P50, for the sum of its lane."""
    basis: str | None
    start: Day | None
    p50: Day | None
    p85: Day | None
    p95: Day | None
    run_target: Day | None
    chance: float | None
    violated: float | None
    overload: float | None
    version: int
    not_before: Day | None
    owner: int | None
    horizon: str
    component: int | None
    """The first of its components, where lanes are components."""
    beside: str = ""
    """Names of the teams that it needs beside its own."""
    drag: float | None = None
    effort: float | None = None
    """Working days near P50, where all rows are drawn at once."""

    @property
    def is_milestone(self) -> bool:
        return self.kind == "milestone"

    @property
    def moves(self) -> str:
        """What a hand may move: the start of what has not begun, else the target, or nothing."""
        if self.state == "planned" and self.basis != "children":
            return "start"
        return "target" if self.state in OPEN else ""

    @property
    def is_guess(self) -> bool:
        """Simulated without an estimate."""
        return self.basis in ("table", "default")

    @property
    def span(self) -> tuple[Day, Day] | None:
        """Where its solid bar lies: to the P50, or the days on which it was done."""
        if self.state == "done" and self.finished_on:
            return self.started_on or self.finished_on, self.finished_on
        if self.state in OPEN and self.start and self.p50:
            return self.start, self.p50
        return None

    def days_shown(self) -> tuple[Day | None, ...]:
        """The days that the scale has to reach."""
        span = self.span
        if span is None:
            return (self.target,) if self.state in OPEN else ()
        if self.state == "done":
            return span
        return (*span, self.p85, self.p95, self.target)


@dataclass
class Lane:
    """Rows under one head."""

    name: str
    title: str
    rows: list[tuple[Row, int]] = field(default_factory=list)
    """Each with its depth: 0, or deeper below the item that it is part of."""
    is_open: bool = True

    @cached_property
    def leaves(self) -> list[Row]:
        """What its sums count: items whose parts are counted are left out."""
        return [row for row, _depth in self.rows if row.basis != "children"]

    @property
    def days(self) -> float:
        """Person-days at P50 of what is estimated and not done."""
        return sum(row.days or 0.0 for row in self.leaves if row.state in OPEN)

    @property
    def without(self) -> int:
        """Rows that nobody estimated and that are more than a date."""
        return sum(
            row.days is None and not row.is_milestone and row.state in OPEN for row in self.leaves
        )

    def first_and_last(self) -> tuple[Day | None, Day | None, Day | None]:
        """(first start, last P50, last P85) of its rows."""
        spans = [row.span for row, _depth in self.rows if row.span]
        p85s = [row.p85 for row, _depth in self.rows if row.p85 and row.state in OPEN]
        starts, ends = [span[0] for span in spans], [span[1] for span in spans]
        return min(starts, default=None), max(ends, default=None), max(p85s, default=None)


@dataclass(slots=True)
class Place:
    """One line of the grid: the head of a lane where `row` is None. y: its top, in pixels."""

    index: int
    y: int
    lane: Lane
    row: Row | None = None
    depth: int = 0

    @property
    def middle(self) -> int:
        """The middle of its bar."""
        return self.y + 14


@dataclass(frozen=True)
class Window:
    """Lines that are sent together."""

    places: Sequence[Place]

    @property
    def first(self) -> int:
        return self.places[0].index

    @property
    def last(self) -> int:
        return self.places[-1].index

    @property
    def y(self) -> int:
        return self.places[0].y

    @property
    def height(self) -> int:
        return sum(LANE if place.row is None else ROW for place in self.places)

    @property
    def stacked_height(self) -> int:
        return sum(STACKED_LANE if place.row is None else STACKED_ROW for place in self.places)

    @property
    def halves(self) -> list["Window"]:
        return [Window(self.places[at : at + HALF]) for at in range(0, len(self.places), HALF)]

    def holds(self, index: int) -> bool:
        return self.first <= index <= self.last


@dataclass(frozen=True)
class Gap:
    """Windows that are not sent. height, stacked_height: of all their lines, in pixels."""

    windows: Sequence[Window]

    @property
    def first(self) -> int:
        return self.windows[0].first

    @property
    def last(self) -> int:
        return self.windows[-1].last

    @property
    def height(self) -> int:
        return sum(window.height for window in self.windows)

    @property
    def stacked_height(self) -> int:
        return sum(window.stacked_height for window in self.windows)


def has_dates(row: Row) -> bool:
    """Whether it has a place in time: finished, dropped, or simulated, be the end out of sight."""
    return row.state not in OPEN or row.span is not None or row.basis is not None


def arrange(
    rows: Iterable[Row],
    by: str,
    titles: Mapping[str, str],
    *,
    shut: Iterable[str] = (),
    computed: bool = True,
) -> list[Lane]:
    """Rows in lanes, what has no dates in the last one.

    by: one of `address.LANES`
    titles: name of a lane -> its title, in the order of the lanes
    computed: whether there is a forecast; without one only ideas are without dates
    """
    lanes = {name: Lane(name, title) for name, title in titles.items()}
    rows = list(rows)
    tops = tops_of(rows) if by == "parent" else {}
    for row in rows:
        placed = has_dates(row) if computed else row.state != "idea"
        name = lane_name(row, by, tops) if placed else LATER
        lanes[name if name in lanes else "none"].rows.append((row, 0))
    kept = [lane for lane in lanes.values() if lane.rows or lane.name == LATER]
    folded = set(shut)
    for lane in kept:
        lane.rows = under_parents([row for row, _depth in lane.rows])
        lane.is_open = lane.name not in folded
    return kept


LETTERS = {
    "objective": "o", "team": "t", "state": "s", "kind": "k", "owner": "w", "horizon": "h",
    "component": "c", "parent": "p",
}  # fmt: skip
"""First letter of a lane's name, by what the lanes are."""


def lane_name(row: Row, by: str, tops: Mapping[int, int]) -> str:
    """Such as `o12`, `t3`, `splanned`, or `none`. tops: item -> the topmost one above it"""
    if by not in LETTERS:
        return "none"
    subject = tops.get(row.id) if by == "parent" else getattr(row, by)
    return "none" if subject in (None, "") else f"{LETTERS[by]}{subject}"


def tops_of(rows: Iterable[Row]) -> dict[int, int]:
    """Id of an item -> the topmost item that it is part of; a whole is its own."""
    parents = {row.id: row.parent for row in rows}
    wholes = {parent for parent in parents.values() if parent in parents}
    found = {}
    for item in parents:
        at, seen = item, {item}
        while (parent := parents[at]) in parents and parent not in seen:
            assert parent is not None
            at = parent
            seen.add(at)
        if at in wholes:
            found[item] = at
    return found


def under_parents(rows: list[Row]) -> list[tuple[Row, int]]:
    """The same rows, parts right below the whole where both are here, each with its depth."""
    here = {row.id for row in rows}
    if not any(row.parent in here for row in rows):
        return [(row, 0) for row in rows]
    parts: dict[int | None, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.parent if row.parent in here else None, []).append(row)
    found: list[tuple[Row, int]] = []
    waiting = [(row, 0) for row in reversed(parts.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(part, depth + 1) for part in reversed(parts.get(row.id, []))]
    # A circle of parents would hide its rows: they come last, plainly.
    seen = {row.id for row, _depth in found}
    return found + [(row, 0) for row in rows if row.id not in seen]


def places_of(lanes: Iterable[Lane]) -> list[Place]:
    """Every line of the grid from the top."""
    found: list[Place] = []
    y = 0
    for lane in lanes:
        found.append(Place(len(found) + 1, y, lane))
        y += LANE
        for row, depth in lane.rows if lane.is_open else ():
            found.append(Place(len(found) + 1, y, lane, row, depth))
            y += ROW
    return found


def blocks_of(windows: Sequence[Window]) -> list[Gap]:
    """Windows from the top, many in one gap.

    A page of any plan so has about as many elements: only what holds a window that is shown is
    taken apart, and is a gap again once that is far away.
    """
    return [Gap(windows[at : at + BLOCK]) for at in range(0, len(windows), BLOCK)]


def windows_of(places: Sequence[Place], size: int = WINDOW) -> list[Window]:
    return [Window(places[at : at + size]) for at in range(0, len(places), size)]
