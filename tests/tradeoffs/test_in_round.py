"""What a blind round holds: its scales, and what is on them, stay what people scored."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tpm.editing import EditConflict
from tradeoffs import matrix, queries, services, tasks, unseen
from tradeoffs.maths import ranges
from tradeoffs.models import Criterion, Decision, Robustness, Score, ScoringRound
from tradeoffs.services.filling import Fill, fill_cells

TODAY = timezone.localdate()
DUE = TODAY + datetime.timedelta(days=7)


@pytest.fixture
def running(decision, mel, ada):
    people = [mel.person, ada.person]
    services.open_round(decision, by=mel, people=people, due_on=DUE, today=TODAY)
    return decision


def hand_in(decision, *users, value=6):
    row = decision.rounds.get()
    cells = {
        (option.pk, criterion.pk): ranges.Typed(None, value, None)
        for option in decision.options.all()
        for criterion in decision.criteria.all()
    }
    for user in users:
        services.score_blind(row, by=user, cells=cells, hand_in=True, today=TODAY)


def whole(criterion, mel):
    fields = {"unit": "s", "worst": 90.0, "best": 1.0}
    services.edit_criteria(criterion.decision, by=mel, changes=[(criterion, fields)])


HELD = {
    "worst": lambda c, mel: edit(c, mel, worst=9.0, best=1.0),
    "unit": lambda c, mel: edit(c, mel, unit="s"),
    "points": lambda c, mel: edit(c, mel, points=[[1, 0], [9, 1]]),
    "several": whole,
    "criterion": lambda c, mel: services.remove_criterion(c, by=mel),
    "option": lambda c, mel: services.remove_option(c.decision.options.first(), by=mel),
}


def edit(criterion, mel, **fields):
    return services.edit_criterion(criterion, by=mel, version=None, fields=fields)


@pytest.mark.parametrize("what", HELD)
@pytest.mark.parametrize("is_over", [False, True])
def test_what_ballots_are_about_stays(what, is_over, running, mel, ada):
    if is_over:
        hand_in(running, mel, ada)
    before = list(Criterion.objects.values("pk", "worst", "best", "unit", "points"))
    with pytest.raises(ValidationError, match="no scale changes, once a round was opened"):
        HELD[what](running.criteria.first(), mel)
    assert list(Criterion.objects.values("pk", "worst", "best", "unit", "points")) == before
    assert (running.options.count(), running.criteria.count()) == (2, 2)


def test_what_moves_no_number_may_change_in_a_round(running, mel):
    row = running.criteria.first()
    assert edit(row, mel, measure="orders a second", must=3.0) == ["measure", "must"]
    assert edit(row, mel, points=[]) in ([], ["points"])


ADDED = {
    "option": lambda d, mel: services.add_option(d, by=mel, name="Rabbit"),
    "criterion": lambda d, mel: services.add_criterion(d, by=mel, name="Safety"),
    "cells": lambda d, lena: fill_cells(
        d, by=lena, version=None, cells=[Fill("Rabbit", "Cost", ranges.Typed(None, 5, None))]
    ),
}


@pytest.mark.parametrize("what", ADDED)
def test_nothing_joins_a_matrix_while_people_score_it(what, running, mel, ada, lena):
    with pytest.raises(ValidationError, match="nothing joins it before the round is shown"):
        ADDED[what](running, lena)
    hand_in(running, mel, ada)
    ADDED[what](running, lena)
    assert running.options.count() + running.criteria.count() == 5


def place(decision):
    return decision.options.get(name="Kafka"), decision.criteria.get(name="Cost")


def ranges_of(decision):
    return matrix.whole(Decision.objects.get(pk=decision.pk)).ranges


@pytest.fixture
def shown(scored, mel, ada):
    people = [mel.person, ada.person]
    services.open_round(scored, by=mel, people=people, due_on=DUE, today=TODAY)
    hand_in(scored, mel, ada)
    return scored


def test_a_note_on_a_cell_leaves_its_number_that_of_the_group(shown, mel):
    before, (option, criterion) = ranges_of(shown), place(shown)
    services.score_cell(
        option, criterion, by=mel, version=None, p50=2, note="See run 7.", evidence="OPS-112"
    )
    assert ranges_of(shown) == before
    assert before[1][1].p50 == 6


def test_a_filled_note_leaves_the_number_that_of_the_group(shown, mel):
    before = ranges_of(shown)
    cell = Fill("Kafka", "Cost", ranges.Typed(None, 2, None), note="See run 7.")
    assert fill_cells(shown, by=mel, version=None, cells=[cell]) == 1
    assert ranges_of(shown) == before


def test_another_number_after_the_round_is_that_of_the_cell(shown, mel):
    option, criterion = place(shown)
    services.score_cell(option, criterion, by=mel, version=None, p50=3)
    services.score_cell(option, criterion, by=mel, version=None, p50=3, note="Again.")
    assert ranges_of(shown)[1][1].p50 == 3


def test_a_note_keeps_when_the_number_of_an_older_row_changed(shown, mel):
    Score.objects.update(valued_at=None)
    before, (option, criterion) = ranges_of(shown), place(shown)
    services.score_cell(option, criterion, by=mel, version=None, p50=2, note="See run 7.")
    assert ranges_of(shown) == before


# After the last day


@pytest.fixture
def over(scored, mel, ada, lena):
    """Approved by Ada; two of three have handed in other numbers, and the last day is over."""
    services.submit_for_review(scored, by=mel, version=None)
    services.ask_reviewers(scored, by=lena, people=[ada.person])
    services.review(
        scored, by=ada, version=None, verdict="approve", reason="So.",
        chosen=scored.options.first(),
    )  # fmt: skip
    people = [mel.person, ada.person, lena.person]
    services.open_round(scored, by=mel, people=people, due_on=DUE, today=TODAY)
    hand_in(scored, mel, ada)
    Score.objects.update(valued_at=timezone.now() - datetime.timedelta(days=3))
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    scored.refresh_from_db()
    return scored


def test_an_approval_from_before_the_round_was_over_accepts_nothing(over, lena):
    with pytest.raises(ValidationError, match="1 is stale"):
        services.accept_decision(over, by=lena, version=None)
    assert Decision.objects.get().state == "in_review"
    assert ScoringRound.objects.get().revealed_at is not None


def test_who_judged_what_stood_there_before_the_round_looks_again(over, lena):
    with pytest.raises(EditConflict):
        services.review(
            over, by=lena, version=over.version, verdict="approve", reason="So.",
            chosen=over.options.first(),
        )  # fmt: skip
    assert ScoringRound.objects.get().revealed_at is not None
    now = Decision.objects.get()
    services.review(
        now, by=lena, version=now.version, verdict="approve", reason="So.",
        chosen=over.options.first(),
    )  # fmt: skip
    assert now.state == "accepted"


def test_each_sweep_shows_the_rounds_whose_last_day_is_over(over, monkeypatch):
    shown = []
    monkeypatch.setattr(tasks.reveal_round, "delay", shown.append)
    monkeypatch.setattr(tasks.refresh_robustness, "delay", lambda pk: None)
    tasks.sweep_robustness()
    assert shown == [over.rounds.get().pk]
    tasks.reveal_round(shown.pop())
    tasks.sweep_robustness()
    assert shown == []


def test_draws_from_before_the_round_was_over_are_not_of_this_matrix(over):
    ScoringRound.objects.update(due_on=DUE)
    services.refresh_robustness(over.pk)
    Robustness.objects.update(at=timezone.now() - datetime.timedelta(days=2))
    assert matrix.whole(Decision.objects.get()).is_fresh
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    assert not matrix.whole(Decision.objects.get()).is_fresh


# A rejection


def test_a_rejection_uncovers_nothing_of_a_round_that_runs(scored, mel, ada, lena, client_of):
    people = [mel.person, ada.person]
    services.open_round(scored, by=mel, people=people, due_on=DUE, today=TODAY)
    services.submit_for_review(scored, by=mel, version=None)
    services.review(scored, by=lena, version=None, verdict="reject", reason="No.")

    def cells(user):
        seen = queries.with_matrix(Decision.objects.all(), viewer=user).get()
        return matrix.of(seen).scores

    assert cells(ada) == {} != cells(lena)
    url = f"/a/{scored.key}/matrix/"
    assert "run for a year" not in client_of(ada).get(url).content.decode()
    services.reopen(scored, by=lena, version=None, why="Cheaper now.")
    assert Decision.objects.filter(unseen.by(ada)).exists()
