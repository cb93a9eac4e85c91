"""The map over REST says what its page says, now and at the ends of months."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from debt import services
from debt.models import Finding, ScanScope
from tests.debt.test_histories import read_log
from tpm import formats
from tpm.models import Component

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-map/PAY/"


@pytest.fixture
def mined(product, billing):
    """Six changes, five of them in billing."""
    commits = [(f"aaaaaa{place}", place + 1, "billing/tax.py") for place in range(5)]
    return read_log(product, *commits, ("bbbbbbb", 3, "web/a.js"))


@pytest.fixture
def complaint(product, billing):
    scope = ScanScope.objects.create(product=product, component=billing, tool="ruff")
    return Finding.objects.create(
        product=product, scope=scope, component=billing, rule="R1", path="billing/tax.py"
    )


def last_month() -> datetime.date:
    return timezone.localdate().replace(day=1) - datetime.timedelta(days=1)


def words(value, text):
    return formats.UNKNOWN if value is None else text(value)


def same(told: dict, line) -> None:
    """What the page's table shows are these numbers, as text."""
    assert line.changes == words(told["changes"], formats.number)
    assert line.lines == words(told["lines"], formats.number)
    assert line.score == words(told["score"], formats.number)
    assert line.findings == formats.number(told["findings"])
    assert line.items == formats.number(len(told["items"]))
    assert line.interest == formats.number(told["interest"], 1)
    assert line.principal == formats.number(told["principal"], 1)
    assert line.drag == words(told["drag"], formats.percent)
    assert (line.drag_letter, line.ratio_letter) == (told["drag_letter"], told["debt_ratio_letter"])
    assert line.ratio == words(told["debt_ratio"], formats.percent)


def test_every_measure_of_the_page_is_there(
    client_of, api, vic, product, mined, billing, complaint, make_debt
):
    item = make_debt(component=billing)
    make_debt(title="Nowhere")
    page = client_of(vic).get(reverse("debt:map", args=["PAY"])).context
    told, apart = api(vic).get(URL).json()
    same(told, page["lines"][0])
    same(apart, page["apart"])
    assert (apart["component"], len(apart["items"])) == ("", 1)
    assert (told["component"], told["items"], told["changes"]) == ("billing", [item.key], 5)
    assert told["score"] == pytest.approx(item.latest_score.score)
    assert told["findings"] == 1
    assert told["rate"] > 0
    whole = api(vic).get(f"{URL}whole/").json()
    same(whole, page["whole"])
    assert (whole["product"], len(whole["items"])) == ("PAY", 2)
    for name in ("interest", "principal", "findings"):
        assert told[name] + apart[name] == pytest.approx(whole[name])


def test_what_lies_in_no_component_is_a_row_of_its_own(
    client_of, api, vic, product, billing, make_debt, complaint
):
    assert [row["component"] for row in api(vic).get(URL).json()] == ["billing"]
    item = make_debt(title="Nowhere")
    Finding.objects.filter(pk=complaint.pk).update(component=None)
    html = client_of(vic).get(reverse("debt:map", args=["PAY"])).content.decode()
    assert '<th scope="row">No component</th>' in html
    _billing, apart = api(vic).get(URL).json()
    assert (apart["items"], apart["findings"], apart["lines"]) == ([item.key], 1, None)
    assert apart["score"] == pytest.approx(item.latest_score.score)
    assert apart["drag"] > 0


def test_what_is_not_known_is_null_and_counted(api, vic, billing, make_debt):
    unsaid = dict.fromkeys(("principal_p10_days", "principal_p50_days", "principal_p90_days"))
    make_debt(component=billing, interest=None, **unsaid)
    (told,) = api(vic).get(URL).json()
    assert (told["interest"], told["interest_unknown"]) == (None, 1)
    assert (told["principal"], told["principal_unknown"]) == (None, 1)
    assert (told["score"], told["rate"], told["drag_letter"]) == (None, None, "")


