"""Following files through their renames, from the newest commit to the oldest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from debt.mining.commits import Touch


class Names:
    """What a file of an older commit is called today."""

    def __init__(self) -> None:
        self._today: dict[str, str] = {}

    def today(self, path: str) -> str:
        return self._today.get(path, path)

    def pass_by(self, touches: Iterable[Touch]) -> None:
        """Step over one commit to what came before it; two files may swap their names in it."""
        moved = [(t.before, t.path, self.today(t.path)) for t in touches if t.before is not None]
        for _, path, _ in moved:
            self._today.pop(path, None)
        for before, _, today in moved:
            assert before is not None
            self._today[before] = today

    def moved(self) -> dict[str, str]:
        """Names at the oldest commit that was passed, and what those files are called today."""
        return {before: today for before, today in self._today.items() if before != today}


def through(path: str, moves: Iterable[Mapping[str, str]]) -> str:
    """A name of some day, followed through later readings in the order in which they were made."""
    for moved in moves:
        path = moved.get(path, path)
    return path
