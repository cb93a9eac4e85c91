"""Forms of the roadmap. A form checks what was typed; the services keep the rules."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps import outline
from roadmaps.forecasting import ranges
from roadmaps.models import Item, ItemLink, Objective
from tpm import formats, opened
from tpm.forms import DayField, with_present
from tpm.models import Product
from tpm.roles import components_of, people_of, teams_of

EXAMPLE = "3..5..10"
MOST_DAYS = 10_000
"""Person-days of one item; more is a slip of the hand."""


RANGE_HINT = gettext_lazy(
    "Low, likely, high, such as 3..5..10: 1 in 10 takes less, 1 in 10 takes more. One number alone "
    "is the likely one; its spread is learned from finished work, assumed where there is none."
)
LARGE_DAYS, WIDE = 1000, 100
"""Person-days, and P90 ÷ P10, from which a range is asked about once more."""
WORKING_YEAR = 260


class RangeField(forms.CharField):
    """Quick text of effort: `3..5..10` or one likely number. Cleans to the text itself."""

    def __init__(self, **options) -> None:
        defaults: dict[str, Any] = {
            "label": gettext_lazy("Effort in person-days"),
            "max_length": 60,
            "help_text": RANGE_HINT,
            "widget": forms.TextInput({"placeholder": EXAMPLE, "autocomplete": "off"}),
        }
        super().__init__(**defaults | options)

    def clean(self, value):
        text = super().clean(value)
        if text:
            check_range(text)
        return text


def check_range(text: str) -> None:
    """raises: ValidationError with what is wrong with quick text of effort"""
    if re.search(r"(?:^|\.\.)\s*[-−]\s*\d", text):
        raise ValidationError(_("An estimate must be more than 0 days."))
    try:
        found = ranges.parse(text)
    except ValueError as error:
        parts = re.split(r"\.\.+|\s+|[-–—]", text.strip())
        if len([part for part in parts if part]) == 2:
            raise ValidationError(_("Two numbers are no range: type low..likely..high.")) from None
        raise ValidationError(str(error)) from None
    if (found if isinstance(found, float) else found.p90) > MOST_DAYS:
        most = formats.number(MOST_DAYS)
        raise ValidationError(_("At most %(most)s person-days for one item.") % {"most": most})


class ItemKeyField(forms.CharField):
    """Another item of the product, named by its key. Cleans to the item."""

    def __init__(self, product: Product | None = None, **options) -> None:
        self.product = product
        defaults: dict[str, Any] = {
            "max_length": 330,
            "widget": forms.TextInput({"list": "item-keys", "autocomplete": "off"}),
        }
        super().__init__(**defaults | options)

    def prepare_value(self, value):
        return getattr(value, "key", value)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        # A chosen suggestion may carry the title behind the key.
        items = Item.objects.filter(product=self.product)
        found = items.filter(key=text.split()[0].upper()).first()
        if found is not None:
            return found
        # Words of a title do as well, as long as they mean one item.
        titled = list(items.exclude(state=Item.State.DROPPED).filter(title__icontains=text)[:2])
        if len(titled) == 1:
            return titled[0]
        words = {"text": text}
        if titled:
            raise ValidationError(_("Several items have “%(text)s” in their title.") % words)
        raise ValidationError(_("There is no item %(text)s in this product.") % words)


def search_in(field: forms.Field, product: Product) -> None:
    """Let a key field look in one product, and ask the server for what fits while one types."""
    field.product = product
    field.widget.attrs |= {
        "hx-get": f"/p/{product.key}/items/keys/",
        "hx-trigger": "input changed delay:150ms",
        "hx-target": "#item-keys",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
    }


class ItemForm(forms.ModelForm):
    """The fields of an item that a planner types."""

    parent = ItemKeyField(
        required=False,
        label=gettext_lazy("Part of"),
        help_text=gettext_lazy("Key of the item that this one is part of."),
    )
    crew = forms.IntegerField(
        initial=1,
        min_value=1,
        max_value=50,
        help_text=gettext_lazy("People at work on it at once."),
        error_messages={
            "min_value": gettext_lazy("At least one person works on an item."),
            "max_value": gettext_lazy("At most 50 people work on an item at once."),
        },
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Kept in the history beside the change."),
    )

    class Meta:
        model = Item
        fields = [
            "title",
            "description",
            "kind",
            "horizon",
            "team",
            "crew",
            "owner",
            "objective",
            "helps",
            "parent",
            "components",
            "target_date",
            "not_before",
            "pinned",
        ]
        labels = {
            "not_before": gettext_lazy("Not before"),
            "pinned": gettext_lazy("Pinned"),
            "helps": gettext_lazy("Only helps the objective"),
        }
        help_texts = {
            "target_date": gettext_lazy(
                "A promise. The forecast is compared with it, never bent to it."
            ),
        }
        widgets = {
            "title": forms.TextInput({"autofocus": True}),
            "description": forms.Textarea({"rows": 6}),
            "components": forms.CheckboxSelectMultiple,
        }
        field_classes = {"target_date": DayField, "not_before": DayField}

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        self.product = product
        fields: dict[str, Any] = self.fields
        fields["team"].queryset = with_present(teams_of(product), self.instance.team_id)
        fields["owner"].queryset = with_present(people_of(product), self.instance.owner_id)
        fields["objective"].queryset = Objective.objects.filter(product=product)
        for name in ("team", "owner", "objective"):
            fields[name].empty_label = _("none")
        fields["horizon"].choices = [("", _("none")), *Item.Horizon.choices]
        touched = self.instance.components.values_list("pk", flat=True) if self.instance.pk else ()
        fields["components"].queryset = with_present(components_of(product), *touched)
        fields["components"].required = False
        if not fields["components"].queryset.exists():
            del fields["components"]
        search_in(fields["parent"], product)
        if self.instance.pk:
            fields["version"].initial = self.instance.version
            fields["version"].required = True
            fields["parent"].initial = self.instance.parent
            opened.carry(self)

    def typed(self) -> dict:
        """The fields for the service."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "why", "state", "estimate")
        }
        return opened.touched(self, values)


