"""Moves of a decision, its options and criteria and its reviewers, over REST."""

import json

import pytest
from django.core.exceptions import ValidationError

from tpm import history
from tradeoffs import services
from tradeoffs.models import Decision

URL = "/api/v1/decisions/"


@pytest.fixture
def call(client_of):
    def go(user, method, decision, path, **data):
        send = getattr(client_of(user), method)
        body = json.dumps(data)
        return send(f"{URL}{decision.key}/{path}", body, content_type="application/json")

    return go


def sentence_of(refused) -> str:
    with pytest.raises(ValidationError) as error:
        refused()
    return error.value.messages[0]


def test_a_decision_is_withdrawn_and_rejected_and_opened_again(call, in_review, mel, lena):
    back = call(mel, "post", in_review, "withdraw/", version=in_review.version)
    assert (back.status_code, back.json()["state"]) == (200, "draft")
    services.submit_for_review(in_review, by=mel, version=None)
    services.review(in_review, by=lena, version=None, verdict="reject", reason="No.")
    silent = call(mel, "post", in_review, "reopen/", version=in_review.version)
    assert silent.status_code == 400
    assert "Say what has changed since it was rejected." in silent.content.decode()
    again = call(mel, "post", in_review, "reopen/", version=in_review.version, why="Cheaper now.")
    assert again.json()["state"] == "draft"


def test_a_lead_says_that_a_decision_no_longer_holds(call, accepted, mel, lena):
    fields = {"version": accepted.version, "why": "Nobody uses it."}
    assert call(mel, "post", accepted, "deprecate/", **fields).status_code == 403
    assert call(lena, "post", accepted, "deprecate/", version=1).status_code == 409
    assert call(lena, "post", accepted, "deprecate/", **fields).json()["state"] == "deprecated"


def test_a_move_that_is_not_allowed_has_the_sentence_of_the_page(call, decision, mel):
    answer = call(mel, "post", decision, "withdraw/", version=decision.version)
    said = sentence_of(lambda: services.withdraw(decision, by=mel, version=None))
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_options_are_added_changed_and_taken_out(call, decision, mel):
    made = call(mel, "post", decision, "options/", name="Rabbit", description="Known here.")
    assert made.status_code == 201
    option = made.json()["options"][-1]
    assert (option["name"], option["description"]) == ("Rabbit", "Known here.")
    where = f"options/{option['id']}/"
    assert call(mel, "patch", decision, where, name="x").status_code == 400
    version = option["version"]
    changed = call(mel, "patch", decision, where, name="RabbitMQ", version=version)
    assert changed.json()["options"][-1]["name"] == "RabbitMQ"
    assert call(mel, "patch", decision, where, name="y", version=version).status_code == 409
    assert call(mel, "delete", decision, where).status_code == 400
    assert call(mel, "delete", decision, where, version=version).status_code == 409
    gone = call(mel, "delete", decision, where, version=version + 1)
    assert [one["name"] for one in gone.json()["options"]] == ["Outbox", "Kafka"]


@pytest.mark.parametrize("body", ["null", "[]", "3", '"x"'])
def test_a_body_without_names_has_no_version(client_of, decision, mel, body):
    option = decision.options.first()
    where = f"{URL}{decision.key}/options/{option.pk}/"
    answer = client_of(mel).delete(where, body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["version"])


def test_a_name_that_is_taken_has_the_sentence_of_the_page(call, decision, mel):
    answer = call(mel, "post", decision, "options/", name="Kafka")
    said = sentence_of(lambda: services.add_option(decision, by=mel, name="Kafka"))
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_criteria_are_added_changed_and_taken_out(call, decision, mel):
    made = call(
        mel, "post", decision, "criteria/", name="Latency", unit="ms", worst=200, best=10, must=100
    )
    assert made.status_code == 201
    criterion = made.json()["criteria"][-1]
    assert (criterion["unit"], criterion["must"]) == ("ms", 100)
    assert criterion["weight"] == pytest.approx(1 / 3)
    where = f"criteria/{criterion['id']}/"
    version = criterion["version"]
    changed = call(mel, "patch", decision, where, best=5, version=version).json()["criteria"][-1]
    assert (changed["best"], changed["worst"]) == (5, 200)
    assert call(mel, "patch", decision, where, best=6, version=version).status_code == 409
    assert call(mel, "delete", decision, f"{where}?version={version}").status_code == 409
    gone = call(mel, "delete", decision, f"{where}?version={version + 1}").json()["criteria"]
    assert [one["weight"] for one in gone] == [0.5, 0.5]


def test_history_keeps_the_cells_that_went_with_an_option_or_a_criterion(call, scored, mel):
    option, criterion = scored.options.get(name="Kafka"), scored.criteria.get(name="Cost")
    call(mel, "delete", scored, f"options/{option.pk}/?version={option.version}")
    criterion.refresh_from_db()
    call(mel, "delete", scored, f"criteria/{criterion.pk}/?version={criterion.version}")
    kept = [row.fields for row in history.changes_of(scored) if row.action == "cleared a score"]
    assert kept == [
        {"Outbox, Cost": ["8; run for a year", None]},
        {"Kafka, Scalability": ["7", None], "Kafka, Cost": ["2", None]},
    ]


def test_parts_of_another_decision_are_not_found(call, decision, make_decision, mel):
    other = make_decision()
    where = f"options/{other.options.first().pk}/"
    assert call(mel, "delete", decision, where).status_code == 404
    assert other.options.count() == 2


def test_parts_of_a_closed_decision_are_frozen(call, accepted, mel):
    answer = call(mel, "post", accepted, "options/", name="Rabbit")
    assert answer.status_code == 400
    assert "its text is frozen" in answer.content.decode()


def test_a_reviewer_is_asked_no_longer(call, scored, mel, ada, lena):
    services.ask_reviewers(scored, by=mel, people=[ada.person])
    where = f"reviewers/{ada.person.pk}/"
    assert call(mel, "delete", scored, where).status_code == 200
    assert not scored.reviewers.exists()
    assert call(mel, "delete", scored, where).status_code == 404


def test_in_review_the_author_excuses_nobody(call, in_review, mel, ada, lena):
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    answer = call(mel, "delete", in_review, f"reviewers/{ada.person.pk}/")
    assert answer.status_code == 403
    assert in_review.reviewers.count() == 1


@pytest.mark.parametrize("name", ["context", "constraints"])
def test_a_draft_takes_as_much_text_as_the_page(name, mel, product, client_of):
    most = Decision._meta.get_field(name).max_length
    for length, status in ((most, 201), (most + 1, 400)):
        data = {"product": "PAY", "title": "Which?", name: "x" * length}
        answer = client_of(mel).post(URL, json.dumps(data), content_type="application/json")
        assert answer.status_code == status
