"""Time the import of a large Jira export: reading, previewing, importing, importing again, undoing.

    python benchmarks/import_items.py [--rows 10000] [--columns 300] [--read-only]

Works in a data folder of its own on SQLite, or on the database of DATABASE_URL when that is set.
Prints wall-clock and processor seconds with the limits beside them: 60 s for reading and importing,
1 s for the longest transaction. Processor seconds are what it takes when nobody else works on the
machine: they are held to the limits. Exits with 1 where one is missed.
"""

import argparse
import csv
import io
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from roadmaps import importing

LIMIT_SECONDS = 60.0
LIMIT_TRANSACTION = 1.0
FIXED = ["Summary", "Issue key", "Issue id", "Issue Type", "Status", "Priority", "Assignee"]
FIXED += ["Created", "Resolved", "Due date", "Description", "Original estimate", "Time Spent"]
FIXED += ["Parent", "Outward issue link (Blocks)", "Custom field (Story Points)"]
REPEATED = [("Sprint", 20), ("Labels", 30), ("Comment", 60), ("Watchers", 20)]


def header(columns: int) -> list[str]:
    """Name the columns of a wide Jira export: repeated names first, then custom fields."""
    names = FIXED + [name for name, times in REPEATED for _ in range(times)]
    names += [f"Custom field (Field {n})" for n in range(max(0, columns - len(names)))]
    return names[:columns]


def generate(rows: int, columns: int, seed: int = 1) -> bytes:
    """Write an export of the given size with about one custom cell in twelve filled."""
    rng = random.Random(seed)
    names = header(columns)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for n in range(1, rows + 1):
        day = f"{n % 28 + 1:02}/Sep/25 9:{n % 60:02} AM"
        record = [f"Item {n}", f"WIDE-{n}", str(10_000 + n), "Story", "Done" if n % 3 else "To Do"]
        record += ["Medium", f"person{n % 40}@example.com", day, day if n % 3 else "", day]
        record += [f"What and why of item {n}.\n" * 3, "144000", "72000"]
        record += [str(10_000 + n // 10) if n > 10 else "", f"WIDE-{n + 1}", "2.5"]
        record += [f"value {n}" if rng.random() < 0.08 else "" for _ in names[len(record) :]]
        writer.writerow(record[:columns])
    return out.getvalue().encode()


def timed(name: str, work: Callable, limit: float | None = None):
    """Run something and print how long it took. returns: its answer, whether it was in time"""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    beside = f"  limit {limit:.0f} s" if limit else ""
    print(f"{name:<22}{wall:>7.2f} s{cpu:>9.2f} s processor{beside}")
    return answer, limit is None or cpu <= limit


class Longest:
    """The longest of the importer's transactions, by the clock and by the processor."""

    def __init__(self, importer: type, *steps: str) -> None:
        self.wall = self.cpu = 0.0
        for step in steps:
            setattr(importer, step, self.watch(getattr(importer, step)))

    def watch(self, step: Callable) -> Callable:
        def watched(*args):
            wall, cpu = time.perf_counter(), time.process_time()
            step(*args)
            self.wall = max(self.wall, time.perf_counter() - wall)
            self.cpu = max(self.cpu, time.process_time() - cpu)

        return watched


def in_the_plan(path: Path) -> bool:
    """Preview, import, import again and undo the file in an empty product."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from roadmaps import import_services
    from roadmaps.import_services.applying import Importer
    from roadmaps.import_services.undoing import Undo
    from tpm.models import Product, User

    call_command("migrate", verbosity=0)
    product = Product.objects.create(key=f"B{time.time_ns() % 10**8}", name="Benchmark")
    by = User.objects.create_user(f"benchmark-{product.key}")
    longest = Longest(Importer, "_rows", "_stubs", "_parents", "_links")
    given = {"by": by, "options": importing.Options()}
    timed("preview", lambda: import_services.preview_file(product, path, **given))
    report, in_time = timed(
        "read and import",
        lambda: import_services.import_file(product, path, **given),
        LIMIT_SECONDS,
    )
    timed("the same file again", lambda: import_services.import_file(product, path, **given))
    timed("undo", Undo(product, report["batch"], by=by, progress=lambda done: None).run)
    print(f"longest transaction   {longest.wall:>7.2f} s{longest.cpu:>9.2f} s processor", end="")
    print(f"  limit {LIMIT_TRANSACTION:.0f} s")
    counts = ("created", "items named only", "parents", "links", "people made")
    print("imported              ", ", ".join(f"{name} {report[name]:,}" for name in counts))
    return in_time and longest.cpu <= LIMIT_TRANSACTION


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=300)
    parser.add_argument("--read-only", action="store_true")
    asked = parser.parse_args()
    data = generate(asked.rows, asked.columns)
    print(f"file  {asked.rows:,} rows x {asked.columns} columns, {len(data) / 1e6:.1f} MB")
    _, in_time = timed("read", lambda: importing.read(data), LIMIT_SECONDS)
    if not asked.read_only:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TPM_DATA_DIR"] = folder
            path = Path(folder) / "wide.csv"
            path.write_bytes(data)
            in_time &= in_the_plan(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory {peak:,.0f} MB at most, generator included")
    return 0 if in_time else 1


if __name__ == "__main__":
    sys.exit(main())
