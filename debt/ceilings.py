"""The interest ceiling of an acceptance: what it is held against, and how near it is."""

from debt.listed import Listed
from debt.models import DebtItem
from tpm.history import subject_type

DECIMALS = 3
"""As many as a published number shows where a decision waits for it: both end on the same day."""
NEAR = 0.8
"""Share of the ceiling from which an acceptance stands among those that run out."""


def interest_now(item: DebtItem | Listed) -> float | None:
    """Mean interest of the newest score, pd a month; None where it is not known."""
    return item.latest_score.interest_days if item.latest_score is not None else None


def is_reached(days: float, ceiling: float) -> bool:
    """Whether a mean interest is at its ceiling or above it, both in pd a month."""
    return round(days, DECIMALS) >= ceiling


def figure_code(item: DebtItem) -> str:
    """What a trigger calls the published interest of an item."""
    return f"{subject_type(item)}:{item.pk}:interest"


def used_share(item: DebtItem | Listed) -> float | None:
    """How much of its ceiling an accepted item costs; None without a ceiling or a known cost."""
    days = interest_now(item)
    if item.accepted_ceiling_days is None or days is None:
        return None
    return days / item.accepted_ceiling_days
