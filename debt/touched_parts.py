"""How often the files of each component were changed up to a day, and how large they are.

A commit that two repositories hold, such as a mirror under a second name, counts once.
"""

import calendar
import datetime
import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.utils import timezone

from debt.maths.scoring import effective_window_months
from debt.queries.histories import Told, owners_of, weights_by
from tpm.models import Product

MONTHS_BACK = 6
"""A window of 180 days that ended so many months ago still lies in the year that is kept."""


class Touched(NamedTuple):
    """Changes of the window, and changes a month of which newer ones count more."""

    changes: int
    rate: float


def month_ends(today: datetime.date) -> list[datetime.date]:
    """The last days of the months before this one, the oldest first."""
    found = []
    year, month = today.year, today.month
    for _ in range(MONTHS_BACK):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(datetime.date(year, month, calendar.monthrange(year, month)[1]))
    return found[::-1]


def end_of(day: datetime.date) -> datetime.datetime:
    """The first moment that no longer counts."""
    return timezone.make_aware(
        datetime.datetime.combine(day + datetime.timedelta(1), datetime.time())
    )


def days_back_to(day: datetime.date, model: Mapping[str, Any]) -> int:
    """So many days of changes hold a window that ends on a day."""
    return int(model["window_days"]) + max(0, (timezone.localdate() - day).days)


def touched(
    product: Product, stories: Sequence[Told], model: Mapping[str, Any], day: datetime.date | None
) -> list[dict[int, Touched]]:
    """For each repository, component -> its changes that no repository before it told.

    day: the last that counts; None: as of when the repository was looked at
    """
    months = effective_window_months(model)
    told_before: dict[int, set[Hashable]] = defaultdict(set)
    found = []
    for told in stories:
        ends = told.looked_at if day is None else min(told.looked_at, end_of(day))
        weights = weights_by(told, ends, model)
        of_parts = {}
        for part, places in places_of_parts(product, told).items():
            near = places & weights.keys()
            if len(stories) > 1:
                once = {told.identity(place): place for place in near}
                near = {once[who] for who in once.keys() - told_before[part]}
                told_before[part] |= once.keys()
            rate = math.fsum(weights[place] for place in near) / months
            of_parts[part] = Touched(len(near), rate)
        found.append(of_parts)
    return found


def places_of_parts(product: Product, told: Told) -> dict[int, set[int]]:
    """Component -> the changes that touch its files; empty where they are known and quiet."""
    whose = owners_of(product, told.repository, told.component)
    changed: dict[int, set[int]] = defaultdict(set)
    for path, places in told.story.places().items():
        if part := whose.of(path):
            changed[part.pk].update(places)
    return changed


def lines_of_parts(product: Product, stories: Sequence[Told]) -> dict[int, int]:
    """Component -> lines of its files; what two repositories of one history hold counts once."""
    lines: dict[int, int] = defaultdict(int)
    counted: set[tuple[int, str]] = set()
    seen: set[Hashable] = set()
    known: set[tuple[str, int]] = set()
    for told in stories:
        whose = owners_of(product, told.repository, told.component)
        changes = {told.identity(place) for place in range(len(told.story.at))}
        # Where both are quiet they share no change of the window, and still all of their files.
        files = {(row[0], row[1]) for row in told.files if row[1]}
        is_copy = len(stories) > 1 and (mostly(changes, seen) or mostly(files, known))
        seen |= changes
        known |= files
        here = set()
        for path, size, *_rest in told.files:
            part = whose.of(path) if size is not None else None
            if part is not None and not (is_copy and (part.pk, path) in counted):
                lines[part.pk] += size
                here.add((part.pk, path))
        counted |= here
    return lines


def mostly(here: Set[Hashable], before: Set[Hashable]) -> bool:
    """Whether more than half of them were there before."""
    return 2 * len(here & before) > len(here)
