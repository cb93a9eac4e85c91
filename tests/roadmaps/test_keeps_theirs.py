"""Two people edit the plan at once: what one did not touch keeps what the other wrote."""

import pytest

from roadmaps import services
from tests.forms_on_pages import kept
from tpm.models import Component

pytestmark = pytest.mark.django_db


def test_an_item(product, make_item, client_of, ada, mel):
    item, billing = make_item(title="Was"), Component.objects.create(key="billing", name="Billing")
    billing.products.add(product)
    page = kept(
        client_of(ada), f"/i/{item.key}/edit/",
        lambda: services.edit_item(
            item, by=mel, version=None, title="Theirs", description="Told.", components=[billing],
            pinned=False, horizon="now",
        ),
        title="Mine",
    )  # fmt: skip
    assert "Description" not in page
    item.refresh_from_db()
    assert (item.title, item.description, item.horizon) == ("Mine", "Told.", "now")
    assert list(item.components.all()) == [billing]


def test_an_objective(product, client_of, ada, mel):
    row = services.create_objective(product, by=ada, title="Was")
    kept(
        client_of(ada), f"/p/PAY/objectives/{row.pk}/edit/",
        lambda: services.edit_objective(row, by=mel, version=None, title="Theirs", measure="Days"),
        title="Mine",
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.title, row.measure) == ("Mine", "Days")


def test_a_check(make_item, client_of, ada, mel):
    item = make_item()
    check = services.add_check(item, by=ada, kind="security", sentence="Was so.")
    kept(
        client_of(ada), f"/i/{item.key}/checks/{check.number}/edit/",
        lambda: services.edit_check(
            check, by=mel, version=None, sentence="Theirs.", due_on="2027-03-01",
            due_because="agreed",
        ),
        sentence="Mine.",
    )  # fmt: skip
    check.refresh_from_db()
    assert (check.sentence, str(check.due_on)) == ("Mine.", "2027-03-01")


def test_a_scenario(product, client_of, ada):
    row = services.create_scenario(product, by=ada, name="Was", question="")
    kept(
        client_of(ada), f"/p/PAY/scenarios/{row.pk}/edit/",
        lambda: services.edit_scenario(row, by=ada, version=None, name="Theirs", shared=True),
        name="Mine",
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.name, row.shared) == ("Mine", True)
