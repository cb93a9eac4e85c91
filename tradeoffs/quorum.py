"""Whether enough people approved what stands there now, and whether somebody objects."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from tradeoffs import tiers

APPROVING = ("approve", "conditions")
OBJECTION = "object"
COUNT, ALL, APPROVER = "count", "all", "approver"


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said last; people are any hashable ids.

    stale: what they looked at has changed since
    """

    by: int
    verdict: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Who has to approve: `needed` of those asked, everybody of `members`, or the `approver`."""

    kind: str = COUNT
    needed: int = 1
    members: frozenset[int] = frozenset()
    approver: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review stands.

    counted: whose approval counts now; stale: whose approval does not count any more
    lacking: people whose approval the rule asks for by name; blocking: whose objections are open
    """

    counted: tuple[int, ...]
    needed: int
    stale: tuple[int, ...] = ()
    lacking: tuple[int, ...] = ()
    blocking: tuple[int, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Whether it may be accepted as far as people are concerned."""
        return len(self.counted) >= self.needed and not (
            self.lacking or self.blocking or self.problems
        )


def judge(
    votes: Iterable[Vote],
    *,
    tier: int | None,
    rule: Rule,
    author: int,
    others: Set[int],
    objecting: Sequence[int] = (),
) -> Standing:
    """Count what was said.

    votes:     the last one of each person
    author:    whose own approval never counts
    others:    people apart from the author who could approve; where they are fewer than the tier
               asks for, all of them are enough, and where there is nobody, nobody is asked
    objecting: people with an objection that is neither withdrawn nor overruled, stale or not
    """
    given = [vote for vote in votes if vote.verdict in APPROVING and vote.by != author]
    counted = tuple(sorted(vote.by for vote in given if not vote.stale))
    asked = max(tiers.approvals(tier), rule.needed if rule.kind == COUNT and tier != 0 else 0)
    named: set[int] = set()
    problems = []
    if tier != 0 and rule.kind == ALL:
        named = set(rule.members) - {author}
        if not rule.members:
            problems.append("Nobody of the team has an account that could approve.")
    if tier != 0 and rule.kind == APPROVER:
        if rule.approver is None:
            problems.append("Name an approver who has an account.")
        elif rule.approver == author and others:
            problems.append("The approver is the author: name somebody else.")
        else:
            named = {rule.approver} - {author}
    return Standing(
        counted=counted,
        needed=max(min(asked, len(others)), len(named)),
        stale=tuple(sorted(vote.by for vote in given if vote.stale)),
        lacking=tuple(sorted(named - set(counted))),
        blocking=tuple(objecting),
        problems=tuple(problems),
    )
