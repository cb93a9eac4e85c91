"""One record: which style it is written in, and what it says. Nothing is made up."""

import datetime
import posixpath
import re
from dataclasses import dataclass, field

from . import dates, statuses
from .links import Link, in_text, of_line, of_status
from .outline import Meta, Outline, Section, front_value, meta_lines, outline, trimmed
from .parts import PEOPLE, sections_of, style_of
from .statuses import SHIPPED, Status, Words
from .words import is_hole, lines_of, names_of, plain, without_comments

NUMBERED = re.compile(r"^(?:ADR[-\s#]*)?0*(\d{1,6})[.:)]?(?:\s+|[-–—:]\s*)(?=\S)", re.IGNORECASE)
CHOSEN = re.compile(
    r"^[*_]*chosen options?[*_]*\s*:\s*[*_]*"
    r"(?:[\"“”'`\[]+(?P<quoted>[^\"“”`\]\n]{1,300})[\"“”'`\]]+|(?P<bare>[^\n,]{1,120}?))[*_]*"
    r"\s*(?:[,.;]?\s*(?P<why>because|since|as)\b[:,]?\s*|[.,]\s*|(?=\s)|$)",
    re.IGNORECASE,
)
NO_OPTIONS = ("…", "...", "pros", "cons", "advantages", "disadvantages", "pros and cons")
BULLET = re.compile(r"^( {0,3})([-*+]|\d{1,3}[.)])[ \t]+(\S.*)$")


@dataclass(slots=True)
class Record:
    """What one file says.

    number:   of its name, else of its title
    spans:    where each part stands in the text, for patching
    split:    good and bad consequences stand under headings of their own
    dated_by: "file" where the record itself says its day, else "file name"
    """

    path: str
    text: str
    style: str = ""
    title: str = ""
    number: int | None = None
    title_number: int | None = None
    status: Status = field(default_factory=lambda: Status("", statuses.NONE, ""))
    date_raw: str = ""
    day: datetime.date | None = None
    dated_by: str = ""
    people: dict[str, list[str]] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    context: str = ""
    constraints: str = ""
    options: list[str] = field(default_factory=list)
    described: dict[str, str] = field(default_factory=dict)
    chosen: str = ""
    reasons: str = ""
    consequences: str = ""
    confirmation: str = ""
    links: list[Link] = field(default_factory=list)
    suggestions: list[Link] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    evidence: bool = False
    split: bool = False


def parse(path: str, text: str, words: Words = SHIPPED) -> Record:
    """Read one file. path: its name inside the collection, with slashes"""
    seen = outline(text)
    record = Record(path, text)
    if seen.problem:
        record.warnings.append(seen.problem)
    title = title_of(record, seen)
    sections, bold = sections_of(seen)
    metas = meta_of(seen, title, sections)
    record.style = style_of(path, seen, sections, metas, bold)
    read_meta(record, seen, metas, words)
    read_sections(record, seen, sections, words)
    read_date(record)
    read_suggestions(record, seen)
    judge(record, seen, sections, metas)
    return record


def title_of(record: Record, seen: Outline) -> Section | None:
    """The first level-1 heading without its number; else the front matter's, else the name."""
    name = posixpath.basename(record.path)
    stem = re.sub(r"\.(md|markdown)$", "", name, flags=re.IGNORECASE)
    found = re.match(r"^(?:adr[-_]?)?0*(\d{1,6})(?=[-_.\s]|$)", stem, re.IGNORECASE)
    dated = dates.of_name(stem + "-")
    record.number = int(found[1]) if found and dated is None else None
    head = next((s for s in seen.sections if s.level == 1), None)
    if head is None:
        said = (seen.front or {}).get("title")
        record.title = plain(said) if isinstance(said, str) else ""
        record.warnings.append("It has no heading of level 1.")
        if not record.title:
            bare = re.sub(r"^(?:adr[-_]?)?\d+[-_.\s]*", "", stem, flags=re.IGNORECASE)
            record.title = re.sub(r"[-_]+", " ", bare).strip().capitalize() or stem
        return None
    line = record.text[head.start : head.body]
    opening = re.match(r"^\ufeff? {0,3}#{1,6}[ \t\u00a0]+", line)
    first = opening.end() if opening else 0
    number = NUMBERED.match(line[first:])
    if number:
        record.title_number = int(number[1])
        first += number.end()
    shown = line[first:].split("\n")[0]
    shown = re.sub(r"[ \t]+#+[ \t]*$", "", shown.rstrip())
    record.spans["title"] = (head.start + first, head.start + first + len(shown))
    record.title = title_words(shown) or plain(stem)
    return head


def title_words(text: str) -> str:
    """A title without comments and odd blanks; its own quotes and code marks stay."""
    return " ".join(without_comments(text).replace("\u00a0", " ").split())


def meta_of(seen: Outline, title: Section | None, sections) -> list[Meta]:
    """The lines above the first section: "Date: …", "- Status: …"."""
    start = title.body if title else seen.body
    later = [s.start for s in seen.sections if s.start >= start and s is not title]
    later += [section.start for _, _, section in sections if section.start >= start]
    return meta_lines(seen, start, min(later, default=len(seen.text)))


