import datetime

import pytest
from django.utils import timezone

from roadmaps import services
from roadmaps.models import Estimate, Item, LearnedEstimate, Learning
from roadmaps.queries.finished import history_of
from tpm.models import Component

TODAY = datetime.date.today()


@pytest.fixture
def finish(make_item, team):
    """An item finished some days ago, estimated by someone, that took so many person-days."""

    def made(*, by, person_days, days_ago=3, **fields):
        day = TODAY - datetime.timedelta(days=days_ago)
        item = make_item(team=team, state=Item.State.DONE, on=day, **fields)
        services.estimate_item(item, by=by, p10_days=2, p50_days=4, p90_days=8, source="imported")
        services.record_actual(item, by=by, person_days=person_days)
        return item

    return made


def test_history_says_what_an_item_shares_with_others(finish, product, team, ada, make_item):
    parent = make_item(title="Epic")
    item = finish(by=ada, person_days=8, kind=Item.Kind.BET, parent=parent)
    component = Component.objects.create(key="checkout", name="Checkout")
    item.components.add(component)
    [row], _ = history_of(product, before=TODAY)
    assert row.id == item.key
    assert row.about == (ada.pk, "bet", component.pk, team.pk, parent.pk)


@pytest.mark.thorough
def test_an_estimate_is_learned_most_from_its_estimators_own_work(
    finish, product, team, ada, make_user, make_item
):
    grace = make_user("Grace estimates")
    for day in range(30):
        finish(by=ada, person_days=4, days_ago=day + 2)
        finish(by=grace, person_days=12, days_ago=day + 2)
    p50 = {}
    for who in (ada, grace):
        item = make_item(team=team)
        services.estimate_item(item, by=who, p10_days=2, p50_days=4, p90_days=8)
        p50[who] = item.pk
    assert services.refresh_learning(product.pk) is True
    learned = {row.estimate.item_id: row for row in LearnedEstimate.objects.all()}
    assert learned[p50[ada]].p50_days < 6 < learned[p50[grace]].p50_days


def test_estimates_typed_later_wait_where_another_version_had_learned(
    finish, product, team, ada, make_item
):
    finish(by=ada, person_days=8)
    Learning.objects.create(
        product=product,
        as_of=TODAY,
        inputs_hash="old",
        finished_items=1,
        details={"ratios": {"on": str(TODAY), "n": 1}},
    )
    item = make_item(team=team)
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    assert services.refresh_forecast(product.pk) is True
    assert not LearnedEstimate.objects.exists()
    assert services.refresh_learning(product.pk) is True
    assert LearnedEstimate.objects.exists()


def test_an_estimate_typed_once_the_work_was_done_teaches_nothing(product, team, ada, make_item):
    day = TODAY - datetime.timedelta(days=3)
    item = make_item(team=team, state=Item.State.DONE, on=day)
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    services.record_actual(item, by=ada, person_days=4)
    [row], _ = history_of(product, before=TODAY)
    assert row.typed is None


@pytest.mark.parametrize(("estimated", "counts"), [(5, True), (4, True), (3, False), (0, False)])
def test_a_late_estimate_counts_until_the_day_before_the_finish(
    product, team, ada, make_item, estimated, counts
):
    done, begun = (TODAY - datetime.timedelta(days=days) for days in (3, 5))
    item = make_item(team=team, state=Item.State.DONE, on=done, started_on=begun)
    at = timezone.now() - datetime.timedelta(days=estimated)
    Estimate.objects.create(item=item, by=ada, at=at, p10_days=2, p50_days=4, p90_days=8)
    services.record_actual(item, by=ada, person_days=4)
    [row], _ = history_of(product, before=TODAY)
    assert (row.typed is not None) is counts


def test_what_is_made_of_parts_teaches_nothing(finish, product, ada, make_item):
    epic = finish(by=ada, person_days=65)
    part = finish(by=ada, person_days=8, parent=epic)
    assert [row.id for row in history_of(product, before=TODAY)[0]] == [part.key]


def test_finishing_what_is_made_of_parts_derives_no_effort(product, team, ada, make_item):
    epic = make_item(team=team, state=Item.State.IN_PROGRESS, on=TODAY - datetime.timedelta(9))
    make_item(team=team, parent=epic)
    services.move_item(epic, by=ada, state=Item.State.DONE)
    assert not epic.actuals.exists()


@pytest.mark.parametrize("state", [Item.State.DONE, Item.State.IN_PROGRESS])
def test_what_is_derived_counts_a_product_s_share_once(product, make_team, ada, make_item, state):
    half = make_team(product, people=1)
    half.shares.update(share=0.5)
    begun = TODAY - datetime.timedelta(days=14)
    item = make_item(team=half, state=Item.State.IN_PROGRESS, on=begun)
    Estimate.objects.create(
        item=item, by=ada, source="imported", p10_days=2, p50_days=4, p90_days=8
    )
    other = make_item(team=half, state=Item.State.DONE, on=begun)
    services.record_actual(other, by=ada, person_days=4)
    if state == Item.State.DONE:
        services.move_item(item, by=ada, state=state, on=TODAY - datetime.timedelta(days=1))
    rows, _ = history_of(product, before=TODAY)
    [row] = [row for row in rows if row.id == item.key]
    assert row.actual == 5


def test_the_drag_of_old_work_fades_as_its_ratio_does(finish, product, team, ada):
    for days_ago in (3, 203):
        begun = TODAY - datetime.timedelta(days=days_ago + 5)
        finish(by=ada, person_days=4, days_ago=days_ago, started_on=begun)
    _, spans = history_of(product, before=TODAY)
    new, old = sorted((weight for *_, weight in spans[str(team.pk)]), reverse=True)
    assert new == pytest.approx(2 * old)
