"""Columns, groups and sums of the list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roadmaps import services
from roadmaps.pages import rows
from roadmaps.pages.list import ListAddress, places
from roadmaps.services.estimates import estimate_from_text

LIST = "/p/PAY/items/"


def heads(page: str) -> list[str]:
    return re.findall(
        r'<th scope="rowgroup"[^>]*><a [^>]*>([^<]*)</a> <span[^>]*>([^<]*)</span>', page
    )


def columns(page: str) -> list[str]:
    return re.findall(r'<a class="sort"[^>]*>([^<]*)<', page)


def test_the_address_keeps_what_it_knows():
    read = ListAddress.read({"cols": "kind,nonsense,state", "group": "x", "q": "a", "view": "3"})
    assert (read.cols, read.group) == (("state", "kind"), "")
    assert read.query() == "?q=a&cols=state,kind&view=3"


def test_the_usual_columns_are_not_in_the_address():
    usual = ",".join(rows.DEFAULT_COLUMNS)
    assert ListAddress.read({"cols": usual}) == ListAddress()


def test_chosen_columns_stand_behind_the_title(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(f"{LIST}?cols=kind&cols=state").content.decode()
    assert columns(page) == ["Key", "Title", "State", "Kind"]


def test_sorting_keeps_columns_and_groups(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(f"{LIST}?cols=kind&group=kind").content.decode()
    assert "?sort=title&amp;cols=kind&amp;group=kind" in page


@pytest.fixture
def grouped(make_item, team, ada, product):
    for text in ("1..2..4", "2..3..6"):
        estimate_from_text(make_item(team=team), by=ada, text=text)
    make_item(kind="bet", horizon="now")
    services.refresh_forecast(product.pk, trials=100)


def test_groups_have_their_count_and_sums(client_of, vic, grouped):
    page = client_of(vic).get(f"{LIST}?group=team").content.decode()
    (rails, words), (none, _) = heads(page)
    assert (rails, none) == ("Rails", "No team")
    assert words.startswith("2 items, 5 d, P85 ")


@pytest.mark.parametrize(
    ("by", "titles"),
    [("state", ["Planned"]), ("kind", ["Bet", "Feature"]), ("horizon", ["Now", "No horizon"]),
     ("owner", ["Nobody"]), ("objective", ["No objective"])],
)  # fmt: skip
def test_every_group_has_a_name(client_of, vic, grouped, by, titles):
    page = client_of(vic).get(f"{LIST}?group={by}").content.decode()
    assert [title for title, _ in heads(page)] == titles


def test_the_head_of_a_group_leads_to_it_alone(client_of, vic, grouped):
    page = client_of(vic).get(f"{LIST}?group=team").content.decode()
    assert 'href="/p/PAY/items/?q=team:Rails"' in page
    assert 'href="/p/PAY/items/?q=team:none"' in page


def test_groups_cost_few_queries(client_of, vic, grouped):
    client = client_of(vic)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{LIST}?group=team&sort=-finish&q=-kind:debt")
    assert len(captured) <= 12


def test_places_of_some_are_those_of_all_also_where_ranks_are_equal(product, make_item):
    items = [make_item(rank=rank) for rank in (5, 1, 1, 3, 3, 9)]
    every = places(product)
    for some in ([items[1]], [items[2], items[3]], [items[5], items[0]], items):
        asked = [item.pk for item in some]
        assert places(product, asked) == {pk: every[pk] for pk in asked}


def test_places_are_counted_over_the_whole_plan(product, make_item, ada):
    items = [make_item() for _ in range(4)]
    services.move_item(items[0], by=ada, state="done")
    assert places(product, [items[3].pk, items[0].pk]) == {items[3].pk: 3}
    assert places(product)[items[1].pk] == 1


def test_rows_of_a_later_page_know_their_place(client_of, vic, make_item, monkeypatch):
    monkeypatch.setattr("roadmaps.pages.list.PAGE_ROWS", 2)
    for _ in range(3):
        make_item()
    page = client_of(vic).get(f"{LIST}?page=2").content.decode()
    assert '<td class="n rk">3</td>' in page
