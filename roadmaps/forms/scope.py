"""Forms of baselines and slips."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import SlipPolicy, SlipReason


class BaselineForm(forms.Form):
    """A name, what is only hoped for, and what the chance that was read was stated for."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80,
        help_text=gettext_lazy("Such as “Q1 plan”. Its items, ranges, order and dates are kept."),
    )  # fmt: skip
    stretch = forms.TypedMultipleChoiceField(coerce=int, required=False)
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, items: Iterable[int] = (), **options) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["stretch"].choices = [(pk, str(pk)) for pk in items]


def told_of(run_pk: int, stretch: Iterable[int]) -> str:
    """What a stated chance belongs to: a run, and the items that do not count."""
    return " ".join(str(pk) for pk in (run_pk, *sorted(stretch)))


class SlipReasonForm(forms.Form):
    """One of a few reasons, or a decision; and words for whoever reads it later."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, widget=forms.RadioSelect,
        choices=SlipReason.Reason.choices,
    )  # fmt: skip
    decision_key = forms.ChoiceField(label=gettext_lazy("Or a decision"), required=False)
    words = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=500,
        help_text=gettext_lazy("About the work, not about people: the log is read by all."),
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args, decisions: Iterable[tuple[str, str]] = (), **options) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["decision_key"].choices = [("", _("none")), *decisions]
        if not decisions:
            del self.fields["decision_key"]

    def clean(self):
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("reason") and not data.get("decision_key"):
            self.add_error("reason", _("Choose a reason, or name the decision behind it."))
        return data


class SlipDaysForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    working_days = forms.IntegerField(
        label=gettext_lazy("Ask for a reason after, working days"),
        min_value=1,
        max_value=250,
        error_messages={
            "min_value": gettext_lazy("Ask from 1 to 250 working days on."),
            "max_value": gettext_lazy("Ask from 1 to 250 working days on."),
        },
    )

    class Meta:
        model = SlipPolicy
        fields = ["working_days"]

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["version"].initial = self.instance.version
