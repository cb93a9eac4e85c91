"""Two people edit debt at once: what one did not touch keeps what the other wrote."""

import pytest

from debt import services
from tests.forms_on_pages import fields_of

EDIT = "/d/PAY-D1/edit/"
pytestmark = pytest.mark.django_db


def test_save_mine_keeps_theirs_where_i_touched_nothing(make_debt, client_of, mel, ada):
    item, browser = make_debt(description="As it was.\nTwo lines."), client_of(mel)
    sent = fields_of(browser.get(EDIT), title="Mine")
    services.change_item(item, by=ada, version=None, title="Theirs", tags=["m"])
    conflict = browser.post(EDIT, sent)
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "Theirs" in page
    assert "Tags" not in page
    assert browser.post(EDIT, fields_of(conflict)).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.tags) == ("Mine", ["m"])
    assert item.description == "As it was.\nTwo lines."


def test_the_first_words_typed_again_are_mine(make_debt, client_of, mel, ada):
    """In the conflict one may decide for what stood there when the form was opened."""
    item, browser = make_debt(title="First"), client_of(mel)
    sent = fields_of(browser.get(EDIT), title="Mine")
    services.change_item(item, by=ada, version=None, title="Theirs")
    conflict = browser.post(EDIT, sent)
    browser.post(EDIT, fields_of(conflict, title="First"))
    item.refresh_from_db()
    assert item.title == "First"


def test_what_i_emptied_is_mine(make_debt, client_of, mel, ada):
    item, browser = make_debt(tags=["old"]), client_of(mel)
    sent = fields_of(browser.get(EDIT), tags="")
    services.change_item(item, by=ada, version=None, tags=["old", "m"])
    conflict = browser.post(EDIT, sent)
    assert "Tags" in conflict.content.decode()
    browser.post(EDIT, fields_of(conflict))
    item.refresh_from_db()
    assert item.tags == []


def test_a_form_that_came_back_with_an_error_still_knows_what_i_changed(
    make_debt, client_of, mel, ada
):
    item, browser = make_debt(), client_of(mel)
    wrong = browser.post(EDIT, fields_of(browser.get(EDIT), title="Mine", tags="no tag!"))
    assert wrong.status_code == 422
    services.change_item(item, by=ada, version=None, size="L")
    conflict = browser.post(EDIT, fields_of(wrong, tags="good"))
    assert conflict.status_code == 409
    browser.post(EDIT, fields_of(conflict))
    item.refresh_from_db()
    assert (item.title, item.tags, item.size) == ("Mine", ["good"], "L")


@pytest.mark.parametrize("opened", ["", "no json", "[1]", '{"title": {"a": 1}}'])
def test_a_form_that_does_not_say_what_it_was_opened_with_means_all_of_it(
    make_debt, client_of, mel, opened
):
    item, browser = make_debt(), client_of(mel)
    sent = fields_of(browser.get(EDIT), title="Mine", opened=opened)
    assert browser.post(EDIT, sent).status_code == 302
    item.refresh_from_db()
    assert item.title == "Mine"
