"""The form of the weights wizard: one set of fields for each method."""

from itertools import combinations
from typing import Any

from django import forms

from tradeoffs import ranges, services
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
        self, *args, criteria: list[Criterion], method: str, stored: Weighting | None, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.method = criteria, method
        said = stored.said if stored is not None and stored.method == method else {}
        if method == Method.AHP:
            self.add_pairs(said)
        else:
            self.add_points(said)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=services.weights_version(criteria)
        )

    def add_points(self, said: dict[str, Any]) -> None:
        for place, criterion in enumerate(self.in_order(), start=1):
            most = len(self.criteria) if self.method == Method.RANK else 1_000_000
            if self.method == Method.SWING:
                most = 100
            start = said.get(str(criterion.pk), self.start(criterion, place))
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

    def add_pairs(self, said: dict[str, Any]) -> None:
        for first, second in combinations(self.criteria, 2):
            self.fields[f"pair-{first.pk}-{second.pk}"] = forms.ChoiceField(
                label=f"{first.name} against {second.name}",
                choices=RATIOS,
                initial=said.get(f"{first.pk}:{second.pk}", "1"),
            )

    def said(self) -> dict[str, Any]:
        """Points by id of the criterion, or ratios by id:id of a pair."""
        data = self.cleaned_data
        if self.method == Method.AHP:
            return {
                f"{a.pk}:{b.pk}": data[f"pair-{a.pk}-{b.pk}"]
                for a, b in combinations(self.criteria, 2)
            }
        return {str(c.pk): data[f"weight-{c.pk}"] for c in self.criteria}


def scale_words(criterion: Criterion) -> str:
    """What a swing is about: from the worst to the best, in the unit."""
    unit = f" {criterion.unit}" if criterion.unit else ""
    scale = f"From {ranges.number(criterion.worst)} to {ranges.number(criterion.best)}{unit}."
    return f"{criterion.measure}. {scale}" if criterion.measure else scale
