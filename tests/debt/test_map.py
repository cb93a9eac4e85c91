"""Where debt sits."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from debt import map_parts, queries, services
from debt.maths import flows, ratings
from debt.models import Finding, HistoryFigures, ScanScope, ScoreModel
from debt.pages import map as map_page
from debt.pages import map_charts
from debt.pages.map_charts import Cell
from debt.queries import lives as queries_lives
from tests.debt.test_histories import read_log
from tpm.models import Component


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/"]
    )
    component.products.add(product)
    return component


@pytest.fixture
def mined(product, billing):
    """Six changes, five of them in billing."""
    commits = [(f"aaaaaa{place}", place + 1, "billing/tax.py") for place in range(5)]
    return read_log(product, *commits, ("bbbbbbb", 3, "web/a.js"))


def page(visitor, product, **query):
    return visitor.get(reverse("debt:map", args=[product.key]), query)


def test_a_component_has_the_changes_that_touch_its_files(product, mined):
    (part,) = map_parts.whole_of(product, queries.current_model().parameters).parts
    assert part.changes == 5


def test_without_a_history_changes_are_unknown_and_areas_show_interest(
    client_of, vic, product, billing, make_debt
):
    make_debt(component=billing)
    shown = page(client_of(vic), product)
    assert [name for name, *_rest in shown.context["areas"]] == ["interest"]
    text = shown.content.decode()
    assert "No history was read yet" in text
    assert '<td class="n" data-label="Changes">–</td>' in text


def test_the_map_and_its_table_say_the_same(client_of, vic, product, mined, billing, make_debt):
    make_debt(component=billing)
    shown = page(client_of(vic), product)
    text = shown.content.decode()
    assert 'aria-label="Billing: 1 item, 2.3 d a month, highest score' in text
    (line,) = shown.context["lines"]
    assert (line.changes, line.items, line.interest) == ("5", "1", "2.3")


def test_a_component_shows_its_files_and_what_changes_together(client_of, vic, product, mined):
    text = page(client_of(vic), product, component="billing").content.decode()
    assert "billing/tax.py" in text
    assert "web/a.js" not in text


def times_fetched(visitor, product, query):
    with CaptureQueriesContext(connection) as asked:
        page(visitor, product, **query)
    return sum('FROM "debt_minedchange"' in each["sql"] for each in asked)


@pytest.mark.parametrize("query", [{}, {"component": "billing"}])
def test_a_page_fetches_no_changes_and_once_where_nothing_is_kept(
    client_of, vic, product, mined, query
):
    visitor = client_of(vic)
    assert times_fetched(visitor, product, query) == 0
    HistoryFigures.objects.update(story={})
    assert times_fetched(visitor, product, query) == 1


def test_a_component_of_another_product_is_not_found(client_of, vic, product, other_product):
    foreign = Component.objects.create(key="secret", name="Secret")
    foreign.products.add(other_product)
    assert page(client_of(vic), product, component="secret").status_code == 404


def test_nothing_to_draw_is_said(client_of, vic, product):
    assert "Nothing to draw yet." in page(client_of(vic), product).content.decode()


def test_names_are_escaped_in_the_drawing():
    drawn = map_charts.tree(
        [Cell("<b>&\"'", 1, "", 1, '?component=a&b="', 1, "<b>&\"'")], title="<b>"
    )
    assert "<b>" not in drawn
    assert "\"'" not in drawn


def test_shades_are_four_even_steps():
    assert [map_charts.shade(amount, 4) for amount in (0, 0.1, 1, 1.1, 4, 9)] == [0, 1, 1, 2, 4, 4]


@pytest.mark.parametrize(
    ("top", "colour", "said"),
    [
        (0.2, "interest", ["≤ 0.05", "0.05–0.10", "0.10–0.15", "0.15–0.20"]),
        (0.02, "drag", ["≤ 0.5 %", "0.5 %–1.0 %", "1.0 %–1.5 %", "1.5 %–2.0 %"]),
        (2, "findings", ["≤ 0.5", "0.5–1.0", "1.0–1.5", "1.5–2.0"]),
        (4, "interest", ["≤ 1.0", "1.0–2.0", "2.0–3.0", "3.0–4.0"]),
    ],
)
def test_bounds_of_shades_have_as_many_digits_as_tell_them_apart(top, colour, said):
    found = map_charts.steps(
        top, words=lambda amount, more: map_page.shade_words(amount, colour, more=more)
    )
    assert [words for _class, words in found] == said


def test_the_debt_ratio_is_the_cost_of_fixing_by_the_cost_of_writing():
    assert ratings.debt_ratio(10, 1600, {}, hours_per_day=8) == pytest.approx(0.1)
    assert [ratings.ratio_letter(ratio, {}) for ratio in (0.05, 0.051, 0.1, 0.2, 0.5, 0.51)] == [
        "A", "B", "B", "C", "D", "E",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="lines"):
        ratings.debt_ratio(1, 0, {}, hours_per_day=8)


def test_the_debt_ratio_and_its_letter_are_those_of_the_score_model():
    model = {"minutes_a_line": 60, "ratio_letters": {"A": 0.01, "B": 0.06}}
    ratio = ratings.debt_ratio(10, 1600, model, hours_per_day=8)
    assert ratio == pytest.approx(0.05)
    assert ratings.ratio_letter(ratio, model) == "B"


def test_the_map_counts_a_line_as_the_newest_score_model_does(client_of, vic, product, mined):
    before = page(client_of(vic), product).content.decode()
    assert "debt ratio at 30 minutes a line" in before
    parameters = queries.current_model().parameters | {"minutes_a_line": 45}
    ScoreModel.objects.create(number=2, parameters=parameters)
    assert "debt ratio at 45 minutes a line" in page(client_of(vic), product).content.decode()


def test_the_hot_corner_is_on_the_upper_right():
    drawn = map_charts.scatter(
        [("A", "Cold", "/d/A/", 0.5, 0.1, 1.0), ("B", "Hot", "/d/B/", 9.0, 0.5, 3.0)]
    )
    assert drawn.index("B Hot") < drawn.index("A Cold")
    assert map_charts.scatter([]) == ""


def test_an_item_without_a_component_counts_in_the_product(
    client_of, vic, product, billing, make_debt
):
    make_debt(component=billing)
    make_debt(title="Nowhere")
    shown = page(client_of(vic), product)
    assert (shown.context["whole"].items, shown.context["whole"].interest) == ("2", "4.6")
    assert shown.context["lines"][0].items == "1"


@pytest.fixture
def complaint(product, billing):
    """An open finding in the billing component's one file."""
    scope = ScanScope.objects.create(product=product, component=billing, tool="ruff")
    return Finding.objects.create(
        product=product, scope=scope, component=billing, rule="R1", path="billing/tax.py"
    )


