"""Forms of the settings: products, teams, people, components, tokens."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from tpm import public_holidays
from tpm.forms import DayField, VersionedForm, with_present
from tpm.models import (
    Absence,
    CalendarEntry,
    CapacityPolicy,
    Component,
    Level,
    Membership,
    Person,
    Product,
    Team,
    TeamShare,
    User,
)

FROM_TO = {"starts_on": DayField, "ends_on": DayField}
SLUG_WORDS = {
    "invalid": "Letters, digits, - and _ only, such as pay.",
    "unique": "This short name is taken.",
}


class PercentField(forms.FloatField):
    """A share that people read and type in percent; 0 to 1 inside."""

    def __init__(self, **options) -> None:
        super().__init__(**{"min_value": 1, "max_value": 100} | options)

    def prepare_value(self, value):
        return round(value * 100, 2) if isinstance(value, int | float) else value

    def clean(self, value):
        percent = super().clean(value)
        return None if percent is None else percent / 100


class ProductForm(VersionedForm):
    class Meta:
        model = Product
        fields = ["name", "purpose", "hours_per_day"]
        labels = {"hours_per_day": "Hours in a person-day"}


class NewProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ["name", "key", "purpose"]
        help_texts = {"key": "2 to 10 letters and digits. It begins every key: PAY gives PAY-12."}
        error_messages = {"key": {"unique": "Another product has this key."}}

    def clean_key(self) -> str:
        return self.cleaned_data["key"].upper()


class TeamForm(VersionedForm):
    focus_share = PercentField(
        label="Focus share, %",
        initial=0.7,
        help_text="Share of working time that goes into work. Meetings, mail and interruptions "
        "take the rest. A capacity policy then splits what is left.",
    )

    class Meta:
        model = Team
        fields = ["name", "slug", "focus_share"]
        labels = {"slug": "Short name"}
        help_texts = {"slug": "Used in quick text such as @pay."}
        error_messages = {"slug": SLUG_WORDS}


class ShareForm(forms.ModelForm):
    share = PercentField(label="Share of the team, %", initial=1.0)

    class Meta:
        model = TeamShare
        fields = ["product", "share", "starts_on", "ends_on"]
        labels = {"starts_on": "From", "ends_on": "To (empty: for good)"}
        field_classes = FROM_TO

    def __init__(self, *args, products, **options) -> None:
        super().__init__(*args, **options)
        self.fields["product"].queryset = products
        self.fields["starts_on"].initial = timezone.localdate


class PolicyForm(forms.ModelForm):
    """How the time that focus leaves is split; what no share takes is for other items."""

    debt_share = PercentField(
        label="For debt, %", initial=0.2, min_value=0, help_text="For items of the kind debt."
    )
    unplanned_share = PercentField(
        label="For unplanned work, %", initial=0.15, min_value=0, max_value=99,
        help_text="Nothing in the plan is worked on in this time. If the focus share already "
        "leaves it out, say 0: it would be taken off twice.",
    )  # fmt: skip
    drag_limit = PercentField(
        label="Drag at most, %", required=False, min_value=0, max_value=89,
        help_text="The debt budget: the share of its capacity that the team may lose to debt. "
        "Above it the plan and the register say so. Today’s drag here means: it must not grow.",
    )  # fmt: skip

    class Meta:
        model = CapacityPolicy
        fields = ["starts_on", "debt_share", "unplanned_share", "drag_limit"]
        labels = {"starts_on": "From"}
        help_texts = {"starts_on": "It holds until the next one begins."}
        field_classes = {"starts_on": DayField}

    def __init__(self, *args, holds: CapacityPolicy | None = None, **options) -> None:
        """holds: the policy of today; the new one begins as a copy of it"""
        super().__init__(*args, **options)
        self.fields["starts_on"].initial = timezone.localdate
        if holds is not None:
            for name in ("debt_share", "unplanned_share", "drag_limit"):
                self.initial[name] = getattr(holds, name)

    def clean(self):
        data = super().clean() or self.cleaned_data
        whole = (data.get("debt_share") or 0.0) + (data.get("unplanned_share") or 0.0)
        if whole > 1 + 1e-6:
            percent = f"{100 * whole:g}"
            self.add_error("unplanned_share", f"Together they are {percent} %: 100 % at most.")
        return data

    def validate_constraints(self) -> None:
        """A policy from the same day is replaced; the rest is checked where it is written."""


class MembershipForm(forms.ModelForm):
    address = forms.EmailField(
        label="Or their e-mail", required=False, help_text="For somebody who is not in the list."
    )
    share = PercentField(label="Share of their time, %", initial=1.0)

    field_order = ["person", "address"]

    class Meta:
        model = Membership
        fields = ["person", "share", "starts_on", "ends_on"]
        labels = {"starts_on": "From", "ends_on": "To (empty: for good)"}
        field_classes = FROM_TO

    def __init__(self, *args, people, **options) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = people
        self.fields["starts_on"].initial = timezone.localdate
        self.fields["person"].required = False

    def clean(self):
        data = super().clean() or {}
        address = data.pop("address", "")
        if not data.get("person") and not self.errors:
            data["person"] = Person.objects.filter(email__iexact=address).first()
            if not address:
                self.add_error("person", "Choose somebody, or type their e-mail.")
            elif data["person"] is None:
                self.add_error("address", "Nobody has this address.")
        return data

    def _post_clean(self) -> None:
        """The service checks the row."""


class CalendarForm(forms.ModelForm):
    class Meta:
        model = CalendarEntry
        fields = ["kind", "name", "starts_on", "ends_on"]
        labels = {"starts_on": "From", "ends_on": "To"}
        field_classes = FROM_TO


class HolidaysForm(forms.Form):
    """Public holidays of a country, for some years."""

    country = forms.ChoiceField()
    part = forms.CharField(
        required=False,
        max_length=20,
        label="State, province or canton",
        help_text="Its code, such as BE for Berlin. Empty: what the whole country has off.",
    )
    first_year = forms.IntegerField(label="From the year", min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label="To the year", min_value=2000, max_value=2100)

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = [("", "Choose"), *public_holidays.countries()]

    def clean(self) -> dict[str, Any]:
        """`days`: those that were asked for."""
        data = super().clean() or {}
        if self.errors:
            return data
        first, last = data["first_year"], data["last_year"]
        if not first <= last <= first + 10:
            self.add_error("last_year", "Name a year from the first one on, at most ten later.")
            return data
        part = data["part"].strip()
        try:
            data["days"] = public_holidays.days_off(data["country"], part, range(first, last + 1))
        except ValueError as error:
            self.add_error("part", str(error))
        return data


class AbsenceForm(forms.ModelForm):
    class Meta:
        model = Absence
        fields = ["starts_on", "ends_on"]
        labels = {"starts_on": "Away from", "ends_on": "To"}
        field_classes = FROM_TO


class PersonForm(VersionedForm):
    class Meta:
        model = Person
        fields = ["name", "email"]
        labels = {"email": "E-mail"}


class PasswordForm(forms.Form):
    password = forms.CharField(
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least 10 characters. Hand it over in person; it can be changed later.",
    )

    def clean_password(self):
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


class AccountForm(PasswordForm):
    username = forms.CharField(max_length=150)

    field_order = ["username"]


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.none())
    level = forms.ChoiceField(
        label="Role", choices=[*Level.choices, ("", "No access")], required=False
    )

    def __init__(self, *args, people, **options) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = people


class ComponentForm(VersionedForm):
    path_prefixes = forms.CharField(
        label="Paths",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="One path prefix a line, such as billing/ or services/pay/.",
    )

    class Meta:
        model = Component
        fields = ["name", "key", "owner_team", "repository", "path_prefixes", "products"]
        labels = {"key": "Short name", "products": "Used by"}
        error_messages = {"key": SLUG_WORDS}

    def __init__(self, *args, teams, products, **options) -> None:
        super().__init__(*args, **options)
        self.fields["owner_team"].queryset = with_present(teams, self.instance.owner_team_id)
        self.fields["products"].queryset = products
        self.fields["products"].required = True
        if self.instance.pk and not self.is_bound:
            self.initial["path_prefixes"] = "\n".join(self.instance.path_prefixes)

    def clean_path_prefixes(self) -> list[str]:
        lines = self.cleaned_data["path_prefixes"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What uses it, such as: nightly export.")
    may_write = forms.BooleanField(required=False, label="May also write")
    expires_on = DayField(required=False, label="Expires on (empty: never)")


class PreferencesForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        required=False,
        choices=[
            ("", f"That of the workspace ({settings.TIME_ZONE})"),
            *((name, name) for name in sorted(zoneinfo.available_timezones())),
        ],
        help_text="For times of day. Dates of the plan are the workspace's for everybody.",
    )

    class Meta:
        model = User
        fields = ["time_zone", "single_key_shortcuts"]


class PurgeForm(forms.Form):
    """A purge cannot be undone, so it asks for the name."""

    name = forms.CharField(label="Type the product's name")

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        self.product = product

    def clean_name(self) -> str:
        if self.cleaned_data["name"].strip() != self.product.name:
            raise forms.ValidationError(f"Type {self.product.name} exactly as it is written here.")
        return self.cleaned_data["name"]
