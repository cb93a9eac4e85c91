"""Make the shipped table of actual / estimate ratios by size from public histories of tasks.

    python benchmarks/ratio_quantiles.py SIP.csv CESAW.csv RENZO.csv > roadmaps/forecasting/ratios/prior_ratios.json

Only aggregates leave this script: 36 quantiles for each size of estimate, each source weighing
the same in a size where it has at least 50 tasks. The files themselves carry no licence and stay
out of the repository; they are cited in the table.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

POINTS = 36
LEAST = 50
EDGES = (0.0, 0.25, 1.0, 2.0)
"""Lower edges of the sizes in person-days: the histories have few estimates above a week."""

SOURCES = [
    "SiP: github.com/Derek-Jones/SiP_dataset, Jones and Cullum, arXiv 1901.01621 (7 h a day)",
    "CESAW: github.com/Derek-Jones/Software-estimation-datasets, Jones and Nichols, "
    "arXiv 2106.03679 (8 h a day)",
    "Renzo: github.com/Derek-Jones/renzo-pomodoro (25 minutes a pomodoro, 8 h a day)",
]


def sip(path: Path) -> Iterator[tuple[float, float]]:
    """Estimate and actual of each finished task, person-days; a task repeats per developer."""
    seen = set()
    for row in csv.DictReader(path.open()):
        done = row["StatusCode"] in ("FINISHED", "COMPLETED", "RELEASED")
        if done and row["TaskNumber"] not in seen:
            seen.add(row["TaskNumber"])
            yield float(row["HoursEstimate"] or 0) / 7, float(row["HoursActual"] or 0) / 7


def cesaw(path: Path) -> Iterator[tuple[float, float]]:
    """Estimate and actual of each task, person-days."""
    for row in csv.DictReader(path.open()):
        yield float(row["plan_minutes"] or 0) / 480, float(row["actual_minutes"] or 0) / 480


def renzo(path: Path) -> Iterator[tuple[float, float]]:
    """Estimate and actual of each task done, person-days."""
    for row in csv.DictReader(path.open()):
        if row["done"] == "1":
            yield float(row["estimate"]) * 25 / 480, float(row["actual"]) * 25 / 480


def quantiles(sample: list[tuple[float, float]]) -> list[float]:
    """Weighted empirical quantiles of (value, weight) at (k + 0.5) / 36."""
    sample.sort()
    total = sum(weight for _, weight in sample)
    found, passed, k = [], 0.0, 0
    for value, weight in sample:
        passed += weight
        while k < POINTS and passed >= (k + 0.5) / POINTS * total - 1e-12:
            found.append(round(value, 3))
            k += 1
    return found


def size(low: float, high: float | None, sources: list[list[tuple[float, float]]]) -> dict:
    """One row of the table: the ratios of all estimates from low to below high."""
    groups = [
        [actual / estimate for estimate, actual in rows if low <= estimate < (high or 1e9)]
        for rows in sources
    ]
    groups = [ratios for ratios in groups if len(ratios) >= LEAST]
    sample = [(ratio, 1 / len(ratios)) for ratios in groups for ratio in ratios]
    return {
        "from_days": low,
        "to_days": high,
        "n": sum(len(ratios) for ratios in groups),
        "quantiles": quantiles(sample),
    }


def main(paths: list[str]) -> None:
    sources = [
        [(estimate, actual) for estimate, actual in read(Path(path)) if estimate > 0 < actual]
        for read, path in zip((sip, cesaw, renzo), paths, strict=True)
    ]
    sizes = [size(a, b, sources) for a, b in zip(EDGES, (*EDGES[1:], None), strict=True)]
    json.dump({"sources": SOURCES, "points": POINTS, "sizes": sizes}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(sys.argv[1:])
