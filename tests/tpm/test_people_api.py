"""People over REST: only whom one sees, and whom an owner can be."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tpm import tokens
from tpm.models import Membership, Person, Role, TeamShare

API = "/api/v1/people/"


def names(browser, query=""):
    answer = browser.get(API + query)
    assert answer.status_code == 200, answer.content
    return [person["name"] for person in answer.json()["results"]]


@pytest.fixture
def strangers(other_product, make_team):
    """A team of Operations alone."""
    return make_team(other_product, people=1, name="Night", slug="night")


def test_one_sees_people_of_ones_products_and_their_teams(client_of, vic, ada, team, strangers):
    assert names(client_of(vic)) == [
        "Ada", "Rails person 1", "Rails person 2", "Rails person 3", "Vic",
    ]  # fmt: skip


def test_who_sees_no_product_sees_nobody(client_of, make_user, ada):
    assert names(client_of(make_user("Stranger"))) == []


def test_an_outsider_reads_no_person_by_id(client_of, grace, ada):
    assert client_of(grace).get(f"{API}{ada.person.pk}/").status_code == 404
    assert client_of(ada).get(f"{API}{ada.person.pk}/").json()["name"] == "Ada"


def test_an_administrator_sees_everybody(client_of, root, grace, strangers):
    assert {"Grace", "Night person 1"} <= set(names(client_of(root)))


def test_nothing_but_names_and_teams_is_told(client_of, ada, team):
    Membership.objects.create(
        team=team, person=ada.person, share=1, starts_on=datetime.date(2020, 1, 1)
    )
    browser = client_of(ada)
    (told,) = browser.get(f"{API}?q=ada").json()["results"]
    assert told == {"id": ada.person.pk, "name": "Ada", "username": "ada", "teams": ["rails"]}
    assert browser.get(f"{API}{ada.person.pk}/").json() == told
    (other,) = browser.get(f"{API}?q=Rails person 1").json()["results"]
    assert other["username"] is None


def test_a_team_that_one_does_not_see_is_not_named(client_of, ada, vic, strangers):
    Membership.objects.create(
        team=strangers, person=ada.person, share=1, starts_on=datetime.date(2020, 1, 1)
    )
    assert client_of(vic).get(f"{API}{ada.person.pk}/").json()["teams"] == []


def test_a_team_that_somebody_left_is_not_named(client_of, ada, team):
    past = timezone.localdate() - datetime.timedelta(days=1)
    person = team.memberships.first().person
    team.memberships.filter(person=person).update(ends_on=past)
    assert client_of(ada).get(f"{API}{person.pk}/").json()["teams"] == []


def test_of_a_product_those_who_can_own_its_work(client_of, root, ada, grace, team, strangers):
    browser = client_of(root)
    assert names(browser, "?product=PAY") == [
        "Ada", "Rails person 1", "Rails person 2", "Rails person 3",
    ]  # fmt: skip
    assert names(browser, "?product=OPS") == ["Grace", "Night person 1"]


def test_a_team_that_serves_two_products_lists_nobody_twice(client_of, root, team, other_product):
    TeamShare.objects.create(
        team=team, product=other_product, share=0.5, starts_on=datetime.date(2019, 1, 1)
    )
    assert names(client_of(root), "?q=rails").count("Rails person 1") == 1


@pytest.mark.parametrize(("asked", "status"), [("OPS", 404), ("NONE", 404), ("", 400)])
def test_a_product_that_one_does_not_see_is_not_there(client_of, ada, other_product, asked, status):
    assert client_of(ada).get(f"{API}?product={asked}").status_code == status


def test_who_is_listed_can_be_the_owner(client_of, ada, team):
    browser = client_of(ada)
    (found,) = browser.get(f"{API}?product=PAY&q=rails person 2").json()["results"]
    sent = {"product": "PAY", "title": "Retries by hand", "owner": found["id"]}
    made = browser.post("/api/v1/debt-items/", sent, content_type="application/json")
    assert (made.status_code, made.json()["owner"]) == (201, found["id"])


@pytest.mark.parametrize("word", ["šťa", "ŠŤA", "novák", "sn"])
def test_a_name_is_found_by_how_any_part_of_it_begins(client_of, ada, make_user, product, word):
    found = make_user("sn")
    Person.objects.filter(user=found).update(name="Šťastný Novák")
    Role.objects.create(person=found.person, product=product, level="viewer")
    assert names(client_of(ada), f"?q={word}") == ["Šťastný Novák"]


@pytest.mark.parametrize("word", ["da", "%25", "_", "x%00"])
def test_a_word_that_begins_no_name_finds_nobody(client_of, ada, word):
    assert names(client_of(ada), f"?q={word}") == []


def test_nobody_is_written(client_of, root, ada):
    browser = client_of(root)
    for method in ("post", "put", "patch", "delete"):
        for path in (API, f"{API}{ada.person.pk}/"):
            assert getattr(browser, method)(path).status_code == 405


def test_a_token_that_may_only_read_is_enough(client, ada):
    _token, text = tokens.make_token(ada, name="t", may_write=False)
    answer = client.get(API, headers={"Authorization": f"Bearer {text}"})
    assert [person["name"] for person in answer.json()["results"]] == ["Ada"]


def test_anonymous_is_refused(client):
    assert client.get(API).status_code in (401, 403)


def test_more_people_are_no_more_queries(
    client_of, ada, make_team, product, django_assert_num_queries
):
    browser = client_of(ada)
    make_team(product, people=2)
    browser.get(API)
    with CaptureQueriesContext(connection) as few:
        browser.get(API)
    make_team(product, people=20)
    with django_assert_num_queries(len(few)):
        assert browser.get(API).json()["count"] == 23
