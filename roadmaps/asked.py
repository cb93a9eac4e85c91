"""Changes to a plan in the words of what-if and of scenarios, and what the engine makes of them.

One change is a dictionary: `do` says which, the rest what it needs, rows named by key or slug.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from roadmaps import forecasting as engine
from roadmaps.forecasting.reorder import reorder
from roadmaps.models import Item, ItemLink
from roadmaps.services.learning import lessons_of
from roadmaps.services.teams import parts_from_text, parts_of, plan_parts, with_team
from tpm.models import Product, Team
from tpm.roles import teams_of

KINDS = (
    "estimate", "start", "target", "rank", "team", "drop", "add", "link", "unlink", "share",
    "people", "drag", "teams", "policy", "order",
)  # fmt: skip
FIRST_NEW = -1
"""Ids of items that only a what-if has count down from here."""


class Unknown(ValueError):
    """A change names something that is not in this product, as a sentence."""


def changes_of(
    product: Product, plan: engine.Plan, given: Sequence[dict[str, Any]], *, by
) -> list[engine.Change]:
    """Changes in the engine's words; estimates as a stored run would simulate them.

    raises: ValueError that names the change and, in words, what it lacks; Unknown where it names
            nothing in this product
    """
    changes: list[Any] = []
    for k, each in enumerate(given):
        try:
            change = Reader(product, plan, each, FIRST_NEW - k).change()
            plan = engine.changed(plan, [change])  # what follows is said of the plan after it
            changes.append(change)
        except Unknown as error:
            raise Unknown(f"Change {k + 1}: {error}") from error
        except ValueError as error:
            raise ValueError(f"Change {k + 1}: {error}") from error
    typed = {
        k: engine.parse(each["text"]) for k, each in enumerate(given) if each["do"] == "estimate"
    }
    items = [changes[k].item for k in typed]
    lessons = lessons_of(product, list(zip(items, typed.values(), strict=True)), by=by)
    for k, lesson in zip(typed, lessons, strict=False):  # none where nothing was learned
        changes[k] = replace(changes[k], learned=lesson.range, table=lesson.table)
    return changes


def needed(given: dict[str, Any], name: str) -> Any:
    """raises: ValueError when a change does not say it"""
    if given.get(name) in (None, ""):
        raise ValueError(f"“{given['do']}” needs {name}.")
    return given[name]


def triple_of(text: str) -> engine.Triple:
    """A typed range, or one number with its spread. raises: ValueError with a sentence"""
    typed = engine.parse(text)
    return typed if isinstance(typed, engine.Triple) else engine.from_p50(typed)


class Reader:
    """Reads one change. new_id: of the item that it adds, should it add one."""

    def __init__(self, product: Product, plan: engine.Plan, given: dict[str, Any], new_id: int):
        self.product, self.plan, self.given, self.new_id = product, plan, given, new_id

    def item(self, name: str = "item") -> Item:
        key = needed(self.given, name)
        found = Item.objects.filter(product=self.product, key=key).first()
        if found is None:
            raise Unknown(f"there is no item {key} in {self.product.key}.")
        return found

    def team(self) -> Team:
        slug = needed(self.given, "team")
        found = teams_of(self.product).filter(slug=slug).first()
        if found is None:
            raise Unknown(f"no team {slug} serves {self.product.key}.")
        return found

    def change(self) -> Any:
        given = self.given
        match given["do"]:
            case "estimate":
                return engine.SetRange(self.item().pk, triple_of(needed(given, "text")))
            case "start":
                pinned = given.get("pinned", False)
                return engine.MoveStart(self.item().pk, given.get("not_before"), pinned)
            case "target":
                return engine.SetTarget(self.item().pk, given.get("target"))
            case "rank":
                return engine.Rank(self.item().pk, self.rank())
            case "order":
                return self.reorder()
            case "team":
                return self.assigned()
            case "teams":
                parts = self.parts()
                first = parts[0]
                return engine.Assign(self.item().pk, first.team, first.crew, parts)
            case "drop":
                return engine.RemoveItem(self.item().pk)
            case "add":
                return engine.AddItem(self.added())
            case "share":
                return engine.SetShare(self.team().pk, needed(given, "share"))
            case "people":
                return self.people()
            case "drag":
                share = needed(given, "share")
                return engine.SetDrag(self.team().pk, engine.Triple(share, share, share))
            case "policy":
                debt, unplanned = needed(given, "debt"), needed(given, "unplanned")
                return engine.SetPolicy(self.team().pk, debt, unplanned)
            case "unlink":
                return engine.RemoveLink(self.item("predecessor").pk, self.item("successor").pk)
        kind = engine.Kind(given.get("kind") or ItemLink.Kind.FS)
        first, second = self.item("predecessor"), self.item("successor")
        return engine.AddLink(first.pk, second.pk, kind, given.get("lag_days") or 0)

    def assigned(self) -> engine.Assign:
        """Another team; of an item of several it takes the place of the first."""
        item, team = self.item(), self.team() if self.given.get("team") else None
        crew = self.given.get("crew") or 1
        parts = parts_of(item)
        if team is None or not parts:
            return engine.Assign(item.pk, team.pk if team else None, crew)
        parts = with_team(parts, team)
        parts[0] = parts[0]._replace(crew=crew)
        return engine.Assign(item.pk, team.pk, crew, plan_parts(parts))

    def parts(self) -> tuple[engine.PlanPart, ...]:
        """What each team does, from text such as `pay=6 risk=4`."""
        teams = {team.slug: team.pk for team in teams_of(self.product)}
        found = []
        for slug, days, crew in parts_from_text(needed(self.given, "parts")):
            if slug not in teams:
                raise Unknown(f"no team {slug} serves {self.product.key}.")
            found.append(engine.PlanPart(teams[slug], days, crew))
        return tuple(found)

    def added(self) -> engine.PlanItem:
        """A new item at the end of the order, or right before another one."""
        given = self.given
        range = triple_of(needed(given, "text"))
        return engine.PlanItem(
            id=self.new_id,
            key=needed(given, "title"),
            team=self.team().pk if given.get("team") else None,
            crew=given.get("crew") or 1,
            rank=self.rank(),
            typed=range,
            range=range,
            objective=given.get("objective"),
        )

    def rank(self) -> float:
        """Right before the item that the change names, else at the end; of the plan by now."""
        own = self.item().pk if self.given.get("item") else self.new_id
        ranks = {item.id: item.rank for item in self.plan.items if item.id != own}
        if not self.given.get("before"):
            return max(ranks.values(), default=0.0) + 1
        before = self.item("before").pk
        if before not in ranks:
            raise ValueError(f"{self.given['before']} is not in the plan by then.")
        ahead = [rank for rank in ranks.values() if rank < ranks[before]]
        return (ranks[before] + max(ahead, default=ranks[before] - 2)) / 2

    def reorder(self) -> engine.Reorder:
        """Items of the plan in each other's places; what is no part of it by now keeps its own."""
        keys = [str(key) for key in needed(self.given, "items")]
        found = dict(
            Item.objects.filter(product=self.product, key__in=keys).values_list("key", "pk")
        )
        if unknown := next((key for key in keys if key not in found), None):
            raise Unknown(f"there is no item {unknown} in {self.product.key}.")
        inside = {item.id for item in self.plan.items if item.state != engine.State.DONE}
        return reorder(self.plan, [found[key] for key in keys if found[key] in inside])

    def people(self) -> engine.SetMembers:
        """Full-time people more, from the first day on, or fewer: those who came last leave.

        raises: ValueError for a team of nobody on record: its size is unknown, not zero
        """
        team, more = self.team(), float(needed(self.given, "people"))
        members = next(each.members for each in self.plan.teams if each.id == team.pk)
        if members is None:
            raise ValueError(f"{team.name} has nobody on record: how many it is then is unknown.")
        if more >= 0:
            whole, part = int(more), more - int(more)
            shares = [1.0] * whole + ([part] if part > 1e-9 else [])
            new = (engine.PlanMember(self.new_id - k, share=s) for k, s in enumerate(shares))
            return engine.SetMembers(team.pk, (*members, *new))
        left, gone = list(members), -more
        while left and gone > 1e-9:
            last = left.pop()
            if last.share > gone:
                left.append(replace(last, share=last.share - gone))
            gone -= last.share
        return engine.SetMembers(team.pk, tuple(left))
