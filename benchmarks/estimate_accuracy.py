"""Score learned estimates on histories of tasks, rolling quarterly forward.

    python -m benchmarks.estimate_accuracy CSV... [--prior CSV]... [--json]
        [--from DATE] [--until DATE] [--teams NAME,NAME] [--quick]
        [--consecutive] [--every quarter|month|week] [--projects N]

Each quarter's tasks are forecast from what was finished before the quarter began: by the learner of
this product, and beside it by the raw estimate, fixed PERT and evidence-based scheduling of all and
of each person. Headline scores need 20 finished tasks in the same company or team; what is forecast
with less is under "cold_start", from the newest 0, 10, 30 and 100 finished tasks.

--prior  histories of others to begin with, instead of the shipped aggregates
--from, --until, --teams  score only forecasts of these days and teams; earlier tasks still teach.
         Constants were chosen with --until 2007-01-01 on SiP and --teams 15,22,57,61 on CESAW
--every  how often the learner is fitted anew: histories of months need more than the quarter
--projects  each project learns on its own, from its first N tasks; those of fewer than 180 are left
         out. These stand for small teams when constants are chosen
--quick  without totals and cold start
--consecutive  totals of tasks one after the other, which share more than those of one quarter do
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.histories import Task, read_tasks
from benchmarks.ratio_quantiles import sizes_of
from benchmarks.rivals import RIVALS
from benchmarks.totals import SIZES, Totals, add_plans
from roadmaps.forecasting.ranges import POINTS
from roadmaps.forecasting.ratios import PRIOR_RATIOS, Finished, PriorSize, Ratios
from roadmaps.forecasting.ratios.prior import prior_sizes
from roadmaps.forecasting.scoring_rules import crps, deciles, held, pit, within

LEAST_HISTORY = 20
COLD = (0, 10, 30, 100)
MOST_COLD = 200
"""Tasks of one quarter and team that a cold start is tried on."""

LEAST_PROJECT = 180
"""Tasks of a project that is to learn on its own."""

SEED = 11

TEAM = 1
"""All tasks that learn together are one team's: bias is shared within a team and quarter."""


@dataclass
class Forecasts:
    """Tables of the log ratio and what came out, gathered quarter by quarter."""

    tables: dict[str, list[np.ndarray]] = field(default_factory=dict)
    actual: list[np.ndarray] = field(default_factory=list)

    def add(self, tables: dict[str, np.ndarray], actual: np.ndarray) -> None:
        self.actual.append(actual)
        for name, table in tables.items():
            self.tables.setdefault(name, []).append(table)

    def scores(self) -> dict[str, dict]:
        """Every forecaster's scores, each with its skill over global EBS."""
        if not self.actual:
            return {}
        actual = np.concatenate(self.actual)
        found = {}
        for name, parts in self.tables.items():
            found[name] = score(np.concatenate(parts), actual)
        reference = found["global_ebs"]["log_crps"] if "global_ebs" in found else None
        for each in found.values():
            if reference:
                each["skill_vs_global_ebs"] = 1 - each["log_crps"] / reference
        return found

    def __len__(self) -> int:
        return sum(len(part) for part in self.actual)


def score(tables: np.ndarray, actual: np.ndarray) -> dict:
    """log-CRPS, coverage and PIT deciles of some tables of the log ratio."""
    shares = np.random.default_rng(SEED).random(len(actual))
    return {
        "log_crps": float(np.mean(crps(tables, actual))),
        "skill_vs_global_ebs": None,
        "coverage": {
            "p85": float(np.mean(held(tables, actual, 0.85))),
            "p95": float(np.mean(held(tables, actual, 0.95))),
            "p10_p90": float(np.mean(within(tables, actual))),
        },
        "pit_deciles": deciles(pit(tables, actual, shares)),
    }


