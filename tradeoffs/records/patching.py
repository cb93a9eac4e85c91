"""Changing a part of a record and leaving every other byte as it was."""

import json
import re
from collections.abc import Mapping

from . import parsing, parts
from .outline import labelled, outline
from .parsing import Record
from .words import is_hole, lines_of, newline_of

HEADINGS: dict[str, dict[str, str]] = {
    "madr": {
        "context": "## Context and Problem Statement", "constraints": "### Constraints",
        "options": "## Considered Options", "reasons": "## Decision Outcome",
        "consequences": "### Consequences", "confirmation": "### Confirmation",
    },
    "nygard": {
        "status": "## Status", "context": "## Context", "constraints": "## Constraints",
        "options": "## Options", "reasons": "## Decision", "consequences": "## Consequences",
        "confirmation": "## Confirmation",
    },
    "bold": {
        "context": "**Context.** ", "constraints": "**Constraints.** ",
        "options": "**Options.**\n\n", "reasons": "**Decision.** ",
        "consequences": "**Consequences.** ", "confirmation": "**How we know.** ",
    },
}  # fmt: skip
ORDER = ("status", "context", "constraints", "options", "reasons", "consequences", "confirmation")

ROLES = ("consulted", "informed")

Change = str | list[str]


def patch(text: str, changes: Mapping[str, Change], *, path: str = "") -> str:
    """Give parts of a record new words.

    changes: title, status, context, constraints, options (a list), chosen, reasons, consequences,
             confirmation, "option:NAME", or consulted and informed (lists of names), which only
             files with front matter have a place for
    returns: the text; outside of these parts not a byte is another
    """
    for name, value in ordered(changes):
        record = parsing.parse(path, text)
        text = one(record, name, value)
    return text


def ordered(changes: Mapping[str, Change]) -> list[tuple[str, Change]]:
    """Options before the chosen one, the chosen one before the reasons."""
    rank = {"title": 0, "status": 1, "context": 2, "constraints": 3, "options": 4, "chosen": 5}
    return sorted(changes.items(), key=lambda pair: rank.get(pair[0], 9))


def one(record: Record, name: str, value: Change) -> str:
    if name == "options":
        return options(record, list(value))
    if name in ROLES:
        return people(record, name, list(value))
    words = lines_of(value if isinstance(value, str) else "\n".join(value)).strip()
    if name == "title":
        words = " ".join(words.split())
    if name == "status":
        return status(record, words)
    if name == "chosen" and "chosen" not in record.spans:
        return choose(record, words)
    span = record.spans.get(name)
    if span is None:
        return added(record, name, words) if words else record.text
    if name == "consequences" and record.split:
        words = under_a_heading(record.text[slice(*span)], words)
    if name == "title" or name == "chosen":
        return put(record.text, span, words)
    return put(record.text, span, spaced(record.text, span, words))


def under_a_heading(old: str, words: str) -> str:
    """Words that take the place of good and bad consequences stand under one heading."""
    marks = re.match(r"#+", old)
    return f"{marks[0]} Consequences\n\n{words}" if marks and not words.startswith("#") else words


def put(text: str, span: tuple[int, int], words: str) -> str:
    start, end = span
    return text[:start] + words.replace("\n", newline_of(text)) + text[end:]


def spaced(text: str, span: tuple[int, int], words: str) -> str:
    """An empty section that gets words also gets the blank lines around them."""
    start, end = span
    if not words or start != end:
        return words
    before = text[:start]
    line_begins = before.endswith("\n") or not before
    lead = "" if before.endswith(("\n\n", "\n\r\n")) else "\n" if line_begins else " "
    rest = text[end:]
    tail = (
        "" if not rest.strip() and rest.endswith("\n") else "\n" if rest[:1] in "\r\n" else "\n\n"
    )
    return lead + words + tail


def status(record: Record, words: str) -> str:
    """A status in the style of its file: quoted in front matter, with its capital in a section."""
    span = record.spans.get("status")
    text = record.text
    if span is None:
        return new_status(record, words)
    if "meta:status" in record.spans and record.spans["meta:status"] == span:
        raw = text[slice(*span)].strip()
        if text.lstrip("\ufeff").startswith("---"):
            quoted = raw[:1] in "\"'" or ":" in words or words[:1] in "[{&*!|>%@`#"
            return put(text, span, json.dumps(words, ensure_ascii=False) if quoted else words)
        capital = raw[:1].isupper()
        return put(text, span, words[:1].upper() + words[1:] if capital else words)
    raw = text[slice(*span)]
    bullet = re.match(r"^[-*+]\s+", raw)
    lead = bullet[0] if bullet else ""
    return put(text, span, lead + words[:1].upper() + words[1:])


