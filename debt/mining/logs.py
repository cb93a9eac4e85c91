r"""Commits out of an uploaded text: git log in two classical formats, and in our own.

git log --pretty=format:'[%h] %an %ad %s' --date=short --numstat
git log --pretty=format:'--%h--%ad--%aN' --date=short --numstat
git log --no-merges -M -z --numstat --format='%x00%x00tpm1 %H %ct %an <%ae>%x00%B%x00'
"""

from __future__ import annotations

import calendar
import contextlib
import datetime
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from debt.mining import stream
from debt.mining.commits import LAST_SECOND, Commit, Touch

BRACKETS = re.compile(r"\[([0-9a-f]{4,64})\] (.*?) (\d{4,15}-\d\d-\d\d)(?: (.*))?\Z")
DASHES = re.compile(r"--([0-9a-f]{4,64})--(\d{4,15}-\d\d-\d\d)--(.*)\Z")
COUNTS = re.compile(r"([0-9]+|-)\t([0-9]+|-)\t(.+)\Z", re.S)
BRACES = re.compile(r"\{(.*?) => (.*?)\}")
_OWN = b"\0\0" + stream.OWN_MARK + b" "
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_QUOTED = re.compile(r'\\([0-7]{3}|[abtnvfr"\\])')
LONGEST_LINE = 1_000_000
TAIL = 4096
HELP = (
    "It is no log of git: make it with git log --pretty=format:'[%h] %an %ad %s' --date=short "
    "--numstat"
)


class Unreadable(Exception):
    """The text is no log; the message is a sentence for the user."""


def read(file: BinaryIO, *, resolve: bool = True) -> Iterator[Commit]:
    """Commits of a log, the newest first whatever its order.

    resolve: whether `{old => new}` is read as a rename; else it stays the name of a file
    raises:  Unreadable where the beginning holds no commit
    """
    beginning = file.read(4096)
    file.seek(0)
    if not beginning.strip(b"\xef\xbb\xbf \r\n\0"):
        return iter(())
    own = _OWN in beginning or beginning.startswith(_OWN[1:])
    if own or any(map(header, beginning.decode("utf-8", "replace").lstrip("\ufeff").splitlines())):
        refuse_cut(file, own=own)
    if own:
        chunks = iter(lambda: file.read(1 << 18), b"")
        return stream.read(chunks, stream.OWN_MARK, counts=True)
    return newest_first(classical(text_lines(file, beginning), resolve=resolve))


def refuse_cut(file: BinaryIO, *, own: bool) -> None:
    """raises: Unreadable where a text ends in the middle of a line: git ends each that it writes

    A commit without files is the one that git leaves without an end when it is the last.
    """
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - TAIL))
    tail = file.read(TAIL)
    file.seek(0)
    if own:
        rest = tail.rstrip(b"\r\n").rpartition(b"\0")[2]
    else:
        rest = tail.replace(b"\0", b"").replace(b"\r", b"\n").rpartition(b"\n")[2]
    said = rest.decode("utf-8", "replace").strip("\ufeff\ufffd\0 \n")
    if said and (own or header(said) is None):
        raise Unreadable(
            f"It ends in the middle of “{said[-80:]}”: a part is missing. Send the whole log."
        )


def text_lines(file: BinaryIO, beginning: bytes) -> Iterator[str]:
    """Lines of a text in UTF-8, or UTF-16 with its mark; longer ones than any log has are cut."""
    wide = beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = io.TextIOWrapper(
        file, encoding="utf-16" if wide else "utf-8-sig", errors="backslashreplace", newline="\n"
    )
    try:
        while line := text.readline(LONGEST_LINE):
            yield line.rstrip("\r\n").replace("\0", "")
    finally:
        with contextlib.suppress(ValueError):  # the file may be closed before who reads stops
            text.detach()


def classical(lines: Iterable[str], *, resolve: bool) -> Iterator[Commit]:
    """Commits of either classical format; only the lines below a commit's own are its files."""
    commit: Commit | None = None
    for number, line in enumerate(lines):
        if (begun := header(line)) is not None:
            if commit is not None:
                yield commit
            commit = begun
        elif commit is not None and (counts := COUNTS.match(line)):
            added, deleted, name = counts.groups()
            before, path = names_of(name) if resolve else (None, unquoted(name))
            commit.touches.append(Touch(path, before, stream.lines(added), stream.lines(deleted)))
        elif commit is None and line.strip() and number < 100:
            raise Unreadable(HELP)
    if commit is not None:
        yield commit


def header(line: str) -> Commit | None:
    """The first line of a commit. The date is the first one after the author's name."""
    if line.startswith("[") and (found := BRACKETS.match(line)):
        id_, author, day, message = found.groups()
        return Commit(id_, seconds_of(day), author, message or "", [])
    if line.startswith("--") and (found := DASHES.match(line)):
        id_, day, author = found.groups()
        return Commit(id_, seconds_of(day), author, "", [])
    return None


def seconds_of(day: str) -> int:
    """Noon in UTC of a day, in seconds since 1970; the end of time for what no calendar has."""
    try:
        parsed = datetime.datetime.strptime(day, "%Y-%m-%d")
    except ValueError:
        return LAST_SECOND
    return max(0, calendar.timegm(parsed.timetuple()) + 43_200)


def names_of(name: str) -> tuple[str | None, str]:
    """The name before, where the line tells a rename, and the name: `a/{b => c}/d`, `a => b`."""
    if not name.startswith('"'):
        braces = BRACES.search(name)
        if braces:
            start, end = name[: braces.start()], name[braces.end() :]
            old, new = (f"{start}{part}{end}".replace("//", "/") for part in braces.groups())
            return old, new
        if " => " in name:
            old, _, new = name.partition(" => ")
            return unquoted(old), unquoted(new)
    elif '" => ' in name or " => " in name:
        old, _, new = name.partition(" => ")
        return unquoted(old), unquoted(new)
    return None, unquoted(name)


def unquoted(name: str) -> str:
    r"""A name that git wrote as "\303\244.py"; what is no UTF-8 stands as \xNN."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    made = bytearray()
    at = 1
    for escape in _QUOTED.finditer(name, 1, len(name) - 1):
        made += name[at : escape.start()].encode()
        said = escape.group(1)
        made.append(_ESCAPES[said] if said in _ESCAPES else int(said, 8) & 255)
        at = escape.end()
    made += name[at:-1].encode()
    return made.decode("utf-8", "backslashreplace")


def newest_first(commits: Iterator[Commit]) -> Iterator[Commit]:
    """The same commits; a text that begins with the oldest (--reverse) is turned round."""
    begun: list[Commit] = []
    for commit in commits:
        begun.append(commit)
        if commit.at != begun[0].at:
            break
        if len(begun) >= 5000:
            break
    if len(begun) > 1 and begun[-1].at > begun[0].at:
        rest = [*begun, *commits]
        if rest[-1].at > rest[0].at:
            rest.reverse()
        yield from rest
        return
    yield from begun
    yield from commits
