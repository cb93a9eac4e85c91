"""The morning's work: thin, each row by itself, twice harmless."""

import pytest
from django.utils import timezone

from tpm.celery import app
from tpm.models import Change
from tradeoffs import follow_tasks, services
from tradeoffs.models import Firing, Prediction


@pytest.fixture
def accepted(in_review, mel, lena, make_item):
    item = make_item()
    services.add_prediction(
        in_review, by=mel, text="Moved", due_on=timezone.localdate(), chance=0.7,
        follows=f"roadmaps.item:{item.pk}:done",
    )  # fmt: skip
    services.add_trigger(in_review, by=mel, kind="date", on_date=timezone.localdate())
    in_review.refresh_from_db()
    services.review(
        in_review, by=lena, version=None, verdict="approve", reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    item.state, item.finished_on = "done", timezone.localdate()
    type(item).objects.filter(pk=item.pk).update(state="done", finished_on=item.finished_on)
    return in_review


@pytest.fixture
def at_once(monkeypatch):
    """Each message is done at once instead of sent."""
    for task in (follow_tasks.fill_prediction, follow_tasks.watch_trigger):
        monkeypatch.setattr(task, "delay", task.run)


def test_it_fires_fills_and_does_nothing_twice(accepted, at_once):
    for _ in range(2):
        follow_tasks.morning_follow_up()
    assert Firing.objects.count() == 1
    assert Prediction.objects.get().outcome == 1
    told = Change.objects.filter(action__in=["asked to be looked at again", "checked a prediction"])
    assert [change.door for change in told] == ["task", "task"]


def test_a_row_that_is_gone_stops_nothing(db):
    follow_tasks.fill_prediction.run(99, "2026-11-30")
    follow_tasks.watch_trigger.run(99, "2026-11-30")


def test_it_stands_in_the_schedule():
    tasks = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert "tradeoffs.morning_follow_up" in tasks
