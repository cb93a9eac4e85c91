"""Debt items over REST: the same services, roles and sentences."""

import pytest
from rest_framework.test import APIClient

from debt import refresh, services
from debt.maths.ranges import Range
from debt.models import DebtItem
from roadmaps.models import Item

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-items/"


@pytest.fixture
def api():
    def sign_in(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.mark.thorough
def test_the_list_holds_debt_of_visible_products(make_debt, api, vic, grace):
    make_debt()
    assert [row["key"] for row in api(vic).get(URL).json()["results"]] == ["PAY-D1"]
    assert api(grace).get(URL).json()["results"] == []


def test_the_list_is_filtered_by_product_and_state(make_debt, api, vic):
    make_debt()
    client = api(vic)
    assert client.get(URL, {"product": "PAY", "state": "open"}).json()["count"] == 1
    assert client.get(URL, {"state": "paid"}).json()["count"] == 0


def test_the_list_takes_a_constant_number_of_queries(
    make_debt, api, vic, django_assert_max_num_queries
):
    for _ in range(5):
        make_debt()
    with django_assert_max_num_queries(6):
        api(vic).get(URL)


def test_one_item_shows_its_score_with_parts_and_inputs(make_debt, api, vic):
    item = make_debt()
    found = api(vic).get(f"{URL}PAY-D1/").json()
    assert found["principal"] == [5, 10, 20]
    assert found["latest_score"]["score"] == pytest.approx(item.latest_score.score)
    assert found["latest_score"]["parts"].keys() == item.latest_score.parts.keys()


def test_a_title_is_enough(api, mel, product):
    answer = api(mel).post(URL, {"product": "PAY", "title": "Slow"}, format="json")
    assert (answer.status_code, answer.json()["key"]) == (201, "PAY-D1")


def test_everything_can_be_said_at_once(api, mel, product, team):
    body = {
        "product": "PAY", "title": "Slow", "team": "rails", "interest": [1, 2, 4],
        "principal": [5, 10, 20], "tags": ["arch"], "evidence": ["a/b.py"], "slow_down": "a third",
    }  # fmt: skip
    assert api(mel).post(URL, body, format="json").status_code == 201
    item = DebtItem.objects.get()
    assert item.principal == (5, 10, 20)
    assert item.interests.get().p50_days == 2
    assert item.evidence.count() == 1


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"principal": [3, 2, 1]}, "principal", "Order the range"),
        ({"principal": [1, 2]}, "principal", "three numbers"),
        ({"team": "unknown"}, "team", "does not exist"),
        ({"title": ""}, "title", "blank"),
        ({"risk_level": 9}, "error", "A risk needs"),
    ],
)
def test_a_broken_rule_is_a_400_with_its_sentence(api, mel, product, body, field, sentence):
    answer = api(mel).post(URL, {"product": "PAY", "title": "x"} | body, format="json")
    assert answer.status_code == 400
    assert sentence in str(answer.json()[field])


@pytest.mark.parametrize(("who", "status"), [("vic", 403), ("mel", 201), ("grace", 404)], ids=str)
def test_who_may_log(api, request, product, vic, mel, grace, who, status):
    user = request.getfixturevalue(who)
    answer = api(user).post(URL, {"product": "PAY", "title": "x"}, format="json")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("vic", 403), ("mel", 403), ("ada", 201), ("grace", 404)], ids=str
)
def test_who_may_plan(api, request, make_debt, vic, mel, ada, grace, who, status):
    item = make_debt()
    user = request.getfixturevalue(who)
    answer = api(user).post(f"{URL}PAY-D1/plan/", {"version": item.version}, format="json")
    assert answer.status_code == status
    assert Item.objects.exists() == (status == 201)


