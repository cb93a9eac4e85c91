"""Giving a CODEOWNERS, and saying whom its names mean."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from debt.mining import codeowners
from tpm.models import Person, Product, Team
from tpm.roles import people_of, teams_of

BOTH = _("Choose a file or paste its lines: one of the two.")


class OwnersForm(forms.Form):
    """The CODEOWNERS of a repository that the server cannot read, as a file or as text."""

    repository = forms.CharField(
        label=_("Repository"),
        max_length=200,
        help_text=_("Its name here, as of its logs."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CODEOWNERS, up to 1 MB."),
        error_messages={"empty": _("The file is empty.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or its lines"), required=False, strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > codeowners.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return file

    def clean(self):
        data = super().clean() or {}
        file, text = data.get("file"), lines_of(data.get("text", ""))
        if file:
            # The lines that the form began with are no answer: only what was typed is.
            if text.strip() and text != lines_of(self.initial.get("text", "")):
                self.add_error("file", BOTH)
            text = codeowners.decoded(file.read())
        data["text"] = text
        return data

    def put_anew(self, text: str, version: int) -> None:
        """Show the form again with what was given, beside what was read of it meanwhile."""
        data = self.data.copy()
        data["text"], data["version"] = text, str(version)
        self.data = data


def lines_of(text: str) -> str:
    """A text with the ends of lines that the server keeps; a browser sends others."""
    return re.sub(r"\r\n?", "\n", text)


class NameForm(forms.Form):
    """Whom one name means: `team:slug`, `person:id`, or nothing for whoever is called so."""

    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    who = forms.CharField(required=False, max_length=60)

    def __init__(self, *args, product: Product, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.product = product

    def clean_who(self) -> tuple[Team | None, Person | None]:
        kind, _colon, word = self.cleaned_data["who"].partition(":")
        team = person = None
        if kind == "team":
            team = teams_of(self.product).filter(slug=word).first()
        elif kind == "person" and word.isdecimal() and len(word) < 19:
            person = people_of(self.product).filter(pk=int(word)).first()
        if kind and team is None and person is None:
            raise forms.ValidationError(_("Choose a team or a person of this product."))
        return team, person
