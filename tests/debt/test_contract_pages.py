"""Taps, ceilings, confirmations and pay-offs on pages, over the API and from the terminal."""

import datetime
import json

import pytest
from django.utils import timezone

from debt import refresh, services, worth_facts
from debt.maths import worth
from debt.models import DebtItem, DebtOutcome, DebtTap
from debt.queries import contract as contract_queries
from tests.services_for_tests import ROOT

SCRIPT = ROOT / "debt" / "tpm_debt.py"


API = "/api/v1/debt-items/"


pytestmark = pytest.mark.django_db


@pytest.fixture
def near(make_debt, lena):
    """Accepted up to 2.5 days a month, and costing 2.3."""
    item = make_debt()
    services.accept_until(
        item, by=lena, version=None, until=None, trigger="the relaunch", ceiling=2.5, why="So."
    )
    return item


def html_of(client, address: str) -> str:
    return client.get(address).content.decode()


def outcome(item, verdict: str = "held") -> DebtOutcome:
    """The item was paid 100 days ago: 12 days for 5 to 20 that were said, and few taps since."""
    DebtItem.objects.filter(pk=item.pk).update(
        state="paid", closed_on=timezone.localdate() - datetime.timedelta(days=100),
        hurts_since=timezone.localdate() - datetime.timedelta(days=300),
    )  # fmt: skip
    item.refresh_from_db()
    facts = worth_facts.Facts(
        promise=worth.Promise(principal=(5, 10, 20), interest=2.3, share_removed=0.8),
        took=12.0,
        took_derived=False,
        before=worth.Side(taps=6, tapped_days=1.0),
        after=worth.Side(taps=1, tapped_days=0.2),
    )
    judged = worth.judge(facts.promise, facts.took, facts.before, facts.after)
    kept = worth_facts.as_kept(facts, judged)
    return DebtOutcome.objects.create(
        item=item, paid_on=item.closed_on, verdict=verdict, facts=kept
    )


def test_a_press_taps_and_comes_back_to_where_it_was(make_debt, client_of, mel):
    item = make_debt()
    answer = client_of(mel).post(
        "/d/PAY-D1/tap/", headers={"referer": "http://testserver/p/PAY/debt/?view=mine"}
    )
    assert answer.url == "/p/PAY/debt/?view=mine"
    assert [row.minutes for row in item.taps.all()] == [15]


def test_a_press_that_came_from_elsewhere_leads_to_the_item(make_debt, client_of, mel):
    make_debt()
    answer = client_of(mel).post("/d/PAY-D1/tap/", headers={"referer": "https://evil.org/p/PAY/"})
    assert answer.url == "/d/PAY-D1/"


def test_a_row_of_the_register_offers_the_tap_and_a_viewer_none(make_debt, client_of, mel, vic):
    make_debt()
    assert 'data-does="tap"' in html_of(client_of(mel), "/p/PAY/debt/")
    assert 'data-does="tap"' not in html_of(client_of(vic), "/p/PAY/debt/")


def test_a_tap_in_place_answers_with_a_toast(make_debt, client_of, mel):
    make_debt()
    browser = client_of(mel)
    answer = browser.post("/d/PAY-D1/tap/", headers={"hx-request": "true"})
    assert answer.status_code == 204
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert (toast["words"], toast["bad"]) == ("15 minutes lost to PAY-D1.", False)
    browser.post(toast["undo"])
    assert not DebtTap.objects.filter(withdrawal=None).exists()


def test_the_page_shows_the_sum_and_that_it_waits_for_history(make_debt, client_of, mel, vic):
    item = make_debt()
    for _ in range(6):
        services.tap(item, by=mel)
    html = html_of(client_of(vic), "/d/PAY-D1/")
    assert "6 taps, 1.5 hours in 180 days" in html
    assert "They wait for history" in html
    assert 'data-does="tap"' not in html


def test_a_tap_of_no_number_is_refused_in_words(make_debt, client_of, mel):
    make_debt()
    answer = client_of(mel).post(
        "/d/PAY-D1/tap/", {"minutes": "long"}, headers={"hx-request": "true"}
    )
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["bad"] is True
    assert not DebtTap.objects.exists()


def test_the_api_counts_a_reference_once_and_names_nobody(make_debt, api, mel):
    make_debt()
    client = api(mel)
    for _ in range(2):
        answer = client.post(
            f"{API}PAY-D1/taps/", {"minutes": 30, "reference": "ide-7"}, format="json"
        )
    assert answer.status_code == 201
    rows = client.get(f"{API}PAY-D1/taps/").json()
    assert [(row["minutes"], row["source"], row["reference"]) for row in rows] == [
        (30, "api", "ide-7")
    ]
    assert rows[0].keys() == {"minutes", "at", "source", "reference"}


def test_the_form_proposes_a_ceiling_above_what_it_costs(make_debt, client_of, lena):
    make_debt()
    html = html_of(client_of(lena), "/d/PAY-D1/accept/")
    assert 'name="ceiling" value="3.4"' in html
    assert "It costs 2.3 days a month on average today." in html


def test_a_ceiling_below_what_it_costs_comes_back_beside_its_field(make_debt, client_of, lena):
    item = make_debt()
    answer = client_of(lena).post(
        "/d/PAY-D1/accept/",
        {"version": item.version, "trigger": "x", "ceiling": "2", "why": "So."},
    )
    assert answer.status_code == 422
    assert "choose a ceiling above that" in answer.content.decode()


def test_near_its_ceiling_it_stands_among_those_that_run_out(near, client_of, lena):
    html = html_of(client_of(lena), "/p/PAY/debt/?view=expiring")
    assert near.title in html
    assert "Up to 2.5 d a month" in html


