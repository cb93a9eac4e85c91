"""Blind rounds: nothing leaks through any channel before all are in, then everything is shown."""

import datetime
import itertools
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.models import model_to_dict
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from tpm import history
from tpm.models import Change, Level, Role
from tradeoffs import blind, matrix, services
from tradeoffs.exporting import exported
from tradeoffs.maths import ranges
from tradeoffs.models import BallotScore, Closing, Decision, Score, ScoringRound

TODAY = timezone.localdate()
DUE = TODAY + datetime.timedelta(days=7)
SECRET = ranges.Typed(1.37, 4.6321, 8.91)
MARKS = ("4.6321", "4.63", "1.37", "8.91")
"""How the secret score, or a rounding of it, would look anywhere."""


def cells(decision, typed):
    options, criteria = decision.options.all(), decision.criteria.all()
    return {(option.pk, criterion.pk): typed for option in options for criterion in criteria}


@pytest.fixture
def round_(decision, mel, ada, lena):
    people = [mel.person, ada.person, lena.person]
    return services.open_round(decision, by=mel, people=people, due_on=DUE, today=TODAY)


def score_as(row, user, typed=SECRET, *, hand_in=True, **more):
    services.score_blind(
        row, by=user, cells=cells(row.decision, typed), hand_in=hand_in, today=TODAY, **more
    )


@pytest.fixture
def half(round_, ada):
    """Ada has handed in, in a round of three."""
    score_as(round_, ada)
    return round_


CLOCK = re.compile(r"\b\d\d:\d\d:\d\d\.\d+")


def leaks(text):
    """The marks in a text; the fractions of a second may look like one by chance."""
    plain = CLOCK.sub("", str(text))
    return [mark for mark in MARKS if mark in plain]


# Channels


def routes(resolver=None, space="", given=()):
    """(name, names of its arguments) of every route that there is."""
    for pattern in (resolver or get_resolver()).url_patterns:
        names = (*given, *pattern.pattern.regex.groupindex)
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, inner, names)
        else:
            yield f"{space}{pattern.name}", names


def addresses(row):
    """Every address that speaks of the decision, its parts, its product or of nothing special."""
    decision = row.decision
    parts = [decision.options.first().pk, decision.criteria.first().pk, row.pk]
    fill = {
        "key": [decision.key, decision.product.key],
        "pk": parts, "part": parts, "option_pk": parts[:1], "criterion_pk": parts[1:2],
        "number": [1],
        "token": [str(uuid.uuid4())], "name": ["context"], "version": [1], "format": ["json"],
    }  # fmt: skip
    for name, names in set(routes()):
        if name.startswith(("tradeoffs:", "decision-")):
            assert set(names) <= set(fill), f"Say how {name} is filled: {names}."
        if set(names) <= set(fill):
            every = itertools.product(*(fill[part] for part in names))
            fitting = [url for values in every if (url := address(name, names, values))]
            assert fitting or "tradeoffs" not in name, f"Nothing fits {name}."
            yield from fitting


def address(name, names, values):
    """Empty where a part has another form: keys of decisions are no keys of products."""
    try:
        return reverse(name, kwargs=dict(zip(names, values, strict=True)))
    except NoReverseMatch:
        return ""


@pytest.mark.parametrize("who", ["mel", "vic", "root"])
def test_no_page_and_no_answer_of_the_api_leaks(half, mel, vic, root, client_of, who):
    client = client_of({"mel": mel, "vic": vic, "root": root}[who])
    seen = set()
    for url in addresses(half):
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert leaks(body.decode(errors="replace")) == [], url
        if answer.status_code == 200:
            seen.add(url)
    api = f"/api/v1/decisions/{half.decision.key}/"
    expected = {half.decision.get_absolute_url(), api, f"{api}rounds/", f"{api}closings/"}
    assert expected <= seen
    assert sum(half.decision.key in url for url in seen) > 20


def test_the_api_tells_progress_alone(half, mel, client_of):
    body = client_of(mel).get(f"/api/v1/decisions/{half.decision.key}/rounds/").json()
    assert body == [{
        "number": 1, "due_on": str(DUE), "shown": False, "scored": 1, "asked": 3, "own": [],
        "concordance": None, "cells": [],
    }]  # fmt: skip


