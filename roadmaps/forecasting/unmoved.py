"""Which items of a pass end as in the pass before, because all that they read is as it was.

Passes differ in when capacity effects begin. What ended before the earliest of these moments, what
another team does, and what waits for nothing of the kind comes out the same, to the last bit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .pace import Pace
from .plan import Kind, PlanItem

if TYPE_CHECKING:
    from .graph import Structure
    from .trials import Run

_BEFORE = 1e-6
"""Person-days by which work must end before a pace changes not to notice it, rounding included."""

type TeamPaces = Mapping[int | str, tuple[Pace, Pace]]


@dataclass(slots=True)
class _Known:
    """What came of an item, and when its places were free; None: no limit."""

    run: "Run"
    free: np.ndarray | None


class Unmoved:
    """The runs of one pass after the other, each taken again where it would come out the same."""

    def __init__(self, structure: "Structure"):
        self._structure = structure
        self._known: dict[int, _Known] = {}
        self._paces: TeamPaces = {}
        self._moved: set[int] = set()
        self._same_until: dict[int | str, np.ndarray | None] = {}

    def begin(self, paces: TeamPaces) -> None:
        """Begin another pass, in which teams have these paces."""
        before = self._paces or paces
        self._same_until = {key: paces[key][0].same_until(before[key][0]) for key in paces}
        self._paces, self._moved = paces, set()

    def same(self, item: PlanItem, free: np.ndarray | None) -> "Run | None":
        """The run of the pass before where this one's would be the same; else None.

        free: when the item's places are free; None: no limit
        """
        known = self._known.get(item.id)
        if known is None or len(known.run.parts) > 1:
            return None
        if free is not None and not (known.free is not None and (known.free == free).all()):
            return None
        until = self._same_until[known.run.parts[0].key]
        if until is not None and not (known.run.finish < until - _BEFORE).all():
            return None
        for link in self._structure.incoming[item.id]:
            if not self._moved.isdisjoint(self._structure.leaves[link.pred]):
                return None
            if until is not None and link.kind in (Kind.FF, Kind.SF):
                return None
        return known.run

    def keep(self, run: "Run", free: np.ndarray | None) -> None:
        """Note what came of an item that ran."""
        id, known = run.item.id, self._known.get(run.item.id)
        if known is None or not (_equal(known.run, run)):
            self._moved.add(id)
        self._known[id] = _Known(run, None if free is None else free.copy())

    def runs(self, ids: Iterable[int]) -> Iterable["Run"]:
        """What came of some items in the last pass."""
        return (self._known[id].run for id in ids)


def _equal(one: "Run", other: "Run") -> bool:
    return bool((one.start == other.start).all() and (one.finish == other.finish).all())
