import datetime

import pytest
from django.core.exceptions import ValidationError

from roadmaps import services
from roadmaps.forecasting.workdays import workdays
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from tpm.editing import EditConflict

TODAY = datetime.date.today()


def test_keys_count_up_and_carry_the_product(make_item):
    assert [make_item().key, make_item().key] == ["PAY-1", "PAY-2"]


def test_making_an_item_makes_the_forecast_due(make_item, product):
    make_item()
    before = product.revision
    product.refresh_from_db()
    assert product.revision == before + 1


def test_an_edit_with_an_old_version_is_refused_and_shows_both(make_item, ada):
    item = make_item(title="Mine")
    services.edit_item(item, by=ada, version=1, title="Theirs")
    with pytest.raises(EditConflict) as conflict:
        services.edit_item(item, by=ada, version=1, title="Also mine")
    assert conflict.value.differences() == [("title", "Theirs", "Also mine")]


def test_an_item_cannot_become_a_part_of_what_waits_for_it(make_item, ada):
    first, second = make_item(), make_item()
    services.link_items(first, second, by=ada)
    with pytest.raises(ValidationError, match=r"circle.*PAY-1"):
        services.edit_item(second, by=ada, version=None, parent=first)
    second.refresh_from_db()
    assert second.parent is None


def test_a_circle_of_links_is_refused_and_named(make_item, ada):
    first, second, third = make_item(), make_item(), make_item()
    services.link_items(first, second, by=ada)
    services.link_items(second, third, by=ada)
    with pytest.raises(ValidationError, match=r"circle.*PAY-1"):
        services.link_items(third, first, by=ada)


def test_links_stay_within_a_product(make_item, other_product, ada):
    with pytest.raises(ValidationError, match="within a product"):
        services.link_items(make_item(), make_item(in_product=other_product), by=ada)


def test_an_item_cannot_become_part_of_its_own_part(make_item, ada):
    whole = make_item()
    part = make_item(parent=whole)
    with pytest.raises(ValidationError, match="circle"):
        services.edit_item(whole, by=ada, version=None, parent=part)


def test_a_team_that_does_not_serve_the_product_is_refused(make_item, make_team, other_product):
    with pytest.raises(ValidationError, match="does not serve"):
        make_item(team=make_team(other_product))


def test_finishing_derives_what_it_took_from_the_days_in_progress(make_item, ada, team):
    start = TODAY - datetime.timedelta(days=13)
    item = make_item(team=team, crew=2)
    services.move_item(item, by=ada, state="in_progress", on=start)
    services.move_item(item, by=ada, state="done")
    actual = item.actuals.get()
    assert (actual.source, actual.person_days) == ("derived", 2 * workdays(start, TODAY))


def test_a_holiday_of_the_team_is_no_day_in_progress(make_item, ada, team):
    start = TODAY - datetime.timedelta(days=13)
    team.calendar_entries.create(name="Holiday", starts_on=start, ends_on=TODAY)
    item = make_item(team=team, state="in_progress", on=start)
    services.move_item(item, by=ada, state="done")
    assert item.actuals.get().person_days == 1


def test_a_typed_actual_is_kept_as_typed(make_item, ada):
    item = make_item()
    services.move_item(item, by=ada, state="done", person_days=4)
    assert item.actuals.get().source == "typed"


def test_finishing_what_was_never_in_progress_invents_no_start_and_no_effort(make_item, ada):
    item = make_item()
    services.move_item(item, by=ada, state="done")
    assert item.started_on is None
    assert not item.actuals.exists()


def test_an_item_made_as_finished_has_no_start(make_item):
    assert make_item(state="done").started_on is None


def test_another_last_day_keeps_a_typed_actual(make_item, ada):
    item = make_item(state="in_progress", on=TODAY - datetime.timedelta(days=9))
    services.move_item(
        item, by=ada, state="done", on=TODAY - datetime.timedelta(days=2), person_days=12
    )
    services.move_item(item, by=ada, state="done")
    assert [actual.person_days for actual in item.actuals.all()] == [12]


def test_another_last_day_derives_anew_what_was_derived(make_item, ada):
    item = make_item(state="in_progress", on=TODAY - datetime.timedelta(days=20))
    services.move_item(item, by=ada, state="done", on=TODAY - datetime.timedelta(days=14))
    services.move_item(item, by=ada, state="done")
    newest, before = item.actuals.all()
    assert newest.person_days > before.person_days


def test_an_item_cannot_be_finished_tomorrow(make_item, ada):
    with pytest.raises(ValidationError, match="not come yet"):
        services.move_item(make_item(), by=ada, state="done", on=TODAY + datetime.timedelta(days=1))


def test_each_move_is_dated_and_kept(make_item, ada):
    item = make_item()
    services.move_item(item, by=ada, state="in_progress")
    services.move_item(item, by=ada, state="planned")
    assert list(item.moves.values_list("state", flat=True)) == ["planned", "in_progress", "planned"]


def test_ranking_puts_an_item_right_before_another(make_item, ada, product):
    first, second, third = make_item(), make_item(), make_item()
    services.rank_item(third, by=ada, before=second)
    assert list(product.items.values_list("key", flat=True)) == [first.key, third.key, second.key]


def test_quick_text_becomes_a_range(make_item, ada):
    estimate = estimate_from_text(make_item(), by=ada, text="3..5..10")
    assert (estimate.p10_days, estimate.p50_days, estimate.p90_days) == (3, 5, 10)


def test_a_range_out_of_order_is_refused_with_a_sentence(make_item, ada):
    with pytest.raises(ValidationError, match="Order the range"):
        services.estimate_item(make_item(), by=ada, p10_days=5, p50_days=3, p90_days=10)


def test_a_range_beyond_all_plans_is_refused(make_item, ada):
    with pytest.raises(ValidationError, match="1,000,000 days"):
        services.estimate_item(make_item(), by=ada, p10_days=1, p50_days=3, p90_days=1e9)


def test_a_pinned_item_needs_its_day(make_item):
    with pytest.raises(ValidationError, match="pinned item needs the day"):
        make_item(pinned=True)


def test_the_database_refuses_a_finished_item_without_a_day(make_item):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=make_item().pk).update(state="done")


@pytest.mark.parametrize("lag", [-251, 251])
def test_a_lag_beyond_a_year_is_refused_with_a_sentence(make_item, ada, lag):
    with pytest.raises(ValidationError, match="within 250 working days"):
        services.link_items(make_item(), make_item(), by=ada, lag_days=lag)
