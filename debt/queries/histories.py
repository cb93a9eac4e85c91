"""Reads of mined histories: which readings count, what they say of files, items and components."""

import datetime
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Exists, JSONField, OuterRef, Q, QuerySet, When
from django.utils import timezone

from debt.maths.scoring import effective_window_months, weights_of
from debt.mining import analyses, hotspots
from debt.mining.analyses import Pair, Thresholds
from debt.mining.hotspots import Hotspot
from debt.mining.ids import Ids
from debt.mining.owners import Owners
from debt.mining.renames import through
from debt.mining.scopes import Story, scope_of
from debt.mining.touches import TouchRate, touch_rate
from debt.mining.twins import named_once
from debt.models import DebtItem, Evidence, HistoryRun, MinedChange
from tpm.models import Component, Product
from tpm.roles import products_visible_to

FRESH_DAYS = 30
"""How old a reading may be and still count as of today, where the model says nothing else."""

MORE_DAYS = 7
"""A story holds so many days more than it is asked for: ages count from a Monday, or later."""

Row = tuple[datetime.datetime, list[str], str, list[list[Any]]]
type Trailer = tuple[str, datetime.datetime, list[list[Any]]]
"""When a change was, its files, and its commit."""


def runs_visible_to(user) -> QuerySet[HistoryRun]:
    return HistoryRun.objects.filter(product__in=products_visible_to(user), ready=True)


def live_runs(product: Product, repository: str | None = None) -> list[HistoryRun]:
    """Readings that count, the newest first; what is large of them is fetched when asked for."""
    found = (
        HistoryRun.objects.filter(product=product, ready=True, undone_at=None, replaced_by=None)
        .select_related("component")
        .defer("files", "months")
    )
    if repository is not None:
        found = found.filter(repository=repository)
    return list(found.order_by("-pk"))


def owners_of(
    product: Product, repository: str, component: Component | None = None
) -> Owners[Component]:
    """Which component of the product a file of this repository belongs to."""
    if component is not None:
        return Owners([("", component)])
    return Owners(
        (prefix, row)
        for row in product.components.select_related("owner_team")
        if not row.repository or row.repository == repository
        for prefix in row.path_prefixes
    )


@dataclass(frozen=True)
class Told:
    """What one repository of a product says, under today's names.

    looked_at: until when its history is known
    ids:       which commit each change of the story is, under one name in all repositories that
               hold it; a kept story has their beginnings, or none where it is the only one
    files:     [name, lines, changes, last day] of each; of a kept story the first two
    trailers:  (commit, when, [[debt key, minutes]]) of the changes that name debt
    runs:      the readings that it is from, the oldest first
    """

    product_id: int
    repository: str
    component: Component | None
    looked_at: datetime.datetime
    story: Story
    ids: list[str]
    files: Sequence[Sequence[Any]]
    trailers: list[Trailer]
    runs: Sequence[int] = ()

    def identity(self, place: int) -> Hashable:
        """What a change has in common with that of another repository if it is the same commit."""
        return self.ids[place] if self.ids else (self.repository, place)

    def may_hold(self, component: Component | None) -> bool:
        """Whether files of a component can lie in this repository."""
        if component is None or self.component is None:
            return component is None or component.repository in ("", self.repository)
        return component.pk == self.component.pk

    def knows(self, text: str) -> bool:
        """Whether a text that does not look like one is a file or folder all the same."""
        return bool(scope_of(text)) and bool(self.story.files_in([text]))


def stories(
    products: Iterable[Product | int] | QuerySet[Product], *, days: int
) -> dict[int, list[Told]]:
    """What the repositories of these products say of their last days, in two queries.

    days: before each was looked at last, for from then on its ages count; and a week more
    """
    runs = list(
        HistoryRun.objects.filter(
            product__in=products, ready=True, undone_at=None, replaced_by=None
        )
        .select_related("component")
        .annotate(newest_files=files_of_the_newest())
        .defer("months", "files")
        .order_by("pk")
    )
    if not runs:
        return {}
    groups: dict[tuple[int, str], list[HistoryRun]] = defaultdict(list)
    for run in runs:
        groups[run.product_id, run.repository].append(run)
    rows = changes_of(groups.values(), days + MORE_DAYS)
    told: dict[int, list[Told]] = defaultdict(list)
    for (product_id, _), same in groups.items():
        told[product_id].append(told_by(same, rows))
    return told_once(told)


