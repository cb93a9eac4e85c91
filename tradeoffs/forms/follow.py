"""Forms of consequences, predictions, triggers and looking back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from roadmaps.models import Item
from tpm.forms import DayField, VersionedForm, with_present
from tpm.models import Person
from tpm.roles import components_of, people_of
from tradeoffs import catalogue, following
from tradeoffs.forms.decisions import PartForm, offer
from tradeoffs.maths import ranges
from tradeoffs.models import Consequence, Decision, LookBack, Prediction, RevisitTrigger

NOTHING = ("", "Nothing: somebody says what came of it")
COMPARISONS = [("", "–"), *RevisitTrigger.Comparison.choices]


def qualities(decision: Decision) -> list[str]:
    """Names offered as the quality touched: the decision's criteria, then the catalogue."""
    named = [criterion.group or criterion.name for criterion in decision.criteria.all()]
    return list(dict.fromkeys([*named, *(one.name for one in catalogue.OFFERED)]))


def quality_field(decision: Decision, present: str) -> forms.ChoiceField:
    names = list(dict.fromkeys([*([present] if present else []), *qualities(decision)]))
    return forms.ChoiceField(
        label="Quality touched",
        required=False,
        choices=[("", "Not said"), *((n, n) for n in names)],
    )


class ConsequenceForm(PartForm):
    class Meta:
        model = Consequence
        fields = ["kind", "text", "quality", "severity", "owner"]
        labels = {"kind": "Good or bad"}
        widgets = {"text": forms.Textarea({"rows": 2})}
        error_messages = {"kind": {"required": "Choose one: nothing is taken for bad unsaid."}}

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["kind"] = ""
            kind: Any = self.fields["kind"]
            kind.choices = [("", "Choose"), *Consequence.Kind.choices]
        self.fields["quality"] = quality_field(decision, self.instance.quality)
        present = self.instance.owner_id
        offer(self, "owner", with_present(people_of(decision.product), present))


class AcceptedForm(forms.Form):
    """Who answers for a bad consequence, and why nothing is done about it."""

    person = forms.ModelChoiceField(Person.objects.none(), label="Who accepts it")
    why = forms.CharField(label="Why", max_length=1000, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_of(decision.product))


class RangeField(forms.CharField):
    """`3..5..8` as (low, likely, high); all three are needed. Empty: None."""

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        try:
            low, middle, high = ranges.read(typed)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if low is None or high is None:
            raise ValidationError("Give low..likely..high: one number says nothing of the spread.")
        return low, middle, high


