"""What every reader hands over, whatever tool the file came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

MAX_BYTES = 30 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 5_000
PROBLEM_COLUMN = "Import problem"
"""Header of the reason in our own download of rows left out, which may be uploaded again."""

SOURCES = {
    "jira": "Jira CSV",
    "linear": "Linear CSV",
    "github": "GitHub issues (JSON)",
    "table": "Table with a title column",
}


def rows(count: int) -> str:
    """A number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


class Unreadable(Exception):
    """The file as a whole cannot be imported; the message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person says about the file; every empty value means: work it out.

    zone:           zone of times written without one
    day_first:      True reads 3/4/2025 as 3 April, False as March 4, None asks where it matters
    days_per_point: person-days in one story point; None leaves points unconverted
    hours_per_day:  hours in a person-day, for times given in seconds
    states:         the source's status word -> our state, over the built-in table
    """

    source: str = ""
    instance: str = ""
    zone: str = "UTC"
    day_first: bool | None = None
    days_per_point: float | None = None
    hours_per_day: float = 8.0
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ImportRow:
    """One item in neutral words.

    number:     row as a spreadsheet counts it (the header is row 1), or position in a JSON list
    ids:        other names of the same row in its source: numeric id, UUID, address
    estimate:   in estimate_unit: "person-days" or "points"
    spent_days: person-days
    finished:   when it was done, or dropped where the state is "dropped"
    parent:     key of the parent in this file, else the reference as it was written
    """

    number: int
    key: str
    title: str
    instance: str = ""
    ids: tuple[str, ...] = ()
    url: str = ""
    description: str = ""
    kind: str = "feature"
    kind_word: str = ""
    state: str = "planned"
    state_word: str = ""
    priority: str = ""
    owner_name: str = ""
    owner_email: str = ""
    team: str = ""
    estimate: float | None = None
    estimate_unit: str = ""
    spent_days: float | None = None
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    not_before: date | None = None
    target: date | None = None
    parent: str = ""
    parent_title: str = ""
    blocks: list[str] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    sprint: str = ""
    rank: str = ""
    archived: bool = False
    extra: dict[str, str | list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class ColumnReport:
    """What became of one column: used, kept as a named extra value, or ignored, and why."""

    name: str
    use: str
    used_as: str = ""
    note: str = ""
    times: int = 1
    filled: int = 0


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is left out, or a value of it that is."""

    number: int
    column: str
    sentence: str
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What the file cannot tell: nothing is written before it is answered."""

    option: str
    sentence: str
    choices: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class WordCount:
    """How one word of the source was read."""

    word: str
    read_as: str
    count: int = 0
    guessed: bool = False


@dataclass(slots=True)
class ParsedFile:
    """A whole file, read: the same object feeds preview, apply and report.

    blocking: pairs (blocker, blocked) of keys, each once, in the order of the file
    bad_rows: row number -> cells as they stood, of the rows that are left out
    skipped:  what was passed over on purpose -> how many ("pull requests": 3)
    """

    source: str
    rows: list[ImportRow] = field(default_factory=list)
    columns: list[ColumnReport] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    words: dict[str, list[WordCount]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    blocking: list[tuple[str, str]] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    bad_rows: dict[int, list[str]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    records: int = 0

    def leave_out(self, number: int, column: str, sentence: str, cells: list[str]) -> None:
        """Record a row that will not be imported, with its cells for the download."""
        self.problems.append(RowProblem(number, column, sentence, left_out=True))
        self.bad_rows.setdefault(number, cells)

    def complain(self, number: int, column: str, sentence: str) -> None:
        """Record a value that is left out of a row that is otherwise imported."""
        self.problems.append(RowProblem(number, column, sentence))