class CellForm(ItemForm):
    """One field of an item, with the version that was read."""

    def __init__(self, *args, only: str, **options) -> None:
        super().__init__(*args, **options)
        self.fields = {name: self.fields[name] for name in (only, "version")}


class NewItemForm(ItemForm):
    state = forms.ChoiceField(
        choices=[(s.value, s.label) for s in (Item.State.PLANNED, Item.State.IDEA)],
        help_text=gettext_lazy("An idea has no dates until it is planned."),
    )
    estimate = RangeField(required=False)

    field_order = ["title", "description", "state", "estimate"]

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        del self.fields["version"], self.fields["why"]


class QuickItemForm(forms.Form):
    """One line: a title, and behind it perhaps `!3..5..10 #team >KEY @objective ^kind`."""

    line = forms.CharField(label=gettext_lazy("Add an item"), max_length=1000)

    def clean_line(self) -> str:
        (found,) = outline.parse(" ".join(self.cleaned_data["line"].split())) or (None,)
        if found is None or not found.title:
            raise ValidationError(_("Type a title, then perhaps !3..5..10 for its effort."))
        if found.estimate:
            check_range(found.estimate)
        return self.cleaned_data["line"]


def doubt_words(text: str) -> str:
    """What is asked about a range that looks like a slip of the keys; empty where it does not."""
    try:
        found = ranges.parse(text)
    except ValueError:
        return ""
    low, high = (found, found) if isinstance(found, float) else (found.p10, found.p90)
    if high > MOST_DAYS or low <= 0:
        return ""
    if high >= LARGE_DAYS:
        return _("%(days)s person-days are %(years)s years of one person: really?") % {
            "days": formats.number(high), "years": formats.number(high / WORKING_YEAR)
        }  # fmt: skip
    if high / low > WIDE:
        return _("The high end is %(times)s times the low one: really?") % {
            "times": formats.number(high / low)
        }
    return ""


