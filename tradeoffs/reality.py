"""What has become of an accepted decision, beside what its paper says."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

PASSING, FAILING, UNKNOWN = "passing", "failing", "unknown"


@dataclass(frozen=True, slots=True)
class Real:
    """built: share of the linked items that are done, 0 to 1; None where none is linked.

    overdue: its day to be checked is over, or a trigger waits for an answer (`asked`)
    """

    built: float | None
    confirmation: str
    overdue: bool
    asked: bool


def kept(*, chance: float | None, low: float | None, high: float | None, outcome: float) -> bool:
    """Whether what happened is what was held likely: the likelier side, or inside P10 to P90."""
    if chance is not None:
        return (chance >= 0.5) == (outcome >= 0.5)
    return low is not None and high is not None and low <= outcome <= high


def judge(
    *,
    items: Sequence[str],
    checked: Sequence[bool],
    again: str,
    check_on: datetime.date | None,
    asked: bool,
    today: datetime.date,
) -> Real:
    """Put together what is known.

    items:   states of the linked items; dropped ones do not count
    checked: of each prediction with an outcome, whether it was kept
    again:   what the last look back said to choosing the same: yes, no, unclear or empty
    asked:   whether a trigger has fired and waits for an answer
    """
    left = [state for state in items if state != "dropped"]
    built = sum(state == "done" for state in left) / len(left) if left else None
    confirmation = UNKNOWN
    if checked or again in ("yes", "no"):
        missed = sum(not one for one in checked)
        fails = again == "no" or (len(checked) > 0 and 2 * missed >= len(checked))
        confirmation = FAILING if fails else PASSING
    late = check_on is not None and check_on < today
    return Real(built, confirmation, overdue=late or asked, asked=asked)
