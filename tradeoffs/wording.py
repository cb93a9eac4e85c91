"""Two or three wordings of one text: what differs, and whether both changes fit together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
TYPO_WORDS = 6
"""Words that a typo may change; more is a change of what is said."""
MOST_TOKENS = 12_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. kind: `same`, `gone` or `new`."""

    kind: str
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The difference of two texts by words, in reading order, what went before what came.

    Ratcliff and Obershelp's matching (Dr. Dobb's Journal, July 1988), as `difflib` has it, over
    words, blanks and marks. Texts of more than 12,000 of those together are told apart by lines.
    """
    before, after = tokens(old), tokens(new)
    found: list[Piece] = []
    for tag, a, b, c, d in matcher(before, after).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(before[a:b])))
            continue
        if a < b:
            found.append(Piece("gone", "".join(before[a:b])))
        if c < d:
            found.append(Piece("new", "".join(after[c:d])))
    return found


def tokens(text: str) -> list[str]:
    found = TOKEN.findall(text)
    return found if len(found) <= MOST_TOKENS // 2 else text.splitlines(keepends=True)


def matcher(before: Sequence[str], after: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, before, after, autojunk=False)


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of a base in one text, or None where they touch the same or adjoining lines.

    The three-way merge of diff3 by lines (Khanna, Kunal and Pierce, "A formal investigation of
    diff3", 2007): a stretch that only one side changed is taken from it.
    """
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    lines = base.splitlines(keepends=True)
    both = sorted(changes(lines, mine) + changes(lines, theirs))
    found: list[str] = []
    at = last = 0
    for index, (start, end, new) in enumerate(both):
        if index and (start, end, new) == both[index - 1]:
            continue
        if index and start <= last:
            return None
        found += lines[at:start] + list(new)
        at = last = end
    return "".join(found + lines[at:])


def changes(base: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Stretches of the base's lines, each with the lines that take their place."""
    after = text.splitlines(keepends=True)
    return [
        (a, b, tuple(after[c:d]))
        for tag, a, b, c, d in matcher(base, after).get_opcodes()
        if tag != "equal"
    ]


def is_typo(old: str, new: str) -> bool:
    """Whether a change is small enough to be one of spelling: few words, and no number changed."""
    changed = [piece.text for piece in words(old, new) if piece.kind != "same"]
    count = sum(len(re.findall(r"\w+", text)) for text in changed)
    return count <= TYPO_WORDS and not any(letter.isdigit() for text in changed for letter in text)
