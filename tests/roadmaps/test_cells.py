"""Values changed where they stand in the list."""

import pytest

from roadmaps import services
from roadmaps.models import Item
from tpm import operations
from tpm.models import Operation

HX = {"HX-Request": "true"}


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def test_a_value_leads_to_its_field(client_of, ada, make_item):
    item = make_item()
    page = client_of(ada).get("/p/PAY/items/").content.decode()
    for name in ("title", "owner", "horizon", "target"):
        assert f'href="/i/{item.key}/cell/{name}/"' in page


def test_a_viewer_is_offered_no_field(client_of, vic, make_item):
    make_item()
    assert "/cell/" not in client_of(vic).get("/p/PAY/items/").content.decode()


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("title", "title", "Other"), ("horizon", "horizon", "now"),
     ("target", "target_date", "2027-03-01")],
)  # fmt: skip
def test_a_cell_saves_one_field_and_is_shown_again(client_of, ada, make_item, name, field, value):
    item = make_item(kind="bet")
    url = f"/i/{item.key}/cell/{name}/"
    answer = client_of(ada).post(url, {field: value, "version": item.version}, headers=HX)
    assert answer.status_code == 200
    assert f'data-version="{item.key}:{item.version + 1}"' in answer.content.decode()
    assert (str(getattr(fresh(item), field)), fresh(item).kind) == (value, "bet")


def test_an_owner_is_chosen_in_place(client_of, ada, make_item):
    item = make_item()
    client = client_of(ada)
    url = f"/i/{item.key}/cell/owner/"
    assert "Ada" in client.get(url, headers=HX).content.decode()
    client.post(url, {"owner": ada.person.pk, "version": item.version}, headers=HX)
    assert fresh(item).owner == ada.person


def test_a_cell_is_an_operation(client_of, ada, make_item):
    item = make_item(title="Old")
    data = {"title": "New", "version": item.version}
    client_of(ada).post(f"/i/{item.key}/cell/title/", data, headers=HX)
    operations.undo(Operation.objects.get(), by=ada)
    assert fresh(item).title == "Old"


def test_an_old_version_shows_theirs_and_mine(client_of, ada, lena, make_item):
    item = make_item(title="Old")
    services.edit_item(item, by=lena, version=None, title="Theirs")
    data = {"title": "Mine", "version": 1}
    answer = client_of(ada).post(f"/i/{item.key}/cell/title/", data, headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine" in page
    assert fresh(item).title == "Theirs"


def test_what_is_wrong_is_said_at_the_field(client_of, ada, make_item):
    item = make_item()
    data = {"target_date": "soon", "version": 1}
    answer = client_of(ada).post(f"/i/{item.key}/cell/target/", data, headers=HX)
    assert answer.status_code == 422
    assert "Type a day such as 2026-03-19." in answer.content.decode()


def test_without_a_script_it_is_a_page_that_leads_back(client_of, ada, make_item):
    item = make_item()
    client = client_of(ada)
    url = f"/i/{item.key}/cell/horizon/"
    page = client.get(url, headers={"Referer": "http://testserver/p/PAY/items/?sort=title"})
    assert 'value="/p/PAY/items/?sort=title"' in page.content.decode()
    data = {"horizon": "now", "version": 1, "back": "/p/PAY/items/?sort=title"}
    assert client.post(url, data).url == "/p/PAY/items/?sort=title"


def test_escape_brings_the_value_back(client_of, ada, make_item):
    item = make_item(title="Refunds")
    page = client_of(ada).get(f"/i/{item.key}/cell/title/?done=1", headers=HX).content.decode()
    assert "Refunds</a>" in page
    assert "<form" not in page


def test_there_are_no_other_cells(client_of, ada, make_item):
    assert client_of(ada).get(f"/i/{make_item().key}/cell/state/").status_code == 404
