"""CODEOWNERS: which owners a repository names for its files, as GitHub and GitLab read it.

No pattern becomes a regular expression that could run for ever: names are held against it folder
by folder, and a reading that takes too many steps ends without an answer.

GitHub, https://docs.github.com/en/repositories: the last pattern that matches wins, patterns are
those of gitignore without `!` and `[ ]`, and `docs/*` means the files of that folder alone.
GitLab, https://docs.gitlab.com/user/project/codeowners: a path without a slash before it lies in
any folder, only a slash behind it makes it a folder, and each section names owners of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it may lie in a repository; the first one that is there counts."""
MOST_BYTES = 1_000_000
MOST_LINE, MOST_PATTERN, MOST_OWNER = 20_000, 500, 200
MOST_OWNERS, MOST_RULES, MOST_PROBLEMS = 100, 20_000, 200
MOST_STEPS = 400_000
"""Names held against parts of patterns for one question; an honest file takes some hundreds."""
STRETCH = 256
"""Letters that one step may compare."""

_SECTION = re.compile(r"(\^?)\[([^\]]{1,200})\](?:\[(\d{1,4})\])?(?=\s|\Z)(.*)\Z")
_OWNER = re.compile(r"@@?[\w.-]+(?:/[\w.-]+)*\Z|[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_DEEP = "**"
"""Any number of folders."""


class Kept(NamedTuple):
    """A file as it lies in a repository. why: it was not read; empty where it was"""

    place: str
    content: bytes
    why: str = ""


class Rule(NamedTuple):
    """One line that names owners. owners: none: nobody owns what it matches

    section:  of GitLab, in small letters; empty for the lines before any
    optional: whether its section begins with ^: it is asked, and need not agree
    """

    line: int
    pattern: str
    owners: tuple[str, ...]
    section: str = ""
    optional: bool = False


class Problem(NamedTuple):
    """A line that was not understood, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True)
class File:
    """What a CODEOWNERS says. gitlab: whether GitLab's rules hold for its patterns"""

    rules: tuple[Rule, ...] = ()
    problems: tuple[Problem, ...] = ()
    gitlab: bool = False

    def of(self, path: str, steps: Steps | None = None) -> list[Rule]:
        """The lines that count for a file or folder; of several sections the last one first.

        path:  `billing/tax.py`, or `billing/` for all that lies in that folder
        steps: what is left of the work that several paths may take together
        raises: TooLong where its patterns are made so that matching would take too long
        """
        names, steps = names_of(path), steps or Steps()
        near = [self._by_name.get(name, ()) for name in {"", *names}] if names else []
        steps.take(sum(map(len, near)))
        found: dict[str, Rule] = {}
        for place in sorted(chain.from_iterable(near), reverse=True):
            rule = self.rules[place]
            if rule.section not in found and self._patterns[place].matches(names, steps):
                found[rule.section] = rule
        return sorted(found.values(), key=lambda rule: (rule.optional, -rule.line))

    @cached_property
    def _patterns(self) -> list[Pattern]:
        return [pattern_of(rule.pattern, gitlab=self.gitlab) for rule in self.rules]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """A name that a path must have -> the lines that ask for it; "": those that ask for none.

        A path is held against these alone, and not against each line for another folder.
        """
        found: dict[str, list[int]] = defaultdict(list)
        for place, pattern in enumerate(self._patterns):
            whole = [part.whole for part in pattern.parts if part.whole]
            found[whole[-1] if whole else ""].append(place)
        return found

    @property
    def owners(self) -> list[str]:
        """Every owner it names, in the order in which they first stand in it."""
        return list(dict.fromkeys(owner for rule in self.rules for owner in rule.owners))


# reading


def decoded(content: bytes) -> str:
    """A file of any bytes as text: what is no UTF-8 stands as \\xNN, as in names of files."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    return text.replace("\0", "")


@lru_cache(maxsize=8)
def read(text: str, *, gitlab: bool = False) -> File:
    """Read a CODEOWNERS; what is not understood is told with its line, and the rest counts.

    gitlab: whether it lies where only GitLab looks; a file with a section is GitLab's as well
    """
    text = text.removeprefix("\ufeff")  # some editors begin a file with it
    rules: list[Rule] = []
    problems: list[Problem] = []
    section, optional = "", False
    usual: tuple[str, ...] = ()
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        line = raw.strip()
        try:
            if not line or line.startswith("#"):
                continue
            if len(line) > MOST_LINE:
                raise ValueError(f"A line has at most {MOST_LINE:,} characters.")
            if line.startswith(("[", "^[")):
                section, optional, usual = heading(line)
                gitlab = True
                continue
            if len(rules) >= MOST_RULES:
                raise ValueError(f"Only the first {MOST_RULES:,} lines with a pattern are read.")
            rules.append(rule_of(number, line, section, optional, usual))
        except ValueError as problem:
            if len(problems) < MOST_PROBLEMS:
                problems.append(Problem(number, line[:200], str(problem)))
    return File(tuple(rules), tuple(problems), gitlab)


def heading(line: str) -> tuple[str, bool, tuple[str, ...]]:
    """A line that begins a section: its name, whether it is optional, its usual owners.

    raises: ValueError where it is none
    """
    found = _SECTION.match(line)
    if found is None:
        raise ValueError(
            "A line that begins with [ is the heading of a section, such as [Payments] @acme/pay; "
            "[ ] in a pattern is not known."
        )
    mark, name, _approvals, rest = found.groups()
    return name.strip().lower(), bool(mark), owners_in(words_of(rest))


def rule_of(number: int, line: str, section: str, optional: bool, usual: tuple[str, ...]) -> Rule:
    """A pattern and its owners. raises: ValueError with what is wrong with the line"""
    pattern, *rest = words_of(line)
    if pattern.startswith("!"):
        raise ValueError("! takes nothing out again in this file: write the exception below it.")
    if re.search(r"(?<!\\)[\[\]]", pattern):
        raise ValueError("[ ] in a pattern is not known: write one line for each name.")
    if len(pattern) > MOST_PATTERN:
        raise ValueError(f"A pattern has at most {MOST_PATTERN} characters.")
    if not pattern.strip("/"):
        raise ValueError("/ alone matches nothing: * is every file.")
    return Rule(number, pattern, owners_in(rest) or usual, section, optional)


def owners_in(words: Iterable[str]) -> tuple[str, ...]:
    """raises: ValueError for what can be no owner"""
    owners = tuple(dict.fromkeys(words))
    for owner in owners:
        if len(owner) > MOST_OWNER or not _OWNER.match(owner):
            raise ValueError(
                f"“{owner[:60]}” is no owner: write @name, @group/team or an address of mail."
            )
    if len(owners) > MOST_OWNERS:
        raise ValueError(f"A line names at most {MOST_OWNERS} owners.")
    return owners


def words_of(line: str) -> list[str]:
    r"""Words of a line up to its comment; `\ ` is a space in a name, and `\#` no comment."""
    words, word, at = [], "", 0
    while at < len(line):
        letter = line[at]
        if letter == "\\" and at + 1 < len(line):
            word += line[at : at + 2]
            at += 2
            continue
        if letter == "#" and not word:
            break
        if letter.isspace():
            words += [word] if word else []
            word = ""
        else:
            word += letter
        at += 1
    return [*words, word] if word else words


# matching


class TooLong(Exception):
    """The patterns are such that an answer would take too long; nobody is named instead."""


class Steps:
    """What is left of the work that one question may take, of however many paths it asks."""

    def __init__(self, times: int = 1) -> None:
        self.left = times * MOST_STEPS

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise TooLong


def names_of(path: str) -> list[str]:
    """Folders and file of a path; of a folder, a file in it that no pattern can name."""
    names = [name for name in path.split("/") if name not in ("", ".")]
    return [*names, ""] if names and path.endswith("/") else names


class Piece(NamedTuple):
    """Letters that stand together. expression: where a ? is among them; it repeats nothing"""

    letters: str
    expression: re.Pattern[str] | None = None

    def at(self, name: str, place: int) -> bool:
        if self.expression is None:
            return name.startswith(self.letters, place)
        return self.expression.match(name, place) is not None

    def sought(self, name: str, place: int) -> int | None:
        """Where it ends, at a place of the name or behind it."""
        if self.expression is None:
            found = name.find(self.letters, place)
            return None if found < 0 else found + len(self.letters)
        match = self.expression.search(name, place)
        return match.end() if match else None


class Part(NamedTuple):
    """One name of a pattern. pieces: what stands between its stars; none: any folders"""

    pieces: tuple[Piece, ...]
    weight: int

    @property
    def deep(self) -> bool:
        return not self.pieces

    @property
    def whole(self) -> str:
        """The one name that it matches; empty where there may be several."""
        alone = len(self.pieces) == 1 and self.pieces[0].expression is None
        return self.pieces[0].letters if alone else ""

    def matches(self, name: str, steps: Steps) -> bool:
        """Whether a name is this one: each piece is sought once, behind the one before it."""
        steps.take(len(name) * self.weight // STRETCH)
        first, *rest = self.pieces
        at = len(first.letters)
        if at > len(name) or not first.at(name, 0):
            return False
        if not rest:
            return at == len(name)
        for piece in rest[:-1]:
            found = piece.sought(name, at)
            if found is None:
                return False
            at = found
        end = len(name) - len(rest[-1].letters)
        return end >= at and rest[-1].at(name, end)


DEEP_PART = Part((), 0)


class Pattern(NamedTuple):
    """A pattern as the names of a path from the root on. below: what lies in it is matched too

    itself: a file of that very name is matched, not a folder alone
    """

    parts: tuple[Part, ...]
    below: bool
    itself: bool

    def matches(self, names: Sequence[str], steps: Steps) -> bool:
        """Whether it matches a path. Every place that it may reach is followed at once."""
        whole = len(names)
        ends = {0}
        for part in self.parts:
            steps.take(len(ends))
            if part.deep:
                ends = set(range(min(ends), whole + 1))
            else:
                ends = {at + 1 for at in ends if at < whole and part.matches(names[at], steps)}
            if not ends:
                return False
        return (self.itself and whole in ends) or (self.below and min(ends) < whole)


def pattern_of(text: str, *, gitlab: bool) -> Pattern:
    """What a pattern means."""
    names = [name for name in text.split("/") if name]
    folder = text.endswith("/")
    anchored = text.startswith("/") if gitlab else "/" in text.rstrip("/")
    parts = [part_of(name) for name in names]
    if not anchored:
        parts.insert(0, DEEP_PART)
    if names[-1] == _DEEP:
        return Pattern(tuple(parts[:-1]), below=True, itself=False)
    files_alone = anchored and names[-1] == "*"
    return Pattern(tuple(parts), below=folder or not (gitlab or files_alone), itself=not folder)


def part_of(name: str) -> Part:
    """One name of a pattern, cut at its stars."""
    if name == _DEEP:
        return DEEP_PART
    pieces: list[list[str | None]] = [[]]
    for letter in re.findall(r"\\.|.", name, re.S):
        if letter == "*":
            pieces.append([])
        else:
            pieces[-1].append(None if letter == "?" else letter[-1])
    return Part(tuple(map(piece_of, pieces)), len(name))


def piece_of(letters: Sequence[str | None]) -> Piece:
    text = "".join(letter or "?" for letter in letters)
    if None not in letters:
        return Piece(text)
    each = ("." if letter is None else re.escape(letter) for letter in letters)
    return Piece(text, re.compile("".join(each), re.S))
