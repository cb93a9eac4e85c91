"""Where the parts of a Markdown file begin and end, by offsets into the text."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from .words import lines_of, plain

ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t\u00a0]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
UNDERLINE = re.compile(r"^ {0,3}(=+|-{3,})[ \t]*$")
LABEL = re.compile(r"^[ \t]*(\*\*|__)([^*_\n]{2,60}?)[.:]?\1[.:]?")
META = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?([A-Za-z][A-Za-z \-]{1,30}?)(?:\*\*|__)?[ \t]*:"
    r"(?:\*\*|__)?[ \t\u00a0]*(.*?)[ \t]*$"
)
MOST_FRONT = 20_000


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, up to the next one of its level or above."""

    level: int
    title: str
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Meta:
    """A line like "Status: accepted" above the first section; the span is that of its value."""

    name: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class Outline:
    """sections: headings in order. front: values of the front matter, None without one.

    body: where the text after the front matter begins
    """

    text: str
    masked: str
    sections: list[Section]
    front: dict[str, Any] | None
    front_span: tuple[int, int]
    body: int
    problem: str = ""

    def content(self, section: Section, *, end: int | None = None) -> tuple[int, int]:
        """The span under a heading without the blank lines around it."""
        return trimmed(self.text, section.body, section.end if end is None else end)

    def inside(self, section: Section) -> list[Section]:
        return [s for s in self.sections if section.start < s.start < section.end]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return (first, max(first, start + len(piece.rstrip())))


def outline(text: str) -> Outline:
    """Find front matter and headings; those inside code and comments are none."""
    front, span, body, problem = front_matter(text)
    masked = " " * body + mask(text[body:])
    heads = headings(masked, body)
    sections = []
    for place, (level, title, start, below) in enumerate(heads):
        later = (h[2] for h in heads[place + 1 :] if h[0] <= level)
        sections.append(Section(level, plain(title), start, below, next(later, len(text))))
    return Outline(text, masked, sections, front, span, body, problem)


def mask(text: str) -> str:
    """The text with code blocks and comments as blanks; every offset stays."""
    kept: list[str] = []
    fence, comment = "", False
    for line in text.replace("\ufeff", " ").splitlines(keepends=True):
        ended = line.rstrip("\r\n")
        if fence:
            closing = FENCE.match(ended)
            if closing and closing[1].startswith(fence) and not ended.strip(" `~"):
                fence = ""
            kept.append(blank(line))
            continue
        opening = None if comment else FENCE.match(ended)
        if opening:
            fence = opening[1]
            kept.append(blank(line))
            continue
        line, comment = hide_comments(line, comment)
        kept.append(line)
    return "".join(kept)


def blank(line: str) -> str:
    return "".join(letter if letter in "\r\n" else " " for letter in line)


def hide_comments(line: str, inside: bool) -> tuple[str, bool]:
    out, at = [], 0
    while at < len(line):
        mark = line.find("-->" if inside else "<!--", at)
        stop = len(line) if mark < 0 else mark + (3 if inside else 0)
        piece = line[at:stop]
        out.append(blank(piece) if inside else piece)
        if mark < 0:
            break
        inside, at = not inside, stop
    return "".join(out), inside


def headings(masked: str, body: int) -> list[tuple[int, str, int, int]]:
    """(level, title, start, start of what follows) of every heading."""
    found, offset = [], body
    before, before_start, blank_above = "", body, True
    for line in masked[body:].splitlines(keepends=True):
        ended = line.rstrip("\r\n")
        if atx := ATX.match(ended):
            found.append((len(atx[1]), atx[2] or "", offset, offset + len(line)))
            ended = ""
        elif (
            (under := UNDERLINE.match(ended))
            and blank_above
            and before.strip()
            and not before.lstrip().startswith(("-", "*", "+", ">", "|", "#", "="))
        ):
            level = 1 if under[1][0] == "=" else 2
            found.append((level, before.strip(), before_start, offset + len(line)))
            ended = ""
        blank_above = not before.strip()
        before, before_start = ended, offset
        offset += len(line)
    return found


class Loader(yaml.BaseLoader):
    """Every scalar is text, nothing is made or repeated: no objects, no dates, no aliases."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def front_matter(text: str) -> tuple[dict[str, Any] | None, tuple[int, int], int, str]:
    """(values, span between the marks, where the rest begins, problem)."""
    start = 1 if text.startswith("\ufeff") else 0
    opening = re.match(r"---[ \t]*\r?\n", text[start : start + 20])
    if not opening:
        return None, (0, 0), 0, ""
    first = start + opening.end()
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(
        text, first, first + MOST_FRONT
    )
    if not closing:
        return None, (0, 0), 0, "The front matter does not end."
    span = (first, closing.start())
    try:
        values = yaml.load(lines_of(text[slice(*span)]), Loader)  # noqa: S506 - makes text alone
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem", None) or str(error)[:80] or "nested too deep"
        return {}, span, closing.end(), f"The front matter cannot be read: {mark}."
    if values is None:
        values = {}
    if not isinstance(values, dict):
        return {}, span, closing.end(), "The front matter holds no names with values."
    kept = {str(name).strip().lower(): value for name, value in values.items()}
    return kept, span, closing.end(), ""


def front_value(text: str, span: tuple[int, int], name: str) -> tuple[int, int] | None:
    """Where the value of a name stands, with the lines that go on with it."""
    line = re.compile(rf"^{re.escape(name)}[ \t]*:[ \t]*", re.MULTILINE | re.IGNORECASE)
    found = line.search(text, *span)
    if not found:
        return None
    more = re.compile(r"^(?=[^\s#-])", re.MULTILINE).search(text, found.end(), span[1])
    end = more.start() if more and more.start() > found.end() else span[1]
    return (found.end(), max(found.end(), found.end() + len(text[found.end() : end].rstrip())))


def meta_lines(seen: Outline, start: int, end: int) -> list[Meta]:
    """Lines of a name and a value, such as "- Status: accepted", in a part of the text."""
    found, offset = [], start
    for line in seen.text[start:end].splitlines(keepends=True):
        ended = line.rstrip("\r\n")
        shown = seen.masked[offset : offset + len(ended)]
        hit = META.match(ended) if shown.strip() else None
        if hit:
            name = hit[1].strip().lower()
            found.append(Meta(name, hit[2], offset + hit.start(2), offset + hit.end(2)))
        offset += len(line)
    return found


def labelled(seen: Outline, known: frozenset[str]) -> list[Section]:
    """Paragraphs that begin with a known bold label, as "**Context.** …", as sections."""
    starts: list[tuple[str, int, int]] = []
    offset = seen.body
    for line in seen.masked[seen.body :].splitlines(keepends=True):
        hit = LABEL.match(line)
        if hit and plain(hit[2]).lower().split(":")[0].strip() in known:
            starts.append((plain(hit[2]), offset, offset + hit.end()))
        offset += len(line)
    stops = sorted([s[1] for s in starts] + [s.start for s in seen.sections])
    return [
        Section(2, title, at, body, next((s for s in stops if s > at), len(seen.text)))
        for title, at, body in starts
    ]
