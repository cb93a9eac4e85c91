"""The register: views, filters, order, totals and the number of its queries."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from debt import register, services
from debt.maths.ranges import Range
from debt.refresh import refresh_scores
from debt.register import Choice

pytestmark = pytest.mark.django_db
URL = "/p/PAY/debt/"
TAGS = ["arch", "größe", "ärger", "日本", "naïve-2", "a_b", "a%b", "a\\b", "œuvre"]


def titles(product, user, **asked):
    today = timezone.localdate()
    found = register.matching(product, Choice.read(asked), user, today)
    return [item.title for item in found]


def principal(low, mid, high):
    return {
        "principal_p10_days": low, "principal_p50_days": mid, "principal_p90_days": high
    }  # fmt: skip


def test_what_gains_most_per_day_spent_comes_first(make_debt, product, mel):
    make_debt(title="dear", **principal(20, 40, 90))
    make_debt(title="cheap", **principal(1, 2, 4))
    make_debt(title="asked", interest=None)
    assert titles(product, mel) == ["cheap", "dear", "asked"]


def test_the_groups_follow_the_verdicts(make_debt, product, client_of, mel):
    make_debt(title="cheap", **principal(1, 2, 4))
    make_debt(title="asked", interest=None)
    make_debt(title="frozen", interest=Range(0.05, 0.1, 0.2), **principal(20, 40, 90))
    html = client_of(mel).get(URL).content.decode()
    places = [html.index(text) for text in ("<b>Net gain", "<b>One question", "<b>Frozen")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("first", ["plain", "accepted", "asked"]),
        ("mine", ["plain"]),
        ("unscored", ["asked"]),
        ("expiring", ["accepted"]),
        ("closed", ["paid"]),
        ("nonsense", ["plain", "accepted", "asked"]),
    ],
)
def test_a_saved_view_holds(make_debt, product, mel, lena, view, expected):
    make_debt(title="plain", owner=mel.person)
    soon = timezone.localdate() + datetime.timedelta(days=20)
    services.accept_until(
        make_debt(title="accepted"), by=lena, version=None, until=soon, why="Later."
    )
    make_debt(title="asked", interest=None)
    services.mark_paid(make_debt(title="paid"), by=lena)
    assert sorted(titles(product, mel, view=view)) == sorted(expected)


@pytest.mark.parametrize(
    "asked",
    [{"tag": "arch"}, {"q": "sear"}, {"q": "pay-d1"}, {"team": "rails"}],
    ids=["tag", "words", "key", "team"],
)
def test_a_filter_keeps_what_matches(make_debt, make_team, product, mel, asked):
    make_debt(title="Slow search", tags=["arch"])
    make_debt(title="Other", tags=["archive"], team=make_team(product))
    assert titles(product, mel, **asked) == ["Slow search"]


@pytest.mark.parametrize("asked", TAGS)
def test_a_tag_of_any_letters_is_found(make_debt, product, mel, asked):
    for tag in TAGS:
        make_debt(title=tag, tags=["other", tag], scored=False)
        make_debt(title=f"not {tag}", tags=[f"{tag}s", f"x{tag}"], scored=False)
    assert titles(product, mel, tag=asked) == [asked]
    assert titles(product, mel, tag=asked.upper().replace("SS", "ß")) == [asked]


@pytest.mark.parametrize("order", register.ORDERS)
def test_every_order_answers(make_debt, product, mel, order):
    make_debt()
    make_debt(interest=None)
    assert len(titles(product, mel, order=order)) == 2


def test_the_totals_add_up(make_debt, product, lena):
    make_debt(**principal(5, 10, 20))
    make_debt(**principal(2, 3, 6))
    services.mark_paid(make_debt(), by=lena)
    from debt import refresh

    refresh.refresh_scores(make_debt(interest=None).team_id)
    totals = register.summary(product, timezone.localdate())
    assert (totals.items, totals.scored) == (3, 2)
    assert totals.principal == pytest.approx(11.5 + 3.6)
    assert totals.interest == pytest.approx(4.6)
    assert totals.share == pytest.approx(4.6 / totals.capacity)
    assert totals.paid == pytest.approx(11.5)


def test_what_is_not_debt_was_never_incurred_and_adds_to_no_sum(make_debt, product, lena):
    today = timezone.localdate()
    make_debt(hurts_since=today)
    item = make_debt(hurts_since=today)
    assert register.summary(product, today).incurred == pytest.approx(2 * 11.5)
    services.declare_not_debt(item, by=lena, version=None, why="It never cost time.")
    found = register.summary(product, today)
    assert found.incurred == pytest.approx(11.5)
    assert (found.items, found.scored, found.gains) == (1, 1, 1)
    assert (found.principal, found.paid, found.written_off) == (pytest.approx(11.5), 0, 0)


def test_debt_of_another_product_is_not_in_the_totals(make_debt, other_product, product, team):
    from tpm.models import TeamShare

    TeamShare.objects.filter(team=team).update(share=0.5)
    TeamShare.objects.create(
        team=team, product=other_product, share=0.5, starts_on=datetime.date(2020, 1, 1)
    )
    make_debt()
    make_debt(other_product)
    assert register.summary(product, timezone.localdate()).interest == pytest.approx(2.3)


def test_trends_hold_the_value_known_at_the_end_of_each_week(make_debt):
    item = make_debt()
    found = register.trends([item], timezone.now())[item.pk]
    assert found[-1] == pytest.approx(2.3)
    assert found[0] is None


def test_the_register_takes_the_same_queries_for_twice_the_rows(make_debt, client_of, mel):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser: Client = client_of(mel)
    for _ in range(3):
        make_debt()
    with CaptureQueriesContext(connection) as few:
        browser.get(URL)
    for _ in range(6):
        make_debt(interest=None)
    with CaptureQueriesContext(connection) as many:
        browser.get(URL)
    assert len(few) == len(many)
    assert len(many) <= 10, [query["sql"][:150] for query in many]


def test_a_long_register_is_shown_in_pages(make_debt, client_of, mel, monkeypatch):
    monkeypatch.setattr(register, "PAGE_ROWS", 2)
    for index in range(3):
        make_debt(title=f"debt {index}")
    html = client_of(mel).get(URL).content.decode()
    assert "1–2 of 3" in html
    assert "3 items" in html


def test_an_empty_register_says_what_it_is_for(client_of, mel):
    assert "Debt is what slows the team" in client_of(mel).get(URL).content.decode()


def test_filters_that_hide_everything_say_so(make_debt, client_of, mel):
    make_debt()
    html = client_of(mel).get(f"{URL}?q=zebra").content.decode()
    assert "Nothing matches." in html
    assert "These filters hide one." in html


def test_htmx_gets_the_list_alone(make_debt, client_of, mel):
    make_debt()
    html = client_of(mel).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="debt-list">')


def test_the_export_holds_the_rows_of_the_address(make_debt, client_of, vic):
    make_debt(title="Slow search")
    make_debt(title="Other")
    answer = client_of(vic).get("/p/PAY/debt/export.csv?q=search")
    text = b"".join(answer.streaming_content).decode()
    assert "Slow search" in text
    assert "Other" not in text


def test_getting_worse_holds_what_costs_a_tenth_more_than_a_quarter_ago(
    make_debt, product, ada, team
):
    steady, worse = make_debt(title="Steady"), make_debt(title="Worse")
    make_debt(title="New")
    for item in (steady, worse):
        old = item.latest_score
        old.pk, old.at = None, timezone.now() - datetime.timedelta(days=100)
        old.save(force_insert=True)
    services.declare_interest(worse, by=ada, days=Range(3, 4, 6))
    refresh_scores(team.pk)
    assert titles(product, ada, view="worse") == ["Worse"]
    assert register.counts(product, ada, timezone.localdate())["worse"] == 1


def test_a_filtered_page_takes_ten_queries_with_every_filter(make_debt, client_of, mel):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_debt(tags=["arch"])
    browser = client_of(mel)
    url = f"{URL}?tab=worse&team=rails&component=none&tag=arch&q=search&order=age"
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    assert len(asked) <= 10, [query["sql"][:150] for query in asked]


def test_groups_add_up_over_all_pages_and_only_over_what_the_filter_leaves(make_debt, product, mel):
    make_debt(title="Slow search"), make_debt(title="Slow index"), make_debt(title="Other")
    today = timezone.localdate()
    every = register.Figures(product, mel, today, Choice.read({}))
    some = register.Figures(product, mel, today, Choice.read({"q": "slow"}))
    (rank,) = (rank for rank, total in every.groups.items() if total.items)
    assert (every.rows, some.rows) == (3, 2)
    assert some.groups[rank].principal == pytest.approx(every.groups[rank].principal * 2 / 3)
    assert some.groups[rank].interest == pytest.approx(every.groups[rank].interest * 2 / 3)
    assert some.counts == every.counts


def test_a_page_beyond_the_last_shows_the_last(make_debt, client_of, mel, monkeypatch):
    monkeypatch.setattr(register, "PAGE_ROWS", 2)
    for index in range(3):
        make_debt(title=f"debt {index}")
    html = client_of(mel).get(f"{URL}?order=title&page=99").content.decode()
    assert "3–3 of 3" in html
    assert "debt 2" in html
