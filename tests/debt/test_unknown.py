"""What is not known is a dash with words, and never a zero."""

import re

import pytest
from django.urls import reverse

from debt import map_parts, queries
from debt.pages import map as map_page

pytestmark = pytest.mark.django_db
UNSAID = {
    "interest": None, "principal_p10_days": None, "principal_p50_days": None,
    "principal_p90_days": None,
}  # fmt: skip


def map_of(visitor):
    return visitor.get(reverse("debt:map", args=["PAY"]))


def test_a_component_of_which_nothing_is_known_shows_no_zero(
    client_of, vic, billing, make_debt, api
):
    make_debt(component=billing, **UNSAID)
    shown = map_of(client_of(vic))
    (line,) = shown.context["lines"]
    assert (line.interest, line.principal) == ("–", "–")
    assert line.left_out == "not known: interest of 1 item, principal of 1 item"
    assert (line.drag, line.drag_letter, line.ratio_letter) == ("–", "", "")
    assert shown.context["whole"].interest == "–"
    assert shown.content.decode().count(f'<span class="sub-line">{line.left_out}</span>') == 2
    (told,) = api(vic).get("/api/v1/debt-map/PAY/").json()
    assert (told["interest"], told["principal"], told["drag"]) == (None, None, None)


def test_what_is_known_beside_it_is_added_up_and_says_what_it_leaves_out(
    client_of, vic, billing, make_debt
):
    make_debt(component=billing, **UNSAID)
    make_debt(component=billing)
    (line,) = map_of(client_of(vic)).context["lines"]
    assert (line.interest, line.principal) == ("2.3", "11.5")
    assert line.left_out == "not known: interest of 1 item, principal of 1 item"
    assert line.drag_letter == "A"
    (part,) = map_parts.whole_of(billing.products.get(), queries.current_model().parameters).parts
    assert "2.3 d a month" in map_page.said(part)


def test_columns_of_numbers_hold_no_words(client_of, vic, billing, make_debt):
    """The reason stands below the name of the row, and what a dash means below the table."""
    make_debt(component=billing, **UNSAID)
    make_debt(component=billing, principal_p10_days=None, principal_p50_days=None,
              principal_p90_days=None)  # fmt: skip
    make_debt(**UNSAID)
    html = map_of(client_of(vic)).content.decode()
    cells = [re.sub("<[^>]*>", " ", cell) for cell in re.findall(r'<td class="n".*?</td>', html)]
    assert len(cells) == 3 * 9
    assert {cell.strip() for cell in cells if re.search("[a-z]{2}", cell)} == set()
    assert "not known: interest of 1 item, principal of 2 items" in html
    assert "Changes and lines come from a history of the code" in html


def test_a_component_without_debt_costs_nothing(client_of, vic, billing):
    (line,) = map_of(client_of(vic)).context["lines"]
    assert (line.interest, line.principal, line.left_out) == ("0.0", "0.0", "")


def test_the_strip_says_that_only_the_team_is_missing(client_of, vic, make_debt):
    make_debt(team=None, size="M")
    page = client_of(vic).get("/p/PAY/debt/")
    strip = page.context["strip"]
    assert (strip.principal, strip.interest) == ("–", "–")
    assert strip.principal_note == "1 item, 1 without a score"
    assert strip.interest_note == "not known yet"
    assert "nobody has said which team loses the time of 1 item." in page.content.decode()
    assert "no item says what it costs" not in page.content.decode()


def test_the_strip_of_a_product_without_debt_is_zero(client_of, vic, product):
    strip = client_of(vic).get("/p/PAY/debt/").context["strip"]
    assert (strip.principal, strip.interest) == ("0 d", "0.0 d")