@pytest.mark.parametrize(
    ("colour", "words"),
    [("interest", "2.3 d"), ("drag", "4 %"), ("score", None), ("rate", None), ("findings", "1")],
)
def test_areas_are_shaded_by_what_is_chosen(
    client_of, vic, product, mined, billing, complaint, make_debt, colour, words
):
    item = make_debt(component=billing)
    shown = page(client_of(vic), product, colour=colour)
    assert [name for name, _label, chosen in shown.context["colours"] if chosen] == [colour]
    (part,) = map_parts.whole_of(product, queries.current_model().parameters).parts
    known = {"score": f"{item.latest_score.score:.0f}", "rate": f"{part.rate:.1f} a month"}
    assert f">{words or known[colour]}</text>" in shown.context["tree"]
    assert part.amount(colour) > 0
    assert 'class="cell h0"' not in shown.context["tree"]


def test_a_score_is_shaded_on_its_whole_scale(client_of, vic, product, billing, make_debt):
    make_debt(component=billing)
    shown = page(client_of(vic), product, colour="score")
    assert [words for _class, words in shown.context["steps"]] == [
        "≤ 25",
        "25–50",
        "50–75",
        "75–100",
    ]


def test_files_are_shaded_by_findings_too(client_of, vic, product, mined, complaint):
    shown = page(client_of(vic), product, component="billing", colour="findings")
    assert shown.context["colour"] == "findings"
    assert "1 findings" in shown.context["tree"]
    (row,) = shown.context["files"]
    assert row[-1] == "1"


def test_a_finding_that_somebody_judged_is_not_counted(product, billing, complaint):
    Finding.objects.update(verdict="false_positive")
    assert map_parts.findings_on(product, None) == {}


def last_month():
    return timezone.localdate().replace(day=1) - datetime.timedelta(days=1)


def test_the_slider_ends_now_and_begins_half_a_year_ago():
    found = map_page.moments(datetime.date(2026, 2, 10))
    assert [moment.day for moment in found] == [
        datetime.date(2025, 8, 31), datetime.date(2025, 9, 30), datetime.date(2025, 10, 31),
        datetime.date(2025, 11, 30), datetime.date(2025, 12, 31), datetime.date(2026, 1, 31), None,
    ]  # fmt: skip
    assert [moment.place for moment in found] == list(range(7))


@pytest.mark.parametrize("typed", ["", "7", "-1", "x", "99999999999", "²"])
def test_what_the_slider_cannot_say_is_now(typed):
    assert map_page.moment_of(typed, timezone.localdate()).day is None


