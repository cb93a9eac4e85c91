"""Logging over REST under an `Idempotency-Key`: sent again, the item is found."""

import pytest

from debt import services
from debt.models import DebtItem, LogRequest
from tests.apart import run_apart

URL = "/api/v1/debt-items/"
BODY = {"product": "PAY", "title": "Retries by hand"}


@pytest.fixture
def send(api, mel, product):
    def go(key="b7", by=None, query="", **more):
        headers = {"Idempotency-Key": key} if key else {}
        return api(by or mel).post(URL + query, BODY | more, format="json", headers=headers)

    return go


def test_the_same_request_sent_again_logs_nothing_and_finds_its_item(send):
    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 200)
    assert DebtItem.objects.count() == 1
    assert second.json()["key"] == first.json()["key"] == "PAY-D1"


def test_the_answer_says_again_where_the_team_came_from(send, product, team, lena):
    services.give_owners(product, by=lena, repository="code", text=f"* @{team.slug}\n")
    first, second = (send(evidence=["src/a.py"]).json() for _ in range(2))
    assert first["taken_from"]
    assert (second["taken_from"], second["team"]) == (first["taken_from"], team.slug)


def test_without_a_key_each_logs_its_own(send):
    assert [send(key="").status_code for _ in range(2)] == [201, 201]
    assert DebtItem.objects.count() == 2
    assert not LogRequest.objects.exists()


def test_another_body_under_the_same_key_is_refused(send):
    send()
    other = send(title="Another")
    assert other.status_code == 422
    assert "came with something else before" in other.json()["error"][0]
    assert DebtItem.objects.count() == 1


def test_another_key_or_another_person_logs_another(send, ada):
    assert [send().status_code, send(key="b8").status_code, send(by=ada).status_code] == [201] * 3


def test_the_order_of_names_in_the_body_does_not_matter(api, mel, product):
    headers = {"Idempotency-Key": "b7"}
    turned = dict(reversed(BODY.items()))
    codes = [api(mel).post(URL, body, format="json", headers=headers).status_code
             for body in (BODY, turned)]  # fmt: skip
    assert codes == [201, 200]


def test_what_was_refused_keeps_no_key(send):
    assert send(title="").status_code == 400
    assert send().status_code == 201


def test_what_a_question_held_back_is_logged_under_the_key_once_it_is_answered(send, team):
    heavy = {"interest": [9000, 9500, 9999], "team": team.slug}
    assert send(**heavy).json()["code"] == "sure"
    assert [send(**heavy, sure=True).status_code for _ in range(2)] == [201, 200]


def test_what_was_logged_is_found_though_it_would_be_refused_by_now(send, product, team):
    assert send(team=team.slug).status_code == 201
    team.shares.all().delete()
    assert send(key="b8", team=team.slug).status_code == 400
    assert send(team=team.slug).status_code == 200


def test_an_item_that_is_gone_leaves_its_key(send):
    send()
    DebtItem.objects.all().delete()
    assert send().status_code == 201


def test_a_dry_run_keeps_no_key(send):
    assert send(query="?dry_run=1").status_code == 200
    assert send().status_code == 201
    assert send(query="?dry_run=1").json()["title"] == BODY["title"]


def test_a_key_that_could_not_be_kept_whole_is_refused(send):
    assert send(key="x" * 101).json() == {"Idempotency-Key": ["At most 100 characters."]}
    assert not DebtItem.objects.exists()


def test_who_may_not_log_finds_nothing_by_a_key(send, vic, grace):
    send()
    assert (send(by=vic).status_code, send(by=grace).status_code) == (403, 404)


AT_ONCE = """
import django; django.setup()
import json, threading
from django.core.management import call_command
from django.db import connections
call_command("migrate", verbosity=0)
from rest_framework.test import APIClient
from debt.models import DebtItem, LogRequest
from tpm.models import Level, Person, Product, Role, User
product = Product.objects.create(key="PAY", name="Payments")
mel = User.objects.create_user(username="mel")
person = Person.objects.create(name="Mel", user=mel)
Role.objects.create(person=person, product=product, level=Level.MEMBER)
gate, said = threading.Barrier(5), []
def send():
    client = APIClient()
    client.force_authenticate(mel)
    try:
        gate.wait()
        answer = client.post("/api/v1/debt-items/", {"product": "PAY", "title": "Slow search"},
                             format="json", headers={"Idempotency-Key": "b7", "Host": "localhost"})
        said.append([answer.status_code, answer.json().get("key")])
    except Exception as error:
        said.append([0, repr(error)])
    finally:
        connections.close_all()
threads = [threading.Thread(target=send) for _ in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps([sorted(said), DebtItem.objects.count(), LogRequest.objects.count()]))
"""


@pytest.mark.integration
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_five_requests_at_once_under_one_key_log_one_item(request, tmp_path, database):
    where = {}
    if database == "postgresql":
        where["DATABASE_URL"] = request.getfixturevalue("postgres_server").create_database()
    assert run_apart(AT_ONCE, tmp_path, **where) == [
        [[200, "PAY-D1"]] * 4 + [[201, "PAY-D1"]], 1, 1,
    ]  # fmt: skip
