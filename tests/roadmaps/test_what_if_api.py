"""What if, over REST: both sides on the same draws, and nothing is kept."""

import datetime

import pytest
from django.utils import timezone

from roadmaps import services
from roadmaps.models import Estimate, ForecastRun, Item
from tpm import tokens

URL = "/api/v1/what-if/"


@pytest.fixture
def two(make_item, team, ada):
    first, second = (make_item(title=title, team=team, state="planned") for title in "AB")
    for item in (first, second):
        services.estimate_item(item, by=ada, p10_days=4, p50_days=8, p90_days=16)
    services.link_items(first, second, by=ada)
    return first, second


@pytest.fixture
def ask(client_of, vic, two):
    def post(*changes: dict, user=vic, product: str = "PAY", **more):
        body = {"product": product, "changes": list(changes), **more}
        return client_of(user).post(URL, body, content_type="application/json")

    return post


def test_a_larger_range_moves_what_waits_for_it(ask, two):
    first, second = two
    answer = ask({"do": "estimate", "item": first.key, "text": "20..40..80"}).json()
    moved = {row["key"]: row for row in answer["items"]}
    assert moved[second.key]["p85_days"] > 20
    assert answer["end"]["later"] > 0.9


@pytest.mark.parametrize("text", ["3..5..9", "5"])
def test_an_estimate_is_simulated_as_the_stored_run_would(
    ask, two, make_item, team, ada, product, text
):
    for k in range(40):
        day = timezone.localdate() - datetime.timedelta(days=5 * k + 2)
        done = make_item(team=team, state="done", on=day)
        Estimate.objects.create(
            item=done, by=ada, source="imported", p10_days=2, p50_days=4, p90_days=8
        )
        services.record_actual(done, by=ada, person_days=6 + k % 5)
    services.refresh_learning(product.pk)
    change = {"do": "estimate", "item": two[0].key, "text": text}
    asked = ask(change, user=ada, trials=1000).json()
    services.estimate_from_text(two[0], by=ada, text=text)
    services.refresh_forecast(product.pk, trials=1000)
    (answer,) = (row for row in asked["items"] if row["key"] == two[0].key)
    stored = two[0].forecasts.get()
    assert (answer["p50"], answer["p85"]) == (str(stored.p50), str(stored.p85))


def test_nothing_is_kept(ask, two):
    ask({"do": "drop", "item": two[0].key})
    assert not ForecastRun.objects.exists()
    assert Item.objects.get(pk=two[0].pk).state == "planned"


def test_what_is_not_moved_is_not_listed(ask, two):
    later = (timezone.localdate() + datetime.timedelta(days=200)).isoformat()
    answer = ask({"do": "target", "item": two[1].key, "target": later}).json()
    assert answer["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"do": "start", "not_before": "2030-01-07"},
        {"do": "start", "not_before": "2030-01-07", "pinned": True},
        {"do": "team", "crew": 2},
    ],
)
def test_each_change_of_one_item_is_understood(ask, two, change):
    answer = ask({"item": two[0].key, **change})
    assert answer.status_code == 200
    assert answer.json()["items"]


def test_links_come_and_go(ask, two):
    first, second = two
    ends = {"predecessor": first.key, "successor": second.key}
    gone = ask({"do": "unlink", **ends}).json()
    assert {row["key"] for row in gone["items"]} == {second.key}
    both = ask({"do": "unlink", **ends}, {"do": "link", **ends}).json()
    assert both["items"] == []


def test_a_team_s_share_counts(ask, two, team):
    answer = ask({"do": "share", "team": team.slug, "share": 0.25}).json()
    assert answer["end"]["p50_days"] > 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"do": "estimate", "item": "PAY-1"}, "Change 1: “estimate” needs text."),
        ({"do": "estimate", "item": "PAY-1", "text": "5..3"}, "Change 1: "),
        ({"do": "drop"}, "Change 1: “drop” needs item."),
        ({"do": "link", "predecessor": "PAY-2", "successor": "PAY-1"}, "PAY-1"),
    ],
)
def test_a_change_that_cannot_be_made_is_answered_in_words(ask, change, sentence):
    answer = ask(change)
    assert answer.status_code == 400
    assert sentence in answer.json()["changes"][0]


@pytest.mark.parametrize("people", [2, -1])
def test_more_people_than_nobody_on_record_are_an_unknown_number(ask, make_team, product, people):
    empty = make_team(product, name="Nobody yet", people=0)
    answer = ask({"do": "people", "team": empty.slug, "people": people})
    assert answer.status_code == 400
    assert "Nobody yet has nobody on record" in answer.json()["changes"][0]


def test_without_changes_there_is_nothing_to_ask(ask):
    assert ask().status_code == 400


def test_what_is_not_found_is_named_with_its_change(ask, two):
    answer = ask({"do": "drop", "item": two[0].key}, {"do": "drop", "item": "PAY-99"})
    assert answer.status_code == 404
    assert answer.json()["error"] == ["Change 2: there is no item PAY-99 in PAY."]


def test_a_token_that_may_only_read_may_ask(client, vic, two):
    _, text = tokens.make_token(vic, name="t", may_write=False)
    body = {"product": "PAY", "changes": [{"do": "drop", "item": two[0].key}]}
    headers = {"Authorization": f"Bearer {text}"}
    answer = client.post(URL, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200


def test_shares_have_four_digits_at_most(ask, two):
    later = (timezone.localdate() + datetime.timedelta(days=14)).isoformat()
    answer = ask(
        {"do": "target", "item": two[1].key, "target": later},
        {"do": "estimate", "item": two[0].key, "text": "6..9..13"},
        trials=700,
    )
    shares = [row[name] for row in answer.json()["items"] for name in ("later", "earlier")]
    assert shares
    assert all(share == round(share, 4) for share in shares)


def test_a_date_that_is_missing_says_why(ask, two, team):
    answer = ask({"do": "estimate", "item": two[0].key, "text": "9000..9500..9900"}).json()
    (row,) = (row for row in answer["items"] if row["key"] == two[0].key)
    assert row["p50"] is None
    assert row["beyond"] == "Not within 10 years at P50 and P85."


def test_an_item_of_another_product_is_not_found(ask, make_product, make_item):
    elsewhere = make_item(in_product=make_product(key="OPS"))
    assert ask({"do": "drop", "item": elsewhere.key}).status_code == 404


def test_who_may_not_see_the_product_is_told_nothing(ask, grace, two):
    assert ask({"do": "drop", "item": two[0].key}, user=grace).status_code == 404
