"""Forms of sharing."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import Sharing
from roadmaps.services.sharing import USUAL
from tpm.forms import DayField

SHOWS = [
    ("timeline", gettext_lazy("Timeline")),
    ("list", gettext_lazy("List")),
    ("objectives", gettext_lazy("Objectives")),
    ("calendar", gettext_lazy("Calendar to subscribe to")),
]
TELLS = [
    ("dates", gettext_lazy("Dates: P50 and P85")),
    ("targets", gettext_lazy("Targets, and the chance to meet them")),
    ("teams", gettext_lazy("Teams")),
    ("owners", gettext_lazy("Owners")),
    ("effort", gettext_lazy("Effort")),
    ("debt", gettext_lazy("What debt adds to the bars")),
]


class ShareForm(forms.Form):
    """A new link: little is told unless it is chosen."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80,
        help_text=gettext_lazy("For whom it is, such as: steering group. Readers see it."),
    )  # fmt: skip
    shows = forms.MultipleChoiceField(
        label=gettext_lazy("Shows"), choices=SHOWS, initial=["timeline"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what the link shows.")},
    )  # fmt: skip
    tells = forms.MultipleChoiceField(
        label=gettext_lazy("Tells, beside keys, titles, states and objectives"), choices=TELLS,
        initial=["dates"], required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    expires_on = DayField(
        label=gettext_lazy("Opens until"), help_text=gettext_lazy("A year ahead at most.")
    )
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["expires_on"].initial = timezone.localdate() + USUAL

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("That day has passed."))
        return day

    def clean(self):
        data = super().clean() or {}
        dated = {"timeline", "calendar"} & set(data.get("shows", ()))
        if dated and "dates" not in data.get("tells", ()):
            self.add_error(
                "tells", _("A timeline and a calendar are made of dates: tell them too.")
            )
        return data


class SharingForm(forms.Form):
    """Who may share. version: 0 where nobody has said anything yet."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who may share this plan by a link"), choices=Sharing.Who.choices
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