def told_once(told: dict[int, list[Told]]) -> dict[int, list[Told]]:
    """The same, each commit under one name in all the repositories that hold it."""
    every = [one for stories in told.values() for one in stories]
    if len(every) < 2:
        return told
    names = named_once((one.ids, one.story.at) for one in every)
    once = iter(replace(one, ids=ids) for one, ids in zip(every, names, strict=True))
    return {product: [next(once) for _ in stories] for product, stories in told.items()}


def files_of_the_newest() -> Case:
    """Files of a reading that none follows; the others' would be fetched for nothing."""
    later = HistoryRun.objects.filter(
        product=OuterRef("product"), repository=OuterRef("repository"), pk__gt=OuterRef("pk"),
        ready=True, undone_at=None, replaced_by=None,
    )  # fmt: skip
    return Case(When(~Exists(later), then="files"), output_field=JSONField())


def knows_file(product: Product, text: str) -> bool:
    """Whether a text is a file or a folder that the newest readings of a product hold."""
    scope = scope_of(text)
    if not scope:
        return False
    runs = HistoryRun.objects.filter(
        product=product, ready=True, undone_at=None, replaced_by=None
    ).annotate(newest_files=files_of_the_newest())
    return any(
        row[0] == scope or row[0].startswith(f"{scope}/")
        for files in runs.values_list("newest_files", flat=True)
        for row in files or ()
    )


def told_of(product: Product, model: Mapping[str, Any]) -> list[Told]:
    """What the repositories of one product say of the window; a page loads it once."""
    return stories([product], days=int(model["window_days"])).get(product.pk, [])


def of_the_last(told: Told, days: int) -> Told:
    """What it says of its last days, as `stories` of so many days would, without its trailers."""
    since = told.looked_at.timestamp() - (days + MORE_DAYS) * 86_400
    near = [place for place, at in enumerate(told.story.at) if at >= since]
    changes = [told.story.changes[place] for place in near]
    story = Story(changes, [row[0] for row in told.files], told.story.moved)
    return replace(told, story=story, ids=[told.ids[place] for place in near], trailers=[])


def changes_of(groups: Iterable[Sequence[HistoryRun]], days: int) -> dict[int, list[Row]]:
    """Changes by reading, in one query: those of the days before each group was looked at."""
    begins: dict[int, datetime.datetime] = {}
    of_day: dict[datetime.date, list[int]] = defaultdict(list)
    for runs in groups:
        first = max(run.looked_at for run in runs) - datetime.timedelta(days=days)
        for run in runs:
            begins[run.pk] = first
            of_day[first.date()].append(run.pk)
    near = Q()
    for day, pks in of_day.items():
        midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        near |= Q(run__in=pks, at__gte=midnight)
    rows: dict[int, list[Row]] = defaultdict(list)
    found = MinedChange.objects.filter(near).order_by()
    for run_id, *row in found.values_list("run_id", "at", "paths", "commit", "taps").iterator():
        if row[0] >= begins[run_id]:
            rows[run_id].append((row[0], row[1], row[2], row[3]))
    return rows


def told_by(runs: Sequence[HistoryRun], rows: Mapping[int, list[Row]]) -> Told:
    """Readings of one repository, the oldest first, as one story."""
    newest = runs[-1]
    changes: dict[str, tuple[int, tuple[str, ...]]] = {}
    trailers: dict[str, Trailer] = {}
    moved: dict[str, str] = {}
    ids = Ids()
    for place, run in enumerate(runs):
        later = [row.moved for row in runs[place + 1 :] if row.moved]
        for at, paths, commit, taps in rows.get(run.pk, ()):
            commit = ids.add(commit)  # another reading may have it abbreviated
            today = tuple(dict.fromkeys(through(path, later) for path in paths))
            changes.setdefault(commit, (int(at.timestamp()), today))
            if taps:
                trailers.setdefault(commit, (commit, at, taps))
        moved |= {old: through(new, later) for old, new in run.moved.items()}
    looked = max(run.looked_at for run in runs)
    files = newest.newest_files or []  # type: ignore[attr-defined]
    names = [row[0] for row in files]
    story = Story(list(changes.values()), names, moved)
    return Told(
        newest.product_id, newest.repository, newest.component, looked, story, list(changes),
        files, list(trailers.values()), [run.pk for run in runs],
    )  # fmt: skip


