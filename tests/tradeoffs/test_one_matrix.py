"""One matrix for everything: totals, draws and second opinion follow from the same cells."""

import datetime
import json
from dataclasses import replace
from math import inf as INF

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tradeoffs import blind, checklist, content, matrix, queries, services, standing
from tradeoffs.maths import ranges, robustness
from tradeoffs.models import Closing, Criterion, Decision, Robustness, Score
from tradeoffs.pages import scoring as scoring_page
from tradeoffs.services.closing import run_of

TODAY = timezone.localdate()
DUE = TODAY + datetime.timedelta(days=7)


def read(decision, *, whole=True):
    rows = Decision.objects.filter(pk=decision.pk)
    return matrix.of(queries.with_matrix(rows, viewer=None, whole=whole).get())


@pytest.fixture
def shown(scored, mel, ada):
    """Outbox leads in the matrix, Kafka by what both scorers said in the round."""
    people = [mel.person, ada.person]
    row = services.open_round(scored, by=mel, people=people, due_on=DUE, today=TODAY)
    places = [(o.pk, c.pk) for o in scored.options.all() for c in scored.criteria.all()]
    for user, values in ((mel, (2, 3, 8, 7)), (ada, (1, 3, 9, 7))):
        typed = [ranges.Typed(None, value, None) for value in values]
        cells = dict(zip(places, typed, strict=True))
        services.score_blind(row, by=user, cells=cells, hand_in=True, today=TODAY)
    return scored


def agrees(found):
    """The totals of the page are those of the draws, and so is who leads."""
    assert found.weighed.totals == robustness.weighed(found.inputs).totals
    drawn = robustness.drawn(found.inputs)
    first = found.weighed.ranked[0]
    assert drawn["ranks"][drawn["in_play"].index(first)][0] > 0.5
    return True


@pytest.mark.parametrize("whole", [True, False])
def test_the_totals_are_those_of_the_draws_once_a_round_is_shown(shown, whole):
    found = read(shown, whole=whole)
    assert agrees(found)
    assert found.leader.name == "Kafka"


def test_a_cell_shows_what_the_answer_takes(shown, mel, client_of):
    found = read(shown)
    assert found.taken(0, 0) == (None, 1.5, None)
    html = (
        client_of(mel).get(reverse("tradeoffs:decision-matrix", args=[shown.key])).content.decode()
    )
    assert "mean of 2 scorers" in html


def test_new_evidence_reaches_the_draws_and_the_groups_means_do_not_hide_it(shown, mel, score):
    services.take_group_scores(shown, by=mel, today=TODAY)
    taken = read(shown)
    assert agrees(taken)
    assert all(isinstance(cell[0], list) for row in taken.inputs["cells"] for cell in row)
    score(shown, "Kafka", "Scalability", 1)
    score(shown, "Kafka", "Cost", 1)
    found = read(shown)
    assert found.inputs["cells"][1] == [[1, 1, 1], [1, 1, 1]]
    assert agrees(found)
    assert found.leader.name == "Outbox"


def test_a_bound_cell_follows_its_number_whatever_was_said(shown):
    Score.objects.filter(option__name="Outbox", criterion__name="Cost").update(
        figure_type="roadmaps.item", figure_id=1, figure_kind="p85"
    )
    found = read(shown)
    assert found.inputs["cells"][0] == [[[1, 1, 1], [2, 2, 2]], [8, 8, 8]]
    assert agrees(found)


def test_one_scorers_results_are_their_own(shown):
    row = blind.newest_shown(shown, TODAY)
    totals = [ranking.totals for ranking in blind.results(shown, row, TODAY).rankings]
    assert totals[0] != totals[1]
    assert blind.results(shown, row, TODAY).concordance == read(shown).agreement == 1


def test_an_option_that_is_out_moves_no_second_opinion(scored, mel):
    without = robustness.opinion(read(scored).inputs)
    far = services.add_option(scored, by=mel, name="Carrier pigeons")
    cost = scored.criteria.get(name="Cost")
    services.edit_criterion(cost, by=mel, version=None, fields={"must": 2})
    services.score_cell(far, cost, by=mel, version=None, p50=1)
    assert robustness.opinion(read(scored).inputs) == [*without, None]


# Taking the means


