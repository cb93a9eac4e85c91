"""“It cost me 15 minutes”: what is kept of taps, and what they teach."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from debt import refresh, services
from debt.models import (
    DebtOutcome,
    DebtTap,
    HistoryRun,
    TapWithdrawal,
)
from debt.queries import contract as contract_queries
from tests.debt.conftest import days_ago
from tpm import history

pytestmark = pytest.mark.django_db


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
