"""Predictions are made before acceptance, and checked when their day has come."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from roadmaps import services as roadmap
from tpm import figures
from tpm.models import Figure
from tradeoffs import services
from tradeoffs.models import Prediction, Review

TODAY = datetime.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def in_days(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


@pytest.fixture
def accept(lena, mel):
    def go(decision):
        decision.refresh_from_db()
        services.submit_for_review(decision, by=mel, version=None)
        services.review(
            decision, by=lena, version=None, verdict=Review.Verdict.APPROVE, reason="Yes",
            chosen=decision.options.first(),
        )  # fmt: skip
        return decision

    return go


def test_a_chance_and_a_range_are_two_kinds(scored, mel):
    yes = services.add_prediction(scored, by=mel, text="Six moved", due_on=in_days(9), chance=0.7)
    number = services.add_prediction(
        scored, by=mel, text="P99", due_on=in_days(9), p10=0.4, p50=0.9, p90=2.1, unit="s"
    )
    assert (yes.kind, number.kind) == ("chance", "number")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Give a chance, or a range"),
        ({"chance": 1.2}, "from 0 to 100 %"),
        ({"p10": 3, "p50": 2, "p90": 4}, "in order"),
        ({"chance": 0.5, "p50": 1}, "not both"),
        ({"chance": float("nan")}, "Give numbers"),
        ({"chance": 0.5, "limit": 3}, "at least or at most"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(scored, mel, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.add_prediction(scored, by=mel, text="So", due_on=in_days(9), **fields)


def test_five_are_enough(scored, mel):
    for n in range(5):
        services.add_prediction(scored, by=mel, text=f"So {n}", due_on=in_days(9), chance=0.5)
    with pytest.raises(ValidationError, match="5 predictions are enough"):
        services.add_prediction(scored, by=mel, text="One more", due_on=in_days(9), chance=0.5)


def test_none_is_made_or_changed_with_hindsight(scored, mel, accept):
    row = services.add_prediction(scored, by=mel, text="So", due_on=in_days(9), chance=0.5)
    accept(scored)
    with pytest.raises(ValidationError, match="frozen"):
        services.add_prediction(scored, by=mel, text="Too late", due_on=in_days(9), chance=1)
    with pytest.raises(ValidationError, match="frozen"):
        services.edit_prediction(row, by=mel, version=None, follows="", fields={"chance": 0.9})
    for act in (
        lambda: Prediction.objects.filter(pk=row.pk).update(chance=0.9),
        lambda: Prediction.objects.filter(pk=row.pk).delete(),
        lambda: Prediction.objects.create(
            decision=scored, by=mel, kind="chance", text="x", due_on=TODAY, chance=1
        ),
    ):
        with pytest.raises(IntegrityError, match="as it was made"), transaction.atomic():
            act()


def test_an_outcome_is_written_after_acceptance_alone(scored, mel, accept):
    row = services.add_prediction(scored, by=mel, text="So", due_on=in_days(9), chance=0.5)
    with pytest.raises(ValidationError, match="Only an accepted decision"):
        services.record_outcome(row, by=mel, outcome=1)
    accept(scored)
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="came true or it did not"):
        services.record_outcome(row, by=mel, outcome=0.4)
    services.record_outcome(row, by=mel, outcome=1, note="It did")
    assert (row.outcome, row.outcome_note, row.outcome_by) == (1, "It did", mel)


def test_an_item_that_is_done_in_time_answers_yes(scored, mel, ada, make_item, accept):
    item = make_item()
    row = services.add_prediction(
        scored, by=mel, text="Moved", due_on=in_days(9), chance=0.7,
        follows=f"roadmaps.item:{item.pk}:done",
    )  # fmt: skip
    accept(scored)
    assert services.fill_prediction(row.pk, today=TODAY) is False
    roadmap.move_item(item, by=ada, state="in_progress", on=TODAY)
    roadmap.move_item(item, by=ada, state="done", on=TODAY)
    assert services.fill_prediction(row.pk, today=TODAY) is True
    row.refresh_from_db()
    assert (row.outcome, row.outcome_by) == (1, None)
    assert services.fill_prediction(row.pk, today=TODAY) is False


def test_an_item_that_is_not_done_by_then_answers_no_the_day_after(scored, mel, make_item, accept):
    item = make_item()
    row = services.add_prediction(
        scored, by=mel, text="Moved", due_on=in_days(9), chance=0.7,
        follows=f"roadmaps.item:{item.pk}:done",
    )  # fmt: skip
    accept(scored)
    assert services.fill_prediction(row.pk, today=in_days(9)) is False
    assert services.fill_prediction(row.pk, today=in_days(10)) is True
    row.refresh_from_db()
    assert row.outcome == 0


def published(product, team, value):
    figure = figures.figure(
        team, "drag", value, product=None, unit="share", as_of=timezone.now(), low=0.01, high=0.5
    )
    figures.publish_all([figure])
    return f"tpm.team:{team.pk}:drag"


def test_a_bound_number_fills_itself_in_on_its_day(scored, mel, product, team, accept):
    code = published(product, team, 0.12)
    row = services.add_prediction(
        scored, by=mel, text="Drag", due_on=in_days(9), p10=5, p50=10, p90=20, follows=code
    )
    assert row.unit == "%"
    accept(scored)
    Figure.objects.update(value=0.15)
    assert services.fill_prediction(row.pk, today=in_days(8)) is False
    assert services.fill_prediction(row.pk, today=in_days(9)) is True
    row.refresh_from_db()
    assert row.outcome == 15


def test_a_bound_chance_keeps_its_limit_or_not(scored, mel, product, team, accept):
    code = published(product, team, 0.12)
    with pytest.raises(ValidationError, match="which limit"):
        services.add_prediction(
            scored, by=mel, text="Drag", due_on=in_days(9), chance=0.8, follows=code
        )
    row = services.add_prediction(
        scored, by=mel, text="Drag", due_on=in_days(9), chance=0.8, comparison="at_most", limit=13,
        follows=code,
    )  # fmt: skip
    accept(scored)
    services.fill_prediction(row.pk, today=in_days(9))
    row.refresh_from_db()
    assert row.outcome == 1


def test_a_forecast_date_is_no_outcome(scored, mel, product, make_item, accept):
    item = make_item()
    day = figures.figure(
        item, "p50", float(in_days(30).toordinal()), product=product, unit="day",
        as_of=timezone.now(),
    )  # fmt: skip
    figures.publish_all([day])
    row = services.add_prediction(
        scored, by=mel, text="Finish", due_on=in_days(9), p10=5, p50=10, p90=20,
        follows=f"roadmaps.item:{item.pk}:p50",
    )  # fmt: skip
    accept(scored)
    assert services.fill_prediction(row.pk, today=in_days(9)) is False
