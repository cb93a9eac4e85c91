"""Seconds from `manage.py up` in a new data folder to the first page, then again in the same one.

.venv/bin/python benchmarks/first_page.py
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = int(os.environ.get("PORT", "8765"))


def seconds_to_first_page(data: str) -> tuple[float, float, float]:
    """Start, ask for the sign-in page until it comes, stop; returns seconds to page, ready, end."""
    env = {**os.environ, "TPM_DATA_DIR": data, "PORT": str(PORT)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "bootstrap.py", "manage.py", "up"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = wait_for("/accounts/login/", started)
        ready = wait_for("/readyz", started)
    finally:
        process.send_signal(signal.SIGINT)
        asked = time.perf_counter()
        process.wait(40)
    return page, ready, time.perf_counter() - asked


def wait_for(path: str, started: float) -> float:
    while time.perf_counter() - started < 60:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
                if answer.status == 200:
                    return time.perf_counter() - started
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    sys.exit(f"{path} did not answer 200 within 60 s.")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tpm-first-page-") as data:
        for title in ("new folder", "same folder"):
            page, ready, end = seconds_to_first_page(data)
            print(
                f"{title:<12} first page {page:5.1f} s   all parts ready {ready:5.1f} s   "
                f"ended {end:4.1f} s after Ctrl-C"
            )


if __name__ == "__main__":
    main()
