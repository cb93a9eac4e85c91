"""Time the forecast engine alone, on made-up plans from a fixed seed.

    python benchmarks/forecast_engine.py [--runs 5]

Prints the fastest and the median of some runs in seconds, and the fastest in processor time, which
is what one core needs when nobody else works on the machine: that figure is held to the limit.
Exits with 1 where a limit is missed.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from roadmaps.forecasting import (
    PREVIEW_TRIALS,
    TRIALS,
    EffectKind,
    Plan,
    PlanEffect,
    PlanItem,
    PlanLink,
    PlanMember,
    PlanObjective,
    PlanSpan,
    PlanTeam,
    Triple,
    simulate,
)

TODAY = date(2027, 1, 4)


def made_up(items: int, *, people: int, effects: int = 0) -> Plan:
    """A plan of two teams, 1.5 links an item, ten objectives, absences, a freeze and drag."""
    rng = random.Random(20270104)
    rows, links = [], []
    for id in range(1, items + 1):
        p50 = rng.lognormvariate(1.4, 0.6)
        spread = Triple(p50 * 0.6, p50, p50 * rng.uniform(1.4, 3.0))
        rows.append(
            PlanItem(
                id,
                f"PAY-{id}",
                team=rng.randint(1, 2),
                crew=1 if rng.random() < 0.8 else 2,
                rank=id,
                typed=spread,
                range=spread,
                target=TODAY + timedelta(rng.randint(30, 400)),
                objective=1 + id % 10,
            )
        )
        for _ in range(rng.choice((1, 2)) if id > 1 else 0):
            links.append(PlanLink(rng.randint(max(1, id - 40), id - 1), id))
    return Plan(
        today=TODAY,
        items=tuple(rows),
        links=tuple(dict.fromkeys(links)),
        teams=tuple(team(id, people, rng) for id in (1, 2)),
        effects=tuple(
            PlanEffect(k, 10 * k, 1, EffectKind.DRAG, Triple(0.01, 0.03, 0.05))
            for k in range(1, effects + 1)
        ),
        objectives=tuple(
            PlanObjective(k, f"Objective {k}", TODAY + timedelta(300)) for k in range(1, 11)
        ),
    )


def team(id: int, people: int, rng: random.Random) -> PlanTeam:
    members = tuple(
        PlanMember(100 * id + k, absences=(PlanSpan(away, away + timedelta(9)),))
        for k in range(people)
        for away in (TODAY + timedelta(rng.randint(20, 300)),)
    )
    freeze = PlanSpan(date(2027, 12, 20), date(2027, 12, 31))
    drag = Triple(0.05, 0.1, 0.2)
    return PlanTeam(id, f"Team {id}", 0.7, members=members, closures=(freeze,), drag=drag)


def timed(run: Callable[[], object], runs: int) -> tuple[float, float, float]:
    """Fastest and median seconds, and the fastest in seconds of processor time."""
    seconds, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        run()
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return min(seconds), statistics.median(seconds), min(processor)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    cases = [
        ("300 items, 2 teams, 10,000 trials", made_up(300, people=6), TRIALS, 0.6),
        ("1,000 items, 2 teams, 10,000 trials", made_up(1000, people=15), TRIALS, 2.5),
        ("300 items, 3 capacity effects", made_up(300, people=6, effects=3), TRIALS, 2.0),
        ("300 items, preview of 500 trials", made_up(300, people=6), PREVIEW_TRIALS, 0.25),
    ]
    missed = 0
    print(f"{'':38}{'fastest':>9}{'median':>9}{'processor':>11}{'limit':>9}   seconds")
    for name, plan, trials, limit in cases:
        simulate(plan, trials=PREVIEW_TRIALS, seed=1)
        fastest, median, processor = timed(
            lambda p=plan, t=trials: simulate(p, trials=t, seed=1), runs
        )
        missed += processor > limit
        mark = "" if processor <= limit else "   over the limit"
        print(f"{name:38}{fastest:9.3f}{median:9.3f}{processor:11.3f}{limit:9.2f}{mark}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
