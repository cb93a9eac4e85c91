"""What if: a plan and some changes to it, both forecast on the same draws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from .alike import other_items
from .changes import Change, changed
from .clocks import DAYS
from .draws import Draws
from .landings import Ends
from .order import kept_order
from .plan import Plan
from .program import NotFlat, Program, prepare
from .results import Landing, Move, WhatIf
from .simulation import PREVIEW_TRIALS
from .trials import Simulator

_TOGETHER = 256
"""Items whose days are compared in one go."""


def what_if(
    plan: Plan,
    changes: Sequence[Change],
    *,
    trials: int = PREVIEW_TRIALS,
    seed: int,
    engine: str = "auto",
    threads: int | None = None,
) -> WhatIf:
    """A plan with and without some changes, on the same draws and in the same order.

    With PREVIEW_TRIALS while a bar is dragged, and with all trials once it is dropped: the former
    are the first of the latter. Dates come without their causes; `compare` gives two whole
    forecasts. The order of the plan holds on both sides, but for items that the changes concern and
    new ones, which are placed anew (`order.kept_order`), as in the stored run that would follow.

    raises: ValueError, in words, for a change that cannot be made (LoopError where links would
            lead back to where they began); and as `outlook` does
    """
    return Before(plan, trials=trials, seed=seed, engine=engine, threads=threads).with_(changes)


def plan_after(plan: Plan, changes: Sequence[Change]) -> Plan:
    """A forecast plan after some changes, in the order that the run after them would have.

    raises: ValueError, in words, for a change that cannot be made
    """
    after = changed(plan, changes)
    return replace(after, order=kept_order(plan, plan.order, after))


class Before:
    """A forecast plan, ready to be changed again and again: what is the same is kept."""

    def __init__(
        self,
        plan: Plan,
        *,
        trials: int = PREVIEW_TRIALS,
        seed: int,
        engine: str = "auto",
        threads: int | None = None,
    ):
        self.draws, self.engine, self.threads = Draws(seed, trials), engine, threads
        self.program = _laid_out(plan, None)
        self.works: dict[int, np.ndarray] = {}
        self.simulator: Simulator | None = None
        self.ends = self._run(plan, self.program, self.works)
        self.simulator = self.ends.simulator
        self.plan = replace(plan, order=tuple(self.ends.ids), quarters=self.ends.quarters)
        self.outlook = self.ends.result()

    def with_(self, changes: Sequence[Change]) -> WhatIf:
        """The same plan after some changes."""
        return self.compared(changes)[0]

    def compared(self, changes: Sequence[Change]) -> tuple[WhatIf, Ends]:
        """The same plan after some changes, and its last days in every trial."""
        ends = self._after(changes)
        outlook = ends.result()
        old, new = self.ends.rows, ends.rows
        told = WhatIf(
            before=self.outlook,
            after=outlook,
            items=_moves(self.outlook.items, outlook.items, old, new),
            objectives=_moves(
                self.outlook.objectives,
                outlook.objectives,
                _group_rows(self.ends),
                _group_rows(ends),
            ),
            project=_whole(self.ends, ends, self.outlook.project, outlook.project),
        )
        return told, ends

    def objectives_after(self, changes: Sequence[Change]) -> dict[int, Landing]:
        """Objectives with open items after some changes: what is quick of `with_`."""
        return {row.id: row for row in self._after(changes, items=False).result().objectives}

    def _after(self, changes: Sequence[Change], *, items: bool = True) -> Ends:
        after = plan_after(self.plan, changes)
        program = None if self._is_as_little_flat(after) else _laid_out(after, self.program)
        works = None
        if program is not None and program.others is not None:
            works = {id: row for id, row in self.works.items() if id not in program.others}
        return self._run(after, program, works, items=items)

    def _is_as_little_flat(self, after: Plan) -> bool:
        """Whether what kept the plan from the fast engines keeps the changed one as well."""
        like = self.simulator
        return like is not None and other_items(after, like.plan, like.bias.quarters) is not None

    def _run(
        self,
        plan: Plan,
        program: Program | None,
        works: dict[int, np.ndarray] | None,
        *,
        items: bool = True,
    ) -> Ends:
        engine = self.engine if program is not None else "reference"
        return Ends(
            plan,
            self.draws,
            items=items,
            engine=engine,
            threads=self.threads,
            program=program,
            works=works,
            like=self.simulator,
        )


def _laid_out(plan: Plan, like: Program | None) -> Program | None:
    try:
        return prepare(plan, like)
    except NotFlat:
        return None


def _group_rows(ends: Ends) -> dict[int, np.ndarray]:
    groups = range(ends.first_objective, len(ends.groups))
    return {ends.groups[k].id: ends.last[k] for k in groups}


def _whole(before: Ends, after: Ends, old: Landing | None, new: Landing | None) -> Move | None:
    if old is None or new is None:
        return None
    return _moves([old], [new], {old.id: before.last[0]}, {new.id: after.last[0]})[new.id]


def _moves(
    before: Sequence[Landing],
    after: Sequence[Landing],
    old: dict[int, np.ndarray],
    new: dict[int, np.ndarray],
) -> dict[int, Move]:
    """Moves of what both sides have."""
    known = {row.id: row for row in before}
    both = [(known[row.id], row) for row in after if row.id in known]
    moves = {}
    for first in range(0, len(both), _TOGETHER):
        some = both[first : first + _TOGETHER]
        was = np.minimum([old[row.id] for row, _ in some], DAYS)
        now = np.minimum([new[row.id] for row, _ in some], DAYS)
        later, earlier = (np.count_nonzero(each, axis=1) for each in (now > was, now < was))
        shares = zip(later / was.shape[1], earlier / was.shape[1], strict=True)
        for (one, other), (more, less) in zip(some, shares, strict=True):
            moves[other.id] = _move(one, other, float(more), float(less))
    return moves


def _move(old: Landing, new: Landing, later: float, earlier: float) -> Move:
    chance = None if old.chance is None or new.chance is None else new.chance - old.chance
    return Move(
        _days(old.finish.p50, new.finish.p50),
        _days(old.finish.p85, new.finish.p85),
        chance,
        later,
        earlier,
    )


def _days(before: date | None, after: date | None) -> int | None:
    return None if before is None or after is None else (after - before).days
