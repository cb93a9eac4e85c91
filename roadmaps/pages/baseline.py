"""What changed since a baseline, as rows whose shown numbers add up."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps import queries
from roadmaps.forecasting import BaselineItem as Committed
from roadmaps.forecasting import ScopeChange, scope_change
from roadmaps.models import Baseline, ForecastRun, Item, ItemForecast
from roadmaps.pages.item import whole_parts
from roadmaps.queries.dates import Freshness
from tpm import formats
from tpm.svg import esc


def change_since(baseline: Baseline, fresh: Freshness) -> ScopeChange:
    """The scope now against the scope then, leaves only: a roll-up would count twice."""
    then = list(baseline.items.select_related("item"))
    return scope_change(
        committed(baseline, then), current(baseline, {row.item_id for row in then}, fresh)
    )


def committed(baseline: Baseline, rows: Iterable) -> list[Committed]:
    parents = {item.get("parent") for item in baseline.run.inputs.get("items", ())}
    return [
        Committed(
            row.item_id,
            row.item.key,
            effort(row.item, row.p50_days),
            row.position,
            row.target_date,
            row.p85,
        )
        for row in rows
        if row.item_id not in parents
    ]


def effort(item: Item, p50_days: float | None) -> float | None:
    """Person-days of a row; a milestone takes none, which is known and not missing."""
    return 0.0 if item.kind == Item.Kind.MILESTONE else p50_days


def current(baseline: Baseline, then: set[int], fresh: Freshness) -> list[Committed]:
    """Planned work, what was committed and is done, and unplanned work finished since."""
    since = baseline.at.date()
    done = Q(state=Item.State.DONE) & (Q(pk__in=then) | Q(finished_on__gte=since))
    rows = Item.objects.filter(product=baseline.product_id).filter(
        Q(state__in=Item.SIMULATED) | done
    )
    parents = set(rows.exclude(parent=None).values_list("parent_id", flat=True))
    dates = (
        dict(ItemForecast.objects.filter(run=fresh.run).values_list("item_id", "p85"))
        if fresh.run
        else {}
    )
    # The same order as the one that was committed: that of the starts in the run.
    starts = {pk: index for index, pk in enumerate(order_of(fresh))}
    ordered: list[Any] = list(
        queries.with_effort(rows.exclude(pk__in=parents)).order_by("rank", "pk")
    )
    ordered.sort(key=lambda item: (starts.get(item.pk, len(starts)), item.rank))
    return [
        Committed(
            item.pk, item.key, effort(item, item.p50_days),
            place if item.is_open else None,  # what is done has left the order
            item.target_date, item.finished_on or dates.get(item.pk),
        )
        for place, item in enumerate(ordered, start=1)
    ]  # fmt: skip


def order_of(fresh: Freshness) -> list[int]:
    """Ids of the open items in the start order of the newest run."""
    if fresh.run is None:
        return []
    return ForecastRun.objects.values_list("order", flat=True).get(pk=fresh.run.pk)


def open_rows(run: ForecastRun | None) -> list[ItemForecast]:
    """What would be committed, in its order; what is made of parts after them."""
    if run is None:
        return []
    place = {pk: index for index, pk in enumerate(run.order)}
    rows = ItemForecast.objects.filter(run=run).select_related("item")
    found = rows.only("p85", "target_date", "chance", "run_id", "item__key", "item__title")
    return sorted(found, key=lambda row: (place.get(row.item_id, len(place)), row.item_id))


def stretch_row(row: ItemForecast, *, chosen: bool) -> SafeString:
    """One line of what is committed, with a box that makes it a stretch item."""
    key, title = esc(row.item.key), esc(row.item.title)
    box = f'<input type="checkbox" name="stretch" value="{row.item_id}" id="stretch-{row.item_id}"'
    box += f' aria-label="{esc(_("Stretch"))}: {key} {title}"{" checked" if chosen else ""}>'
    chance = formats.percent(row.chance) if row.target_date else ""
    cells = (formats.day(row.p85), formats.day(row.target_date) if row.target_date else "", chance)
    heads = ("P85", _("Target"), _("Chance"))
    rest = "".join(
        f'<td class="n" data-label="{esc(head)}">{esc(cell)}</td>'
        if cell
        else '<td class="n"></td>'
        for head, cell in zip(heads, cells, strict=True)
    )
    name = f'<label for="stretch-{row.item_id}"><span class="key">{key}</span> {title}</label>'
    return mark_safe(f'<tr><td>{box}</td><th scope="row">{name}</th>{rest}</tr>')  # noqa: S308 - escaped


def sums(change: ScopeChange) -> dict[str, str]:
    """The sum of scope in person-days; rounded so that the shown parts give the shown whole."""
    parts = [change.before_days, change.added_days, change.removed_days, change.re_estimated_days]
    (before, added, removed, re_estimated), after = whole_parts(parts, 1)
    return {
        "before": f"{formats.number(before, 1)} d",
        "added": f"{formats.signed(added, 1)} d",
        "removed": f"{formats.signed(removed, 1)} d",
        "re_estimated": f"{formats.signed(re_estimated, 1)} d",
        "after": f"{formats.number(after, 1)} d",
        "total": f"{formats.signed(round(after - before, 1), 1)} d",
    }
