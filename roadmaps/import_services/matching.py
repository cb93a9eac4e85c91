"""Row against item: create, update, unchanged, or a hand edit that stays. Writes nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from roadmaps import queries
from roadmaps.forecasting import Triple
from roadmaps.forecasting.past import Past
from roadmaps.import_services.fields import (
    Wish,
    dated,
    given_fields,
    kept_names,
    source_number,
    wish_of,
)
from roadmaps.import_services.hands import NOTHING, Hand, hands_of
from roadmaps.import_services.people import NewPerson, Who
from roadmaps.importing import ImportRow, Options, ParsedFile
from roadmaps.models import Actual, Estimate, Item
from roadmaps.queries.finished import pasts_of
from tpm import history
from tpm.models import Product
from tpm.roles import teams_of

CHUNK = 500
EVER = datetime.date(1970, 1, 1)
STUB_ID = "id:"
"""Before a stub's key: an issue known by its number in the source only."""
EXTRA = "extra: "
"""Before the name of an extra value in history, so that it is no field of ours."""


@dataclass(slots=True)
class Action:
    """What applying one row does.

    values:   fields to write on a new or existing item
    changes:  field -> (old, new) for history
    kept:     field -> (here, in the file): edited by hand here and changed in the file too
    state_on: the day of a new state
    """

    row: ImportRow
    item: Item | None
    is_new: bool
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    range: Triple | None = None
    spent_days: float | None = None
    spent_source: str = Actual.Source.IMPORTED
    state_on: datetime.date = datetime.date.min
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def written(self) -> Item:
        """The item that the row became."""
        assert self.item is not None
        return self.item

    @property
    def verb(self) -> str:
        """What happens to the item: create, update or unchanged."""
        if self.is_new:
            return "create"
        return "update" if self.changes or self.values else "unchanged"


