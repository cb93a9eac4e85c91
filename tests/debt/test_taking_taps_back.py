"""Whoever tapped takes the tap back, for a while; nothing is kept of who that was."""

import json
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from debt import services
from debt.models import DebtTap, TapWithdrawal
from debt.queries import contract as contract_queries
from tests.debt.conftest import days_ago


@pytest.fixture
def item(make_debt):
    return make_debt(scored=False)


def counted(item):
    found = contract_queries.taps_of([item], window_days=180).get(item.pk)
    return found.count if found else 0


def test_a_press_is_taken_back_by_whoever_pressed(item, client_of, mel):
    browser = client_of(mel)
    tap, undo = f"/d/{item.key}/tap/", f"/d/{item.key}/tap/undo/"
    browser.post(tap)
    assert "Take back 15 min" in browser.get(f"/d/{item.key}/").content.decode()
    browser.post(undo)
    assert counted(item) == 0
    assert "Take back 15 min" not in browser.get(f"/d/{item.key}/").content.decode()
    assert DebtTap.objects.count() == 1  # what happened stays, and counts no more


def test_in_place_the_button_comes_and_goes(item, client_of, mel):
    browser = client_of(mel)
    asks = {"headers": {"HX-Request": "true", "HX-Target": "taps"}}
    pressed = browser.post(f"/d/{item.key}/tap/", **asks).content.decode()
    assert "Take back 15 min" in pressed
    taken = browser.post(f"/d/{item.key}/tap/undo/", **asks)
    assert "Take back" not in taken.content.decode()
    assert "0 this week" in taken.content.decode()
    assert "Taken back: 15 minutes." in taken.headers["HX-Trigger"]


def test_each_of_two_presses_is_taken_back(item, client_of, mel):
    browser, undo = client_of(mel), f"/d/{item.key}/tap/undo/"
    for _ in range(2):
        browser.post(f"/d/{item.key}/tap/")
    for left in (1, 0):
        page = browser.get(f"/d/{item.key}/").content.decode()
        assert "Take back 15 min" in page
        browser.post(undo)
        assert counted(item) == left
    assert "Take back 15 min" not in browser.get(f"/d/{item.key}/").content.decode()


def test_a_press_elsewhere_between_hides_nothing(item, make_debt, client_of, mel):
    other, browser = make_debt(scored=False, title="Other"), client_of(mel)
    for key in (item.key, other.key):
        browser.post(f"/d/{key}/tap/")
    browser.post(f"/d/{item.key}/tap/undo/")
    assert (counted(item), counted(other)) == (0, 1)


def test_the_cookie_has_room_for_what_it_keeps(item, client_of, mel):
    browser = client_of(mel)
    for _ in range(25):
        browser.post(f"/d/{item.key}/tap/")
    assert len(browser.cookies["tapped"].OutputString()) < 4000
    for _ in range(25):
        browser.post(f"/d/{item.key}/tap/undo/")
    assert counted(item) == 5  # the last twenty can be taken back


@pytest.mark.parametrize("swapped", [True, False])
def test_the_toast_of_a_press_offers_undo(item, client_of, mel, swapped):
    browser, undo = client_of(mel), f"/d/{item.key}/tap/undo/"
    if swapped:
        asks = {"headers": {"HX-Request": "true"}}
        answer = browser.post(f"/d/{item.key}/tap/", **asks)
        assert json.loads(answer.headers["HX-Trigger"])["toast"]["undo"] == undo
    else:
        page = browser.post(f"/d/{item.key}/tap/", follow=True).content.decode()
        toast = page[page.index("15 minutes lost to") :]
        assert f'action="{undo}"' in toast
    browser.post(undo)
    assert counted(item) == 0


def test_nobody_else_takes_it_back(item, mel, lena):
    receipt = services.receipt(services.tap(item, by=mel), by=mel)
    for by in (lena, None):
        with pytest.raises(ValidationError, match="by whoever tapped"):
            services.withdraw_tap(item, receipt, by=by)
    assert counted(item) == 1


def test_a_receipt_is_of_one_item_and_cannot_be_made_up(item, make_debt, mel):
    receipt = services.receipt(services.tap(item, by=mel), by=mel)
    for other, said in ((make_debt(scored=False, title="Other"), receipt), (item, receipt + "x"),
                        (item, "")):  # fmt: skip
        with pytest.raises(ValidationError):
            services.withdraw_tap(other, said, by=mel)
    assert counted(item) == 1


def test_after_a_while_it_stays(item, mel, monkeypatch):
    receipt = services.receipt(services.tap(item, by=mel), by=mel)
    later = time.time() + 16 * 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(ValidationError, match="15 minutes"):
        services.withdraw_tap(item, receipt, by=mel)


def test_it_is_taken_back_once(item, mel):
    receipt = services.receipt(services.tap(item, by=mel), by=mel)
    services.withdraw_tap(item, receipt, by=mel)
    with pytest.raises(ValidationError, match="once"):
        services.withdraw_tap(item, receipt, by=mel)
    assert TapWithdrawal.objects.count() == 1


def test_a_reference_told_again_gives_no_receipt_for_the_tap_of_another(item, client_of, ada, mel):
    def send(browser, **said):
        url = f"/api/v1/debt-items/{item.key}/taps/"
        return browser.post(url, said, content_type="application/json")

    told = {"minutes": 90, "at": days_ago(5).isoformat(), "reference": "ci-17"}
    first = send(client_of(ada), **told)
    assert first.status_code == 201
    for browser in (client_of(mel), client_of(ada)):
        again = send(browser, **told)
        assert (again.status_code, again.json()["minutes"]) == (201, 90)
        assert "receipt" not in again.json()
    assert services.tap_with_receipt(item, by=mel, source="api:ci-17")[1] == ""
    services.withdraw_tap(item, first.json()["receipt"], by=ada)
    assert counted(item) == 0


def test_a_commit_that_was_taken_back_is_not_told_again(item, mel, read):
    read(3, taps=[(item.key, 60.0)])
    row = services.tap(item, minutes=60, at=days_ago(3), source=f"commit:{0:040}", by=mel)
    services.withdraw_tap(item, services.receipt(row, by=mel), by=mel)
    assert counted(item) == 0


def test_the_database_keeps_a_withdrawal(item, mel):
    row = services.tap(item, by=mel)
    services.withdraw_tap(item, services.receipt(row, by=mel), by=mel)
    with pytest.raises(DatabaseError), transaction.atomic():
        TapWithdrawal.objects.update(at=timezone.now())


def test_the_api_answers_with_what_takes_it_back(item, client_of, mel):
    client = client_of(mel)
    url = f"/api/v1/debt-items/{item.key}/taps/"

    def send(path, **said):
        return client.post(path, said, content_type="application/json")

    receipt = send(url).json()["receipt"]
    assert [row["minutes"] for row in client.get(url).json()] == [15]
    assert send(url + "withdraw/", receipt=receipt).status_code == 204
    assert client.get(url).json() == []
    assert send(url + "withdraw/", receipt=receipt).status_code == 400
