"""The complexity card, and how far the ranges of several people lie apart."""

import datetime
from itertools import count

import pytest
from django.utils import timezone

from roadmaps import services
from roadmaps.models import Actual, Estimate, Item, ItemMove
from roadmaps.pages import complexity as complexity_page
from roadmaps.pages.item import ItemPage
from roadmaps.pages.item_estimates import estimate_table
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Component

pytestmark = pytest.mark.django_db
numbers = count(900)


@pytest.fixture
def rails(product, team) -> Component:
    component = Component.objects.create(key="rails", name="Bank rails", owner_team=team)
    component.products.set([product])
    return component


@pytest.fixture
def finished(product, ada):
    """A finished item: typed as 10 days before it began, took so many."""

    def make(took: float, *components: Component, in_product=None, typed: float = 10) -> Item:
        number, owner = next(numbers), in_product or product
        today = timezone.localdate()
        item = Item.objects.create(
            product=owner, number=number, key=f"{owner.key}-{number}", title=f"Past {number}",
            state=Item.State.DONE, started_on=today - datetime.timedelta(days=40),
            finished_on=today - datetime.timedelta(days=20), rank=number,
        )  # fmt: skip
        item.components.set(components)
        Estimate.objects.create(
            item=item, by=ada, p10_days=typed / 2, p50_days=typed, p90_days=typed * 2,
            at=timezone.now() - datetime.timedelta(days=60),
        )  # fmt: skip
        Actual.objects.create(item=item, person_days=took, by=ada)
        ItemMove.objects.create(item=item, state=item.state, on=item.finished_on, by=ada)
        return item

    return make


def page_of(client_of, user, item, rest: str = "") -> str:
    return client_of(user).get(f"/i/{item.key}/{rest}").content.decode()


def test_the_card_says_how_far_work_there_ran_over(client_of, vic, make_item, rails, finished):
    for took in (14, 15, 16, 17, 18, 19):
        finished(took, rails)
    for _ in range(20):
        finished(10)
    item = make_item(components=[rails])
    page = page_of(client_of, vic, item)
    assert "Runs over more than most" in page
    assert "As a rule the 6 finished items there took 65 % more than estimated" in page
    assert "all work of this product: as estimated" in page
    assert "owned by Rails" in page


def test_few_items_are_not_made_into_a_rule(client_of, vic, make_item, rails, finished):
    finished(30, rails)
    page = page_of(client_of, vic, make_item(components=[rails]))
    assert "Too little finished work to say" in page
    assert "fewer than 5 say nothing" in page
    assert "3.0 times as much" not in page


def test_its_reasons_list_the_finished_items(client_of, vic, make_item, rails, finished):
    past = [finished(took, rails) for took in (12, 14, 16, 18, 20)]
    page = page_of(client_of, vic, make_item(components=[rails]), "complexity/")
    assert past[0].key in page
    assert "20 % more" in page
    assert "80 % sure" in page


def test_work_of_another_product_says_nothing_here(vic, make_item, rails, finished, other_product):
    for _ in range(9):
        finished(30, rails, in_product=other_product)
    card = complexity_page.card_of(vic, make_item(components=[rails]))
    assert card.here.n == 0


def test_debt_and_open_decisions_on_the_component_stand_beside_it(
    client_of, vic, mel, make_item, rails, product
):
    from debt.services import log_debt_item
    from tradeoffs.services import draft_decision

    log_debt_item(product, by=mel, title="Retries by hand", component=rails)
    decision = draft_decision(product, by=mel, title="Which bus?")
    decision.components.set([rails])
    page = page_of(client_of, vic, make_item(components=[rails]))
    assert "One open debt item stands there" in page
    assert f"?component={rails.key}" in page
    assert f"{decision.key} Which bus?" in page
    assert "still open: what is chosen may change the work" in page


def test_an_item_without_components_asks_a_planner_for_them(client_of, vic, ada, make_item):
    item = make_item()
    assert "Say what it touches" in page_of(client_of, ada, item)
    assert 'id="complexity"' not in page_of(client_of, vic, item)
    assert "names no component" in page_of(client_of, vic, item, "complexity/")


def test_more_components_and_more_past_work_cost_no_more_queries(
    vic, make_item, product, finished, rails, django_assert_max_num_queries
):
    others = [Component.objects.create(key=f"c{n}", name=f"C{n}") for n in range(6)]
    for component in others:
        component.products.set([product])
        for _ in range(6):
            finished(12, component)
    item = make_item(components=[rails, *others])
    item = Item.objects.select_related("product").get(pk=item.pk)
    with django_assert_max_num_queries(14):
        assert len(complexity_page.card_of(vic, item).rows) == 7


def test_several_people_see_how_far_apart_they_are(client_of, vic, ada, mel, make_item):
    item = make_item()
    estimate_from_text(item, by=ada, text="4..5..6")
    estimate_from_text(item, by=mel, text="10..15..20")
    page = page_of(client_of, vic, item)
    assert "2 people: likely 5 to 15 d, 3.0 times apart." in page
    assert "Their ranges do not all meet" in page
    assert "Talk before one of them is relied on." in page


def test_the_newest_range_of_each_stands_and_older_ones_fold_away(ada, mel, make_item):
    item = make_item()
    for by, text in ((ada, "1..2..3"), (mel, "2..3..5"), (ada, "2..4..6")):
        estimate_from_text(item, by=by, text=text)
    table = estimate_table(ItemPage(item))
    assert [row.triple[1] for row in table.now] == [4, 3]
    assert [row.state for row in table.now] == ["current", "what they say now"]
    assert [row.triple[1] for row in table.earlier] == [2]
    assert not table.far


def test_ranges_stand_in_the_order_of_their_time_whoever_was_closer(ada, mel, make_item):
    item = make_item()
    estimate_from_text(item, by=mel, text="8..9..10")
    estimate_from_text(item, by=ada, text="1..2..3")
    services.move_item(item, by=ada, state="in_progress")
    services.move_item(item, by=ada, state="done", person_days=9)
    assert [row.triple[1] for row in estimate_table(ItemPage(item)).now] == [2, 9]


def test_one_person_alone_has_no_spread(ada, make_item):
    item = make_item()
    for text in ("1..2..3", "4..5..6"):
        estimate_from_text(item, by=ada, text=text)
    assert estimate_table(ItemPage(item)).says == []


def test_what_a_file_brought_is_nobodys_opinion(ada, mel, make_item):
    item = make_item()
    Estimate.objects.create(
        item=item, by=mel, source="imported", p10_days=1, p50_days=2, p90_days=4
    )
    estimate_from_text(item, by=ada, text="8..9..10")
    assert estimate_table(ItemPage(item)).says == []


def test_anothers_slip_of_the_keys_stretches_the_scale_in_bounds_only(ada, mel, make_item):
    item = make_item()
    estimate_from_text(item, by=mel, text="1..100..9000")
    estimate_from_text(item, by=ada, text="3..5..8")
    assert estimate_table(ItemPage(item)).most == 40


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, "as estimated"), (0.96, "as estimated"), (1.04, "as estimated"),
        (0.5, "50 % less than estimated"), (1.3, "30 % more than estimated"),
        (2.4, "2.4 times as much as estimated"), (1.999, "100 % more than estimated"),
    ],
)  # fmt: skip
def test_a_multiple_reads_as_people_say_it(ratio, words):
    assert complexity_page.whole_words(ratio) == words
