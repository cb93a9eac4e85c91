"""What `make test` and `make check` run, step by step, stopping at the first that fails.

    python testing.py           everything that this machine's programs allow
    python testing.py --quick   lint, types and the tests that need no database

With CI=true a missing program is a failure, not a skip.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.services_for_tests import (
    CHROMIUM_NAMES,
    clean_environment,
    in_ci,
    private_postgres,
    program,
)

ROOT = Path(__file__).resolve().parent
PYTHON = (sys.executable, "-m")
PYTEST = (*PYTHON, "pytest", "--quiet", "-p", "no:cacheprovider")
QUICK = "not integration and not browser"
CHECK = f"{QUICK} and not thorough"
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
WORKERS = max(2, PROCESSORS or 2)
# What is compiled on first use is compiled by one process.
SHARED = ("-n", str(WORKERS), "--dist", "loadgroup")
# Each of these has browsers and whole stacks of its own: memory ends before processors do.
REAL = ("-n", str(min(WORKERS, 6)), "--dist", "loadfile")
NEEDED = {
    "PostgreSQL": (("initdb", "postgres"), "the tests on PostgreSQL"),
    "Redis": (("redis-server",), "the tests on Redis"),
    "Chromium": (CHROMIUM_NAMES, "the browser tests"),
}
# A made-up production: what the deployment checks look at is all set.
PRODUCTION = {
    "TPM_PUBLIC_URL": "https://plan.example.org",
    "TPM_BEHIND_PROXY": "1",
    "TPM_HSTS_SUBDOMAINS": "1",
    "TPM_HSTS_PRELOAD": "1",
    "TPM_MAIL_HOST": "mail.example.org",
}


def main(arguments: Sequence[str]) -> int:
    quick = "--quick" in arguments
    os.chdir(ROOT)
    missing = [] if quick else say_what_is_missing()
    if missing and in_ci():
        print(f"CI=true, and these programs are missing: {', '.join(missing)}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="tpm-testing-") as data, ExitStack() as servers:
        env = clean_environment(TPM_DATA_DIR=data)
        for title, command, extra in steps(quick):
            if title.endswith("PostgreSQL"):
                if "PostgreSQL" in missing:
                    continue
                server = servers.enter_context(
                    private_postgres(str(program("initdb")), str(program("postgres")))
                )
                extra = {**extra, "DATABASE_URL": server.create_database()}
            status = run(title, command, {**env, **extra})
            if status:
                print(f"Failed: {title}.", file=sys.stderr)
                return status
    return 0


def say_what_is_missing() -> list[str]:
    """Name the programs that are not here and what is skipped without them."""
    missing = []
    for name, (programs, what) in NEEDED.items():
        found = program(*programs) if name == "Chromium" else all(program(one) for one in programs)
        if not found:
            missing.append(name)
            print(f"Not installed here: {name}. Skipped without it: {what}.")
    return missing


def steps(quick: bool) -> Sequence[tuple[str, tuple[str, ...], Mapping[str, str]]]:
    """Title, command and extra environment of each step; the last one is a run of pytest."""
    manage = (sys.executable, "manage.py")
    found = [
        ("lint", (*PYTHON, "ruff", "check", "."), {}),
        ("format", (*PYTHON, "ruff", "format", "--check", "."), {}),
        ("lint of templates", (*PYTHON, "djlint", "--lint", "--quiet", "templates"), {}),
        ("types", (*PYTHON, "mypy", "."), {}),
        (
            "deployment checks",
            (*manage, "check", "--deploy", "--fail-level", "WARNING"),
            PRODUCTION,
        ),
        ("missing migrations", (*manage, "makemigrations", "--check", "--dry-run"), {}),
    ]
    if quick:
        only = {"TPM_TEST_ONLY": "pure"}
        found.append(("tests without a database", (*PYTEST, "-m", CHECK, *SHARED), only))
    else:
        only = {"TPM_TEST_ONLY": "database"}
        found += [
            ("quick tests on SQLite", (*PYTEST, "-m", QUICK, *SHARED), {}),
            ("database tests on PostgreSQL", (*PYTEST, "-m", QUICK, *SHARED), only),
            (
                "real processes and browsers",
                (*PYTEST, "-m", "integration or browser", *REAL),
                {},
            ),
        ]
    return found


def run(title: str, command: Sequence[str], env: Mapping[str, str]) -> int:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    status = subprocess.call(command, env=dict(env))
    if "pytest" not in command:
        print(f"{'ok' if status == 0 else 'failed'} after {time.monotonic() - started:.1f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
