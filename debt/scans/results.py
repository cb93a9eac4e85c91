"""What every reader of reports hands over, whatever tool the file came from."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

MAX_BYTES = 100 * 1024 * 1024
MAX_RESULTS = 50_000
LONGEST_RULE, LONGEST_MESSAGE, LONGEST_PATH = 200, 1000, 500
LEAST_EFFORT_MINUTES = 1 / 60
MOST_EFFORT_MINUTES = 60 * 24 * 60
"""Of one finding: sixty whole days are a project of their own."""
NUMBERS = re.compile(r"0x[0-9a-fA-F]+|\d+")
SPACE = re.compile(r"\s+")
GAP = "…"
FEWEST_SHARED = 2
"""Words that messages share at least, or they say nothing alike."""
HOLE = re.compile(r"\{\w*\}")
"""What a tool fills in for each finding: `Line too long ({width} > {limit})`."""

FORMATS = {
    "sarif": "SARIF",
    "gitlab": "GitLab Code Quality",
    "gitlab-sast": "GitLab SAST",
    "sonar": "SonarQube generic issues",
    "sonar-api": "SonarQube web API",
    "eslint": "ESLint JSON",
    "findings": "generic findings (JSON)",
    "csv": "generic findings (CSV)",
}

LEVELS = {
    "error": "error", "blocker": "error", "critical": "error", "high": "error",
    "warning": "warning", "major": "warning", "medium": "warning",
    "note": "note", "minor": "note", "low": "note", "info": "note", "informational": "note",
    "none": "note",
}  # fmt: skip


def words_of_rule(rule: str, name: str, messages: Collection[str]) -> str:
    """What a rule is called: its own name, else what its findings say alike; empty: nothing.

    messages: all that its findings say, each once
    """
    if name and not HOLE.search(name):
        return name
    if len(messages) == 1:
        return next(iter(messages))
    return HOLE.sub(GAP, name) if name else common_words(rule, messages)


def common_words(rule: str, messages: Collection[str]) -> str:
    """The words that all messages share, in order, with a mark where others stood between."""
    if not messages:
        return ""
    first, *others = (
        [word for word in message.split() if word.rstrip(":") != rule]
        for message in sorted(messages)
    )
    shared = set(first).intersection(*others)
    if len(shared) < FEWEST_SHARED:
        return ""
    kept = (word if word in shared else GAP for word in first)
    words = " ".join(" ".join(run) if word != GAP else GAP for word, run in groupby(kept))
    return words.removesuffix(f" {GAP}")


class Unreadable(Exception):
    """The file as a whole cannot be imported; the message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person says about a report; every empty value means: work it out.

    format:        a name of FORMATS
    tool:          of a format that does not name it
    configuration: tells two runs of one tool apart
    prefix:        folder of the checkout, where the report has absolute paths
    root:          the checkout of the scan before, tried where nothing else is known
    folders:       path prefixes of the component, the last sign of where a checkout begins
    """

    format: str = ""
    tool: str = ""
    configuration: str = ""
    prefix: str = ""
    root: str = ""
    folders: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """One finding of a report.

    number:       its place in the file, from 1
    raw:          where it lies as the file says, until paths are settled
    base:         the folder that the file itself gives for it, when it is absolute
    place:        where it lies when that is no file: a name in the code, or an address
    fingerprints: (name, value) that the tool promises to keep, the strongest first
    context:      hash of the line and its neighbours; empty where the text is unknown
    effort:       minutes to fix, as the tool declares them
    suppressed:   why the tool leaves it out; empty where it does not
    """

    number: int
    rule: str
    message: str
    raw: str = ""
    base: str = ""
    path: str = ""
    place: str = ""
    line: int | None = None
    column: int = 0
    level: str = "warning"
    fingerprints: tuple[tuple[str, str], ...] = ()
    context: str = ""
    effort: float | None = None
    suppressed: str = ""
    rule_name: str = ""

    @property
    def masked(self) -> str:
        """The message without its numbers, which change when lines move."""
        return masked(self.message)


def effort_of(minutes: float | None) -> float | None:
    """Minutes that fixing one finding takes; None, unknown, where that is no time for a finding."""
    if minutes is None or not LEAST_EFFORT_MINUTES <= minutes <= MOST_EFFORT_MINUTES:
        return None
    return float(minutes)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of a report that is not taken, and why."""

    number: int
    rule: str
    path: str
    line: int | None
    message: str
    reason: str


@dataclass(slots=True)
class Run:
    """What one tool says about one configuration.

    has_results: False where the list of results is absent or null: then nothing may be closed
    """

    tool: str
    configuration: str = ""
    version: str = ""
    has_results: bool = True
    results: list[Result] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    root: str = ""


@dataclass(slots=True)
class Report:
    """A whole report. count: every result of the file, refused ones too."""

    format: str
    runs: list[Run] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def count(self) -> int:
        return sum(len(run.results) + len(run.refused) for run in self.runs)


def masked(message: str) -> str:
    return NUMBERS.sub("#", message)


def text(value: Any, most: int) -> str:
    """A value as text that every database keeps: no NUL, no half characters, not too long."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping | list):
        return ""
    words = str(value).replace("\x00", "")
    return words.encode("utf-8", "replace").decode()[:most].strip()


def one_line(value: Any, most: int = LONGEST_MESSAGE) -> str:
    return SPACE.sub(" ", text(value, most * 2))[:most].strip()


def whole(value: Any, most: int = 10**9) -> int | None:
    """A line number, or None where there is none: not a number, below 1, or absurdly large."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return number if 1 <= number <= most else None


def level_of(value: Any, default: str = "warning") -> str:
    return LEVELS.get(str(value).lower(), default)


def dig(value: Any, *names: str | int) -> Any:
    """What lies under these names, or None where anything on the way is not what it should be."""
    for name in names:
        if isinstance(name, int):
            if not isinstance(value, list) or not -len(value) <= name < len(value):
                return None
            value = value[name]
        elif isinstance(value, Mapping):
            value = value.get(name)
        else:
            return None
    return value


def listed(value: Any) -> list[Any]:
    """A list as it is; nothing where a report has something else in its place."""
    return value if isinstance(value, list) else []


def index_of(value: Any) -> int | None:
    """A position in a list, from 0, or None where there is none."""
    return value if isinstance(value, int) and value is not True and value >= 0 else None


def count_one_more(count: int) -> int:
    """Count a result. raises: Unreadable beyond the limit"""
    if count >= MAX_RESULTS:
        raise Unreadable(
            f"The report has more than {MAX_RESULTS:,} results. Scan a part of the code at a time."
        )
    return count + 1
