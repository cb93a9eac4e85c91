"""What follows from decisions, over REST."""

import datetime
import json

import pytest
from django.utils import timezone

from tradeoffs import services
from tradeoffs.models import Firing, Prediction

ROOT = "/api/v1"


@pytest.fixture
def call(client_of):
    def go(user, method, path, **data):
        send = getattr(client_of(user), method)
        if method == "get":
            return send(ROOT + path)
        return send(ROOT + path, json.dumps(data), content_type="application/json")

    return go


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


def test_a_consequence_is_written_down_changed_and_made_debt(call, scored, mel):
    made = call(
        mel, "post", "/consequences/", decision=scored.key, kind="bad", severity="high",
        text="Readers poll", owner=mel.person.pk,
    )  # fmt: skip
    assert made.status_code == 201
    row = made.json()
    assert (row["owner"], row["handled_as"]) == (mel.person.pk, "")
    where = f"/consequences/{row['id']}/"
    assert call(mel, "patch", where, text="x").status_code == 400
    changed = call(mel, "patch", where, text="Six readers poll", version=row["version"])
    assert changed.json()["text"] == "Six readers poll"
    assert call(mel, "patch", where, text="y", version=row["version"]).status_code == 409
    debt = call(mel, "post", "/deliberate-debt/", consequence=row["id"], interest=[1, 2, 4])
    assert debt.status_code == 201
    assert debt.json()["decision"] == scored.key
    assert call(mel, "get", where).json()["handled_key"] == debt.json()["key"]
    again = call(mel, "post", "/deliberate-debt/", consequence=row["id"])
    assert again.status_code == 400


def test_a_lead_accepts_one_by_name(call, scored, mel, lena):
    row = services.add_consequence(scored, by=mel, kind="bad", text="It polls")
    where = f"/consequences/{row.pk}/accept/"
    assert call(mel, "post", where, person=mel.person.pk, why="So").status_code == 403
    assert call(lena, "post", where, person=lena.person.pk).status_code == 400
    answer = call(lena, "post", where, person=lena.person.pk, why="It is rare")
    assert answer.json()["accepted_by"] == "Lena"


def test_a_prediction_is_made_and_nobody_is_named(call, scored, mel):
    made = call(
        mel, "post", "/predictions/", decision=scored.key, text="P99", due_on=in_days(9),
        p10=0.4, p50=0.9, p90=2.1, unit="s",
    )  # fmt: skip
    assert made.status_code == 201
    assert made.json()["kind"] == "number"
    assert "by" not in made.json()
    bad = call(mel, "post", "/predictions/", decision=scored.key, text="x", due_on=in_days(9))
    assert bad.status_code == 400
    row = Prediction.objects.get()
    early = call(mel, "put", f"/predictions/{row.pk}/outcome/", outcome=1, version=row.version)
    assert early.status_code == 400
    assert call(mel, "delete", f"/predictions/{row.pk}/").status_code == 204


def test_a_trigger_is_set_declared_false_and_answered(call, in_review, mel, lena):
    services.review(
        in_review, by=lena, version=None, verdict="approve", reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    made = call(
        mel, "post", "/revisit-triggers/", decision=in_review.key, kind="assumption",
        text="One network",
    )  # fmt: skip
    assert made.status_code == 201
    where = f"/revisit-triggers/{made.json()['id']}"
    assert call(mel, "post", f"{where}/false/", why="A partner reads").status_code == 200
    waiting = call(mel, "get", "/fired-triggers/?waiting=1").json()["results"]
    assert [row["says"] for row in waiting] == ["Proved false: A partner reads"]
    assert call(mel, "delete", f"{where}/").status_code == 400
    firing = Firing.objects.get()
    answer = call(lena, "post", f"/fired-triggers/{firing.pk}/reaffirm/", why="Still the best")
    assert answer.json()["answer"] == "reaffirmed"
    assert call(mel, "get", "/fired-triggers/?waiting=1").json()["results"] == []


def test_looking_back_over_rest(call, in_review, mel, lena):
    services.review(
        in_review, by=lena, version=None, verdict="approve", reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    made = call(
        mel, "post", "/look-backs/", decision=in_review.key, happened="It works", again="yes"
    )
    assert made.status_code == 201
    assert made.json()["again"] == "yes"


def test_calibration_says_nothing_below_the_guard(call, product, vic):
    found = call(vic, "get", f"/decision-calibration/{product.key}/").json()
    assert (found["team"]["checked"], found["team"]["brier"], found["reversed"]) == (0, None, None)


@pytest.mark.parametrize(
    "path", ["/consequences/", "/predictions/", "/revisit-triggers/", "/look-backs/"]
)
def test_anothers_decision_is_not_there(call, scored, grace, path):
    assert call(grace, "post", path, decision=scored.key).status_code == 404
    assert call(grace, "get", path).json()["results"] == []
