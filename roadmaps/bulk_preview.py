"""What would follow from a change of many items: dates, objectives and load.

On the draws of the drag preview, and compared with the same plan that it compares with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps import gestures
from roadmaps.bulk_jobs import JOBS, rows_of
from roadmaps.forms.bulk import BulkForm
from roadmaps.models import Item
from roadmaps.services import bulk
from roadmaps.services.teams import in_equal_parts, parts_of, plan_parts, with_team
from tpm import bulk_jobs, formats, jobs, revisions
from tpm.bulk import BulkChange, Report
from tpm.bulk_pages import Follows
from tpm.models import Job, Product

if TYPE_CHECKING:
    from roadmaps import forecasting as engine

KIND = "bulk preview"
AT_ONCE = 400
"""Open items of a plan that are forecast while somebody waits: about two seconds with their load;
of a larger one a job does it."""
STARTS, TARGETS, TEAMS = ("not_before", "shift"), ("target_date", "shift"), ("team", "beside")
LEAST_CHANCE = 0.005


@dataclass
class Followed:
    """Dates and shares in words. items: id of a touched item -> P85 now, then, and its tone."""

    items: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    others: str = ""
    objectives: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """(title, P85 now, then, chance now, then)"""
    load: list[tuple[str, str, str]] = field(default_factory=list)
    """(team, highest share of its capacity in a week now, then)"""

    def of(self, item: Item) -> tuple[str, str, str]:
        return self.items.get(item.pk, ("", "", ""))


def moves_dates(change: BulkChange) -> bool:
    """Whether a change can move a date, a chance or a load, and these can be said before it."""
    return change.do in (*bulk.MOVES, *STARTS, *TARGETS, *TEAMS)


def unsaid(change: BulkChange) -> str:
    """That it can move dates or chances, though not yet which: the forecast after it says so."""
    dropped = change.do == "state" and change.value == Item.State.DROPPED
    if change.do not in ("state", "objective") or dropped:
        return ""
    return _("Dates and chances are not forecast for this change: the forecast after it has them.")


def is_long(product: Product, count: int) -> bool:
    """Whether it takes too long to wait for."""
    open_items = Item.objects.filter(product=product, state__in=Item.OPEN).count()
    return count > bulk_jobs.AT_ONCE or open_items > AT_ONCE


def followed(product: Product, report: Report, change: BulkChange) -> Followed | None:
    """What follows from what a rehearsal changed; None where nothing of it is forecast.

    raises: ValueError, in words, for a plan that cannot be forecast
    """
    from roadmaps import forecasting as engine

    before = gestures.before_of(product)
    items = [item for item, _was, _then in report.changed]
    changes = engine_changes(before.plan, items, change)
    if not changes:
        return None
    found = before.with_(changes)
    told = Followed(items=touched(found, items), others=others(found, items))
    told.others += coming(before.plan, items, change)
    told.objectives = objectives(product, found, items)
    trials, seed = before.draws.trials, before.draws.seed
    now = engine.simulate(before.plan, trials=trials, seed=seed)
    then = engine.simulate(engine.plan_after(before.plan, changes), trials=trials, seed=seed)
    told.load = load(now, then)
    return told


def engine_changes(
    plan: "engine.Plan", items: Iterable[Item], change: BulkChange
) -> "list[engine.Change]":
    """The same change for the engine; what is closed or not in the plan moves nothing.

    items: as they are after it, though nothing of it is stored
    """
    from roadmaps import forecasting as engine

    known = {each.id for each in plan.items if each.state != engine.State.DONE}
    found: list[Any] = []
    for item in items:
        if item.pk not in known:
            continue
        if change.do in bulk.MOVES:
            found.append(moved(item))
            continue
        if change.do in STARTS and item.state == Item.State.PLANNED:
            pinned = item.pinned and item.not_before is not None
            found.append(engine.MoveStart(item.pk, item.not_before, pinned))
        if change.do in TARGETS:
            found.append(engine.SetTarget(item.pk, item.target_date))
        if change.do in TEAMS:
            found.append(assigned(item, change))
    return found


def moved(item: Item) -> "engine.RemoveItem | engine.SetState":
    """Of an item that is in the plan: it leaves it, or is begun, done or only planned again."""
    from roadmaps import forecasting as engine

    if item.state not in (*Item.SIMULATED, Item.State.DONE):
        return engine.RemoveItem(item.pk)
    return engine.SetState(item.pk, engine.State(item.state), item.started_on, item.finished_on)


def assigned(item: Item, change: BulkChange) -> "engine.Assign":
    from roadmaps import forecasting as engine

    parts = parts_of(item)
    if change.do == "beside":
        stored = Item.objects.select_related("team").get(pk=item.pk)
        parts = parts or in_equal_parts(stored, [stored.team] if stored.team else [])
        parts = bulk.beside(stored, parts, change.value)
    elif change.value is not None and parts:
        parts = with_team(parts, change.value)
    else:
        return engine.Assign(item.pk, change.value.pk if change.value else None, item.crew)
    return engine.Assign(item.pk, parts[0].team.pk, parts[0].crew, plan_parts(parts))


def touched(found: "engine.WhatIf", items: Iterable[Item]) -> dict[int, tuple[str, str, str]]:
    was = {row.id: row.finish.p85 for row in found.before.items}
    then = {row.id: row.finish.p85 for row in found.after.items}
    told = {}
    for item in items:
        if item.pk in was:
            move = found.items.get(item.pk)
            days = move.p85_days if move else None
            told[item.pk] = (
                day_words(was[item.pk]),
                moved_words(then.get(item.pk), days, instead=instead(item, then)),
                tone(days),
            )
    return told


def others(found: "engine.WhatIf", items: Iterable[Item]) -> str:
    """How many items move beside those that are changed, and the end of the plan."""
    changed = {item.pk for item in items}
    far = [move.p85_days for id, move in found.items.items() if id not in changed and move.p85_days]
    words = {"n": formats.number(len(far)), "days": formats.signed(max(far, key=abs, default=0))}
    said = [_("No other item moves at P85.")]
    if len(far) == 1:
        said = [_("1 other item moves at P85, %(days)s d.") % words]
    elif far:
        said = [_("%(n)s other items move at P85, up to %(days)s d.") % words]
    if found.project is not None and found.project.p85_days:
        days = formats.signed(found.project.p85_days)
        said.append(_("The plan ends %(days)s d at P85.") % {"days": days})
    return " ".join(said)


def coming(plan: "engine.Plan", items: Iterable[Item], change: BulkChange) -> str:
    """How many items the change brings into the plan: their estimates are not read before."""
    known = {each.id for each in plan.items}
    new = [item for item in items if item.pk not in known and item.state in Item.SIMULATED]
    if change.do not in bulk.MOVES or not new:
        return ""
    words = ngettext(
        " %(n)s item that comes into the plan is not in this: the forecast after it has it.",
        " %(n)s items that come into the plan are not in this: the forecast after it has them.",
        len(new),
    )
    return words % {"n": formats.number(len(new))}


def objectives(
    product: Product, found: "engine.WhatIf", items: Iterable[Item]
) -> list[tuple[str, str, str, str, str]]:
    """Those of the touched items, and those that move."""
    titles = dict(product.objectives.values_list("pk", "title"))
    was, then = ({row.id: row for row in side.objectives} for side in (found.before, found.after))
    theirs = {item.objective_id for item in items}
    told = []
    for id, move in found.objectives.items():
        moves = move.p85_days or abs(move.chance or 0.0) >= LEAST_CHANCE
        if id not in theirs and not moves:
            continue
        told.append((
            titles[id],
            day_words(was[id].finish.p85),
            moved_words(then[id].finish.p85, move.p85_days),
            formats.chance(was[id].chance),
            formats.chance(then[id].chance),
        ))  # fmt: skip
    return told


def load(now: "engine.Result", then: "engine.Result") -> list[tuple[str, str, str]]:
    """Teams whose highest week changes."""
    before = {team.id: peak_words(team) for team in now.teams}
    rows = [(team.name, before.get(team.id, "–"), peak_words(team)) for team in then.teams]
    return [row for row in rows if row[1] != row[2]]


def peak_words(team: "engine.TeamResult") -> str:
    """`112 % in the week of 4 May`: the highest planned share of its capacity."""
    shares = [
        (week.planned / week.capacity, week.starts_on) for week in team.weeks if week.capacity
    ]
    if not shares:
        return formats.UNKNOWN
    share, day = max(shares, key=lambda each: each[0])
    words = {"share": f"{share * 100:.0f} %", "day": formats.day(day)}
    return _("%(share)s in the week of %(day)s") % words


def day_words(day) -> str:
    return formats.day(day, year=True) if day else _("out of sight")


def instead(item: Item, then: Mapping[int, Any]) -> str:
    """What stands in place of a date."""
    if item.state == Item.State.DONE:
        return _("done")
    return "" if item.pk in then else _("gone")


def moved_words(day, days: int | None, *, instead: str = "") -> str:
    """`12 May 2027, +5 d`"""
    if instead:
        return instead
    return f"{day_words(day)}, {formats.signed(days)} d" if days else day_words(day)


def tone(days: int | None) -> str:
    return "" if not days else "bad" if days > 0 else "ok"


# -- as a job ------------------------------------------------------------------------------------


def start(product: Product, named: list[tuple[str, int]], data: dict, *, by) -> Job:
    """Hand the question to the worker. named: (key, version); data: what the form was given"""
    job = jobs.create(
        KIND, f"What a change of {formats.number(len(named))} items would move", product=product,
        by=by, total=len(named), unit="items", arguments={"picked": named, "data": data},
    )  # fmt: skip
    revisions.enqueue("roadmaps.bulk_preview", job.pk)
    return job


def run(job_id: int) -> None:
    """Rehearse a change step by step, then forecast it; nothing of it is kept."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, running.job.product
        if product is None:
            raise jobs.JobRefused("The product is gone.")
        form = BulkForm(job.arguments["data"], product=product)
        if not form.is_valid():
            raise jobs.JobRefused(JOBS.gone)
        report, change = Report(), form.change()
        for done, step in enumerate(batched(job.arguments["picked"], bulk_jobs.STEP)):
            running.progress(done * bulk_jobs.STEP)
            versions = dict(step)
            rows = rows_of(product).filter(key__in=versions)
            picked = [(row, versions[row.key]) for row in rows]
            report.add(JOBS.way.rehearse(product, picked, change, by=job.by))
        running.progress(len(job.arguments["picked"]), note=_("forecasting"))
        try:
            found = followed(product, report, change)
        except ValueError as refusal:
            raise jobs.JobRefused(str(refusal)) from refusal
        running.report = words_of(product, report, found) | {"page": page_of(job, product)}


