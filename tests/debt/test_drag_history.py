"""The past of a team's drag: what was paid since leaves it as it was."""

import datetime

import pytest
from django.utils import timezone

from debt import drag_history, queries, refresh, services
from debt.models import DebtItem, TeamLedger
from roadmaps.models import TeamDrag
from tests.debt.test_histories import read_log
from tpm.models import Change, Membership

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
SINCE = TODAY - 300 * DAY


@pytest.fixture
def pair(product, team, make_debt):
    """Two items of one file: an hour of a change to it is lost once."""
    read_log(product, *[(f"{place + 1:07x}", place, "billing/a.py") for place in range(99)])
    word = list(queries.current_model().parameters["slow_down"])[-1]
    return [
        make_debt(
            title=title, paths=["billing/a.py"], slow_down=word, interest=None, hurts_since=SINCE
        )
        for title in ("One thing", "Two other things")
    ]


def moment(days):
    return timezone.now() - days * DAY


def history_of(team):
    refresh.refresh_scores(team.pk)
    return TeamDrag.objects.filter(team=team).first().history


def test_paying_one_of_two_overlapping_items_leaves_the_past_as_it_was(pair, team):
    together = TeamLedger.objects.get(team=team).drag_mean
    assert history_of(team) == [[str(SINCE), pytest.approx(together, abs=1e-5)]]
    pair[1].refresh_from_db()
    services.mark_paid(pair[1], by=None)
    since, now = history_of(team)
    alone = TeamLedger.objects.get(team=team).drag_mean
    assert since == [str(SINCE), pytest.approx(together, abs=1e-5)]
    assert now == [str(TODAY), pytest.approx(alone, abs=1e-5)]
    assert 0.5 * together < alone < together


def moved(item, days, before, after):
    """A move of state that history tells of, so many days ago."""
    Change.objects.create(
        product=item.product, subject_type="debt.debtitem", subject_id=item.pk, door="page",
        subject_label=str(item), action=after, at=moment(days), fields={"state": [before, after]},
    )  # fmt: skip


def test_days_on_which_it_was_paid_do_not_count_when_it_is_opened_again(make_debt, team):
    item = make_debt(hurts_since=SINCE)
    drag = TeamLedger.objects.get(team=team).drag_mean
    paid, again = TODAY - 200 * DAY, TODAY - 100 * DAY
    moved(item, 200, "open", "paid")
    DebtItem.objects.filter(pk=item.pk).update(state="paid", closed_on=paid)
    refresh.make_due(team.pk)
    assert [day for day, _ in history_of(team)] == [str(SINCE), str(paid)]
    moved(item, 100, "paid", "open")
    DebtItem.objects.filter(pk=item.pk).update(state="open", closed_on=None)
    refresh.make_due(team.pk)
    assert history_of(team) == [
        [str(SINCE), pytest.approx(drag, abs=1e-5)],
        [str(paid), 0],
        [str(again), pytest.approx(drag, abs=1e-5)],
    ]


def test_an_item_that_was_opened_again_today_counts_until_it_was_paid(make_debt, team, ada):
    item = make_debt(hurts_since=SINCE)
    services.mark_paid(item, by=ada)
    services.reopen(item, by=ada, version=None, why="It came back.")
    assert [day for day, _ in history_of(team)] == [str(SINCE)]


def test_each_stretch_costs_what_was_noted_before_it_ended():
    breaks = [(TODAY - 60 * DAY, moment(60)), (TODAY - 20 * DAY, moment(20))]
    costs = [(moment(90), 0.1), (moment(50), 0.2), (moment(10), 0.3)]
    spells = drag_history.priced(SINCE, None, breaks, costs, now=0.4)
    assert [(one.starts_on, one.ends_on, one.share) for one in reversed(spells)] == [
        (SINCE, TODAY - 60 * DAY, 0.1),
        (TODAY - 60 * DAY, TODAY - 20 * DAY, 0.2),
        (TODAY - 20 * DAY, None, 0.4),
    ]


def test_what_was_noted_first_counts_before_it_too():
    breaks = [(TODAY - 60 * DAY, moment(60)), (TODAY - 20 * DAY, moment(20))]
    spells = drag_history.priced(SINCE, TODAY - 20 * DAY, breaks, [(moment(50), 0.2)], now=0.9)
    assert {one.share for one in spells} == {0.2}
    assert (spells[-1].starts_on, spells[0].ends_on) == (SINCE, TODAY - 20 * DAY)


def test_a_history_of_many_items_takes_a_constant_number_of_queries(
    pair, make_debt, team, ada, django_assert_max_num_queries
):
    for place in range(9):
        item = make_debt(title=f"Thing {place} of many", scored=False)
        services.mark_paid(item, by=ada)
        if place % 2:
            services.reopen(item, by=ada, version=None, why="It came back.")
    pair[0].refresh_from_db()
    services.mark_paid(pair[0], by=ada)
    with django_assert_max_num_queries(32):  # two of them are the savepoint of the test itself
        refresh.refresh_scores(team.pk)


def test_a_team_that_lost_its_people_drags_no_longer_and_keeps_its_past(make_debt, team):
    make_debt(hurts_since=SINCE)
    drag = TeamLedger.objects.get(team=team).drag_mean
    Membership.objects.filter(team=team).delete()
    refresh.make_due(team.pk)
    for _ in range(2):  # the same again is no news
        assert history_of(team) == [[str(SINCE), pytest.approx(drag, abs=1e-5)], [str(TODAY), 0]]
    newest = TeamDrag.objects.filter(team=team).first()
    assert (newest.p10, newest.p50, newest.p90) == (0, 0, 0)
    assert TeamDrag.objects.filter(team=team).count() == 2
