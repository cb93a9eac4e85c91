"""Where an item stands: its newest score's numbers beside it, and its interest a quarter ago."""

import datetime
import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import refresh, register, services
from debt.maths.ranges import Range
from debt.models import DebtItem, DebtScore
from tpm import operations
from tpm.models import Figure

pytestmark = pytest.mark.django_db
migration = importlib.import_module("debt.migrations.0020_standing")
teamless = importlib.import_module("debt.migrations.0024_without_a_team")


def beside_and_scored(item):
    """(column, what stands beside the item, what its newest score says) of all that is copied."""
    item = DebtItem.objects.select_related("latest_score").get(pk=item.pk)
    return [
        (name, getattr(item, f"now_{name}"), getattr(item.latest_score, name))
        for name in DebtItem.COPIED
    ]


def aged(item, *, days: int, **changed):
    """Another score of an item that stood so many days ago."""
    old = DebtScore.objects.get(pk=item.latest_score_id)
    old.pk, old.at = None, timezone.now() - datetime.timedelta(days=days)
    for name, value in changed.items():
        setattr(old, name, value)
    old.save(force_insert=True)


def test_every_number_of_the_newest_score_stands_beside_its_item(make_debt, ada):
    item = make_debt()
    first = beside_and_scored(item)
    services.declare_interest(item, by=ada, days=Range(3, 4, 6))
    refresh.refresh_scores(item.team_id)
    second = beside_and_scored(item)
    assert first != second
    for name, beside, scored in first + second:
        assert beside == scored, name


def test_what_cannot_be_scored_says_so_beside_its_item(make_debt):
    item = make_debt(interest=None)
    found = {name: beside for name, beside, _scored in beside_and_scored(item)}
    assert (found["verdict"], found["score"]) == ("question", None)


def test_a_day_that_passes_is_looked_back_on_without_a_new_score(make_debt, product, mel, team):
    item = make_debt()
    aged(item, days=100, interest_days=1.0)
    before = DebtScore.objects.count()
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    assert DebtScore.objects.count() == before
    assert item.interest_was_days == 1.0
    assert register.counts(product, mel, timezone.localdate())["worse"] == 1


def test_what_was_scored_last_before_that_day_does_not_get_worse(make_debt, product, mel, team):
    """Once its team is gone nobody scores it: its newest score is its own past in the end."""
    item = make_debt()
    long_ago = timezone.now() - datetime.timedelta(days=91)
    DebtItem.objects.filter(pk=item.pk).update(interest_was_days=1.0, now_at=long_ago)
    assert register.counts(product, mel, timezone.localdate())["worse"] == 0


def said_of(product):
    """What the register says: how many are scored, days to fix, gains, and how many need a team."""
    found = register.summary(product, timezone.localdate())
    return found.scored, found.principal, found.gains, found.gain_days, found.teamless


def test_debt_that_loses_its_team_is_in_no_sum_at_what_it_once_was(make_debt, product, ada, team):
    """Without a team nobody scores it: it stayed a gain of 11.5 days whatever was said later."""
    item = make_debt()
    old = item.latest_score_id
    services.change_item(item, by=ada, version=item.version, team=None)
    assert (item.latest_score, item.now_score) == (None, None)
    refresh.refresh_scores(team.pk)
    assert said_of(product) == (0, 0, 0, 0, 1)
    assert not Figure.objects.filter(subject_type="debt.debtitem", subject_id=item.pk).exists()
    assert DebtScore.objects.filter(pk=old).exists()
    services.change_item(item, by=ada, version=item.version, team=team)
    refresh.refresh_scores(team.pk)
    assert said_of(product)[:2] == (1, pytest.approx(11.5))
    for name, beside, scored in beside_and_scored(item):
        assert beside == scored, name


def test_taking_a_team_back_takes_the_score_along(make_debt, product, ada, team, client_of):
    item = make_debt(team=None)
    with operations.recorded(product, by=ada):
        services.change_item(item, by=ada, version=item.version, team=team)
    refresh.refresh_scores(team.pk)
    assert said_of(product)[0] == 1
    answer = client_of(ada).post("/p/PAY/undo/", HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    assert said_of(product) == (0, 0, 0, 0, 1)


def test_debt_closed_without_a_team_keeps_its_days_until_it_is_opened(make_debt, product, ada):
    item = make_debt()
    services.mark_paid(item, by=ada)
    services.change_item(item, by=ada, version=None, team=None)
    assert register.summary(product, timezone.localdate()).paid == pytest.approx(11.5)
    services.reopen(item, by=ada, version=None, why="It came back.")
    assert said_of(product) == (0, 0, 0, 0, 1)


def test_teamless_debt_of_an_older_version_loses_its_score(make_debt, product, ada):
    item, paid = make_debt(), make_debt()
    services.mark_paid(paid, by=ada)
    DebtItem.objects.update(team=None)
    teamless.take_off(apps, None)
    assert said_of(product) == (0, 0, 0, 0, 1)
    assert not Figure.objects.filter(subject_id=item.pk, kind="score").exists()
    assert DebtItem.objects.get(pk=paid.pk).latest_score_id is not None


def test_a_night_on_which_nothing_moved_writes_no_item(make_debt, team):
    """`interest_was_days` is written for those whose past moved, not for all of them."""
    make_debt()
    aged(make_debt(), days=100, interest_days=1.0)
    refresh.refresh_scores(team.pk)
    with CaptureQueriesContext(connection) as night:
        assert refresh.refresh_scores(team.pk)
    writes = [query["sql"] for query in night if query["sql"].startswith("UPDATE")]
    assert writes
    assert not [sql for sql in writes if '"interest_was_days" =' in sql]


def test_items_of_an_older_version_get_theirs_from_their_scores(make_debt):
    item, bare = make_debt(), make_debt(title="Never scored", scored=False)
    aged(item, days=120, interest_days=1.5)
    expected = beside_and_scored(item)
    emptied = {f"now_{name}": None for name in DebtItem.COPIED if name != "verdict"}
    DebtItem.objects.update(**emptied, now_verdict="", interest_was_days=None)
    migration.fill(apps, None)
    assert beside_and_scored(item) == expected
    assert DebtItem.objects.filter(pk=item.pk, interest_was_days=1.5).exists()
    assert DebtItem.objects.filter(pk=bare.pk, now_score=None, now_verdict="").exists()


def test_no_item_of_the_sample_differs_from_its_score(db):
    from django.core.management import call_command

    call_command("load_sample", items=30, key="SAM", verbosity=0)
    scored = DebtItem.objects.exclude(latest_score=None)
    assert scored.exists()
    same = scored.filter(
        **{f"now_{name}": F(f"latest_score__{name}") for name in ("at", "verdict")}
    )
    assert same.count() == scored.count()
