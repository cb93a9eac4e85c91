"""Forms of the ground floor."""

import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from tpm import opened
from tpm.models import Comment, User

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def with_present[Row: Model](rows: QuerySet[Row], *pks: int | None) -> QuerySet[Row]:
    """These rows and those chosen now, so that saving another field keeps what stands there."""
    return rows.model._default_manager.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=pks))


def absorb(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a service refused beside the field it is about, or above the form."""
    found = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for name, sentences in found.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class VersionedForm(forms.ModelForm):
    """A form that, where it changes a row, carries the version that it was made from."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput,
                initial=self.instance.version,
                error_messages={"required": "Send the version that you read."},
            )
            opened.carry(self)

    def said(self) -> dict[str, Any]:
        """The version, and what was changed on the page: what was left alone stays as it is."""
        return opened.touched(self, self.cleaned_data)


class DayInput(forms.DateInput):
    """A calendar day, as the browser's own picker gives it."""

    input_type = "date"

    def __init__(self, attrs=None) -> None:
        limits = {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
        super().__init__(limits | (attrs or {}), format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of this century: any other year is a slip of the hand."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        words = {"invalid": "Type a day such as 2026-03-19."}
        options["error_messages"] = words | options.get("error_messages", {})
        super().__init__(**options)

    def clean(self, value):
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            years = f"between {FIRST_DAY.year} and {LAST_DAY.year}"
            raise forms.ValidationError(f"Type a day {years}.", code="year")
        return day


class FirstRunForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=120)
    username = forms.CharField(max_length=150, widget=forms.TextInput({"autocomplete": "username"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters.",
    )

    def clean(self):
        data = super().clean() or {}
        if data.get("password"):
            user = User(username=data.get("username", ""), email=data.get("email", ""))
            try:
                validate_password(data["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class CommentForm(forms.ModelForm):
    """people_url: where the text asks for people while an @ is typed"""

    def __init__(self, *args, people_url: str = "", **options) -> None:
        super().__init__(*args, **options)
        if people_url:
            self.fields["body"].widget.attrs["data-people"] = people_url

    class Meta:
        model = Comment
        fields = ["body"]
        labels = {"body": "Comment"}
        widgets = {"body": forms.Textarea({"rows": 4})}
