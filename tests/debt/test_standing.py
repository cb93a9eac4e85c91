"""Where an item stands: its newest score's numbers beside it, and its interest a quarter ago."""

import datetime
import importlib

import pytest
from django.apps import apps
from django.db.models import F
from django.utils import timezone

from debt import refresh, register, services
from debt.maths.ranges import Range
from debt.models import DebtItem, DebtScore

pytestmark = pytest.mark.django_db
migration = importlib.import_module("debt.migrations.0020_standing")


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