def test_an_earlier_month_shows_the_debt_of_then(client_of, vic, ada, product, billing, make_debt):
    since = last_month() - datetime.timedelta(days=40)
    paid = make_debt(component=billing, hurts_since=since)
    make_debt(title="New", component=billing)
    services.mark_paid(paid, by=ada)
    now = page(client_of(vic), product)
    before = page(client_of(vic), product, month="5")
    assert now.context["lines"][0].items == before.context["lines"][0].items == "1"
    assert before.context["moment"].day == last_month()
    assert f"1 item, {before.context['lines'][0].interest} d a month" in before.context["tree"]
    parts = map_parts.whole_of(product, queries.current_model().parameters, last_month()).parts
    assert [item.pk for item in parts[0].items] == [paid.pk]


def test_an_earlier_month_adds_up_to_the_trend_of_then(product, billing, make_debt, ada, team):
    since = last_month() - datetime.timedelta(days=40)
    for title in ("One", "Other"):
        make_debt(title=title, component=billing, hurts_since=since)
    found = map_parts.whole_of(product, queries.current_model().parameters, last_month())
    lives = queries_lives.lives_of(product)
    assert sum(found.days.values()) == pytest.approx(
        flows.total_on(lives["interest"], last_month())
    )
    assert sum(found.fix.values()) == pytest.approx(
        flows.total_on(lives["principal"], last_month())
    )


def test_changes_of_an_earlier_month_end_with_it(product, mined, billing):
    day = timezone.localdate() - datetime.timedelta(days=3)
    (part,) = map_parts.whole_of(product, queries.current_model().parameters, day).parts
    assert part.changes == 3  # of those one to five days ago


def test_findings_of_an_earlier_day_were_open_then(product, billing, complaint):
    today, week = timezone.now(), datetime.timedelta(days=7)
    Finding.objects.update(opened_at=today - 2 * week, closed_at=today, state="closed")
    day = timezone.localdate() - week
    assert map_parts.findings_on(product, day) == {billing.pk: 1}
    assert map_parts.findings_on(product, day - 2 * week) == {}
    assert map_parts.findings_on(product, None) == {}


@pytest.mark.parametrize("month", ["", "3"])
def test_more_items_ask_no_more_queries(client_of, vic, product, billing, make_debt, month):
    visitor, asked = client_of(vic), []
    for _round in range(2):
        for _item in range(3):
            make_debt(component=billing, hurts_since=datetime.date(2025, 1, 1))
        page(visitor, product, month=month)
        with CaptureQueriesContext(connection) as seen:
            page(visitor, product, month=month)
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_names_that_would_cover_each_other_are_left_to_their_points():
    near = [(f"D{n}", f"Thing {n}", f"/d/D{n}/", 5 + n / 100, 0.2, float(n)) for n in range(1, 20)]
    drawn = map_charts.scatter([*near, ("D99", "Far", "/d/D99/", 1.0, 0.02, 1.0)])
    assert drawn.count("<circle") == 20
    assert [f">{key}</text>" in drawn for key in ("D19", "D18", "D99")] == [True, False, True]


def test_files_of_an_earlier_month_are_those_of_then(
    client_of, vic, ada, product, billing, make_debt
):
    since = last_month() - datetime.timedelta(days=40)
    ago = (timezone.localdate() - last_month()).days
    read_log(product, ("aaaaaa1", ago + 2, "billing/tax.py"), ("aaaaaa2", 0.01, "billing/new.py"))
    paid = make_debt(title="Paid since", component=billing, hurts_since=since)
    make_debt(title="New", component=billing)
    services.mark_paid(paid, by=ada)
    visitor = client_of(vic)
    now = page(visitor, product, component="billing")
    before = page(visitor, product, component="billing", month="5")
    files = [[row[0] for row in shown.context["files"]] for shown in (now, before)]
    assert files == [["billing/new.py", "billing/tax.py"], ["billing/tax.py"]]
    assert [item.title for item, _cost in now.context["items"]] == ["New"]
    assert [item.title for item, _cost in before.context["items"]] == ["Paid since"]


def test_a_component_keeps_the_month_on_the_way_in_and_out(
    client_of, vic, product, billing, make_debt
):
    make_debt(component=billing, hurts_since=last_month() - datetime.timedelta(days=40))
    visitor = client_of(vic)
    assert "?component=billing&amp;month=5" in page(visitor, product, month="5").content.decode()
    text = page(visitor, product, component="billing", month="5").content.decode()
    assert f'data-up href="{reverse("debt:map", args=[product.key])}?month=5"' in text
    assert 'type="range" name="month"' in text
