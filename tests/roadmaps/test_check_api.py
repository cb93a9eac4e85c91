"""Checks over REST."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import services
from roadmaps.models import Check

CHECKS = "/api/v1/checks/"
JSON = "application/json"


@pytest.fixture
def item(make_item, team):
    return make_item(team=team)


@pytest.fixture
def check(item, mel) -> Check:
    return services.add_check(item, by=mel, kind="security", sentence="Reviewed")


@pytest.fixture
def one(check) -> str:
    return f"{CHECKS}{check.pk}/"


def send(client, address, method="post", **body):
    return getattr(client, method)(address, body, content_type=JSON)


def test_a_member_adds_a_check(client_of, mel, item):
    answer = send(client_of(mel), CHECKS, item="PAY-1", kind="quality", sentence="Tested")
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in ("item", "number", "state", "version")} == {
        "item": "PAY-1", "number": 1, "state": "open", "version": 1
    }  # fmt: skip


def test_a_template_says_what_it_asks(client_of, mel, ada, item, product):
    row = services.create_template(product, by=ada, kind="compliance", sentence="No card in logs")
    answer = send(client_of(mel), CHECKS, item="PAY-1", template=row.pk).json()
    assert (answer["kind"], answer["sentence"], answer["template"]) == (
        "compliance", "No card in logs", row.pk
    )  # fmt: skip


def test_a_template_of_another_product_is_refused(client_of, mel, grace, item, other_product):
    row = services.create_template(other_product, by=grace, kind="quality", sentence="A")
    assert "template" in send(client_of(mel), CHECKS, item="PAY-1", template=row.pk).json()


def test_without_a_sentence_it_says_what_is_missing(client_of, mel, item):
    answer = send(client_of(mel), CHECKS, item="PAY-1")
    assert answer.json() == {"sentence": ["Say what must hold."]}


def test_an_item_that_one_may_not_see_is_not_found(client_of, grace, item):
    assert send(client_of(grace), CHECKS, item="PAY-1", sentence="A").status_code == 404


def test_the_list_is_filtered_by_what_the_address_says(client_of, vic, mel, item, check):
    services.add_evidence(
        services.add_check(item, by=mel, kind="quality", sentence="B"), by=mel, text="Seen"
    )
    client = client_of(vic)
    for query in (
        "state=open",
        "kind=security",
        "item=PAY-1&state=open",
        "product=PAY&kind=security",
    ):
        rows = client.get(f"{CHECKS}?{query}").json()["results"]
        assert [row["sentence"] for row in rows] == ["Reviewed"], query
    assert client.get(f"{CHECKS}?product=OPS").json()["results"] == []


def test_a_dated_check_says_its_chance(client_of, vic, ada, check, product):
    day = timezone.localdate() + datetime.timedelta(days=300)
    services.edit_check(check, by=ada, version=None, due_on=day)
    services.estimate_from_text(check.item, by=ada, text="1..2..4")
    services.refresh_forecast(product.pk, trials=100)
    row = client_of(vic).get(f"{CHECKS}{check.pk}/").json()
    assert row["chance"] > 0.95
    assert row["due_because"] == "agreed"


def test_a_change_needs_the_version_that_was_read(client_of, ada, one, check):
    client = client_of(ada)
    assert send(client, one, "patch", sentence="Twice").status_code == 400
    assert send(client, one, "patch", sentence="Twice", version=1).json()["version"] == 2
    assert send(client, one, "patch", sentence="Thrice", version=1).status_code == 409


def test_evidence_meets_it_and_a_withdrawal_opens_it_again(client_of, mel, one):
    client = client_of(mel)
    row = send(client, f"{one}evidence/", text="https://example.org/r").json()
    assert (row["state"], row["evidence"][0]["kind"]) == ("met", "link")
    piece = row["evidence"][0]["id"]
    row = send(client, f"{one}withdraw/", evidence=piece, why="Wrong one").json()
    assert (row["state"], row["evidence"][1]["withdraws"]) == ("open", piece)


def test_a_lead_makes_an_exception(client_of, lena, one):
    day = str(timezone.localdate())
    row = send(client_of(lena), f"{one}exception/", until=day, reason="Booked").json()
    assert (row["state"], row["excepted_until"]) == ("excepted", day)


def test_a_planner_makes_none(client_of, ada, one):
    day = str(timezone.localdate())
    answer = send(client_of(ada), f"{one}exception/", until=day, reason="Booked")
    assert answer.status_code == 403
    assert "you need the role lead" in answer.json()["error"][0]


def test_a_dropped_check_leaves_the_list(client_of, lena, one):
    client = client_of(lena)
    assert send(client, f"{one}drop/", why="No script").json()["dropped_at"]
    assert client.get(CHECKS).json()["results"] == []


def test_moving_to_done_is_refused_with_the_sentence(client_of, ada, check, item):
    answer = send(client_of(ada), "/api/v1/items/PAY-1/move/", state="done", version=item.version)
    assert answer.status_code == 400
    assert answer.json()["state"][0].startswith("1 check is open: “Reviewed”.")


def test_twice_the_rows_cost_the_same_queries(client_of, vic, mel, ada, item, product):
    client = client_of(vic)
    day = timezone.localdate()

    def queries(count: int) -> int:
        for number in range(count):
            row = services.add_check(
                item, by=mel, kind="quality", sentence=f"{number}", owner=mel.person, due_on=day
            )
            services.add_evidence(row, by=mel, text="Seen")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CHECKS).status_code == 200
        return len(captured)

    client.get(CHECKS)
    few = queries(2)
    assert few == queries(4)
    assert few <= 15
