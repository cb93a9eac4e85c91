import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tradeoffs import services, waiting
from tradeoffs.pages import rows


@pytest.fixture
def url(product):
    return reverse("tradeoffs:decision-list", args=[product.key])


def keys(client, url):
    return [row.key for row in client.get(url).context["rows"]]


def test_a_product_without_decisions_offers_to_start_one(mel, url, client_of):
    html = client_of(mel).get(url).content.decode()
    assert "Start from a question." in html


def test_a_viewer_is_not_offered_a_new_decision(vic, url, client_of, product):
    html = client_of(vic).get(url).content.decode()
    assert reverse("tradeoffs:decision-create", args=[product.key]) not in html


def test_a_row_shows_the_leader_its_total_and_the_verdict(scored, vic, url, client_of):
    row = client_of(vic).get(url).context["rows"][0]
    assert (row.winner, row.total) == ("Outbox", "0.69")
    assert "Being computed" in row.verdict


def test_a_proposed_option_is_marked_and_the_leader_named_where_it_is_another(
    scored, mel, vic, url, client_of
):
    named = {option.name: option for option in scored.options.all()}
    browser = client_of(vic)
    for name, says in (("Kafka", "proposed; Outbox leads"), ("Outbox", "proposed")):
        fields = {"chosen": named[name]}
        services.edit_decision(scored, by=mel, version=None, fields=fields)
        answer = browser.get(url)
        row = answer.context["rows"][0]
        assert (row.winner, row.beside) == (name, says)
        assert f'<small class="faint">{says}</small>' in answer.content.decode()
    services.edit_decision(scored, by=mel, version=None, fields={"chosen": None})
    assert browser.get(url).context["rows"][0].beside == ""


def test_a_row_without_scores_says_so(decision, vic, url, client_of):
    row = client_of(vic).get(url).context["rows"][0]
    assert (row.winner, row.total, row.verdict) == ("Not scored yet", "", "")


def test_what_is_due_first_stands_first_and_undated_last(make_decision, vic, url, client_of):
    day = datetime.date(2030, 1, 1)
    undated, late, soon = (
        make_decision(due_on=due).key for due in (None, day, day - datetime.timedelta(days=9))
    )
    assert keys(client_of(vic), url) == [soon, late, undated]
    assert keys(client_of(vic), url + "?sort=new") == [soon, late, undated]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=in_review", 1),
        ("state=in_review&state=draft", 2),
        ("state=accepted", 0),
        ("criterion=Security", 1),
        ("tier=3", 1),
        ("q=kafka", 2),
        ("q=nothing+like+it", 0),
        ("tab=in_review", 1),
        ("tab=accepted", 0),
        ("state=nonsense&tier=x&driver=y", 2),
        ("q=%00", 2),
    ],
)
def test_the_address_filters(make_decision, mel, vic, url, client_of, query, found):
    make_decision(criteria=["Security"], tier=3)
    other = make_decision()
    services.submit_for_review(other, by=mel, version=None)
    assert len(keys(client_of(vic), f"{url}?{query}")) == found


def test_filters_that_hide_everything_are_named(decision, vic, url, client_of):
    html = client_of(vic).get(f"{url}?state=rejected").content.decode()
    assert "Nothing matches." in html
    assert "Drop “State Rejected”" in html


def test_an_htmx_request_gets_the_list_alone(decision, vic, url, client_of):
    answer = client_of(vic).get(url, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div class="dl-grid"')
    assert "HX-Request" in answer["Vary"]


def test_the_queue_of_a_lead_holds_reviews_with_their_form(in_review, lena, url, client_of):
    listed = client_of(lena).get(f"{url}?tab=waiting").content.decode()
    inbox = reverse("tradeoffs:review-inbox", args=[in_review.product.key])
    assert in_review.key in listed
    assert f'href="{inbox}"' in listed
    html = client_of(lena).get(inbox).content.decode()
    assert reverse("tradeoffs:decision-review", args=[in_review.key]) in html
    assert "Outbox leads by 0.25" in html


def test_a_draft_that_was_sent_back_waits_for_its_author(in_review, mel, lena, vic, product):
    services.review(
        in_review, by=lena, version=None, verdict="ask_for_changes", reason="Score security."
    )
    assert list(waiting.waiting_for(mel, product)) == [in_review]
    assert not waiting.waiting_for(vic, product)


def test_a_lead_does_not_wait_for_their_own_review_while_there_is_another(
    make_decision, make_user, lena, product
):
    from tpm.models import Level, Role

    decision = make_decision(by=lena)
    services.submit_for_review(decision, by=lena, version=None)
    assert list(waiting.waiting_for(lena, product)) == [decision]
    other = make_user("Sana")
    Role.objects.create(person=other.person, product=product, level=Level.LEAD)
    assert not waiting.waiting_for(lena, product)
    assert list(waiting.waiting_for(other, product)) == [decision]


@pytest.mark.thorough
@pytest.mark.parametrize("tab", ["", "?tab=waiting"])
def test_twice_the_rows_take_the_same_queries_and_15_at_most(
    make_decision, score, mel, lena, url, client_of, tab
):
    def make(count):
        for _ in range(count):
            decision = make_decision()
            score(decision, "Outbox", "Cost", 5)
            services.submit_for_review(decision, by=mel, version=None)

    browser = client_of(lena)
    make(3)
    browser.get(url + tab)  # what a row says of a matrix is kept by the first look
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(url + tab)
    make(6)
    browser.get(url + tab)
    with CaptureQueriesContext(connection) as many:
        browser.get(url + tab)
    assert len(many) == len(few) <= 15


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-1, "1 day late", "late"),
        (0, "today", "soon"),
        (7, "in 7 days", "soon"),
        (8, "in 8 days", ""),
    ],
)
def test_a_due_day_says_how_far_it_is(make_decision, days, words, tone):
    today = timezone.localdate()
    decision = make_decision(due_on=today + datetime.timedelta(days=days))
    _, class_, more = rows.next_due(decision, today)
    assert (more, class_) == (words, tone)


@pytest.mark.parametrize(("who", "drives"), [("mel", "Mel"), ("root", None)])
def test_whoever_asks_drives_if_they_work_on_the_product(request, product, client_of, who, drives):
    new = reverse("tradeoffs:decision-create", args=[product.key])
    answer = client_of(request.getfixturevalue(who)).post(new, {"title": "Which queue?"})
    assert answer.status_code == 302
    decision = product.decisions.get()
    assert (decision.driver.name if decision.driver else None) == drives


def test_a_new_decision_takes_options_by_line_and_the_item_it_came_from(
    product, make_item, mel, client_of
):
    item = make_item()
    new = reverse("tradeoffs:decision-create", args=[product.key]) + f"?item={item.key}"
    data = {"title": "Which queue?", "options": "- Outbox\n\nKafka", "criteria": ["Cost"]}
    client_of(mel).post(new, data)
    decision = product.decisions.get()
    assert [option.name for option in decision.options.all()] == ["Outbox", "Kafka"]
    assert list(decision.items.all()) == [item]
