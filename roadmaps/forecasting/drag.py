"""The drag that was already in what a team's history taught."""

from collections.abc import Sequence
from datetime import date

Step = tuple[date, float]


def mean_drag(history: Sequence[Step], first: date, last: date) -> float:
    """Mean of a step function of drag over the days from first to last, both included.

    history: (day, drag from that day on), oldest first; before the first day drag is 0
    returns: 0 to 1
    raises:  ValueError when the days or the steps are out of order
    """
    if last < first:
        raise ValueError("the last day comes before the first")
    total, ends = 0.0, [*(day for day, _ in history), date.max][1:]
    for (day, drag), end in zip(history, ends, strict=True):
        if end < day:
            raise ValueError("steps of drag come oldest first")
        begin = max(day, first).toordinal()
        stop = min(end.toordinal(), last.toordinal() + 1)
        total += drag * max(0, stop - begin)
    return total / ((last - first).days + 1)


def reference_drag(history: Sequence[Step], spans: Sequence[tuple[date, date, float]]) -> float:
    """D_ref: mean drag over the items from which a team's pace was learned.

    spans:   (first day in progress, last day, learning weight >= 0) of each finished item
    returns: weighted mean, 0 to 1; 0 where nothing was learned
    """
    weight = sum(share for _, _, share in spans)
    if weight <= 0:
        return 0.0
    return sum(mean_drag(history, a, b) * share for a, b, share in spans) / weight
