"""Forms of the decision pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from roadmaps.models import Item
from tpm import opened
from tpm.forms import DayField, VersionedForm, with_present
from tpm.models import Component, Product
from tpm.roles import components_of, people_of
from tradeoffs import bindings, catalogue, queries
from tradeoffs.maths import ranges
from tradeoffs.models import POINTS_WRONG, Criterion, Decision, Option, Review, Score


def offer(form: forms.BaseForm, name: str, rows: QuerySet) -> None:
    """Let a field choose among these rows alone."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class NewDecisionForm(forms.Form):
    """The question alone is enough."""

    title = forms.CharField(
        label="Question", max_length=200, widget=forms.TextInput({"autofocus": True})
    )
    options = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="One on each line. Keeping things as they are is an option too.",
    )
    criteria = forms.MultipleChoiceField(
        required=False,
        choices=[(offer.name, offer.name) for offer in catalogue.OFFERED],
        initial=[offer.name for offer in catalogue.OFFERED],
        widget=forms.CheckboxSelectMultiple,
        help_text="They begin with equal weights. Add your own on the next page.",
    )
    due_on = DayField(label="Decide by", required=False)

    def clean_options(self) -> list[str]:
        names = [line.strip(" -*\t") for line in self.cleaned_data["options"].splitlines()]
        if any(len(name) > 120 for name in names):
            raise ValidationError("Keep the name of an option under 120 characters.")
        return [name for name in names if name]


class DecisionForm(forms.ModelForm):
    """The text and the frame of an open decision."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Decision
        fields = [
            "title",
            "situation",
            "concern",
            "context",
            "constraints",
            "chosen",
            "reasons",
            "consequences",
            "confirmation",
            "driver",
            "approver",
            "undoing",
            "reach",
            "tier",
            "due_on",
            "check_on",
        ]
        labels = {"title": "Question", "chosen": "Proposed option"}
        field_classes = {"due_on": DayField, "check_on": DayField}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        opened.carry(self)
        product = self.instance.product
        offer(self, "chosen", self.instance.options.all())
        for name in ("driver", "approver"):
            present = getattr(self.instance, f"{name}_id")
            offer(self, name, with_present(people_of(product), present))
        for name in ("context", "constraints", "reasons", "consequences", "confirmation"):
            self.fields[name].widget.attrs["rows"] = 5

    def changes(self) -> dict:
        return opened.touched(self, {name: self.cleaned_data[name] for name in self.Meta.fields})

    def _post_clean(self) -> None:
        """The service validates and saves; the instance stays as it was read."""


class PartForm(VersionedForm):
    """An option or a criterion, with the version that was read."""

    def changes(self) -> dict:
        values = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        return opened.touched(self, values)

    def _post_clean(self) -> None:
        """The service validates and saves; the instance stays as it was read."""


class OptionForm(PartForm):
    class Meta:
        model = Option
        fields = ["name", "description"]


class PointsField(forms.CharField):
    """Pairs such as `0 0, 50 0.8, 100 1`: a raw value and its worth from 0 to 1."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            pairs = [[float(part) for part in pair.split()] for pair in text.split(",")]
        except ValueError as error:
            raise ValidationError(POINTS_WRONG) from error
        if any(len(pair) != 2 for pair in pairs):
            raise ValidationError(POINTS_WRONG)
        return pairs

    def prepare_value(self, value):
        if isinstance(value, list):
            return ", ".join(f"{ranges.exact(x)} {ranges.exact(v)}" for x, v in value)
        return value


class CriterionForm(PartForm):
    points = PointsField(
        label="Value points",
        required=False,
        max_length=500,
        help_text="Raw value and worth, such as 0 0, 50 0.8, 100 1, in place of a straight line.",
    )

    class Meta:
        model = Criterion
        fields = ["name", "measure", "unit", "worst", "best", "must", "group", "horizon", "points"]
        labels = {"worst": "Worst value", "best": "Best value"}


HOW_TO_SCORE = (
    "One number, or low..likely..high such as 3..5..8: 1 in 10 it is lower, as likely as not, 1 "
    "in 10 it is higher. Empty: not scored."
)


