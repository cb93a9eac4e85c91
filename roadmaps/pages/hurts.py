"""What hurts an objective most, as rows that a page shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import Item, ObjectiveHurts
from tpm import svg
from tpm.models import Product, Team

KINDS = {
    "item": gettext_lazy("The one item"),
    "link": gettext_lazy("The one dependency"),
    "team": gettext_lazy("The one team's debt"),
}
LEAST = 0.005
"""Rise of the chance below which a thing hurts nothing to speak of."""


@dataclass(frozen=True)
class Hurt:
    """One thing without which the objective would be likelier."""

    kind: str
    word: str
    url: str
    key: str
    text: str
    points: str
    bar: SafeString


@dataclass(frozen=True)
class Hurts:
    """What was found for one objective: the worst of each kind, and all the others."""

    worst: list[Hurt]
    rest: list[Hurt]


class Names:
    """The items and teams that rows name, read once for a whole page."""

    def __init__(self, product: Product, found: Iterable[ObjectiveHurts]) -> None:
        rows = [row for each in found for row in each.rows]
        self.product = product
        items = {row["id"] for row in rows if row["kind"] != "team"}
        items |= {row["pred"] for row in rows if row["pred"]}
        self.items = Item.objects.only("key", "title").in_bulk(items)
        teams = {row["id"] for row in rows if row["kind"] == "team"}
        self.teams = Team.objects.in_bulk(teams)

    def hurt(self, row: Mapping[str, Any]) -> Hurt | None:
        """The row in words; None where what it names is gone."""
        subject: Any = (self.teams if row["kind"] == "team" else self.items).get(row["id"])
        if subject is None:
            return None
        points = _("+%(n)s") % {"n": round(100 * row["rise"])}
        made = {
            "kind": row["kind"],
            "word": str(KINDS[row["kind"]]),
            "points": points,
            "bar": svg.share_bar(
                min(1.0, row["rise"]), fill="fd2" if row["kind"] == "team" else "f50", height=6
            ),
        }
        if row["kind"] == "team":
            url = f"/p/{self.product.key}/debt/?team={subject.slug}"
            return Hurt(url=url, key="", text=_("Debt of %(team)s") % {"team": subject}, **made)
        url = reverse("roadmaps:item-detail", args=[subject.key])
        if row["kind"] == "link":
            pred = self.items.get(row["pred"])
            if pred is None:
                return None
            text = _("waits for %(key)s %(title)s") % {"key": pred.key, "title": pred.title}
            return Hurt(url=url + "#links", key=subject.key, text=text, **made)
        return Hurt(url=url, key=subject.key, text=subject.title, **made)

    def hurts(self, found: ObjectiveHurts | None) -> Hurts | None:
        """None where the worker has not looked yet."""
        if found is None:
            return None
        rows = [row for row in found.rows if row["rise"] >= LEAST]
        return split([hurt for row in rows if (hurt := self.hurt(row)) is not None])


def split(rows: Sequence[Hurt]) -> Hurts:
    """The worst of each kind first; rows come with the most first."""
    worst: dict[str, Hurt] = {}
    for row in rows:
        worst.setdefault(row.kind, row)
    first = list(worst.values())
    return Hurts(first, [row for row in rows if row not in first])
