"""The filter language: `team:pay -status:done p85>2027-03-01 "two words"`, read into terms.

Terms stand side by side and all hold. `name:a,b` is a or b, `-` in front says not, quotes keep
spaces, and what is no term is text. No Django, no clock: today comes from outside.
"""

import calendar
import datetime
import re
from dataclasses import dataclass, replace

LONGEST = 1000
"""Characters of one filter that are read; nobody types more."""
MOST = 40
"""Terms of one filter that are read."""

NAMED = ("team", "objective", "owner", "component", "parent")
"""Terms whose values are rows of the plan."""
WORDS: dict[str, tuple[str, ...]] = {
    "state": ("open", "any", "idea", "planned", "in_progress", "done", "dropped"),
    "kind": ("feature", "platform", "bet", "debt", "compliance", "milestone"),
    "horizon": ("now", "next", "later", "none"),
    "estimate": ("none", "any"),
    "is": ("pinned", "blocked", "late"),
}
"""Terms whose values are words of the language."""
DAYS = ("p50", "p85", "p95", "target", "start")
NUMBERS = ("effort", "chance", "rank", "score", "cost")
ALIASES = {"status": "state"}
NAMES = (*NAMED, *WORDS, *DAYS, *NUMBERS)
SAME = {"in progress": "in_progress", "progress": "in_progress", "doing": "in_progress"}

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_TERM = re.compile(r"(-?)([A-Za-z]\w*)(<=|>=|[:<>=])(.*)", re.DOTALL)
_PART = re.compile(r'(?:[^,"]|"[^"]*"?)+')
_OPERATOR = re.compile(r"(<=|>=|[<>=])")
_AWAY = re.compile(r"([+-]\d{1,4})([dwmqy])")
_NUMBER = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s*(?:%|d)?")


@dataclass(frozen=True)
class Term:
    """One thing that the rows must have, or must not.

    name:    one of NAMES; empty for text, and for a name that is not known
    problem: "name", "empty", "value", "day", "number" or ""; a term with one says nothing
    typed:   as it stands in the filter
    """

    name: str
    values: tuple[str, ...]
    typed: str
    operator: str = ":"
    negated: bool = False
    day: datetime.date | None = None
    number: float | None = None
    problem: str = ""

    @property
    def is_text(self) -> bool:
        return not self.name and not self.problem

    @property
    def asks_for_none(self) -> bool:
        return self.values == ("none",)


def parse(text: str, *, today: datetime.date) -> list[Term]:
    """The terms of a filter, in the order in which they stand."""
    tokens = _TOKEN.findall(text.replace("\0", "")[:LONGEST])[:MOST]
    terms = (term_of(token, today) for token in tokens)
    return [term for term in terms if term is not None]


def term_of(token: str, today: datetime.date) -> Term | None:
    """What one word of a filter says; None for a bare quote or minus."""
    found = _TERM.fullmatch(token)
    if found is None:
        negated = token.startswith("-") and len(token) > 1
        words = bare(token[1:] if negated else token).strip()
        return Term("", (words,), token, negated=negated) if words not in ("", "-") else None
    minus, word, operator, rest = found.groups()
    name = ALIASES.get(word.lower(), word.lower())
    if name not in NAMES:
        return Term("", (bare(rest),), token, operator, bool(minus), problem="name")
    if operator == ":" and (found := _OPERATOR.match(rest)) and name in (*DAYS, *NUMBERS):
        operator, rest = found[1], rest[found.end() :]
    values = tuple(bare(part).strip() for part in _PART.findall(rest))
    values = tuple(value for value in values if value)
    if not values:
        return Term(name, (), token, operator, bool(minus), problem="empty")
    return checked(name, values, token, "=" if operator == ":" else operator, bool(minus), today)


def checked(
    name: str, values: tuple[str, ...], typed: str, operator: str, negated: bool,
    today: datetime.date,
) -> Term:  # fmt: skip
    """A term with its value read as the kind that its name wants."""
    if name in DAYS or name in NUMBERS:
        word = values[0].lower()
        if word == "none" and name not in ("rank", "chance") and operator == "=":
            return Term(name, ("none",), typed, operator, negated)
        day = day_of(word, today) if name in DAYS else None
        number = number_of(word) if name in NUMBERS else None
        wrong = day is None and number is None
        problem = ("day" if name in DAYS else "number") if wrong else ""
        return Term(name, (word,), typed, operator, negated, day, number, problem)
    if operator != "=":
        return Term(name, values, typed, operator, negated, problem="value")
    if name in WORDS:
        values = tuple(SAME.get(value.lower(), value.lower()) for value in values)
        wrong = any(value not in WORDS[name] for value in values)
        return Term(name, values, typed, ":", negated, problem="value" if wrong else "")
    return Term(name, values, typed, ":", negated)


def day_of(word: str, today: datetime.date) -> datetime.date | None:
    """A day as 2027-03-01, today, or so far from it: +2w, -3d, +1m, +1q, +1y."""
    if word == "today":
        return today
    try:
        if away := _AWAY.fullmatch(word):
            return moved(today, int(away[1]), away[2])
        return datetime.date.fromisoformat(word)
    except (ValueError, OverflowError):
        return None


def moved(day: datetime.date, steps: int, unit: str) -> datetime.date:
    """raises: ValueError or OverflowError where no calendar reaches"""
    if unit in "dw":
        return day + datetime.timedelta(days=steps * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + steps * {"m": 1, "q": 3, "y": 12}[unit]
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def number_of(word: str) -> float | None:
    found = _NUMBER.fullmatch(word)
    return float(found[1].replace(",", ".")) if found else None


def bare(word: str) -> str:
    return word.replace('"', "")


def written(name: str, value: str, *, negated: bool = False) -> str:
    """A term as somebody would type it; without a name it is text."""
    value = bare(value)
    if re.search(r"[\s,]", value) or (not name and (_TERM.fullmatch(value) or value[:1] == "-")):
        value = f'"{value}"'
    return ("-" if negated else "") + (f"{name}:{value}" if name else value)


def with_value(term: Term, old: str, new: str) -> Term:
    """A term that says a value in the place of another."""
    if all(value.lower() != old for value in term.values):
        return term
    values = tuple(new if value.lower() == old else value for value in term.values)
    typed = (
        ("-" if term.negated else "")
        + f"{term.name}:"
        + ",".join(written("", value) for value in values)
    )
    return replace(term, values=values, typed=typed)


def joined(terms: list[Term]) -> str:
    return " ".join(term.typed for term in terms)
