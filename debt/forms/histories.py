"""Uploading a log of a repository."""

from django import forms
from django.utils.translation import gettext_lazy as _

from debt.mining import logs
from roadmaps.importing import MAX_BYTES, limit_words
from tpm.models import Component, Product
from tpm.roles import components_of


class LogForm(forms.Form):
    """One log, and which repository it is of."""

    file = forms.FileField(
        label=_("Log"),
        help_text=_("Text that git log wrote, up to %s.") % limit_words(),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )
    repository = forms.CharField(
        label=_("Repository"),
        max_length=200,
        help_text=_("Its name here. A later log of the same name adds what is new."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    component: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("All of it is one component"),
        queryset=Component.objects.none(),
        required=False,
        to_field_name="key",
        empty_label=_("no: paths say which"),
    )

    def __init__(self, *args, product: Product, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["component"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = components_of(product)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s. Ask git for less: git log --since=1.year.ago")
                % {"limit": limit_words()}
            )
        try:
            next(iter(logs.read(file)), None)
        except logs.Unreadable as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        file.seek(0)
        return file
