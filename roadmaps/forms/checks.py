"""Forms of checks, their evidence, exceptions and templates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.check_filters import NAMES, CheckChoices, CheckFilter
from roadmaps.models import Check, CheckKind, CheckTemplate, Item
from roadmaps.services.checks import MOST_BYTES
from tpm import opened
from tpm.forms import DayField, with_present
from tpm.models import Component, Person, Product
from tpm.roles import components_of, people_of

MOST_MB = MOST_BYTES // 1024 // 1024


class CheckForm(forms.Form):
    """What must hold, who sees to it, and by when where there is a date."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CheckKind.choices)
    sentence = forms.CharField(
        label=gettext_lazy("What must hold"),
        max_length=300,
        help_text=gettext_lazy(
            "One sentence that is true or not, such as: search p95 ≤ 300 ms at 50 requests/s."
        ),
        widget=forms.Textarea({"rows": 2}),
    )
    owner: Any = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Owner"), required=False
    )
    due_on = DayField(
        label=gettext_lazy("Due on"),
        required=False,
        help_text=gettext_lazy("Only where a day is set. Every check is due before done."),
    )
    due_because = forms.ChoiceField(
        label=gettext_lazy("The day is"),
        required=False,
        choices=[(Check.Because.AGREED, _("agreed")), (Check.Because.LEGAL, _("required by law"))],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Kept in the history beside the change."),
    )

    def __init__(self, *args, product: Product, check: Check | None = None, **options) -> None:
        if check is not None:
            names = ("kind", "sentence", "owner", "due_on", "due_because", "version")
            options["initial"] = {name: getattr(check, name) for name in names}
        super().__init__(*args, **options)
        owner: Any = self.fields["owner"]
        owner.queryset = with_present(people_of(product), check.owner_id if check else None)
        owner.empty_label = _("nobody")
        if check is None:
            del self.fields["version"], self.fields["why"]
        else:
            opened.carry(self)

    def said(self) -> dict[str, Any]:
        """The version, and what was changed on the page."""
        return opened.touched(self, self.cleaned_data)

    def clean_sentence(self) -> str:
        return " ".join(self.cleaned_data["sentence"].split())


class EvidenceForm(forms.Form):
    """What shows that the check is met."""

    text = forms.CharField(
        label=gettext_lazy("Link or sentence"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Where it can be seen, or what was seen. Beside a file: its name."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=_("At most %(n)s MB.") % {"n": MOST_MB},
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    valid_until = DayField(
        label=gettext_lazy("Counts until"),
        required=False,
        help_text=gettext_lazy("The last day, such as of a certificate. Left empty: for good."),
    )

    def clean(self):
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("text") and not data.get("file"):
            self.add_error("text", _("Give a link, a sentence or a file."))
        return data


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it no longer counts"), max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class ExceptionForm(forms.Form):
    until = DayField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The last day. From the next on the check is open again."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it may wait"), max_length=500, widget=forms.Textarea({"rows": 2})
    )


class DropForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it does not apply"), max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class TemplateForm(forms.Form):
    """A check that is offered to items of some kinds and components."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CheckKind.choices)
    sentence = forms.CharField(
        label=gettext_lazy("What must hold"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
    item_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For items of the kind"),
        required=False,
        choices=Item.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every kind."),
    )
    components: Any = forms.ModelMultipleChoiceField(
        Component.objects.none(),
        label=gettext_lazy("That touch"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every item."),
    )
    everywhere = forms.BooleanField(
        label=gettext_lazy("Offer it in every product of the workspace"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args, product: Product, template: CheckTemplate | None = None,
        may_everywhere: bool = False, **options,
    ) -> None:  # fmt: skip
        if template is not None:
            names = ("kind", "sentence", "item_kinds", "version")
            options["initial"] = {name: getattr(template, name) for name in names}
            options["initial"]["components"] = [row.pk for row in template.components.all()]
        super().__init__(*args, **options)
        components: Any = self.fields["components"]
        chosen = options.get("initial", {}).get("components", ())
        components.queryset = with_present(components_of(product), *chosen)
        if not components.queryset.exists():
            del self.fields["components"]
        if template is None:
            del self.fields["version"]
        if template is not None or not may_everywhere:
            del self.fields["everywhere"]

    def clean_sentence(self) -> str:
        return " ".join(self.cleaned_data["sentence"].split())


class OfferedForm(forms.Form):
    """Which of the offered templates become checks of an item."""

    template: Any = forms.ModelMultipleChoiceField(
        CheckTemplate.objects.none(),
        error_messages={"required": gettext_lazy("Choose at least one check.")},
    )

    def __init__(self, *args, offered: list[CheckTemplate], **options) -> None:
        super().__init__(*args, **options)
        rows = CheckTemplate.objects.filter(pk__in=[template.pk for template in offered])
        self.fields["template"].queryset = rows

    def clean_template(self) -> list[CheckTemplate]:
        chosen = list(self.cleaned_data["template"])
        if not chosen:
            raise ValidationError(_("Choose at least one check."))
        return chosen


class CheckFilterForm(forms.Form):
    """The filters of the list of checks, as fields of its address."""

    q = forms.CharField(
        label=gettext_lazy("Text"), required=False, widget=forms.TextInput({"type": "search"})
    )

    def __init__(self, asked: CheckFilter, choices: CheckChoices) -> None:
        super().__init__(auto_id="filter-%s")
        self.fields["q"].initial = asked.q
        for name, options in choices.options().items():
            self.fields[name] = forms.ChoiceField(
                label=NAMES[name], choices=options, required=False, initial=getattr(asked, name)
            )
