"""Items as lines of text: `Title !3..5..10 #team >KEY @objective ^kind`, indentation is part of.

Several `#team` share an item, evenly or as `#pay=6 #risk=4` says.

No Django, no database: names are resolved by whoever knows the plan.
"""

import re
from dataclasses import dataclass

TAB = 4
"""Columns that a tab indents."""
MOST_LINES = 500
LONGEST_TITLE = 300
MOST_DAYS = 10_000

_BULLET = re.compile(r"(?:[-*•+]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?")
_RANGE = r"[-−]?[\d.,]+(?:\s+[\d.,]+){2}(?=\s|$)|[-−\d.,]\S*|\w+"
_WORD = r'"[^"]*"?|\S+'
_TOKEN = re.compile(rf"(?<!\S)(?:!(?P<range>{_RANGE})|(?P<mark>[#>@^])(?P<word>{_WORD}))")
_FIELDS = {"#": "teams", "@": "objective", "^": "kind"}


@dataclass(frozen=True)
class Line:
    """One item to be.

    number:  of the line in the text, the first is 1
    parent:  index among the lines of the one that this is part of; None at the left edge
    waits:   keys or titles of what this waits for
    teams:   each named team with its person-days; None where none were said
    problem: "title", "long", "twice" or "days" with the word in `about`, or ""
    """

    number: int
    title: str
    parent: int | None = None
    depth: int = 0
    estimate: str = ""
    teams: tuple[tuple[str, float | None], ...] = ()
    objective: str = ""
    kind: str = ""
    waits: tuple[str, ...] = ()
    problem: str = ""
    about: str = ""

    @property
    def team(self) -> str:
        """The teams as they were written."""
        return ", ".join(name if days is None else f"{name}={days:g}" for name, days in self.teams)


def parse(text: str) -> list[Line]:
    """The items of a text; empty lines say nothing, and what lies beyond MOST_LINES is not read."""
    lines: list[Line] = []
    # Columns of the open levels, each with the index of its line.
    levels: list[tuple[int, int]] = []
    for number, raw in enumerate(text.replace("\0", "").splitlines(), start=1):
        bare = raw.strip()
        if not bare:
            continue
        if len(lines) == MOST_LINES:
            break
        column = indent(raw)
        while levels and levels[-1][0] >= column:
            levels.pop()
        parent = levels[-1][1] if levels else None
        levels.append((column, len(lines)))
        lines.append(line_of(bare, number, parent, len(levels) - 1))
    return lines


def indent(raw: str) -> int:
    column = 0
    for letter in raw:
        if letter == "\t":
            column += TAB - column % TAB
        elif letter.isspace():
            column += 1
        else:
            break
    return column


def line_of(bare: str, number: int, parent: int | None, depth: int) -> Line:
    bare = _BULLET.sub("", bare, count=1) if _BULLET.match(bare) else bare
    found: dict[str, str] = {}
    teams: list[tuple[str, float | None]] = []
    waits: list[str] = []
    problem = about = ""
    for token in _TOKEN.finditer(bare):
        name = "estimate" if token["range"] else _FIELDS.get(token["mark"], "")
        value = token["range"] or token["word"].replace('"', "").strip()
        if not name:
            waits += [value] if value else []
        elif name == "teams":
            team, days, wrong = team_of(value)
            if wrong:
                problem, about = "days", token[0]
            teams += [(team, days)] if team else []
        elif name in found:
            problem, about = "twice", token[0]
        else:
            found[name] = value
    title = " ".join(_TOKEN.sub(" ", bare).split())
    if not title:
        problem, about = "title", bare
    elif len(title) > LONGEST_TITLE:
        problem, about = "long", title[:40]
    return Line(
        number, title, parent, depth, waits=tuple(waits), teams=tuple(teams),
        problem=problem, about=about, **found,
    )  # fmt: skip


def team_of(word: str) -> tuple[str, float | None, bool]:
    """(team, its person-days, whether those make no sense) of `pay` or `pay=6`."""
    name, sign, said = word.rpartition("=")
    if not sign or not name:
        return word, None, False
    try:
        days = float(said.replace(",", "."))
    except ValueError:
        return name, None, True
    return name, days, not 0 < days <= MOST_DAYS
