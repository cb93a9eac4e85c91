"""The forms of scenarios: one for its name, one for each kind of change."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from roadmaps.filters import Choices
from roadmaps.forms.items import DayField, ItemKeyField, search_in
from roadmaps.models import ItemLink, Scenario
from tpm.forms import VersionedForm
from tpm.models import Product

FIELDS: dict[str, tuple[str, ...]] = {
    "estimate": ("item", "text"),
    "start": ("item", "not_before", "pinned"),
    "target": ("item", "target"),
    "rank": ("item", "before"),
    "order": ("items",),
    "team": ("item", "team", "crew"),
    "teams": ("item", "parts"),
    "drop": ("item",),
    "add": ("title", "text", "team", "crew", "objective", "before"),
    "link": ("predecessor", "successor", "kind", "lag_days"),
    "unlink": ("predecessor", "successor"),
    "people": ("team", "people"),
    "share": ("team", "percent"),
    "drag": ("team", "percent"),
    "policy": ("team", "debt", "unplanned"),
}
LABELS = {
    "estimate": _("Another estimate"),
    "start": _("Another start"),
    "target": _("Another target"),
    "rank": _("Another place in the order"),
    "order": _("Another order of several items"),
    "team": _("Another team or crew"),
    "teams": _("Several teams for an item"),
    "drop": _("Drop an item"),
    "add": _("Add an item"),
    "link": _("Let one item wait for another"),
    "unlink": _("Let one item no longer wait"),
    "people": _("More or fewer people"),
    "share": _("Another share of a team"),
    "drag": _("Another loss to debt"),
    "policy": _("Another capacity policy"),
}
OPTIONAL = {"not_before", "target", "before", "crew", "objective", "pinned", "lag_days"}


class ScenarioForm(VersionedForm):
    class Meta:
        model = Scenario
        fields = ("name", "question", "shared")


class ScenarioChangeForm(forms.Form):
    """One change; `do` chooses which fields there are."""

    item = ItemKeyField(label=_("Item"))
    items = forms.CharField(
        label=_("Items in their new order"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Keys, the first first: they take each other's places."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    text = forms.CharField(
        label=_("Effort, person-days"), max_length=60, help_text=_("Such as 3..5..10, or 5.")
    )
    not_before = DayField(label=_("Not before"), help_text=_("Empty: as early as it can."))
    pinned = forms.BooleanField(label=_("Exactly on that day"))
    target = DayField(label=_("Target"), help_text=_("Empty: no promise."))
    team = forms.ChoiceField(label=_("Team"))
    parts = forms.CharField(
        label=_("Teams, with the person-days of each"),
        max_length=200,
        help_text=_("Such as pay=6 risk=4x2: short names; x2 for two people at once."),
    )
    crew = forms.IntegerField(label=_("People at work on it at once"), min_value=1, max_value=50)
    objective = forms.ChoiceField(label=_("Objective"))
    predecessor = ItemKeyField(label=_("This one comes first"))
    successor = ItemKeyField(label=_("This one waits"))
    kind = forms.ChoiceField(label=_("From"), choices=ItemLink.Kind.choices)
    lag_days = forms.IntegerField(label=_("Lag, working days"), min_value=-250, max_value=250)
    people = forms.FloatField(
        label=_("Full-time people more"),
        min_value=-100,
        max_value=100,
        help_text=_("From today on; −1 for one fewer, 0.5 for half a person."),
    )
    percent = forms.FloatField(label=_("Percent"), min_value=0, max_value=100)
    debt = forms.FloatField(label=_("For debt, %"), min_value=0, max_value=100)
    unplanned = forms.FloatField(label=_("For unplanned work, %"), min_value=0, max_value=99)
    before = ItemKeyField(label=_("Before"), help_text=_("Empty: at the end of the order."))

    def __init__(self, *args, product: Product, do: str, **options) -> None:
        super().__init__(*args, **options)
        self.do = do
        choices = Choices.of(product)
        for name in list(self.fields):
            if name not in FIELDS[do]:
                del self.fields[name]
            else:
                self.prepare(name, product, choices)

    def prepare(self, name: str, product: Product, choices: Choices) -> None:
        field: Any = self.fields[name]
        if name in OPTIONAL or (name == "team" and self.do in ("team", "add")):
            field.required = False
        if isinstance(field, ItemKeyField):
            search_in(field, product)
        elif name == "team":
            teams = [(team.slug, team.name) for team in choices.teams]
            field.choices = teams if field.required else [("", _("No team")), *teams]
        elif name == "objective":
            aims = [(str(aim.pk), aim.title) for aim in choices.objectives]
            field.choices = [("", _("None")), *aims]

    def asked(self) -> dict[str, Any]:
        """The change in the words of the what-if API."""
        given: dict[str, Any] = {"do": self.do}
        for name, value in self.cleaned_data.items():
            if name == "percent":
                given["share"] = value / 100
            elif name == "items":
                given[name] = value.replace(",", " ").upper().split()
            elif name in ("debt", "unplanned"):
                given[name] = value / 100
            elif name == "objective":
                given[name] = int(value) if value else None
            else:
                given[name] = getattr(value, "key", value)
        return given
