"""Sentences of the debt pages say what they are about."""

import pytest
from django.urls import reverse

from debt import queries, quick_add, services

pytestmark = pytest.mark.django_db


def test_who_may_not_close_debt_is_not_told_of_accepting_alone(make_debt, client_of, mel):
    answer = client_of(mel).post(f"/d/{make_debt().key}/not-debt/", {"why": "x"})
    assert answer.status_code == 403
    assert "To accept debt, or close it without paying, in Payments" in answer.content.decode()


def test_who_may_not_import_debt_is_not_told_of_items(client_of, mel, product):
    answer = client_of(mel).get(reverse("debt:csv-new", args=["PAY"]))
    assert answer.status_code == 403
    assert "To import a file in Payments" in answer.content.decode()


def test_a_cost_of_nothing_is_no_estimate(make_debt, client_of, mel):
    item = make_debt()
    body = {"days": "0", "kind": "changes"}
    html = client_of(mel).post(f"/d/{item.key}/interest/", body).content.decode()
    assert "Type more than 0 days." in html
    assert "An estimate" not in html


def test_a_line_that_names_nobody_is_not_counted(client_of, ada, product):
    text = "* @a\n/docs/\n*.py @a @b\n"
    row = services.give_owners(product, by=ada, repository="shop", text=text)
    assert row.rules == 2


def test_the_marks_of_the_table_are_understood(client_of, mel, product):
    model = queries.current_model().parameters
    html = client_of(mel).get("/p/PAY/debt/new/").content.decode()
    for word in model["slow_down"]:
        mark = quick_add.mark_of(word)
        assert f"<code>+{mark}</code>" in html
        assert quick_add.parse(f"Slow +{mark}", model, {}).slow_down == word
    assert "<code>+double</code>" in html


def test_what_held_may_have_taken_nobody_knows_how_long(client_of, mel, product):
    html = client_of(mel).get(reverse("debt:worth", args=["PAY"])).content.decode()
    assert "or how long it took is not known" in html


def test_the_page_of_badges_says_what_their_title_tells(client_of, ada, product):
    html = client_of(ada).get(reverse("debt:badge-list", args=["PAY"])).content.decode()
    assert "Its title tells both shares and the day" in html
