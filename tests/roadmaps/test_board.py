"""The board: columns with sums, cards that move as one operation."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roadmaps import services
from roadmaps.models import Item
from roadmaps.pages import board
from roadmaps.services.estimates import estimate_from_text
from tpm import operations
from tpm.models import Operation

BOARD = "/p/PAY/board/"


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def columns(client, query="") -> dict[str, str]:
    page = client.get(f"{BOARD}{query}").content.decode()
    parts = re.split(r'<section data-column="([^"]*)"', page)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_cards_stand_in_the_column_of_their_state(client_of, vic, ada, make_item):
    make_item(title="Refunds")
    services.move_item(make_item(title="Wallets"), by=ada, state="done")
    found = columns(client_of(vic))
    assert list(found) == ["idea", "planned", "in_progress", "done"]
    assert "Refunds" in found["planned"]
    assert "Wallets" in found["done"]


def test_a_column_head_counts_and_sums(client_of, vic, ada, make_item):
    for _ in range(2):
        estimate_from_text(make_item(), by=ada, text="2..4..8")
    assert "2 items, 8 d" in columns(client_of(vic))["planned"]


@pytest.mark.parametrize("by", ["horizon", "objective"])
def test_other_columns_have_one_for_none(client_of, vic, make_item, by):
    make_item(title="Refunds")
    assert "Refunds" in columns(client_of(vic), f"?by={by}")[""]


def test_an_objective_without_items_is_a_column_to_move_into(
    client_of, vic, ada, make_item, product
):
    make_item()
    objective = services.create_objective(product, by=ada, title="Instant")
    assert str(objective.pk) in columns(client_of(vic), "?by=objective")


def test_a_card_moves_by_its_menu_and_comes_back(client_of, ada, make_item):
    item = make_item()
    to = f"{item.key}:{item.version}:in_progress"
    answer = client_of(ada).post(f"{BOARD}move/", {"to": to, "back": "by=state"})
    assert answer.url == f"{BOARD}?#{item.key}"
    assert fresh(item).state == "in_progress"
    operations.undo(Operation.objects.get(), by=ada)
    assert fresh(item).state == "planned"


def test_a_card_moves_to_a_horizon_and_to_none(client_of, ada, make_item):
    item = make_item(horizon="now")
    to = f"{item.key}:{item.version}:"
    client_of(ada).post(f"{BOARD}move/", {"to": to, "back": "by=horizon"})
    assert fresh(item).horizon == ""


def test_a_card_moves_to_an_objective(client_of, ada, make_item, product):
    item = make_item()
    objective = services.create_objective(product, by=ada, title="Instant")
    to = f"{item.key}:{item.version}:{objective.pk}"
    client_of(ada).post(f"{BOARD}move/", {"to": to, "back": "by=objective"})
    assert fresh(item).objective == objective


def test_a_key_that_no_item_can_have_moves_nothing(client_of, ada, make_item):
    make_item()
    assert client_of(ada).post(f"{BOARD}move/", {"to": "a\x00b:1:done"}).status_code == 404


def test_a_card_that_moved_on_is_not_moved(client_of, ada, lena, make_item):
    item = make_item()
    to = f"{item.key}:{item.version}:done"
    services.edit_item(item, by=lena, version=None, kind="bet")
    page = client_of(ada).post(f"{BOARD}move/", {"to": to}, follow=True).content.decode()
    assert f"{item.key} was not moved" in page
    assert fresh(item).state == "planned"


@pytest.mark.parametrize("to", ["", "PAY-1", "PAY-1:1:nowhere", "OPS-1:1:done"])
def test_a_column_that_is_none_moves_nothing(client_of, ada, make_item, to):
    item = make_item()
    client_of(ada).post(f"{BOARD}move/", {"to": to})
    assert fresh(item).state == "planned"


def test_a_viewer_has_no_menu(client_of, vic, make_item):
    make_item()
    assert "data-move" not in columns(client_of(vic))["planned"]


def test_a_column_shows_some_cards_and_counts_the_others(client_of, vic, make_item, monkeypatch):
    monkeypatch.setattr(board, "CARDS", 2)
    for _ in range(3):
        make_item()
    found = columns(client_of(vic))["planned"]
    assert found.count('class="card"') == 2
    assert ">1 more</a>" in found
    assert "/p/PAY/items/?q=status:planned" in found


def test_the_filter_is_that_of_the_list(client_of, vic, make_item):
    make_item(title="Refunds"), make_item(title="Wallets")
    found = columns(client_of(vic), "?q=refunds")
    assert "Refunds" in found["planned"]
    assert "Wallets" not in found["planned"]


def test_what_people_typed_is_escaped(client_of, vic, make_item):
    make_item(title="<b>&\"'")
    assert "<b>&" not in columns(client_of(vic))["planned"]


def test_an_empty_board_says_how_to_begin(client_of, ada, product):
    assert b"Add the first item" in client_of(ada).get(BOARD).content


def test_twice_the_cards_cost_the_same_queries(client_of, vic, make_item):
    client = client_of(vic)

    def queries() -> int:
        make_item(), make_item()
        with CaptureQueriesContext(connection) as captured:
            client.get(BOARD)
        return len(captured)

    client.get(BOARD)
    few = queries()
    assert few == queries()
    assert few <= 15
