"""Badges over REST: by whom the product lets share, with an address that is told once."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from debt.models import Badge
from roadmaps.services import set_sharing

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-badges/"


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def shared(product, lena):
    set_sharing(product, by=lena, who="planner", version=None)
    return product


def make(api, user, **body):
    return api(user).post(URL, {"product": "PAY"} | body, format="json")


def in_days(days: int) -> str:
    return str(timezone.localdate() + datetime.timedelta(days=days))


def test_a_badge_is_made_and_its_address_opens(api, ada, shared, billing):
    answer = make(api, ada, component="billing", expires_on=in_days(30))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["component"], told["expires_on"], told["opens"]) == (
        "billing", in_days(30), True,
    )  # fmt: skip
    assert told["markdown"] == f"![Debt of Billing]({told['address']})"
    drawn = Client().get(told["address"].removeprefix("http://testserver"))
    assert b"Debt of Billing" in drawn.content
    (row,) = api(ada).get(URL, {"product": "PAY"}).json()["results"]
    assert "address" not in row
    assert row["last_used_on"] == in_days(0)


def test_without_a_component_or_a_day_it_is_of_the_product_for_a_year(api, ada, shared):
    told = make(api, ada).json()
    assert (told["component"], told["expires_on"] > in_days(300)) == (None, True)


def test_a_revoked_badge_opens_no_more(api, ada, shared):
    made = make(api, ada).json()
    told = api(ada).post(f"{URL}{made['id']}/revoke/")
    assert (told.status_code, told.json()["opens"]) == (200, False)
    assert told.json()["revoked_at"]
    assert Client().get(made["address"].removeprefix("http://testserver")).status_code == 404
    again = api(ada).post(f"{URL}{made['id']}/revoke/").json()
    assert again["revoked_at"] == told.json()["revoked_at"]


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"expires_on": in_days(500)}, "expires_on", "a year at most"),
        ({"expires_on": in_days(-1)}, "error", "has passed already"),
        ({"expires_on": "soon"}, "expires_on", "format"),
        ({"component": "nothing"}, "component", "does not exist"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(api, ada, shared, body, field, sentence):
    answer = make(api, ada, **body)
    assert answer.status_code == 400
    assert sentence in str(answer.json()[field])
    assert not Badge.objects.exists()


def test_nothing_is_made_where_sharing_is_off(api, ada, product):
    answer = make(api, ada)
    assert answer.status_code == 400
    assert "Sharing is off" in answer.json()["error"][0]


def test_only_leads_where_the_product_says_so(api, ada, lena, product):
    set_sharing(product, by=lena, who="lead", version=None)
    refused = make(api, ada)
    assert refused.status_code == 403
    assert "only leads share" in refused.json()["error"][0]
    made = make(api, lena).json()
    assert api(ada).post(f"{URL}{made['id']}/revoke/").status_code == 403
    assert api(ada).get(URL, {"product": "PAY"}).status_code == 403
    assert api(lena).get(f"{URL}{made['id']}/").status_code == 200
