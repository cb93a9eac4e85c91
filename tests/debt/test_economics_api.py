"""Pay-off, trend and map over REST."""

import pytest

from debt.maths.ranges import Range
from debt.models import DebtItem


@pytest.fixture
def chore(make_debt):
    return make_debt(
        title="By hand", principal_p10_days=3, principal_p50_days=4, principal_p90_days=5,
        interest=Range(1.5, 2, 2.5),
    )  # fmt: skip


def test_a_budget_pays_what_gains(client_of, vic, chore):
    told = client_of(vic).get("/api/v1/debt-payoff/PAY/?budget=5").json()
    (row,) = told["items"]
    assert (row["key"], row["chosen"], row["left"]) == (chore.key, True, None)
    assert told["spent"] == row["cost"] == pytest.approx(4)
    short = client_of(vic).get("/api/v1/debt-payoff/PAY/?budget=1").json()
    assert (short["items"][0]["left"], short["items"][0]["enough"]) == ("does_not_fit", 4)


def test_what_is_no_budget_is_told_at_its_field(client_of, vic, chore):
    answer = client_of(vic).get("/api/v1/debt-payoff/PAY/?budget=plenty")
    assert answer.status_code == 400
    assert "number of days" in answer.json()["budget"][0]


def test_what_it_pays_is_planned_as_one(client_of, ada, chore):
    answer = client_of(ada).post(
        "/api/v1/debt-payoff/PAY/plan/",
        {"budget": "5", "items": [chore.key]},
        content_type="application/json",
    )
    assert answer.status_code == 201
    chore.refresh_from_db()
    assert answer.json()["items"] == [chore.item.key]


def test_another_choice_by_now_is_refused(client_of, ada, chore):
    answer = client_of(ada).post(
        "/api/v1/debt-payoff/PAY/plan/",
        {"budget": "5", "items": []},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert "something else by now" in answer.json()["items"][0]
    chore.refresh_from_db()
    assert chore.state == DebtItem.State.OPEN


def test_the_causes_of_a_month_sum_to_its_change(client_of, vic, chore):
    for name in ("principal", "interest"):
        month = client_of(vic).get("/api/v1/debt-trend/PAY/").json()[name][-1]
        change = sum(row["amount"] for row in month["causes"])
        assert month["after"] - month["before"] == pytest.approx(change)
        assert change > 0
        assert 0 <= month["after_p10"] < month["after"] < month["after_p90"]


def test_a_component_without_history_has_unknown_changes(client_of, vic, chore, product, team):
    component = product.components.create(key="billing", name="Billing", owner_team=team)
    chore.component = component
    chore.save()
    (row,) = client_of(vic).get("/api/v1/debt-map/PAY/").json()
    assert (row["component"], row["items"], row["changes"]) == ("billing", [chore.key], None)
    assert row["drag"] > 0


def test_products_that_one_may_not_see_are_not_found(client_of, grace, chore):
    for name in ("payoff", "trend", "map"):
        assert client_of(grace).get(f"/api/v1/debt-{name}/PAY/").status_code == 404
