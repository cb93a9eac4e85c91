"""Taps, ceilings of an acceptance, and pay-offs looked back on: what services and mornings do."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from debt import refresh, services, tasks
from debt.maths.ranges import Range
from debt.models import (
    DebtItem,
)
from debt.queries import contract as contract_queries
from tests.debt.conftest import days_ago
from tpm import history
from tradeoffs import services as decisions
from tradeoffs.models import Decision, Firing, RevisitTrigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def accept(lena):
    def go(item, ceiling: float | None = 3.0, **fields):
        values = {"until": None, "trigger": "the relaunch", "why": "Later."} | fields
        services.accept_until(item, by=lena, version=None, ceiling=ceiling, **values)
        return item

    return go


@pytest.fixture
def decision(product, mel, lena):
    made = decisions.draft_decision(
        product, by=mel, title="Ship it", options=["Now", "Later"], criteria=["Speed"],
        driver=lena.person,
    )  # fmt: skip
    for option in made.options.all():
        decisions.score_cell(option, made.criteria.get(), by=mel, version=None, p50=5)
    made.refresh_from_db()
    decisions.submit_for_review(made, by=mel, version=None)
    decisions.review(
        made, by=lena, version=None, verdict="approve", reason="Yes", chosen=made.options.first()
    )
    made.refresh_from_db()
    assert made.state == Decision.State.ACCEPTED
    return made


def rise(item, days: float) -> None:
    """Interest goes up, as the worker finds it."""
    services.declare_interest(item, by=item.reporter, days=Range(days, days, days))
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()


def test_a_ceiling_stands_beside_the_day(make_debt, accept):
    item = accept(make_debt(), until=timezone.localdate() + datetime.timedelta(days=9))
    assert (item.state, item.accepted_ceiling_days) == ("accepted", 3.0)


def test_a_ceiling_that_is_reached_already_is_refused(make_debt, accept):
    with pytest.raises(ValidationError, match=r"costs 2\.3 days a month today"):
        accept(make_debt(), 2.3)


def test_a_ceiling_needs_a_known_cost(make_debt, accept):
    with pytest.raises(ValidationError, match="not known yet"):
        accept(make_debt(interest=None))


def test_a_ceiling_of_nothing_is_refused(make_debt, accept):
    with pytest.raises(ValidationError, match="more than nothing"):
        accept(make_debt(), 0)


def test_the_database_keeps_ceilings_to_accepted_debt(make_debt):
    item = make_debt()
    item.accepted_ceiling_days = 3.0
    with pytest.raises(ValidationError, match="belongs to accepted debt"):
        item.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        DebtItem.objects.update(accepted_ceiling_days=3.0)


def test_below_its_ceiling_it_stays_accepted(make_debt, accept):
    item = accept(make_debt())
    assert list(contract_queries.acceptances_over()) == []
    assert services.follow_item(item.pk) is False


def test_a_breach_opens_the_item_again_and_says_why(make_debt, accept):
    item = accept(make_debt())
    rise(item, 3.4)
    assert list(contract_queries.acceptances_over()) == [item]
    assert services.follow_item(item.pk) is True
    item.refresh_from_db()
    assert (item.state, item.accepted_ceiling_days) == ("open", None)
    why = history.changes_of(item).order_by("-pk")[0].why
    assert "costs 3.4 days a month on average and was accepted up to 3" in why


def test_the_morning_finds_what_is_over(make_debt, accept, monkeypatch):
    over, held = accept(make_debt()), accept(make_debt(title="Other"))
    rise(over, 3.4)
    sent = []
    monkeypatch.setattr(tasks.follow_item, "delay", sent.append)
    tasks.morning()
    assert sent == [over.pk]
    assert held.pk not in sent


def test_a_second_look_changes_nothing(make_debt, accept):
    item = accept(make_debt())
    rise(item, 3.4)
    services.follow_item(item.pk)
    assert services.follow_item(item.pk) is False


def test_a_breach_asks_the_decision_that_took_it_on(make_debt, accept, decision, lena):
    item = accept(make_debt(decision=decision))
    trigger = item.ceiling_trigger
    assert (trigger.decision, trigger.limit, trigger.owner) == (decision, 3.0, lena.person)
    rise(item, 3.4)
    services.follow_item(item.pk)
    firing = Firing.objects.get()
    assert (firing.trigger, firing.answered_at) == (trigger, None)
    assert "now 3.4 pd a month" in firing.says


def test_a_trigger_that_has_fired_stays_for_its_answer(make_debt, accept, decision):
    item = accept(make_debt(decision=decision))
    rise(item, 3.4)
    services.follow_item(item.pk)
    item.refresh_from_db()
    assert item.ceiling_trigger is None
    assert RevisitTrigger.objects.count() == 1


@pytest.mark.parametrize("end", ["paid", "open"])
def test_what_waits_for_a_ceiling_leaves_with_the_acceptance(
    make_debt, accept, decision, lena, end
):
    item = accept(make_debt(decision=decision))
    services.move(item, end, by=lena, version=None, why="So.")
    assert RevisitTrigger.objects.count() == 0


def test_a_new_ceiling_replaces_the_old_one_at_the_decision(make_debt, accept, decision):
    item = accept(make_debt(decision=decision))
    accept(item, 5.0)
    assert [row.limit for row in RevisitTrigger.objects.all()] == [5.0]


def test_a_decision_named_later_waits_as_well(make_debt, accept, decision, lena):
    item = accept(make_debt())
    assert item.ceiling_trigger is None
    services.change_item(item, by=lena, version=None, decision=decision)
    item.refresh_from_db()
    assert item.ceiling_trigger.decision == decision


def test_a_decision_that_is_over_is_not_asked(make_debt, accept, decision, lena):
    decisions.deprecate(decision, by=lena, version=None, why="Gone.")
    decision.refresh_from_db()
    item = accept(make_debt(decision=decision))
    assert (item.accepted_ceiling_days, item.ceiling_trigger) == (3.0, None)


def test_a_ceiling_is_watched_among_more_numbers_than_a_form_offers(
    make_debt, accept, decision, monkeypatch
):
    monkeypatch.setattr("tradeoffs.bindings.MOST", 1)
    for name in ("A", "B"):
        make_debt(title=name)
    assert accept(make_debt(decision=decision)).ceiling_trigger is not None


def test_deliberate_debt_names_its_decision(make_debt, decision):
    with pytest.raises(ValidationError, match="names the decision that took it on"):
        make_debt(quadrant="deliberate_reckless")
    assert make_debt(quadrant="deliberate_reckless", decision=decision).is_deliberate


def test_what_came_unawares_names_none(make_debt):
    assert not make_debt(quadrant="inadvertent_prudent").is_deliberate


def test_deliberate_debt_keeps_its_decision_when_it_is_edited(make_debt, decision, lena):
    item = make_debt(quadrant="deliberate_prudent", decision=decision)
    with pytest.raises(ValidationError, match="names the decision"):
        services.change_item(item, by=lena, version=None, decision=None)


def old(item, days: int) -> None:
    """Declared some days ago: the database writes the moment, and keeps it."""
    item.interests.model.objects.bulk_create(
        [
            item.interests.model(
                item=item, kind="changes", by=item.reporter, at=days_ago(days), p10_days=1,
                p50_days=2, p90_days=4,
            )
        ]
    )  # fmt: skip


def to_confirm() -> list[DebtItem]:
    return list(DebtItem.objects.filter(contract_queries.to_confirm(90)))


@pytest.mark.parametrize(("days", "asked"), [(89, False), (90, True), (200, True)])
def test_what_was_declared_ninety_days_ago_is_asked_again(make_debt, days, asked):
    item = make_debt(interest=None)
    old(item, days)
    assert bool(to_confirm()) is asked


def test_a_newer_declaration_of_the_kind_is_what_counts(make_debt, mel):
    item = make_debt(interest=None)
    old(item, 120)
    services.confirm_interest(item, by=mel)
    assert to_confirm() == []


def test_one_stale_kind_is_enough(make_debt, mel):
    item = make_debt(interest=None)
    old(item, 120)
    services.declare_interest(item, by=mel, days=Range(1, 1, 1), kind="events")
    assert to_confirm() == [item]
