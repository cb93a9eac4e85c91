"""A hand on the timeline of 1,000 items: preview, commit, and what Chromium does meanwhile.

    python -m benchmarks.dragging [--items 1000] [--large 5000] [--rounds 40] [--sqlite] [--json]
        [--keep]

Loads sample plans into a private PostgreSQL where its programs are found, else into SQLite. A
preview is asked for as the page does while the hand rests, of another bar each time, by another
number of days; beside it stands its floor, the engine alone on the same plan. A commit moves an
item that 200 others wait for, one after the other. In Chromium, where it is found, a bar is dragged
for five seconds over a page of that plan, and elements are counted before and after scrolling a
plan of `--large` items to its end, on a notebook and on a wide screen.
Limits: preview 120 ms at the 95th percentile; commit 300 ms; no task over 50 ms; 2,500 elements.
"""

import datetime
import itertools
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import (
    ROOT,
    Report,
    Times,
    database,
    got,
    planner,
    set_up,
    timed,
    weave,
)  # fmt: skip

KEY, LARGE = "BIG", "LARGE"
FOLLOWERS = 200
DRAG_SECONDS = 5.0
SCREENS = (1440, 900), (1920, 1080)
MOST_PREVIEW_MS, MOST_COMMIT_MS, MOST_TASK_MS, MOST_ELEMENTS = 120, 300, 50, 2500
DURATIONS = {
    "ScriptDuration": "scripts", "LayoutDuration": "layout", "RecalcStyleDuration": "styles",
    "TaskDuration": "all tasks",
}  # fmt: skip
LONG_TASKS = """() => { window.tasks = []; new PerformanceObserver(
    list => window.tasks.push(...list.getEntries().map(entry => entry.duration))
  ).observe({ type: "longtask", buffered: false }) }"""


def movable(key: str) -> list[Any]:
    """Planned items that a hand may move, as (id, key, version, P50 of the start)."""
    from roadmaps.models import Item, PlanStatus
    from roadmaps.queries.dates import with_dates

    run = PlanStatus.objects.select_related("run").get(product__key=key).run
    rows = with_dates(
        Item.objects.filter(product__key=key, state="planned", parent=None, pinned=False), run
    )
    rows = rows.exclude(dated__start_p50=None).exclude(dated__basis="children").order_by("rank")
    return list(rows.values_list("pk", "key", "version", "dated__start_p50"))


def gesture(row: Any, days: int) -> dict[str, str]:
    _pk, key, version, start = row
    day = start + datetime.timedelta(days=days)
    return {"do": "start", "item": key, "version": str(version), "day": day.isoformat()}


def previews(report: Report, visitor: Any, name: str, rounds: int) -> None:
    from roadmaps import forecasting as engine
    from roadmaps import gestures
    from tpm.models import Product

    rows, path, at = movable(KEY), f"/p/{KEY}/roadmap/preview/", itertools.count()

    def ask() -> None:
        n = next(at)
        answer = visitor.get(path, gesture(rows[n * 7 % len(rows)], 5 + n % 60))
        assert answer.status_code == 200, answer.content

    began = time.perf_counter()
    assert visitor.get(path).status_code == 204
    report.add(f"{name}: ready for the first", (time.perf_counter() - began) * 1000, "ms")
    before = gestures.before_of(Product.objects.get(key=KEY))

    def engine_alone() -> None:
        pk, _key, _version, start = rows[next(at) * 7 % len(rows)]
        before.with_([engine.MoveStart(pk, start + datetime.timedelta(days=30), False)])

    found = timed({"preview": ask, "engine": engine_alone}, rounds)
    least = found["engine"].median
    report.add(f"{name}: 95th percentile", found["preview"].p95, "ms", MOST_PREVIEW_MS)
    report.add(f"{name}: median", found["preview"].median, "ms")
    report.add(f"{name}: its floor, the engine alone", least, "ms")
    report.add(f"{name}: times its floor", found["preview"].median / least, "x")


def without_effects(key: str) -> None:
    """Take away what finished items would change in a team: only then the fast engine can run."""
    from roadmaps.models import CapacityEffect, Item
    from tpm import revisions
    from tpm.models import Product

    changing = CapacityEffect.objects.filter(item__product__key=key).values("item")
    Item.objects.filter(pk__in=changing).update(state=Item.State.DROPPED)
    revisions.bump(Product.objects.get(key=key).pk)


def follow(key: str) -> str:
    """Let 200 items wait for one, one after the other; returns its key."""
    from roadmaps.models import Item, ItemLink

    rows = movable(key)[: FOLLOWERS + 1]
    ids = [row[0] for row in rows]
    ItemLink.objects.filter(successor__in=ids, predecessor__in=ids).delete()
    ItemLink.objects.filter(successor=ids[0]).delete()
    ItemLink.objects.bulk_create(
        ItemLink(predecessor_id=a, successor_id=b) for a, b in itertools.pairwise(ids)
    )
    return Item.objects.get(pk=ids[0]).key


