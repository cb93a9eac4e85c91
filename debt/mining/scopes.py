"""What a repository's changes say of some of its files, quickly for very many debt items."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from debt.mining.touches import InScope

_LINES = re.compile(r":\d+(?:-\d+)?\Z")


def scope_of(typed: str) -> str:
    """The file or folder of what somebody typed: `./billing/tax.py:12` is `billing/tax.py`."""
    return _LINES.sub("", typed.strip()).removeprefix("./").strip("/")


def below(names: Sequence[str], scope: str) -> Sequence[str]:
    """Of names in order that very one, where it is there, and those of the files in the folder."""
    at = bisect_left(names, scope)
    itself = names[at : at + 1] if names[at : at + 1] == [scope] else []
    first = bisect_left(names, f"{scope}/")
    return [*itself, *names[first : bisect_left(names, f"{scope}0")]]  # 0 comes after the slash


class Story:
    """The changes of one repository under today's names of its files.

    changes: (seconds since 1970, files) of each
    files:   files that are known besides those that changed
    moved:   old names -> names today
    """

    def __init__(
        self,
        changes: Sequence[tuple[int, Sequence[str]]],
        files: Iterable[str] = (),
        moved: Mapping[str, str] | None = None,
    ) -> None:
        self.changes = changes
        self.at: Sequence[int] = [at for at, _ in changes]
        """When each change was, in seconds since 1970."""
        self._of: dict[str, list[int]] = {path: [] for path in files}
        for place, (_, paths) in enumerate(changes):
            for path in paths:
                self._of.setdefault(path, []).append(place)
        self._names = sorted(self._of)
        self.moved = moved or {}
        self._files: dict[tuple[str, ...], frozenset[str]] = {}
        self._touching: dict[frozenset[str], InScope] = {}

    def places(self) -> Mapping[str, Sequence[int]]:
        """Which changes touch each known file."""
        return self._of

    def files_in(self, scopes: Iterable[str]) -> frozenset[str]:
        """Known files that are one of the scopes or lie under one, followed through renames.

        scopes: files and folders as people typed them, `billing/tax.py:12` too; "" is everything
        """
        asked = tuple(scopes)
        if asked not in self._files:
            self._files[asked] = self._looked_up(asked)
        return self._files[asked]

    def _looked_up(self, scopes: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for typed in scopes:
            scope = scope_of(typed)
            here = self._under(scope)
            if not here and scope:
                old = (self.moved[was] for was in below(self._old_names, scope))
                here = {new for new in old if new in self._of}
            found |= here
        return frozenset(found)

    def _under(self, scope: str) -> set[str]:
        if not scope:
            return set(self._of)
        return {scope} if scope in self._of else set(below(self._names, scope))

    @cached_property
    def _old_names(self) -> Sequence[str]:
        return sorted(self.moved)

    def touching(self, files: frozenset[str]) -> InScope:
        """The changes that touch at least one of these files, each once, the newest first."""
        if files not in self._touching:
            self._touching[files] = self._found(files)
        return self._touching[files]

    def _found(self, files: frozenset[str]) -> InScope:
        places = {place for path in files for place in self._of.get(path, ())}
        order = sorted(places, key=lambda place: (-self.at[place], place))
        shares = tuple(self._share(place, files) for place in order)
        return InScope(tuple(self.at[place] for place in order), shares, tuple(order))

    def _share(self, place: int, files: frozenset[str]) -> float:
        paths = self.changes[place][1]
        return sum(path in files for path in paths) / len(paths)


class KeptStory(Story):
    """A story as it was kept: by file, so that nothing is sorted out anew for one page.

    kept: what `kept_of` made of it
    """

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.changes = ()
        self.at = kept["at"]
        self._of = dict(zip(kept["names"], kept["places"], strict=True))
        self._names = kept["names"]
        self.moved = kept["moved"]
        self._sizes: Sequence[int] = kept["sizes"]
        self._files = {}
        self._touching = {}

    def _found(self, files: frozenset[str]) -> InScope:
        self._inside = Counter(place for path in files for place in self._of.get(path, ()))
        return super()._found(files)

    def _share(self, place: int, files: frozenset[str]) -> float:
        return self._inside[place] / self._sizes[place]


def kept_of(story: Story) -> dict[str, Any]:
    """A story to be kept: names in order, the changes of each, when these were, how many files."""
    places = story.places()
    names = sorted(places)
    return {
        "names": names,
        "places": [places[name] for name in names],
        "at": list(story.at),
        "sizes": [len(paths) for _, paths in story.changes],
        "moved": dict(story.moved),
    }
