"""Time the reading of a large tracker export: import_items.py [ROWS] [COLUMNS]."""

import csv
import io
import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from roadmaps import importing

LIMIT_SECONDS = 60.0
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


def main() -> None:
    """Print size, time and memory, with the limit beside the time."""
    rows, columns = (int(a) for a in (*sys.argv[1:], *("10000", "300")[len(sys.argv) - 1 :]))
    data = generate(rows, columns)
    before = time.perf_counter()
    parsed = importing.read(data)
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"file      {rows:,} rows x {columns} columns, {len(data) / 1e6:.1f} MB")
    print(f"read      {len(parsed.rows):,} rows, {len(parsed.blocking):,} links", end="")
    print(f", {len(parsed.columns)} distinct columns, {len(parsed.problems)} problems")
    print(f"time      {seconds:.2f} s (limit {LIMIT_SECONDS:.0f} s)")
    print(f"memory    {peak:.0f} MB at most, generator included")


if __name__ == "__main__":
    main()
