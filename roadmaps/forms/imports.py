"""Forms of an import: the file, and how to read it."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roadmaps.importing import MAX_BYTES, MAX_ROWS, SOURCES, limit_words
from roadmaps.models import Item

STATE_PREFIX = "state:"
MOST_WORDS = 60


class UploadForm(forms.Form):
    """One file of an export."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Jira CSV, Linear CSV, GitHub issues as JSON, or any table with a title column. "
            "Up to %(size)s and %(rows)s rows."
        )
        % {"size": limit_words(), "rows": f"{MAX_ROWS:,}"},
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is %(size)s MB; the limit is %(limit)s.")
                % {"size": f"{file.size / 1024 / 1024:.1f}", "limit": limit_words()}
            )
        return file


class OptionsForm(forms.Form):
    """How to read a file; every field has an answer of its own when it is left alone."""

    source = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("Recognise it")), *SOURCES.items()],
    )
    zone = forms.CharField(
        label=_("Time zone of times without one"),
        required=False,
        max_length=64,
        widget=forms.TextInput({"placeholder": "UTC", "autocomplete": "off"}),
    )
    dates = forms.ChoiceField(
        label=_("Which stands first in 3/4/2026"),
        required=False,
        choices=[
            ("", _("As the file shows")),
            ("day", _("The day: 3 April")),
            ("month", _("The month: March 4")),
        ],
    )
    days_per_point = forms.FloatField(
        label=_("Person-days in one story point"),
        required=False,
        min_value=0.01,
        max_value=100,
        help_text=_("Left empty, points are kept and not used as estimates."),
    )
    instance = forms.CharField(
        label=_("Name of the installation"),
        required=False,
        max_length=100,
        help_text=_("Only to tell two of them apart that use the same keys."),
    )
    take_file = forms.BooleanField(label=_("Let the file win over edits made here"), required=False)

    def clean_zone(self) -> str:
        zone = self.cleaned_data["zone"].strip()
        if zone and zone not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no such zone; write it as Europe/Lisbon."))
        return zone

    def chosen(self) -> dict[str, Any]:
        """Options as a job keeps them, with the states chosen for words of the file."""
        data = self.cleaned_data
        return {
            "source": data["source"],
            "zone": data["zone"],
            "day_first": {"day": True, "month": False}.get(data["dates"]),
            "days_per_point": data["days_per_point"],
            "instance": data["instance"],
            "take_file": data["take_file"],
            "states": self.states(),
        }

    def states(self) -> dict[str, str]:
        """Word of the file -> our state, from fields named "state:word"."""
        found = {
            name.removeprefix(STATE_PREFIX): value
            for name, value in self.data.items()
            if name.startswith(STATE_PREFIX) and value in Item.State.values
        }
        return dict(list(found.items())[:MOST_WORDS])
