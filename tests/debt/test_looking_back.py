"""90 days after a pay-off: what it promised against what was measured."""

import datetime

import pytest
from django.utils import timezone

from debt import contract_queries, refresh, services, tasks
from debt.models import (
    DebtItem,
    DebtOutcome,
    DebtScore,
)
from roadmaps import services as roadmap
from roadmaps.models import Actual
from tests.debt.conftest import days_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(make_debt, lena):
    """Debt that was planned, done in twelve days and paid 100 days ago, tapped before and after."""

    def make(*, taps_before=6, taps_after=1, took: float | None = 12, days: int = 100, **fields):
        item = make_debt(scored=False, **fields)
        refresh.refresh_scores(item.team_id)
        DebtItem.objects.filter(pk=item.pk).update(
            state="paid", closed_on=timezone.localdate() - datetime.timedelta(days=days),
            hurts_since=timezone.localdate() - datetime.timedelta(days=days + 300),
        )  # fmt: skip
        item.refresh_from_db()
        newest = item.latest_score
        backdated = {
            field.attname: getattr(newest, field.attname)
            for field in DebtScore._meta.concrete_fields
            if field.name not in ("id", "at")
        }
        DebtScore.objects.bulk_create([DebtScore(at=days_ago(days + 5), **backdated)])
        for count, age in ((taps_before, days + 20), (taps_after, days - 40)):
            for _ in range(count):
                services.tap(item, minutes=60, at=days_ago(age))
        if took is not None:
            work = roadmap.create_item(item.product, by=lena, title="Pay it", kind="debt")
            Actual.objects.create(item=work, person_days=took, source="typed", by=lena)
            DebtItem.objects.filter(pk=item.pk).update(item=work)
            item.refresh_from_db()
        return item

    return make


def test_a_pay_off_is_looked_back_on_once(paid):
    item = paid()
    row = services.look_back(item.pk)
    assert (row.verdict, row.facts["took"], row.paid_on) == ("held", 12, item.closed_on)
    assert services.look_back(item.pk) is None
    assert DebtOutcome.objects.count() == 1


def test_the_facts_hold_promise_and_measurement(paid):
    services.look_back(paid().pk)
    facts = DebtOutcome.objects.get().facts
    assert facts["promise"]["principal"] == [5, 10, 20]
    assert facts["promise"]["relief"] == pytest.approx(2.3 * 0.8)
    assert (facts["before"]["taps"], facts["after"]["taps"]) == (6, 1)
    assert facts["before"]["tapped_days"] == pytest.approx(6 / 8 / (90 / 30.4375))
    assert facts["share_come"] == pytest.approx((1 - 1 / 6) / 0.8)


def test_before_ninety_days_nothing_is_said(paid):
    item = paid(days=89)
    assert services.look_back(item.pk) is None
    assert not contract_queries.to_look_back_on(timezone.localdate()).exists()


def test_what_nobody_tapped_is_not_known(paid):
    row = services.look_back(paid(taps_before=0, taps_after=0).pk)
    assert row.verdict == "unknown"
    assert row.facts["before"]["tapped_days"] is None


def test_the_morning_looks_back_on_what_is_due(paid, monkeypatch):
    due, early = paid(), paid(days=50, title="Later")
    sent = []
    monkeypatch.setattr(tasks.look_back, "delay", sent.append)
    tasks.morning()
    assert sent == [due.pk]
    tasks.look_back(due.pk)
    tasks.morning()
    assert sent == [due.pk]
    assert early.outcomes.count() == 0


def test_debt_that_was_opened_again_is_not_looked_back_on(paid, lena):
    item = paid()
    services.reopen(item, by=lena, version=None, why="It is back.")
    assert services.look_back(item.pk) is None


def test_touches_of_both_sides_are_shown_where_history_knows_them(paid, read):
    read(20, 30, 110, 120, 130, 150)
    services.look_back(paid(paths=["search.py"]).pk)
    facts = DebtOutcome.objects.get().facts
    assert (facts["before"]["changes"], facts["after"]["changes"]) == (4, 2)
    assert facts["after"]["touch_rate"] == pytest.approx(2 / (90 / 30.4375))


def test_a_history_that_ends_before_the_ninety_days_says_nothing_of_them(paid, read):
    read(110, 120, looked=days_ago(60))
    services.look_back(paid(paths=["search.py"]).pk)
    facts = DebtOutcome.objects.get().facts
    assert (facts["before"]["changes"], facts["after"]["changes"]) == (2, None)
