"""One history under two names of repositories: its commits are told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from debt.mining.ids import Ids

WHOLE = 40
"""Letters of an id that nothing else begins with."""
NEAR = 31 * 86_400
"""Seconds within which two abbreviations that agree are of one commit. A day that a log tells is
that of the author, a repository tells when it was committed."""


def named_once(readings: Iterable[tuple[Sequence[str], Sequence[int]]]) -> list[list[str]]:
    """The changes of several repositories under one name each, whichever of them hold it.

    readings: (ids of commits, when they were in seconds since 1970) of each repository
    returns:  for each reading the names of its changes, in its order
    Abbreviated ids of two repositories may begin alike: then their days tell them apart.
    """
    known, when = Ids(), dict[str, int]()
    found = []
    for ids, moments in readings:
        names = []
        for id_, at in zip(ids, moments, strict=True):
            name = known.add(id_)
            other = abs(when.setdefault(name, at) - at) > NEAR
            if other and min(len(name), len(id_)) < WHOLE:
                name = f"{id_} {at}"
            names.append(name)
        found.append(names)
    return found
