import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roadmaps import services
from roadmaps.filters import ItemFilter
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from tpm import history

LIST = "/p/PAY/items/"


def lines(response) -> list[dict]:
    text = response.getvalue().decode().removeprefix("﻿")
    return list(csv.DictReader(io.StringIO(text)))


def shown(client, query="") -> list[str]:
    """Keys of the rows that a filter leaves, in their order."""
    return [row["key"] for row in lines(client.get(f"{LIST}export.csv{query}"))]


def test_a_viewer_reads_the_list(client_of, vic, make_item):
    make_item(title="Refunds across rails")
    assert b"Refunds across rails" in client_of(vic).get(LIST).content


@pytest.mark.parametrize("part", ["add", "bulk"])
def test_the_address_of_a_refused_form_leads_to_the_list(client_of, vic, product, part):
    assert client_of(vic).get(f"{LIST}{part}/").headers["Location"] == LIST


def test_an_outsider_finds_no_list(client_of, grace, make_item):
    make_item()
    assert client_of(grace).get(LIST).status_code == 404


def test_an_empty_plan_says_how_to_begin(client_of, ada, product):
    assert b"Add the first item" in client_of(ada).get(LIST).content


def test_a_viewer_of_an_empty_plan_is_offered_nothing_to_press(client_of, vic, product):
    assert b"Add the first item" not in client_of(vic).get(LIST).content


def test_twice_the_rows_cost_the_same_queries(client_of, ada, make_item, team, product):
    client = client_of(ada)

    def queries(count: int) -> int:
        for _ in range(count):
            estimate_from_text(make_item(team=team), by=ada, text="1..2..4")
        services.refresh_forecast(product.pk, trials=100)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    client.get(LIST)
    few = queries(3)
    assert few == queries(6)
    assert few <= 9


def test_what_people_typed_is_escaped_in_every_column(client_of, ada, make_item, product):
    title = """<b>&"'"""
    objective = services.create_objective(product, by=ada, title=title)
    ada.person.name = title
    ada.person.save()
    make_item(title=title, objective=objective, owner=ada.person)
    page = client_of(ada).get(LIST).content.decode()
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "<b>" not in table
    assert table.count("&lt;b&gt;") >= 3


def test_only_open_items_show_without_a_filter(client_of, vic, ada, make_item):
    make_item()
    services.move_item(make_item(), by=ada, state="dropped")
    assert shown(client_of(vic)) == ["PAY-1"]


def test_any_state_is_asked_for_in_words(client_of, vic, ada, make_item):
    services.move_item(make_item(), by=ada, state="dropped")
    assert shown(client_of(vic), "?state=any") == ["PAY-1"]


@pytest.mark.parametrize(
    "query",
    [
        "?team=rails",
        "?q=refund",
        "?horizon=now",
        "?kind=bet",
        "?owner=me",
        "?q=pay-2",
        "?state=idea",
    ],
)
def test_every_filter_narrows_the_list(client_of, ada, make_item, team, query):
    make_item(title="Other")
    make_item(title="Refunds", team=team, horizon="now", kind="bet", owner=ada.person, state="idea")
    assert shown(client_of(ada), query) == ["PAY-2"]


def test_items_without_an_estimate_are_found(client_of, vic, ada, make_item):
    estimate_from_text(make_item(), by=ada, text="3")
    make_item()
    make_item(kind=Item.Kind.MILESTONE)
    assert shown(client_of(vic), "?estimate=none") == ["PAY-2"]


def test_items_without_an_objective_are_found(client_of, vic, ada, make_item, product):
    make_item(objective=services.create_objective(product, by=ada, title="Instant"))
    make_item()
    assert shown(client_of(vic), "?objective=none") == ["PAY-2"]


def test_imported_values_without_a_column_are_searched(client_of, vic, make_item):
    make_item(extra={"Customer segment": "merchants"})
    make_item()
    assert shown(client_of(vic), "?q=merchants") == ["PAY-1"]


def test_a_filter_that_means_nothing_is_left_out(client_of, vic, make_item):
    make_item()
    query = "?state=nonsense&owner=x&sort=drop+table&page=99&objective=1e9"
    assert shown(client_of(vic), query) == ["PAY-1"]


