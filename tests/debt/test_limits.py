"""What nobody can mean is refused where it was said, at every door and in the database."""

import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from debt import refresh
from debt.forms.items import ItemForm
from debt.models import DebtItem

API = "/api/v1/debt-items/"
CEILING = "A ceiling is at most 1,000,000 days a month."
MONTHS = "Choose at most 1,200 months."


def accept(client, item, ceiling):
    said = {"version": item.version, "trigger": "A third country is live", "why": "Frozen"}
    return client.post(f"/d/{item.key}/accept/", said | {"ceiling": ceiling})


def test_the_page_refuses_a_ceiling_beyond_any_cost(make_debt, client_of, lena):
    item = make_debt()
    answer = accept(client_of(lena), item, "99999999999")
    assert CEILING in answer.content.decode()
    assert DebtItem.objects.get().state == "open"
    accept(client_of(lena), item, "1000000")
    assert DebtItem.objects.get().accepted_ceiling_days == 1_000_000


def test_the_api_refuses_a_ceiling_beyond_any_cost(make_debt, api, lena):
    body = {"version": make_debt().version, "trigger": "Later", "why": "Frozen", "ceiling": 1e308}
    answer = api(lena).post(f"{API}PAY-D1/accept/", body, format="json")
    assert (answer.status_code, answer.json()) == (400, {"ceiling": [CEILING]})


def edited(item, **more):
    form = ItemForm(instance=item, product=item.product)
    said = {name: form[name].value() for name in form.fields}
    rows = {name: getattr(value, "pk", value) for name, value in said.items()}
    return {name: "" if value is None else value for name, value in rows.items()} | more


@pytest.mark.parametrize("months", ["1201", "100000", "9999999999999", "9" * 30])
def test_the_page_refuses_months_beyond_a_hundred_years(make_debt, client_of, mel, months):
    item = make_debt()
    said = edited(item, months_until_done=months)
    page = client_of(mel).post(reverse("debt:item-edit", args=[item.key]), said)
    assert page.content.decode().count(MONTHS) >= 1
    assert DebtItem.objects.get().months_until_done is None


@pytest.mark.parametrize("months", [1201, 9999999999999, 10**30])
def test_the_api_refuses_months_beyond_a_hundred_years(make_debt, api, mel, months):
    body = {"version": make_debt().version, "months_until_done": months}
    answer = api(mel).patch(f"{API}PAY-D1/", body, format="json")
    assert (answer.status_code, answer.json()) == (400, {"months_until_done": [MONTHS]})
    new = {"product": "PAY", "title": "Old", "months_until_done": months}
    answer = api(mel).post(API, new, format="json")
    assert (answer.status_code, answer.json()) == (400, {"months_until_done": [MONTHS]})


def test_as_many_months_as_may_be_are_scored(make_debt, team):
    item = make_debt(months_until_done=1200)
    assert refresh.refresh_scores(team.pk) is not None
    item.refresh_from_db()
    assert item.latest_score.score is not None


@pytest.mark.parametrize(
    "beyond",
    [
        {"months_until_done": 1201},
        {"state": "accepted", "accepted_trigger": "x", "accepted_ceiling_days": 1_000_001},
    ],
)
def test_the_database_keeps_the_limits(make_debt, beyond):
    make_debt()
    with pytest.raises(IntegrityError), transaction.atomic():
        DebtItem.objects.update(**beyond)


@pytest.fixture
def without_limits(db):
    """A database from before the limits; what a test does to it ends with the test."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
            return
        for name in ("debtitem_months_until_done", "debtitem_ceiling_at_most"):
            cursor.execute(f"ALTER TABLE debt_debtitem DROP CONSTRAINT {name}")
        yield


def test_what_stood_beyond_the_limits_is_cut_to_them(make_debt, without_limits):
    make_debt()
    module = importlib.import_module("debt.migrations.0025_limits_of_months_and_ceilings")
    DebtItem.objects.update(
        months_until_done=30_000, state="accepted", accepted_trigger="x",
        accepted_ceiling_days=1e308,
    )  # fmt: skip
    module.cut(apps, None)
    item = DebtItem.objects.get()
    assert (item.months_until_done, item.accepted_ceiling_days) == (1200, 1_000_000)