class PredictionForm(forms.Form):
    """A chance or a range; a number that is published answers it by itself."""

    text = forms.CharField(
        label="What will be so", max_length=200,
        help_text="So that anybody can check it: what, by when, how much.",
    )  # fmt: skip
    due_on = DayField(label="Checked on")
    chance = forms.FloatField(
        label="Chance of yes, %", required=False, min_value=0, max_value=100,
        help_text="For a yes or no.",
    )  # fmt: skip
    range = RangeField(
        label="Or a number", required=False, max_length=60,
        help_text="low..likely..high, such as 0.4..0.9..2.1; 1 in 10 is lower, 1 in 10 higher.",
    )  # fmt: skip
    unit = forms.CharField(required=False, max_length=20)
    follows = forms.ChoiceField(
        label="Answered by", required=False, help_text="Fills itself in on the day."
    )
    comparison = forms.ChoiceField(
        label="Yes means that number is", required=False, choices=COMPARISONS
    )
    limit = forms.FloatField(required=False, help_text="In the unit of the number.")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    ONLY = {"chance": ("chance", "comparison", "limit"), "number": ("range", "unit")}
    """Fields that one kind asks for and the other does not."""
    MORE = ("quality", "follows", "comparison", "limit")
    """What stands folded away: nobody has to say it."""

    def __init__(
        self, *args, decision: Decision, user, row: Prediction | None = None, kind: str = "",
        **kwargs,
    ) -> None:  # fmt: skip
        """kind: `chance` or `number`, to ask for its fields alone; empty asks for all"""
        super().__init__(*args, **kwargs)
        self.asks = kind
        self.fields["quality"] = quality_field(decision, row.quality if row else "")
        numbers = [(s.code, f"{s.label}, {s.unit}") for s in following.offered(decision, user)]
        finish = following.items_to_finish(decision) if kind != "number" else []
        items = [(code, f"{name}: done") for code, name in finish]
        field = self.fields["follows"]
        assert isinstance(field, forms.ChoiceField)
        choices: list[Any] = [NOTHING, ("Yes or no", items), ("A number", numbers)]
        known = {code for code, _ in [*items, *numbers]}
        if row is not None and row.code and row.code not in known:
            choices.append((row.code, "The number that it follows now"))
        field.choices = choices
        self.order_fields(
            [
                "text",
                "due_on",
                "chance",
                "range",
                "unit",
                "quality",
                "follows",
                "comparison",
                "limit",
            ]
        )
        for name in self.ONLY.get({"chance": "number", "number": "chance"}.get(kind, ""), ()):
            del self.fields[name]
        if kind:
            self.fields["chance" if kind == "chance" else "range"].required = True
            self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, initial=kind)
        if kind == "chance":
            self.fields["chance"].help_text = ""
        if kind == "number":
            self.fields["range"].label = "Low, likely, high"
        self.initial["version"] = row.version if row else 0
        if row is not None:
            self.initial.update({
                "text": row.text, "due_on": row.due_on, "unit": row.unit, "quality": row.quality,
                "chance": None if row.chance is None else round(row.chance * 100, 1),
                "range": "" if row.p50 is None else ranges.show(row.p10, row.p50, row.p90),
                "follows": row.code, "comparison": row.comparison, "limit": row.limit,
            })  # fmt: skip

    def first_fields(self) -> list[forms.BoundField]:
        """What everybody says."""
        return [field for field in self.visible_fields() if field.name not in self.MORE]

    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in self.MORE]

    def more_open(self) -> bool:
        """Whether something is said there, or wrong there."""
        return any(field.value() or field.errors for field in self.more_fields())

    def values(self) -> dict[str, Any]:
        """As `services.add_prediction` takes them, without what it follows."""
        data = self.cleaned_data
        low, middle, high = data.get("range") or (None, None, None)
        chance = data.get("chance")
        return {
            "text": data["text"], "due_on": data["due_on"], "quality": data["quality"],
            "unit": data.get("unit", ""), "comparison": data.get("comparison", ""),
            "limit": data.get("limit"), "chance": None if chance is None else chance / 100,
            "p10": low, "p50": middle, "p90": high,
        }  # fmt: skip


