import pytest
from django.utils import timezone

from tpm import figures
from tradeoffs import services
from tradeoffs.models import Decision

URL = "/api/v1/decisions/"


def send(client, method, url, data):
    return getattr(client, method)(url, data, content_type="application/json")


def test_a_question_alone_is_drafted(mel, product, client_of):
    answer = send(client_of(mel), "post", URL, {"product": "PAY", "title": "Which queue?"})
    assert answer.status_code == 201
    assert (answer.json()["key"], answer.json()["state"]) == ("PAY-A1", "draft")


def test_a_draft_brings_its_options_and_criteria(mel, product, client_of):
    data = {"product": "PAY", "title": "Q", "options": ["A", "B"], "criteria": ["Cost"]}
    body = send(client_of(mel), "post", URL, data).json()
    assert [option["name"] for option in body["options"]] == ["A", "B"]
    assert [(c["name"], c["weight"]) for c in body["criteria"]] == [("Cost", 1.0)]


def test_a_product_that_one_may_not_see_does_not_exist(grace, product, client_of):
    answer = send(client_of(grace), "post", URL, {"product": "PAY", "title": "Q"})
    assert answer.status_code == 404


def test_a_body_that_is_no_object_names_no_product(mel, client_of):
    assert send(client_of(mel), "post", URL, [1]).status_code == 400


def test_the_list_holds_what_one_may_see(decision, vic, grace, client_of):
    assert [row["key"] for row in client_of(vic).get(URL).json()["results"]] == ["PAY-A1"]
    assert client_of(grace).get(URL).json()["results"] == []


def test_the_list_filters_by_product_and_state(decision, vic, client_of):
    browser = client_of(vic)
    assert browser.get(URL + "?state=draft&product=PAY").json()["count"] == 1
    assert browser.get(URL + "?state=accepted").json()["count"] == 0


def test_totals_and_verdict_are_those_of_the_page(scored, vic, client_of):
    body = client_of(vic).get(f"{URL}{scored.key}/").json()
    assert [(t["option"], t["rank"]) for t in body["totals"]] == [("Outbox", 1), ("Kafka", 2)]
    assert body["verdict"].startswith("Outbox leads by 0.25 over Kafka.")


def test_a_patch_changes_the_text(decision, mel, client_of):
    url = f"{URL}{decision.key}/"
    data = {"context": "Orders get lost.", "version": decision.version}
    answer = send(client_of(mel), "patch", url, data)
    assert answer.json()["context"] == "Orders get lost."
    assert answer.json()["version"] == decision.version + 1


def test_a_patch_without_a_version_is_refused(decision, mel, client_of):
    answer = send(client_of(mel), "patch", f"{URL}{decision.key}/", {"context": "x"})
    assert answer.status_code == 400
    assert answer.json() == {"version": ["Send the version that you read."]}


def test_a_stale_patch_answers_409_with_theirs_and_mine(decision, mel, client_of):
    url, seen = f"{URL}{decision.key}/", decision.version
    send(client_of(mel), "patch", url, {"context": "theirs", "version": seen})
    answer = send(client_of(mel), "patch", url, {"context": "mine", "version": seen})
    assert answer.status_code == 409
    body = answer.json()
    assert (body["theirs"], body["mine"]) == ({"context": "theirs"}, {"context": "mine"})


def test_the_state_cannot_be_patched(decision, mel, client_of):
    data = {"state": "accepted", "version": decision.version}
    send(client_of(mel), "patch", f"{URL}{decision.key}/", data)
    assert Decision.objects.get().state == "draft"


def test_a_frozen_record_refuses_a_patch_in_the_words_of_the_page(accepted, mel, client_of):
    data = {"context": "x", "version": accepted.version}
    answer = send(client_of(mel), "patch", f"{URL}{accepted.key}/", data)
    assert answer.status_code == 400
    assert "its text is frozen" in str(answer.json())


