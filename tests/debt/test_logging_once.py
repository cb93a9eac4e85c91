"""Logging from the page: one wish is one item, and one Undo takes it back."""

import datetime

import pytest
from django.urls import reverse

from debt import refresh
from debt.models import DebtItem
from tpm.models import Comment, Operation

LIST, NEW = "/p/PAY/debt/", "/p/PAY/debt/new/"
LINE = {"line": "Tax rules hard-wired billing/tax.py ~M =2", "then": "stay"}
pytestmark = pytest.mark.django_db


def undo(browser, **said):
    return browser.post("/p/PAY/undo/", **(said or {"HTTP_ACCEPT": "application/json"}))


@pytest.mark.parametrize("address", [LIST, NEW])
def test_enter_pressed_again_and_again_logs_one_item(client_of, mel, product, address):
    browser = client_of(mel)
    answers = [browser.post(address, LINE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302] * 4
    assert DebtItem.objects.count() == Operation.objects.count() == 1
    assert "Logged PAY-D1 Tax rules" in browser.get(LIST).content.decode()


def test_pressed_again_it_opens_the_item_that_was_logged(client_of, mel, product):
    browser = client_of(mel)
    urls = [browser.post(LIST, LINE | {"then": "open"}).url for _ in range(2)]
    assert urls == ["/d/PAY-D1/"] * 2


def test_other_words_another_person_and_a_later_day_log_another(client_of, mel, ada, product):
    client_of(mel).post(LIST, LINE)
    client_of(mel).post(LIST, LINE | {"line": LINE["line"] + "!"})
    client_of(ada).post(LIST, LINE)
    assert DebtItem.objects.count() == 3
    Operation.objects.update(at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC))
    client_of(mel).post(LIST, LINE)
    assert DebtItem.objects.count() == 4


def test_what_was_taken_back_is_logged_anew(client_of, mel, product):
    browser = client_of(mel)
    browser.post(LIST, LINE)
    assert undo(browser).status_code == 200
    browser.post(LIST, LINE)
    assert list(DebtItem.objects.values_list("key", flat=True)) == ["PAY-D2"]


def test_the_toast_has_undo_and_a_link_to_the_item(client_of, mel, product):
    page = client_of(mel).post(LIST, LINE, follow=True).content.decode()
    address = reverse("tpm:undo-one", args=["PAY", Operation.objects.get().pk])
    toast = page[page.index("Logged PAY-D1") :]
    assert toast.index('href="/d/PAY-D1/"') < toast.index(f'action="{address}"')


def test_one_undo_takes_back_the_item_with_all_that_the_line_said(client_of, mel, product, team):
    browser = client_of(mel)
    browser.post(LIST, LINE | {"line": f"{LINE['line']} @{team.slug}"})
    refresh.refresh_scores(team.pk)
    answer = undo(browser).json()
    assert answer["words"].startswith("Undone: Logged PAY-D1")
    assert not DebtItem.objects.exists()


def test_undo_on_the_page_of_the_item_leads_to_a_page_that_is_there(client_of, mel, product):
    browser = client_of(mel)
    page = browser.post(LIST, LINE | {"then": "open"}, follow=True).content.decode()
    assert f"/undo/{Operation.objects.get().pk}/" in page
    here = "http://testserver/d/PAY-D1/"
    after = browser.post("/p/PAY/undo/", headers={"referer": here}, follow=True)
    assert after.status_code == 200
    assert "Undone: Logged PAY-D1" in after.content.decode()


def test_what_somebody_spoke_of_since_stays(client_of, mel, ada, product):
    browser = client_of(mel)
    browser.post(LIST, LINE)
    item = DebtItem.objects.get()
    Comment.objects.create(
        subject_type="debt.debtitem", subject_id=item.pk, product=product, by=ada, body="Seen."
    )
    answer = undo(browser)
    assert (answer.status_code, DebtItem.objects.count()) == (409, 1)
    assert "somebody commented on it" in answer.json()["words"]