def outcome_field(row: Prediction, known: float | None, *, required: bool) -> forms.Field:
    """What came of a prediction; known: what its number says."""
    if row.kind == Prediction.Kind.CHANCE:
        choices = [("", "Not known yet"), ("1", "Yes"), ("0", "No")]
        initial = "" if known is None else str(int(known))
        return forms.ChoiceField(
            label=row.text, choices=choices, required=required, initial=initial
        )
    return forms.FloatField(
        label=f"{row.text}, {row.unit}".rstrip(", "), required=required, initial=known,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip


class OutcomeForm(forms.Form):
    note = forms.CharField(
        required=False, max_length=300, help_text="Where it can be seen, or why it came so."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, row: Prediction, known: float | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        now = row.outcome if row.outcome is not None else known
        self.fields["outcome"] = outcome_field(row, now, required=True)
        self.order_fields(["outcome", "note"])
        self.initial.update({"version": row.version, "note": row.outcome_note})


NEEDS = {
    "date": ["on_date", "text"], "figure": ["follows", "comparison", "limit"],
    "slip": ["item", "weeks"], "end_of_life": ["component", "on_date"],
    "neighbour": ["neighbour"], "assumption": ["text"],
}  # fmt: skip
"""Kind of a trigger to the fields that it needs."""
WORDS_OF_KIND = {
    ("date", "text"): "What to look at", ("end_of_life", "on_date"): "Its last day of support",
    ("assumption", "text"): "What is assumed", ("figure", "comparison"): "Asks once it is",
}  # fmt: skip


class TriggerForm(VersionedForm):
    """What makes a decision be looked at again; only what its kind needs is asked and read."""

    follows = forms.ChoiceField(label="Number", required=False)

    class Meta:
        model = RevisitTrigger
        fields = [
            "kind", "on_date", "comparison", "limit", "item", "weeks", "component", "neighbour",
            "text", "owner",
        ]  # fmt: skip
        labels = {
            "kind": "Ask again when", "on_date": "Day", "weeks": "By more than, weeks",
            "neighbour": "Decision", "text": "Assumption, or what to look at",
            "owner": "Who is asked",
        }  # fmt: skip
        help_texts = {
            "on_date": "For a day, and for a component its last day of support.",
            "item": "For an item that slips.", "neighbour": "For a decision that is superseded.",
            "component": "For an end of life.", "limit": "In the unit of the number.",
        }  # fmt: skip
        field_classes = {"on_date": DayField}

    def __init__(self, *args, decision: Decision, user, kind: str = "", **kwargs) -> None:
        """kind: to ask for its fields alone; empty asks for all"""
        super().__init__(*args, **kwargs)
        product = decision.product
        numbers = [(s.code, f"{s.label}, {s.unit}") for s in following.offered(decision, user)]
        field = self.fields["follows"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *numbers]
        offer(self, "item", Item.objects.filter(product=product).order_by("number"))
        offer(self, "component", components_of(product))
        offer(self, "neighbour", Decision.objects.filter(product=product).exclude(pk=decision.pk))
        offer(self, "owner", people_of(product))
        self.initial.setdefault("owner", decision.driver_id)
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = RevisitTrigger.Kind.choices
        self.order_fields(["kind", "on_date", "follows", *self.Meta.fields[2:]])
        if kind in NEEDS:
            self.ask_for(kind)

    def ask_for(self, kind: str) -> None:
        """Leave the fields of one kind, required and in its words."""
        for name in set(self.fields) - {"kind", "owner", *NEEDS[kind]}:
            del self.fields[name]
        self.fields["kind"].widget = forms.HiddenInput()
        self.initial["kind"] = kind
        for name in NEEDS[kind]:
            field = self.fields[name]
            if name == "comparison":
                assert isinstance(field, forms.ChoiceField)
                field.choices = RevisitTrigger.Comparison.choices
            field.required = (kind, name) != ("date", "text")
            field.label = WORDS_OF_KIND.get((kind, name), field.label)
            if name != "limit":
                field.help_text = ""

    def values(self) -> dict[str, Any]:
        """What the kind that was chosen needs, as `services.add_trigger` takes it."""
        data = self.cleaned_data
        needs = NEEDS[data["kind"]]
        return {name: data[name] for name in ("kind", "owner", *needs)}

    def _post_clean(self) -> None:
        """The service validates and saves."""


class ReasonForm(forms.Form):
    why = forms.CharField(label="How you know", max_length=1000, widget=forms.Textarea({"rows": 3}))


class ReaffirmForm(forms.Form):
    why = forms.CharField(
        label="Why it still holds", max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    again_on = DayField(label="Ask again on", required=False)

    def __init__(self, *args, needs_day: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["again_on"].required = needs_day
        if not needs_day:
            self.fields["again_on"].help_text = "Empty: when it happens anew."


class LookBackForm(forms.Form):
    """Three questions, and what came of the predictions that are due."""

    happened = forms.CharField(
        label="What happened", max_length=5000, widget=forms.Textarea({"rows": 4})
    )
    again = forms.ChoiceField(
        label="Would you choose the same again", choices=LookBack.Again, widget=forms.RadioSelect
    )
    learned = forms.CharField(
        label="What did we learn",
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 3}),
    )
    check_on = DayField(
        label="Look again on", required=False, help_text="Empty: not again, unless a trigger fires."
    )

    def __init__(self, *args, due: list[tuple[Prediction, float | None]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.due = [row for row, _ in due]
        for row, known in due:
            self.fields[f"outcome-{row.pk}"] = outcome_field(row, known, required=False)
        self.order_fields([*(f"outcome-{row.pk}" for row in self.due), "happened"])

    def outcomes(self) -> dict[int, float]:
        typed = {row.pk: self.cleaned_data.get(f"outcome-{row.pk}") for row in self.due}
        return {pk: float(value) for pk, value in typed.items() if value not in (None, "")}
