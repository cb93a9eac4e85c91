"""How good the schedules are: makespans of PSPLIB instances beside the best known.

    python -m benchmarks.schedule_quality DIR_OF_SM_FILES [--seconds S] [--best CSV] [--json]
    python -m benchmarks.schedule_quality --replan 1000 [--runs 7] [--json]

Reads PSPLIB single-mode files (`.sm`), schedules each within so many seconds on so many threads,
checks every schedule unit by unit, and compares it with the table: a CSV with the columns `file`
and `best_known_makespan` (found as `optimum.csv` in the directory where --best is not given).

--replan times a full re-plan of a made-up plan of so many items in two teams, from its old order
and after one item grew: fastest wall-clock and processor seconds, and how many items moved.
"""

import argparse
import csv
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.forecast_engine import made_up
from roadmaps.forecasting import Triple, start_order
from roadmaps.forecasting.extras import extras
from roadmaps.forecasting.rcpsp import Problem, faults, solve
from roadmaps.forecasting.schedule import replan


def read_sm(path: Path) -> Problem:
    """The problem of a PSPLIB single-mode file.

    raises: ValueError when the file lacks a block
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()

    def block(title: str, skip: int) -> list[list[int]]:
        at = next((k for k, line in enumerate(lines) if line.startswith(title)), None)
        if at is None:
            raise ValueError(f"{path.name} has no block “{title}”.")
        rows = []
        for line in lines[at + skip :]:
            words = line.split()
            if not words or not all(word.isdigit() for word in words):
                break
            rows.append([int(word) for word in words])
        return rows

    links = block("PRECEDENCE RELATIONS", 2)
    requests = block("REQUESTS/DURATIONS", 3)
    (capacities,) = block("RESOURCEAVAILABILITIES", 2)
    before: list[list[int]] = [[] for _ in requests]
    for job, _, _, *followers in links:
        for other in followers:
            before[other - 1].append(job - 1)
    return Problem(
        tuple(row[2] for row in requests),
        tuple(tuple(row[3:]) for row in requests),
        tuple(capacities),
        tuple(tuple(row) for row in before),
    )


def best_known(path: Path) -> dict[str, int]:
    """Best known makespan by file name."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["best_known_makespan"]) for row in csv.DictReader(file)}


def measured(path: Path, table: dict[str, int], options: argparse.Namespace) -> dict:
    """One instance: schedule, check, compare."""
    problem = read_sm(path)
    clock = time.process_time if options.processor_time else time.perf_counter
    began = clock()
    found = solve(
        problem,
        schedules=float("inf"),
        left=lambda: options.seconds - (clock() - began),
        seed=options.seed,
        workers=options.workers,
        engine=options.engine,
        optimizer=False if options.no_optimizer else None,
    )
    seconds = clock() - began
    best = table.get(path.name)
    wrong = faults(problem, found.starts)
    for sentence in wrong:
        print(f"{path.name}: {sentence}", file=sys.stderr)
    return {
        "file": path.name,
        "makespan": found.makespan,
        "lower_bound": found.lower_bound,
        "best": best,
        "gap_percent": round(100 * (found.makespan / best - 1), 3) if best else None,
        "feasible": not wrong,
        "seconds": round(seconds, 3),
        "engine": found.engine,
    }


def summary(rows: list[dict]) -> dict:
    """The rows with their mean gap over those whose best is known."""
    gaps = [row["gap_percent"] for row in rows if row["gap_percent"] is not None]
    return {
        "instances": [{k: v for k, v in row.items() if k != "engine"} for row in rows],
        "mean_gap_percent": round(sum(gaps) / len(gaps), 3) if gaps else None,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", nargs="?", type=Path, help="where the .sm files are")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each instance")
    parser.add_argument("--best", type=Path, help="CSV of best known makespans")
    parser.add_argument("--only", default="", help="prefixes of file names, by comma: j30,j60")
    parser.add_argument("--engine", choices=("numba", "python"))
    parser.add_argument("--no-optimizer", action="store_true", help="do not ask CP-SAT")
    parser.add_argument("--workers", type=int, default=2, help="threads")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="count seconds of processor time, of all threads together: for a machine that is"
        " shared, without CP-SAT",
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--replan", type=int, metavar="ITEMS", help="time a full re-plan instead")
    parser.add_argument("--runs", type=int, default=7, help="of the re-plan")
    options = parser.parse_args()
    if options.replan:
        return replanned(options)
    if options.directory is None:
        parser.error("a directory of .sm files is needed")
    prefixes = tuple(options.only.split(","))
    paths = [p for p in sorted(options.directory.glob("*.sm")) if p.name.startswith(prefixes)]
    if not paths:
        parser.error(f"no .sm files in {options.directory}")
    beside = options.directory / "optimum.csv"
    table = best_known(options.best or beside) if options.best or beside.exists() else {}
    # Loading and compiling are not part of what is measured.
    extras()
    solve(read_sm(paths[0]), schedules=150, engine=options.engine)
    rows = [measured(path, table, options) for path in paths]
    result = summary(rows)
    if options.json:
        print(searched_by(rows), file=sys.stderr)
        print(json.dumps(result, indent=2))
    else:
        show(rows, result)
    return 0 if all(row["feasible"] for row in rows) else 1


def replanned(options: argparse.Namespace) -> int:
    """Time re-plans of a made-up plan: unchanged, and with one item three times as long."""
    plan = made_up(options.replan, people=15)
    plan = replace(plan, order=start_order(plan))
    longer = plan.items[len(plan.items) // 2]
    grown = replace(longer, range=Triple(*(3 * days for days in longer.range or (1, 1, 1))))
    items = tuple(grown if item is longer else item for item in plan.items)
    result = {"items": options.replan, "runs": options.runs}
    for name, each in (("same", plan), ("one_longer", replace(plan, items=items))):
        seconds, processor = [], []
        for _ in range(options.runs):
            began, used = time.perf_counter(), time.process_time()
            order = replan(each)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        moved = sum(a != b for a, b in zip(order, plan.order, strict=True))
        result[name] = {
            "seconds": round(min(seconds), 4),
            "processor_seconds": round(min(processor), 4),
            "places_changed": moved,
        }
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print(f"re-plan of {options.replan} items, fastest of {options.runs}:")
        for name in ("same", "one_longer"):
            row = result[name]
            print(
                f"  {name:11} {row['seconds'] * 1e3:6.1f} ms, {row['processor_seconds'] * 1e3:.1f}"
                f" ms of processor time, {row['places_changed']} places changed"
            )
    return 0


def searched_by(rows: list[dict]) -> str:
    """Which optional packages were there, and what searched."""
    here = ", ".join(f"{name} {version or 'missing'}" for name, version in extras().items())
    engines = ", ".join(sorted({row["engine"] for row in rows}))
    return f"extras: {here}; searched by {engines}"


def show(rows: list[dict], result: dict) -> None:
    print(searched_by(rows))
    print(f"{'file':16}{'makespan':>9}{'bound':>7}{'best':>6}{'gap %':>7}{'seconds':>9}  feasible")
    for row in rows:
        best, gap = row["best"], row["gap_percent"]
        print(
            f"{row['file']:16}{row['makespan']:9}{row['lower_bound']:7}"
            f"{'-' if best is None else best:>6}{'-' if gap is None else format(gap, '.2f'):>7}"
            f"{row['seconds']:9.2f}  {'yes' if row['feasible'] else 'NO'}"
        )
    print(f"mean gap: {result['mean_gap_percent']} %")


if __name__ == "__main__":
    sys.exit(main())