def commits(report: Report, visitor: Any) -> None:
    first = follow(KEY)
    taken = []
    for n in range(report.chosen.rounds // 2 + measuring.WARM):
        row = next(row for row in movable(KEY) if row[1] == first)
        sent = gesture(row, 10 + n) | {"once": str(uuid.uuid4())}
        began = time.perf_counter()
        answer = visitor.post(f"/p/{KEY}/roadmap/change/", sent)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.content
    found = Times(taken[measuring.WARM :])
    report.add(f"commit with {FOLLOWERS} followers, 95th percentile", found.p95, "ms",
               MOST_COMMIT_MS)  # fmt: skip
    report.add(f"commit with {FOLLOWERS} followers, median", found.median, "ms")
    report.add("rows asked for anew after it", timed(
        {0: partial(got, visitor, f"/p/{KEY}/roadmap/?lanes=none", HTTP_HX_REQUEST="true",
                    HTTP_HX_TARGET="timeline")}, 9
    )[0].median, "ms")  # fmt: skip


# -- in a browser --------------------------------------------------------------------------------


def browser(report: Report, stack: ExitStack, folder: str, visitor: Any) -> None:
    from playwright.sync_api import sync_playwright

    from tests.services_for_tests import CHROMIUM_NAMES, end, free_port, get, program, wait_for

    chromium = program(*CHROMIUM_NAMES)
    if chromium is None:
        report.say("no Chromium here: nothing was dragged")
        return
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--nostatic", str(port)]
    with open(f"{folder}/server.log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    stack.callback(end, server)
    wait_for(lambda: get(f"{url}/help/")[0] == 200, seconds=60, what="the server")
    session = visitor.cookies["sessionid"].value
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = found.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        dragged(report, page, f"{url}/p/{KEY}/roadmap/?lanes=none")
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            for key, size in ((KEY, report.chosen.items), (LARGE, report.chosen.large)):
                name = f"{size:,} items at {width}x{height}"
                elements(report, page, f"{url}/p/{key}/roadmap/", name)
        found.close()


def dragged(report: Report, page: Any, url: str) -> None:
    """Five seconds over the width of the chart and back, with rests in which previews come."""
    # The first preview of a process loads the engine and forecasts the plan: not while it drags.
    ready = page.request.get(url.replace("/roadmap/?lanes=none", "/roadmap/preview/"))
    assert ready.status == 204, ready.status
    page.goto(url)
    bar = page.locator(".tl-row[data-hand=start]:not([data-pinned]) .bar .f50").nth(3)
    bar.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    box = bar.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before = metrics(devtools)
    page.evaluate(LONG_TASKS)
    page.mouse.move(x, y)
    page.mouse.down()
    began, moves, answers = time.monotonic(), 0, []
    page.on("response", lambda one: answers.append(one) if "preview/?do" in one.url else None)
    while (passed := time.monotonic() - began) < DRAG_SECONDS:
        # Then a rest of a second: what follows is asked for, and drawn.
        if passed % 2.5 < 1.5:
            page.mouse.move(x + 260 * abs((passed / 2.5) % 2 - 1), y)
            moves += 1
        page.wait_for_timeout(8)
    page.keyboard.press("Escape")
    page.mouse.up()
    after, tasks = metrics(devtools), page.evaluate("window.tasks")
    report.add("drag of 5 s, longest task over 50 ms", max(tasks, default=0), "ms", MOST_TASK_MS)
    report.add("drag of 5 s, tasks over 50 ms", len(tasks), "", 0)
    report.add("drag of 5 s, moves", moves, "")
    report.add("drag of 5 s, previews answered", len(answers), "")
    for name, words in DURATIONS.items():
        report.add(f"drag of 5 s, {words}", (after[name] - before[name]) * 1000, "ms")


def metrics(devtools: Any) -> dict[str, float]:
    found = devtools.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def elements(report: Report, page: Any, url: str, name: str) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    count = partial(page.evaluate, 'document.querySelectorAll("*").length')
    report.add(f"elements, {name}, as opened", count(), "", MOST_ELEMENTS)
    most, last = 0, -1
    for _ in range(80):
        page.evaluate("document.querySelector('.tl-scroll').scrollBy(0, 1200)")
        page.wait_for_timeout(120)
        most, top = (
            max(most, count()),
            page.evaluate("document.querySelector('.tl-scroll').scrollTop"),
        )
        if top == last:
            break
        last = top
    page.wait_for_load_state("networkidle")
    report.add(f"elements, {name}, most while scrolling", max(most, count()), "",
               MOST_ELEMENTS)  # fmt: skip


def main() -> None:
    options = measuring.options(__doc__, rounds=40)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--large", type=int, default=5000)
    chosen = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-dragging-"))
        plans = {KEY: chosen.items, LARGE: chosen.large}
        set_up(folder, database(stack, folder, sqlite=chosen.sqlite), plans)
        from django.db import connection

        weave(LARGE, 2 * chosen.large)
        measuring.analyze()
        report = Report("dragging", chosen)
        report.say(f"{chosen.items} items, {connection.vendor}, {chosen.rounds} rounds, warm")
        visitor = planner(KEY)
        previews(report, visitor, "preview, people and drag change", chosen.rounds // 8)
        without_effects(KEY)
        previews(report, visitor, "preview", chosen.rounds)
        browser(report, stack, folder, visitor)
        commits(report, visitor)
        report.end()
        connection.close()


if __name__ == "__main__":
    main()
