"""Commits out of `git log -z`, as a stream of bytes that may hold any file name and any message.

A record begins with two NULs and a mark. Neither a file name nor a message can hold a NUL, and a
mark made for one reading cannot be guessed by who wrote the history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from debt.mining.commits import Commit, Touch, instant, readable

OWN_MARK = b"tpm1"
OWN_FORMAT = "%x00%x00tpm1 %H %ct %an <%ae>%x00%B%x00"
"""Our own text, for a server that cannot reach the repository: `git log -z --format=…`."""
LONGEST_COUNT = 10  # digits
_ID = re.compile(rb"[0-9a-f]{4,64}\Z")
MOST_BYTES = 32 * 1024 * 1024  # of one record: more than any honest commit lists


def format_of(mark: bytes) -> str:
    """The --format whose records begin with this mark."""
    return OWN_FORMAT.replace("tpm1", mark.decode())


def records(
    chunks: Iterable[bytes], mark: bytes, most: int = MOST_BYTES
) -> Iterator[tuple[bytes, bool]]:
    """Cut a stream at its marks.

    returns: each record without its mark, and whether it was too long and lost its end
    """
    between = b"\0\0" + mark + b" "
    rest, kept, begun = b"", b"", False
    for chunk in chunks:
        rest += chunk
        pieces = rest.split(between)
        rest = pieces.pop()
        for piece in pieces:
            if begun:
                yield (kept, True) if kept else (piece, False)
            begun, kept = True, b""
        if len(rest) > most:
            kept = kept or rest[:most]
            rest = rest[-len(between) :]
    if begun:
        yield (kept, True) if kept else (rest, False)


def read(chunks: Iterable[bytes], mark: bytes, *, counts: bool) -> Iterator[Commit]:
    """Commits of a stream, in its order; a record that is none is passed over.

    counts: whether files come from --numstat, else from --name-status
    """
    for record, cut in records(chunks, mark):
        commit = commit_of(record, counts=counts, cut=cut)
        if commit is not None:
            yield commit


def commit_of(record: bytes, *, counts: bool, cut: bool = False) -> Commit | None:
    head, _, tail = record.partition(b"\0")
    body, _, tail = tail.partition(b"\0")
    parts = head.split(b" ", 2)
    try:
        at = instant(parts[1])
    except (IndexError, ValueError):
        return None
    if not _ID.match(parts[0]):
        return None
    fields = tail.lstrip(b"\0\n").split(b"\0")
    if cut:
        fields = fields[:-3]
    touches = counted(fields) if counts else named(fields)
    author = parts[2].decode("utf-8", "replace") if len(parts) > 2 else ""
    return Commit(parts[0].decode("ascii"), at, author, body.decode("utf-8", "replace"), touches)


def named(fields: list[bytes]) -> list[Touch]:
    """Files of --name-status -z: a letter and a name, or a letter, the old name and the new one."""
    found = []
    each = iter(fields)
    for letter in each:
        if not letter:
            continue
        first = next(each, b"")
        if letter[:1] in b"RC":
            second = next(each, b"")
            before = readable(first) if letter[:1] == b"R" else None
            found.append(Touch(readable(second), before))
        elif first:
            found.append(Touch(readable(first)))
    return found


def counted(fields: list[bytes]) -> list[Touch]:
    """Files of --numstat -z: added, deleted and the name; after an empty name the old and new."""
    found = []
    each = iter(fields)
    for field in each:
        added, _, rest = field.partition(b"\t")
        deleted, tab, name = rest.partition(b"\t")
        if not tab:
            continue
        before = None
        if not name:
            before, name = readable(next(each, b"")), next(each, b"")
        found.append(Touch(readable(name), before, lines(added), lines(deleted)))
    return found


def lines(count: bytes | str) -> int | None:
    """A count of lines; a dash stands for what is no text, and no file has a billion."""
    return int(count) if count.isdigit() and len(count) < LONGEST_COUNT else None