def page_of(job: Job, product: Product) -> str:
    """The preview that asked, with what was chosen: there it is done."""
    return f"{reverse('roadmaps:item-bulk', args=[product.key])}?job={job.pk}"


def words_of(product: Product, report: Report, found: Followed | None) -> dict[str, Any]:
    """The report of the job: facts, and a table for each list."""
    told: dict[str, Any] = {
        "would change": len(report.changed), "would stay": len(report.refused),
    }  # fmt: skip
    if found is None:
        return told | {"would follow": _("Nothing of it is forecast.")}
    told["would follow"] = found.others
    told["items"] = [
        {"item": item.key, "P85 now": found.of(item)[0], "P85 then": found.of(item)[1]}
        for item, _was, _then in report.changed
        if item.pk in found.items
    ][: bulk_jobs.SHOWN]
    told["objectives"] = [
        {"objective": title, "P85 now": was, "P85 then": then, "chance now": a, "chance then": b}
        for title, was, then, a, b in found.objectives
    ]
    told["highest load"] = [
        {"team": name, "now": was, "then": then} for name, was, then in found.load
    ]
    return {name: value for name, value in told.items() if value not in ([], "")}


FOLLOWS = Follows(moves_dates, is_long, followed, start, "roadmaps/bulk_followed.html", unsaid)