def test_the_page_tells_progress_alone_and_not_who(half, vic, client_of):
    url = reverse("tradeoffs:decision-scoring", args=[half.decision.key])
    html = client_of(vic).get(url).content.decode()
    assert "1 of 3 have scored" in html
    assert "Ada" not in html.split('id="round"')[1]


def test_no_export_leaks(half):
    files = list(exported(Decision.objects.all(), viewer=None))
    assert files
    assert all(leaks(file.data.decode()) == [] for file in files)


def test_no_history_is_written_when_somebody_scores(round_, ada):
    before = list(Change.objects.values_list("pk", flat=True))
    score_as(round_, ada, hand_in=False)
    score_as(round_, ada)
    assert list(Change.objects.values_list("pk", flat=True)) == before


def test_nothing_that_others_read_tells_when_somebody_scored(round_, ada):
    def seen():
        decision = Decision.objects.get()
        return model_to_dict(decision), decision.version, decision.updated_at, model_to_dict(
            ScoringRound.objects.get()
        ), ScoringRound.objects.get().updated_at  # fmt: skip

    before = seen()
    score_as(round_, ada)
    assert seen() == before


def test_a_ballot_keeps_no_time():
    names = {field.name for model in (BallotScore,) for field in model._meta.get_fields()}
    ballot = {field.name for field in BallotScore._meta.get_field("ballot").related_model._meta
              .get_fields()}  # fmt: skip
    assert not {"at", "created_at", "updated_at", "handed_in_at"} & (names | ballot)


def test_the_matrix_and_its_draws_know_nothing_of_a_running_round(half):
    found = matrix.whole(Decision.objects.get())
    assert found.scorers == {}
    assert leaks(found.inputs) == []
    assert not Score.objects.exists()


def in_review(row):
    decision = Decision.objects.get()
    services.submit_for_review(decision, by=decision.author, version=None)
    return decision


def test_nothing_is_accepted_while_a_round_runs(half, mel, lena):
    decision = in_review(half)
    say = {"verdict": "approve", "reason": "x", "chosen": decision.options.first()}
    services.review(decision, by=lena, version=None, **say)
    assert decision.state == "in_review"
    with pytest.raises(ValidationError, match="People score it unseen until"):
        services.accept_decision(decision, by=lena, version=None)
    assert not Closing.objects.exists()
    score_as(half, mel)
    score_as(half, lena)
    services.review(decision, by=lena, version=None, **say)
    assert decision.state == "accepted"
    assert leaks(Closing.objects.get().body) != []


def test_a_rejection_keeps_nothing_of_a_running_round(half, lena, root, client_of):
    decision = in_review(half)
    services.review(decision, by=lena, version=None, verdict="reject", reason="x")
    assert leaks(Closing.objects.get().body) == []
    body = client_of(root).get(f"/api/v1/decisions/{decision.key}/closings/").content.decode()
    assert leaks(body) == []


def test_what_was_never_handed_in_is_never_shown(half, mel, vic, client_of):
    score_as(half, mel, ranges.Typed(2.2468, 3.3579, 7.7913), hand_in=False)
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    row = ScoringRound.objects.get()
    found = blind.results(row.decision, row, TODAY)
    assert {one.person.name for cell in found.cells for one in cell.said} == {"Ada"}
    assert (found.done, found.asked) == (1, 3)
    assert matrix.whole(Decision.objects.get()).scorers.keys() == {"Ada"}
    decision = in_review(half)
    services.review(decision, by=lead_of(decision), version=None, verdict="reject", reason="x")
    assert "3.3579" not in Closing.objects.get().body
    url = reverse("tradeoffs:decision-scoring", args=[half.decision.key])
    assert "3.36" not in client_of(vic).get(url).content.decode()


def lead_of(decision):
    return Role.objects.get(product=decision.product, level=Level.LEAD).person.user


def test_results_refuse_to_be_made_early(half):
    with pytest.raises(blind.NotShown):
        blind.results(half.decision, half, TODAY)


