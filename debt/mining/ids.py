"""Commits by their ids, which one log writes whole and another one abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 4  # git abbreviates no further
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}\Z")


class Ids:
    """Ids that are known. What is no id of a commit only equals itself."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._all: dict[str, None] = {}
        self._lengths: set[int] = set()
        """Of those that are ids of commits."""
        self._beginning: dict[int, dict[str, str]] = {}
        """Length -> so much of an id -> the first one that begins so; as lengths are asked for."""
        for id_ in ids:
            self.add(id_)

    def add(self, id_: str) -> str:
        """Know an id. returns: the one under which its commit was known first"""
        known = self.known(id_)
        if known is not None:
            return known
        self._all[id_] = None
        if _ID.match(id_):
            self._lengths.add(len(id_))
            for length, firsts in self._beginning.items():
                if len(id_) >= length:
                    firsts.setdefault(id_[:length], id_)
        return id_

    def known(self, id_: str) -> str | None:
        """The id under which this commit is known: the same one, its beginning, or more of it."""
        if id_ in self._all:
            return id_
        if not _ID.match(id_):
            return None
        for length in self._lengths:
            if length < len(id_) and id_[:length] in self._all:
                return id_[:length]
        if all(length <= len(id_) for length in self._lengths):
            return None
        return self._beginnings(len(id_)).get(id_)

    def _beginnings(self, length: int) -> dict[str, str]:
        if length not in self._beginning:
            firsts: dict[str, str] = {}
            self._beginning[length] = firsts
            for id_ in self._all:
                if len(id_) >= length and _ID.match(id_):
                    firsts.setdefault(id_[:length], id_)
        return self._beginning[length]

    def __contains__(self, id_: str) -> bool:
        return self.known(id_) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two ids are of one commit: one begins with the other."""
    if one == other:
        return True
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return long.startswith(short) and bool(_ID.match(short) and _ID.match(long))
