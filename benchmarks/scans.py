"""Time a SARIF report of 1,000 and of 10,000 results, matched against as many that are known.

    python -m benchmarks.scans [--results 1000 10000] [--sqlite]

Each size takes a report in twice: the second, with lines moved, files renamed and one in fifty
gone, is read, matched with all findings of the first, and written. It runs on SQLite, and on a
PostgreSQL of its own where one is installed. Prints wall-clock and processor seconds, the limits
beside them (0.5 s for 1,000, 5 s for 10,000; processor seconds are held to them, as the clock also
counts what others do) and the most memory that the process held (200 MB). Exits with 1 where one is
missed.
"""

import argparse
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMIT_SECONDS = {1_000: 0.5, 10_000: 5.0}
LIMIT_MEGABYTES = 200


def report(results: int, *, second: bool = False, seed: int = 1) -> bytes:
    """A report over a tenth as many files as results, in any order; the second as a week later."""
    draw = random.Random(seed)
    rows = []
    for n in range(results):
        line = draw.randrange(1, 2000) + (n % 7 if second else 0)
        if second and n % 50 == 7:
            continue
        folder = "app/new" if second and n % 10 == 3 else "app/old"
        place = {
            "artifactLocation": {"uri": f"{folder}/file{n % max(1, results // 10)}.py"},
            "region": {
                "startLine": line,
                "startColumn": 5,
                "snippet": {"text": f"value_{n} = {n}"},
            },
        }
        rows.append(
            {
                "ruleId": f"R{n % 40}",
                "level": "warning",
                "message": {"text": f"Variable {n} on line {line} is assigned and never used"},
                "locations": [{"physicalLocation": place}],
            }
        )
    draw.shuffle(rows)
    rules = [{"id": f"R{n}", "shortDescription": {"text": f"Rule {n}"}} for n in range(40)]
    tool = {"driver": {"name": "Benchmark", "rules": rules}}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": tool, "results": rows}]}).encode()


def timed(name: str, work: Callable[[], Any], limit: float | None = None) -> tuple[Any, bool]:
    """Run something and print how long it took. returns: its answer, whether it was in time"""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    beside = f"  limit {limit:g} s" if limit else ""
    print(f"  {name:<34}{wall:>7.2f} s{cpu:>9.2f} s processor{beside}", flush=True)
    return answer, limit is None or cpu <= limit


def measure(results: int) -> bool:
    """Take the two reports of one size in, on the database of DATABASE_URL."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    os.environ["TPM_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from django.core.management import call_command

    from debt import scan_services, scans
    from tpm.models import Component, Product, User

    call_command("migrate", verbosity=0)
    name = uuid.uuid4().hex[:8]
    product = Product.objects.create(key=f"B{name[:6]}".upper(), name="Benchmark")
    component = Component.objects.create(key=f"b-{name}", name="Benchmark")
    component.products.add(product)
    by = User.objects.create_user(f"benchmark-{name}")
    said = {"component": component.key, "complete": True}
    target = scan_services.target_from(product, said, name="report.sarif")
    first, second = report(results), report(results, second=True)

    def take_in(data: bytes) -> dict[str, Any]:
        read = scans.read(io.BytesIO(data), target.options)
        return scan_services.import_report(target, read, by=by)

    timed("all new", lambda: take_in(first))
    read, _ = timed("read", lambda: scans.read(io.BytesIO(second), target.options))
    timed("preview", lambda: scan_services.preview(target, read))
    limit = LIMIT_SECONDS.get(results)
    answer, in_time = timed("read, matched and written", lambda: take_in(second), limit)
    timed("the same file again", lambda: take_in(second))
    counts = ", ".join(f"{name} {count:,}" for name, count in answer["counts"].items() if count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {counts}")
    print(f"  memory at most {peak:,.0f} MB  limit {LIMIT_MEGABYTES} MB", flush=True)
    return in_time and peak <= LIMIT_MEGABYTES


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--sqlite", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        return 0 if measure(asked.results[0]) else 1
    from tests.services_for_tests import private_postgres, program

    failed = 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        databases = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
        initdb, postgres = program("initdb"), program("postgres")
        if initdb and postgres and not asked.sqlite:
            server = stack.enter_context(private_postgres(initdb, postgres))
            databases["PostgreSQL"] = server.create_database()
        for name, url in databases.items():
            for results in asked.results:
                print(f"{name}, {results:,} results against as many", flush=True)
                # A process of its own for each, so that memory is that of one report.
                words = [sys.executable, "-m", "benchmarks.scans", "--alone"]
                done = subprocess.run(
                    [*words, "--results", str(results)],
                    cwd=ROOT,
                    env=os.environ | {"DATABASE_URL": url, "TPM_DATA_DIR": folder},
                    check=False,
                )
                failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
