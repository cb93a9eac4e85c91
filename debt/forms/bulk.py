"""What a change of many debt items asks for: which field, and what it becomes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt import moving, queries
from debt.forms.items import tags_of
from debt.models import DebtItem
from tpm.bulk import BulkChange
from tpm.models import Product
from tpm.roles import components_of, people_of, teams_of

State = DebtItem.State
ACTIONS = {
    "owner": gettext_lazy("Owner"),
    "component": gettext_lazy("Component"),
    "team": gettext_lazy("Team"),
    "size": gettext_lazy("Size of the fix"),
    "tag": gettext_lazy("Add tags"),
    "untag": gettext_lazy("Take tags away"),
    "state": gettext_lazy("State, or not debt"),
}


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
        self.fields = {"do": self.fields["do"], "value": field, "why": self.fields["why"]}

    def clean_value(self):
        value = self.cleaned_data["value"]
        return tags_of(value) if self.cleaned_data.get("do") in ("tag", "untag") else value

    def clean(self):
        data = super().clean() or {}
        if data.get("do") == "state" and data.get("value") != State.PAID and not data.get("why"):
            self.add_error("why", _("Say why."))
        return data

    def change(self) -> BulkChange:
        data = self.cleaned_data
        return BulkChange(data["do"], data.get("value"), data["why"])


def field_for(do: str, product: Product) -> forms.Field:
    """The field of what an action makes of the items."""
    label = str(ACTIONS.get(do, ""))
    rows = {
        "team": teams_of(product),
        "component": components_of(product),
        "owner": people_of(product),
    }
    if do in rows:
        return forms.ModelChoiceField(
            rows[do], label=label, required=False, empty_label=_("none")
        )  # fmt: skip
    if do == "state":
        return forms.ChoiceField(
            label=label,
            choices=[(state.value, state.label) for state in reversed(moving.NEEDS)],
            help_text=_("All but paid need a reason. Planned debt stays as it is."),
        )
    if do == "size":
        sizes = queries.current_model().parameters["size_days"]
        words = [
            (size, f"{size}, {'–'.join(f'{d:g}' for d in days)} d") for size, days in sizes.items()
        ]
        return forms.ChoiceField(
            label=label, choices=words, help_text=_("In place of days that were typed.")
        )
    return forms.CharField(
        label=label, max_length=200, help_text=_("Parted by commas.")
    )  # fmt: skip
