"""Which texts are like another: for "have we decided this before?"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
ARTICLES = "a an and are as at be by do for from how in is it its of on one or our should that"
COMMON = frozenset(
    f"{ARTICLES} the this to use used using we what when where which who why will with".split()
)
ENOUGH = 0.18
MOST = 5


@dataclass(frozen=True, slots=True)
class Text:
    """id: what is given back. title weighs most; more: other words, such as names of options."""

    id: int
    title: str
    more: str = ""


def like(title: str, texts: Iterable[Text], *, most: int = MOST) -> list[tuple[int, float]]:
    """The texts most like a title, best first, each with a likeness from 0 to 1.

    The greater of two measures: the share of trigrams that both titles have (as pg_trgm's
    similarity: letters of words with two blanks before and one after), and the share of the
    title's own words that stand anywhere in the text, each by the letters it begins with.
    """
    wanted = words_of(title)
    if not wanted:
        return []
    mine = trigrams(wanted)
    found = []
    for text in texts:
        there = words_of(text.title)
        score = max(jaccard(mine, trigrams(there)), shared(wanted, there + words_of(text.more)))
        if score >= ENOUGH:
            found.append((text.id, round(score, 4)))
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found[:most]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text has to hold one of to be like a title at all, for whoever searches a database.

    stems:  anywhere in it; runs: letters in a row, in its title
    starts: of a word of its title, where the title has so few words that those alone are a likeness
    """

    stems: frozenset[str]
    runs: frozenset[str]
    starts: frozenset[str]


def parts(title: str) -> Parts:
    """Whatever `like` finds for this title holds one of its parts.

    Of three words and more, no likeness is left that comes from the first two letters alone.
    """
    words = words_of(title)
    runs = {word[at : at + 3] for word in words for at in range(max(1, len(word) - 2))}
    starts = {word[:2] for word in words} if len(words) < 3 else set()
    stems = {stem(word) for word in words}
    return Parts(*(frozenset(map_cases(found)) for found in (stems, runs, starts)))


def map_cases(found: Iterable[str]) -> set[str]:
    """Each as it may be written, where a database compares plain letters alone without case."""
    cases = (str, str.upper, str.capitalize)
    return {case(one) for one in found for case in (cases if not one.isascii() else cases[:1])}


def words_of(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in COMMON]


def trigrams(words: Sequence[str]) -> set[str]:
    found = set()
    for word in words:
        padded = f"  {word} "
        found |= {padded[at : at + 3] for at in range(len(padded) - 2)}
    return found


def jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def shared(wanted: Sequence[str], there: Sequence[str]) -> float:
    """Half the share of words that are found: one of two is no more than a hint."""
    stems = {stem(word) for word in there}
    mine = {stem(word) for word in wanted}
    return 0.5 * len(mine & stems) / len(mine)


def stem(word: str) -> str:
    """The first five letters of a long word, so that "queue" finds "queues" and "queueing"."""
    return word[:5] if len(word) > 5 else word.rstrip("s") or word
