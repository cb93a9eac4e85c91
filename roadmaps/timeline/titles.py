"""What lanes and closed days are called."""

from collections.abc import Sequence

from roadmaps.filters import Choices
from roadmaps.models import Item
from roadmaps.timeline.lanes import LETTERS, Row
from tpm.models import CalendarEntry, Component, Product


def lane_titles(by: str, choices: Choices, rows: Sequence[Row], product: Product) -> dict[str, str]:
    """Names of lanes with their titles, in the order in which people know them."""
    if by == "objective":
        return {f"o{each.pk}": each.title for each in choices.objectives}
    if by == "team":
        titles = {f"t{each.pk}": each.name for each in choices.teams}
        gone = {f"t{row.team}": row.team_name or "" for row in rows if row.team}
        return gone | titles if gone.keys() - titles.keys() else titles
    if by == "owner":
        return {f"w{each.pk}": each.name for each in choices.owners}
    if by == "component":
        return {f"c{pk}": name for pk, name in components_of(product)}
    if by == "parent":
        wholes = {row.parent for row in rows if row.parent}
        return {f"p{row.id}": f"{row.key} {row.title}" for row in rows if row.id in wholes}
    words = {"state": Item.State, "kind": Item.Kind, "horizon": Item.Horizon}.get(by)
    if words is None:
        return {}
    return {f"{LETTERS[by]}{value}": str(label) for value, label in words.choices}


def components_of(product: Product):
    found = Component.objects.filter(products=product).order_by("name")
    return found.values_list("pk", "name")


def closure_name(name: str, kind: str, closed: list[int], teams: dict[int, str]) -> str:
    """What stands above a freeze; holidays are shaded without a word."""
    if kind == CalendarEntry.Kind.HOLIDAY:
        return ""
    if len(closed) == len(teams):
        return name
    return f"{name}, {', '.join(teams[pk] for pk in closed)}"
