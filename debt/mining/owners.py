"""Which part of the system a file belongs to: the longest path prefix that it lies under."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping


class Owners[Part: Hashable]:
    """Prefixes of paths and the parts they belong to; an empty prefix is the whole repository."""

    def __init__(self, prefixes: Iterable[tuple[str, Part]]) -> None:
        self._of = {prefix.strip("/"): part for prefix, part in reversed(list(prefixes))}
        self._known: dict[str, Part | None] = {}

    def of(self, path: str) -> Part | None:
        """The part of one file, or None."""
        folder = path.rpartition("/")[0]
        if path in self._of:
            return self._of[path]
        if folder not in self._known:
            self._known[folder] = self._of_folder(folder)
        return self._known[folder]

    def _of_folder(self, folder: str) -> Part | None:
        while folder:
            if folder in self._of:
                return self._of[folder]
            folder = folder.rpartition("/")[0]
        return self._of.get("")


def shares[Part: Hashable](
    touches: Mapping[str, float], owners: Owners[Part]
) -> dict[Part | None, float]:
    """What part of all touches falls to each part of the system; None: to none that is known.

    touches: file -> how much it was touched
    returns: shares that sum to 1, empty where nothing was touched
    """
    sums: dict[Part | None, float] = {}
    for path, weight in touches.items():
        part = owners.of(path)
        sums[part] = sums.get(part, 0.0) + weight
    total = sum(sums.values())
    return {part: weight / total for part, weight in sums.items()} if total > 0 else {}
