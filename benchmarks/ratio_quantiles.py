"""Make the shipped table of actual / estimate ratios by size from public histories of tasks.

    python -m benchmarks.ratio_quantiles SIP.csv CESAW.csv RENZO.csv > prior_ratios.json

Only aggregates leave this script: 36 quantiles for each size of estimate, each source weighing
the same in a size where it has at least 50 tasks. Tasks that estimates are judged by (SiP from 2007
on, other CESAW teams) take no part. The files themselves carry no licence and stay out of the
repository; they are cited in the table.
"""

import json
import re
import sys
from pathlib import Path

from benchmarks.histories import Task, read_tasks

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
    groups = [ratios for ratios in groups if len(ratios) >= LEAST] or groups
    sample = [(ratio, 1 / len(ratios)) for ratios in groups for ratio in ratios]
    return {
        "from_days": low,
        "to_days": high,
        "n": sum(len(ratios) for ratios in groups),
        "quantiles": quantiles(sample),
    }


def sizes_of(sources: list[list[tuple[float, float]]]) -> list[dict]:
    """The table's rows from (estimate, actual) in person-days of each source, all above 0."""
    return [size(low, high, sources) for low, high in zip(EDGES, (*EDGES[1:], None), strict=True)]


def main(paths: list[str]) -> None:
    sources = [
        [(task.estimate, task.actual) for task in read_tasks(Path(path)) if development(task)]
        for path in paths
    ]
    table = {"sources": SOURCES, "points": POINTS, "sizes": sizes_of(sources)}
    text = json.dumps(table, indent=1)
    print(re.sub(r"\[[-0-9.,\s]+\]", lambda each: " ".join(each[0].split()), text))


def development(task: Task) -> bool:
    """Whether constants may be chosen on a task: SiP before 2007, CESAW teams 15, 22, 57, 61."""
    if " team " in task.workspace:
        return task.workspace.rsplit(" ", 1)[1] in ("15", "22", "57", "61")
    return not task.project or task.asked_on.year < 2007


if __name__ == "__main__":
    main(sys.argv[1:])