def test_far_below_its_ceiling_it_does_not(make_debt, client_of, lena):
    item = make_debt()
    services.accept_until(
        item, by=lena, version=None, until=None, trigger="x", ceiling=30, why="So."
    )
    assert item.title not in html_of(client_of(lena), "/p/PAY/debt/?view=expiring")


def test_the_item_page_says_how_much_of_the_ceiling_is_used(near, client_of, vic):
    assert "Up to 2.5 d a month, 92 % used" in html_of(client_of(vic), "/d/PAY-D1/")


def test_home_tells_those_who_may_accept(near, client_of, lena, vic):
    said = "Costs 2.3 of the 2.5 days a month it was accepted up to."
    assert said in html_of(client_of(lena), "/p/PAY/")
    assert said not in html_of(client_of(vic), "/p/PAY/")


def test_the_api_accepts_with_a_ceiling(make_debt, api, lena, mel):
    item = make_debt()
    body = {"version": item.version, "trigger": "x", "ceiling": 4.5, "why": "So."}
    assert api(mel).post(f"{API}PAY-D1/accept/", body, format="json").status_code == 403
    answer = api(lena).post(f"{API}PAY-D1/accept/", body, format="json")
    assert (answer.json()["state"], answer.json()["accepted_ceiling_days"]) == ("accepted", 4.5)


def test_the_api_says_why_a_ceiling_is_refused(make_debt, api, lena):
    item = make_debt()
    body = {"version": item.version, "trigger": "x", "ceiling": 1, "why": "So."}
    answer = api(lena).post(f"{API}PAY-D1/accept/", body, format="json")
    assert answer.status_code == 400
    assert "choose a ceiling above that" in answer.json()["ceiling"][0]


@pytest.fixture
def stale(make_debt, mel):
    item = make_debt(interest=None)
    item.interests.model.objects.bulk_create(
        [
            item.interests.model(
                item=item, kind="changes", by=mel, p10_days=1, p50_days=2, p90_days=4,
                at=timezone.now() - datetime.timedelta(days=100),
            )
        ]
    )  # fmt: skip
    refresh.refresh_scores(item.team_id)
    return item


def test_home_asks_whether_it_is_still_true_and_one_press_answers(stale, client_of, mel):
    client = client_of(mel)
    assert "Still true? It costs 2.3 days a month." in html_of(client, "/p/PAY/")
    answer = client.post("/d/PAY-D1/confirm/", headers={"referer": "http://testserver/p/PAY/"})
    assert answer.url == "/p/PAY/"
    assert "Still true?" not in html_of(client, "/p/PAY/")
    assert not DebtItem.objects.filter(contract_queries.to_confirm(90)).exists()


def test_home_asks_those_whose_debt_it_is(stale, client_of, ada):
    assert "Still true?" not in html_of(client_of(ada), "/p/PAY/")


def test_the_page_has_a_key_for_it(stale, client_of, mel):
    html = html_of(client_of(mel), "/d/PAY-D1/")
    assert 'data-does="confirm"' in html
    assert 'data-keys="y" data-action="confirm"' in html


def test_the_api_confirms(stale, api, mel):
    assert api(mel).post(f"{API}PAY-D1/confirm/").status_code == 200
    assert stale.interests.count() == 2


def test_the_item_page_holds_the_promise_against_what_was_measured(make_debt, client_of, vic):
    outcome(make_debt())
    html = html_of(client_of(vic), "/d/PAY-D1/")
    assert "100 % of the promised relief came, measured by taps" in html
    assert "12 d of 5–10–20" in html
    assert "not known" in html


def test_before_its_day_the_page_says_when(make_debt, client_of, vic, lena):
    services.mark_paid(make_debt(), by=lena)
    assert "Looked at on" in html_of(client_of(vic), "/d/PAY-D1/")


def test_the_page_of_a_product_tells_no_rate_from_few(make_debt, client_of, vic):
    outcome(make_debt())
    html = html_of(client_of(vic), "/p/PAY/debt/worth/")
    assert "1 judged; a rate is told from 5 on." in html
    for label in ("Outcome", "Relief that came", "Took, of what was said", "Paid"):
        assert f'data-label="{label}"' in html


def test_the_page_of_a_product_tells_a_rate_with_its_interval(make_debt, client_of, vic):
    for verdict in ("held", "held", "held", "partly", "not", "unknown"):
        outcome(make_debt(title=verdict), verdict)
    html = html_of(client_of(vic), "/p/PAY/debt/worth/")
    assert "3 of 5 held: 60 %, 23 % to 88 % at 95 %." in html
    assert "1 not known." in html


def test_the_page_takes_as_many_queries_for_many(
    make_debt, client_of, vic, django_assert_max_num_queries
):
    for number in range(6):
        outcome(make_debt(title=f"Item {number}"))
    client = client_of(vic)
    client.get("/p/PAY/debt/worth/")
    with django_assert_max_num_queries(14):
        client.get("/p/PAY/debt/worth/")


def test_nothing_paid_says_what_comes(client_of, vic, product):
    assert "Nothing was paid yet." in html_of(client_of(vic), "/p/PAY/debt/worth/")


def test_outcomes_over_the_api_are_those_of_ones_products(make_debt, api, vic, grace):
    outcome(make_debt())
    rows = api(vic).get("/api/v1/debt-outcomes/").json()["results"]
    assert [(row["item"], row["verdict"]) for row in rows] == [("PAY-D1", "held")]
    assert api(grace).get("/api/v1/debt-outcomes/").json()["results"] == []
    assert api(vic).get("/api/v1/debt-outcomes/rates/", {"product": "PAY"}).json() == [
        {"team": "Rails", "hits": 1, "n": 1, "unknown": 0, "share": None, "interval": None}
    ]
