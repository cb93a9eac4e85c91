"""A matrix that was filled before the round is hidden from whoever still has to score it."""

import datetime
import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.tradeoffs.test_blind_rounds import DUE, MARKS, TODAY, addresses, leaks, score_as
from tpm import history
from tradeoffs import exporting, matrix, queries, services
from tradeoffs.maths import ranges, statement
from tradeoffs.models import Decision, Robustness, Score, ScoringRound, Summary

SECRET = {"p50": 4.6321, "p10": 1.37, "p90": 8.91, "note": "a 4.6321 of the pilot"}
API = "/api/v1/decisions/{}/"


@pytest.fixture
def filled(decision, score, mel, lena):
    """All four cells scored, judged once and changed since, then opened for Ada and Lena."""
    for option in ("Outbox", "Kafka"):
        for criterion in ("Scalability", "Cost"):
            score(decision, option, criterion, **SECRET)
    services.submit_for_review(decision, by=mel, version=None)
    services.review(decision, by=lena, version=None, verdict="ask_for_changes", reason="Unsure.")
    score(decision, "Kafka", "Cost", **SECRET | {"p50": 4.6339})
    services.refresh_robustness(decision.pk)
    decision.refresh_from_db()
    return decision


@pytest.fixture
def round_(filled, mel, ada, lena):
    people = [ada.person, lena.person]
    return services.open_round(filled, by=mel, people=people, due_on=DUE, today=TODAY)


def about_decisions(row):
    """Addresses of decisions, of lists and archives that hold them, and of everybody's history."""
    about = re.compile(r"-A\d|decision|history|reviews|/p/[A-Z]+/$|^/$")
    return sorted(url for url in set(addresses(row)) if about.search(url))


def text_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer["Content-Type"] == "application/zip":
        archive = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(map(archive.read, archive.namelist()))
    return body.decode(errors="replace")


def test_no_page_file_or_answer_shows_a_scorer_the_stored_cells(round_, ada, client_of):
    client, seen = client_of(ada), 0
    for url in about_decisions(round_):
        answer = client.get(url)
        assert leaks(text_of(answer)) == [], url
        seen += answer.status_code == 200 and round_.decision.key in url
    assert seen > 15


def test_whoever_does_not_score_sees_them_on_the_same_addresses(round_, mel, client_of):
    client, key = client_of(mel), round_.decision.key
    for page in ("matrix", "csv", "reproduce", "history", "export", "api", "log"):
        assert leaks(text_of(client.get(where(page, key)))), page


@pytest.mark.parametrize(("page", "winner"), [("robustness", "Kafka leads by"), ("list", ">Kafka")])
def test_whoever_does_not_score_sees_who_wins_and_a_scorer_does_not(
    round_, mel, ada, client_of, page, winner
):
    url = where(page, round_.decision.key)
    assert winner in text_of(client_of(mel).get(url))
    assert winner not in text_of(client_of(ada).get(url))


def where(page, key):
    product = key.split("-")[0]
    return {
        "matrix": reverse("tradeoffs:decision-matrix", args=[key]),
        "csv": reverse("tradeoffs:matrix-csv", args=[key]),
        "robustness": reverse("tradeoffs:decision-robustness", args=[key]),
        "reproduce": reverse("tradeoffs:robustness-reproduce", args=[key]),
        "history": reverse("tradeoffs:decision-history", args=[key]),
        "export": reverse("tradeoffs:decision-export", args=[key]),
        "list": reverse("tradeoffs:decision-list", args=[product]),
        "log": reverse("tpm:history-list", args=[product]),
        "api": API.format(key),
    }[page]


def plain(answer):
    """A page without what differs each time."""
    text = re.sub(r'(csrfmiddlewaretoken" value|hx-headers|nonce)="[^"]*"', "", text_of(answer))
    return re.sub(r'"csrf[^,]*|X-CSRFToken[^}]*|\d\d:\d\d(:\d\d(\.\d+)?)?', "", text)


def test_nothing_that_a_scorer_reads_depends_on_what_the_cells_hold(round_, ada, client_of):
    """The same addresses, before and after the winner is turned around in the database."""
    client = client_of(ada)
    urls = about_decisions(round_)
    list(map(client.get, urls))  # a first visit marks things as seen
    before = {url: client.get(url) for url in urls}
    before = {url: plain(answer) for url, answer in before.items() if not answer.streaming}
    Score.objects.filter(option__name="Kafka").update(p10=8, p50=9, p90=9)
    Score.objects.filter(option__name="Outbox").update(p10=None, p50=1, p90=None)
    Robustness.objects.all().delete()
    Summary.objects.all().delete()
    changed = [url for url, page in before.items() if plain(client.get(url)) != page]
    assert changed == []
    assert len(before) > 30


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("tradeoffs:robustness-preview", {}),
        ("tradeoffs:matrix-refresh", {}),
        ("tradeoffs:pugh-fill", {"version": "1"}),
        ("tradeoffs:matrix-fill", {"text": "\tOutbox\nCost\t5", "step": "look"}),
        ("tradeoffs:matrix-fill", {"text": "\tOutbox\nCost\t5", "step": "fill", "version": "1"}),
    ],
)
def test_nothing_is_read_by_posting(round_, ada, client_of, name, body):
    answer = client_of(ada).post(reverse(name, args=[round_.decision.key]), body)
    assert leaks(text_of(answer)) == []
    assert not Score.objects.filter(p50=5).exists()


