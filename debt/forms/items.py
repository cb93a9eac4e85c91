"""Forms of the debt pages."""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from debt import queries
from debt.maths import ranges
from debt.models import DebtItem, Evidence, Interest
from debt.owning import Suggester
from debt.sure import ask, sure_field
from tpm import opened
from tpm.forms import DayField, with_present
from tpm.models import Product
from tpm.roles import components_of, people_of, teams_of
from tradeoffs.models import Decision

EMPTY = ("", "not said")


def offer(form: forms.BaseForm, name: str, words: Iterable[tuple[str, str]]) -> None:
    """Let a field choose one of these words, or none."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [EMPTY, *words]


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet) -> None:
    """Let a field choose one of these rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def tags_of(text: str) -> list[str]:
    """Tags parted by commas, each once. raises: ValidationError for a word that can be none"""
    words = [word.strip().lstrip("#").lower() for word in text.split(",")]
    for word in words:
        if word and not re.fullmatch(r"[\w-]{1,40}", word):
            raise ValidationError(f"“{word}” is no tag: letters, digits and - only.")
    return list(dict.fromkeys(word for word in words if word))


class DaysField(forms.CharField):
    """Days as `1..2..4` or one number; gives a Range or None."""

    def __init__(self, **options) -> None:
        super().__init__(max_length=40, **options)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return ranges.read(text, queries.current_model().parameters["one_number_spread"])
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem


class VersionForm(forms.Form):
    """Carries the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class LineForm(forms.Form):
    line = forms.CharField(
        label="What hurts, in one line",
        max_length=400,
        error_messages={"required": "Say in a few words what hurts."},
    )
    sure = sure_field()


class ItemForm(forms.ModelForm):
    """Everything about an item that is edited in one place."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    tags = forms.CharField(required=False, max_length=200, help_text="Parted by commas.")
    slow_down = forms.ChoiceField(
        label="How much longer a change takes", required=False, help_text="Than in clean code."
    )
    probability = forms.ChoiceField(label="How often a change here pays", required=False)
    contagion = forms.ChoiceField(label="How fast it grows", required=False)

    class Meta:
        model = DebtItem
        fields = [
            "title", "description", "team", "component", "owner", "tags", "slow_down",
            "probability", "contagion", "risk_dimension", "risk_level", "risk_probability",
            "share_removed", "months_until_done", "hurts_since", "quadrant", "decision",
        ]  # fmt: skip
        labels = {
            "risk_dimension": "What it threatens",
            "risk_level": "How badly, 0 to 4",
            "risk_probability": "Chance of that, 0 to 1",
            "share_removed": "Share of the interest that paying removes, 0 to 1",
            "months_until_done": "Months until paying helps",
            "decision": "Taken on by decision",
        }
        widgets = {
            "description": forms.Textarea({"rows": 4}),
            "risk_level": forms.NumberInput({"min": 0, "max": 4}),
            "risk_probability": forms.NumberInput({"min": 0, "max": 1, "step": "any"}),
            "share_removed": forms.NumberInput({"min": 0, "max": 1, "step": "any"}),
        }

        field_classes = {"hurts_since": DayField}

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        model = queries.current_model().parameters
        for name in ("slow_down", "probability", "contagion"):
            words = [(word, f"{word}, {share:g}") for word, share in model[name].items()]
            offer(self, name, words)
        self.fields["share_removed"].help_text = f"Empty: {model['share_removed']:g}."
        self.fields["months_until_done"].help_text = f"Empty: {model['months_until_done']:g}."
        item = self.instance
        offer_rows(self, "team", with_present(teams_of(product), item.team_id))
        offer_rows(self, "component", with_present(components_of(product), item.component_id))
        offer_rows(self, "owner", with_present(people_of(product), item.owner_id))
        offer_rows(self, "decision", Decision.objects.filter(product=product))
        if item.pk:
            self.initial["version"] = item.version
            self.initial["tags"] = ", ".join(item.tags)
            self._suggest(item, product)
            opened.carry(self)

    def _suggest(self, item: DebtItem, product: Product) -> None:
        """Say beside team and owner whom the item's files name, where that is somebody else."""
        shown = item.evidence.exclude(kind=Evidence.Kind.NOTE).values_list("kind", "text")
        files = [text for kind, text in shown if kind == Evidence.Kind.PATH]
        links = [text for kind, text in shown if kind == Evidence.Kind.LINK]
        found = Suggester(product).of(links, files=files, component=item.component)
        for name, row, why in (
            ("team", found.team, found.team_why), ("owner", found.owner, found.owner_why),
        ):  # fmt: skip
            if row is not None and why and getattr(item, f"{name}_id") != row.pk:
                self.fields[name].help_text = f"{row}, {why}."

    def clean_tags(self) -> list[str]:
        return tags_of(self.cleaned_data["tags"])

    def fields_changed(self) -> dict:
        """The values to hand to the service."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return opened.touched(self, values)

    def _post_clean(self) -> None:
        """The service checks the row; building it here as well would change the one on the page."""


class InterestForm(forms.Form):
    days = DaysField(
        label="Days a month", help_text="Low, likely, high such as 1..2..4, or one number."
    )
    kind = forms.ChoiceField(
        label="Lost to", choices=Interest.Kind.choices, initial=Interest.Kind.CHANGES
    )
    note = forms.CharField(label="Why so", max_length=300, required=False)
    sure = sure_field()

    def __init__(self, *args, item: DebtItem, **options) -> None:
        super().__init__(*args, **options)
        self.item = item

    def clean(self):
        super().clean()
        ask(self, "days", self.cleaned_data.get("days"), self.item.product, self.item.team)


class PrincipalForm(VersionForm):
    days = DaysField(
        label="Days to fix", required=False,
        help_text="Low, likely, high such as 5..10..20, or one number.",
    )  # fmt: skip
    size = forms.ChoiceField(label="Or a size", required=False)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        sizes = queries.current_model().parameters["size_days"]
        words = [
            (size, f"{size}, {'–'.join(f'{d:g}' for d in days)} d") for size, days in sizes.items()
        ]
        offer(self, "size", words)


class AcceptForm(VersionForm):
    until = DayField(required=False, label="Until the day")
    trigger = forms.CharField(
        max_length=200, required=False, label="Or until this happens",
        help_text="Such as: a third country is live.",
    )  # fmt: skip
    ceiling = forms.FloatField(
        label="And as long as it costs less than this, days a month", required=False,
        widget=forms.NumberInput({"min": 0, "step": "any"}),
    )  # fmt: skip
    why = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 3}))

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("until") and not self.cleaned_data.get("trigger"):
            raise ValidationError("Say until which day, or until what happens.")


class TapForm(forms.Form):
    minutes = forms.FloatField(required=False, min_value=0)


class ReasonForm(VersionForm):
    why = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 3}))


class PaidForm(VersionForm):
    why = forms.CharField(
        label="What was done", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


class EvidenceForm(forms.Form):
    text = forms.CharField(
        label="File, link or sentence", max_length=500,
        help_text="Such as billing/tax.py, or the address of an incident.",
        error_messages={"max_length": "At most 500 characters are one piece of evidence."},
    )  # fmt: skip


class NeedForm(forms.Form):
    needed = forms.CharField(
        label="Key of the debt", max_length=24, help_text="Such as PAY-D12, or its number alone."
    )

    def __init__(self, *args, product, **kwargs):
        super().__init__(*args, **kwargs)
        self.product = product

    def clean_needed(self) -> DebtItem:
        text = self.cleaned_data["needed"].strip().upper()
        number = text.rpartition("D")[2]
        key = f"{self.product.key}-D{number}" if number == text or text == f"D{number}" else text
        found = DebtItem.objects.filter(product=self.product, key=key).first()
        if found is None:
            raise ValidationError(f"No debt of {self.product.name} has the key {key}.")
        return found


class PlanForm(VersionForm):
    title = forms.CharField(max_length=300)
    place = forms.ChoiceField(
        label="Place in the order",
        choices=[("first", "Before everything else"), ("last", "At the end of the plan")],
        widget=forms.RadioSelect,
    )
