"""Even swaps and quick comparisons: make a matrix smaller, one reversible step at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tradeoffs.maths.scales import TIE, beats

OPTION, CRITERION = "option", "criterion"
Values = Sequence[Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Strike:
    """One step: an option beaten by another, or a criterion on which all that remain are equal.

    kind, index: what is struck; by: the option that beats it, None for a criterion
    kept:        whether somebody put it back: it would be struck, and is not
    """

    kind: str
    index: int
    by: int | None
    kept: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """An even trade for one option: this much less of one thing for that much more of another."""

    option: int
    criterion: int
    value: float
    paid_on: int
    paid: float


@dataclass(frozen=True, slots=True)
class Reduced:
    steps: tuple[Strike, ...]
    options: tuple[int, ...]
    criteria: tuple[int, ...]


def reduced(
    values: Values, *, kept: Collection[tuple[str, int]] = (), out: Collection[int] = ()
) -> Reduced:
    """Strike what decides nothing, until nothing more falls.

    Hammond, Keeney & Raiffa, "Even Swaps", Harvard Business Review 76(2), 1998: a dominated option
    can go, and so can a criterion on which all remaining options are equal. What is not scored is
    neither beaten by anything nor equal to it.

    values:  shape (options, criteria), on the common scale, None where not scored
    kept:    (kind, index) that somebody put back
    out:     options out by a must-have: they are left out, and beat nothing
    returns: the steps in order and what is left; the last option is never struck
    """
    options = [i for i in range(len(values)) if i not in out]
    criteria = list(range(len(values[0]) if values else 0))
    steps: list[Strike] = []
    while True:
        step = _next(values, options, criteria, {(s.kind, s.index) for s in steps})
        if step is None:
            return Reduced(tuple(steps), tuple(options), tuple(criteria))
        kept_back = (step.kind, step.index) in kept
        steps.append(Strike(step.kind, step.index, step.by, kept_back))
        if not kept_back:
            (options if step.kind == OPTION else criteria).remove(step.index)


def _next(values: Values, options, criteria, seen) -> Strike | None:
    for i in options:
        if (OPTION, i) not in seen:
            for other in options:
                rows = [[values[one][j] for j in criteria] for one in (other, i)]
                if other != i and beats(*rows):
                    return Strike(OPTION, i, other, False)
    for j in criteria:
        if (CRITERION, j) not in seen and len(criteria) > 1 and len(options) > 1:
            column = [values[i][j] for i in options]
            numbers = [x for x in column if x is not None]
            if len(numbers) == len(column) and max(numbers) - min(numbers) <= TIE:
                return Strike(CRITERION, j, None, False)
    return None


def swapped(values: Values, swaps: Sequence[Swap]) -> list[list[float | None]]:
    """The matrix after some even swaps; the original is not changed.

    raises: ValueError when a swap leaves the scale from 0 to 1 or pays on the same criterion
    """
    found = [list(row) for row in values]
    for swap in swaps:
        if not (0 <= swap.value <= 1 and 0 <= swap.paid <= 1):
            raise ValueError("a swap stays on the scale")
        if swap.criterion == swap.paid_on:
            raise ValueError("a swap pays on another criterion")
        found[swap.option][swap.criterion] = swap.value
        found[swap.option][swap.paid_on] = swap.paid
    return found


@dataclass(frozen=True, slots=True)
class Pugh:
    """How one option compares with the datum: signs by criterion, and their counts."""

    signs: tuple[int | None, ...]
    better: int
    worse: int
    same: int

    @property
    def net(self) -> int:
        return self.better - self.worse


def pugh(values: Values, *, datum: int, apart: float = 0.05) -> list[Pugh]:
    """Better, same or worse than one option (Pugh, Total Design, 1991).

    apart:   how far two values have to lie apart to count as different
    returns: one row for each option; its signs are 1, 0, -1, or None where one is not scored
    raises:  ValueError when there is no such datum
    """
    if not 0 <= datum < len(values):
        raise ValueError("compare with one of the options")
    found = []
    for row in values:
        signs = tuple(_sign(x, y, apart) for x, y in zip(row, values[datum], strict=True))
        found.append(Pugh(signs, signs.count(1), signs.count(-1), signs.count(0)))
    return found


def _sign(x: float | None, y: float | None, apart: float) -> int | None:
    if x is None or y is None:
        return None
    return 0 if abs(x - y) < apart else 1 if x > y else -1