@dataclass
class Run:
    """One evaluation over any number of files."""

    prior: tuple[PriorSize, ...]
    start: date
    until: date
    quick: bool = False
    consecutive: bool = False
    every: str = "quarter"
    headline: Forecasts = field(default_factory=Forecasts)
    cold: dict[int, Forecasts] = field(default_factory=lambda: {n: Forecasts() for n in COLD})
    totals: dict[int, Totals] = field(default_factory=lambda: {n: Totals() for n in SIZES})

    def workspace(self, tasks: Sequence[Task]) -> None:
        """Roll through the periods of one company or team."""
        rng = np.random.default_rng(SEED)
        known = [finished_of(task, number) for number, task in enumerate(tasks)]
        for day, wanted in periods(tasks, self.every):
            asked = [k for k in wanted if self.start <= tasks[k].asked_on < self.until]
            past = [k for k, task in enumerate(tasks) if task.finished_on < day]
            if not asked:
                continue
            if not self.quick:
                self._cold_start(day, asked, past, tasks, known)
            if len(past) >= LEAST_HISTORY:
                ratios = Ratios.learn([known[k] for k in past], on=day, prior=self.prior)
                each = [tasks[k] for k in asked]
                tables = {"model": tables_of(ratios, [known[k] for k in asked])}
                for name, rival in RIVALS.items():
                    tables[name] = rival([tasks[k] for k in past], each)
                self.headline.add(tables, log_ratios(each))
                if not self.quick:
                    add_plans(
                        self.totals, each, tables, ratios.bias, rng, consecutive=self.consecutive
                    )

    def _cold_start(
        self,
        day: date,
        asked: list[int],
        past: list[int],
        tasks: Sequence[Task],
        known: list[Finished],
    ) -> None:
        asked = asked[:: -(-len(asked) // MOST_COLD)]
        each = [tasks[k] for k in asked]
        newest = sorted(past, key=lambda k: (tasks[k].finished_on, k))
        for size in COLD:
            if len(newest) < size:
                continue
            few = newest[len(newest) - size :]
            ratios = Ratios.learn([known[k] for k in few], on=day, prior=self.prior)
            tables = {"model": tables_of(ratios, [known[k] for k in asked])}
            tables["raw"] = RIVALS["raw"]([], each)
            if few:
                tables["global_ebs"] = RIVALS["global_ebs"]([tasks[k] for k in few], each)
            self.cold[size].add(tables, log_ratios(each))

    def report(self) -> dict:
        """The figures under the keys by which results are compared over time."""
        scores = self.headline.scores()
        model = scores.pop("model", empty())
        return {
            "model": model,
            "baselines": scores,
            "cold_start": {str(n): cold_scores(each) for n, each in self.cold.items()},
            "totals": {str(size): total.report() for size, total in self.totals.items()},
            "predictions": len(self.headline),
        }


def empty() -> dict:
    """The scores of no forecast at all."""
    coverage = {"p85": None, "p95": None, "p10_p90": None}
    return {"log_crps": None, "skill_vs_global_ebs": None, "coverage": coverage, "pit_deciles": []}


def cold_scores(forecasts: Forecasts) -> dict:
    """Scores from so many finished tasks, and the share of the raw estimate's error that stays."""
    scores = forecasts.scores()
    model = scores.get("model", empty())
    raw = scores["raw"]["log_crps"] if scores else None
    return {
        **model,
        "raw_log_crps": raw,
        "relative_to_raw": model["log_crps"] / raw if raw else None,
        "predictions": len(forecasts),
    }


def finished_of(task: Task, number: int) -> Finished:
    """A task as the learner reads it."""
    return Finished(
        finished_on=task.finished_on,
        actual=task.actual,
        typed=task.estimate,
        kind=task.category,
        team=TEAM,
        id=number,
        started_on=task.asked_on,
        person=task.person or None,
        component=task.component or None,
        project=task.project or None,
        epic=task.epic or None,
    )


def tables_of(ratios: Ratios, rows: Sequence[Finished]) -> np.ndarray:
    """The learner's tables of the log ratio, shape (rows, 257)."""
    targets = [(float(row.typed), row.about) for row in rows if isinstance(row.typed, float)]
    return ratios.log_tables(targets)[0] if targets else np.empty((0, POINTS))


def log_ratios(tasks: Sequence[Task]) -> np.ndarray:
    return np.log([task.actual / task.estimate for task in tasks])


def first_day(day: date, every: str) -> date:
    """First day of the quarter, month or week that a day is in."""
    if every == "week":
        return day - timedelta(days=day.weekday())
    return date(day.year, day.month if every == "month" else (day.month - 1) // 3 * 3 + 1, 1)


def periods(tasks: Sequence[Task], every: str) -> Iterator[tuple[date, list[int]]]:
    """First day of each period in which forecasts were wanted, and the places of its tasks."""
    found: dict[date, list[int]] = {}
    for place, task in enumerate(tasks):
        found.setdefault(first_day(task.asked_on, every), []).append(place)
    yield from sorted(found.items())


def workspaces(tasks: Sequence[Task], teams: set[str]) -> list[list[Task]]:
    """Tasks by company or team; with teams, of a file that has teams only those."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.workspace, []).append(task)
    return [
        each
        for name, each in sorted(found.items())
        if not teams or " team " not in name or name.rsplit(" ", 1)[1] in teams
    ]


def projects(tasks: Sequence[Task], most: int) -> list[list[Task]]:
    """The first tasks of each project that is large enough to be scored."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.project, []).append(task)
    return [each[:most] for _, each in sorted(found.items()) if len(each) >= LEAST_PROJECT]


def prior_from(paths: Sequence[Path]) -> tuple[PriorSize, ...]:
    """The prior that histories of others make; the shipped one where there are none."""
    if not paths:
        return PRIOR_RATIOS
    sources = [[(task.estimate, task.actual) for task in read_tasks(path)] for path in paths]
    return prior_sizes(sizes_of(sources))


def show(report: dict) -> None:
    """Print a report for people."""
    print(f"{report['predictions']} forecasts with {LEAST_HISTORY} finished tasks or more")
    print(f"{'':22}{'log-CRPS':>9}{'skill':>8}{'P85':>7}{'P95':>7}{'P10-P90':>9}  PIT deciles")
    for name, each in {"model": report["model"], **report["baselines"]}.items():
        print(f"{name:22}{line(each)}")
    print("cold start, by finished tasks of one's own")
    for size, each in report["cold_start"].items():
        if each["predictions"]:
            print(f"{size:>6} {each['predictions']:>6} tasks  {line(each)}", end="")
            print(f"  {each['relative_to_raw']:.3f} x raw")
    print("totals of plans")
    for size, each in report["totals"].items():
        if each["plans"]:
            rows = {"model": each, "without shared factor": each["without_shared_factor"]}
            print(f"{size:>4} tasks, {each['plans']} plans, rho {each['rho']:.3f}")
            for name, row in {**rows, **each["baselines"]}.items():
                print(f"     {name:22} P85 {row['p85']:.3f}  P10-P90 {row['p10_p90']:.3f}", end="")
                print(f"  {row['relative_crps']:.3f} x global EBS")


def line(each: dict) -> str:
    if each["log_crps"] is None:
        return "nothing to score"
    skill, coverage = each["skill_vs_global_ebs"], each["coverage"]
    tenths = " ".join(f"{share:.3f}"[1:] for share in each["pit_deciles"])
    shown = "" if skill is None else f"{100 * skill:.1f} %"
    covered = f"{coverage['p85']:>7.3f}{coverage['p95']:>7.3f}{coverage['p10_p90']:>9.3f}"
    return f"{each['log_crps']:>9.4f}{shown:>8}{covered}  {tenths}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="CSV")
    parser.add_argument("--prior", action="append", type=Path, default=[], metavar="CSV")
    parser.add_argument("--from", dest="start", type=date.fromisoformat, default=date.min)
    parser.add_argument("--until", type=date.fromisoformat, default=date.max)
    parser.add_argument("--teams", default="", help="such as 15,22; of files with teams")
    parser.add_argument("--quick", action="store_true", help="no totals, no cold start")
    parser.add_argument("--consecutive", action="store_true", help="plans in the order of time")
    parser.add_argument("--every", choices=("quarter", "month", "week"), default="quarter")
    parser.add_argument("--projects", type=int, metavar="N", help="each learns on its own")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    teams = {name for name in given.teams.split(",") if name}
    run = Run(
        prior_from(given.prior),
        given.start,
        given.until,
        given.quick,
        given.consecutive,
        given.every,
    )
    for path in given.files:
        for tasks in workspaces(read_tasks(path), teams):
            for each in projects(tasks, given.projects) if given.projects else [tasks]:
                run.workspace(each)
    report = run.report()
    if given.json:
        json.dump(report, sys.stdout, indent=1)
        print()
    else:
        show(report)


if __name__ == "__main__":
    main()