def test_cells_are_scored_and_cleared_by_name(decision, mel, client_of):
    url = f"{URL}{decision.key}/scores/"
    cell = {"option": "Kafka", "criterion": "Cost", "version": 0}
    body = send(client_of(mel), "put", url, cell | {"p10": 3, "p50": 5, "p90": 8}).json()
    assert body["options"][1]["scores"][0] == {
        "criterion": "Cost", "p10": 3.0, "p50": 5.0, "p90": 8.0, "note": "", "version": 1,
        "evidence": "", "evidence_on": None, "figure_kind": "", "read_at": None,
    }  # fmt: skip
    body = send(client_of(mel), "put", url, cell | {"version": 1}).json()
    assert body["options"][1]["scores"] == []


def test_an_unknown_option_is_named(decision, mel, client_of):
    cell = {"option": "Nope", "criterion": "Cost", "version": 0, "p50": 5}
    answer = send(client_of(mel), "put", f"{URL}{decision.key}/scores/", cell)
    assert answer.status_code == 400
    assert answer.json() == {"option": ["This decision has no 'Nope'."]}


def test_weights_are_scaled(decision, mel, client_of):
    data = {"weights": {"Scalability": 30, "Cost": 10}, "version": 2}
    body = send(client_of(mel), "put", f"{URL}{decision.key}/weights/", data).json()
    assert [c["weight"] for c in body["criteria"]] == [0.75, 0.25]


def test_links_are_set_whole(decision, make_item, mel, client_of):
    item = make_item()
    data = {"items": [item.key], "components": [], "version": decision.version}
    body = send(client_of(mel), "put", f"{URL}{decision.key}/links/", data).json()
    assert body["items"] == [item.key]


def test_a_decision_is_submitted_and_approved(scored, mel, lena, client_of):
    url = f"{URL}{scored.key}/"
    body = send(client_of(mel), "post", url + "submit/", {"version": scored.version}).json()
    assert body["state"] == "in_review"
    judge = {
        "verdict": "approve", "reason": "Cheap.", "chosen": "Outbox", "version": body["version"]
    }  # fmt: skip
    body = send(client_of(lena), "post", url + "review/", judge).json()
    assert (body["state"], body["reviews"][0]["verdict"]) == ("accepted", "approve")


CHANGES = [
    ("patch", "", {"context": "x", "version": 1}),
    ("put", "links/", {"items": [], "components": [], "version": 1}),
    ("put", "weights/", {"weights": {"Scalability": 1, "Cost": 1}, "version": 2}),
    ("put", "scores/", {"option": "Kafka", "criterion": "Cost", "p50": 5, "version": 0}),
    ("post", "submit/", {"version": 1}),
    ("post", "review/", {"verdict": "reject", "reason": "x", "version": 1}),
]


@pytest.mark.parametrize(("method", "rest", "data"), CHANGES)
def test_a_viewer_changes_nothing_and_an_outsider_finds_nothing(
    decision, vic, grace, client_of, method, rest, data
):
    url = f"{URL}{decision.key}/{rest}"
    assert send(client_of(vic), method, url, data).status_code == 403
    assert send(client_of(grace), method, url, data).status_code == 404


def test_a_member_does_not_judge(in_review, mel, client_of):
    judge = {"verdict": "reject", "reason": "x", "version": in_review.version}
    answer = send(client_of(mel), "post", f"{URL}{in_review.key}/review/", judge)
    assert answer.status_code == 403
    assert "you need the role lead" in str(answer.json())


def test_the_list_takes_the_same_queries_for_twice_the_rows(
    make_decision, score, vic, client_of, django_assert_max_num_queries
):
    for _ in range(6):
        score(make_decision(), "Kafka", "Cost", 5)
    browser = client_of(vic)
    with django_assert_max_num_queries(14):
        browser.get(URL)


# The matrix, its weights and its verdict


