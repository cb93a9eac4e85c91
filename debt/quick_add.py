"""One typed line to a debt item: `Tax rules in billing/tax.py ~M +third =2 @pay !often #arch`.

Pure: the words of the pickers come from the score model; finding the team and the component that
the words name is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from debt.maths import ranges
from debt.maths.ranges import Range

_TOKEN = re.compile(r"(?<!\S)([~+@!#=])(\S+)")
_WORD = re.compile(r"https?://\S+|[^\s,;]+")
_AROUND = "()[]{}<>`'\"*.:!?"
"""What stands around a path in a sentence and is no part of it."""
_FOLDERS = r"(?:[\w.@+-]+/)"
_LINES = r"(?::\d+(?:-\d+)?)?"
_FILE = re.compile(rf"{_FOLDERS}+[\w@+-][\w.@+-]*\.[A-Za-z]\w*{_LINES}")
_FOLDER = re.compile(rf"{_FOLDERS}+(?:[\w.@+-]+{_LINES})?")
_TOP = re.compile(
    r"(?:[\w-][\w.-]*\.(?:py|js|jsx|ts|tsx|go|rs|java|kt|rb|php|cs|c|h|cpp|swift|scala|sql|html|css|scss"
    r"|vue|yml|yaml|toml|json|xml|ini|cfg|lock|proto|tf|sh|md|rst|ipynb)"
    rf"|Makefile|Dockerfile|Jenkinsfile|Gemfile|Rakefile|Procfile|README|LICENSE){_LINES}"
)
_LINK = re.compile(r"(?<!\S)https?://\S+")
_CODE_LINK = re.compile(
    r"https?://[^/\s]+/([^/?#\s]+/[^?#\s]*?[^/?#\s])/"
    r"(?:(?:-/)?(?:blob|tree|raw|blame|edit)/[^/\s]+|src/(?:(?:branch|commit|tag)/)?[^/\s]+)"
    r"/([^?#\s]+)"
)
_WHOLE = re.compile(r"/?(?:[^\s/]+/)*(?:[^\s/]+/|[^\s/]*\.[0-9]*[A-Za-z]\w*(?::\d+(?:-\d+)?)?)\Z")
_KINDS = {"~": "size", "+": "slow_down", "!": "probability", "=": "interest", "@": "team"}
_TAG = re.compile(r"^[\w-]{1,40}$")


@dataclass(frozen=True)
class Token:
    """One understood word: where it stands, what it is called and what it means."""

    start: int
    end: int
    kind: str
    text: str
    meaning: str


@dataclass(frozen=True)
class QuickLine:
    """What a typed line says; problems name words not understood, which stay in the title."""

    title: str
    size: str | None = None
    slow_down: str | None = None
    probability: str | None = None
    interest: Range | None = None
    team: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class _Found:
    values: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parse(
    line: str,
    model: Mapping[str, Any],
    teams: Mapping[str, str],
    people: Mapping[str, Sequence[str]] | None = None,
    folders: Collection[str] = (),
) -> QuickLine:
    """Read one line; only a title is needed, and no word is ever lost.

    model:  parameters of the score model: `size_days`, `slow_down`, `probability`, ...
    teams:  slug -> name of the teams that may be named; `@pay` finds the slug `payments`
    people: id -> name, account of those who may own it; `@tom` finds Tom Berg where no team is
            called so
    folders: names of folders that are there: `src/billing` is one, and `client/server` none
    """
    line = " ".join(line.split())
    found = _Found()
    for match in _TOKEN.finditer(line):
        _read_token(match, model, teams, people or {}, found)
    title = line
    for token in sorted(found.tokens, key=lambda t: t.start, reverse=True):
        title = title[: token.start] + title[token.end :]
    title = " ".join(title.split())
    title = " ".join(_LINK.sub("", title).split()) or title
    paths = []
    for start, word in _paths_in(line, folders):
        paths.append(word)
        found.tokens.append(Token(start, start + len(word), "path", word, word))
    return QuickLine(
        title=title,
        tags=tuple(dict.fromkeys(found.tags)),
        paths=tuple(dict.fromkeys(paths)),
        tokens=tuple(sorted(found.tokens, key=lambda token: token.start)),
        problems=tuple(found.problems),
        **found.values,
    )


def _paths_in(line: str, folders: Collection[str]) -> Iterator[tuple[int, str]]:
    """Where each file, folder and link of a line stands, without what is set around it."""
    for match in _WORD.finditer(line):
        word = match.group()
        if word.startswith(("http://", "https://")):
            yield match.start(), word
            continue
        if word[0] in "~+@!#=":
            continue
        left = len(word) - len(word.lstrip(_AROUND))
        dots = word[:left].endswith(".") and word[left : left + 1].isalpha()  # `.github/`
        bare = word[left - dots :].rstrip(_AROUND)
        if looks_like_a_path(bare, folders):
            yield match.start() + left - dots, bare


def looks_like_a_path(word: str, folders: Collection[str] = ()) -> bool:
    """Whether a word is a file, or a folder that ends with / or begins with one of `folders`."""
    if ".." in word.split("/"):
        return False
    if _FILE.fullmatch(word) or _TOP.fullmatch(word):
        return True
    known = word.endswith("/") or word.partition("/")[0] in folders
    return known and _FOLDER.fullmatch(word) is not None


def _read_token(
    match: re.Match[str],
    model: Mapping[str, Any],
    teams: Mapping[str, str],
    people: Mapping[str, Sequence[str]],
    found: _Found,
) -> None:
    mark, word = match.groups()
    kind = _KINDS.get(mark)
    if mark == "@" and _value_of("team", word, model, teams)[0] is None:
        named = _people_called(word, people)
        if len(named) > 1:
            found.problems.append(f"{match.group()} may mean {' or '.join(named.values())}")
            return
        kind = "owner" if named else kind
    if mark == "#":
        if not _TAG.match(word):
            return
        found.tags.append(word.lower())
        kind, meaning = "tag", word.lower()
    elif kind in found.values:
        found.problems.append(f"{match.group()} comes second; the first {_NAMES[kind]} counts")
        return
    else:
        value, meaning = (
            next(iter(named.items()))
            if kind == "owner"
            else _value_of(str(kind), word, model, teams)
        )
        if value is None:
            found.problems.append(f"{match.group()} {meaning}")
            return
        found.values[str(kind)] = value
    found.tokens.append(Token(match.start(), match.end(), str(kind), match.group(), meaning))


_NAMES = {
    "size": "size",
    "slow_down": "slow-down",
    "probability": "how often",
    "interest": "cost a month",
    "team": "team",
    "owner": "owner",
}


def _people_called(word: str, people: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """id -> name of those whose account a word is, else of those whose name it begins."""
    word = word.casefold()
    account = {key: name for key, (name, user) in people.items() if user.casefold() == word}
    bare = word.replace("-", " ").replace("_", " ").replace(".", " ")
    return account or {
        key: name
        for key, (name, _user) in people.items()
        if name.casefold().startswith(bare) or bare in name.casefold().split()
    }


def _value_of(
    kind: str, word: str, model: Mapping[str, Any], teams: Mapping[str, str]
) -> tuple[Any, str]:
    """Value and meaning of a marked word, or (None, why it was not understood)."""
    if kind == "team":
        slug = pick(word, teams) or pick(word, {name.lower(): slug for slug, name in teams.items()})
        slug = next((s for s, name in teams.items() if slug in (s, name.lower())), None)
        return (
            (slug, teams[slug])
            if slug
            else (None, "is not known: no team or person here has this name")
        )
    if kind == "interest":
        try:
            days = ranges.read(word, tuple(model["one_number_spread"]))
        except ValueError as problem:
            return None, f"is not understood: {problem}"
        return days, f"{number(days.p10)}–{number(days.p50)}–{number(days.p90)} d a month"
    if kind == "size":
        size = word.upper()
        if size not in model["size_days"]:
            return None, f"is not known: sizes are {', '.join(model['size_days'])}"
        return size, f"{size}, {'–'.join(number(d) for d in model['size_days'][size])} d"
    choice = pick(word, model[kind])
    if choice is None:
        return None, f"is not known: one of {', '.join(model[kind])}"
    return choice, choice if kind == "slow_down" else f"{choice}, {number(model[kind][choice])}"


def pick(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a word begins or stands in: `third` finds "a third"."""
    word = word.lower().replace("-", " ").replace("_", " ")
    names = list(choices)
    for name in names:
        if name == word:
            return name
    for name in names:
        if word in name.split() or name.startswith(word):
            return name
    return None


def mark_of(choice: str) -> str:
    """The word that says a choice in a line, where no space can stand: `third` of "a third"."""
    return choice.split()[-1]


def number(value: float) -> str:
    """A number without needless zeros: 3, 0.5, 0.75."""
    return f"{value:g}"


def in_link(text: str) -> tuple[str, str] | None:
    """Repository and file that a link to a code host shows: GitHub, GitLab, Bitbucket or Gitea.

    A branch with a slash in its name cannot be told from a folder: its rest stays in the path.
    """
    found = _CODE_LINK.match(text)
    return (found.group(1), found.group(2)) if found else None


def is_path(text: str, folders: Collection[str] = ()) -> bool:
    """Whether a whole text, as of evidence, is a file or a folder: its ending and its letters may
    be any, where a word of a sentence needs those that are usual.
    """
    if text.startswith(("http://", "https://", "www.")):
        return False
    return looks_like_a_path(text, folders) or _WHOLE.match(text) is not None