class Matcher:
    """Compares the rows of one file with the product's items as they are now.

    take_file: where both the file and somebody here changed a field, the file wins
    """

    def __init__(
        self,
        product: Product,
        parsed: ParsedFile,
        options: Options,
        *,
        who: Who,
        today: datetime.date,
        take_file: bool = False,
    ):
        self.product = product
        self.parsed = parsed
        self.options = options
        self.who = who
        self.today = today
        self.take_file = take_file
        self.given = given_fields(parsed)
        self.kept = kept_names(parsed)

    def compare(self, rows: Sequence[ImportRow], *, lock: bool = False) -> list[Action]:
        """Match up to CHUNK rows; with lock, hold the rows until the transaction ends."""
        items = self.items_of(rows, lock=lock)
        ids = [item.pk for item in items.values()]
        hands = hands_of(ids)
        estimates = queries.newest_estimates(ids)
        actuals = _latest_actuals(ids)
        actions = []
        for row in rows:
            item = self._item_of(row, items)
            wish = wish_of(row, self.given, self.options, self.today)
            self._add_people(wish, row)
            action = Action(row, item, item is None, problems=wish.problems)
            if item is None:
                self._create(action, wish)
            else:
                hand = hands.get(item.pk, NOTHING)
                self._update(action, wish, hand)
                self._estimate(action, wish, hand, estimates.get(item.pk))
            self._actual(action, wish, actuals.get(item.pk) if item else None)
            actions.append(action)
        return actions

    def items_of(self, rows: Sequence[ImportRow], *, lock: bool = False) -> dict:
        """Items that rows may mean, by (instance, key)."""
        keys = {row.key for row in rows}
        keys.update(STUB_ID + name for row in rows for name in row.ids)
        found = Item.objects.filter(
            product=self.product, source=self.parsed.source, source_key__in=keys
        ).select_related("owner", "team", "parent")
        if lock:
            found = found.select_for_update(of=("self",))
        return {(item.source_instance, item.source_key): item for item in found}

    def _item_of(self, row: ImportRow, items: dict) -> Item | None:
        names = [row.key, *(STUB_ID + name for name in row.ids)]
        return next((i for n in names if (i := items.get((row.instance, n)))), None)

    def _add_people(self, wish: Wish, row: ImportRow) -> None:
        if "owner" in self.given:
            try:
                wish.fields["owner"] = self.who.owner(row)
            except LookupError as error:
                wish.problems.append(("owner", str(error)))
        if "team" in self.given:
            team = self.who.team(row)
            if team is not None or not row.team:
                wish.fields["team"] = team
            else:
                wish.extra["Team"] = row.team

    def _create(self, action: Action, wish: Wish) -> None:
        row, fields = action.row, wish.fields
        fields.setdefault("title", row.title)
        fields.setdefault("state", Item.State.PLANNED)
        days = dated(wish, fields["state"], None, self.today)
        action.values = fields | days | {"extra": wish.extra} | self._source(row)
        action.state_on = self._state_on(fields["state"], days, row)
        action.range = wish.range
        shown = {n: v for n, v in (fields | days).items() if n != "description"}
        action.changes = {name: (None, value) for name, value in shown.items() if value}

    def _source(self, row: ImportRow) -> dict[str, str]:
        return {
            "source": self.parsed.source,
            "source_instance": row.instance,
            "source_key": row.key,
            "source_number": source_number(row.key),
        }

    def _state_on(self, state: str, days: dict, row: ImportRow) -> datetime.date:
        """The day an item came into its state, as far as the file knows."""
        if state in (Item.State.DONE, Item.State.DROPPED):
            ended = row.finished.date() if row.finished else None
            return days["finished_on"] or min(ended or self.today, self.today)
        if state == Item.State.IN_PROGRESS:
            return days["started_on"] or self.today
        return min(row.created.date(), self.today) if row.created else self.today

    def _update(self, action: Action, wish: Wish, hand: Hand) -> None:
        item = action.written
        for name, new in wish.fields.items():
            self._field(action, hand, name, getattr(item, name), new)
        if item.pinned and action.values.get("not_before", item.not_before) is None:
            self._stay(action, "not_before", "A pinned item keeps its start.")
        self._dates(action, wish, hand)
        extra = {k: v for k, v in item.extra.items() if k not in self.kept} | wish.extra
        if extra != item.extra:
            action.values["extra"] = extra
            gone = {k: (v, None) for k, v in item.extra.items() if k not in extra}
            new_values = {k: (item.extra.get(k), v) for k, v in extra.items()}
            pairs = {k: p for k, p in (gone | new_values).items() if p[0] != p[1]}
            action.changes |= {EXTRA + name: pair for name, pair in pairs.items()}
        if item.source_key != action.row.key:
            action.values |= self._source(action.row)

    def _dates(self, action: Action, wish: Wish, hand: Hand) -> None:
        """Start and finish go with the state: where a hand edit keeps that, it keeps them too."""
        item = action.written
        if "state" in action.kept:
            return
        state = action.values.get("state", item.state)
        days = dated(wish, state, item, self.today)
        for name, new in days.items():
            if "state" in action.changes and name == "finished_on":
                if new != item.finished_on:
                    action.values[name] = new
                    action.changes[name] = (item.finished_on, new)
            else:
                self._field(action, hand, name, getattr(item, name), new)
        if "state" in action.changes:
            action.state_on = self._state_on(state, days, action.row)
        started = action.values.get("started_on", item.started_on)
        finished = action.values.get("finished_on", item.finished_on)
        if started and finished and started > finished:
            started = wish.started_on
            started = started if started and started <= finished else None
            sentence = "It would have ended before it started: the start of the file is taken."
            self._stay(action, "started_on", sentence)
            action.kept.pop("started_on", None)
            if started != item.started_on:
                action.values["started_on"] = started
                action.changes["started_on"] = (item.started_on, started)

    def _stay(self, action: Action, name: str, sentence: str) -> None:
        """Leave a field as it is here, because the file's value fits nothing else."""
        action.values.pop(name, None)
        action.changes.pop(name, None)
        action.problems.append((name, sentence))

    def _field(self, action: Action, hand: Hand, name: str, here: Any, new: Any) -> None:
        """Three-way: only where both sides moved since the last import is there a conflict."""
        if here == new:
            return
        plain_new = str(new) if isinstance(new, NewPerson) else history.plain(new)
        if name in hand.before and not self.take_file:
            if plain_new != hand.before[name]:
                action.kept[name] = (history.plain(here), plain_new)
            return
        action.values[name] = new
        action.changes[name] = (here, new)

    def _estimate(self, action: Action, wish: Wish, hand: Hand, newest: Estimate | None) -> None:
        if wish.range is None:
            return
        if newest and newest.one_number and _close(newest.p50_days, wish.range.p50):
            return
        here = (newest.p10_days, newest.p50_days, newest.p90_days) if newest else None
        if "estimate" in hand.before and not self.take_file:
            before = hand.before["estimate"]
            middle = before[1] if isinstance(before, list) else before  # a range, or one number
            if not middle or not _close(middle, wish.range.p50):
                action.kept["estimate"] = (here, tuple(wish.range))
            return
        action.range = wish.range
        action.changes["estimate"] = (here, tuple(wish.range))

    def _actual(self, action: Action, wish: Wish, newest: Actual | None) -> None:
        """Finished work records what it took: as the file says, else from its days."""
        item, values = action.item, action.values
        state = values.get("state", item.state if item else Item.State.PLANNED)
        kind = values.get("kind", item.kind if item else Item.Kind.FEATURE)
        if state != Item.State.DONE or kind == Item.Kind.MILESTONE:
            return
        if newest and newest.source == Actual.Source.TYPED:
            return
        if wish.spent_days:
            if newest and newest.person_days and _close(newest.person_days, wish.spent_days):
                return
            action.spent_days = wish.spent_days
        elif newest is None and (derived := self._derived(action)):
            action.spent_days = derived
            action.spent_source = Actual.Source.DERIVED
        else:
            return
        old = newest.person_days if newest else None
        action.changes["person-days"] = (old, action.spent_days)

    def _derived(self, action: Action) -> float | None:
        """As when somebody finishes it here: from the working days in progress."""
        item, values = action.item, action.values
        started = values.get("started_on", item.started_on if item else None)
        finished = values.get("finished_on", item.finished_on if item else None)
        if not started or not finished:
            return None
        team = values.get("team", item.team if item else None)
        past = self._pasts[team.pk if team else None]
        return past.delivered(started, finished, crew=item.crew if item else 1)

    @cached_property
    def _pasts(self) -> dict[int | None, Past]:
        return pasts_of(self.product, teams_of(self.product), since=EVER)


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def _latest_actuals(item_ids: list[int]) -> dict[int, Actual]:
    rows = Actual.objects.filter(item__in=item_ids).order_by("at", "pk")
    newest = {actual.item_id: actual for actual in rows}
    return {pk: actual for pk, actual in newest.items() if actual.person_days is not None}