class ScoreForm(forms.Form):
    """One cell: `7` or `3..5..10`, and where that comes from. Empty means not scored."""

    value = forms.CharField(
        required=False,
        max_length=80,
        help_text=HOW_TO_SCORE,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text"}),
    )
    note = forms.CharField(required=False, max_length=500, help_text="Where the number comes from.")
    evidence = forms.CharField(
        required=False,
        max_length=500,
        help_text="An address, a file, or a key such as PAY-12: a benchmark, an incident.",
    )
    evidence_on = DayField(label="Evidence of", required=False)
    bound = forms.ChoiceField(
        label="Show a published number",
        required=False,
        help_text="The cell follows it, and nobody types a value.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, score: Score | None, sources=(), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.score = score
        choices = [(source.code, f"{source.label}, {source.unit}") for source in sources]
        self.initial["version"] = score.version if score else 0
        if score is not None:
            self.initial["value"] = ranges.show(score.p10, score.p50, score.p90)
            for name in ("note", "evidence", "evidence_on"):
                self.initial[name] = getattr(score, name)
            self.initial["bound"] = present = bindings.code_of_score(score)
            if present and present not in dict(choices):
                choices.insert(0, (present, "the number it shows now"))
        self.fields["bound"].choices = [("", "No, a value that is typed"), *choices]
        if not choices:
            del self.fields["bound"]

    def clean_value(self) -> ranges.Typed | None:
        if not self.cleaned_data["value"].strip():
            return None
        try:
            return ranges.read(self.cleaned_data["value"])
        except ValueError as error:
            raise ValidationError(str(error)) from error


def means(proposed: Option | None, leader: Option | None) -> str:
    """What an approval says of the options, to be read before it is given."""
    if proposed is not None:
        return _("%(name)s is proposed. Another one is a lead’s to propose.") % {
            "name": proposed.name
        }
    says = _("No option is proposed yet: the first approval names one, and by that proposes it.")
    if leader is None:
        return says
    return says + " " + _("%(name)s leads the matrix.") % {"name": leader.name}


class ReviewForm(forms.Form):
    """A verdict and its reason; an approval names the option."""

    verdict = forms.ChoiceField(choices=Review.Verdict, widget=forms.RadioSelect)
    chosen = forms.ModelChoiceField(
        Option.objects.none(), required=False, label="Option", help_text="What an approval accepts."
    )
    reason = forms.CharField(
        max_length=5_000,
        widget=forms.Textarea({"rows": 4}),
        help_text="It stays on the record. One sentence is enough.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision: Decision, leader: Option | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", decision.version)
        self.initial.setdefault("chosen", decision.chosen)
        self.means = means(decision.chosen, leader)
        options = decision.options.all()
        offer(self, "chosen", options)
        # Shown from the options that were read already: an inbox has one of these for each card.
        field: Any = self.fields["chosen"]
        field.choices = [("", field.empty_label), *((row.pk, row.name) for row in options)]

    def clean(self) -> dict:
        data = super().clean() or {}
        approves = data.get("verdict") in (Review.Verdict.APPROVE, Review.Verdict.CONDITIONS)
        if approves and not data.get("chosen"):
            self.add_error("chosen", "Choose the option that you approve.")
        return data


class StepForm(forms.Form):
    """A move of the state, with its reason."""

    why = forms.CharField(
        label="Why", required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class LinksForm(forms.Form):
    """What the decision shapes and touches, and which older decisions it replaces."""

    items = forms.ModelMultipleChoiceField(
        Item.objects.none(), required=False, widget=forms.SelectMultiple({"size": 10})
    )
    components = forms.ModelMultipleChoiceField(
        Component.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    replaces = forms.ModelChoiceField(
        Decision.objects.none(),
        required=False,
        help_text="The older decision closes as superseded once this one is accepted.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        product: Product = decision.product
        offer(self, "items", queries.items_offered(decision))
        linked = decision.components.values_list("pk", flat=True)
        offer(self, "components", with_present(components_of(product), *linked))
        offer(self, "replaces", queries.replaceable_by(decision))
        self.initial.setdefault("items", decision.items.all())
        self.initial.setdefault("components", decision.components.all())
        self.initial.setdefault("version", decision.version)
