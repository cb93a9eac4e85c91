"""What a debt item has cost until a day, from its snapshots."""

import datetime
from collections.abc import Sequence


def interest_so_far(
    rates: Sequence[tuple[datetime.date, float]],
    *,
    since: datetime.date,
    until: datetime.date,
    month_days: float,
) -> float | None:
    """Person-days lost between two days: each snapshot's interest counts until the next one's day.

    rates:   (day of the snapshot, person-days a month), in order of the days; the first one also
             counts for the time before it, back to `since`
    since:   the first day that counts, such as the day on which a decision took the debt on
    until:   the day after the last that counts: today, or the day on which it was closed
    month_days: of an average month, as the score model says
    returns: None where no snapshot knows the interest
    """
    if not rates:
        return None
    total = 0.0
    for place, (day, rate) in enumerate(rates):
        start = since if place == 0 else max(since, day)
        end = until if place == len(rates) - 1 else min(until, rates[place + 1][0])
        total += rate * max(0, (end - start).days) / month_days
    return total
