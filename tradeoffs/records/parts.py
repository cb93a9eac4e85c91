"""Which parts records have under which headings, and the style that these give away."""

import posixpath
import re

from . import dates
from .outline import Meta, Outline, Section, labelled
from .words import plain

PARTS: dict[str, tuple[str, ...]] = {
    "status": ("status", "state"),
    "date": ("date",),
    "context": ("context and problem statement", "context", "problem statement", "problem",
                "background", "motivation", "issue"),
    "constraints": ("constraints",),
    "options": ("considered options", "options", "alternatives", "alternatives considered",
                "options considered"),
    "outcome": ("decision outcome", "decision", "outcome", "resolution"),
    "consequences": ("consequences", "positive consequences", "negative consequences",
                     "implications", "result", "results", "positive", "negative"),
    "confirmation": ("confirmation", "validation", "compliance", "how we know",
                     "how we will know", "verification"),
    "described": ("pros and cons of the options",),
    "links": ("links", "related decisions", "related records", "related adrs", "related"),
}  # fmt: skip
"""The part of a record that a heading opens, in small letters."""

PART_OF = {name: part for part, names in PARTS.items() for name in names}
LABELS = frozenset(PART_OF)
MADR = {"context and problem statement", "considered options", "decision outcome"}
PEOPLE = {
    "deciders": "deciders", "decider": "deciders", "decision-makers": "deciders",
    "decision makers": "deciders", "consulted": "consulted", "informed": "informed",
    "author": "authors", "authors": "authors",
}  # fmt: skip
HEADING_NUMBER = re.compile(r"^\d+[.)]\s+")


def sections_of(seen: Outline) -> tuple[list[tuple[str, str, Section]], bool]:
    """(part, heading, section) of every part that is known, and whether labels give them."""
    found = []
    for section in seen.sections:
        name = heading_name(section.title)
        if section.level > 1 and name in PART_OF:
            found.append((PART_OF[name], name, section))
    parts = {part for part, _, _ in found}
    if {"context", "outcome"} <= parts:
        return found, False
    bold = [(heading_name(section.title), section) for section in labelled(seen, LABELS)]
    more = [(PART_OF[name], name, section) for name, section in bold if name in PART_OF]
    more = [row for row in more if row[0] not in parts]
    headed = parts & {"context", "outcome", "options"}
    return sorted(found + more, key=lambda row: row[2].start), bool(more) and not headed


def heading_name(title: str) -> str:
    """In small letters, without its number; of "Decision: what and why" the first word."""
    name = HEADING_NUMBER.sub("", plain(title).lower()).rstrip(":. ").strip()
    first = name.split(":")[0].strip()
    return first if first in PART_OF else name


def style_of(path: str, seen: Outline, sections, metas: list[Meta], bold: bool) -> str:
    names = {heading_name(s.title) for s in seen.sections}
    keys = {meta.name for meta in metas}
    if seen.front is not None:
        old = "deciders" in seen.front or "validation" in names
        link = "](" in str(seen.front.get("status", ""))
        return "MADR 3" if (old or link) and "decision-makers" not in seen.front else "MADR 4"
    if names & MADR:
        if keys & {"status", "deciders", "decider", "tags"} or "positive consequences" in names:
            named = dates.of_name(posixpath.basename(path))
            return "log4brains" if named or "tags" in keys else "MADR 2"
        return "MADR 4"
    if any(part == "status" for part, _, _ in sections) and not bold:
        numbered = re.match(r"^\d{4}-", posixpath.basename(path))
        return "adr-tools" if numbered and "date" in keys else "Nygard"
    if bold or "status" in keys or any(part in ("context", "outcome") for part, _, _ in sections):
        return "Nygard"
    return "other"