def test_many_cells_are_set_in_one_step(scored, mel, client_of):
    data = {
        "cells": [
            {"option": "Outbox", "criterion": "Cost", "value": "3..5..8"},
            {"option": "Kafka", "criterion": "Cost", "value": ""},
        ],
        "version": scored.version,
    }
    body = send(client_of(mel), "put", f"{URL}{scored.key}/cells/", data).json()
    assert [len(option["scores"]) for option in body["options"]] == [2, 1]


def test_a_cell_that_is_no_number_is_refused_by_name(scored, mel, client_of):
    data = {"cells": [{"option": "Outbox", "criterion": "Cost", "value": "x"}], "version": 1}
    answer = send(client_of(mel), "put", f"{URL}{scored.key}/cells/", data)
    assert answer.status_code == 400
    assert "Type one number" in str(answer.json())


def test_weights_by_pairs_are_told_with_their_names(scored, mel, client_of):
    data = {"method": "ahp", "said": {"Scalability:Cost": "3"}, "version": 2}
    body = send(client_of(mel), "put", f"{URL}{scored.key}/weighting/", data).json()
    assert [c["weight"] for c in body["criteria"]] == pytest.approx([0.75, 0.25])


def test_weights_of_an_unknown_criterion_are_refused(scored, mel, client_of):
    data = {"method": "direct", "said": {"Beauty": "3"}, "version": 2}
    answer = send(client_of(mel), "put", f"{URL}{scored.key}/weighting/", data)
    assert answer.status_code == 400


def test_the_robustness_is_that_of_the_page(scored, vic, client_of):
    url = f"{URL}{scored.key}/robustness/"
    body = client_of(vic).get(url).json()
    assert (body["verdict"], body["outputs"]["draws"]) == ("pending", None)
    services.refresh_robustness(scored.pk)
    body = client_of(vic).get(url).json()
    assert body["verdict"] == "clear"
    assert body["outputs"]["draws"]["ranks"][0][0] > 0.8
    assert client_of(vic).get(f"{URL}{scored.key}/").json()["firmness"] == "clear"


def test_a_preview_of_the_stored_weights_is_the_stored_result(scored, vic, client_of):
    services.refresh_robustness(scored.pk)
    stored = client_of(vic).get(f"{URL}{scored.key}/robustness/").json()
    data = {"weights": {"Scalability": 50, "Cost": 50}}
    answer = send(client_of(vic), "post", f"{URL}{scored.key}/robustness/preview/", data)
    assert answer.json() == stored


@pytest.mark.parametrize("weights", [{"Scalability": 0, "Cost": 0}, {"Beauty": 1}, {"Cost": -1}])
def test_a_preview_of_nothing_is_refused(scored, vic, client_of, weights):
    url = f"{URL}{scored.key}/robustness/preview/"
    assert send(client_of(vic), "post", url, {"weights": weights}).status_code == 400


def test_a_cell_is_bound_to_an_offered_number_and_let_go(scored, make_item, mel, client_of):
    item = make_item(title="Outbox")
    row = figures.figure(
        item, "chance", 0.5, product=item.product, as_of=timezone.now(), unit="share"
    )
    figures.publish_all([row])
    cost = scored.criteria.get(name="Cost")
    services.edit_criterion(
        cost, by=mel, version=None, fields={"unit": "%", "worst": 0, "best": 100}
    )
    browser, url = client_of(mel), f"{URL}{scored.key}/bindings/"
    offered = browser.get(url).json()
    assert [one["unit"] for one in offered] == ["%"]
    data = {"option": "Outbox", "criterion": "Cost", "figure": offered[0]["code"], "version": 1}
    assert send(browser, "put", url, data).status_code == 200
    assert scored.options.first().scores.get(criterion=cost).p50 == 50
    data |= {"figure": "", "version": 2}
    assert send(browser, "put", url, data).status_code == 200
    assert not scored.options.first().scores.get(criterion=cost).is_bound
