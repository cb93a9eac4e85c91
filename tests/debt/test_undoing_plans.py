"""What was decided about debt is taken back by one Undo, or refused with the reason."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from debt import services
from debt.models import DebtItem
from roadmaps.models import CapacityEffect, Item, ItemLink
from roadmaps.services import move_item
from tpm import operations
from tpm.models import Operation

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def plan(browser, item, **more):
    data = {"version": item.version, "title": "Pay it", "place": "first"} | more
    return browser.post(f"/d/{item.key}/plan/", data, follow=True)


def undo(browser):
    return browser.post("/p/PAY/undo/", HTTP_ACCEPT="application/json")


def redo(browser):
    return browser.post("/p/PAY/redo/", HTTP_ACCEPT="application/json")


def test_one_undo_takes_back_all_that_planning_did(make_debt, make_item, client_of, ada, team):
    ahead, item, browser = make_item(team=team), make_debt(), client_of(ada)
    page = plan(browser, item).content.decode()
    work = fresh(item).item
    assert f"Planned as {work.key}" in page
    assert "/undo/" in page
    assert work.rank < ahead.rank
    effect = CapacityEffect.objects.get(item=work)
    assert undo(browser).status_code == 200
    assert (fresh(item).state, fresh(item).item) == (DebtItem.State.OPEN, None)
    assert fresh(work).state == Item.State.DROPPED
    assert not CapacityEffect.objects.exists()
    assert redo(browser).status_code == 200
    assert (fresh(item).state, fresh(item).item) == (DebtItem.State.PLANNED, work)
    again = CapacityEffect.objects.get()
    assert (again.item, again.team, again.p50) == (work, effect.team, effect.p50)
    assert fresh(work).state == work.state
    assert undo(browser).status_code == 200
    assert fresh(item).state == DebtItem.State.OPEN


def test_planning_stays_where_somebody_began_the_work_since(make_debt, client_of, ada, mel):
    item, browser = make_debt(), client_of(ada)
    plan(browser, item)
    work = fresh(item).item
    move_item(work, by=mel, state=Item.State.IN_PROGRESS)
    answer = undo(browser)
    assert answer.status_code == 409
    assert "mel changed the state" in answer.json()["words"]
    assert fresh(item).state == DebtItem.State.PLANNED
    assert CapacityEffect.objects.filter(item=work).exists()


def test_several_that_were_planned_together_go_back_as_one(make_debt, client_of, ada, product):
    first, second = make_debt(title="First"), make_debt(title="Second")
    services.add_need(second, by=ada, needed=first)
    for item in (first, second):
        item.refresh_from_db()
    browser = client_of(ada)
    with operations.recorded(product, by=ada) as done:
        made = services.plan_together([(first, None), (second, None)], by=ada)
        done.words = services.planned_words(made)
    assert ItemLink.objects.filter(predecessor=made[0], successor=made[1]).exists()
    assert undo(browser).status_code == 200
    assert {fresh(item).state for item in (first, second)} == {DebtItem.State.OPEN}
    assert not ItemLink.objects.exists()
    assert not CapacityEffect.objects.exists()


def test_the_button_of_the_payoff_view_can_be_undone(make_debt, client_of, ada):
    item = make_debt(principal_p10_days=1, principal_p50_days=2, principal_p90_days=3)
    browser = client_of(ada)
    address = reverse("debt:payoff", args=["PAY"])
    sent = {"budget": "10", "place": "first", "pick": [f"{item.pk}:{item.version}"]}
    page = browser.post(address, sent, follow=True).content.decode()
    assert f"Planned as {fresh(item).item.key}" in page
    assert Operation.objects.get().ability == "plan"
    assert undo(browser).status_code == 200
    assert fresh(item).state == DebtItem.State.OPEN


def accept(browser, item, **more):
    day = timezone.localdate() + datetime.timedelta(days=30)
    data = {"version": item.version, "until": day.isoformat(), "why": "Later."} | more
    return browser.post(f"/d/{item.key}/accept/", data, follow=True)


def test_accepting_says_so_and_is_taken_back(make_debt, client_of, lena):
    item, browser = make_debt(), client_of(lena)
    page = accept(browser, item).content.decode()
    assert f"{item.key} is accepted until" in page
    assert "/undo/" in page
    assert undo(browser).status_code == 200
    assert (fresh(item).state, fresh(item).accepted_until) == (DebtItem.State.OPEN, None)
    assert redo(browser).status_code == 200
    assert fresh(item).state == DebtItem.State.ACCEPTED


def test_opening_again_is_taken_back_with_the_work_that_was_to_pay(make_debt, client_of, ada):
    item, browser = make_debt(), client_of(ada)
    plan(browser, item)
    work = fresh(item).item
    data = {"version": fresh(item).version, "why": "Not now."}
    assert browser.post(f"/d/{item.key}/reopen/", data).status_code == 302
    assert fresh(work).state == Item.State.DROPPED
    assert undo(browser).status_code == 200
    assert (fresh(item).state, fresh(item).item) == (DebtItem.State.PLANNED, work)
    assert fresh(work).state == work.state
    assert CapacityEffect.objects.filter(item=work).exists()


def test_what_is_planned_already_says_so_at_once_and_names_its_work(make_debt, client_of, ada):
    item, browser = make_debt(), client_of(ada)
    plan(browser, item)
    work = fresh(item).item
    page = browser.get(f"/d/{item.key}/plan/").content.decode()
    assert f"{item.key} is planned already." in page
    assert work.get_absolute_url() in page
    assert "Put it into the plan" not in page
    assert plan(browser, fresh(item)).status_code == 422
    assert Item.objects.filter(kind=Item.Kind.DEBT).count() == 1
