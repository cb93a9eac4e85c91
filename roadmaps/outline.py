"""Items as lines of text: `Title !3..5..10 #team >KEY @objective ^kind`, indentation is part of.

No Django, no database: names are resolved by whoever knows the plan.
"""

import re
from dataclasses import dataclass

TAB = 4
"""Columns that a tab indents."""
MOST_LINES = 500
LONGEST_TITLE = 300

_BULLET = re.compile(r"(?:[-*•+]|\d{1,3}[.)])\s+(?:\[[ xX]?\]\s+)?")
_RANGE = r"[-−]?[\d.,]+(?:\s+[\d.,]+){2}(?=\s|$)|[-−\d.,]\S*|\w+"
_WORD = r'"[^"]*"?|\S+'
_TOKEN = re.compile(rf"(?<!\S)(?:!(?P<range>{_RANGE})|(?P<mark>[#>@^])(?P<word>{_WORD}))")
_FIELDS = {"#": "team", "@": "objective", "^": "kind"}


@dataclass(frozen=True)
class Line:
    """One item to be.

    number:  of the line in the text, the first is 1
    parent:  index among the lines of the one that this is part of; None at the left edge
    waits:   keys or titles of what this waits for
    problem: "title", "long", "twice" with the word in `about`, or ""
    """

    number: int
    title: str
    parent: int | None = None
    depth: int = 0
    estimate: str = ""
    team: str = ""
    objective: str = ""
    kind: str = ""
    waits: tuple[str, ...] = ()
    problem: str = ""
    about: str = ""


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
    waits: list[str] = []
    problem = about = ""
    for token in _TOKEN.finditer(bare):
        name = "estimate" if token["range"] else _FIELDS.get(token["mark"], "")
        value = token["range"] or token["word"].replace('"', "").strip()
        if not name:
            waits += [value] if value else []
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
        number, title, parent, depth, waits=tuple(waits), problem=problem, about=about, **found
    )