class EstimateForm(forms.Form):
    """A range; one that looks like a slip of the keys is asked about once more."""

    estimate = RangeField()
    sure = forms.BooleanField(required=False, label=gettext_lazy("Yes, it is meant so"))

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.doubt = doubt_words(self.data.get("estimate", ""))
        if not self.doubt:
            del self.fields["sure"]

    def clean(self):
        super().clean()
        if self.doubt and not self.cleaned_data.get("sure"):
            self.add_error("estimate", self.doubt)
        return self.cleaned_data


class MoveForm(forms.Form):
    """Bring an item into a state, on a day; finishing asks what it took."""

    state = forms.ChoiceField(choices=Item.State.choices)
    on = DayField(
        label=gettext_lazy("On"), required=False,
        help_text=gettext_lazy("Today unless you say otherwise; never a day to come."),
    )  # fmt: skip
    person_days = forms.FloatField(
        label=gettext_lazy("It took, in person-days"), required=False, min_value=0.01,
        max_value=MOST_DAYS,
        help_text=gettext_lazy(
            "When it is done. Left empty, it is derived from the days in progress, where it was, "
            "and counts half in learning."
        ),
        widget=forms.NumberInput({"step": "any"}),
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=1000)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RankForm(forms.Form):
    """Right before another item, or at one end of the order."""

    before = ItemKeyField(required=False, label=gettext_lazy("Before"))
    to = forms.ChoiceField(
        required=False, choices=[("first", _("First")), ("last", _("Last"))],
        widget=forms.HiddenInput,
    )  # fmt: skip

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        search_in(self.fields["before"], product)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if not self.errors and not data.get("before") and not data.get("to"):
            self.add_error("before", _("Name the item before which this one comes."))
        return data


class LinkForm(forms.Form):
    """What this item waits for, or what waits for it."""

    way = forms.ChoiceField(
        label=gettext_lazy("This item"),
        choices=[
            ("waits", gettext_lazy("waits for")),
            ("holds", gettext_lazy("holds up")),
        ],
    )
    other = ItemKeyField(label=gettext_lazy("Item"))
    kind = forms.ChoiceField(label=gettext_lazy("From"), choices=ItemLink.Kind.choices)
    lag_days = forms.IntegerField(
        label=gettext_lazy("Lag, working days"), required=False, min_value=-250, max_value=250
    )

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        search_in(self.fields["other"], product)


class ObjectiveForm(forms.ModelForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Objective
        fields = [
            "title",
            "description",
            "owner",
            "target_date",
            "measure",
            "unit",
            "baseline_value",
            "target_value",
            "current_value",
        ]
        widgets = {
            "description": forms.Textarea({"rows": 4}),
            **{
                name: forms.NumberInput({"step": "any"})
                for name in ("baseline_value", "target_value", "current_value")
            },
        }
        field_classes = {"target_date": DayField}
        labels = {
            "baseline_value": gettext_lazy("It was"),
            "target_value": gettext_lazy("It is to be"),
            "current_value": gettext_lazy("It is now"),
        }

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = with_present(people_of(product), self.instance.owner_id)
        fields["owner"].empty_label = _("nobody")
        if self.instance.pk:
            fields["version"].initial = self.instance.version
            fields["version"].required = True
            opened.carry(self)

    def clean(self):
        data = super().clean() or self.cleaned_data
        values = ("baseline_value", "target_value", "current_value")
        if not data.get("measure") and any(data.get(name) is not None for name in values):
            self.add_error("measure", _("Name what these numbers measure."))
        return data

    def typed(self) -> dict:
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return opened.touched(self, values)


class CloseForm(forms.Form):
    """The day on which an objective was met or given up; empty opens it again."""

    on = DayField(label=gettext_lazy("Closed on"), required=False)

    def clean_on(self) -> datetime.date | None:
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return day


def range_text(*values: float) -> str:
    """A range, or one number, as somebody would type it."""
    return "..".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in values)
