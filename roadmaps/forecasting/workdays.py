"""Working days of the past."""

from collections.abc import Iterable
from datetime import date, timedelta

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
Span = tuple[date, date]


def workdays(
    first: date,
    last: date,
    closures: Iterable[Span] = (),
    weekdays: Iterable[int] = MONDAY_TO_FRIDAY,
) -> int:
    """Working days from the first to the last day, both included; 0 where none lies between.

    closures: first and last days of holidays and freezes, which count for nothing
    weekdays: days of the week on which work is done, 0 = Monday
    """
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weekly = set(weekdays)
    weeks, rest = divmod(days, 7)
    count = weeks * len(weekly) + sum((first.weekday() + n) % 7 in weekly for n in range(rest))
    closed = {
        day
        for begin, end in closures
        for n in range((min(end, last) - max(begin, first)).days + 1)
        for day in [max(begin, first) + timedelta(n)]
        if day.weekday() in weekly
    }
    return count - len(closed)