def test_the_means_pass_by_a_bound_cell_in_one_step(shown, mel):
    Score.objects.filter(option__name="Outbox", criterion__name="Cost").update(
        figure_type="roadmaps.item", figure_id=1, figure_kind="p85"
    )
    before = Decision.objects.get(pk=shown.pk).version
    assert services.take_group_scores(shown, by=mel, today=TODAY) == 3
    assert Decision.objects.get(pk=shown.pk).version == before + 1
    assert Score.objects.get(option__name="Outbox", criterion__name="Cost").p50 == 8


# What the database and a closing keep


@pytest.mark.parametrize("ends", [(None, INF, None), (-INF, 5, 6), (4, 5, INF), (None, -INF, None)])
def test_the_database_takes_no_infinite_score(scored, ends):
    row = Score.objects.get(option__name="Outbox", criterion__name="Cost")
    Criterion.objects.update(unit="d")
    row.p10, row.p50, row.p90 = ends
    with pytest.raises(IntegrityError, match="score_finite"), transaction.atomic():
        Score.objects.filter(pk=row.pk).update(p10=row.p10, p50=row.p50, p90=row.p90)
    row.criterion.refresh_from_db()
    with pytest.raises(ValidationError, match="A score is a finite number"):
        row.full_clean()


def test_a_closing_keeps_what_the_frozen_draws_follow_from(accepted, settings):
    frozen = Robustness.objects.get(decision=accepted, frozen=True)
    kept = json.loads(Closing.objects.get(decision=accepted).body)["run"]
    assert kept == {
        "inputs_hash": frozen.inputs_hash,
        "seed": accepted.product.plan_seed + accepted.number,
        "draws": frozen.draws,
        "kappa": frozen.kappa,
        "limits": settings.VERDICT_LIMITS,
    }
    settings.VERDICT_LIMITS = {**settings.VERDICT_LIMITS, "agreement": 0.9}
    assert run_of(accepted) == kept


def test_the_page_of_a_round_contests_where_the_verdict_does(shown, monkeypatch):
    row, strict = shown.rounds.get(), replace(matrix.limits(), agreement=1.01)
    assert not scoring_page.of(shown, row, TODAY)["contested"]
    monkeypatch.setattr(matrix, "limits", lambda: strict)
    found = scoring_page.of(shown, row, TODAY)
    assert (found["contested"], found["least"]) == (True, "1.01")


def test_what_is_judged_is_what_the_answer_takes(shown):
    found = content.of(read(shown).decision)
    option, criterion = shown.options.first(), shown.criteria.first()
    assert found["together"][f"{option.pk}/{criterion.pk}"] == {
        "p10": None, "p50": 1.5, "p90": None, "scorers": 2,
    }  # fmt: skip
    assert found["cells"][f"{option.pk}/{criterion.pk}"]["p50"] == 5


def test_an_approval_is_stale_once_a_round_is_shown_that_changes_a_cell(scored, mel, ada, lena):
    services.submit_for_review(scored, by=mel, version=None)
    services.ask_reviewers(scored, by=lena, people=[ada.person])
    people = [mel.person, ada.person]
    row = services.open_round(scored, by=mel, people=people, due_on=DUE, today=TODAY)
    services.review(
        scored, by=ada, version=None, verdict="approve", reason="So.",
        chosen=scored.options.first(),
    )  # fmt: skip
    place = (scored.options.get(name="Kafka").pk, scored.criteria.get(name="Cost").pk)
    for user, value in ((mel, 6), (ada, 8)):
        cells = {place: ranges.Typed(None, value, None)}
        services.score_blind(row, by=user, cells=cells, hand_in=True, today=TODAY)
    said = standing.last_words(Decision.objects.get(pk=scored.pk))[0]
    assert [(d.where, d.old, d.new) for d in said.changed] == [("Kafka, Cost", "2", "7; scorers 2")]


def test_a_matrix_that_was_scored_unseen_meets_the_checklist(make_decision, mel, ada):
    decision = queries.seen_by(None, Decision.objects.filter(pk=make_decision(tier=2).pk)).get()
    has = {item.name: item.done for item in checklist.of(decision)}
    assert not has["matrix"]
    people = [mel.person, ada.person]
    row = services.open_round(decision, by=mel, people=people, due_on=DUE, today=TODAY)
    cost = decision.criteria.get(name="Cost")
    cells = {(o.pk, cost.pk): ranges.Typed(None, 5, None) for o in decision.options.all()}
    for user in (mel, ada):
        services.score_blind(row, by=user, cells=cells, hand_in=True, today=TODAY)
    found = queries.seen_by(None, Decision.objects.filter(pk=decision.pk)).get()
    assert {item.name: item.done for item in checklist.of(found)}["matrix"]