@dataclass(frozen=True)
class Touches:
    """What history says of one debt item.

    as_of: the day from which the ages count; it moves with each change, and else once a week
    read_on: the day on which the repository was last looked at
    stale:  that is so long ago that the ages count from now
    ages:   days of each change in the window, whole, the newest first
    shares: what share of each such change's files lies in the item's scope
    changes: what each is, the same in all repositories that hold it
    """

    as_of: datetime.date
    read_on: datetime.date
    stale: bool
    files: frozenset[str]
    ages: tuple[int, ...]
    shares: tuple[float, ...]
    changes: tuple[Hashable, ...]

    @property
    def share(self) -> float:
        """Mean share of a change that lies in the scope; 1 where nothing touched it."""
        return round(math.fsum(self.shares) / len(self.shares), 4) if self.shares else 1.0

    @property
    def tells(self) -> bool:
        """Whether it reaches into the window: nothing seen after it is unknown, not untouched."""
        return not self.stale or bool(self.ages)

    def rate(self, model: Mapping[str, Any]) -> TouchRate:
        return touch_rate(
            weights_of(self.ages, model),
            months=effective_window_months(model),
            prior=model["touch_prior_changes"],
        )


def touches_of(
    items: Iterable[DebtItem], model: Mapping[str, Any], *, told: Mapping[int, list[Told]]
) -> dict[int, Touches]:
    """What history says of each item whose scope it knows; the others are left out: unknown.

    items: with their components
    A scope is the files that show the debt, those too that were written down as a sentence before
    history knew them, or else the paths of its component. Of several repositories the one counts
    that knows most of what was typed.
    """
    items = [item for item in items if item.product_id in told]
    if not items:
        return {}
    scopes: dict[int, list[str]] = defaultdict(list)
    notes: dict[int, list[str]] = defaultdict(list)
    said = Evidence.objects.filter(item__in=items).exclude(kind=Evidence.Kind.LINK).order_by()
    for item_id, kind, text in said.values_list("item_id", "kind", "text"):
        (scopes if kind == Evidence.Kind.PATH else notes)[item_id].append(text)
    found = {}
    for item in items:
        here = [one for one in told[item.product_id] if one.may_hold(item.component)]
        typed = scopes.get(item.pk, []) + [
            note for note in notes.get(item.pk, ()) if any(one.knows(note) for one in here)
        ]
        for one in by_knowledge(told[item.product_id], typed):
            touched = touched_in(one, item.component, typed, model)
            if touched is not None:
                found[item.pk] = touched
                break
    return found


def by_knowledge(told: Sequence[Told], typed: Iterable[str]) -> Sequence[Told]:
    """Repositories, those first that know most of these files and folders."""
    if len(told) < 2:
        return told
    return sorted(told, key=lambda one: -sum(bool(one.story.files_in([path])) for path in typed))


def touched_in(
    told: Told, component: Component | None, typed: Sequence[str], model: Mapping[str, Any]
) -> Touches | None:
    """What one repository says of a scope; None where it does not know any of its files.

    typed: files that show the debt; what is not known of them is unknown, not the whole component
    Ages count from when it was looked at last; where that is longer ago than the model's
    `history_fresh_days`, from now, so that what was busy a year ago does not stay so for ever.
    """
    window = int(model["window_days"])
    if not told.may_hold(component):
        return None
    if typed:
        files = told.story.files_in(typed)
    elif component is not None:
        whole = told.component is not None
        files = told.story.files_in([""] if whole else component.path_prefixes)
    else:
        files = frozenset()
    if not files:
        return None
    inside = told.story.touching(files)
    read_on, today = told.looked_at.date(), timezone.now().date()
    stale = (today - read_on).days > model.get("history_fresh_days", FRESH_DAYS)
    looked = today if stale else read_on
    monday = looked - datetime.timedelta(days=looked.weekday())
    days = [datetime.datetime.fromtimestamp(at, datetime.UTC).date() for at in inside.at]
    as_of = max([monday, *(day for day in days if day <= looked)])
    ages = [(as_of - day).days for day in days]
    near = [place for place, age in enumerate(ages) if 0 <= age <= window]
    return Touches(
        as_of,
        read_on,
        stale,
        files,
        tuple(ages[place] for place in near),
        tuple(inside.shares[place] for place in near),
        tuple(told.identity(inside.places[place]) for place in near),
    )


# what the maps of debt show


def in_component(told: Told, product: Product, component: Component | None) -> set[str] | None:
    """Files of a component; None for all."""
    if component is None:
        return None
    whose = owners_of(product, told.repository, told.component)
    return {path for path in told.story.places() if whose.of(path) == component}


def weighted(
    told: Told, model: Mapping[str, Any], ends: datetime.datetime | None = None
) -> dict[str, float]:
    """Touches of each file in the window, each weighed by its age. ends: of the window; now"""
    weights = weights_by(told, min(told.looked_at, ends or told.looked_at), model)
    sums = {}
    for path, places in told.story.places().items():
        found = [weights[place] for place in places if place in weights]
        if found:
            sums[path] = math.fsum(found)
    return sums


