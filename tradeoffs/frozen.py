"""The text that acceptance froze, with one section amended and not a byte else.

`export.compose` wrote it block by block. Every text in it is known to the letter, so that a walk
from its beginning finds each section, whatever headings people wrote inside their texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CONTEXT = "## Context and Problem Statement"
OUTCOME = "## Decision Outcome"
HEADINGS = {
    "constraints": "### Constraints",
    "consequences": "### Consequences",
    "confirmation": "### Confirmation",
}
GAP = "\n\n"


class OtherForm(ValueError):
    """The text was not written by us, or not from these sections."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the record was written from: its fixed words, and the five sections as they stand."""

    title: str
    opening: str
    texts: Mapping[str, str]

    def body(self, section: str, text: str) -> str:
        """A section as the record says it."""
        if section == "context":
            return (text or f"{self.title}.").strip()
        if section == "reasons":
            return f"{self.opening}, because {lower_first(text)}".strip()
        return text.strip()


def amended(record: str, kept: Kept, section: str, new: str) -> str:
    """The record with another text for one section.

    kept:    the sections before the amendment
    section: context, constraints, reasons, consequences or confirmation
    raises:  OtherForm where the record says something else than `kept`
    """
    start, end, rows = place(record, kept, section)
    body = kept.body(section, new)
    heading = HEADINGS.get(section)
    if heading is None:
        return record[:start] + body + record[end:]
    blocks = [heading, body] if body else [heading] if rows else []
    said = "".join(f"{GAP}{block}" for block in blocks)
    return record[:start] + said + record[end:]


def place(record: str, kept: Kept, section: str) -> tuple[int, int, bool]:
    """Where a section stands: its text, or with a heading of its own all from the gap before that.

    returns: beginning, end, and whether rows follow under its heading that keep it there
    """
    at = after(record, CONTEXT, 0)
    start, at = at, past(record, at, kept.body("context", kept.texts["context"]))
    if section == "context":
        return start, at, False
    start, at, _ = headed(record, at, kept, "constraints")
    if section == "constraints":
        return start, at, False
    # Between here and the outcome every block is a heading, or rows of one line each.
    at = after(record, OUTCOME, at)
    start, at = at, past(record, at, kept.body("reasons", kept.texts["reasons"]))
    if section == "reasons":
        return start, at, False
    if not record.startswith((f"{GAP}### ", f"{GAP}## "), at):
        at = end_of_block(record, at + len(GAP))  # the verdict
    start, at, rows = headed(record, at, kept, "consequences")
    if section == "consequences":
        return start, at, rows
    at = end_of_block(record, at + len(GAP)) if rows else at
    return headed(record, at, kept, "confirmation")


def headed(record: str, at: int, kept: Kept, section: str) -> tuple[int, int, bool]:
    """A section under its own heading, which is only there where it has something to say."""
    heading, body = f"{GAP}{HEADINGS[section]}", kept.body(section, kept.texts[section])
    if not record.startswith(f"{heading}{GAP}", at):
        if body:
            raise OtherForm(section)
        return at, at, False
    end = at + len(heading)
    if body:
        end = past(record, end + len(GAP), body)
    return at, end, record.startswith(f"{GAP}* ", end)


def after(record: str, heading: str, at: int) -> int:
    """Where the text under a heading begins."""
    found = record.find(f"{GAP}{heading}{GAP}", at)
    if found < 0:
        raise OtherForm(heading)
    return found + len(GAP) * 2 + len(heading)


def past(record: str, at: int, text: str) -> int:
    """The end of a text that has to stand here."""
    end = at + len(text)
    if not record.startswith(text, at) or record[end : end + 1] not in ("\n", ""):
        raise OtherForm(text[:40])
    return end


def end_of_block(record: str, at: int) -> int:
    found = record.find(GAP, at)
    return len(record.rstrip("\n")) if found < 0 else found


def lower_first(text: str) -> str:
    return text if text[1:2].isupper() or text[:2] == "I " else text[:1].lower() + text[1:]
