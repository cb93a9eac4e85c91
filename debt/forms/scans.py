"""Forms of scans: the report with whose it is, and why findings are no debt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from debt.models import Finding
from debt.scans import FORMATS, MAX_BYTES, MAX_RESULTS
from tpm.models import Component, Product
from tpm.roles import components_of

MEGABYTE = 1024 * 1024


class ScanForm(forms.Form):
    """One report of a scanner."""

    component = forms.ModelChoiceField(
        label=_("Component"),
        queryset=Component.objects.none(),
        to_field_name="key",
        empty_label=None,
        help_text=_("Findings go to the component of their path, and else to this one."),
    )
    file = forms.FileField(
        label=_("Report"),
        help_text=_("Up to %(size)s MB and %(rows)s results.")
        % {"size": MAX_BYTES // MEGABYTE, "rows": f"{MAX_RESULTS:,}"},
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )
    complete = forms.BooleanField(
        label=_("Complete"),
        required=False,
        help_text=_("It has every finding: those that it does not have are closed."),
    )

    def __init__(self, *args, product: Product, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].queryset = components_of(product)


class ReadForm(forms.Form):
    """How to read a report; every field has an answer of its own when it is left alone."""

    component = forms.CharField(widget=forms.HiddenInput, max_length=60)
    complete = forms.BooleanField(
        label=_("Complete"),
        required=False,
        help_text=_("It has every finding: those that it does not have are closed."),
    )
    format = forms.ChoiceField(
        label=_("What it is"), required=False, choices=[("", _("Recognise it")), *FORMATS.items()]
    )
    branch = forms.CharField(
        label=_("Branch"), required=False, max_length=200,
        widget=forms.TextInput({"placeholder": _("the default branch")}),
    )  # fmt: skip
    folder = forms.CharField(
        label=_("Part of the repository"), required=False, max_length=300,
        widget=forms.TextInput({"placeholder": _("all of it")}),
    )  # fmt: skip
    configuration = forms.CharField(
        label=_("Configuration"), required=False, max_length=200,
        help_text=_("Tells two runs of one tool apart."),
    )  # fmt: skip
    checkout = forms.CharField(
        label=_("Folder of the checkout"), required=False, max_length=500,
        help_text=_("Where the report has absolute paths."),
    )  # fmt: skip
    tool = forms.CharField(
        label=_("Tool"), required=False, max_length=100,
        help_text=_("Where the report does not name it."),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """What is said, under the names that a target has."""
        data = dict(self.cleaned_data)
        return data | {"prefix": data.pop("checkout")}


class VerdictForm(forms.Form):
    """What findings are, and why."""

    verdict = forms.ChoiceField(label=_("They are"), choices=Finding.Verdict.choices)
    why = forms.CharField(label=_("Why"), max_length=300)