def test_a_sorted_column_says_so(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(f"{LIST}?sort=-title").content.decode()
    assert 'aria-sort="descending"' in page


def test_sorting_by_effort_keeps_the_unknown_last(client_of, vic, ada, make_item):
    make_item()
    estimate_from_text(make_item(), by=ada, text="8")
    estimate_from_text(make_item(), by=ada, text="2")
    client = client_of(vic)
    assert shown(client, "?sort=effort") == ["PAY-3", "PAY-2", "PAY-1"]
    assert shown(client, "?sort=-effort") == ["PAY-2", "PAY-3", "PAY-1"]


def test_nothing_that_matches_names_the_filter_to_drop(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(f"{LIST}?q=zzz").content.decode()
    assert "“Text zzz” took away the last rows; without it there is one." in page
    assert "Drop “Text zzz”" in page


def test_a_filter_chip_can_be_removed_alone(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(f"{LIST}?q=item&state=any").content.decode()
    assert f'href="{LIST}?q=item"' in page


def test_the_list_is_cut_into_pages_of_a_hundred(client_of, vic, ada, product):
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Item {n}", rank=n)
        for n in range(1, 103)
    )
    client = client_of(vic)
    assert client.get(LIST).content.decode().count("<tr data-row>") == 100
    assert client.get(f"{LIST}?page=2").content.decode().count("<tr data-row>") == 2


def test_the_export_keeps_the_filter_and_has_all_pages(client_of, vic, product):
    Item.objects.bulk_create(
        Item(product=product, number=n, key=f"PAY-{n}", title=f"Item {n}", rank=n)
        for n in range(1, 103)
    )
    assert len(shown(client_of(vic), "?q=%22Item+1%22")) == 14


@pytest.mark.parametrize("title", ["=cmd()", "+1", "-1", "@sum", "\t=1", "  =cmd()"])
def test_no_cell_of_the_export_is_a_formula(client_of, vic, product, title):
    Item.objects.create(product=product, number=1, key="PAY-1", title=title)
    row = lines(client_of(vic).get(f"{LIST}export.csv"))[0]
    assert row["title"].startswith("'")


def test_one_line_adds_an_item_with_its_range(client_of, ada, product):
    client_of(ada).post(f"{LIST}add/", {"line": "Refunds across rails !3..5..10"})
    item = Item.objects.get()
    assert item.title == "Refunds across rails"
    assert item.estimates.get().p90_days == 10


def test_a_line_without_a_range_is_a_title(client_of, ada, product):
    client_of(ada).post(f"{LIST}add/", {"line": "Ship it!"})
    assert Item.objects.get().title == "Ship it!"


def test_a_range_that_cannot_be_read_adds_nothing_and_stays_typed(client_of, ada, product):
    response = client_of(ada).post(f"{LIST}add/", {"line": "Refunds !9..5..1"})
    assert response.status_code == 422
    assert "Refunds !9..5..1" in response.content.decode()
    assert not Item.objects.exists()


def test_a_range_without_a_title_adds_nothing(client_of, ada, product):
    assert client_of(ada).post(f"{LIST}add/", {"line": " !3"}).status_code == 422


def test_a_member_may_not_add_items(client_of, mel, product):
    response = client_of(mel).post(f"{LIST}add/", {"line": "Refunds"})
    assert response.status_code == 403
    assert not Item.objects.exists()


def test_key_suggestions_stay_in_the_product(client_of, ada, make_item, other_product):
    make_item(title="Ledger of ours")
    make_item(title="Ledger of others", in_product=other_product)
    found = client_of(ada).get(f"{LIST}keys/?other=ledger").content.decode()
    assert "Ledger of ours" in found
    assert "Ledger of others" not in found


def test_the_dates_are_marked_stale_after_a_change(client_of, vic, ada, make_item, product):
    item = make_item()
    services.refresh_forecast(product.pk, trials=100)
    assert b"is-stale" not in client_of(vic).get(LIST).content
    estimate_from_text(item, by=ada, text="3..5..10")
    assert b"is-stale" in client_of(vic).get(LIST).content


def test_the_mark_asks_for_itself_only_while_stale(client_of, vic, make_item, product):
    make_item()
    fresh = f"/p/{product.key}/forecast/fresh/?seen=0"
    assert b"load delay" in client_of(vic).get(fresh).content
    services.refresh_forecast(product.pk, trials=100)
    answer = client_of(vic).get(fresh).content
    assert b"load delay" not in answer
    assert b"new dates are in" in answer


@pytest.mark.parametrize("name", ["owner", "objective"])
@pytest.mark.parametrize("page", ["items/", "items/export.csv", "roadmap/"])
def test_a_number_that_no_row_has_is_passed_over(client_of, vic, make_item, page, name):
    make_item()
    assert client_of(vic).get(f"/p/PAY/{page}?{name}={'9' * 23}").status_code == 200


def test_a_nul_is_no_part_of_a_filter():
    assert ItemFilter.read({"q": "a\0b", "team": "\0"}) == ItemFilter(q="ab")


def test_an_import_filters_the_list_to_what_it_made(client_of, vic, make_item):
    batch = uuid.uuid4()
    with history.through("import", batch=batch):
        make_item(title="Imported", state="done")
    make_item(title="By hand")
    page = client_of(vic).get(f"/p/PAY/items/?state=any&imported={batch}").content.decode()
    assert "Imported" in page
    assert "By hand" not in page


def test_a_word_that_is_no_import_is_passed_over():
    assert ItemFilter.read({"imported": "nothing"}) == ItemFilter()


@pytest.mark.parametrize("computed", [False, True])
def test_the_number_without_an_estimate_is_the_number_that_its_link_shows(
    client_of, vic, ada, make_item, product, computed
):
    whole = make_item(title="Whole")
    make_item(title="Part", parent=whole)
    make_item(title="Idea", state="idea")
    make_item(title="Begun", state="in_progress")
    make_item(title="Release", kind=Item.Kind.MILESTONE)
    estimate_from_text(make_item(), by=ada, text="3")
    if computed:
        services.refresh_forecast(product.pk, trials=100)
    page = client_of(vic).get("/p/PAY/items/").content.decode()
    assert "2 planned items have no estimate" in page
    found = client_of(vic).get("/p/PAY/items/?q=estimate:none+-status:idea").content.decode()
    assert "2 of 6 items" in found