def people(record: Record, name: str, names: list[str]) -> str:
    """Names in the form in which the file lists them; on a line of their own where it has none."""
    text, nl, span = record.text, newline_of(record.text), record.spans.get(f"meta:{name}")
    seen = outline(text)
    inside = seen.front is not None and seen.front_span[1] > 0
    joined = json.dumps(", ".join(names), ensure_ascii=False)
    if span is None:
        if not record.style.startswith("MADR") or record.style == "MADR 2":
            return text
        line = f"{name}: {joined}{nl}"
        if not inside:
            return f"---{nl}{line}---{nl}{nl}{text}" if seen.problem == "" else text
        end = seen.front_span[1]
        return text[:end] + line + text[end:]
    raw = text[slice(*span)]
    if not inside or span[0] > seen.front_span[1]:
        return put(text, span, ", ".join(names))
    if raw[:1] == "[" or not names:
        return put(text, span, json.dumps(names, ensure_ascii=False))
    if item := re.match(r"[ \t]*\n([ \t]*-[ \t]+)", lines_of(raw)):
        quoted = (json.dumps(one, ensure_ascii=False) for one in names)
        return put(text, span, "".join(f"\n{item[1]}{one}" for one in quoted))
    return put(text, span, joined)


def new_status(record: Record, words: str) -> str:
    text, nl = record.text, newline_of(record.text)
    opening = re.match(r"\ufeff?---[ \t]*\r?\n", text)
    if opening and "status" not in record.spans and record.style.startswith("MADR"):
        line = f"status: {json.dumps(words, ensure_ascii=False)}{nl}"
        return text[: opening.end()] + line + text[opening.end() :]
    title = record.spans.get("title")
    at = text.find("\n", title[1]) + 1 if title else 0
    if title and at == 0:
        text, at = text + nl, len(text) + len(nl)
    if record.style in ("MADR 2", "log4brains"):
        return text[:at] + f"{nl}- Status: {words}{nl}" + text[at:]
    return text[:at] + f"{nl}Status: {words}{nl}" + text[at:]


def choose(record: Record, name: str) -> str:
    """Name the chosen option where the outcome named none."""
    span = record.spans.get("reasons") or record.spans.get("outcome")
    if not name:
        return record.text
    opening = f'Chosen option: "{name}"'
    if span is None:
        return added(record, "reasons", opening + ".")
    said = record.text[slice(*span)]
    joined = f"{opening}, because {said}" if said and not is_hole(said) else opening + "."
    if span[0] == span[1]:
        joined = spaced(record.text, span, joined)
    return put(record.text, span, joined)


def options(record: Record, names: list[str]) -> str:
    """Add bullets after the list where names were only added; else write the list anew."""
    span = record.spans.get("options")
    flat = [" ".join(name.split()) for name in names]
    if span is None:
        return added(record, "options", "\n".join(f"* {name}" for name in flat))
    said = lines_of(record.text[slice(*span)])
    hit = re.search(r"^( {0,3}[-*+][ \t]+)", said, re.MULTILINE)
    bullet = hit[1] if hit else "* "
    listed = [n for n in record.options if n in said]
    if flat[: len(listed)] == listed and listed:
        more = "".join(f"\n{bullet}{name}" for name in flat[len(listed) :])
        return put(record.text, span, said + more)
    words = "\n".join(f"{bullet}{name}" for name in flat)
    return put(record.text, span, spaced(record.text, span, words))


def added(record: Record, name: str, words: str) -> str:
    """Open a section that the file has not, where its style has it."""
    if name.startswith("option:"):
        name, heading = "described", f"### {name.removeprefix('option:')}"
        if not any(key.startswith("option:") for key in record.spans):
            heading = f"## Pros and Cons of the Options\n\n{heading}"
    else:
        kind = "madr" if record.style.startswith(("MADR", "log4brains")) else "nygard"
        if kind == "nygard" and re.search(r"^\*\*(Context|Decision)\b", record.text, re.MULTILINE):
            kind = "bold"
        heading = HEADINGS[kind].get(name, f"## {name.capitalize()}")
        if heading.startswith("### ") and name != "constraints" and "outcome" not in record.spans:
            heading = heading.removeprefix("#")
    joint = "" if heading.startswith("**") else "\n\n"
    at = place_for(record, name)
    text, nl = record.text, newline_of(record.text)
    before, after = text[:at].rstrip(), text[at:].lstrip("\r\n")
    gap = text[len(before) : at] if before else ""
    lead = (gap.replace("\r", "").count("\n") >= 2 and gap) or (nl * 2 if before else "")
    piece = (heading + joint + words).replace("\n", nl)
    return text[: len(before)] + lead + piece + (nl * 2 + after if after else nl)


def place_for(record: Record, name: str) -> int:
    """After the last part that comes before it in the usual order; else at the end."""
    rank = ORDER.index(name) if name in ORDER else len(ORDER)
    earlier = [
        record.spans[part][1]
        for part in ORDER[:rank]
        if part in record.spans and f"meta:{part}" not in record.spans
    ]
    if "outcome" in record.spans and rank > ORDER.index("reasons"):
        earlier.append(record.spans["outcome"][1])
    if not earlier or rank == len(ORDER):
        return len(record.text)
    seen = outline(record.text)
    stops = [s.start for s in seen.sections]
    stops += [s.start for s in labelled(seen, parts.LABELS)]
    return min((stop for stop in stops if stop >= max(earlier)), default=len(record.text))
