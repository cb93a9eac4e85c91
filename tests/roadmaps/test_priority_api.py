"""Priorities over REST: the same services and sentences as the pages."""

import pytest

from roadmaps import services
from roadmaps.models import PriorityFormula, PriorityInput, ValueCurve
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.proposals import request_proposals
from tpm.models import Operation

API = "/api/v1"


@pytest.fixture
def put(client_of, ada):
    """Send JSON as Ada."""

    def send(path, body, method="post"):
        browser = client_of(ada)
        return getattr(browser, method)(f"{API}{path}", body, content_type="application/json")

    return send


@pytest.fixture
def get(client_of, ada):
    return lambda path: client_of(ada).get(f"{API}{path}")


def test_a_formula_is_read_and_changed_with_its_version(put, get, product):
    assert get("/priority-formulas/PAY/").json()["version"] == 0
    answer = put("/priority-formulas/PAY/", {"method": "wsjf", "version": 0}, "patch")
    assert answer.json()["words"].startswith("(User and business value +")
    stale = put("/priority-formulas/PAY/", {"weights": {"risk": 2}, "version": 9}, "patch")
    assert stale.status_code == 409
    wrong = put("/priority-formulas/PAY/", {"weights": {"risk": 900}, "version": 2}, "patch")
    assert wrong.status_code == 400
    assert "weight of Risk" in str(wrong.json())


def test_ones_own_formula_is_kept(put, product):
    own = {
        "combine": "sum", "by_effort": False,
        "inputs": [{"name": "joy", "label": "Joy", "weight": 2, "low": 0, "high": 5}],
    }  # fmt: skip
    answer = put("/priority-formulas/PAY/", {"method": "own", "own": own, "version": 0}, "patch")
    assert answer.json()["words"] == "2 × Joy"
    assert answer.json()["own"]["inputs"][0]["high"] == 5
    assert PriorityFormula.objects.get().own["combine"] == "sum"


def test_ones_own_formula_without_inputs_is_refused_in_words(put, product):
    answer = put("/priority-formulas/PAY/", {"method": "own", "version": 0}, "patch")
    assert answer.status_code == 400
    assert "at least one input" in str(answer.json())


def test_inputs_are_typed_and_taken_away(put, get, product, ada, make_item):
    services.set_formula(product, by=ada, version=0, method="rice")
    item = make_item()
    answer = put("/priority-inputs/", {"item": item.key, "name": "reach", "text": "5..8..20"})
    assert (answer.json()["p10"], answer.json()["p90"]) == (5, 20)
    assert get(f"/priority-inputs/?item={item.key}").json()["count"] == 1
    put("/priority-inputs/", {"item": item.key, "name": "reach", "text": ""})
    assert get(f"/priority-inputs/?item={item.key}").json()["count"] == 0
    wrong = put("/priority-inputs/", {"item": item.key, "name": "impact", "text": "9"})
    assert wrong.json() == {"impact": ["Impact lies from 0 to 3."]}


def test_a_value_curve_is_of_one_thing(put, get, product, ada, make_item):
    item = make_item()
    aim = services.create_objective(product, by=ada, title="Fast")
    body = {"item": item.key, "kind": "linear", "amount": "5"}
    assert put("/value-curves/", body).json()["p50"] == 5
    answer = put("/value-curves/", {"objective": aim.pk, "kind": "step", "amount": "9"})
    assert answer.json() == {"error": ["Say the day of the deadline."]}
    both = put("/value-curves/", body | {"objective": aim.pk})
    assert both.status_code == 400
    assert ValueCurve.objects.exclude(kind="").count() == 1
    assert get("/value-curves/?product=PAY").json()["count"] == 1


def test_a_ranking_and_the_chance_of_two(put, get, product, ada, make_item, team):
    services.set_formula(product, by=ada, version=0, method="rice")
    keys = []
    for reach in ("50..100..200", "10..20..40"):
        item = make_item(team=team)
        keys.append(item.key)
        estimate_from_text(item, by=ada, text="3..5..9")
        for name, text in (("reach", reach), ("impact", "1"), ("confidence", "80")):
            services.set_input(item, by=ada, name=name, text=text, version=None)
    bare = make_item()
    services.refresh_priorities(product.pk)
    rows = get("/rankings/?product=PAY").json()["results"]
    assert [row["item"] for row in rows] == [*keys, bare.key]
    assert rows[2]["missing"] == ["reach", "impact", "confidence", "effort"]
    pair = get(f"/rankings/pair/?first={keys[0]}&second={keys[1]}").json()
    assert pair["chance"] == pytest.approx(rows[0]["beats_next"])
    assert get(f"/rankings/pair/?first={keys[0]}&second={bare.key}").status_code == 400


def test_an_order_is_asked_for_and_taken_as_one_change(
    put, get, product, ada, make_item, make_team
):
    alone = make_team(product, people=1)
    items = [make_item(team=alone) for _ in range(2)]
    for item, cost in zip(items, ("1", "90"), strict=True):
        estimate_from_text(item, by=ada, text="4..5..7")
        services.set_curve(item, by=ada, version=0, kind="linear", amount=cost)
    services.refresh_forecast(product.pk)
    asked = put("/priority-orders/", {"product": "PAY"})
    assert asked.status_code == 202
    job = request_proposals(product, by=ada)
    services.run_proposals_job(job.pk)
    report = get(f"/priority-orders/{job.pk}/").json()["report"]
    assert report["proposals"][0]["gained"] > 0
    assert put(f"/priority-orders/{job.pk}/take/", {"name": "value"}).json() == {"ranks": 1}
    assert Operation.objects.filter(product=product, by=ada).count() == 1
    again = put(f"/priority-orders/{job.pk}/take/", {"name": "value"})
    assert again.status_code == 400
    assert "moved on" in str(again.json())


def test_what_if_takes_an_order(put, product, ada, make_item, make_team):
    alone = make_team(product, people=1)
    items = [make_item(team=alone) for _ in range(2)]
    for item in items:
        estimate_from_text(item, by=ada, text="4..5..7")
    body = {
        "product": "PAY",
        "changes": [{"do": "order", "items": [items[1].key, items[0].key]}],
    }
    moved = {row["key"]: row["p50_days"] for row in put("/what-if/", body).json()["items"]}
    assert moved[items[1].key] < 0 < moved[items[0].key]
    body["changes"][0]["items"] = ["PAY-99"]
    assert put("/what-if/", body).status_code == 404
    assert not PriorityInput.objects.exists()
