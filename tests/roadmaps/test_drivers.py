"""What drives the end of a plan, and the second opinion by counting."""

import datetime

import pytest
from django.utils import timezone

from roadmaps import services
from roadmaps.forecasting import throughput
from roadmaps.models import ForecastRun, Item
from roadmaps.pages import drivers
from roadmaps.services.opinion import weekly_counts

TODAY = timezone.localdate


@pytest.fixture
def done(make_item, team):
    """done(weeks, each) -> items finished in each of the past weeks."""

    def make(weeks: int, each: int = 1) -> None:
        for k in range(weeks * each):
            item = make_item(title=f"Done {k}", team=team)
            day = TODAY() - datetime.timedelta(days=1 + 7 * (k // each))
            Item.objects.filter(pk=item.pk).update(state="done", finished_on=day)

    return make


@pytest.fixture
def chain(make_item, team, ada, product):
    """Two items, the second waits for the first; a third, small one stands alone."""
    first, second, small = (make_item(title=name, team=team, state="planned") for name in "ABC")
    for item, days in ((first, 20), (second, 20), (small, 0.5)):
        services.estimate_item(item, by=ada, p10_days=days / 2, p50_days=days, p90_days=days * 2)
    services.link_items(first, second, by=ada)
    services.refresh_forecast(product.pk)
    return first, second, small


def newest() -> ForecastRun:
    return ForecastRun.objects.all()[0]


def test_the_chain_behind_the_end_is_stored_with_the_run(chain):
    first, second, small = chain
    rows = {row.item_id: row.critical for row in newest().items.all()}
    assert rows[first.pk] > 0.9
    assert rows[second.pk] > 0.9
    assert rows[small.pk] < 0.2


def test_the_link_that_holds_up_the_end_is_named(chain):
    first, second, _ = chain
    assert [(a.pk, b.pk) for a, b, _ in drivers.links(newest())] == [(first.pk, second.pk)]


def test_the_end_of_all_open_work_is_said_with_both_days(chain):
    words = drivers.end_words(newest())
    assert words.startswith("All open work: 50 % by ")
    assert ", 85 % by " in words


def test_the_page_shows_what_drives_the_end(chain, client_of, vic):
    said = client_of(vic).get("/p/PAY/forecast/").content.decode()
    assert "What drives the end" in said
    assert "hold up the end" in said


def test_the_item_page_says_how_often_the_end_hangs_on_it(chain, client_of, vic):
    said = client_of(vic).get(f"/i/{chain[0].key}/").content.decode()
    assert "the end of the whole plan hangs on it" in said


def test_finished_items_are_counted_in_weeks_that_end_yesterday(done, product):
    done(3, each=2)
    assert weekly_counts(product, TODAY()) == [2, 2, 2]


def test_roll_ups_and_milestones_are_not_counted(make_item, product):
    day = TODAY() - datetime.timedelta(days=2)
    whole = make_item(title="Whole")
    make_item(title="Part", parent=whole)
    stone = make_item(title="Stone", kind="milestone")
    Item.objects.filter(pk__in=[whole.pk, stone.pk]).update(state="done", finished_on=day)
    assert weekly_counts(product, TODAY()) == []


def test_counting_far_from_efforts_is_flagged(done, chain, product):
    done(10, each=3)
    services.refresh_forecast(product.pk, reason=ForecastRun.Reason.ASKED)
    opinion = drivers.opinion(newest())
    assert opinion.items == 3
    assert opinion.flagged
    assert "above 25 % we warn" in opinion.verdict


def test_the_line_above_which_opinions_are_flagged_is_the_one_that_is_said():
    assert drivers.WARN_ABOVE == throughput.DIFFERS


def test_what_waits_for_its_day_is_compared_with_nothing(done, make_item, team, ada, product):
    done(10, each=2)
    item = make_item(title="Small", team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=3, p90_days=4)
    far = TODAY() + datetime.timedelta(days=200)
    make_item(title="Fair", kind="milestone", state="planned", not_before=far)
    make_item(title="Later", team=team, state="planned", not_before=far)
    services.refresh_forecast(product.pk, trials=200)
    found = newest().second_opinion
    assert (found["items"], found["effort"], found["flagged"]) == (1, 1, False)


@pytest.mark.thorough
def test_ten_quiet_weeks_do_not_silence_the_second_opinion(chain, make_item, team, product):
    day = TODAY() - datetime.timedelta(weeks=15)
    for k in range(6):
        item = make_item(title=f"Done {k}", team=team)
        Item.objects.filter(pk=item.pk).update(state="done", finished_on=day)
    services.refresh_forecast(product.pk, reason=ForecastRun.Reason.ASKED)
    assert newest().second_opinion["items"] == 3


def test_without_finished_work_there_is_no_second_opinion(chain):
    assert newest().second_opinion is None
    assert drivers.opinion(newest()) is None


def test_a_plan_with_nothing_open_has_no_end(product):
    services.refresh_forecast(product.pk)
    assert newest().end is None
    assert drivers.end_words(newest()) == ""


def test_shared_bias_is_that_of_finished_work(product, chain, make_item, team, ada):
    assert newest().inputs["bias"] == {"rho_team": 0.05, "rho_epic": 0.2}


def test_a_change_keeps_the_quarters_of_the_run_before(chain, product, ada):
    before = newest().quarters
    services.estimate_item(chain[2], by=ada, p10_days=1, p50_days=2, p90_days=3)
    services.refresh_forecast(product.pk)
    assert newest().quarters == before