def test_a_person_sees_their_own_ballot_and_no_other(half, ada, mel, client_of):
    url = reverse("tradeoffs:decision-scoring", args=[half.decision.key])
    assert "1.37..4.6321..8.91" in client_of(ada).get(url).content.decode()
    assert leaks(client_of(mel).get(url).content.decode()) == []


# Showing


def test_the_last_ballot_shows_the_round_and_history_says_so_once(half, mel, lena):
    score_as(half, mel, ranges.Typed(None, 5, None))
    assert not blind.is_shown(ScoringRound.objects.get(), TODAY)
    score_as(half, lena, ranges.Typed(6, 7, 8))
    row = ScoringRound.objects.get()
    assert blind.is_shown(row, TODAY)
    change = history.changes_of(row.decision).first()
    assert (change.action, change.by, change.fields) == (
        "scoring round 1 shown", None, {"scored": [None, "3 of 3"]},
    )  # fmt: skip


def test_the_day_after_the_last_shows_the_round_without_any_task(half, vic, client_of):
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    html = client_of(vic).get(
        reverse("tradeoffs:decision-scoring", args=[half.decision.key])
    ).content.decode()  # fmt: skip
    assert "Ada" in html
    assert services.reveal_if_over(half.pk, today=TODAY) is True
    assert services.reveal_if_over(half.pk, today=TODAY) is False


def test_what_is_shown_cannot_be_changed(half, mel, ada):
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    with pytest.raises(ValidationError, match="This round is over"):
        score_as(half, ada)


def scored_by_all(row, *pairs):
    """Each person scores the same value in all cells but the given ones."""
    for user, values in pairs:
        typed = dict(zip(cells(row.decision, None), values, strict=True))
        wanted = {cell: ranges.Typed(None, value, None) for cell, value in typed.items()}
        services.score_blind(row, by=user, cells=wanted, hand_in=True, today=TODAY)


def test_the_largest_disagreement_comes_first_and_each_score_is_kept(round_, mel, ada, lena):
    # cells: Outbox/Scalability, Outbox/Cost, Kafka/Scalability, Kafka/Cost
    scored_by_all(round_, (mel, (5, 5, 1, 6)), (ada, (5, 6, 9, 6)), (lena, (5, 5, 5, 6)))
    found = blind.results(round_.decision, ScoringRound.objects.get(), TODAY)
    assert [(cell.option.name, cell.criterion.name) for cell in found.cells][:2] == [
        ("Kafka", "Scalability"), ("Outbox", "Cost"),
    ]  # fmt: skip
    first = found.cells[0]
    assert (first.spread.mean, first.spread.sd, first.spread.n) == pytest.approx((0.5, 0.5, 3))
    assert first.middle == ranges.Typed(None, 5, None)
    assert BallotScore.objects.count() == 12
    assert not Score.objects.exists()


def test_full_agreement_on_the_order_is_1_and_it_is_kept(round_, mel, ada, lena):
    same = (5, 5, 7, 7)
    scored_by_all(round_, (mel, same), (ada, same), (lena, same))
    assert ScoringRound.objects.get().concordance == pytest.approx(1)
    assert ScoringRound.objects.get().scorers == 3
    found = matrix.whole(Decision.objects.get())
    assert sorted(found.scorers) == ["Ada", "Lena", "Mel"]


def test_the_means_go_into_the_matrix_and_what_each_said_stays(round_, mel, ada, lena):
    scored_by_all(round_, (mel, (5, 5, 1, 6)), (ada, (5, 6, 9, 6)), (lena, (5, 7, 5, 6)))
    decision = Decision.objects.get()
    assert services.take_group_scores(decision, by=mel, today=TODAY) == 4
    assert sorted(Score.objects.values_list("p50", flat=True)) == [5, 5, 6, 6]
    assert BallotScore.objects.count() == 12


def test_quantiles_are_averaged_one_by_one():
    scores = [BallotScore(p10=1, p50=3, p90=8), BallotScore(p10=3, p50=4, p90=6),
              BallotScore(p50=5)]  # fmt: skip
    assert blind.mean_of(scores) == pytest.approx((3, 4, 19 / 3))