def test_declarations_are_listed_and_one_that_came_meanwhile_is_a_409(api, mel, vic, make_debt):
    item = make_debt()
    address = f"{URL}{item.key}/interest/"
    (first,) = api(vic).get(address).json()
    assert (first["kind"], first["days"], first["by"]) == ("changes", [1, 2, 4], "mel")
    body = {"days": [2, 3, 4], "seen": first["id"]}
    assert api(mel).post(address, body, format="json").status_code == 200
    late = api(mel).post(address, body, format="json")
    assert (late.status_code, late.json()["mine"]["p50_days"]) == (409, 3)
    assert [row["days"] for row in api(vic).get(address).json()] == [[2, 3, 4], [1, 2, 4]]


def test_the_scores_of_an_item_are_there_the_newest_first(api, vic, mel, make_debt, team):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(2, 4, 8))
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    newest, before = api(vic).get(f"{URL}{item.key}/scores/").json()
    assert newest["score"] == pytest.approx(item.latest_score.score)
    assert before["interest_days"] == pytest.approx(2.3)
    assert newest["interest_days"] > before["interest_days"]


def test_a_dry_run_says_how_a_line_is_understood_and_logs_nothing(api, mel, billing, make_debt):
    make_debt(title="Tax rules hard-wired", scored=False)
    line = "Tax rules hard-wired in billing/tax.py ~M ~huge =9999 #Arch"
    answer = api(mel).post(f"{URL}?dry_run=1", {"product": "PAY", "line": line}, format="json")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["title"], told["component"], told["team"]) == (
        "Tax rules hard-wired in billing/tax.py ~huge", "billing", "rails",
    )  # fmt: skip
    assert (told["size"], told["tags"], told["looks_like"]) == ("M", ["arch"], "PAY-D1")
    assert told["interest"][1] == 9999
    assert told["problems"][0].startswith("~huge ")
    assert told["asked"].startswith("Rails has ")
    assert DebtItem.objects.count() == 1
    plain = api(mel).post(f"{URL}?dry_run=1", {"product": "PAY", "title": "New"}, format="json")
    assert (plain.json()["asked"], plain.json()["problems"]) == ("", [])
    assert api(mel).post(f"{URL}?dry_run=1", {"product": "PAY"}, format="json").status_code == 400


def test_planning_answers_with_the_key_of_the_work(api, make_debt, ada):
    item = make_debt()
    body = {"version": item.version, "first": True}
    assert api(ada).post(f"{URL}PAY-D1/plan/", body, format="json").json() == {"item": "PAY-1"}


def test_planning_what_is_unknown_is_a_400(api, make_debt, ada):
    item = make_debt(interest=None)
    answer = api(ada).post(f"{URL}PAY-D1/plan/", {"version": item.version}, format="json")
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": ["Say first what it costs a month."]},
    )


def test_a_change_needs_the_version_that_was_read(api, make_debt, mel):
    make_debt()
    assert api(mel).patch(f"{URL}PAY-D1/", {"title": "New"}, format="json").status_code == 400


def test_a_change_of_an_old_version_is_a_409_with_both(api, make_debt, mel, ada):
    item = make_debt()
    services.change_item(item, by=ada, version=None, title="Theirs")
    body = {"title": "Mine", "version": item.version - 1}
    answer = api(mel).patch(f"{URL}PAY-D1/", body, format="json")
    assert answer.status_code == 409
    assert (answer.json()["theirs"], answer.json()["mine"]) == (
        {"title": "Theirs"},
        {"title": "Mine"},
    )


def test_a_change_is_saved(api, make_debt, mel):
    item = make_debt()
    body = {"title": "New", "principal": [1, 2, 3], "version": item.version}
    assert api(mel).patch(f"{URL}PAY-D1/", body, format="json").json()["title"] == "New"
    item.refresh_from_db()
    assert item.principal == (1, 2, 3)


def test_interest_is_declared(api, make_debt, mel, team):
    make_debt()
    body = {"days": [2, 4, 8], "kind": "events", "note": "pager"}
    assert api(mel).post(f"{URL}PAY-D1/interest/", body, format="json").status_code == 200
    refresh.refresh_scores(team.pk)
    assert DebtItem.objects.get().latest_score.interest_days == pytest.approx(6.9)
