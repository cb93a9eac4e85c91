"""Exposure: the share of next quarter's work that lands where the debt lies."""

import pytest

from debt import queries, refresh, services
from roadmaps.services import create_item, estimate_item, refresh_forecast


@pytest.fixture
def planned_work(product, team, ada, billing):
    def make(title, *, components=()):
        work = create_item(product, by=ada, title=title, team=team, components=list(components))
        estimate_item(work, by=ada, p10_days=4, p50_days=5, p90_days=6)
        return work

    return make


def exposure(item) -> float | None:
    refresh_forecast(item.product_id)
    return queries.exposures([item]).get(item.pk)


def test_work_that_pays_debt_does_not_expose_it(product, ada, billing, make_debt, planned_work):
    item, other = make_debt(component=billing), make_debt(component=billing, title="Old taxes")
    planned_work("Refunds", components=[billing])
    planned_work("Search")
    assert exposure(item) == 0.5
    for each in (item, other):
        services.plan_it(each, by=ada, version=each.version)
    assert exposure(item) == 0.5


def test_planning_does_not_raise_the_score(product, ada, billing, make_debt, planned_work):
    item = make_debt(component=billing)
    planned_work("Search")
    refresh_forecast(product.pk)
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    before = item.latest_score.score
    services.plan_it(item, by=ada, version=item.version)
    refresh_forecast(product.pk)
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    assert item.latest_score.score == before
