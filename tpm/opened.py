"""What a form was opened with: a field that was left alone keeps what somebody else wrote since."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html

NAME = "opened"


class OpenedInput(forms.HiddenInput):
    """The version that was read, and beside it the values that stood there then."""

    def __init__(self, form: forms.BaseForm) -> None:
        super().__init__()
        self.form = form

    def render(self, name, value, attrs=None, renderer=None):
        said = self.form.data.get(NAME, "") if self.form.is_bound else as_text(self.form)
        here = super().render(name, value, attrs, renderer)
        return here + format_html('<input type="hidden" name="{}" value="{}">', NAME, said)


def carry(form: forms.BaseForm) -> None:
    """Let a form that has a version carry what it was opened with."""
    form.fields["version"].widget = OpenedInput(form)


def as_text(form: forms.BaseForm) -> str:
    names = [name for name in form.fields if name != "version"]
    values = {name: form.fields[name].prepare_value(form[name].initial) for name in names}
    return json.dumps(values, cls=Encoder)


class Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def read(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a sent form was opened with; empty where it does not say."""
    try:
        found = json.loads(data.get(NAME) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def without(data: Mapping[str, Any], names: Iterable[str]) -> str:
    """What a form was opened with, less fields of which somebody decides now."""
    return json.dumps({name: value for name, value in read(data).items() if name not in names})


def touched(form: forms.BaseForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values of a valid form those that are not what it was opened with.

    A form that does not say what it was opened with means all of them.
    """
    before = read(form.data)
    return {
        name: value
        for name, value in values.items()
        if name not in before or name not in form.fields or is_other(form, name, before[name])
    }


def is_other(form: forms.BaseForm, name: str, before: Any) -> bool:
    field, now = form.fields[name], form[name].data
    if isinstance(before, str) and isinstance(now, str):
        before, now = ("\n".join(text.splitlines()) for text in (before, now))
    rows = isinstance(field, forms.ModelChoiceField | forms.MultipleChoiceField)
    try:
        return field.has_changed(before if rows else field.to_python(before), now)
    except (ValidationError, ValueError, TypeError):
        return True
