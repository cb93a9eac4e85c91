"""Everything that one view of the timeline reads and shows, in a fixed number of queries."""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps.filters import Choices
from roadmaps.finding import Part
from roadmaps.models import Item, ObjectiveForecast, Scenario
from roadmaps.pages import objectives as objective_page
from roadmaps.pages.scenarios import is_stale, moves_of_items
from roadmaps.queries.dates import Freshness, freshness
from roadmaps.queries.scenarios import scenarios_visible_to
from roadmaps.timeline import arrows, backdrop, capacity, reads, words
from roadmaps.timeline import rows as row_builder
from roadmaps.timeline.address import Address
from roadmaps.timeline.bars import Detail, Drawing
from roadmaps.timeline.found import found_rows
from roadmaps.timeline.lanes import (
    LATER,
    OPEN,
    WINDOW,
    Gap,
    Lane,
    Place,
    Row,
    Window,
    arrange,
    blocks_of,
    places_of,
    windows_of,
)
from roadmaps.timeline.scale import Scale, scale_over, zoom_of
from roadmaps.timeline.titles import closure_name, lane_titles
from tpm import formats
from tpm.models import CalendarEntry, Product
from tpm.roles import can

SHAKY_FROM = words.CONFLICT_FROM
SOMETIMES, OFTEN = 0.1, 0.4
"""Shares of trials from which a link that holds up the end is drawn wider, and widest."""


