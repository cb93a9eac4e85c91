"""Score throughput forecasts on what was finished week by week.

    python -m benchmarks.throughput_accuracy CSV... [--until DATE] [--teams NAME,NAME] [--json]

Series are the companies or teams of a file of tasks and each of their projects, or the commits of a
file of releases. From every week with ten before it, the weeks that 10 to 200 more items take are
forecast from the past alone; "p85" is the share of forecasts whose P85 held. Series with fewer than
100 forecasts, which overlap, are left out.

--until  the past of a series ends there; --teams as in benchmarks.estimate_accuracy
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.histories import Task, read_tasks
from roadmaps.forecasting.throughput import DRAWN, FAR_WEEKS, WINDOW, forecast

REMAINING = (10, 25, 50, 100, 200)
TRIALS = 1000
DRAWN_WEEKS = 60
LEAST_WINDOWS = 100
SEED = 5


def weekly(days: Iterable[date]) -> list[int]:
    """Items finished in each week from the first to the last that had any."""
    weeks = Counter((day.toordinal() - 1) // 7 for day in days)
    return [weeks[week] for week in range(min(weeks), max(weeks) + 1)] if weeks else []


def task_series(tasks: Sequence[Task]) -> Iterator[tuple[str, list[date]]]:
    """Days of finish of each company or team, and of its projects where it has several."""
    groups: dict[str, list[date]] = {}
    for task in tasks:
        groups.setdefault(task.workspace, []).append(task.finished_on)
        if task.project:
            groups.setdefault(f"{task.workspace} / {task.project}", []).append(task.finished_on)
    for name, days in sorted(groups.items()):
        whole = groups[name.partition(" / ")[0]]
        if " / " not in name or len(days) < len(whole):
            yield name, days


def read_series(path: Path, teams: set[str]) -> list[tuple[str, list[date]]]:
    """The series of one file, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if "committed_at" in (rows.fieldnames or ()):
            days = [date.fromisoformat(row["committed_at"][:10]) for row in rows]
            return [(path.stem, days)]
    tasks = [
        task
        for task in read_tasks(path)
        if not teams or " team " not in task.workspace or task.workspace.rsplit(" ", 1)[1] in teams
    ]
    return list(task_series(tasks))


def held(counts: Sequence[int], rng: np.random.Generator) -> list[bool]:
    """Whether each P85 held: from every week, for every size that was reached."""
    scores = rng.standard_normal(TRIALS)
    draws = rng.random((TRIALS, DRAWN_WEEKS))
    passed = np.concatenate([[0], np.cumsum(counts)])
    found = []
    for week in range(WINDOW, len(counts)):
        past = list(counts[:week])
        if not any(past[-DRAWN:]):
            continue
        for remaining in REMAINING:
            end = int(np.searchsorted(passed, passed[week] + remaining))
            if end < len(passed):
                made = forecast(past, remaining, scores=scores, draws=draws)
                found.append(min(end - week, FAR_WEEKS) <= made.p85 + 1e-9)
    return found


def measure(series: Iterable[tuple[str, list[date]]], until: date) -> dict:
    """The figures under the keys by which results are compared over time."""
    rng = np.random.default_rng(SEED)
    rows: list[dict] = []
    shares: list[float] = []
    for name, days in series:
        hits = held(weekly(day for day in days if day < until), rng)
        if len(hits) >= LEAST_WINDOWS:
            shares.append(float(np.mean(hits)))
            rows.append({"name": name, "p85": shares[-1], "windows": len(hits)})
    return {
        "series": rows,
        "mean_p85": float(np.mean(shares)) if shares else None,
        "worst_p85": min(shares, default=None),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="CSV")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max)
    parser.add_argument("--teams", default="", help="such as 15,22; of files with teams")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    teams = {name for name in given.teams.split(",") if name}
    series = [each for path in given.files for each in read_series(path, teams)]
    report = measure(series, given.until)
    if given.json:
        json.dump(report, sys.stdout, indent=1)
        print()
        return
    for row in report["series"]:
        print(f"{row['p85']:.3f}  {row['windows']:>5} forecasts  {row['name']}")
    if report["series"]:
        print(f"{report['mean_p85']:.3f}  mean\n{report['worst_p85']:.3f}  worst")
    else:
        print("no series is long enough")


if __name__ == "__main__":
    main()
