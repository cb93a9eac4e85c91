"""Reading a repository's history: speed and memory, each beside its limit.

    python -m benchmarks.mining [PATH] [--pydriller PYTHON] [--commits 50000] [--json]

PATH is any repository, bare or not; it is only read. Without one, a history of 50,000 commits is
made with `git fast-import` in a temporary folder. --pydriller names a Python that has pydriller
installed (python -m venv …, pip install pydriller); it is no dependency of ours, and without it
that comparison is left out.

Every measurement runs in a process of its own, so that its peak memory is its own. Two rates are
printed: by the clock, and by the processor time of the busier of git and us, which is what the
clock shows on a machine that does nothing else.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from debt.mining.gathering import Terms
from debt.mining.git import Repository
from debt.mining.mining import mine

SEED = 6
FILES, FOLDERS = 2400, 40
START, STEP = 1_400_000_000, 7_600  # seconds: 50,000 commits take twelve years
LIMITS = {"names": 10_000.0, "memory": 60.0, "pydriller": 8.0, "again": 1.0}
LAST, NEW = 1_000, 100
MEGABYTE = 1024.0  # of ru_maxrss, which Linux counts in KiB

PYDRILLER = """
import json, sys, time
from pydriller import Repository
begin, read, lines = time.perf_counter(), 0, 0
for commit in Repository(sys.argv[1], only_no_merge=True, only_commits=json.load(sys.stdin)).traverse_commits():
    read += 1
    for file in commit.modified_files:
        lines += file.added_lines + file.deleted_lines
print(json.dumps({"commits": read, "lines": lines, "seconds": time.perf_counter() - begin,
                  "cpu": time.process_time()}))
