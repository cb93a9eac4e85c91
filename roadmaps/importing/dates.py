"""Dates as the trackers write them: one reading for a whole file."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .rows import Question, Unreadable

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero janeiro janv janvier januar gen gennaio januari",
            "feb february febrero fev fevereiro fevr fevrier februar febbraio februari",
            "mar march marzo marco mars marz maerz mrt maart mrz",
            "apr april abr abril avr avril aprile",
            "may mayo mai maio mag maggio mei",
            "jun june junio junho juin juni giu giugno",
            "jul july julio julho juil juillet juli lug luglio",
            "aug august ago agosto aout augustus",
            "sep sept september septiembre set setembro septembre settembre setiembre",
            "oct october octubre out outubro octobre okt oktober ott ottobre",
            "nov november noviembre novembro novembre",
            "dec december dic diciembre dez dezembro decembre dezember dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
PLAIN = str.maketrans("áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")

TIME = r"(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(?:([ap])\.?\s?m?\.?)?)?"
LONGEST = 80
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$")
SCRIPT = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT(.*)$"
)
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
DAY_MONTH = re.compile(r"(\d{1,2})[-/. ]+([^\W\d_]+)\.?[-/. ]+(\d{4}|\d{2})" + TIME + "$", re.I)
MONTH_DAY = re.compile(r"([^\W\d_]+)\.? (\d{1,2}),? (\d{4})" + TIME + "$", re.IGNORECASE)
NUMBERS = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})" + TIME + "$", re.IGNORECASE)


class Undecided(ValueError):
    """The date waits for the answer to the reader's question."""


class DateReader:
    """Reads every date of one file the same way, after seeing them all.

    samples:   all non-empty date cells of the file
    zone:      zone of times written without one
    day_first: the person's answer, or None
    raises:    Unreadable when the zone does not exist
    """

    def __init__(self, samples: Iterable[str], *, zone: str = "UTC", day_first: bool | None = None):
        try:
            self.zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Unreadable(
                f"There is no time zone “{zone}”; write it as Europe/Lisbon."
            ) from error
        self.zoneless = 0
        self.question: Question | None = None
        self._known: dict[str, datetime | str] = {}
        self.day_first = day_first
        if day_first is None:
            self.day_first = self._order(samples)

    def _order(self, samples: Iterable[str]) -> bool | None:
        day_first = month_first = 0
        unsure: list[str] = []
        for text in samples:
            match = NUMBERS.match(text) if len(text) <= LONGEST else None
            if not match or len(match[1]) > 2:
                continue
            first, second = int(match[1]), int(match[3])
            if match[2] == "." or (first > 12 >= second):
                day_first += 1
            elif second > 12 >= first:
                month_first += 1
            elif first != second and len(unsure) < 3 and text not in unsure:
                unsure.append(text)
        if day_first or month_first:
            return day_first >= month_first
        if unsure:
            examples = ", ".join(unsure)
            self.question = Question(
                "day_first",
                f"Dates such as {examples} can be read two ways: is the day or the month first?",
                (("day", "Day first: 3/4 is 3 April"), ("month", "Month first: 3/4 is March 4")),
            )
        return None

    def moment(self, text: str) -> datetime:
        """Read an instant, in UTC.

        raises: ValueError with a sentence, or Undecided
        """
        written = self._written(text)
        if written.tzinfo is None:
            self.zoneless += 1
            written = written.replace(tzinfo=self.zone)
        try:
            return written.astimezone(UTC)
        except OverflowError as error:
            raise ValueError(f"“{text}” is out of range.") from error

    def day(self, text: str) -> date:
        """Read a calendar day as it is written: never shifted by a zone.

        raises: ValueError with a sentence
        """
        return self._written(text).date()

    def _written(self, text: str) -> datetime:
        known = self._known.get(text)
        if known is None:
            try:
                known = self._read(text)
                if not 1970 <= known.year <= 2199:
                    known = f"“{text[:40]}” lies outside the years 1970 to 2199."
            except Undecided:
                raise
            except (ValueError, OverflowError):
                known = f"“{text[:40]}” cannot be read as a date."
            self._known[text] = known
        if isinstance(known, str):
            raise ValueError(known)
        return known

    def _read(self, text: str) -> datetime:
        if len(text) > LONGEST:
            raise ValueError(text)
        if ISO.match(text):
            return datetime.fromisoformat(text)
        if match := SCRIPT.match(text):
            return _script_date(match)
        if match := DAY_MONTH.match(text):
            day, month, year, *clock = match.groups()
            return _build(year, _month(month), day, clock)
        if match := MONTH_DAY.match(text):
            month, day, year, *clock = match.groups()
            return _build(year, _month(month), day, clock)
        match = NUMBERS.match(text)
        if not match:
            raise ValueError(text)
        first, mark, second, third, *clock = match.groups()
        if len(first) == 4:
            return _build(first, int(second), third, clock)
        if len(first) > 2:
            raise ValueError(text)
        if mark == "." or self.day_first or (self.day_first is None and first == second):
            return _build(third, int(second), first, clock)
        if self.day_first is None:
            raise Undecided(text)
        return _build(third, int(first), second, clock)


def _script_date(match: re.Match[str]) -> datetime:
    """Read JavaScript's Date.toString()."""
    month, day, year, hour, minute, second, rest = match.groups()
    sign, hours, minutes = (OFFSET.match(rest) or OFFSET.match("+0000")).groups()  # type: ignore[union-attr]
    return datetime.fromisoformat(
        f"{year}-{_month(month):02}-{int(day):02}T{hour}:{minute}:{second}{sign}{hours}:{minutes}"
    )


def _month(name: str) -> int:
    try:
        return MONTHS[name.lower().translate(PLAIN)]
    except KeyError:
        raise ValueError(name) from None


def _build(year: str, month: int, day: str, clock: list[str | None]) -> datetime:
    hour, minute, second, half = clock
    years = int(year)
    if len(year) <= 2:
        years += 2000 if years < 70 else 1900
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(hours)
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    at = time(hours, int(minute or 0), int(second or 0))
    return datetime.combine(date(years, month, int(day)), at)
