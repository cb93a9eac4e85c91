"""The facets of the decision list: what an address asks for, the boxes, and the filters at work."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from tpm.words import clean, number_or_none, word_of
from tradeoffs.finding import Value, Wanted
from tradeoffs.models import Decision

NAMES = {
    "state": _("State"),
    "tier": _("Tier"),
    "criterion": _("Criterion"),
    "tag": _("Tag"),
    "collection": _("Collection"),
    "objective": _("Objective"),
    "driver": _("Driver"),
    "q": _("Words"),
}
FIXED: dict[str, list[tuple[str, str]]] = {
    "state": [(str(value), str(label)) for value, label in Decision.State.choices],
    "tier": [(str(value), str(label)) for value, label in Decision.Tier.choices],
}


def wanted(query) -> Wanted:
    """The filters of an address; what is not understood is left out."""
    return Wanted(
        states=[state for state in query.getlist("state") if state in Decision.State.values],
        tiers=[int(tier) for tier in query.getlist("tier") if tier in {"0", "1", "2", "3"}],
        criteria=texts(query, "criterion"),
        tags=texts(query, "tag"),
        collections=texts(query, "collection"),
        objectives=numbers(query, "objective"),
        drivers=numbers(query, "driver"),
        words=word_of(query, "q"),
    )


def texts(query, name: str) -> list[str]:
    return [value for value in map(clean, query.getlist(name)) if value]


def numbers(query, name: str) -> list[int]:
    found = [number_or_none(value) for value in query.getlist(name)]
    return [number for number in found if number is not None]


def kept(query, *without: str) -> list[tuple[str, str]]:
    """The rest of an address."""
    return [
        (name, value)
        for name, values in query.lists()
        if name not in without
        for value in values
        if value
    ]


class Facets:
    """Boxes and chips. counts: facet -> value -> how many it would keep, and its words"""

    def __init__(self, query, counts: dict[str, dict[str, Value]]) -> None:
        self.query = query
        self.counts = counts

    def label(self, name: str, value: str) -> str:
        """The words of a value; a number of somebody else names nobody."""
        if name in FIXED:
            return dict(FIXED[name]).get(value, value)
        if value in self.counts.get(name, {}):
            return self.counts[name][value].label
        return "nobody known" if name in ("driver", "objective") else value

    def groups(self) -> list[dict]:
        """Groups of boxes with how many decisions each would keep."""
        return [
            {"title": NAMES[name], "name": name, "choices": choices}
            for name in self.counts
            if (choices := self._choices(name))
        ]

    def _choices(self, name: str) -> list[tuple[str, str, int, bool]]:
        counts, asked = self.counts[name], self.query.getlist(name)
        values = [v for v, _label in FIXED[name]] if name in FIXED else list(counts)
        values += [value for value in asked if value and value not in values and name not in FIXED]
        return [
            (
                value,
                self.label(name, value),
                counts[value].count if value in counts else 0,
                value in asked,
            )
            for value in values
            if value in counts or value in asked
        ]

    def chips(self) -> list[tuple[str, str, str]]:
        """The filters at work: (name, text, address without it)."""
        found = []
        for name, title in NAMES.items():
            values = [value for value in self.query.getlist(name) if value]
            if values:
                text = ", ".join(self.label(name, value) for value in values)
                found.append((str(title), text, "?" + urlencode(kept(self.query, name, "page"))))
        return found