def test_a_cell_is_not_the_scorers_to_open_or_to_write(round_, ada, client_of):
    kafka, cost = round_.decision.options.last(), round_.decision.criteria.last()
    url = reverse("tradeoffs:score-edit", args=[round_.decision.key, kafka.pk, cost.pk])
    assert client_of(ada).get(url).status_code == 403
    for htmx in ({}, {"HX-Request": "true"}):
        answer = client_of(ada).post(url, {"value": "7", "version": "0"}, headers=htmx)
        assert (answer.status_code, leaks(text_of(answer))) == (403, [])
    with pytest.raises(PermissionDenied, match="hidden from you until the round is shown"):
        services.score_cell(kafka, cost, by=ada, version=None, p50=7)
    with pytest.raises(PermissionDenied, match="hidden from you"):
        services.clear_cell(kafka, cost, by=ada, version=None)
    with pytest.raises(PermissionDenied, match="hidden from you"):
        services.read_bound_cells(round_.decision, by=ada)


def test_the_api_answers_no_conflict_with_the_cell_inside(round_, ada, client_of):
    url = API.format(round_.decision.key) + "scores/"
    body = {"option": "Kafka", "criterion": "Cost", "p50": 7, "version": 0}
    answer = client_of(ada).put(url, body, content_type="application/json")
    assert (answer.status_code, leaks(answer.content.decode())) == (403, [])
    assert not Score.objects.filter(p50=7).exists()
    answer = client_of(ada).post(
        API.format(round_.decision.key) + "robustness/preview/", {"weights": {"Cost": 1}},
        content_type="application/json",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["verdict"]) == (200, None)
    assert leaks(answer.content.decode()) == []


def test_the_archive_says_hidden(round_, ada, mel):
    def file(viewer):
        return next(exporting.exported(Decision.objects.all(), viewer=viewer)).data.decode()

    assert leaks(file(ada)) == []
    assert "| Cost | 50 % | hidden | hidden |" in file(ada)
    assert leaks(file(mel))


def test_the_sentence_says_why_nothing_is_shown(round_, ada):
    rows = queries.with_matrix(Decision.objects.all(), viewer=ada)
    assert statement.text(matrix.of(rows.get()).verdict_runs).startswith("You score this unseen")


def test_having_handed_in_opens_nothing_before_the_round_is_shown(round_, ada, lena, client_of):
    url = where("matrix", round_.decision.key)
    score_as(round_, ada, ranges.Typed(None, 3, None))
    assert leaks(text_of(client_of(ada).get(url))) == []
    score_as(round_, lena, ranges.Typed(None, 3, None))
    assert "mean of 2 scorers" in text_of(client_of(ada).get(url))


def test_the_day_after_the_last_shows_them_again(round_, ada, client_of):
    ScoringRound.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    assert leaks(text_of(client_of(ada).get(where("matrix", round_.decision.key)))) != []


def test_a_second_round_hides_nothing_that_the_first_has_shown(round_, mel, ada, lena, client_of):
    for user in (ada, lena):
        score_as(round_, user, ranges.Typed(None, 3, None))
    services.open_second_round(round_.decision, by=mel, due_on=DUE, today=TODAY)
    assert "mean of 2 scorers" in text_of(client_of(ada).get(where("matrix", round_.decision.key)))


def test_a_rejection_hides_on_until_the_round_is_over(round_, mel, ada, lena, client_of):
    services.submit_for_review(round_.decision, by=mel, version=None)
    services.review(round_.decision, by=lena, version=None, verdict="reject", reason="x")
    page = where("matrix", round_.decision.key)
    assert leaks(text_of(client_of(ada).get(page))) == []
    ScoringRound.objects.update(due_on=TODAY - datetime.timedelta(days=1))
    assert leaks(text_of(client_of(ada).get(page))) != []


def test_the_history_keeps_every_line(round_, ada):
    assert any(mark in str(row.fields) for row in history.changes_of(round_.decision)
               for mark in MARKS)  # fmt: skip
