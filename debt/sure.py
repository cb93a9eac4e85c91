"""What costs more than everybody has is asked about once more before it is kept, at every door."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from debt import queries
from debt.maths.ranges import Range
from tpm import formats
from tpm.models import Product, Team
from tpm.roles import teams_of


class Limits:
    """What the teams of a product can lose in a month; read once, when first asked for."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.gone: dict[int, float] = {}
        """Teams that left the product, and still pay for debt of it."""

    @cached_property
    def teams(self) -> dict[int, Team]:
        return {team.pk: team for team in teams_of(self.product)}

    @cached_property
    def known(self) -> dict[int, float]:
        """Team -> days a month."""
        return queries.capacities(self.teams.values(), queries.current_model().parameters)

    def of(self, team: Team) -> float:
        found = self.known if team.pk in self.known else self.gone
        if team.pk not in found:
            found |= queries.capacities([team], queries.current_model().parameters)
        return found[team.pk]

    def question(self, days: Range | None, team: Team | None) -> str:
        """Whether somebody is sure, where a month costs more days than the team has; else empty.

        team: None where nobody said it: then of all teams of the product
        """
        if days is None:
            return ""
        capacity = sum(self.known.values()) if team is None else self.of(team)
        if not capacity or days.mean <= capacity:
            return ""
        said = {
            "who": team.name if team is not None else self.product.name,
            "capacity": formats.amount(capacity),
            "days": formats.amount(days.mean),
        }
        words = _(
            "%(who)s has %(capacity)s days a month in all, this says %(days)s on average: sure?"
        )
        return words % said


def question(days: Range | None, product: Product, team: Team | None) -> str:
    """The question about one cost, with `Limits` of its own."""
    return Limits(product).question(days, team)


def sure_field() -> forms.CharField:
    """Carries what was typed when the question was asked: pressed once more, that is the answer."""
    return forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


def ask(form: Any, name: str, days: Range | None, product: Product, team: Team | None) -> None:
    """Put the question in the form, unless this very text was asked about already.

    form: a bound form with a `sure_field`; name: the field that says the days
    """
    typed = (form.data.get(form.add_prefix(name)) or "").strip()
    if form.data.get("sure") == typed:
        return
    if asked := question(days, product, team):
        form.data = form.data.copy()
        form.data["sure"] = typed
        form.add_error(name, f"{asked} {_('Press once more to keep it.')}")
