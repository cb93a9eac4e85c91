"""Long lists show their first rows, and empty pages name the next step."""

import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(vic, mel, ada, lena, grace):
    return {"vic": vic, "mel": mel, "ada": ada, "lena": lena, "grace": grace}


def shown(client, address: str) -> str:
    return client.get(address).content.decode()


def test_what_is_shown_whole_needs_no_more():
    assert "<details" not in render_to_string("components/more.html", {"rows": "ab", "most": 2})


def test_what_is_longer_says_how_many_there_are():
    html = render_to_string("components/more.html", {"rows": [0] * 1200, "most": 20})
    assert "Show all 1,200" in html


def test_the_totals_show_twenty_items_of_a_team_first(make_debt, client_of, vic):
    for _each in range(22):
        make_debt()
    html = shown(client_of(vic), "/p/PAY/debt/why/")
    assert html.count('<tr class="rest">') == 2
    assert "Show all 22" in html


def test_totals_of_nothing_lead_to_the_register(client_of, vic, product):
    html = shown(client_of(vic), "/p/PAY/debt/why/")
    assert "there is nothing to add up" in html
    assert "Principal 0" not in html


def test_an_empty_map_leads_to_the_history(client_of, vic, product):
    html = shown(client_of(vic), "/p/PAY/debt/map/")
    assert '<a class="btn" href="/p/PAY/debt/history/">Read a history</a>' in html


def test_a_pay_off_of_nothing_counts_nothing(client_of, vic, product):
    html = shown(client_of(vic), "/p/PAY/debt/payoff/")
    assert "Nothing is scored yet." in html
    assert "chosen 0" not in html


def test_filters_over_nothing_hide_nothing(client_of, mel, product):
    html = shown(client_of(mel), "/p/PAY/debt/?q=search")
    assert "These filters hide" not in html
    assert "Log the first thing that hurts" in html


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("map", "Map"),
        ("trend", "Trend"),
        ("payoff", "Pay-off"),
        ("worth", "Worth it?"),
        ("why", "Where the totals come from"),
    ],
)
def test_the_path_ends_with_the_page(client_of, vic, product, place, name):
    html = shown(client_of(vic), f"/p/PAY/debt/{place}/")
    assert f'<span aria-current="page">{name}</span>' in html


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("edit", "Edit PAY-D1"),
        ("interest", "What it costs a month"),
        ("plan", "Plan it"),
        ("slows", "What it slows"),
        ("inputs", "All inputs"),
    ],
)
def test_the_path_of_an_item_leads_back_to_it(make_debt, client_of, ada, place, name):
    make_debt()
    html = shown(client_of(ada), f"/d/PAY-D1/{place}/")
    path = '<li><a href="/d/PAY-D1/">PAY-D1</a></li><li><span aria-current="page">{}</span></li>'
    assert html.count(path.format(name)) == 1
