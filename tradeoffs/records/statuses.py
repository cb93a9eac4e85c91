"""What a status says: its word, and which of our states that is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .words import is_hole, plain

NONE = "no status"
SPELLINGS = {"superceded": "superseded", "supercedes": "supersedes", "supercede": "supersede"}
LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Word:
    """One of our states for a word of a file. trial: accepted, but to be looked at again."""

    state: str
    trial: bool = False


Words = Mapping[str, Word]

SHIPPED: dict[str, Word] = {
    **dict.fromkeys(
        ("accepted", "approved", "adopted", "decided", "agreed", "done", "implemented", "active",
         "in force", "final", "valid"),
        Word("accepted"),
    ),
    **dict.fromkeys(("experimental", "trial", "assess"), Word("accepted", trial=True)),
    **dict.fromkeys(
        ("proposed", "pending", "in review", "under review", "review", "in discussion", "open",
         "rfc", "request for comments"),
        Word("in_review"),
    ),
    **dict.fromkeys(("draft", "wip", "work in progress", "idea"), Word("draft")),
    **dict.fromkeys(("rejected", "declined", "denied", "not accepted"), Word("rejected")),
    **dict.fromkeys(("superseded", "replaced", "obsoleted"), Word("superseded")),
    **dict.fromkeys(
        ("deprecated", "obsolete", "retired", "withdrawn", "abandoned"), Word("deprecated")
    ),
}  # fmt: skip
"""What a workspace begins with; its administrators change the table."""


@dataclass(frozen=True, slots=True)
class Status:
    """raw: the line of the file. name: its word in small letters, or "no status".

    state: empty where no word of the table fits
    """

    raw: str
    name: str
    state: str
    trial: bool = False
    hole: bool = False


def read(raw: str, words: Words) -> Status:
    """Map one status line; a value that still holds the template's choices is no status."""
    text = LINK.sub(r"\1", raw)
    if is_hole(raw) or ("|" in plain(text) and len(plain(text).split("|")) > 2):
        return Status(raw, NONE, "", hole=True)
    said = plain(text).lower().strip(".:;,! ")
    said = re.sub(r"^[^\w]+", "", said)
    if not said:
        return Status(raw, NONE, "")
    for wrong, right in SPELLINGS.items():
        said = re.sub(rf"\b{wrong}\b", right, said)
    for word in sorted(words, key=len, reverse=True):
        if re.match(rf"{re.escape(word)}(?!\w)", said):
            known = words[word]
            return Status(raw, word, known.state, known.trial)
    name = re.split(r"\s+(?:by|on|at|in favou?r|as of)\b|[(,;:.–—-]", said)[0].strip()
    return Status(raw, (name or said)[:60], "")


def is_replaced(raw: str) -> bool:
    """Whether a line says that something newer took the place."""
    said = plain(raw).lower()
    return bool(re.match(r"^\W*(superseded|superceded|replaced|obsoleted)\b", said))
