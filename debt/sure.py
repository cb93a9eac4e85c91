"""What costs more than everybody has is asked about once more before it is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from debt import queries
from debt.ranges import Range
from tpm import formats
from tpm.models import Product, Team
from tpm.roles import teams_of


def sure_field() -> forms.CharField:
    """Carries what was typed when the question was asked: pressed once more, that is the answer."""
    return forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)


def ask(form: Any, name: str, days: Range | None, product: Product, team: Team | None) -> None:
    """Put the question in the form where a month costs more days than the team has.

    form: a bound form with a `sure_field`; name: the field that says the days
    team: None where nobody said it: then of all teams of the product
    """
    if days is None:
        return
    teams = [team] if team is not None else list(teams_of(product))
    capacity = sum(queries.capacities(teams, queries.current_model().parameters).values())
    typed = (form.data.get(form.add_prefix(name)) or "").strip()
    if not capacity or days.mean <= capacity or form.data.get("sure") == typed:
        return
    form.data = form.data.copy()
    form.data["sure"] = typed
    words = _(
        "%(who)s has %(capacity)s days a month in all, this says %(days)s: sure? Press once more "
        "to keep it."
    )
    who = team.name if team is not None else product.name
    said = {"who": who, "capacity": formats.amount(capacity), "days": formats.amount(days[1])}
    form.add_error(name, words % said)
