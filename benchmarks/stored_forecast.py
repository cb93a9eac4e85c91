"""A forecast from loading rows to the stored result: 300 or 200 items, 2 teams, 10,000 trials.

    python -m benchmarks.stored_forecast [--items 300] [--rounds 5]

Works on a database of its own in a temporary folder (or on DATABASE_URL), with what the worker
calls. Limits: 1 s for 300 items, 0.3 s for 200, on 2 cores, numpy alone. Beside the clock stands
the processor time, which says what it would take if nobody else worked on the machine.
"""

import argparse
import datetime
import os
import random
import statistics
import tempfile
import time

LIMITS = {200: 0.3, 300: 1.0}
"""Seconds, by number of items."""


def set_up(folder: str) -> None:
    os.environ["TPM_DATA_DIR"] = folder
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    os.environ["TPM_LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def build(count: int):
    """A product with two teams of five, links in chains, targets and four objectives."""
    from roadmaps.models import Estimate, Item, ItemLink, Objective
    from tpm.models import Membership, Person, Product, Team, TeamShare, User

    rng = random.Random(11)
    stamp = time.time_ns()
    by = User.objects.create_user(f"bench{stamp}")
    product = Product.objects.create(key=f"B{stamp % 10**8}", name="Bench", plan_seed=5)
    since, today = datetime.date(2025, 1, 6), datetime.date.today()
    teams = []
    for name in ("north", "south"):
        team = Team.objects.create(name=name, slug=f"{name}-{stamp}", focus_share=0.7)
        TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
        for number in range(5):
            person = Person.objects.create(name=f"{name} {number}")
            Membership.objects.create(team=team, person=person, share=1, starts_on=since)
        teams.append(team)
    objectives = [
        Objective.objects.create(
            product=product,
            title=f"Objective {n}",
            target_date=today + datetime.timedelta(days=120),
        )
        for n in range(4)
    ]
    items = Item.objects.bulk_create(
        Item(
            product=product,
            number=n,
            key=f"{product.key}-{n}",
            title=f"Item {n}",
            team=teams[n % 2],
            objective=objectives[n % 4],
            rank=n,
            crew=1 + n % 2,
            target_date=today + datetime.timedelta(days=30 + n),
        )
        for n in range(1, count + 1)
    )
    Estimate.objects.bulk_create(
        Estimate(item=item, by=by, p10_days=p50 * 0.6, p50_days=p50, p90_days=p50 * 2)
        for item, p50 in ((item, rng.uniform(1, 8)) for item in items)
    )
    pairs = [(a, b) for a, b in zip(items, items[3:], strict=False) if rng.random() < 0.5]
    ItemLink.objects.bulk_create(ItemLink(predecessor=a, successor=b) for a, b in pairs)
    return product, by, items


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=300)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        from django.db import connection

        from roadmaps import services
        from roadmaps.models import ForecastRun

        product, by, items = build(chosen.items)
        services.refresh_forecast(product.pk)  # imports numpy, as a worker has long done
        seconds, processor = [], []
        for number in range(chosen.rounds):
            services.estimate_item(
                items[number], by=by, p10_days=1, p50_days=2 + number, p90_days=9 + number
            )
            began, used = time.perf_counter(), time.process_time()
            services.refresh_forecast(product.pk)
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        run = ForecastRun.objects.filter(product=product).first()
        print(f"{chosen.items} items, 2 teams, {run.trials:,} trials, {connection.vendor}")
        limit = f" (limit {LIMITS[chosen.items]} s)" if chosen.items in LIMITS else ""
        print(
            f"rows to stored result: median {statistics.median(seconds):.2f} s, "
            f"fastest {min(seconds):.2f} s, slowest {max(seconds):.2f} s of {chosen.rounds}{limit}"
        )
        print(f"processor time: least {min(processor):.2f} s")
        connection.close()


if __name__ == "__main__":
    main()
