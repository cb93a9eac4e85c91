"""Which budget brings a team below the drag that its policy allows."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from debt.payoff_register import Register, removed_of
from tpm import policies
from tpm.models import Team


@dataclass(frozen=True)
class TeamDrag:
    """A team's mean drag before and after a choice, as shares of its capacity."""

    team: Team
    before: float
    after: float
    limit: float | None
    """The highest that its policy allows; None where it says nothing."""
    enough: float | None
    """pd: from this budget on a team above its limit comes below; None where none does."""
    least: float
    """What is left once all that gains is paid."""

    @property
    def is_over(self) -> bool:
        """Whether it drags more today than its policy allows."""
        return self.limit is not None and self.before > self.limit

    @property
    def stays_over(self) -> bool:
        return self.limit is not None and self.after > self.limit


def team_drags(found: Register, chosen: Collection[int]) -> list[TeamDrag]:
    """Means: what the chosen items take of each team's drag, shared hours counted once."""
    known = [ledger for ledger in found.ledgers if ledger.drag_mean is not None]
    limits = policies.limits_of_drag((ledger.team.pk for ledger in known), timezone.localdate())
    return [drag_of(found, ledger, chosen, limits.get(ledger.team.pk)) for ledger in known]


def drag_of(found: Register, ledger, chosen: Collection[int], limit: float | None) -> TeamDrag:
    before = ledger.drag_mean
    # Shares were cut to the cap with the drag: what is given back leaves the uncut sum.
    whole = max(ledger.drag_uncapped or 0.0, before)
    kept = whole / before if before else 1.0

    def given(pk: int) -> float:
        score = found.items[pk].latest_score
        share = ledger.shares.get(str(pk), (0.0,))[0]
        return share * removed_of(score) * kept if score is not None else 0.0

    def left(back: float) -> float:
        return min(before, max(0.0, whole - back))

    enough, spent, back = None, 0.0, 0.0
    taken: set[int] = set()
    for group in found.ranking.groups:
        for pk in group:
            if pk not in taken:
                taken.add(pk)
                spent += found.ranking.rows[pk].cost
                back += given(pk)
        if enough is None and limit is not None and left(back) <= limit < before:
            enough = math.ceil(spent * 10 - 1e-6) / 10
    return TeamDrag(
        ledger.team, before, left(sum(given(pk) for pk in chosen)), limit, enough, left(back)
    )
