"""The form of the weights wizard: one set of fields for each method."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from django import forms

from tradeoffs import services
from tradeoffs.maths import ranges
from tradeoffs.models import Criterion, Weighting

Method = Weighting.Method
HELP = {
    Method.SWING: "Imagine every criterion at its worst. Which one would you lift to its best "
    "first? Give that 100, and the others their part of it.",
    Method.RANK: "Only the order: 1 is most important. Equals share a place.",
    Method.DIRECT: "Any points will do: they are scaled to add to 100 %.",
    Method.AHP: "Each pair alone: which matters more, and how much.",
}
RATIOS = (
    ("9", "9: far more"), ("7", "7: much more"), ("5", "5: clearly more"),
    ("3", "3: a little more"), ("2", "2"), ("1", "1: as much"), ("1/2", "1/2"),
    ("1/3", "1/3: a little less"),
    ("1/5", "1/5: clearly less"), ("1/7", "1/7: much less"), ("1/9", "1/9: far less"),
)  # fmt: skip


class WeightsForm(forms.Form):
    """What is said to one method. Its answer is the dictionary that the service takes."""

    def __init__(
        self, *args, criteria: list[Criterion], method: str, start: dict[str, str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.method = criteria, method
        if method == Method.AHP:
            self.add_pairs()
        else:
            self.add_points()
        for name in self.fields.keys() & start.keys():
            self.fields[name].initial = start[name]
        self.began = self.told(start) if self.fields.keys() & start.keys() else {}
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=services.weights_version(criteria)
        )

    def add_points(self) -> None:
        for place, criterion in enumerate(self.in_order(), start=1):
            most = len(self.criteria) if self.method == Method.RANK else 1_000_000
            if self.method == Method.SWING:
                most = 100
            start = self.start(criterion, place)
            self.fields[f"weight-{criterion.pk}"] = forms.FloatField(
                label=criterion.name,
                min_value=1 if self.method == Method.RANK else 0,
                max_value=most,
                initial=f"{start:.1f}".removesuffix(".0"),
                help_text=scale_words(criterion),
                widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
            )

    def in_order(self) -> list[Criterion]:
        """Heaviest first where an order is asked, so that fewer numbers have to change."""
        if self.method == Method.DIRECT:
            return self.criteria
        return sorted(self.criteria, key=lambda criterion: -criterion.weight)

    def start(self, criterion: Criterion, place: int) -> float:
        if self.method == Method.RANK:
            return place
        if self.method == Method.SWING:
            most = max(c.weight for c in self.criteria)
            return round(criterion.weight / most * 100, 1) if most else 100
        return criterion.weight * 100

    def add_pairs(self) -> None:
        for first, second in combinations(self.criteria, 2):
            self.fields[f"pair-{first.pk}-{second.pk}"] = forms.ChoiceField(
                label=f"{first.name} against {second.name}",
                choices=RATIOS,
                initial="1",
            )

    def said(self) -> dict[str, Any]:
        """Points by id of the criterion, or ratios by id:id of a pair."""
        return self.told(self.cleaned_data)

    def told(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if self.method == Method.AHP:
            return {
                f"{a.pk}:{b.pk}": data.get(f"pair-{a.pk}-{b.pk}", "1")
                for a, b in combinations(self.criteria, 2)
            }
        return {str(c.pk): data.get(f"weight-{c.pk}", 0) for c in self.criteria}


def scale_words(criterion: Criterion) -> str:
    """What a swing is about: from the worst to the best, in the unit."""
    unit = f" {criterion.unit}" if criterion.unit else ""
    scale = f"From {ranges.number(criterion.worst)} to {ranges.number(criterion.best)}{unit}."
    return f"{criterion.measure}. {scale}" if criterion.measure else scale
