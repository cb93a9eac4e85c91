"""What the list and the timeline show, as files: the same rows, and no text breaks a reader."""

import datetime
import io
import json
import re
from xml.etree import ElementTree

import icalendar
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import services
from roadmaps.filters import ORDERS
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from roadmaps.timeline.scale import FIT, ZOOMS

ROADMAP = "/p/PAY/roadmap/"
SOON = datetime.timedelta(days=200)
HOSTILE = [
    "<b>&\"' </svg><script>alert(1)</script>",
    "סליקה מהירה abc",
    "支払い 🙂 zwj 👩‍💻",
    "bell \x07 and \x1b escape",
    'x" class="fbad" onload="alert(1)',
    "A very long title " * 15,
    "]]> --> &amp; &#0;",
]
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {
    "svg", "title", "desc", "defs", "pattern", "clipPath", "rect", "path", "circle", "line", "g",
    "text", "tspan",
}  # fmt: skip


@pytest.fixture
def planned(make_item, team, ada):
    def make(**fields):
        item = make_item(**({"team": team} | fields))
        if item.kind != "milestone":
            estimate_from_text(item, by=ada, text="2..4..8")
        return item

    return make


def compute(product) -> None:
    services.refresh_forecast(product.pk, trials=100)


def get(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer


def svg(client, query: str = "") -> tuple[str, ElementTree.Element]:
    text = get(client, f"{ROADMAP}export.svg{query}").content.decode()
    return text, ElementTree.fromstring(text)


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def test_the_legend_names_a_baseline_only_where_one_is_drawn(client_of, ada, product, planned):
    planned()
    compute(product)
    assert ">baseline<" not in svg(client_of(ada))[0]
    services.commit_baseline(product, by=ada, name="Q1")
    assert ">baseline<" in svg(client_of(ada))[0]


@pytest.mark.parametrize("zoom", [*ZOOMS, FIT])
def test_every_zoom_of_the_screen_is_one_of_the_files(client_of, ada, product, planned, zoom):
    item = planned()
    compute(product)
    assert item.key in svg(client_of(ada), f"?zoom={zoom}")[0]
    assert item.key in get(client_of(ada), f"{ROADMAP}print/?zoom={zoom}").content.decode()


@pytest.mark.parametrize("sort", sorted(ORDERS))
def test_every_order_of_the_list_is_one_of_the_files(client_of, ada, product, planned, sort):
    stone = planned(kind="milestone", target_date=timezone.localdate() + SOON)
    compute(product)
    client = client_of(ada)
    for way in ("", "-"):
        for name in ("items/export.csv", "items/export.json", "roadmap/export.svg",
                     "roadmap/calendar.ics", "roadmap/print/"):  # fmt: skip
            answer = get(client, f"/p/PAY/{name}?sort={way}{sort}")
            assert stone.key in b"".join(answer).decode()
    assert get(client, f"/p/PAY/items/export.xlsx?sort={sort}").getvalue()


def test_xlsx_and_json_hold_the_rows_of_the_filter(client_of, vic, planned, product):
    kept, _left_out = planned(title="Refunds"), planned(title="Ledger")
    compute(product)
    client = client_of(vic)
    found = json.loads(get(client, "/p/PAY/items/export.json?q=Refunds").getvalue())
    assert [row["key"] for row in found["rows"]] == [kept.key]
    assert found["filter"] == "q=Refunds"
    book = get(client, "/p/PAY/items/export.xlsx?q=Refunds").getvalue()
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["key", kept.key]
    assert dict(zip(rows[0], rows[1], strict=True))["p50_days"] == 4
    p85 = dict(zip(rows[0], rows[1], strict=True))["finish_p85"].date()
    assert p85.isoformat() == found["rows"][0]["finish_p85"]


def test_files_keep_the_order_of_the_list(client_of, vic, planned):
    planned(title="B"), planned(title="A")
    found = json.loads(get(client_of(vic), "/p/PAY/items/export.json?sort=title").getvalue())
    assert [row["title"] for row in found["rows"]] == ["A", "B"]


@pytest.mark.parametrize("page", ["items/", "roadmap/"])
def test_the_menu_leads_to_files_of_the_same_filter(client_of, vic, planned, page):
    planned(title="Refunds")
    text = get(client_of(vic), f"/p/PAY/{page}?q=Refunds").content.decode()
    for name in ("items/export.csv", "items/export.xlsx", "items/export.json",
                 "roadmap/export.svg", "roadmap/print/", "roadmap/calendar.ics"):  # fmt: skip
        assert f'href="/p/PAY/{name}?q=Refunds"' in text
    assert "/share/" not in text


def test_a_planner_is_offered_to_share(client_of, ada, planned):
    planned()
    assert "/p/PAY/share/" in get(client_of(ada), ROADMAP).content.decode()


def test_the_drawing_has_every_row_and_says_what_it_is(client_of, vic, product, team):
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Item {n}", rank=n)
        for n in range(1, 131)
    )
    _text, root = svg(client_of(vic))
    found = words(root)
    assert {f"PAY-{n}" for n in range(1, 131)} <= set(found)
    assert root.find(f"{SVG}title").text == "Payments, roadmap"
    assert "130 open items" in root.find(f"{SVG}desc").text
    assert "P85" in found
    assert any(word.startswith("Solid to P50") for word in found)


def test_the_drawing_says_as_of_when_and_which_filter(client_of, vic, planned, product):
    planned(title="Refunds")
    compute(product)
    found = words(svg(client_of(vic), "?q=Refunds&team=rails")[1])
    assert any(word.startswith("As of ") for word in found)
    assert "1 open item, Text: Refunds, Team: Rails" in found


