"""What paying does to the dates, over REST: the numbers of the pages, on the same draws."""

import pytest

from debt import payoff_jobs, payoff_plans, payoff_register, previews, services
from debt.maths.ranges import Range
from roadmaps import services as roadmap
from roadmaps.services import create_objective

pytestmark = pytest.mark.django_db
DATES = "/api/v1/debt-payoff/PAY/dates/"


@pytest.fixture
def plan(product, make_item, ada, team):
    """Two items of an objective, estimated and forecast."""
    aim = create_objective(product, by=ada, title="Fast")
    for _ in range(2):
        item = make_item(team=team, objective=aim)
        roadmap.estimate_item(item, by=ada, p10_days=5, p50_days=10, p90_days=20)
    roadmap.refresh_forecast(product.pk)
    return aim


@pytest.fixture
def chore(make_debt):
    return make_debt(
        title="By hand", principal_p10_days=3, principal_p50_days=4, principal_p90_days=5,
        interest=Range(8, 10, 12),
    )  # fmt: skip


def rows(preview) -> list[tuple]:
    return [(row.key, str(row.before), str(row.after), row.days) for row in preview.objectives]


def told_rows(told: dict) -> list[tuple]:
    return [(r["key"], r["before"], r["after"], r["days"]) for r in told["objectives"]]


def test_an_item_says_what_paying_it_and_leaving_it_does_to_the_dates(api, vic, plan, chore):
    roadmap.refresh_forecast(chore.product_id)
    told = api(vic).get(f"/api/v1/debt-items/{chore.key}/dates/").json()
    assert told["gap"] == ""
    assert [each["place"] for each in told["paying"]] == ["first", "last"]
    found = previews.of_paying(chore, services.payoff_of(chore))
    assert [told_rows(each) for each in told["paying"]] == [rows(each) for each in found]
    assert told_rows(told["gone"]) == rows(previews.of_being_gone(chore))
    assert told["gone"]["objectives"][0]["days"] < 0


def test_an_objective_that_needs_no_item_is_in_no_preview(api, client_of, ada, plan, chore):
    """It has no date, before or after."""
    create_objective(chore.product, by=ada, title="Nothing linked yet")
    roadmap.refresh_forecast(chore.product_id, trials=200)
    told = api(ada).get(f"/api/v1/debt-items/{chore.key}/dates/").json()
    for each in (*told["paying"], told["gone"]):
        assert [row["title"] for row in each["objectives"]] == ["Fast"]
    told = api(ada).post(DATES, {"ways": [{"budget": "20"}]}, format="json").json()
    assert [row["title"] for row in told["ways"][0]["objectives"]] == ["Fast"]
    for page in ("slows/", "plan/"):
        answer = client_of(ada).get(f"/d/{chore.key}/{page}")
        assert answer.status_code == 200
        assert "Nothing linked yet" not in answer.content.decode()


def test_what_cannot_be_planned_says_why(api, vic, mel, plan, chore, make_debt):
    unknown = make_debt(interest=None)
    told = api(vic).get(f"/api/v1/debt-items/{unknown.key}/dates/").json()
    assert (told["paying"], told["gap"]) == ([], "Say first what it costs a month.")
    services.mark_paid(chore, by=mel)
    told = api(vic).get(f"/api/v1/debt-items/{chore.key}/dates/").json()
    assert (told["gap"], told["gone"]) == (f"{chore.key} is paid already.", None)


def test_two_budgets_are_held_beside_each_other(api, vic, product, plan, chore):
    body = {"ways": [{"budget": "5"}, {"budget": "1", "place": "last"}]}
    answer = api(vic).post(DATES, body, format="json")
    assert answer.status_code == 200
    first, second = answer.json()["ways"]
    found = payoff_register.register_of(product)
    asked = payoff_register.Asked(5.0)
    expected = payoff_plans.paid_plan(product, found, asked)
    assert told_rows(first) == rows(expected.preview)
    assert (first["budget"], first["any_later"]) == (5, expected.any_later)
    assert (second["place"], second["objectives"], second["any_later"]) == ("last", [], None)


def test_what_takes_long_is_the_workers_and_answered_when_asked_again(
    api, vic, plan, chore, monkeypatch
):
    quick = api(vic).post(DATES, {"ways": [{"budget": "5"}]}, format="json").json()
    monkeypatch.setattr(payoff_jobs, "AT_ONCE", 0)
    body = {"ways": [{"budget": "5"}]}
    waiting = api(vic).post(DATES, body, format="json")
    assert waiting.status_code == 202
    assert api(vic).post(DATES, body, format="json").json()["job"] == waiting.json()["job"]
    payoff_jobs.run(waiting.json()["job"])
    answer = api(vic).post(DATES, body, format="json")
    assert answer.status_code == 200
    assert answer.json() == quick


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [
        ([], "one way, or two"),
        ([{"budget": "1"}] * 3, "one way, or two"),
        ([{"budget": "plenty"}], "number of days"),
        ([{"budget": "1", "place": "middle"}], "not a valid choice"),
        ([{}], "required"),
    ],
)
def test_what_is_no_way_to_spend_is_refused(api, vic, chore, ways, sentence):
    answer = api(vic).post(DATES, {"ways": ways}, format="json")
    assert answer.status_code == 400
    assert sentence in str(answer.json()["ways"])
