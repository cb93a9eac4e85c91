import datetime

import pytest

from roadmaps import services
from roadmaps.models import Item, LearnedEstimate, Learning
from roadmaps.queries.finished import history_of
from tpm.models import Component

TODAY = datetime.date.today()


@pytest.fixture
def finish(make_item, team):
    """An item finished some days ago, estimated by someone, that took so many person-days."""

    def made(*, by, person_days, days_ago=3, **fields):
        day = TODAY - datetime.timedelta(days=days_ago)
        item = make_item(team=team, state=Item.State.DONE, on=day, **fields)
        services.estimate_item(item, by=by, p10_days=2, p50_days=4, p90_days=8)
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
