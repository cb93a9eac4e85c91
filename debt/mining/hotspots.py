"""Where work and size meet: the files that cost most to leave as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from debt.mining.analyses import Pair


@dataclass(frozen=True)
class Hotspot:
    """One file. touches are weighted by age where the caller weighs them.

    size: lines, or findings, or None where neither is known
    heat: touches × size as a share of the hottest file's, 0 to 1
    """

    path: str
    touches: float
    size: int | None
    heat: float


def hotspots(touches: Mapping[str, float], sizes: Mapping[str, int | None]) -> list[Hotspot]:
    """Files by touches × size, the hottest first; without any size by touches alone.

    sizes: lines or findings of each file; a file without one is as large as the median of the rest
    """
    known = sorted(size for path in touches if (size := sizes.get(path)) is not None)
    usual = known[len(known) // 2] if known else 1
    raw = {}
    for path, count in touches.items():
        size = sizes.get(path)
        raw[path] = count * (usual if size is None else size)
    most = max(raw.values(), default=0.0)
    found = [
        Hotspot(path, touches[path], sizes.get(path), raw[path] / most if most > 0 else 0.0)
        for path in touches
    ]
    return sorted(found, key=lambda spot: (-spot.heat, -spot.touches, spot.path))


def strongly_coupled(scope: Iterable[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """Files outside a scope that change with files inside it: file -> highest degree, percent."""
    inside = set(scope)
    found: dict[str, int] = {}
    for pair in pairs:
        if (pair.entity in inside) != (pair.coupled in inside):
            other = pair.coupled if pair.entity in inside else pair.entity
            found[other] = max(found.get(other, 0), pair.degree)
    return dict(sorted(found.items(), key=lambda row: (-row[1], row[0])))