def read_meta(record: Record, seen: Outline, metas: list[Meta], words: Words) -> None:
    """Front matter first; a line above the sections fills what it leaves open."""
    for name, value in (seen.front or {}).items():
        span = front_value(record.text, seen.front_span, name)
        flat = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        take_meta(record, name, flat, span, words, "front matter")
    for meta in metas:
        if meta.name not in record.extra and f"meta:{meta.name}" not in record.spans:
            take_meta(record, meta.name, meta.value, (meta.start, meta.end), words, "status")


def take_meta(record: Record, name: str, value: str, span, words: Words, where: str) -> None:
    if name in ("status", "date", "tags") or name in PEOPLE:
        if span is not None:
            record.spans[f"meta:{name}"] = span
        if name == "status":
            record.status = statuses.read(value, words)
            if span is not None:
                record.spans["status"] = span
            if not record.status.hole:
                record.links += of_status([value], where)
        elif name == "date":
            record.date_raw = value
            if span is not None:
                record.spans["date"] = span
        elif name == "tags":
            parts = names_of(value)
            spaced = len(parts) == 1 and " " in parts[0] and "," not in value
            record.tags = parts[0].split() if spaced else parts
        else:
            record.people[PEOPLE[name]] = names_of(value)
    elif where == "front matter" and name in ("supersedes", "superseded-by", "superseded_by"):
        said = name.replace("-", " ").replace("_", " ")
        record.links += of_line(f"{said} {value}", where)
    elif value and not is_hole(value):
        record.extra[name] = plain(value)[:500]


def read_sections(record: Record, seen: Outline, sections, words: Words) -> None:
    taken: set[str] = set()
    outcome = next((s for part, _, s in sections if part == "outcome"), None)
    for part, name, section in sections:
        if part in taken or part == "date":
            continue
        if part == "consequences":
            if own_consequences(section, outcome, sections):
                taken.add(part)
                read_consequences(record, seen, sections, outcome, name, section)
            continue
        taken.add(part)
        start, end = seen.content(section, end=own_end(section, sections))
        if part == "status":
            read_status(record, seen, start, end, words)
        elif part == "options":
            read_options(record, seen, start, end)
        elif part == "outcome":
            record.spans["outcome"] = (start, end)
        elif part == "described":
            read_described(record, seen, section)
        elif part == "links":
            for line in lines_of(seen.masked[start:end]).split("\n"):
                record.links += of_line(line, "links")
        else:
            record.spans[part] = (start, end)
            setattr(record, part, said(record, part, start, end))
    if "outcome" in record.spans:
        read_outcome(record)


def own_end(section: Section, sections) -> int:
    """Where a part ends: at the next known part inside of it, else with the section."""
    inner = [s.start for _, _, s in sections if section.start < s.start < section.end]
    return min(inner, default=section.end)


def own_consequences(section: Section, outcome: Section | None, sections) -> bool:
    """Consequences of the decision, not those of one option."""
    others = [s for part, _, s in sections if part in ("described", "options")]
    inside = any(s.start < section.start < s.end for s in others)
    in_outcome = outcome is not None and outcome.start < section.start < outcome.end
    return in_outcome or (not inside and section.level == 2)


def read_consequences(record, seen, sections, outcome, name: str, section: Section) -> None:
    """One section, or neighbours for good and bad ones, then with their headings."""
    start, end = seen.content(section, end=own_end(section, sections))
    if name != "consequences" and name.split()[0] in ("positive", "negative"):
        record.split = True
        start, last = section.start, section
        for part, _, other in sections:
            if part == "consequences" and other.start == last.end:
                last = other
        start, end = trimmed(record.text, start, last.end)
    elif name == "consequences":
        start, end = seen.content(section)
    record.spans["consequences"] = (start, end)
    record.consequences = said(record, "consequences", start, end)


def said(record: Record, part: str, start: int, end: int) -> str:
    """The words of a part, without comments; what the template left to fill in is nothing."""
    text = lines_of(without_comments(record.text[start:end])).strip()
    if text and "\n\n" not in text and is_hole(text):
        record.warnings.append(f"Its {part} still holds the words of the template.")
        return ""
    return text


def read_status(record: Record, seen: Outline, start: int, end: int, words: Words) -> None:
    """The first line is the status, unless a later one says that something newer took over."""
    lines, offset = [], start
    for line in record.text[start:end].splitlines(keepends=True):
        shown = seen.masked[offset : offset + len(line)]
        if shown.strip():
            lead = len(line) - len(line.lstrip(" \t"))
            lines.append((line.strip(), offset + lead, offset + len(line.rstrip())))
        offset += len(line)
    if not lines:
        return
    best = next((n for n, line in enumerate(lines) if statuses.is_replaced(line[0])), 0)
    raw, first, last = lines[best]
    record.status = statuses.read(re.sub(r"^[-*+]\s+", "", raw), words)
    record.spans["status"] = (first, last)
    if not record.status.hole:
        record.links += of_status([line for line, _, _ in lines], "status")


