"""Makers of debt."""

import datetime

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from debt import refresh, services
from debt.maths.ranges import Range
from debt.models import HistoryRun, MinedChange
from tpm.models import Component


@pytest.fixture
def make_debt(product, team, mel):
    """A debt item logged by Mel, with a team, two days a month and ten days to fix."""

    def make(in_product=None, *, scored=True, by=None, **fields):
        values = {
            "title": "Slow search", "team": team, "interest": Range(1, 2, 4),
            "principal_p10_days": 5, "principal_p50_days": 10, "principal_p90_days": 20,
        }  # fmt: skip
        item = services.log_debt_item(in_product or product, by=by or mel, **(values | fields))
        if scored and item.team_id:
            refresh.refresh_scores(item.team_id)
            item.refresh_from_db()
        return item

    return make


def days_ago(days: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


@pytest.fixture
def read(product):
    """A history of changes of search.py, one for each of the ages in days, with their trailers."""

    def go(*ages: float, taps=(), looked=None) -> HistoryRun:
        run = HistoryRun.objects.create(
            product=product, repository="shop", source="upload", ready=True, tip="f" * 40,
            files=[["search.py", 100, len(ages), "2026-01-01"]], files_in_all=1,
            looked_at=looked or timezone.now(), read=len(ages), counted=len(ages),
        )  # fmt: skip
        MinedChange.objects.bulk_create(
            MinedChange(
                run=run, commit=f"{place:040}", at=days_ago(age), paths=["search.py"],
                taps=[list(tap) for tap in taps] if place == 0 else [],
            )
            for place, age in enumerate(ages)
        )  # fmt: skip
        return run

    return go


@pytest.fixture
def api():
    def sign_in(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/"]
    )
    component.products.add(product)
    return component
