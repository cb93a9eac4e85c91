"""90 days after a pay-off: what it promised against what was measured."""

import datetime

import pytest
from django.utils import timezone

from debt import refresh, services, tasks
from debt.models import (
    DebtItem,
    DebtOutcome,
    DebtScore,
    MinedChange,
    TeamLedger,
)
from debt.queries import contract as contract_queries
from roadmaps import services as roadmap
from roadmaps.models import Actual
from tests.debt.conftest import days_ago
from tpm.models import Component, Membership, Person

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


@pytest.fixture
def search(product, team):
    """The team's component, which is the file of the item."""
    row = Component.objects.create(
        key="search", name="Search", owner_team=team, path_prefixes=["search.py", "other.py"]
    )
    row.products.add(product)
    return row


def spread(count, first, last):
    """Ages of so many changes, evenly between two days."""
    return [first + (last - first) * place / count for place in range(count)]


def test_the_time_of_a_change_is_compared_before_and_after(paid, read, search, team):
    read(*spread(60, 12, 97), *spread(40, 105, 185))
    item = paid(paths=["search.py"], slow_down="a third")
    row = services.look_back(item.pk)
    before, after = row.facts["before"], row.facts["after"]
    assert (before["changes"], after["changes"]) == (40, 60)
    assert after["time_per_change"] == pytest.approx(before["time_per_change"] * 40 / 60, rel=0.05)
    capacity = TeamLedger.objects.get(team=team).capacity_days
    assert after["time_per_change"] == pytest.approx(capacity * 0.6 * (90 / 30.4375) / 60, rel=0.05)
    assert row.facts["measured_by"] == "changes"
    saved = (before["time_per_change"] - after["time_per_change"]) * before["touch_rate"]
    assert row.facts["share_come"] == pytest.approx(saved / row.facts["promise"]["relief"])


def test_the_time_of_a_change_says_nothing_where_most_changes_touch_other_files(paid, read, search):
    run = read(*spread(60, 12, 97), *spread(40, 105, 185))
    MinedChange.objects.bulk_create(
        MinedChange(run=run, commit=f"{place + 500:040}", at=days_ago(age), paths=["other.py"])
        for place, age in enumerate(spread(150, 12, 185))
    )
    row = services.look_back(paid(paths=["search.py"], slow_down="a third").pk)
    assert row.facts["before"]["changes"] == 40
    assert row.facts["before"]["time_per_change"] is None
    assert row.facts["measured_by"] == "taps"


def test_the_people_of_then_count_in_the_time_of_a_change(paid, read, search, team):
    read(*spread(60, 12, 97), *spread(40, 105, 185))
    left = timezone.localdate() - datetime.timedelta(days=100)
    first = team.memberships.first()
    person = Person.objects.create(name="Somebody who left")
    Membership.objects.create(
        team=team, person=person, share=first.share, starts_on=first.starts_on, ends_on=left
    )
    row = services.look_back(paid(paths=["search.py"], slow_down="a third").pk)
    before, after = row.facts["before"], row.facts["after"]
    people = team.memberships.filter(ends_on=None).count()
    assert before["time_per_change"] / after["time_per_change"] == pytest.approx(
        (people + 1) / people * 60 / 40, rel=0.05
    )
