"""Two people edit the workspace at once: what one did not touch keeps what the other wrote."""

import pytest

from tests.forms_on_pages import kept
from tpm import services
from tpm.models import Component

pytestmark = pytest.mark.django_db


def test_a_product(product, client_of, lena, ada):
    kept(
        client_of(lena), "/p/PAY/settings/",
        lambda: services.edit_product(
            product, by=ada, version=None, name="Theirs", purpose="So that bills are paid."
        ),
        name="Mine",
    )  # fmt: skip
    product.refresh_from_db()
    assert (product.name, product.purpose) == ("Mine", "So that bills are paid.")


def test_a_team(product, team, client_of, lena, ada):
    kept(
        client_of(lena), f"/settings/teams/{team.slug}/",
        lambda: services.edit_team(team, by=ada, version=None, name="Theirs", focus_share=0.5),
        name="Mine",
    )  # fmt: skip
    team.refresh_from_db()
    assert (team.name, team.focus_share) == ("Mine", 0.5)


def test_a_component(product, client_of, lena, ada):
    row = Component.objects.create(key="billing", name="Was")
    row.products.add(product)
    kept(
        client_of(lena), "/settings/components/billing/",
        lambda: services.edit_component(
            row, by=ada, version=None, name="Theirs", path_prefixes=["billing/", "tax/"]
        ),
        name="Mine",
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.name, row.path_prefixes) == ("Mine", ["billing/", "tax/"])
    assert list(row.products.all()) == [product]
