"""Check that the sample's finished work behaves as the shipped table of ratios says.

    python benchmarks/sample_ratios.py

For each size of estimate it prints the quantiles of actual / estimate of the drawn history beside
those of the table, and the largest distance between both distribution functions. Ends with 1
where a distance is larger than chance allows (Kolmogorov-Smirnov, 1 in 100; ties make it milder).
"""

# ruff: noqa: E402 - Django is set up before the app is imported

import math
import os
import sys
import tempfile
from bisect import bisect_right
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpm.settings")
os.environ.setdefault("TPM_DATA_DIR", tempfile.mkdtemp())

import django

django.setup()

from roadmaps.forecasting.ratios import PRIOR_RATIOS
from tpm.sample import finished
from tpm.sample.people import COMPONENTS, TEAMS
from tpm.sample.ratios import EDGES

SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9)
CRITICAL = 1.63  # of the distance times the root of the number of items, 1 in 100


def drawn() -> dict[int, list[float]]:
    """Ratios of the sample by the table's sizes."""
    components: dict[str, list[str]] = defaultdict(list)
    for key, _, team, _ in COMPONENTS:
        components[team].append(key)
    ratios = defaultdict(list)
    for piece in finished.pieces(components, dict(TEAMS)):
        if piece.triple is not None:
            likely = piece.triple[1]
            ratios[bisect_right(EDGES, likely) - 1].append(piece.person_days / likely)
    return ratios


def quantile(ordered: list[float], level: float) -> float:
    return ordered[min(len(ordered) - 1, int(level * len(ordered)))]


def distance(ratios: list[float], table: tuple[float, ...]) -> float:
    """Largest distance between both distribution functions, at the steps of either."""
    ours, theirs = sorted(ratios), sorted(table)
    steps = sorted({*ours, *theirs})
    return max(
        abs(bisect_right(ours, x) / len(ours) - bisect_right(theirs, x) / len(theirs))
        for x in steps
    )


def main() -> int:
    worst = 0.0
    print(f"{'size, d':>10} {'items':>6}  " + "  ".join(f"P{level:.0%}"[:-1] for level in SHOWN))
    for index, ratios in sorted(drawn().items()):
        size = PRIOR_RATIOS[index]
        for name, rows in (("sample", sorted(ratios)), ("table", sorted(size.quantiles))):
            shown = "  ".join(f"{quantile(rows, level):.2f}" for level in SHOWN)
            count = len(ratios) if name == "sample" else size.n
            print(f"{f'{size.from_days:g} and up':>10} {count:>6}  {shown}  {name}")
        found = distance(ratios, size.quantiles) * math.sqrt(len(ratios))
        print(f"{'':>17}  distance {found / math.sqrt(len(ratios)):.3f}")
        worst = max(worst, found)
    print(f"largest distance times root n: {worst:.2f}, allowed {CRITICAL}")
    return int(worst > CRITICAL)


if __name__ == "__main__":
    raise SystemExit(main())
