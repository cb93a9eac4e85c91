"""How numbers, dates and ranges read, in text without markup."""

import datetime as dt
import math
import re
from collections.abc import Callable
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tpm import zones

UNKNOWN = "–"
NO_YEAR_WITHIN_DAYS = 300
LINES = (0.85, 0.5)
"""Chances at which a verdict turns: on track from the first on, at risk from the second."""


def number(value: float | None, digits: int = 0) -> str:
    """A number with thousands marks and a true minus sign; an unknown one is a dash."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", "−")


def signed(value: float | None, digits: int = 0) -> str:
    text = number(value, digits)
    return text if value is None or value <= 0 or text.strip("0.,") == "" else f"+{text}"


def amount(value: float | None) -> str:
    """One decimal below ten, none above: as many digits as a range deserves."""
    if value is None:
        return UNKNOWN
    return number(value, 0 if abs(value) >= 9.95 or value == int(value) else 1)


def short(value: float | None) -> str:
    """A number for a narrow place: `2.3`, `123`, `1.2k`, `180k`."""
    if value is None or abs(value) < 99.95:
        return number(value, 1)
    if abs(value) < 999.5:
        return number(value)
    return _("%(n)sk") % {"n": number(value / 1000, 0 if abs(value) >= 9950 else 1)}


def ended(text: str) -> str:
    """A text as a sentence: with its own mark at the end, or else a full stop."""
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def score(value: float | None) -> str:
    """A score with three digits that count: `0.42`, `12.3`, `1,495`."""
    if value is None:
        return UNKNOWN
    return number(value, 0 if abs(value) >= 99.5 else 1 if abs(value) >= 9.95 else 2)


def cost(value: float | None) -> str:
    """An amount without its unit; what is above nothing never reads 0."""
    if value is not None and abs(value) < 0.05:
        return "<0.1" if value > 1e-9 else "0"
    return amount(value)


def days(value: float | None) -> str:
    return UNKNOWN if value is None else f"{amount(value)} d"


def day_range(low: float | None, mid: float | None, high: float | None) -> str:
    """Person-days P10, P50 and P90 as `18–34–64 d`."""
    if mid is None:
        return _("no estimate")
    if low is None or high is None:
        return days(mid)
    return f"{amount(low)}–{amount(mid)}–{amount(high)} d"


def percent(share: float | None) -> str:
    """A share from 0 to 1 in whole percent; what is not certain never reads 0 or 100."""
    if share is None:
        return UNKNOWN
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{number(share * 100)} %"


def chance(share: float | None) -> str:
    """A chance in percent that never rounds up to a line it does not reach."""
    if share is not None:
        for line in LINES:
            if share < line <= round(share, 2):
                return f"{math.floor(share * 1000) / 10:.1f} %"
    return percent(share)


@lru_cache(maxsize=4096)
def _day(value: dt.date, with_year: bool, language: str | None) -> str:
    return date_format(value, "j M Y" if with_year else "j M")


def day(value: dt.date | None, *, today: dt.date | None = None, year: bool | None = None) -> str:
    """A date as `19 Mar`, with its year where the nearest such day would be another one."""
    if value is None:
        return UNKNOWN
    if isinstance(value, dt.datetime):
        value = zones.local(value).date() if timezone.is_aware(value) else value.date()
    if year is None:
        today = today or timezone.localdate()
        year = abs(value.toordinal() - today.toordinal()) > NO_YEAR_WITHIN_DAYS
    return _day(value, year, get_language())


def day_writer(today: dt.date) -> Callable[[dt.date | None], str]:
    """`day` for many dates of one page: the day and the language are looked up once."""
    language = get_language()
    first, last = today.toordinal() - NO_YEAR_WITHIN_DAYS, today.toordinal() + NO_YEAR_WITHIN_DAYS

    def write(value: dt.date | None) -> str:
        if value is None:
            return UNKNOWN
        return _day(value, not first <= value.toordinal() <= last, language)

    return write


def when(value: dt.datetime | None, *, now: dt.datetime | None = None) -> str:
    """An instant as `09:41 today`, `09:41 yesterday` or `20 Nov`, in the reader's zone."""
    if value is None:
        return _("never")
    local = zones.local(value)
    today = zones.local(now or timezone.now()).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return _("%(clock)s today") % {"clock": clock}
    if (today - local.date()).days == 1:
        return _("%(clock)s yesterday") % {"clock": clock}
    return day(local.date(), today=today)


def initials(name: str) -> str:
    """Two letters that stand for a person."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def instant(value: dt.datetime) -> str:
    """An instant with its date, year and zone, for a tooltip."""
    local = zones.local(value)
    return f"{day(local.date(), year=True)}, {local:%H:%M} {local.tzname()}"


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def month(value: dt.date, *, year: bool = False) -> str:
    return _month(value, year, get_language())


@lru_cache(maxsize=1024)
def _month(value: dt.date, with_year: bool, language: str | None) -> str:
    return date_format(value, "M Y" if with_year else "M")


CODE_NAME = re.compile(r"[a-z]+(_[a-z]+)+")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def shown(value) -> str:
    """A value of history as people read it."""
    if value is None or value == "" or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return amount(value)
    if isinstance(value, list | tuple):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return day(dt.date.fromisoformat(value))
    if isinstance(value, str) and CODE_NAME.fullmatch(value):
        return value.replace("_", " ")
    return str(value)
