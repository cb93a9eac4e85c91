import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import services
from roadmaps.filters import Choices, ItemFilter
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Component

LIST = "/p/PAY/items/"


@pytest.fixture
def found(product, ada):
    """Titles of the items that a filter leaves."""

    def find(q: str) -> list[str]:
        items = Item.objects.filter(product=product)
        asked = ItemFilter(q=q)
        return [item.title for item in asked.order(asked.apply(items, ada))]

    return find


@pytest.fixture
def plan(make_item, team, product, ada):
    """Two items: Refunds of the team, estimated, with a date; Wallets without anything."""
    refunds = make_item(
        title="Refunds", team=team, owner=ada.person, kind="bet", horizon="now",
        objective=services.create_objective(product, by=ada, title="Instant payouts"),
        target_date=timezone.localdate() + datetime.timedelta(days=1),
    )  # fmt: skip
    estimate_from_text(refunds, by=ada, text="20..30..40")
    wallets = make_item(title="Wallets", parent=None)
    services.refresh_forecast(product.pk, trials=100)
    return refunds, wallets


@pytest.mark.parametrize(
    "q",
    [
        "team:rails", "team:Rails", "-team:none", "owner:me", "owner:ada", "kind:bet",
        "horizon:now", 'objective:"instant payouts"', "objective:instant", "-objective:none",
        "refun", "-wallets", "pay-1", "is:late", "effort>20", "effort<=30", "-effort:none",
        "target<+2w", "-target:none", "rank<2", "rank=1", "p85>today effort>1", "estimate:any",
        "chance<50", "team:rails status:open refunds",
    ],
)  # fmt: skip
def test_a_term_finds_what_it_says(found, plan, q):
    assert found(q) == ["Refunds"]


@pytest.mark.parametrize(
    "q",
    ["team:none", "estimate:none", "-kind:bet", "rank>1", "-is:late", "target:none", "effort:none",
     "-refunds", "owner:none"],
)  # fmt: skip
def test_what_is_negated_or_missing_is_found(found, plan, q):
    assert found(q) == ["Wallets"]


@pytest.mark.parametrize("q", ["team:pya", "foo:bar", "p85>soon", "status:x", "owner:nobody-here"])
def test_a_term_that_means_nothing_hides_nothing(found, plan, q):
    assert found(q) == ["Refunds", "Wallets"]


def test_what_waits_for_an_open_item_is_blocked(found, plan, ada):
    services.link_items(*plan, by=ada)
    assert found("is:blocked") == ["Wallets"]


def test_a_pinned_item_is_found(found, plan, ada):
    services.edit_item(plan[1], by=ada, version=None, pinned=True, not_before=timezone.localdate())
    assert found("is:pinned") == ["Wallets"]


def test_parts_are_found_by_the_key_of_the_whole(found, plan, ada):
    services.edit_item(plan[1], by=ada, version=None, parent=plan[0])
    assert found("parent:pay-1") == ["Wallets"]


def test_a_done_item_is_found_where_its_state_is_asked_for(found, plan, ada):
    services.move_item(plan[0], by=ada, state="done")
    assert found("refunds") == []
    assert found("refunds status:done") == ["Refunds"]
    assert found("status:any") == ["Refunds", "Wallets"]


def test_the_page_names_what_it_did_not_understand(client_of, vic, plan):
    page = client_of(vic).get(f"{LIST}?q=team:pya").content.decode()
    assert "there is no “pya”. There is rails, none." in page
    assert "Wallets" in page


def test_a_menu_writes_a_term(client_of, vic, plan):
    page = client_of(vic).get(f"{LIST}?team=rails&q=refunds").content.decode()
    assert 'value="refunds team:rails"' in page


def test_a_menu_shows_the_term_that_was_typed(client_of, vic, plan):
    page = client_of(vic).get(f"{LIST}?q=team:Rails").content.decode()
    assert '<option value="rails" selected>' in page


def test_a_row_number_of_a_menu_becomes_a_name(client_of, vic, plan):
    page = client_of(vic).get(f"{LIST}?objective={plan[0].objective_id}").content.decode()
    assert "objective:&quot;Instant payouts&quot;" in page


def test_the_term_that_took_the_last_rows_is_named(client_of, vic, plan):
    page = client_of(vic).get(f"{LIST}?q=team:rails+wallets").content.decode()
    assert "“Text wallets” took away the last rows; without it there is one." in page
    assert 'href="/p/PAY/items/?q=team:rails"' in page


