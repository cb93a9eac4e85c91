"""What debt shows on the pages of others."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from debt import refresh, services
from debt.maths.ranges import Range
from debt.pages import panels
from tpm.models import Component

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of():
    def make(user):
        request = RequestFactory().get("/")
        request.user = user
        return request

    return make


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(key="billing", name="Billing", owner_team=team)
    component.products.add(product)
    return component


def test_an_item_shows_the_debt_on_its_components(
    make_debt, make_item, request_of, vic, product, billing
):
    make_debt(title="Slow search", component=billing)
    item = make_item(components=[billing])
    html = panels.of_item(request_of(vic), product, item)
    assert "Slow search" in html
    assert "2.3 d a month" in html


def test_an_item_shows_the_debt_it_pays(make_debt, request_of, ada, product):
    work = services.plan_it(make_debt(title="Slow search"), by=ada, version=None)
    html = panels.of_item(request_of(ada), product, work)
    assert "Pays" in html
    assert "Slow search" in html


def test_an_item_without_debt_shows_nothing(make_item, request_of, vic, product):
    assert panels.of_item(request_of(vic), product, make_item()) is None


def test_an_item_never_shows_debt_of_a_product_one_may_not_see(
    make_debt, make_item, request_of, grace, product, billing
):
    make_debt(title="Secret", component=billing)
    html = panels.of_item(request_of(grace), product, make_item(components=[billing])) or ""
    assert "Secret" not in html


def test_a_component_shows_its_debt(make_debt, request_of, vic, product, billing):
    make_debt(title="Slow search", component=billing)
    assert "Slow search" in panels.of_component(request_of(vic), product, billing)


def test_home_asks_the_one_who_logged_it(make_debt, request_of, mel, ada, product):
    make_debt(title="Unclear", interest=None)
    assert "Unclear" in panels.needs(request_of(mel), product)
    assert panels.needs(request_of(ada), product) is None


def test_home_asks_a_lead_about_acceptances_that_run_out(make_debt, request_of, lena, mel, product):
    soon = timezone.localdate() + datetime.timedelta(days=3)
    services.accept_until(make_debt(title="Kept"), by=lena, version=None, until=soon, why="x")
    assert "Kept" in panels.needs(request_of(lena), product)
    assert panels.needs(request_of(mel), product) is None


def test_home_tells_a_score_that_moved(make_debt, request_of, mel, vic, product, team):
    item = make_debt(title="Worse")
    vic.seen_home_at = timezone.now()
    services.declare_interest(item, by=mel, days=Range(8, 9, 12))
    refresh.refresh_scores(team.pk)
    assert "Worse" in panels.changed(request_of(vic), product)


def test_home_does_not_tell_a_score_that_stayed(make_debt, request_of, mel, vic, product, team):
    item = make_debt()
    vic.seen_home_at = timezone.now()
    services.declare_interest(item, by=mel, days=Range(1, 2.1, 4))
    refresh.refresh_scores(team.pk)
    assert panels.changed(request_of(vic), product) is None


def test_search_finds_debt_by_words_and_by_key(make_debt, request_of, vic, grace):
    make_debt(title="Slow search")
    assert "PAY-D1" in panels.found(request_of(vic), None, "slow")
    assert "PAY-D1" in panels.found(request_of(vic), None, "pay-d1")
    assert panels.found(request_of(grace), None, "slow") is None