@pytest.mark.parametrize("title", HOSTILE)
def test_a_drawing_with_a_hostile_title_is_plain_xml(client_of, vic, planned, product, title):
    services.create_objective(product, by=vic, title=title[:200])
    planned(title=title[:300])
    compute(product)
    text, root = svg(client_of(vic))
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= SHAPES
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", text))


def test_a_drawing_needs_nothing_from_outside(client_of, vic, planned, product):
    planned()
    compute(product)
    text, _root = svg(client_of(vic))
    for word in ("class=", "style", "var(", "<script", "href", "data-", "aria-hidden"):
        assert word not in text
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}


def test_a_drawing_is_a_file_that_may_run_nothing(client_of, vic, product):
    answer = get(client_of(vic), f"{ROADMAP}export.svg")
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="PAY-roadmap.svg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_whole_drawing_costs_the_same_queries_for_more_rows(client_of, ada, planned, product):
    client = client_of(ada)

    def queries(count: int) -> int:
        for _ in range(count):
            planned()
        compute(product)
        with CaptureQueriesContext(connection) as captured:
            svg(client)
        return len(captured)

    queries(1)
    few = queries(2)
    assert few == queries(6)
    assert few <= 15


def test_paper_has_a_head_on_every_page_and_counts_them(client_of, vic, product):
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Item {n}", rank=n)
        for n in range(1, 61)
    )
    page = get(client_of(vic), f"{ROADMAP}print/").content.decode()
    sheets = re.findall(r'<section class="sheet".*?</section>', page, re.S)
    assert len(sheets) == 3
    for number, sheet in enumerate(sheets, start=1):
        assert f"Page {number} of 3" in sheet
        assert ">Payments, roadmap</text>" in sheet
        assert "Today" in sheet
        assert f'id="names{number}"' in sheet
        ElementTree.fromstring(re.search(r"<svg.*</svg>", sheet, re.S)[0])
    assert all(page.count(f">PAY-{n}</text>") == 1 for n in range(1, 61))
    assert ", continued</text>" in sheets[1]


def test_larger_paper_takes_fewer_pages(client_of, vic, product):
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Item {n}", rank=n)
        for n in range(1, 61)
    )
    page = get(client_of(vic), f"{ROADMAP}print/?paper=a3").content.decode()
    assert page.count('class="sheet"') == 2
    assert '<body class="a3">' in page


def test_an_empty_plan_prints_a_sentence(client_of, vic, product):
    assert b"Nothing in the plan fits" in get(client_of(vic), f"{ROADMAP}print/").content


def test_paper_is_cut_to_the_days_in_use(client_of, vic, planned, product):
    planned(target_date=timezone.localdate() + SOON)
    compute(product)
    page = get(client_of(vic), f"{ROADMAP}print/").content.decode()
    # "Team 2073" is no year: the number of a team is as high as many tests before made it.
    found = re.findall(r">(?!Team )(?:[A-Z]\w+ |Q\d )?(20\d\d)</text>", page)
    years = {int(year) for year in found}
    assert years <= {timezone.localdate().year + n for n in (0, 1)}


def calendar(client, query: str = "") -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(get(client, f"{ROADMAP}calendar.ics{query}").content)


def test_a_calendar_has_each_milestone_on_its_p85(client_of, vic, planned, product):
    work = planned(title="Outbox")
    done = planned(title="Release, with; marks", kind="milestone")
    services.link_items(work, done, by=vic)
    compute(product)
    (event,) = calendar(client_of(vic), "?kinds=milestones").walk("VEVENT")
    p85 = done.forecasts.get().p85
    assert event.decoded("dtstart") == p85
    assert event.decoded("dtend") == p85 + datetime.timedelta(days=1)
    assert str(event["summary"]) == f"{done.key} Release, with; marks (P85)"
    assert "85 % likely by" in str(event["description"])


def test_a_calendar_has_objectives_and_targets_with_their_chance(client_of, vic, planned, product):
    day = timezone.localdate() + SOON
    objective = services.create_objective(product, by=vic, title="Fast", target_date=day)
    promised = planned(title="Outbox", target_date=day, objective=objective)
    planned(title="Not promised")
    compute(product)
    events = {
        str(e["summary"]): str(e["description"]) for e in calendar(client_of(vic)).walk("VEVENT")
    }
    assert set(events) == {"Fast (P85)", f"{promised.key} Outbox (P85)"}
    assert all("met with a chance of" in said for said in events.values())


def test_an_event_keeps_its_id_and_a_later_forecast_counts_as_newer(
    client_of, vic, planned, product, team
):
    planned(kind="milestone", title="Release")
    compute(product)
    (before,) = calendar(client_of(vic)).walk("VEVENT")
    planned(title="More work")
    compute(product)
    (after,) = calendar(client_of(vic)).walk("VEVENT")
    assert before["uid"] == after["uid"]
    assert int(after["sequence"]) > int(before["sequence"])


@pytest.mark.parametrize("title", HOSTILE)
def test_a_calendar_with_a_hostile_title_is_folded_and_read_again(
    client_of, vic, planned, product, title
):
    planned(kind="milestone", title=f"{title[:250]}\r\nBEGIN:VALARM")
    compute(product)
    raw = get(client_of(vic), f"{ROADMAP}calendar.ics").content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\r\nBEGIN:VALARM" not in raw
    (event,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    kept = "".join(letter for letter in title[:250] if letter not in "\x07\x1b").strip()
    assert kept in str(event["summary"])


def test_what_is_done_stands_on_its_day(client_of, vic, make_item):
    day = timezone.localdate() - datetime.timedelta(days=3)
    make_item(kind="milestone", title="Release", state="done", finished_on=day)
    (event,) = calendar(client_of(vic), "?state=any").walk("VEVENT")
    assert event.decoded("dtstart") == day
    assert "(done)" in str(event["summary"])
