"""Items x trials a second of the fast engines, beside peers and the machine's limit.

    python -m benchmarks.forecast_speed [--items 5000] [--trials 10000] [--engine numpy|numba]
                                        [--threads N] [--json]

The plan is made up from a fixed seed: teams of six for every hundred items, absences, a freeze and
drag, epics of ten items, 1.5 links an item of which a fifth cross epics, a milestone for every
hundred items, ten objectives, shared bias. Timed warm, the fastest of some runs: from the plan laid
out (its order and quarters kept, as a stored run keeps them) to the quantiles of the whole plan,
milestones and objectives. The limit is what copying one float32 an item and trial would allow.

Peers simulate the same items and links without capacity, calendars or shared bias, on as many
trials as take about a second: plain Python (with places), and planaco and mcprojsim where they are
installed. Without --json it also prints what else people wait for, and of each figure the least
processor time over the threads: what it would take if nobody else worked on the machine.
"""

import argparse
import heapq
import json
import math
import os
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from roadmaps import forecasting as engine
from roadmaps.forecasting.draws import Draws, score_pool
from roadmaps.forecasting.landings import Ends
from roadmaps.forecasting.program import prepare

TODAY = date(2027, 1, 4)
SEED = 1


def made_up(items: int, *, people: int = 6) -> engine.Plan:
    """A plan of some items and a team for every hundred of them."""
    rng = random.Random(20270104)
    teams = max(1, items // 100)
    rows, links = [], []
    for id in range(1, items + 1):
        epic = (id - 1) // 10
        p50 = rng.lognormvariate(1.0, 0.6)
        spread = engine.Triple(p50 * 0.6, p50, p50 * rng.uniform(1.4, 3.0))
        rows.append(
            engine.PlanItem(
                id,
                f"PAY-{id}",
                team=1 + epic % teams if rng.random() < 0.8 else rng.randint(1, teams),
                crew=1 if rng.random() < 0.8 else 2,
                rank=id,
                typed=spread,
                range=spread,
                target=TODAY + timedelta(rng.randint(30, 400)),
                objective=1 + epic % 10,
                parent=1_000_000 + epic,
            )
        )
        for _ in range(rng.choice((1, 2)) if id > 1 else 0):
            far = rng.random() < 0.2 or (id - 1) % 10 == 0
            links.append(engine.PlanLink(rng.randint(1 if far else epic * 10 + 1, id - 1), id))
    rows += [engine.PlanItem(1_000_000 + k, f"EPIC-{k}") for k in range(-(-items // 10))]
    for k in range(max(1, items // 100)):
        id = 2_000_000 + k
        rows.append(engine.PlanItem(id, f"MILE-{k}", kind="milestone", rank=1e6))
        first, last = 100 * k + 1, min(items, 100 * k + 100)
        links += [engine.PlanLink(rng.randint(first, last), id) for _ in range(10)]
    return engine.Plan(
        today=TODAY,
        items=tuple(rows),
        links=tuple(dict.fromkeys(links)),
        teams=tuple(_team(id, people, rng) for id in range(1, teams + 1)),
        objectives=tuple(
            engine.PlanObjective(k, f"Objective {k}", TODAY + timedelta(300)) for k in range(1, 11)
        ),
    )


def _team(id: int, people: int, rng: random.Random) -> engine.PlanTeam:
    members = tuple(
        engine.PlanMember(100 * id + k, absences=(engine.PlanSpan(away, away + timedelta(9)),))
        for k in range(people)
        for away in (TODAY + timedelta(rng.randint(20, 300)),)
    )
    freeze = engine.PlanSpan(date(2027, 12, 20), date(2027, 12, 31))
    drag = engine.Triple(0.05, 0.1, 0.2)
    return engine.PlanTeam(id, f"Team {id}", 0.7, members=members, closures=(freeze,), drag=drag)


def kept(plan: engine.Plan) -> engine.Plan:
    """The plan with the order and quarters that a stored run keeps."""
    program = prepare(plan)
    return replace(plan, order=program.ids, quarters=program.bias.quarters)


class Timed(NamedTuple):
    """Least seconds of some runs, on the clock and of the processors together."""

    seconds: float
    processor: float


def fastest(run: Callable[[], object], runs: int = 5) -> Timed:
    """Time some runs, after one that warms up."""
    run()
    seconds, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        run()
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return Timed(min(seconds), min(processor))


def bandwidth(threads: int) -> float:
    """Items x trials a second that copying a float32 for each would allow."""
    size = 16_000_000
    parts = [(np.ones(size, np.float32), np.empty(size, np.float32)) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        seconds = fastest(lambda: list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), parts)))
    return threads * size / seconds.seconds


def pure_python(plan: engine.Plan, trials: int) -> None:
    """The same items, links and places in plain Python, without calendars or shared bias."""
    rng = random.Random(SEED)
    items = {item.id: item for item in plan.items}
    waits: dict[int, list[int]] = {}
    for link in plan.links:
        waits.setdefault(link.succ, []).append(link.pred)
    for _ in range(trials):
        places = {team.id: [0.0] * len(team.members or ()) for team in plan.teams}
        ends: dict[int, float] = {}
        for id in plan.order:
            item = items[id]
            start = max((ends[pred] for pred in waits.get(id, ())), default=0.0)
            if item.range is None or item.team is None:
                ends[id] = start
                continue
            low, middle, high = item.range
            work = middle * math.exp(rng.gauss(0, math.log(high / low) / 2.5631))
            start = max(start, heapq.heappop(places[item.team]))
            ends[id] = start + work / 0.7
            heapq.heappush(places[item.team], ends[id])
        max(ends.values())


def planaco(plan: engine.Plan, trials: int) -> None:
    """planaco: tasks and dependencies, no capacity."""
    from planaco import Project, Task

    project, tasks = Project("plan"), {}
    for item, preds in _rows(plan):
        low, middle, high = item.range or (0.01, 0.02, 0.03)
        tasks[item.id] = Task(item.key, min_duration=low, mode_duration=middle, max_duration=high)
        project.add_task(tasks[item.id], [tasks[pred] for pred in preds])
    project.statistics(n=trials)


def mcprojsim(plan: engine.Plan, trials: int) -> None:
    """mcprojsim: tasks and dependencies, no capacity."""
    from mcprojsim import Project, SimulationEngine, Task
    from mcprojsim.models.project import ProjectMetadata, TaskEstimate

    tasks = []
    for item, preds in _rows(plan):
        low, middle, high = item.range or (0.01, 0.02, 0.03)
        estimate = TaskEstimate(low=low, expected=middle, high=high, unit="days")
        names = [str(pred) for pred in preds]
        tasks.append(Task(id=str(item.id), name=item.key, estimate=estimate, dependencies=names))
    project = Project(project=ProjectMetadata(name="plan", start_date=TODAY), tasks=tasks)
    SimulationEngine(iterations=trials, random_seed=SEED, show_progress=False).run(project)


def _rows(plan: engine.Plan) -> list[tuple[engine.PlanItem, list[int]]]:
    items = {item.id: item for item in plan.items}
    return [(items[id], [k.pred for k in plan.links if k.succ == id]) for id in plan.order]


def peers(items: int) -> dict[str, float]:
    """Items x trials a second of each peer that is installed, on a plan of at most 200 items."""
    plan = kept(made_up(min(items, 200)))
    found = {}
    for name, run in (("pure_python", pure_python), ("planaco", planaco), ("mcprojsim", mcprojsim)):
        try:
            run(plan, 10)
        except ImportError:
            continue
        began = time.perf_counter()
        run(plan, 20)
        trials = max(20, min(5000, int(20 / (time.perf_counter() - began))))
        began = time.perf_counter()
        run(plan, trials)
        found[name] = len(plan.order) * trials / (time.perf_counter() - began)
    return found


def others(options: argparse.Namespace, plan: engine.Plan) -> list[tuple[str, Timed]]:
    """What else people wait for, in seconds."""
    program, draws = prepare(plan), Draws(SEED, options.trials)
    chosen = {"engine": options.engine, "threads": options.threads}
    small, middle = kept(made_up(200)), kept(made_up(1000))
    moved = [engine.MoveStart(500, TODAY + timedelta(200))]
    before = engine.Before(middle, seed=SEED, engine="numpy", threads=options.threads)
    return [
        ("laying the plan out", fastest(lambda: prepare(plan), 2)),
        (
            "with the quantiles of every item",
            fastest(lambda: Ends(plan, draws, program=program, **chosen).result(), 3),
        ),
        (
            "200 items, 10,000 trials, whole forecast",
            fastest(lambda: engine.simulate(small, seed=SEED)),
        ),
        (
            "1,000 items, 500 draws: what if, both sides",
            fastest(lambda: engine.what_if(middle, moved, seed=SEED, engine="numpy")),
        ),
        ("1,000 items, 500 draws: each further drag", fastest(lambda: before.with_(moved))),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--engine", choices=("numpy", "numba"), default="numpy")
    parser.add_argument("--threads", type=int, help="default: all compiled, 1 in numpy")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.threads is None:
        options.threads = 1 if options.engine == "numpy" else os.cpu_count() or 1
    plan = kept(made_up(options.items))
    program, draws = prepare(plan), Draws(SEED, options.trials)
    score_pool()
    chosen = {"engine": options.engine, "threads": options.threads, "items": False}
    took = fastest(lambda: Ends(plan, draws, program=program, **chosen).result())
    seconds = took.seconds
    size = len(plan.order) * options.trials
    report = {
        "engine": options.engine,
        "items": len(plan.order),
        "trials": options.trials,
        "threads": options.threads,
        "seconds": seconds,
        "item_trials_per_s": size / seconds,
        "limit_item_trials_per_s": bandwidth(options.threads),
        "peers": peers(options.items),
    }
    if options.json:
        print(json.dumps(report))
        return
    print(f"{options.engine}, {len(plan.order):,} items, {options.trials:,} trials,", end=" ")
    print(f"{options.threads} threads")
    rates = {"this engine": size / seconds, "limit of memory": report["limit_item_trials_per_s"]}
    for name, rate in (rates | report["peers"]).items():
        print(f"{name:45}{rate:16,.0f} items x trials a second")
    milestones = "whole plan, milestones and objectives"
    for name, each in [(milestones, took), *others(options, plan)]:
        print(f"{name:45}{each.seconds:16.3f} s; processor {each.processor:.3f} s")


if __name__ == "__main__":
    main()