def read_options(record: Record, seen: Outline, start: int, end: int) -> None:
    """The first list under the heading; sub-headings where they come before any list."""
    heads = [s for s in seen.sections if start <= s.start < end]
    lists_end = min((s.start for s in heads), default=end)
    names, span = first_list(seen.masked, start, lists_end)
    if span is not None:
        record.spans["options"] = span
    elif heads:
        level = min(s.level for s in heads)
        names = [s.title for s in heads if s.level == level]
    else:
        record.spans["options"] = (start, end)
    for name in names:
        empty = is_hole(name) or plain(name).lower() in (*NO_OPTIONS, "")
        if not empty and name not in record.options:
            record.options.append(name)


def first_list(masked: str, start: int, end: int) -> tuple[list[str], tuple[int, int] | None]:
    """Names of the first list and where it stands; lines that go on with a bullet belong to it."""
    names: list[str] = []
    offset, first, last, blank = start, None, start, False
    for line in masked[start:end].splitlines(keepends=True):
        hit = BULLET.match(line.rstrip("\r\n"))
        if hit and len(hit[1]) < 2:
            names.append(title_words(hit[3]))
            first = offset if first is None else first
        elif first is not None and line.strip() and blank and not line.startswith((" ", "\t")):
            break
        if first is not None and line.strip():
            last = offset + len(line.rstrip())
        blank = not line.strip()
        offset += len(line)
    return names, None if first is None else (first, last)


def read_described(record: Record, seen: Outline, section: Section) -> None:
    for inner in seen.inside(section):
        if inner.level == section.level + 1 and not is_hole(inner.title):
            start, end = seen.content(inner)
            record.described[inner.title] = said(record, "options", start, end)
            record.spans[f"option:{inner.title}"] = (start, end)


def read_outcome(record: Record) -> None:
    """The reasons: what follows "because", else all that the outcome says."""
    start, end = record.spans["outcome"]
    hit = CHOSEN.match(record.text[start:end])
    name = plain((hit["quoted"] or hit["bare"] or "") if hit else "")
    if hit is None or not name or is_hole(f"[{name}]" if "[" in hit[0] else name):
        if hit is None or not name:
            record.spans["reasons"] = (start, end)
            record.reasons = said(record, "reasons", start, end)
        else:
            record.warnings.append("Its outcome still holds the words of the template.")
            record.spans["reasons"] = (start, end)
        return
    known = {plain(option).lower(): option for option in record.options}
    alike = [o for o in record.options if plain(o).lower().startswith(name.lower())]
    record.chosen = known.get(name.lower()) or (alike[0] if len(alike) == 1 else "")
    if not record.chosen and hit["quoted"]:
        record.options.append(name)
        record.chosen = name
        record.warnings.append(f"“{name[:60]}” is chosen, and is not in the list of options.")
    group = "quoted" if hit["quoted"] else "bare"
    if record.chosen:
        record.spans["chosen"] = (start + hit.start(group), start + hit.end(group))
        record.spans["reasons"] = trimmed(record.text, start + hit.end(), end)
    else:
        record.spans["reasons"] = (start, end)
    record.reasons = said(record, "reasons", *record.spans["reasons"])


def read_date(record: Record) -> None:
    if record.date_raw and not is_hole(record.date_raw):
        record.day = dates.read(record.date_raw)
        record.dated_by = "file" if record.day else ""
        if record.day is None:
            record.warnings.append(f"“{plain(record.date_raw)[:60]}” is not read as a day.")
        return
    if record.date_raw and (day := dates.read(record.date_raw)):
        record.day, record.dated_by = day, "file"
        return
    record.day = dates.of_name(posixpath.basename(record.path))
    record.dated_by = "file name" if record.day else ""
    why = "still holds the words of the template" if record.date_raw else "is missing"
    record.warnings.append(
        f"Its date {why}" + ("; the day is that of its file name." if record.day else ".")
    )


def read_suggestions(record: Record, seen: Outline) -> None:
    known = {link.target for link in record.links}
    for link in in_text(seen.masked):
        if link.target not in known:
            known.add(link.target)
            record.suggestions.append(link)


def judge(record: Record, seen: Outline, sections, metas: list[Meta]) -> None:
    """What else is odd, and whether this is a record at all."""
    parts = {part for part, _, _ in sections}
    named = bool(
        re.match(r"^(?:adr[-_]?)?\d{1,8}[-_.\s]", posixpath.basename(record.path), re.IGNORECASE)
    )
    has_status = "status" in record.spans
    record.evidence = (
        named or has_status or len(parts & {"context", "outcome", "options", "consequences"}) >= 2
    )
    if record.number is None:
        record.number = record.title_number
    elif record.title_number is not None and record.title_number != record.number:
        record.warnings.append(
            f"Its title says {record.title_number}, its file name {record.number}."
        )
    if record.status.hole:
        record.warnings.append("Its status still holds the choices of the template.")
    elif record.status.name == statuses.NONE:
        record.warnings.append("It has no status.")
    elif not record.status.state:
        record.warnings.append(f"No state is known for its status “{record.status.name}”.")
    if not record.context and not record.reasons:
        record.warnings.append("Neither context nor decision was found; its text is kept whole.")
