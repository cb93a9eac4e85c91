"""What a scenario says: its changes in words, and what they do to dates and chances."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from roadmaps.models import Item, Objective, Scenario, ScenarioForecast
from tpm import formats
from tpm.models import Product

SHOWN = 100
"""Items that a scenario lists: those that move most."""
KEYS_SHOWN = 8


def change_words(asked: dict[str, Any], teams: Mapping[str, str]) -> str:
    """One change as a sentence. teams: short name -> name"""
    words = {
        **{name: asked.get(name) for name in ("item", "text", "title", "before", "parts")},
        "team": teams.get(asked.get("team") or "", asked.get("team")),
        "first": asked.get("predecessor"),
        "second": asked.get("successor"),
        "day": day_words(asked.get("not_before") or asked.get("target")),
        "share": formats.percent(asked.get("share")),
        "people": formats.signed(asked.get("people"), 0 if whole(asked) else 1),
        "crew": asked.get("crew") or 1,
        "items": keys_words(asked.get("items") or ()),
        "debt": formats.percent(asked.get("debt")),
        "unplanned": formats.percent(asked.get("unplanned")),
    }
    return SENTENCES[asked["do"]](asked) % words


def keys_words(keys: Sequence[str]) -> str:
    """The first keys of an order, and how many follow."""
    first = ", ".join(keys[:KEYS_SHOWN])
    more = len(keys) - KEYS_SHOWN
    return _("%(first)s and %(n)s more") % {"first": first, "n": more} if more > 0 else first


def whole(asked: dict[str, Any]) -> bool:
    return float(asked.get("people") or 0).is_integer()


def day_words(value: str | datetime.date | None) -> str:
    day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return formats.day(day, year=True) if day else ""


def start_sentence(asked: dict[str, Any]) -> str:
    if not asked.get("not_before"):
        return _("%(item)s starts as early as it can")
    if asked.get("pinned"):
        return _("%(item)s starts exactly on %(day)s")
    return _("%(item)s starts not before %(day)s")


def team_sentence(asked: dict[str, Any]) -> str:
    if not asked.get("team"):
        return _("%(item)s belongs to no team")
    return _("%(item)s goes to %(team)s, %(crew)s at work")


SENTENCES = {
    "estimate": lambda _asked: _("%(item)s takes %(text)s person-days"),
    "start": start_sentence,
    "target": lambda asked: (
        _("%(item)s is promised for %(day)s")
        if asked.get("target")
        else _("%(item)s has no target")
    ),
    "rank": lambda asked: (
        _("%(item)s comes before %(before)s") if asked.get("before") else _("%(item)s comes last")
    ),
    "order": lambda _asked: _("%(items)s in this order"),
    "team": team_sentence,
    "teams": lambda _asked: _("%(item)s is shared: %(parts)s"),
    "drop": lambda _asked: _("%(item)s is dropped"),
    "add": lambda asked: (
        _("New: %(title)s, %(text)s person-days, before %(before)s")
        if asked.get("before")
        else _("New: %(title)s, %(text)s person-days")
    ),
    "link": lambda _asked: _("%(second)s waits for %(first)s"),
    "unlink": lambda _asked: _("%(second)s no longer waits for %(first)s"),
    "people": lambda _asked: _("%(people)s full-time people in %(team)s"),
    "share": lambda _asked: _("%(share)s of %(team)s works on this product"),
    "policy": lambda _asked: _(
        "%(team)s keeps %(debt)s for debt, %(unplanned)s for unplanned work"
    ),
    "drag": lambda _asked: _("%(team)s loses %(share)s to debt"),
}


@dataclass(frozen=True)
class Side:
    """One date on one side of a comparison, as words."""

    p50: str
    p85: str
    p85_moved: str
    tone: str
    chance: str
    chance_moved: str
    chance_tone: str


EMPTY = Side("–", "–", "", "", "–", "", "")


def side_of(row: dict[str, Any] | None) -> Side:
    """The side after the changes, with how far it moved."""
    if row is None:
        return EMPTY
    after = row.get("after")
    if after is None:
        return Side(_("gone"), _("gone"), "", "", "–", "", "")
    before = row.get("before") or {}
    moved = days_between(before.get("p85"), after.get("p85"))
    points = None
    if before.get("chance") is not None and after.get("chance") is not None:
        points = after["chance"] - before["chance"]
    return Side(
        p50=day_words(after.get("p50")) or _("out of sight"),
        p85=day_words(after.get("p85")) or _("out of sight"),
        p85_moved=f"{formats.signed(moved)} d" if moved else "",
        tone="bad" if (moved or 0) > 0 else "ok",
        chance=formats.percent(after["chance"]) if after.get("chance") is not None else "–",
        chance_moved=f"{formats.signed(points * 100)} pt"
        if points and abs(points) >= 0.005
        else "",
        chance_tone="ok" if (points or 0) > 0 else "bad",
    )


def days_between(before: str | None, after: str | None) -> int | None:
    if before is None or after is None:
        return None
    return (datetime.date.fromisoformat(after) - datetime.date.fromisoformat(before)).days


def now_of(rows: Iterable[dict[str, Any] | None]) -> dict[str, Any]:
    """What the live plan says, from the first side that has it."""
    return next((row["before"] for row in rows if row and row.get("before")), None) or {}


@dataclass(frozen=True)
class Line:
    """One row of a comparison: the live plan, then each scenario."""

    label: str
    key: str
    url: str
    now_p85: str
    now_chance: str
    sides: list[Side]
    names: list[str]

    @property
    def named(self) -> list[tuple[str, Side]]:
        """Each side with what to call it before a number; nothing where there is one alone."""
        before = [f"{name}, " if len(self.names) > 1 else "" for name in self.names]
        return list(zip(before, self.sides, strict=True))


def result_of(scenario: Scenario) -> dict[str, Any]:
    forecast: ScenarioForecast | None = getattr(scenario, "forecast", None)
    return forecast.result if forecast and not forecast.failure else {}


def line_of(
    label: str, rows: list[dict[str, Any] | None], scenarios: list[Scenario], *,
    key: str = "", url: str = "",
) -> Line:  # fmt: skip
    """One row. rows: what each of the scenarios says of it, in their order"""
    now = now_of(rows)
    return Line(
        label=label,
        key=key,
        url=url,
        now_p85=day_words(now.get("p85")) or "–",
        now_chance=formats.percent(now["chance"]) if now.get("chance") is not None else "–",
        sides=[side_of(row) for row in rows],
        names=[each.name for each in scenarios],
    )


def end_line(scenarios: list[Scenario]) -> Line:
    return line_of(
        _("All open work"), [result_of(each).get("end") for each in scenarios], scenarios
    )


def objective_lines(product: Product, scenarios: list[Scenario]) -> list[Line]:
    results = [result_of(each).get("objectives", {}) for each in scenarios]
    found = Objective.objects.filter(product=product, pk__in=union(results))
    return [
        line_of(
            aim.title,
            [rows.get(str(aim.pk)) for rows in results],
            scenarios,
            url=aim.get_absolute_url(),
        )
        for aim in found.select_related("product")
    ]


def item_lines(product: Product, scenarios: list[Scenario]) -> list[Line]:
    """Items that any of them moves, the farthest first; new ones at the end."""
    found = [result_of(each).get("items", {}) for each in scenarios]
    results = [apart(rows, side) for side, rows in enumerate(found)]
    farthest = {id: max(abs(moved_by(rows.get(id))) for rows in results) for id in union(results)}
    ids = sorted((id for id, days in farthest.items() if days), key=lambda id: -farthest[id])
    items = Item.objects.in_bulk([int(id) for id in ids if id.isdecimal()])
    lines = []
    for id in ids[:SHOWN]:
        rows = [each.get(id) for each in results]
        item = items.get(int(id)) if id.isdecimal() else None
        if item is not None:
            url = item.get_absolute_url()
            lines.append(line_of(item.title, rows, scenarios, key=item.key, url=url))
        elif not id.isdecimal():
            name = next(row["after"]["key"] for row in rows if row and row.get("after"))
            lines.append(line_of(name, rows, scenarios, key=_("new")))
    return lines


def apart(rows: dict[str, Any], side: int) -> dict[str, Any]:
    """The items of one scenario by id; a new one, numbered below 0 in each, is of its side alone.

    side: place of the scenario among those that are shown
    """
    return {id if id.isdecimal() else f"{side}{id}": row for id, row in rows.items()}


def moved_by(row: dict[str, Any] | None) -> int:
    """Days that P85 moves; far for what only one side has, so that it is seen."""
    if row is None:
        return 0
    before, after = row.get("before"), row.get("after")
    if (before is None) != (after is None):
        return 10_000
    return days_between((before or {}).get("p85"), (after or {}).get("p85")) or 0


def union(results: list[dict[str, Any]]) -> list[str]:
    return list({id: None for rows in results for id in rows})


def headline(scenario: Scenario) -> str:
    """What the changes do, in a sentence. Of a row `with_ends` nothing more is read."""
    end = scenario.end if hasattr(scenario, "end") else result_of(scenario).get("end")
    if not end or not end.get("before") or not end.get("after"):
        return ""
    moved = days_between(end["before"]["p85"], end["after"]["p85"])
    words = {
        "old": day_words(end["before"]["p85"]),
        "new": day_words(end["after"]["p85"]),
        "days": formats.number(abs(moved or 0)),
    }
    if not moved:
        return _("All open work is 85 %% likely done by %(new)s, as it is now.") % words
    if moved < 0:
        return _("85 %% likely done by %(new)s instead of %(old)s, %(days)s d earlier.") % words
    return _("85 %% likely done by %(new)s instead of %(old)s, %(days)s d later.") % words


def is_stale(scenario: Scenario, product: Product, today: datetime.date) -> bool:
    """Whether its dates saw another plan, other changes or another day."""
    forecast: ScenarioForecast | None = getattr(scenario, "forecast", None)
    if forecast is None:
        return True
    seen = (forecast.plan_revision, forecast.scenario_revision, forecast.as_of)
    return seen != (product.revision, scenario.revision, today)


def moves_of_items(scenario: Scenario) -> dict[int, int]:
    """Calendar days that a scenario moves the P50 of items, by id; only those that move."""
    found = {}
    for id, row in result_of(scenario).get("items", {}).items():
        before, after = row.get("before") or {}, row.get("after") or {}
        days = days_between(before.get("p50"), after.get("p50"))
        if days:
            found[int(id)] = days
    return found
