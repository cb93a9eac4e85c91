"""The slider of a weight in a real browser: from the movement to the new answer on the page.

    python -m benchmarks.slider [--rounds 40] [--json] [--keep]

Serves a private SQLite with one decision of 8 options and 12 criteria, every cell a range, draws
stored; opens its tab Robustness in Chromium and presses arrow keys on a slider. A time runs from
the event of the slider to the frame that shows the new answer. Limit: 150 ms for 95 of 100. The
processor time of the server is told beside it: the clock of a busy machine is somebody else's.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import Report, Times

ROOT = Path(__file__).resolve().parent.parent
KEY, OPTIONS, CRITERIA, SEED = "SLD", 8, 12, 5
LIMIT = 150

LISTEN = """() => {
  window.moved = []; window.answered = [];
  document.addEventListener("input", () => window.moved.push(performance.now()), true);
  // The new answer stands in the page by then; what is measured is the frame that shows it.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) throw new Error("no answer");
    requestAnimationFrame(() => window.answered.push(performance.now()));
  });
}"""


def decision() -> tuple[str, str]:
    """Draft, score and draw it. returns: its address and a session of its author"""
    from django.test import Client

    from tpm.models import Product, User
    from tradeoffs import services
    from tradeoffs.maths.ranges import Typed

    product = Product.objects.create(key=KEY, name="Sliders")
    user = User.objects.create_superuser("slider", "slider@example.org", "typed by nobody")
    made = services.draft_decision(
        product, by=user, title="Which slider?", options=[f"Option {i}" for i in range(OPTIONS)],
        criteria=[f"Criterion {j}" for j in range(CRITERIA)],
    )  # fmt: skip
    draw = random.Random(SEED)
    fills = []
    for option in made.options.all():
        for criterion in made.criteria.all():
            low, middle, high = sorted(round(draw.uniform(1, 9), 1) for _ in range(3))
            fills.append(services.Fill(option.name, criterion.name, Typed(low, middle, high)))
    services.fill_cells(made, by=user, cells=fills, version=None)
    assert services.refresh_robustness(made.pk)
    visitor = Client()
    visitor.force_login(user)
    return f"{made.get_absolute_url()}robustness/", visitor.cookies["sessionid"].value


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A server of the database that is set up: its address and its process."""
    from tests.services_for_tests import free_port

    port = free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/robots.txt", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield url, server.pid
    finally:
        server.terminate()
        server.wait()


def processor_ms(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def moves(page: Any, pid: int, rounds: int) -> tuple[Times, float]:
    """Times of so many movements, and the processor time of one."""
    slider = page.locator("input.slide").first
    slider.focus()
    page.evaluate(LISTEN)
    began = 0.0
    for at in range(rounds + measuring.WARM):
        if at == measuring.WARM:
            began = processor_ms(pid)
        page.keyboard.press("ArrowRight" if at % 2 else "ArrowLeft")
        page.wait_for_function(f"() => window.answered.length > {at}")
    spent = (processor_ms(pid) - began) / rounds
    moved, answered = page.evaluate("() => [window.moved, window.answered]")
    pairs = list(zip(moved, answered, strict=True))[measuring.WARM :]
    return Times([end - start for start, end in pairs]), spent


def main() -> None:
    chosen = measuring.options(__doc__, rounds=40).parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-slider-"))
        os.environ["TPM_DEBUG"] = "0"
        measuring.set_up(folder, f"sqlite:///{folder}/bench.sqlite3", {})
        address, session = decision()
        url, pid = stack.enter_context(served())
        from playwright.sync_api import sync_playwright

        from tests.services_for_tests import CHROMIUM_NAMES, program

        path = program(*CHROMIUM_NAMES)
        chromium = stack.enter_context(sync_playwright()).chromium
        browser = chromium.launch(executable_path=path, args=["--no-sandbox"])
        stack.callback(browser.close)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        page.goto(url + address)
        times, spent = moves(page, pid, chosen.rounds)
        report = Report("slider", chosen)
        report.say(f"{OPTIONS} options, {CRITERIA} criteria, {chosen.rounds} movements in Chromium")
        report.add("slider to answer, median", times.median, "ms")
        report.add("slider to answer, p95", times.p95, "ms", LIMIT)
        report.add("slider to answer, fastest", times.least, "ms")
        report.add("processor time of the server, each", spent, "ms", LIMIT)
        report.end()


if __name__ == "__main__":
    main()
