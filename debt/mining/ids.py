"""Commits by their ids, which one log writes whole and another one abbreviated."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 4  # git abbreviates no further
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}\Z")


class Ids:
    """Ids that are known. What is no id of a commit only equals itself."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._of: dict[str, list[str]] = {}
        for id_ in ids:
            self.add(id_)

    def add(self, id_: str) -> str:
        """Know an id. returns: the one under which its commit was known first"""
        known = self.known(id_)
        if known is None:
            self._of.setdefault(id_[:SHORTEST], []).append(id_)
        return known or id_

    def known(self, id_: str) -> str | None:
        """The id under which this commit is known: the same one, its beginning, or more of it."""
        for other in self._of.get(id_[:SHORTEST], ()):
            if is_same(id_, other):
                return other
        return None

    def __contains__(self, id_: str) -> bool:
        return self.known(id_) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two ids are of one commit: one begins with the other."""
    if one == other:
        return True
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return long.startswith(short) and bool(_ID.match(short) and _ID.match(long))
