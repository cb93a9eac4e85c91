"""How long fixing one finding of a rule takes."""

import re

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt.scans.results import MOST_EFFORT_MINUTES
from tpm import formats

TIME = re.compile(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(min|m|h|d)?\b", re.IGNORECASE)


def minutes_of(text: str, *, hours_per_day: float) -> float | None:
    """`45`, `45 min`, `1.5 h`, `1 d 2 h` in minutes; None where it says no time."""
    found = TIME.findall(text)
    if not found or TIME.sub("", text).strip():
        return None
    units = {"": 1.0, "m": 1.0, "min": 1.0, "h": 60.0, "d": 60.0 * hours_per_day}
    return sum(float(count.replace(",", ".")) * units[unit.lower()] for count, unit in found)


def words_of(minutes: float) -> str:
    """The same as a field shows it."""
    if minutes >= 60 and minutes % 30 == 0:
        return f"{formats.number(minutes / 60, 1).removesuffix('.0')} h"
    return f"{minutes:g} min"


class RuleEffortForm(forms.Form):
    rule = forms.CharField(max_length=200, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    minutes = forms.CharField(label=gettext_lazy("One finding takes"), required=False)

    def __init__(self, *args, hours_per_day: float, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.hours_per_day = hours_per_day

    def clean_minutes(self) -> float | None:
        text = self.cleaned_data["minutes"].strip()
        if not text:
            return None
        minutes = minutes_of(text, hours_per_day=self.hours_per_day)
        if minutes is None or not 0 < minutes <= MOST_EFFORT_MINUTES:
            raise forms.ValidationError(
                _(
                    "Say a time above nothing and up to sixty whole days, such as 45 min, 1.5 h or "
                    "1 d. Empty: it is unknown."
                )
            )
        return minutes
