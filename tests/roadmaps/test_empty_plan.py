"""A plan without planned work is not computed, and no page says that it is."""

import pytest

from roadmaps import services
from roadmaps.models import ForecastRun
from roadmaps.queries.dates import freshness

pytestmark = pytest.mark.django_db
PAGES = [
    "/p/PAY/roadmap/", "/p/PAY/board/", "/p/PAY/items/", "/p/PAY/checks/", "/p/PAY/objectives/",
    "/p/PAY/forecast/", "/p/PAY/baselines/", "/p/PAY/forecast/fresh/",
]  # fmt: skip


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("idea", [False, True])
def test_an_empty_plan_is_not_said_to_be_computed(client_of, ada, product, make_item, url, idea):
    if idea:
        make_item(state="idea")
    page = client_of(ada).get(url).content.decode()
    for words in ("being computed", "a worker is on it", "load delay:2s"):
        assert words not in page
    assert freshness(product).nothing


def test_an_empty_plan_offers_the_formula_but_no_baseline(client_of, lena, product, make_item):
    priorities, baselines = ("/p/PAY/priorities/", "/p/PAY/baselines/")
    html = client_of(lena).get(priorities).content.decode()
    assert f"{priorities}formula/" in html
    assert f"{priorities}orders/" not in html
    assert f"{baselines}new/" not in client_of(lena).get(baselines).content.decode()
    make_item()
    assert f"{baselines}new/" in client_of(lena).get(baselines).content.decode()


@pytest.mark.parametrize("page", ["roadmap", "items", "board", "checks", "priorities"])
@pytest.mark.parametrize("planned", [False, True])
def test_each_way_to_look_at_a_plan_leads_to_the_others(
    client_of, vic, product, make_item, page, planned
):
    if planned:
        make_item()
    html = client_of(vic).get(f"/p/PAY/{page}/").content.decode()
    tabs = html.partition('aria-label="Show as"')[2].partition("</nav>")[0]
    for other in ("roadmap", "items", "board", "checks", "priorities"):
        assert f'href="/p/PAY/{other}/' in tabs
    assert tabs.count("aria-current") == 1


def test_with_planned_work_it_is_being_computed(client_of, ada, product, make_item):
    make_item()
    page = client_of(ada).get("/p/PAY/board/").content.decode()
    assert "being computed" in page
    assert "load delay:2s" in page
    assert not freshness(product).nothing


def test_a_plan_that_is_empty_by_now_keeps_its_last_forecast(product, ada, make_item):
    item = make_item()
    services.refresh_forecast(product.pk, trials=100)
    services.move_item(item, by=ada, state="dropped")
    services.refresh_forecast(product.pk, trials=100)
    assert ForecastRun.objects.filter(product=product).exists()
    fresh = freshness(product)
    assert (fresh.nothing, fresh.run is None) == (False, False)