def test_the_months_of_the_slider_are_there(api, vic, ada, client_of, billing, make_debt):
    since = last_month() - datetime.timedelta(days=40)
    paid = make_debt(component=billing, hurts_since=since)
    new = make_debt(title="New", component=billing)
    services.mark_paid(paid, by=ada)
    months = api(vic).get(f"{URL}months/").json()
    assert len(months) == 6
    assert months[-1] == {
        "month": last_month().strftime("%Y-%m"), "day": str(last_month()),
    }  # fmt: skip
    (then,) = api(vic).get(URL, {"month": months[-1]["month"]}).json()
    (now,) = api(vic).get(URL, {"month": "now"}).json()
    assert (then["items"], now["items"]) == ([paid.key], [new.key])
    page = client_of(vic).get(reverse("debt:map", args=["PAY"]), {"month": "5"}).context
    same(then, page["lines"][0])
    whole = api(vic).get(f"{URL}whole/", {"month": months[-1]["month"]}).json()
    same(whole, page["whole"])


@pytest.mark.parametrize("month", ["1999-01", "soon", "2026-13", "5"])
def test_a_month_that_is_not_kept_is_told_with_those_that_are(api, vic, product, month):
    first = api(vic).get(f"{URL}months/").json()[0]["month"]
    answer = api(vic).get(URL, {"month": month})
    assert answer.status_code == 400
    assert answer.json()["month"][0].startswith(f"There are {first} to ")


def test_a_component_from_near_has_its_files(api, vic, product, mined, billing, complaint):
    told = api(vic).get(f"{URL}files/", {"component": "billing"}).json()
    (row,) = told["files"]
    assert (row["path"], row["lines"], row["findings"]) == ("billing/tax.py", None, 1)
    assert row["touches"] > 0
    assert told["items"] == []


def test_files_of_an_earlier_month_end_with_it(api, vic, product, mined, billing):
    month = last_month().strftime("%Y-%m")
    told = api(vic).get(f"{URL}files/", {"component": "billing", "month": month}).json()
    now = api(vic).get(f"{URL}files/", {"component": "billing"}).json()
    before = sum(row["touches"] for row in told["files"])
    assert before < sum(row["touches"] for row in now["files"])


def test_what_histories_say_together_is_that_of_their_page(api, client_of, vic, product, mined):
    told = api(vic).get("/api/v1/history-figures/PAY/").json()
    page = client_of(vic).get(reverse("debt:history", args=["PAY"])).context
    assert [row["path"] for row in told["files"]] == [row["path"] for row in page["spots"]]
    assert formats.number(told["files"][0]["touches"], 1) == page["spots"][0]["touches"]
    assert [row["first"] for row in told["pairs"]] == [row["first"] for row in page["pairs"]]
    assert {row["team"] for row in told["teams"]} == {"Rails", ""}
    assert sum(row["share"] for row in told["teams"]) == pytest.approx(1)
    assert told["as_of"]


def test_without_a_history_nothing_is_said(api, vic, product):
    told = api(vic).get("/api/v1/history-figures/PAY/").json()
    assert told == {"as_of": None, "files": [], "pairs": [], "teams": []}


@pytest.mark.parametrize(("component", "status"), [("", 400), ("secret", 404)])
def test_only_components_of_the_product_are_looked_into(
    api, vic, product, other_product, component, status
):
    foreign = Component.objects.create(key="secret", name="Secret")
    foreign.products.add(other_product)
    assert api(vic).get(f"{URL}files/", {"component": component}).status_code == status


@pytest.mark.parametrize("month", ["now", "last"])
def test_more_items_ask_no_more_queries(api, vic, billing, make_debt, month):
    asked, query = [], {"month": last_month().strftime("%Y-%m") if month == "last" else month}
    for _round in range(2):
        for _item in range(3):
            make_debt(component=billing, hurts_since=datetime.date(2025, 1, 1))
        api(vic).get(URL, query)
        with CaptureQueriesContext(connection) as seen:
            api(vic).get(URL, query)
        asked.append(len(seen))
    assert asked[0] == asked[1]