def weights_by(told: Told, ends: datetime.datetime, model: Mapping[str, Any]) -> dict[int, float]:
    """Change of the window that ends at a moment -> its weight by its age."""
    end = ends.timestamp()
    ages = {place: (end - at) / 86_400 for place, at in enumerate(told.story.at)}
    near = {place: age for place, age in ages.items() if 0 <= age <= model["window_days"]}
    return dict(zip(near, weights_of(list(near.values()), model), strict=True))


def hotspots_of(
    product: Product,
    model: Mapping[str, Any],
    *,
    component: Component | None = None,
    told: Iterable[Told] | None = None,
    sizes: Mapping[str, int] | None = None,
    ends: datetime.datetime | None = None,
    most: int = 200,
) -> list[tuple[str, Hotspot]]:
    """(repository, hotspot) by touches × size, the hottest first.

    told:  of told_of, where a page has it already
    sizes: findings of each file; else lines, where they are known
    ends:  of the window; None: now
    """
    found = []
    for one in told_of(product, model) if told is None else told:
        inside = in_component(one, product, component)
        touches = weighted(one, model, ends)
        if inside is not None:
            touches = {path: count for path, count in touches.items() if path in inside}
        known = sizes if sizes is not None else {row[0]: row[1] for row in one.files}
        found += [(one.repository, spot) for spot in hotspots.hotspots(touches, known)]
    return sorted(found, key=lambda row: (-row[1].heat, -row[1].touches, row[0], row[1].path))[
        :most
    ]


def coupling_of(
    product: Product,
    model: Mapping[str, Any],
    *,
    component: Component | None = None,
    told: Iterable[Told] | None = None,
    limits: Thresholds | None = None,
) -> list[tuple[str, Pair]]:
    """(repository, pair) of files that changed together in the window, the closest first."""
    found = []
    for one in told_of(product, model) if told is None else told:
        inside = in_component(one, product, component)
        sets = [list(paths) for _, paths in one.story.changes]
        pairs = analyses.coupling(sets, limits or Thresholds())
        found += [
            (one.repository, pair)
            for pair in pairs
            if inside is None or pair.entity in inside or pair.coupled in inside
        ]
    return sorted(found, key=lambda row: (-row[1].degree, -row[1].average, row))


def touches_of_teams(
    product: Product, model: Mapping[str, Any], *, told: Iterable[Told] | None = None
) -> list[dict[int | None, float]]:
    """Of each repository, weighted touches of the files in the components of each team.

    A commit that a repository before it holds too has told of a team there already. None: of files
    in no component that is known.
    """
    stories = list(told_of(product, model) if told is None else told)
    before: set[tuple[int | None, Hashable]] = set()
    found = []
    for one in stories:
        whose = owners_of(product, one.repository, one.component)
        weights = weights_by(one, one.looked_at, model)
        sums: dict[int | None, float] = defaultdict(float)
        here: set[tuple[int | None, Hashable]] = set()
        for path, places in one.story.places().items():
            near = [place for place in places if place in weights]
            if not near:
                continue
            component = whose.of(path)
            team = component.owner_team_id if component else None
            if len(stories) > 1:
                near = [place for place in near if (team, one.identity(place)) not in before]
                here.update((team, one.identity(place)) for place in near)
            sums[team] += math.fsum(weights[place] for place in near)
        before |= here
        found.append({team: touches for team, touches in sums.items() if touches})
    return found


def strongly_coupled(told: Told, files: frozenset[str]) -> dict[str, int]:
    """Files outside a scope that change with those inside it: file -> highest degree, percent."""
    near = [list(paths) for _, paths in told.story.changes if not files.isdisjoint(paths)]
    beside = {path for paths in near for path in paths}
    sets = [list(paths) for _, paths in told.story.changes if not beside.isdisjoint(paths)]
    return hotspots.strongly_coupled(files, analyses.coupling(sets, Thresholds()))


def taps_of(item: DebtItem) -> list[tuple[datetime.datetime, float]]:
    """(when, minutes) that trailers of commits say the item cost, the newest first."""
    kept = MinedChange.objects.filter(
        run__product=item.product_id, run__ready=True, run__undone_at=None, run__replaced_by=None
    ).exclude(taps=[])
    return [
        (row.at, minutes)
        for row in kept.order_by("-at")
        for key, minutes in row.taps
        if key == item.key
    ]
