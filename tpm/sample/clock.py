"""A clock that can be set back, so that the sample has a past that its own services wrote.

It turns the clock of the whole process: only the loading command uses it, before anything serves.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now
from django.db.models.signals import pre_save
from django.utils import timezone

NO_WORK = (5, 6)  # Saturday, Sunday


@dataclass(frozen=True)
class Calendar:
    """Days counted from the day of loading, negative for the past."""

    today: datetime.date

    def day(self, offset: int) -> datetime.date:
        return self.today + datetime.timedelta(days=offset)

    def workday(self, offset: int) -> datetime.date:
        """That day, or the Friday before a weekend; today is today, as for the nightly work."""
        day = self.day(offset)
        if offset == 0:
            return day
        return day - datetime.timedelta(days=max(0, day.weekday() - 4))

    def moment(self, offset: int, hour: int = 9, minute: int = 0) -> datetime.datetime:
        return at(self.workday(offset), hour, minute)

    @contextmanager
    def ago(self, days: int, hour: int = 9, minute: int = 0) -> Iterator[datetime.datetime]:
        """Inside, it is that hour so many days ago, or the Friday before."""
        with set_to(self.moment(-days, hour, minute)) as moment:
            yield moment


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of a day, never later than now."""
    moment = datetime.datetime.combine(
        day, datetime.time(hour, minute), timezone.get_default_timezone()
    )
    return min(moment, timezone.now())


@contextmanager
def set_to(moment: datetime.datetime) -> Iterator[datetime.datetime]:
    """Inside, it is that moment, also for what the database would date by itself."""

    def date_row(sender: type[Model], instance: Model, **_) -> None:
        for field in sender._meta.concrete_fields:
            if isinstance(field.db_default, Now) and isinstance(
                getattr(instance, field.attname), DatabaseDefault
            ):
                setattr(instance, field.attname, moment)

    pre_save.connect(date_row, weak=False)
    try:
        with patch.object(timezone, "now", lambda: moment):
            yield moment
    finally:
        pre_save.disconnect(date_row)
