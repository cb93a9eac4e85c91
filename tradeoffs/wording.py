"""Two or three wordings of one text: what differs, and whether both changes fit together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
TYPO_WORDS = 6
"""Words that a typo may change; more is a change of what is said."""
SHORT = 5
"""Letters below which two slips make another word: "may" is no "must"."""
WORD = re.compile(r"[\w'\u2019]*\w")
MARKS = ".,;:!?()'\"\u2019\u2018\u201c\u201d\u2026\u2013\u2014"
NEGATIONS = frozenset((
    "no", "not", "nor", "none", "never", "neither", "nothing", "nobody", "nowhere", "without",
    "cannot", "cant", "dont", "wont",
))  # fmt: skip
MEANT = (
    "increase decrease", "include exclude", "import export", "internal external", "accept except",
    "should would could must may might shall will can", "allow disallow", "enable disable",
    "before after", "min max", "minimum maximum", "minimal maximal", "inbound outbound",
    "input output", "upstream downstream", "over under", "above below", "more less fewer",
    "most least", "first last", "all any some each every", "and or", "with without", "is was",
    "are were", "has had", "send receive", "read write", "push pull", "up down", "on off", "in out",
    "sync async", "synchronous asynchronous", "daily weekly monthly yearly hourly nightly",
    "second minute hour day week month year", "seconds minutes hours days weeks months years",
    "monday tuesday wednesday thursday friday saturday sunday",
    "mon tue wed thu fri sat sun",
    "january february march april may june july august september october november december",
    "jan feb mar apr jun jul aug sep oct nov dec",
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million "
    "billion", "million billion trillion", "millions billions trillions", "milli micro nano",
    "kilo mega giga tera", "inter intra", "incoming outgoing", "inner outer", "lower higher upper",
    "public private", "effect affect", "prescribe proscribe", "adapt adopt", "assure ensure insure",
    "lose loose", "than then", "now not", "there their they", "form from",
    "casual causal", "must most", "may many any",
)  # fmt: skip
"""Words of one line mean another thing each, however alike they look."""
OTHERS = {
    word: {other for line in MEANT for other in line.split() if word in line.split()} - {word}
    for line in MEANT
    for word in line.split()
}
"""Of each such word, the words that it cannot be a misspelling of."""
NEGATING = ("un", "in", "im", "ir", "il", "a", "de")
MOST_TOKENS = 12_000
BEGINNING = 3
"""Letters at the beginning of a word in which a slip is mostly another word."""


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
    """Whether a change is one of spelling: what is said cannot have become something else.

    As many words as before, at most six of them other ones, each within two slips of what stood
    there, none a negation; no number and no sign changes, only marks that end or join sentences.
    """
    before, after = WORD.findall(old), WORD.findall(new)
    changed = [(a, b) for a, b in zip(before, after, strict=False) if a != b]
    return (
        len(before) == len(after)
        and len(changed) <= TYPO_WORDS
        and all(is_slip(a.casefold(), b.casefold()) for a, b in changed)
        and figures(old) == figures(new)
    )


def is_slip(old: str, new: str) -> bool:
    """Whether one word is the other misspelt; of short words one slip makes another word."""
    if negates(old) or negates(new):
        return False
    short, long = sorted((old, new), key=len)
    if any(long == prefix + short for prefix in NEGATING):
        return False
    if old in OTHERS.get(new, ()) or not begins_alike(old, new):
        return False
    return slips(old, new) <= (1 if len(short) < SHORT else 2)


def begins_alike(old: str, new: str) -> bool:
    """Whether the first letters are the same: two neighbours may be swapped, the third left out.

    Words that differ there otherwise are mostly two words: "internal" and "external".
    """
    for many in (BEGINNING, BEGINNING + 1):
        a, b = old[:many], new[:many]
        if a == b or (sorted(a) == sorted(b) and slips(a, b) == 1):
            return True
    short, long = sorted((old, new), key=len)
    left_out = len(short) < len(long) and short[2:3] == long[3:4] != ""
    return left_out and short[:2] == long[:2]


def negates(word: str) -> bool:
    plain = word.replace("\u2019", "'")
    return plain in NEGATIONS or plain.endswith("n't")


def figures(text: str) -> list[str]:
    """Numbers with what is written to them, and every sign that is no mark of a sentence."""
    return [
        chunk.strip(MARKS) if has_digit else sign
        for chunk in text.split()
        if (has_digit := any(letter.isdigit() for letter in chunk))
        or (sign := "".join(c for c in chunk if not c.isalnum() and c not in MARKS + "_-"))
    ]


def slips(old: str, new: str) -> int:
    """Letters put in, left out, exchanged, or swapped with their neighbour.

    Optimal string alignment (Damerau, "A technique for computer detection and correction of
    spelling errors", CACM 7(3), 1964; Wagner and Fischer's table of 1974).
    """
    rows = [list(range(len(new) + 1))]
    for i, a in enumerate(old, start=1):
        row = [i]
        for j, b in enumerate(new, start=1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == new[j - 2] and old[i - 2] == b:
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
