"""The verdict on a matrix: who leads, how firmly, in one of four words."""

from dataclasses import dataclass
from math import sqrt

from tradeoffs.maths.stability import Hold, holds, most_critical
from tradeoffs.maths.weighing import TIE, Weighing

CONTESTED, CLOSE, CLEAR, MODERATE = "contested", "close_call", "clear", "moderate"
PENDING, ALONE = "pending", "alone"


@dataclass(frozen=True, slots=True)
class Limits:
    """Where one word ends and the next begins; totals and shares run from 0 to 1.

    clear_first: least share of draws in which a clear winner is first
    clear_edge:  a clear winner has no challenger within this part of any weight
    close_lead:  a lead under this is a close call, on the fixed scale from 0 to 1
    close_first: first in less than this share of draws is a close call
    agreement:   Kendall's W under this is contested
    coverage:    so much has to be scored before anything is said, see `coverage`
    """

    clear_first: float = 0.80
    clear_edge: float = 0.20
    close_lead: float = 0.10
    close_first: float = 0.60
    agreement: float = 0.50
    coverage: float = 0.50


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who leads, by how much, and what would change that soonest.

    word:  the first that holds of contested, close_call, clear and moderate; pending while the
           draws are not made and the closed form alone cannot tell; alone with one option in play
    first: share of draws in which the leader is first, None before they are made
    could: options that what is not scored yet might still carry past the leader
    """

    word: str
    winner: int
    tied: tuple[int, ...]
    runner_up: int | None
    lead: float
    critical: Hold | None
    missing: int
    could: tuple[int, ...]
    first: float | None = None
    draws: int = 0
    agreement: float | None = None
    scorers: int = 0

    @property
    def is_tie(self) -> bool:
        return len(self.tied) > 1


def verdict(
    weighing: Weighing,
    *,
    first: float | None = None,
    draws: int = 0,
    agreement: float | None = None,
    scorers: int = 0,
    limits: Limits = LIMITS,
) -> Verdict | None:
    """Judge who leads and how firmly, or None where too little is scored to say anything.

    first:     rank-1 acceptability of the leader, from `draws` draws
    agreement: Kendall's W of so many scorers, None where fewer than two have scored
    """
    if not is_enough(weighing, limits):
        return None
    ranked = weighing.ranked
    winner, totals = ranked[0], weighing.totals
    tied = tuple(i for i in ranked if weighing.ranks[i] == 1)
    runner_up = ranked[1] if len(ranked) > 1 else None
    lead = 0.0 if runner_up is None else totals[winner].middle - totals[runner_up].middle
    critical = most_critical(holds(weighing)) if len(tied) == 1 else None
    return Verdict(
        word=_word(runner_up, lead, critical, first, agreement, limits),
        winner=winner,
        tied=tied,
        runner_up=runner_up,
        lead=lead,
        critical=critical,
        missing=weighing.missing,
        could=_could_still_lead(weighing, winner),
        first=first,
        draws=draws,
        agreement=agreement,
        scorers=scorers,
    )


def coverage(weighing: Weighing) -> float:
    """How much is scored, by weight, 0 to 1: the least of what is known of all options together
    and of each of the two in front.

    An option that fails a must-have is out of play and needs no more scores. A lone front runner
    among several options is compared with nothing, which is 0.
    """
    known = [
        sum(w for w, cell in zip(weighing.shares, row, strict=True) if cell is not None)
        for row in weighing.worths
    ]
    in_play = [i for i, total in enumerate(weighing.totals) if not total.fails]
    front = weighing.ranked[:2]
    if not front or (len(in_play) > 1 and len(front) < 2):
        return 0.0
    return min(sum(known[i] for i in in_play) / len(in_play), *(known[i] for i in front))


def is_enough(weighing: Weighing, limits: Limits = LIMITS) -> bool:
    """Whether so much is scored that an option may be named."""
    return bool(weighing.ranked) and coverage(weighing) >= limits.coverage - TIE


def _word(
    runner_up: int | None,
    lead: float,
    critical: Hold | None,
    first: float | None,
    agreement: float | None,
    limits: Limits,
) -> str:
    if runner_up is None:
        return ALONE
    if agreement is not None and agreement < limits.agreement:
        return CONTESTED
    if lead < limits.close_lead or (first is not None and first < limits.close_first):
        return CLOSE
    if first is None:
        return PENDING
    near = critical is not None and critical.edges()[0][0] <= limits.clear_edge
    return CLEAR if first >= limits.clear_first and not near else MODERATE


def _could_still_lead(weighing: Weighing, winner: int) -> tuple[int, ...]:
    """Options that pass the leader for some value of the cells that are not scored."""
    totals = weighing.totals
    return tuple(
        i
        for i, total in enumerate(totals)
        if i != winner
        and not total.fails
        and not (total.is_complete and totals[winner].is_complete)
        and total.ceiling - totals[winner].floor > TIE
    )


def error(share: float, draws: int) -> float:
    """Half of the 95 % interval of a share from independent draws: 1.96 sqrt(b (1 - b) / N)."""
    return 1.96 * sqrt(max(0.0, share * (1 - share)) / draws)