@dataclass
class Timeline:
    """One view of one plan. Each fact is read once, when it is first asked for."""

    product: Product
    address: Address
    user: Any

    at_once = False
    """Whether all rows are drawn: then what only drawn rows need is read with them."""

    @cached_property
    def fresh(self) -> Freshness:
        return freshness(self.product, leave_out=("inputs", "order", "quarters"))

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario that is drawn beside the plan, where this person sees it."""
        if not self.address.scenario:
            return None
        return self.scenarios.filter(pk=self.address.scenario).first()

    @property
    def scenarios(self) -> QuerySet[Scenario]:
        """Scenarios that can be drawn: those that are not part of the plan yet."""
        found = scenarios_visible_to(self.user).filter(product=self.product, applied_at=None)
        return found.order_by("name")

    @property
    def drawable(self) -> list[Scenario]:
        """The same, with their names alone."""
        return self.choices.named.scenarios if self.choices.named else list(self.scenarios)

    @property
    def by_hand(self) -> bool:
        """Whether whoever looks may change what is shown: the plan, or a scenario of one's own."""
        if self.scenario is not None:
            own = self.scenario.by_id == self.user.pk
            return own and can(self.user, "scenario", self.product)
        return can(self.user, "plan", self.product)

    @property
    def is_tried_anew(self) -> bool:
        """Whether the scenario's dates are being computed."""
        tried = self.scenario
        return tried is not None and is_stale(tried, self.product, timezone.localdate())

    @cached_property
    def today(self) -> datetime.date:
        """The day of the forecast, else of now."""
        return self.fresh.run.as_of if self.fresh.run else timezone.localdate()

    @cached_property
    def choices(self) -> Choices:
        # Whoever opens a shared link has no scenarios.
        scenarios = self.scenarios if self.user.is_authenticated else None
        return Choices.of_page(self.product, scenarios=scenarios, run=self.fresh.run)

    @cached_property
    def rows(self) -> list[Row]:
        return found_rows(
            self.product, self.address, self.user, self.fresh.run, self.choices, self.parts,
            at_once=self.at_once,
        )  # fmt: skip

    @cached_property
    def parts(self) -> list[Part]:
        items = Item.objects.filter(product=self.product)
        return self.address.asked.parts(items, self.user, self.choices)

    @cached_property
    def lanes(self) -> list[Lane]:
        return arrange(
            self.rows,
            self.address.lanes,
            self.lane_titles,
            shut=self.address.shut,
            computed=self.fresh.run is not None,
        )

    @cached_property
    def lane_titles(self) -> dict[str, str]:
        """Names of lanes in their order; those without rows are left out later."""
        by = self.address.lanes
        titles = lane_titles(by, self.choices, self.rows, self.product)
        rest = {
            "objective": _("No objective"), "team": _("No team"), "owner": _("No owner"),
            "horizon": _("No horizon"), "component": _("No component"),
            "parent": _("Not part of anything"),
        }  # fmt: skip
        return titles | {"none": rest.get(by, _("All items")), LATER: _("Unscheduled")}

    @cached_property
    def places(self) -> list[Place]:
        return places_of(self.lanes) if self.rows else []

    @cached_property
    def windows(self) -> list[Window]:
        return windows_of(self.places)

    @cached_property
    def selected(self) -> Place | None:
        key = self.address.item
        return next(
            (place for place in self.places if key and place.row and place.row.key == key), None
        )

    @property
    def shown(self) -> list[Window]:
        """The window that is asked for with the next one, and the one of the selected row."""
        wanted = min(self.address.row, len(self.places))
        also = self.selected.index if self.selected and self.address.row == 1 else wanted
        lines = {wanted, min(wanted + WINDOW, len(self.places)), also}
        return [window for window in self.windows if any(map(window.holds, lines))]

    @cached_property
    def objective_dates(self) -> dict[int, ObjectiveForecast]:
        if self.fresh.run is None or self.address.lanes != "objective":
            return {}
        return self.choices.named.dates if self.choices.named else {}

    @cached_property
    def days(self) -> list[datetime.date]:
        """Every day that something is drawn on."""
        days = [day for row in self.rows for day in row.days_shown()]
        for each in self.objective_dates.values():
            days += [each.p95, each.target_date]
        return [day for day in days if day is not None]

    @cached_property
    def scale(self) -> Scale:
        """One scale for every window, so it is made from all rows, not from those shown."""
        zoom = zoom_of(self.address.zoom, self.days, self.today)
        return scale_over(self.days, today=self.today, zoom=zoom)

    @cached_property
    def links(self) -> list[arrows.Link]:
        """Links between open items: what is done holds nothing up."""
        return reads.links_of(self.product)

    def links_of(self, shown: list[Window]) -> list[arrows.Link]:
        """Those that some windows draw: an arrow belongs to the window of one of its ends."""
        ids = [row.id for row in rows_in(shown)]
        # The chain of a selected item goes on where nothing is shown.
        if self.selected or len(ids) > reads.MOST_NAMED:
            return self.links
        if "links" in self.__dict__:  # read before, for rows that are asked for one after another
            some = set(ids)
            return [each for each in self.links if each.pred in some or each.succ in some]
        return reads.links_of(self.product, Q(predecessor__in=ids) | Q(successor__in=ids))

    def details(self, shown: list[Window]) -> dict[int, Detail]:
        """What only the shown rows need: drag, what is left, what was committed."""
        rows = rows_in(shown)
        if not rows:
            return {}
        tried = moves_of_items(self.scenario) if self.scenario else {}
        if self.at_once:
            return reads.details_at_once(self.product, rows, tried)
        return reads.details_of(self.product, self.fresh.run, rows, tried)

    def heads(self, places: Iterable[Place]) -> dict[str, row_builder.Head]:
        """What stands at the heads among these lines."""
        found = {}
        objectives = {f"o{each.pk}": each for each in self.choices.objectives}
        for lane in (place.lane for place in places if place.row is None):
            if lane.name in objectives and self.address.lanes == "objective":
                found[lane.name] = self.objective_head(lane, objectives[lane.name])
            elif lane.name != LATER:
                span = lane.first_and_last()
                found[lane.name] = row_builder.Head(
                    span, date=formats.day(span[2]) if span[2] else ""
                )
        return found

    def objective_head(self, lane: Lane, objective) -> row_builder.Head:
        """The joint date of an objective: of all its items, whatever the filter shows."""
        dates = self.objective_dates.get(objective.pk)
        url = reverse("roadmaps:objective-detail", args=[self.product.key, objective.pk])
        if dates is None:
            return row_builder.Head((None, None, None), url=url)
        found = objective_page.verdict_of(objective, dates)
        chance = objective_page.matching(objective, dates)
        said = words.lane_saying(objective.target_date, found, chance)
        span = (lane.first_and_last()[0], dates.p50, dates.p85)
        return row_builder.Head(span, objective.target_date, said, formats.day(dates.p85), url)

    @cached_property
    def placed(self) -> dict[int, Place]:
        return by_item(self.places)

    def web(self, placed: Mapping[int, Place], links: list[arrows.Link]) -> arrows.Web:
        """placed: lines that arrows may meet, by the id of their item"""
        ends = {}
        by_id = {}
        linked = {link.pred for link in links} | {link.succ for link in links}
        for place in filter(None, map(placed.get, linked)):
            row = place.row
            if row is None or row.span is None or row.state not in OPEN:
                continue
            by_id[row.id] = row
            left, right = self.scale.x(row.span[0]), self.scale.after(row.span[1])
            if row.is_milestone:
                left = right = self.scale.x(row.span[1])
                left, right = left - 7, right + 7
            ends[row.id] = arrows.End(place.index, place.middle, left, max(right, left + 3))
        chain: set[tuple[int, int]] = set()
        if self.selected and self.selected.row:
            chain = arrows.chain_of(self.selected.row.id, self.links)
        weights = self.weights
        states = {}
        for link in links:
            state = state_of(link, by_id.get(link.pred), by_id.get(link.succ))
            if state:
                states[link.pred, link.succ] = state
        return arrows.Web(self.drawn_links(links, states, chain), ends, states, weights, chain)

    @cached_property
    def weights(self) -> dict[tuple[int, int], str]:
        """How wide a link is drawn, by the share of trials in which it holds up the end."""
        run = self.fresh.run
        shares = {(pred, succ): share for pred, succ, share in run.critical_links} if run else {}
        return {
            pair: "w3" if share >= OFTEN else "w2"
            for pair, share in shares.items()
            if share >= SOMETIMES
        }

    def drawn_links(
        self, links: list[arrows.Link], states: dict, chain: set[tuple[int, int]]
    ) -> list[arrows.Link]:
        """The links that the address asks for; one that is broken is always drawn."""
        kept = {
            "all": lambda pair: True,
            "none": lambda pair: False,
            "selected": lambda pair: pair in chain,
            "critical": lambda pair: pair in self.weights,
        }[self.address.links]
        return [
            link
            for link in links
            if (link.pred, link.succ) in states or kept((link.pred, link.succ))
        ]

    @cached_property
    def body(self) -> SafeString:
        """Every line of the grid: those in view as rows, the others as room for them."""
        shown = self.shown
        sheet, web = self.drawn_with(shown)
        rows = {window.first: self.group(window, sheet, web) for window in shown}
        parts = [
            row_builder.block_html(block, rows, sheet)
            if any(window.first in rows for window in block.windows)
            else row_builder.gap_html(block, sheet)
            for block in blocks_of(self.windows)
        ]
        return mark_safe("".join(parts))  # noqa: S308 - made and escaped by rows and arrows

    def part(self, last: int, *, half: bool = False) -> SafeString:
        """The window that is asked for, without the room around it; or what a far gap holds.

        last: the last line of that gap; 0 where a window is asked for
        half: whether only the half is asked for that was let go of
        """
        wanted = min(self.address.row, len(self.places))
        if last:
            sheet, _web = self.drawn_with([])
            inside = [each for each in self.windows if wanted <= each.first <= last]
            made = row_builder.block_html(Gap(inside), {}, sheet) if inside else ""
            return mark_safe(made)  # noqa: S308 - escaped by rows
        shown = [window for window in self.windows if window.holds(wanted)]
        if half:
            shown = [each for window in shown for each in window.halves if each.holds(wanted)]
        draw = self.half if half else self.group
        sheet, web = self.drawn_with(shown)
        return mark_safe("".join(draw(each, sheet, web) for each in shown))  # noqa: S308

    def drawn_with(self, shown: list[Window]) -> tuple[row_builder.Sheet, arrows.Web]:
        """What the rows of some windows need, and their arrows."""
        links = self.links_of(shown)
        sheet = row_builder.Sheet(
            draw=Drawing(self.scale, self.today),
            address=self.address,
            path=self.path,
            computed=self.fresh.run is not None,
            lanes=self.heads(place for window in shown for place in window.places),
            details=self.details(shown),
            blocked=Counter(link.succ for link in links),
            by_hand=self.by_hand,
        )
        return sheet, self.web(self.placed, links)

    def group(self, window: Window, sheet: row_builder.Sheet, web: arrows.Web) -> str:
        """A window as its halves, and the gap that it becomes when all of it is far away."""
        halves = "".join(self.half(each, sheet, web) for each in window.halves)
        gap = row_builder.gap_html(Gap([window]), sheet)
        return f'<div class="tl-block">{halves}<template>{gap}</template></div>'

    def half(self, window: Window, sheet: row_builder.Sheet, web: arrows.Web) -> str:
        drawn = web.drawn(window.first, window.last, window.y, self.scale.width, window.height)
        lines = "".join(row_builder.place_html(place, sheet) for place in window.places)
        gap = row_builder.gap_html(Gap([window]), sheet, half=True)
        top = window.places[0]
        lane = row_builder.lane_data(top.lane) if top.row else ""
        return (
            f'<div role="rowgroup" class="tl-group" id="rows-{window.first}"{lane}>{drawn}{lines}'
            f"<template>{gap}</template></div>"
        )

    @cached_property
    def closed_days(self) -> list[tuple]:
        """(first day, last day, name, kind, team) of holidays and freezes on the scale."""
        found = CalendarEntry.objects.filter(
            team__in=[team.pk for team in self.choices.teams],
            ends_on__gte=self.scale.start,
            starts_on__lte=self.scale.end,
        )
        return list(found.values_list("starts_on", "ends_on", "name", "kind", "team_id"))

    @cached_property
    def closures(self) -> list[backdrop.Closure]:
        """Freezes and holidays of the teams, those of all teams once."""
        teams = {team.pk: team.name for team in self.choices.teams}
        who: dict[tuple, list[int]] = {}
        for *entry, team in self.closed_days:
            who.setdefault(tuple(entry), []).append(team)
        return [
            backdrop.Closure(starts_on, ends_on, closure_name(name, kind, closed, teams))
            for (starts_on, ends_on, name, kind), closed in sorted(who.items())
        ]

    @property
    def days_off(self) -> str:
        """Team -> its holidays and freezes on the scale, for what counts working days by hand."""
        off: dict[int, list[list[str]]] = {}
        for first, last, _name, _kind, team in self.closed_days if self.by_hand else ():
            off.setdefault(team, []).append([first.isoformat(), last.isoformat()])
        return json.dumps(off) if off else ""

    @property
    def path(self) -> str:
        return reverse("roadmaps:timeline", args=[self.product.key])

    @property
    def head(self) -> SafeString:
        return mark_safe(backdrop.head_svg(self.scale, self.today, self.closures))  # noqa: S308

    @property
    def back(self) -> SafeString:
        return mark_safe(backdrop.back_svg(self.scale, self.today, self.closures))  # noqa: S308

    @cached_property
    def strips(self) -> list[capacity.Strip]:
        """The load of the first teams; the forecast page shows all of them."""
        if self.fresh.run is None or self.address.load == "off" or not self.rows:
            return []
        return capacity.strips(self.fresh.run.teams[: capacity.TEAMS], self.scale)

    @property
    def more_teams(self) -> int:
        run = self.fresh.run
        return max(len(run.teams) - capacity.TEAMS, 0) if run and self.strips else 0

    @property
    def in_rank_order(self) -> bool:
        """Whether a row's place among its neighbours is its place in the plan's order."""
        return self.address.asked.sort in ("", "rank")

    @property
    def without_estimate(self) -> int:
        return sum(lane.without for lane in self.lanes)


def by_item(places: Iterable[Place]) -> dict[int, Place]:
    """Id of an item -> its line."""
    return {place.row.id: place for place in places if place.row}


def rows_in(shown: Iterable[Window]) -> list[Row]:
    return [place.row for window in shown for place in window.places if place.row]


def state_of(link: arrows.Link, pred: Row | None, succ: Row | None) -> str:
    """`viol`: broken in the plan; `risk`: broken in many trials. Only a pinned start can be."""
    if succ is None or not succ.pinned:
        return ""
    if link.kind == "FS" and pred and pred.p50 and succ.start and succ.start <= pred.p50:
        return "viol"
    return "risk" if (succ.violated or 0) > SHAKY_FROM else ""
