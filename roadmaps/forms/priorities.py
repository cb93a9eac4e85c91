"""Forms of priorities: the formula of a product, and the value of being in time."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from roadmaps.forecasting.formula import (
    MOST_INPUTS,
    MOST_POWER,
    MOST_WEIGHT,
    PRODUCT,
    READY,
    SUM,
)
from roadmaps.forms.items import ItemKeyField, search_in
from roadmaps.models import PriorityFormula, ValueCurve
from roadmaps.pages.priority_rows import typed_text
from tpm.forms import DayField
from tpm.models import Product

OWN_ROWS = MOST_INPUTS
METHODS = [
    ("", _("None: rank by hand")),
    ("rice", _("RICE: reach × impact × confidence ÷ effort")),
    ("wsjf", _("WSJF: value + time criticality + risk, ÷ effort")),
    ("own", _("Our own formula")),
]


class FormulaForm(forms.Form):
    """The formula, its weights, and the unit of value; fields that do not belong are ignored."""

    method = forms.ChoiceField(label=_("Formula"), choices=METHODS, required=False)
    combine = forms.ChoiceField(
        label=_("Put together"),
        choices=[(SUM, _("weight × input, summed")), (PRODUCT, _("inputs multiplied"))],
        required=False,
    )
    by_effort = forms.BooleanField(label=_("Divide by the effort"), required=False)
    unit = forms.ChoiceField(
        label=_("Value is counted in"), choices=PriorityFormula.Unit.choices, required=False
    )
    currency = forms.CharField(
        label=_("Which money"), max_length=8, required=False,
        help_text=_("Such as EUR or k€. Only where value is money."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, row: PriorityFormula | None, **options) -> None:
        super().__init__(*args, **options)
        self.row = row
        own = (row.own if row else {}) or {}
        self.initial = {
            "method": row.method if row else "",
            "combine": own.get("combine", SUM),
            "by_effort": own.get("by_effort", True),
            "unit": row.unit if row else PriorityFormula.Unit.POINTS,
            "currency": row.currency if row else "",
            "version": row.version if row else 0,
        }
        for method, formula in READY.items():
            most = MOST_POWER if formula.combine == PRODUCT else MOST_WEIGHT
            for each in formula.inputs:
                # Also those of one that was left for a formula without weights: to come back to.
                kept = row.weights if row else {}
                self.fields[f"{method}-{each.name}"] = forms.FloatField(
                    label=each.label, min_value=0, max_value=most, required=False,
                    initial=kept.get(each.name, 1.0), help_text=each.hint,
                )  # fmt: skip
        kept_rows = own.get("inputs", [])
        for k in range(OWN_ROWS):
            kept_row = kept_rows[k] if k < len(kept_rows) else {}
            self.fields[f"own-{k}-label"] = forms.CharField(
                label=_("Name"), max_length=40, required=False, initial=kept_row.get("label")
            )
            for name, label in (("weight", _("Weight")), ("low", _("From")), ("high", _("To"))):
                self.fields[f"own-{k}-{name}"] = forms.FloatField(
                    label=label, min_value=0, required=False,
                    initial=kept_row.get(name, 1.0 if name == "weight" else None),
                )  # fmt: skip

    def ready(self) -> list[tuple[str, list[Any]]]:
        """(method, bound fields of its weights) of each ready-made formula."""
        return [
            (method, [self[f"{method}-{each.name}"] for each in formula.inputs])
            for method, formula in READY.items()
        ]

    def own_rows(self) -> list[list[Any]]:
        names = ("label", "weight", "low", "high")
        return [[self[f"own-{k}-{name}"] for name in names] for k in range(OWN_ROWS)]

    def clean(self):
        super().clean()
        for k in range(OWN_ROWS):
            row = {n: self.cleaned_data.get(f"own-{k}-{n}") for n in ("label", "low", "high")}
            if row["label"] and row["low"] is not None and row["high"] is None:
                self.add_error(f"own-{k}-high", _("Say where its scale ends, or leave both empty."))
        return self.cleaned_data

    def typed(self) -> dict[str, Any]:
        """The fields of the row."""
        data = self.cleaned_data
        method = data["method"]
        fields: dict[str, Any] = {
            "method": method,
            "unit": data["unit"] or PriorityFormula.Unit.POINTS,
            "currency": data["currency"],
        }
        if method in READY:
            fields["weights"] = {
                each.name: value
                for each in READY[method].inputs
                if (value := data.get(f"{method}-{each.name}")) is not None and value != 1
            }
        if method == PriorityFormula.Method.OWN:
            fields["own"] = {
                "combine": data["combine"] or SUM,
                "by_effort": data["by_effort"],
                "inputs": self.own_inputs(),
            }
        return fields

    def own_inputs(self) -> list[dict[str, Any]]:
        """The typed rows with a name; what had a name before keeps what it is stored under."""
        data = self.cleaned_data
        known = list(((self.row.own or {}) if self.row else {}).get("inputs", []))
        found: list[dict[str, Any]] = []
        for k in range(OWN_ROWS):
            label = data.get(f"own-{k}-label")
            if not label:
                continue
            name = known[k]["name"] if k < len(known) else (slugify(label) or f"input-{k + 1}")
            while any(row["name"] == name for row in found):
                name = f"{name}-{k + 1}"[:40]
            weight = data.get(f"own-{k}-weight")
            low, high = data.get(f"own-{k}-low"), data.get(f"own-{k}-high")
            found.append(
                {
                    "name": name[:40], "label": label, "weight": 1.0 if weight is None else weight,
                    "low": (low or 0.0) if high is not None else None, "high": high,
                }
            )  # fmt: skip
        return found


class InputForm(forms.Form):
    """One input of one item."""

    text = forms.CharField(max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CurveForm(forms.Form):
    """What an item or an objective is worth by the day on which it is done."""

    kind = forms.ChoiceField(
        label=_("Being late"),
        choices=[
            ("", _("costs nothing that is known")),
            ("linear", _("loses so much each week")),
            ("step", _("loses all of it after a deadline")),
            ("decay", _("loses half of what is left, again and again")),
        ],
        required=False,
    )
    amount = forms.CharField(
        label=_("How much"), max_length=60, required=False,
        help_text=_("A number, or low..likely..high such as 30..50..100: a week, or the whole."),
        widget=forms.TextInput({"placeholder": "30..50..100", "autocomplete": "off"}),
    )  # fmt: skip
    day = DayField(
        label=_("From, or deadline"), required=False,
        help_text=_("The deadline; else the day from which it loses. Empty: from now on."),
    )  # fmt: skip
    half_life_weeks = forms.FloatField(
        label=_("Half of it is lost in so many weeks"), required=False, min_value=0.1, max_value=520
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, row: ValueCurve | None, unit: str, **options) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].label = _("How much, %(unit)s") % {"unit": unit}
        self.initial = {
            "kind": row.kind if row else "",
            "amount": typed_text(row),
            "day": row.day if row else None,
            "half_life_weeks": row.half_life_weeks if row else None,
            "version": row.version if row else 0,
        }


class PairForm(forms.Form):
    """Two items to compare."""

    a = ItemKeyField(label=_("Item"))
    b = ItemKeyField(label=_("Another item"))

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        for name in ("a", "b"):
            search_in(self.fields[name], product)
