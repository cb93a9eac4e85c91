"""The row builder and the CSV: every text of a person is escaped."""

import csv
import datetime
import io

import pytest
from django.utils import timezone

from debt import export, queries, register
from debt.models import DebtItem
from debt.pages import rows
from tpm.models import Component, Person

pytestmark = pytest.mark.django_db
ODD = "<b>&\"'"


@pytest.fixture
def sheet():
    model = queries.current_model().parameters
    return rows.Sheet(
        today=timezone.localdate(), top=6.0, model=model, teams=[("t", ODD)], may_answer=True
    )


def html_of(product, sheet, trend=None):
    page = register.page_of_rows(register.items_of(product).order_by("number"), None)
    return "".join(rows.row_html(item, sheet, trend) for item in page)


def test_a_row_shows_score_interest_principal_payback_and_net(make_debt, product, sheet):
    make_debt(title="Slow search")
    html = html_of(product, sheet)
    for text in ("PAY-D1", "Slow search", "<b>10</b>", "5–20", ">2.3<", "mo</td>", "Why?"):
        assert text in html


def test_odd_text_is_escaped_in_every_column(make_debt, product, sheet, team, lena, mel):
    component = Component.objects.create(key="odd", name=ODD)
    Component.objects.filter(pk=component.pk).update(key=ODD)
    component.refresh_from_db()
    component.products.add(product)
    owner = Person.objects.create(name=ODD)
    item = make_debt(title=ODD, component=component, owner=owner)
    make_debt(title=ODD, team=None, component=component)
    DebtItem.objects.filter(pk=item.pk).update(state="accepted", accepted_trigger=ODD)
    html = html_of(product, sheet)
    assert "<b>&\"'" not in html
    assert html.count("&lt;b&gt;&amp;&quot;&#x27;") >= 6


def test_an_item_without_interest_asks_its_question(make_debt, product, sheet):
    make_debt(interest=None)
    html = html_of(product, sheet)
    assert "What does it cost in a usual month?" in html
    assert 'value="PAY-D1|interest|half a day"' in html


def test_an_item_without_a_team_asks_for_it(make_debt, product, sheet):
    make_debt(team=None)
    assert "Which team loses the time?" in html_of(product, sheet)


def test_who_may_not_answer_sees_no_buttons(make_debt, product, sheet):
    make_debt(interest=None)
    readonly = rows.Sheet(today=sheet.today, top=6.0, model=sheet.model)
    assert "<button" not in html_of(product, readonly)


def test_an_item_not_scored_yet_says_that_the_worker_is_on_it(make_debt, product, sheet):
    make_debt(scored=False)
    assert "The worker is scoring it." in html_of(product, sheet)


@pytest.mark.parametrize(
    ("days", "text"), [(0, "0 d"), (12, "12 d"), (70, "2 mo"), (900, "2 y"), (-3, "0 d")]
)
def test_age_reads(days, text):
    today = datetime.date(2026, 6, 1)
    model = {"month_days": 30.4375}
    assert rows.age_text(today - datetime.timedelta(days=days), today, model) == text


def test_ages_count_in_months_of_the_model():
    today = datetime.date(2026, 6, 1)
    assert rows.age_text(today - datetime.timedelta(days=70), today, {"month_days": 10}) == "7 mo"


def test_a_trend_of_one_value_is_a_dash():
    assert "–" in rows.spark([None, 2.0])


def test_growing_interest_is_drawn_in_the_colour_of_debt():
    assert "s-debt" in rows.spark([None, 1.0, 1.5])
    assert "s-debt" not in rows.spark([1.5, 1.5])


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@x", "\tx", "\rx", " =cmd()"])
def test_no_cell_of_the_csv_is_a_formula(make_debt, text):
    item = make_debt(title="x")
    DebtItem.objects.update(title=text)
    _, row = csv.reader(io.StringIO("".join(export.lines(DebtItem.objects.all()))))
    assert item.key in row
    assert f"'{text}" in row


def test_numbers_in_the_csv_stay_numbers():
    assert [export.short(value) for value in (-0.5, 2.0, 1 / 3, None)] == [-0.5, 2, 0.333333, None]


def test_the_csv_has_a_row_per_item_and_a_mark_for_utf_8(make_debt):
    make_debt(title="=HYPERLINK()")
    make_debt(interest=None)
    lines = "".join(export.lines(DebtItem.objects.select_related("latest_score"))).splitlines()
    assert lines[0].startswith("\ufeffkey,title")
    assert len(lines) == 3
    assert "'=HYPERLINK()" in lines[1]


def test_the_menu_of_a_row_leads_to_its_title_where_there_is_no_pen(make_debt, product, sheet):
    make_debt(title="Slow search")
    assert '<a href="/d/PAY-D1/cell/title/" data-cell>Title…</a>' in html_of(product, sheet)