def test_closed_items_that_match_are_offered(client_of, vic, ada, plan):
    services.move_item(plan[0], by=ada, state="done")
    page = client_of(vic).get(f"{LIST}?q=refunds").content.decode()
    assert "Only open items are shown; one that is closed matches." in page


def test_the_api_reads_the_same_language(client_of, vic, plan):
    answer = client_of(vic).get("/api/v1/items/?q=team:rails").json()
    assert [row["key"] for row in answer["results"]] == ["PAY-1"]


def test_the_api_refuses_what_it_does_not_understand(client_of, vic, plan):
    answer = client_of(vic).get("/api/v1/items/?q=foo:bar")
    assert answer.status_code == 400
    assert "There is no term" in answer.json()["q"][0]


def test_a_filter_of_every_term_asks_few_queries(product, ada, plan):
    q = "team:rails owner:me objective:instant parent:none is:late p85>today effort>1 rank<9"
    items = Item.objects.filter(product=product)
    with CaptureQueriesContext(connection) as captured:
        list(ItemFilter(q=q).apply(items, ada, Choices.of(product)))
    assert len(captured) <= 4


def test_any_mixture_of_terms_is_answered(client_of, vic, plan):
    client = client_of(vic)
    for q in (
        "-status:any",
        "-is:late,blocked",
        "p50:none -p95:none",
        "rank<0 rank>0",
        '"',
        "%_\\",
    ):
        assert client.get(LIST, {"q": q}).status_code == 200, q


def test_planned_work_without_an_objective_is_found(make_item, found):
    make_item(title="Idea", state="idea")
    make_item(title="Debt", state="planned", kind="debt")
    make_item(title="Loose", state="planned")
    assert found("objective:orphan") == ["Loose"]


EVERY_KIND = [
    "team:rails", "team:none", "owner:me", "owner:ada", "owner:none", "kind:bet", "horizon:now",
    "horizon:none", "objective:instant", "objective:none", "objective:orphan", "component:rails",
    "component:none", "parent:PAY-1", "parent:none", "refun", "state:open", "state:done",
    "estimate:none", "estimate:any", "is:late", "is:blocked", "is:pinned", "effort>5", "effort<=30",
    "effort=30", "effort:none", "p50>today", "p50<+9w", "p85>=today", "p85<today", "p85:none",
    "p95>today", "target<+2w", "target>+2w", "target:none", "start>=today", "start<today",
    "start:none", "chance<50", "chance>=50", "rank<2", "rank=1", "rank>1", "rank<0",
    "team:rails,none",
]  # fmt: skip


@pytest.fixture
def mixed(plan, make_item, product, ada, team):
    """Items with and without everything that a term compares, open and closed."""
    refunds, _wallets = plan
    component = Component.objects.create(key="rails", name="Rails")
    component.products.set([product])
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    make_item(title="Part", parent=refunds, components=[component])
    make_item(title="Idea", state="idea", extra={"Label": "refundable"})
    running = make_item(title="Running", state="in_progress", team=team, target_date=today + day)
    estimate_from_text(running, by=ada, text="3")
    late = make_item(title="Late", state="done", target_date=today - day)
    make_item(title="Done", state="done")
    pinned = make_item(title="Pinned", not_before=today + 90 * day, pinned=True, team=team)
    estimate_from_text(pinned, by=ada, text="1..2..4")
    services.link_items(running, pinned, by=ada)
    services.move_item(make_item(title="Gone"), by=ada, state="dropped")
    services.refresh_forecast(product.pk, trials=100)
    make_item(title="After the forecast", target_date=today + 30 * day)
    return late


@pytest.mark.parametrize("term", EVERY_KIND)
def test_a_negation_finds_exactly_what_the_term_leaves_out(found, mixed, product, term):
    every = set(Item.objects.filter(product=product).values_list("title", flat=True))
    # A second term that holds for all, so that closed items are looked at too.
    yes, no = set(found(f"{term} state:any")), set(found(f"-{term} state:any"))
    assert yes | no == every
    assert not yes & no


def test_an_item_without_an_estimate_is_not_above_five_days(found, mixed):
    assert "Wallets" in found("-effort>5")
    assert "Refunds" not in found("-effort>5")
