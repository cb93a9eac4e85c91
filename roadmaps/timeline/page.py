"""Everything that one view of the timeline reads and shows, in a fixed number of queries."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps import objective_page
from roadmaps.filters import Choices
from roadmaps.finding import Part
from roadmaps.models import (
    Baseline,
    BaselineItem,
    Item,
    ItemForecast,
    ItemLink,
    ObjectiveForecast,
)
from roadmaps.queries.dates import Freshness, freshness, with_dates
from roadmaps.queries.items import with_range
from roadmaps.timeline import arrows, backdrop, capacity, words
from roadmaps.timeline import rows as row_builder
from roadmaps.timeline.address import Address
from roadmaps.timeline.bars import Detail, Drawing
from roadmaps.timeline.lanes import (
    LATER,
    OPEN,
    Lane,
    Place,
    Row,
    Window,
    arrange,
    places_of,
    windows_of,
)
from roadmaps.timeline.scale import ZOOMS, Scale, scale_over
from tpm import formats
from tpm.models import CalendarEntry, Product

COLUMNS = (
    "id", "key", "title", "state", "kind", "pinned", "team_id", "team__name", "objective_id",
    "parent_id", "started_on", "finished_on", "target_date", "p10_days", "p50_days", "p90_days",
    "basis", "start_p50", "date_p50", "date_p85", "date_p95", "date_target", "chance",
    "violated", "overload",
)  # fmt: skip
SHAKY_FROM = words.CONFLICT_FROM


def found_rows(
    product: Product, address: Address, user, run, choices: Choices, parts: list[Part]
) -> list[Row]:
    """The items that the address asks for, in its order, as plain values."""
    found = address.asked.apply(Item.objects.filter(product=product), user, choices, parts)
    found = with_dates(with_range(found), run).annotate(
        start_p50=F("dated__start_p50"),
        violated=F("dated__violated"),
        overload=F("dated__overload"),
    )
    return [Row(*values) for values in address.asked.order(found).values_list(*COLUMNS)]


@dataclass
class Timeline:
    """One view of one plan. Each fact is read once, when it is first asked for."""

    product: Product
    address: Address
    user: object

    @cached_property
    def fresh(self) -> Freshness:
        return freshness(self.product, leave_out=("inputs", "order"))

    @cached_property
    def today(self) -> datetime.date:
        """The day of the forecast, else of now."""
        return self.fresh.run.as_of if self.fresh.run else timezone.localdate()

    @cached_property
    def choices(self) -> Choices:
        return Choices.of(self.product)

    @cached_property
    def rows(self) -> list[Row]:
        return found_rows(
            self.product, self.address, self.user, self.fresh.run, self.choices, self.parts
        )

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

    @property
    def lane_titles(self) -> dict[str, str]:
        """Names of lanes in their order; those without rows are left out later."""
        titles: dict[str, str] = {}
        if self.address.lanes == "objective":
            titles = {f"o{each.pk}": each.title for each in self.choices.objectives}
        elif self.address.lanes == "team":
            titles = {f"t{each.pk}": each.name for each in self.choices.teams}
            gone = {f"t{row.team}": row.team_name or "" for row in self.rows if row.team}
            titles = gone | titles if gone.keys() - titles.keys() else titles
        rest = {"objective": _("No objective"), "team": _("No team"), "none": _("All items")}
        return titles | {"none": rest[self.address.lanes], LATER: _("Unscheduled")}

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
        """The window that is asked for, and the one of the selected row."""
        wanted = min(self.address.row, len(self.places))
        also = self.selected.index if self.selected and self.address.row == 1 else wanted
        return [window for window in self.windows if window.holds(wanted) or window.holds(also)]

    @cached_property
    def objective_dates(self) -> dict[int, ObjectiveForecast]:
        if self.fresh.run is None or self.address.lanes != "objective":
            return {}
        found = ObjectiveForecast.objects.filter(run=self.fresh.run).defer("histogram", "last")
        return {each.objective_id: each for each in found}

    @cached_property
    def scale(self) -> Scale:
        """One scale for every window, so it is made from all rows, not from those shown."""
        days = [day for row in self.rows for day in row.days_shown()]
        for each in self.objective_dates.values():
            days += [each.p95, each.target_date]
        return scale_over(days, today=self.today, zoom=ZOOMS[self.address.zoom])

    @cached_property
    def links(self) -> list[arrows.Link]:
        """Links between open items: what is done holds nothing up."""
        found = ItemLink.objects.filter(
            successor__product=self.product,
            successor__state__in=Item.OPEN,
            predecessor__state__in=Item.OPEN,
        ).order_by("pk")
        return [
            arrows.Link(*values)
            for values in found.values_list(
                "predecessor_id", "successor_id", "predecessor__key", "successor__key", "kind"
            )
        ]

    def details(self, shown: list[Window]) -> dict[int, Detail]:
        """What only the shown rows need: drag, what is left, what was committed."""
        run = self.fresh.run
        ids = [place.row.id for window in shown for place in window.places if place.row]
        if run is None or not ids:
            return {}
        whys = ItemForecast.objects.filter(run=run, item__in=ids).values_list("item_id", "why")
        newest = Baseline.objects.filter(product=self.product).order_by("-at", "-pk")
        kept = BaselineItem.objects.filter(
            baseline=Subquery(newest.values("pk")[:1]), item__in=ids, start_p50__isnull=False,
            p50__isnull=False,
        )  # fmt: skip
        committed = {
            pk: (a, b) for pk, a, b in kept.values_list("item_id", "start_p50", "p50") if a and b
        }
        return {
            pk: Detail(
                drag=(why or {}).get("drag") or 0.0,
                effort=(why or {}).get("effort") or 0.0,
                waits_for=(why or {}).get("waits_for"),
                baseline=committed.get(pk),
            )
            for pk, why in whys
        }

    def heads(self) -> dict[str, row_builder.Head]:
        found = {}
        objectives = {f"o{each.pk}": each for each in self.choices.objectives}
        for lane in self.lanes:
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

    def web(self, details: dict[int, Detail]) -> arrows.Web:
        ends = {}
        by_id = {}
        for place in self.places:
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
        weights = {
            (link.pred, link.succ): "w3"
            for link in self.links
            if details.get(link.succ, Detail()).waits_for == link.pred
        }
        states = {}
        for link in self.links:
            state = state_of(link, by_id.get(link.pred), by_id.get(link.succ))
            if state:
                states[link.pred, link.succ] = state
        return arrows.Web(self.links, ends, states, weights, chain)

    @cached_property
    def body(self) -> SafeString:
        """Every line of the grid: those in view as rows, the others as room for them."""
        shown = self.shown
        details = self.details(shown)
        sheet = self.sheet(details)
        web = self.web(details)
        parts = [
            self.group(window, sheet, web)
            if window in shown
            else row_builder.gap_html(
                window.first, window.last, window.height, window.stacked_height, sheet
            )
            for window in self.windows
        ]
        return mark_safe("".join(parts))  # noqa: S308 - made and escaped by rows and arrows

    @property
    def window_alone(self) -> SafeString:
        """The window that is asked for, without the room around it."""
        wanted = min(self.address.row, len(self.places))
        shown = [window for window in self.windows if window.holds(wanted)]
        details = self.details(shown)
        sheet, web = self.sheet(details), self.web(details)
        return mark_safe("".join(self.group(each, sheet, web) for each in shown))  # noqa: S308

    def sheet(self, details: dict[int, Detail]) -> row_builder.Sheet:
        return row_builder.Sheet(
            draw=Drawing(self.scale, self.today),
            address=self.address,
            path=self.path,
            computed=self.fresh.run is not None,
            lanes=self.heads(),
            details=details,
            blocked=Counter(link.succ for link in self.links),
        )

    def group(self, window: Window, sheet: row_builder.Sheet, web: arrows.Web) -> str:
        drawn = web.drawn(window.first, window.last, window.y, self.scale.width, window.height)
        lines = "".join(row_builder.place_html(place, sheet) for place in window.places)
        return (
            f'<div role="rowgroup" class="tl-group" id="rows-{window.first}">{drawn}{lines}</div>'
        )

    @cached_property
    def closures(self) -> list[backdrop.Closure]:
        """Freezes and holidays of the teams, those of all teams once."""
        teams = {team.pk: team.name for team in self.choices.teams}
        found = CalendarEntry.objects.filter(
            team__in=list(teams), ends_on__gte=self.scale.start, starts_on__lte=self.scale.end
        ).values_list("starts_on", "ends_on", "name", "kind", "team_id")
        who: dict[tuple, list[int]] = {}
        for *entry, team in found:
            who.setdefault(tuple(entry), []).append(team)
        return [
            backdrop.Closure(starts_on, ends_on, closure_name(name, kind, closed, teams))
            for (starts_on, ends_on, name, kind), closed in sorted(who.items())
        ]

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
    def without_estimate(self) -> int:
        return sum(lane.without for lane in self.lanes)


def closure_name(name: str, kind: str, closed: list[int], teams: dict[int, str]) -> str:
    """What stands above a freeze; holidays are shaded without a word."""
    if kind == CalendarEntry.Kind.HOLIDAY:
        return ""
    if len(closed) == len(teams):
        return name
    return f"{name}, {', '.join(teams[pk] for pk in closed)}"


def state_of(link: arrows.Link, pred: Row | None, succ: Row | None) -> str:
    """`viol`: broken in the plan; `risk`: broken in many trials. Only a pinned start can be."""
    if succ is None or not succ.pinned:
        return ""
    if link.kind == "FS" and pred and pred.p50 and succ.start and succ.start <= pred.p50:
        return "viol"
    return "risk" if (succ.violated or 0) > SHAKY_FROM else ""
