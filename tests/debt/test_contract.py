"""Taps, ceilings of an acceptance, and pay-offs looked back on: what services and mornings do."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from debt import contract_queries, refresh, services, tasks
from debt.models import (
    DebtItem,
    DebtOutcome,
    DebtScore,
    DebtTap,
    HistoryRun,
    MinedChange,
    TapWithdrawal,
)
from debt.ranges import Range
from roadmaps import services as roadmap
from roadmaps.models import Actual
from tpm import history
from tradeoffs import services as decisions
from tradeoffs.models import Decision, Firing, RevisitTrigger

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


# Taps


def test_a_tap_is_fifteen_minutes_of_nobody(make_debt, mel):
    item = make_debt(scored=False)
    row = services.tap(item, by=mel)
    assert (row.minutes, row.source) == (15, "page")
    assert {field.name for field in DebtTap._meta.get_fields()} == {
        "id", "item", "minutes", "at", "source", "reference", "withdrawal"
    }  # fmt: skip
    assert {field.name for field in TapWithdrawal._meta.get_fields()} == {"id", "tap", "at"}


def test_a_tap_leaves_no_line_of_history_by_name(make_debt, mel):
    item = make_debt(scored=False)
    before = history.changes_of(item).count()
    services.tap(item, by=mel)
    assert history.changes_of(item).count() == before


def test_the_same_commit_counts_once(make_debt):
    item = make_debt(scored=False)
    first = services.tap(item, minutes=60, at=days_ago(3), source="commit:4f2a9c1")
    again = services.tap(item, minutes=60, at=days_ago(3), source="commit:4f2a9c1")
    assert services.tap(item, source=f"commit:4f2a9c1{0:033}") == first
    assert first == again
    assert item.taps.count() == 1


def test_one_commit_may_name_two_items(make_debt):
    for item in (make_debt(scored=False), make_debt(scored=False, title="Other")):
        services.tap(item, source="commit:4f2a9c1")
    assert DebtTap.objects.count() == 2


def test_taps_without_a_reference_all_count(make_debt, mel):
    item = make_debt(scored=False)
    for _ in range(2):
        services.tap(item, by=mel)
    assert item.taps.count() == 2


@pytest.mark.parametrize("minutes", [0, -5, 2401])
def test_no_time_and_more_than_a_week_are_refused(make_debt, minutes):
    with pytest.raises(ValidationError, match="at most a week"):
        services.tap(make_debt(scored=False), minutes=minutes)


def test_a_tap_of_tomorrow_is_refused(make_debt):
    with pytest.raises(ValidationError, match="not a moment to come"):
        services.tap(make_debt(scored=False), at=days_ago(-1))


def test_paid_debt_is_tapped_all_the_same_and_what_never_was_debt_is_not(make_debt, lena):
    paid, none = make_debt(), make_debt(title="Taste")
    services.mark_paid(paid, by=lena)
    services.declare_not_debt(none, by=lena, version=None, why="Taste.")
    services.tap(paid)
    with pytest.raises(ValidationError, match="not debt: it costs nothing"):
        services.tap(none)


@pytest.mark.parametrize("table", [DebtTap, DebtOutcome])
def test_what_was_told_stays_as_it_was_told(make_debt, table):
    item = make_debt(scored=False)
    if table is DebtTap:
        services.tap(item)
        change = {"minutes": 1}
    else:
        DebtOutcome.objects.create(
            item=item, paid_on=timezone.localdate(), verdict="held", facts={}
        )
        change = {"verdict": "not"}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        table.objects.update(**change)


def test_taps_without_history_move_no_score(make_debt, team):
    item = make_debt(slow_down="a third")
    before = item.latest_score_id
    services.tap(item)
    assert item.taps.exists()
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    assert item.latest_score_id == before


@pytest.fixture
def read(product):
    """A history of changes of search.py, one for each of the ages in days, with their trailers."""

    def go(*ages: float, taps=(), looked=None) -> HistoryRun:
        run = HistoryRun.objects.create(
            product=product, repository="shop", source="upload", ready=True, tip="f" * 40,
            files=[["search.py", 100, len(ages), "2026-01-01"]], files_in_all=1,
            looked_at=looked or timezone.now(), read=len(ages), counted=len(ages),
        )  # fmt: skip
        MinedChange.objects.bulk_create(
            MinedChange(
                run=run, commit=f"{place:040}", at=days_ago(age), paths=["search.py"],
                taps=[list(tap) for tap in taps] if place == 0 else [],
            )
            for place, age in enumerate(ages)
        )  # fmt: skip
        return run

    return go


def test_taps_move_the_slow_down_once_changes_are_known(make_debt, team, read):
    read(1, 2, 3, 30)
    item = make_debt(slow_down="a third", paths=["search.py"])
    assert item.latest_score.inputs["slow_down"][1] == pytest.approx(0.3)
    services.tap(item, minutes=120, at=days_ago(4))
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    # 0.25 pd over 3 changes of 0.5 pd: 0.2 observed; (1 · 0.2 + 5 · 0.3) / 6
    assert item.latest_score.inputs["slow_down"][1] == pytest.approx(0.28333, abs=1e-4)
    assert item.latest_score.inputs["sources"]["slow_down"] == "measured and declared"


def test_a_tap_makes_its_team_due_once_changes_are_known(make_debt, read, team):
    waiting = make_debt()
    before = team.debt_ledger.revision
    services.tap(waiting)
    team.debt_ledger.refresh_from_db()
    assert team.debt_ledger.revision == before
    read(1, 2)
    services.tap(make_debt(slow_down="a third", paths=["search.py"]))
    team.debt_ledger.refresh_from_db()
    assert team.debt_ledger.revision > before


def test_taps_alone_say_the_slow_down_where_nobody_did(make_debt, team, read):
    read(1, 2, 3)
    item = make_debt(paths=["search.py"])
    services.tap(item, minutes=120, at=days_ago(4))
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    assert item.latest_score.inputs["slow_down"][1] == pytest.approx(0.2)


def test_trailers_of_commits_are_taps_and_leave_with_their_reading(make_debt, read):
    item = make_debt(scored=False)
    run = read(3, taps=[("PAY-D1", 60.0), ("PAY-D9", 5.0)])
    services.tap(item)
    assert contract_queries.taps_of([item], window_days=180)[item.pk].minutes == 75
    HistoryRun.objects.filter(pk=run.pk).update(undone_at=timezone.now())
    assert contract_queries.taps_of([item], window_days=180)[item.pk].minutes == 15


def test_a_commit_that_was_told_as_a_tap_counts_once(make_debt, read):
    item = make_debt(scored=False)
    read(3, taps=[("PAY-D1", 60.0)])
    services.tap(item, minutes=60, at=days_ago(3), source=f"commit:{0:07}")  # abbreviated
    assert contract_queries.taps_of([item], window_days=180)[item.pk].count == 1


def test_only_taps_of_the_window_count(make_debt):
    item = make_debt(scored=False)
    services.tap(item, at=days_ago(200))
    services.tap(item, minutes=30, at=days_ago(10))
    found = contract_queries.taps_of([item], window_days=180)[item.pk]
    assert (found.count, found.minutes) == (1, 30)
    assert found.first_on == days_ago(10).date()


# Acceptance with a ceiling


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


# Deliberate debt


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


# Still true?


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


# Was it worth it?


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
