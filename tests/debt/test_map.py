"""Where debt sits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from debt import map_charts, map_page, queries, ratings
from debt.map_charts import Cell
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
    (part,) = map_page.whole_of(product, queries.current_model().parameters).parts
    assert part.changes == 5


def test_without_a_history_changes_are_unknown_and_areas_show_interest(
    client_of, vic, product, billing, make_debt
):
    make_debt(component=billing)
    shown = page(client_of(vic), product)
    assert [name for name, *_rest in shown.context["areas"]] == ["interest"]
    text = shown.content.decode()
    assert "No history was read yet" in text
    assert '<td class="n">–</td>' in text


def test_the_map_and_its_table_say_the_same(client_of, vic, product, mined, billing, make_debt):
    make_debt(component=billing)
    shown = page(client_of(vic), product)
    text = shown.content.decode()
    assert 'aria-label="Billing: 1 item, 2.3 d a month, 5 changes"' in text
    (line,) = shown.context["lines"]
    assert (line.changes, line.items, line.interest) == ("5", "1", "2.3")


def test_a_component_shows_its_files_and_what_changes_together(client_of, vic, product, mined):
    text = page(client_of(vic), product, component="billing").content.decode()
    assert "billing/tax.py" in text
    assert "web/a.js" not in text


@pytest.mark.parametrize("query", [{}, {"component": "billing"}])
def test_a_page_fetches_the_changes_once(client_of, vic, product, mined, query):
    visitor = client_of(vic)
    with CaptureQueriesContext(connection) as asked:
        page(visitor, product, **query)
    assert sum('FROM "debt_minedchange"' in each["sql"] for each in asked) == 1


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


def test_the_debt_ratio_is_the_cost_of_fixing_by_the_cost_of_writing():
    assert ratings.debt_ratio(10, 1600, hours_per_day=8) == pytest.approx(0.1)
    assert [ratings.ratio_letter(ratio) for ratio in (0.05, 0.051, 0.1, 0.2, 0.5, 0.51)] == [
        "A", "B", "B", "C", "D", "E",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="lines"):
        ratings.debt_ratio(1, 0, hours_per_day=8)


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