"""  # noqa: E501


def synthetic(commits: int) -> Iterator[bytes]:
    """A history for git fast-import: twelve years, with renames, programs and giant commits."""
    draw = random.Random(SEED)
    names = [f"part{n % FOLDERS:02}/module{n // FOLDERS:02}/file{n:04}.py" for n in range(FILES)]
    born = [False] * FILES
    for number in range(commits):
        who = "Renovate <renovate[bot]@example.org>" if number % 50 == 49 else "Ann <ann@x.org>"
        at = START + number * STEP
        message = f"Change {number}\n\nIn the year 1999-01-01 this was different.\n"
        if number % 97 == 0:
            message += "\nDebt: PAY-D1 15min\n"
        yield f"commit refs/heads/main\ncommitter {who} {at} +0000\n".encode()
        yield f"data {len(message)}\n{message}\n".encode()
        count = 45 if number % 500 == 499 else min(30, 1 + int(draw.expovariate(0.45)))
        near = draw.randrange(FILES)
        for step in range(count):
            n = (near + step * step) % FILES
            if born[n] and step == 0 and number % 40 == 7:
                moved = names[n].replace("file", f"moved{number}_", 1)
                yield f"R {names[n]} {moved}\n".encode()
                names[n] = moved
            born[n] = True
            body = "\n".join(f"line {k} of {n}" for k in range(n % 23 + 5)) + f"\nnow {number}\n"
            yield f"M 100644 inline {names[n]}\ndata {len(body)}\n{body}\n".encode()
        yield b"\n"


def make(folder: Path, commits: int) -> Path:
    """The synthetic history in a bare repository."""
    path = folder / "history.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for piece in synthetic(commits):
            process.stdin.write(piece)
    if process.returncode:
        raise SystemExit("git fast-import failed")
    return path


# -- one measurement, in a process of its own ------------------------------------------------------


def names(path: Path) -> dict[str, Any]:
    """The whole history, names only, with exact renames followed."""
    with Repository(path) as repository:
        found = mine(repository, Terms(now=int(time.time())), counts=False).gathered
    return {"commits": found.read, "counted": found.counted, "files": len(found.files)}


def counts(path: Path) -> dict[str, Any]:
    """The last 1,000 commits with their lines and similar renames."""
    with Repository(path) as repository:
        tip = repository.tip()
        read = list(repository.log(tip, counts=True, most=LAST)) if tip else []
    lines = sum((t.added or 0) + (t.deleted or 0) for c in read for t in c.touches)
    return {"commits": len(read), "lines": lines}


def again(path: Path) -> dict[str, Any]:
    """What 100 commits after a known tip take, lines of the files at the tip included."""
    with Repository(path) as repository:
        tip = repository.tip()
        if tip is None:
            return {"commits": 0}
        *_, known = repository.log(tip, most=NEW + 1)
        begin = time.perf_counter()
        near = known.at - 1
        found = mine(repository, Terms(now=near), known_tip=known.id, window=0)
        seconds = time.perf_counter() - begin
    return {"commits": found.gathered.read, "goes on": bool(found.after), "only": seconds}


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "names": names,
    "counts": counts,
    "again": again,
}


def part(name: str, path: Path) -> None:
    """Do one measurement and print it as JSON."""
    begin = time.perf_counter()
    found = PARTS[name](path)
    seconds = time.perf_counter() - begin
    ours, git = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    found |= {
        "seconds": found.get("only", seconds),
        "our cpu": ours.ru_utime + ours.ru_stime,
        "git cpu": git.ru_utime + git.ru_stime,
        "MB": ours.ru_maxrss / MEGABYTE,
        "git MB": git.ru_maxrss / MEGABYTE,
    }
    print(json.dumps(found))


def measured(name: str, path: Path) -> dict[str, Any]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.mining", str(path), "--part", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def by_pydriller(python: str, path: Path) -> dict[str, Any] | None:
    """The same last commits read by pydriller; None where it cannot."""
    with Repository(path) as repository:
        tip = repository.tip()
        ids = [commit.id for commit in repository.log(tip, most=LAST)] if tip else []
    command = [python, "-c", PYDRILLER, str(path)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, input=json.dumps(ids)
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[-200:]
        print(f"pydriller gave up (it may need a clone that is not bare): {said}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


# -- the report ------------------------------------------------------------------------------------


def rates(found: dict[str, Any]) -> tuple[float, float]:
    """Commits a second by the clock, and by the busier of git and us."""
    busier = max(found["our cpu"], found["git cpu"])
    return found["commits"] / found["seconds"], found["commits"] / busier


def report(path: Path, python: str) -> dict[str, Any]:
    """Measure everything. returns: the figures by name"""
    told: dict[str, Any] = {}
    told["names"] = whole = measured("names", path)
    clock, busier = rates(whole)
    say(
        f"whole history, names only: {whole['commits']:,} commits, {clock:,.0f} a second by the "
        f"clock, {busier:,.0f} by the processor",
        f"at least {LIMITS['names']:,.0f}",
    )
    say(f"  peak memory {whole['MB']:.0f} MB (git {whole['git MB']:.0f} MB)",
        f"at most {LIMITS['memory']:.0f} MB")  # fmt: skip
    told["counts"] = counted = measured("counts", path)
    clock, _ = rates(counted)
    say(f"last {counted['commits']:,} commits with lines: {clock:,.0f} a second", "")
    rival = by_pydriller(python, path) if python else None
    if rival:
        told["pydriller"] = rival
        theirs = rival["commits"] / rival["seconds"]
        say(
            f"  pydriller on the same: {rival['commits']:,} commits, {theirs:,.0f} a second: "
            f"{clock / theirs:.1f} × faster",
            f"at least {LIMITS['pydriller']:.0f} ×",
        )
    told["again"] = new = measured("again", path)
    say(f"{new['commits']} new commits: {new['seconds']:.2f} s by the clock",
        f"at most {LIMITS['again']:.0f} s")  # fmt: skip
    return told


def say(what: str, limit: str) -> None:
    print(f"{what}{f'  [{limit}]' if limit else ''}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.mining", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--commits", type=int, default=50_000, help="of the made history")
    parser.add_argument("--pydriller", default="", metavar="PYTHON")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        part(options.part, options.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.path or make(Path(folder), options.commits)
        found = report(path, options.pydriller)
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), **found}, indent=2))


if __name__ == "__main__":
    main()
