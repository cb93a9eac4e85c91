"""The form of which teams an item needs, and what each does of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import Item
from roadmaps.services.teams import LONGEST, MOST, Part, parts_of
from tpm.forms import with_present
from tpm.roles import teams_of

SPARE = 2
"""Empty rows below those that are filled."""


class PartsForm(forms.Form):
    """A row for each team: which, its person-days, how many at once. Empty rows are left out."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        required=False, max_length=1000, label=gettext_lazy("Why"),
        help_text=gettext_lazy("Kept in the history beside the change."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, item: Item) -> None:
        self.item = item
        self.parts = parts_of(item)
        super().__init__(data, initial={"version": item.version})
        shown = self.parts or ([Part(item.team, 0, item.crew)] if item.team else [])
        self.count = min(MOST, max(3, len(shown) + SPARE))
        if data is not None:
            asked = sum(name.startswith("team_") for name in data)
            self.count = min(MOST, max(self.count, asked))
        present = [part.team.pk for part in shown]
        for k in range(self.count):
            self.add_row(k, shown[k] if k < len(shown) else None, present)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])

    def add_row(self, k: int, part: Part | None, present: Sequence[int]) -> None:
        n = k + 1
        words = {"n": n}
        self.fields[f"team_{n}"] = forms.ModelChoiceField(
            with_present(teams_of(self.item.product), *present), required=False,
            label=_("Team %(n)s") % words, empty_label=_("none"),
            initial=part.team.pk if part else None,
        )  # fmt: skip
        self.fields[f"days_{n}"] = forms.FloatField(
            required=False, min_value=0.01, max_value=LONGEST,
            label=_("Person-days of team %(n)s") % words,
            initial=f"{part.days:g}" if part and part.days else None,
            widget=forms.NumberInput({"step": "any"}),
        )  # fmt: skip
        self.fields[f"crew_{n}"] = forms.IntegerField(
            required=False, min_value=1, max_value=50,
            label=_("People of team %(n)s at once") % words, initial=part.crew if part else 1,
        )  # fmt: skip

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"team_{n}"], self[f"days_{n}"], self[f"crew_{n}"])
            for n in range(1, self.count + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        parts: list[Part] = []
        given = [n for n in range(1, self.count + 1) if data.get(f"team_{n}")]
        for n in range(1, self.count + 1):
            team, days = data.get(f"team_{n}"), data.get(f"days_{n}")
            if team is None and days and f"team_{n}" not in self.errors:
                self.add_error(f"team_{n}", _("Whose are these days?"))
            if team is None:
                continue
            if any(part.team == team for part in parts):
                self.add_error(f"team_{n}", _("This team is named above already."))
            if not days and len(given) > 1 and f"days_{n}" not in self.errors:
                self.add_error(f"days_{n}", _("How many person-days of it are theirs?"))
            parts.append(Part(team, days or 1.0, data.get(f"crew_{n}") or 1))
        if not parts and not self.errors:
            raise ValidationError(_("Name the team that does it."))
        data["parts"] = parts
        return data


def split_words(item: Item, parts: Sequence[Part]) -> str:
    """How the range is split, and whether what is typed differs from it; empty for one team."""
    if len(parts) < 2:
        return ""
    whole = sum(part.days for part in parts)
    newest = item.estimates.first()
    shares = ", ".join(f"{part.team.name} {100 * part.days / whole:.0f} %" for part in parts)
    if newest is None:
        return _("Its range, once it has one, is split so: %(shares)s.") % {"shares": shares}
    words = {"shares": shares, "whole": f"{whole:g}", "likely": f"{newest.p50_days:g}"}
    if abs(whole - newest.p50_days) < 0.05:
        return _("Its range is split so: %(shares)s.") % words
    return (
        _(
            "Its range is split so: %(shares)s. The parts sum to %(whole)s person-days, the likely "
            "estimate is %(likely)s: the estimate counts."
        )
        % words
    )
