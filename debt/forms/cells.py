"""Values of debt changed where they stand in the register: one field with the version read."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt import moving, queries, services
from debt.forms.items import DaysField, ItemForm, VersionForm
from debt.maths import ranges
from debt.models import DebtItem, Interest
from debt.sure import ask, sure_field


class FieldForm(ItemForm):
    """One of the plain fields."""

    only: str

    def __init__(self, data, *, item: DebtItem, only: str, user, auto_id: str) -> None:
        super().__init__(data, instance=item, product=item.product, auto_id=auto_id)
        self.only = only
        self.fields = {name: self.fields[name] for name in (only, "version")}

    def save_as(self, item: DebtItem, user) -> object:
        version, value = self.cleaned_data["version"], self.cleaned_data[self.only]
        return services.change_item(item, by=user, version=version, **{self.only: value})


class PrincipalCell(VersionForm):
    """Days to fix, or a size."""

    principal = forms.CharField(
        label=gettext_lazy("Days to fix"), required=False, max_length=40,
        help_text=gettext_lazy("Low, likely, high such as 5..10..20, one number, or a size: M."),
    )  # fmt: skip

    def __init__(self, data, *, item: DebtItem, only: str, user, auto_id: str) -> None:
        known = ranges.typed(item.principal) if item.principal else item.size
        initial = {"principal": known, "version": item.version}
        super().__init__(data, auto_id=auto_id, initial=initial)

    def clean_principal(self) -> dict[str, Any]:
        text = self.cleaned_data["principal"].strip()
        sizes = queries.current_model().parameters["size_days"]
        if text.upper() in sizes:
            return {"days": None, "size": text.upper()}
        return {"days": DaysField(required=False).clean(text), "size": ""}

    def save_as(self, item: DebtItem, user) -> object:
        version = self.cleaned_data["version"]
        said = self.cleaned_data["principal"]
        return services.declare_principal(item, by=user, version=version, **said)


class InterestCell(VersionForm):
    """What it costs a month; `version` is the declaration that was read."""

    interest = DaysField(
        label=gettext_lazy("Declared, days a month"),
        help_text=gettext_lazy("Low, likely, high such as 1..2..4, or one number."),
    )
    sure = sure_field()

    def __init__(self, data, *, item: DebtItem, only: str, user, auto_id: str) -> None:
        self.item = item
        newest = queries.newest_interests([item])[item.pk]
        self.kind = Interest.Kind.CHANGES
        if newest and self.kind not in newest:
            self.kind = Interest.Kind.EVENTS
        row = newest.get(self.kind)
        initial = {
            "interest": ranges.typed(row.range) if row else "",
            "version": row.pk if row else 0,
        }
        super().__init__(data, auto_id=auto_id, initial=initial)
        if len(newest) > 1 or self.kind == Interest.Kind.EVENTS:
            self.fields["interest"].label = _("%(kind)s, declared days a month") % {
                "kind": Interest.Kind(self.kind).label
            }

    def clean(self):
        super().clean()
        ask(self, "interest", self.cleaned_data.get("interest"), self.item.product, self.item.team)

    def save_as(self, item: DebtItem, user) -> object:
        data = self.cleaned_data
        return services.declare_interest(
            item, by=user, days=data["interest"], kind=self.kind, seen=data["version"]
        )


class StateCell(VersionForm):
    """What becomes of it, and why."""

    state = forms.ChoiceField(label=gettext_lazy("State"))
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, required=False,
        widget=forms.TextInput({"placeholder": gettext_lazy("Why")}),
    )  # fmt: skip

    def __init__(self, data, *, item: DebtItem, only: str, user, auto_id: str) -> None:
        super().__init__(data, auto_id=auto_id, initial={"version": item.version})
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(state.value, state.label) for state in moving.reachable(item, user)]

    def save_as(self, item: DebtItem, user) -> object:
        data = self.cleaned_data
        state = DebtItem.State(data["state"])
        return moving.become(item, state, by=user, version=data["version"], why=data["why"])


FORMS = {
    "title": FieldForm, "owner": FieldForm, "component": FieldForm,
    "principal": PrincipalCell, "interest": InterestCell, "state": StateCell,
}  # fmt: skip
