"""What changed in the scope since a baseline, so that the causes add up to the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BaselineItem:
    """One item as it was committed, or as it is now."""

    id: int
    key: str
    p50_days: float | None
    """P50 person-days as typed; None: without an estimate, which counts apart, never as 0."""
    position: int | None = None
    """Place in the order; None where it has none."""
    target: date | None = None
    """Promised last day."""
    p85: date | None = None
    """Forecast P85."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item's part in a change of scope."""

    id: int
    key: str
    days: float
    """P50 person-days more (+) or less (-); 0 where only places or dates moved."""
    before: float | None
    """P50 person-days then; None: not there, or without an estimate."""
    after: float | None
    """P50 person-days now; None: not there, or without an estimate."""


@dataclass(frozen=True, slots=True)
class Shift:
    """An item that both have, whose place or dates moved."""

    id: int
    key: str
    places: int
    """Later (+) or earlier (-) in the order of the items that both have."""
    target_days: int | None
    """Calendar days its target moved; None: no target then or now."""
    p85_days: int | None
    """Calendar days its P85 moved; None: no date then or now."""


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """Scope change since a baseline: total = added + removed + re_estimated, exactly."""

    before_days: float
    """Sum of the P50 person-days committed."""
    after_days: float
    """Sum of the P50 person-days now."""
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    re_estimated: tuple[Change, ...]
    moved: tuple[Shift, ...]
    """Changes no scope: part of the story, not of the sum."""
    without_estimate: int
    """Items now that have no estimate: their work is in no sum."""

    @property
    def added_days(self) -> float:
        return sum(change.days for change in self.added)

    @property
    def removed_days(self) -> float:
        return sum(change.days for change in self.removed)

    @property
    def re_estimated_days(self) -> float:
        return sum(change.days for change in self.re_estimated)

    @property
    def total_days(self) -> float:
        """P50 person-days more (+) or less (-) than committed."""
        return self.added_days + self.removed_days + self.re_estimated_days


def scope_change(before: Iterable[BaselineItem], now: Iterable[BaselineItem]) -> ScopeChange:
    """Compare what was committed with what is planned now, item by item.

    before, now: leaves of the plan only (roll-ups would count twice), finished ones included;
                 dropped ones left out
    raises:      ValueError when an item is named twice on one side
    """
    old, new = _by_id(before), _by_id(now)
    both = [id for id in old if id in new]
    return ScopeChange(
        before_days=sum(item.p50_days or 0.0 for item in old.values()),
        after_days=sum(item.p50_days or 0.0 for item in new.values()),
        added=tuple(
            Change(id, item.key, item.p50_days or 0.0, None, item.p50_days)
            for id, item in new.items()
            if id not in old
        ),
        removed=tuple(
            Change(id, item.key, -(item.p50_days or 0.0), item.p50_days, None)
            for id, item in old.items()
            if id not in new
        ),
        re_estimated=tuple(
            Change(id, new[id].key, (b or 0.0) - (a or 0.0), a, b)
            for id in both
            for a, b in ((old[id].p50_days, new[id].p50_days),)
            if a != b
        ),
        moved=_moved(old, new, both),
        without_estimate=sum(item.p50_days is None for item in new.values()),
    )


def _by_id(items: Iterable[BaselineItem]) -> dict[int, BaselineItem]:
    rows = sorted(items, key=lambda item: item.id)
    by_id = {item.id: item for item in rows}
    if len(by_id) != len(rows):
        raise ValueError("an item is named twice")
    return by_id


def _moved(
    old: dict[int, BaselineItem], new: dict[int, BaselineItem], both: list[int]
) -> tuple[Shift, ...]:
    ordered = [id for id in both if old[id].position is not None and new[id].position is not None]
    then = {id: k for k, id in enumerate(sorted(ordered, key=lambda id: old[id].position or 0))}
    today = {id: k for k, id in enumerate(sorted(ordered, key=lambda id: new[id].position or 0))}
    shifts = [
        Shift(
            id,
            new[id].key,
            today[id] - then[id] if id in then else 0,
            _days(old[id].target, new[id].target),
            _days(old[id].p85, new[id].p85),
        )
        for id in both
    ]
    return tuple(shift for shift in shifts if shift.places or shift.target_days or shift.p85_days)


def _days(before: date | None, after: date | None) -> int | None:
    return None if before is None or after is None else (after - before).days
