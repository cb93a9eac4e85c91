"""What a change of many items asks for: which field, and what it becomes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import Item, Objective
from tpm.bulk import BulkChange
from tpm.forms import DayField
from tpm.models import Product
from tpm.roles import people_of, teams_of

ACTIONS = {
    "state": gettext_lazy("State"),
    "team": gettext_lazy("Team"),
    "beside": gettext_lazy("A further team"),
    "objective": gettext_lazy("Objective"),
    "owner": gettext_lazy("Owner"),
    "horizon": gettext_lazy("Horizon"),
    "kind": gettext_lazy("Kind"),
    "target_date": gettext_lazy("Target date"),
    "not_before": gettext_lazy("Not before"),
    "shift": gettext_lazy("Shift their dates"),
    "drop": gettext_lazy("Drop them"),
}
FARTHEST = 1250
"""Working days of a shift: five years."""


class BulkForm(forms.Form):
    """`do` names the field; `value` is of its kind."""

    do = forms.ChoiceField(choices=list(ACTIONS.items()), widget=forms.HiddenInput)
    why = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("Why"),
        help_text=gettext_lazy("Kept in the history of each item."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, product: Product, do: str = "") -> None:
        super().__init__(data, initial={"do": do})
        do = (data or {}).get("do", do)
        field = field_for(do, product)
        if field is not None:
            self.fields = {"do": self.fields["do"], "value": field, "why": self.fields["why"]}

    def clean_value(self):
        value = self.cleaned_data["value"]
        if self.cleaned_data.get("do") == "shift" and value == 0:
            raise ValidationError(_("By 0 days nothing moves."))
        return value

    def change(self) -> BulkChange:
        data = self.cleaned_data
        return BulkChange(data["do"], data.get("value"), data["why"])


def field_for(do: str, product: Product) -> forms.Field | None:
    """The field of what an action makes of the items; None for one that needs nothing more."""
    label = str(ACTIONS.get(do, ""))
    none = [("", _("none"))]
    rows = {
        "team": teams_of(product),
        "beside": teams_of(product),
        "objective": Objective.objects.filter(product=product, closed_on=None),
        "owner": people_of(product),
    }
    if do == "beside":
        return forms.ModelChoiceField(
            rows[do], label=label,
            help_text=_("They begin together; it does as much of each as the others on average."),
        )  # fmt: skip
    if do in rows:
        return forms.ModelChoiceField(
            rows[do], label=label, required=False, empty_label=str(none[0][1])
        )
    if do == "state":
        return forms.ChoiceField(label=label, choices=Item.State.choices)
    if do == "horizon":
        return forms.ChoiceField(
            label=label, choices=[*none, *Item.Horizon.choices], required=False
        )
    if do == "kind":
        return forms.ChoiceField(label=label, choices=Item.Kind.choices)
    if do in ("target_date", "not_before"):
        return DayField(label=label, required=False, help_text=_("Empty takes the day away."))
    if do == "shift":
        return forms.IntegerField(
            label=_("Working days"), min_value=-FARTHEST, max_value=FARTHEST, initial=5,
            help_text=_(
                "Of the item's team: its holidays and freezes count for nothing, nor do weekends. "
                "A minus brings them forward. Target and not before move alike."
            ),
        )  # fmt: skip
    return None