# The second round


@pytest.fixture
def shown(round_, mel, ada, lena):
    scored_by_all(round_, (mel, (5, 5, 1, 6)), (ada, (5, 6, 9, 6)), (lena, (5, 5, 5, 6)))
    return ScoringRound.objects.get()


def again(decision, by):
    return services.open_second_round(decision, by=by, due_on=DUE, today=TODAY)


def test_a_second_round_begins_with_ones_first_scores_and_is_as_blind(shown, mel, ada):
    second = again(shown.decision, mel)
    _, own = blind.own_scores(second, ada)
    assert sorted(score.p50 for score in own.values()) == [5, 6, 6, 9]
    assert not blind.is_shown(second, TODAY)
    assert matrix.whole(Decision.objects.get()).scorers.keys() == {"Ada", "Lena", "Mel"}


def test_a_change_in_the_second_round_says_why(shown, mel, ada):
    second = again(shown.decision, mel)
    cell = next(iter(cells(shown.decision, None)))
    changed = {cell: ranges.Typed(None, 8, None)}
    with pytest.raises(ValidationError, match="say why you score it otherwise now"):
        services.score_blind(second, by=ada, cells=changed, today=TODAY)
    services.score_blind(second, by=ada, cells=changed, reasons={cell: "The replay."}, today=TODAY)
    assert BallotScore.objects.get(reason="The replay.").p50 == 8
    assert BallotScore.objects.filter(ballot__round=shown).count() == 12


def test_there_is_one_second_round_and_none_before_the_first_is_shown(half, shown, mel):
    again(shown.decision, mel)
    with pytest.raises(ValidationError, match="scored twice already"):
        again(shown.decision, mel)


def test_no_second_round_while_the_first_runs(half, mel):
    with pytest.raises(ValidationError, match="after the first round has been shown"):
        again(half.decision, mel)


# Who, and what is refused


def test_only_those_who_were_asked_score(round_, vic, root):
    for user in (vic, root):
        with pytest.raises(PermissionDenied, match="You were not asked"):
            score_as(round_, user)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f, u: f | {"people": f["people"][:1]}, "at least two people"),
        (lambda f, u: f | {"due_on": TODAY - datetime.timedelta(days=1)}, "This day is over"),
        (lambda f, u: f | {"people": [*f["people"], u.person]}, "Vic cannot score"),
    ],
)
def test_a_round_needs_two_who_can_and_a_day_to_come(decision, mel, ada, vic, change, says):
    start = {"people": [mel.person, ada.person], "due_on": DUE}
    with pytest.raises(ValidationError, match=says):
        services.open_round(decision, by=mel, today=TODAY, **change(start, vic))


def test_an_empty_ballot_and_a_score_off_the_scale_are_refused(round_, ada):
    with pytest.raises(ValidationError, match="at least one cell"):
        services.score_blind(round_, by=ada, cells={}, hand_in=True, today=TODAY)
    with pytest.raises(ValidationError, match="lies between 1 and 9"):
        score_as(round_, ada, ranges.Typed(None, 12, None))
    assert not BallotScore.objects.exists()


def test_a_ballot_is_filled_and_handed_in_on_the_page(round_, ada, client_of):
    url = reverse("tradeoffs:decision-scoring", args=[round_.decision.key])
    names = [f"cell-{option}-{criterion}" for option, criterion in cells(round_.decision, None)]
    bad = client_of(ada).post(url, {names[0]: "many", "hand_in": "1"})
    assert bad.status_code == 422
    assert "Type one number" in bad.content.decode()
    client_of(ada).post(url, {names[0]: "3..5..8", "hand_in": "1"})
    ballot = round_.ballots.get(person__user=ada)
    assert (ballot.handed_in, ballot.scores.get().p90) == (True, 8)


def test_a_ballot_goes_through_the_api(round_, ada, client_of):
    url = f"/api/v1/decisions/{round_.decision.key}/ballot/"
    body = {"cells": [{"option": "Kafka", "criterion": "Cost", "p50": 7}], "hand_in": True}
    answer = client_of(ada).put(url, body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()[0]["own"][0]["p50"] == 7
