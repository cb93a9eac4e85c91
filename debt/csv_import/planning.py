"""What taking in a table would do, row by row: the same plan for the preview and for the job."""

import datetime
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from debt import queries
from debt.csv_import import leaving
from debt.csv_import.reading import Row
from debt.csv_import.recognising import Likeness, plain
from debt.forms.items import tags_of
from debt.maths import ranges
from debt.maths.ranges import Range
from debt.models import DebtItem, Interest
from debt.owning import MOST_EVIDENCE, Suggester
from debt.sure import Limits
from roadmaps.import_services.hands import hands_of
from tpm.formats import number
from tpm.models import Product, Team
from tpm.roles import components_of, people_of, teams_of

NEW, CHANGED, SAME, REFUSED, ASKED = "new", "changed", "same", "refused", "asked"
KINDS = {"interest": Interest.Kind.CHANGES, "chores": Interest.Kind.EVENTS}
LONGEST = {"files": 500, "title": 200, "description": 20_000, "external_key": 200}
TIMES = 20
"""A table names so many more files than one item does."""


@dataclass
class Planned:
    """One row and what becomes of it.

    values:  field to what is set; interest and chores are declared
    changes: (field, before, after) as texts
    kept:    (field, here, in the file) of hand edits that stay
    notes:   what was odd, or why it is refused
    asked:   questions that hold it back until somebody says that it is meant so
    like:    key of debt that looks the same as what it brings
    taken:   whether an earlier run took it in: it is told again and not done again
    seen:    kind of interest to the declaration that was read, 0 where there was none
    payer:   whose the files or the component of a new row are
    """

    row: Row
    what: str = SAME
    item: DebtItem | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    kept: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    like: str = ""
    taken: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    payer: Team | None = None

    @property
    def title(self) -> str:
        return self.item.title if self.item else self.row.cells.get("title", "")[:200]


def text_of(item: DebtItem, name: str, declared: Mapping[str, Interest]) -> str:
    """A field of an item as a file of ours writes it."""
    if name in KINDS:
        row = declared.get(KINDS[name])
        return ranges.typed(row.range) if row else ""
    if name == "principal":
        return ranges.typed(item.principal) if item.principal else ""
    if name == "tags":
        return ", ".join(item.tags)
    if name == "component":
        return item.component.key if item.component else ""
    value = getattr(item, name)
    return "" if value is None else str(value)


def value_now(item: DebtItem, name: str, declared: Mapping[str, Interest]) -> Any:
    """A field of an item as a cell is read."""
    if name in KINDS:
        row = declared.get(KINDS[name])
        return row.range if row else None
    return getattr(item, name) if name != "key" else None


class Taken(NamedTuple):
    """What a run before this one made of a row. what: as of Planned; item: its id"""

    what: str
    item: int


class Planner:
    """Holds rows against a product, in a fixed number of queries.

    taken: row number to what was taken in of this very file before
    sure:  numbers of the rows whose questions are answered: they are meant so
    """

    def __init__(
        self, product: Product, *, take_file: bool = False,
        taken: Mapping[int, Taken] | None = None, sure: Container[int] = (),
    ) -> None:  # fmt: skip
        self.product, self.take_file = product, take_file
        self.taken, self.sure = taken or {}, sure
        self.limits = Limits(product)
        self.likeness = Likeness(product)
        self.suggester = Suggester(product, times=TIMES)
        self.model = queries.current_model().parameters
        self.today = timezone.localdate()
        self.rows: dict[str, Mapping[str, Any]] = {
            "team": named(teams_of(product), "name", "slug"),
            "component": named(components_of(product), "key", "name"),
            "owner": named(people_of(product).select_related("user"), "name", "user.username"),
        }
        self.seen: dict[tuple[str, str], int] = {}
        self.row_of: dict[int, int] = {}
        """Id of an item to the row that is about it."""
        self.titles: dict[str, int] = {}

    def plan(self, rows: Iterable[Row]) -> list[Planned]:
        rows = list(rows)
        known = self.known(rows)
        declared = queries.newest_interests(known)
        by_key = {item.key: item for item in known}
        by_outer = {item.external_key: item for item in known if item.external_key}
        by_pk = {item.pk: item for item in known}
        twins: dict[str, list[DebtItem]] = defaultdict(list)
        for one in sorted(known, key=lambda item: item.pk):
            twins[one.title.strip()].append(one)
        outer = {row.cells["external_key"] for row in rows if "external_key" in row.cells}
        outside = [item.pk for item in known if item.external_key in outer]
        hands = hands_of(outside, subject="debt.debtitem")
        found = []
        for row in rows:
            planned = Planned(row)
            found.append(planned)
            if self.twice(planned):
                continue
            if before := self.taken.get(row.number):
                self.tell_again(planned, before, by_pk.get(before.item))
                continue
            item = by_key.get(row.cells.get("key", "").upper())
            by_hand: Mapping[str, Any] = {}
            if item is None and (item := by_outer.get(row.cells.get("external_key", ""))):
                by_hand = hands[item.pk].before if item.pk in hands else {}
            if item is None:
                self.plan_unknown(planned, twins[row.cells.get("title", "").strip()], declared)
            elif not self.about_the_same(planned, item):
                planned.item = item
                self.plan_change(planned, item, declared[item.pk], by_hand)
            self.ask(planned)
        return found

    def ask(self, planned: Planned) -> None:
        """Hold a row back that says what can hardly be meant; the others go on."""
        said = [planned.values[name] for name in KINDS if name in planned.values]
        if planned.what not in (NEW, CHANGED) or not said:
            return
        values, item = planned.values, planned.item
        team = values.get("team") or (item.team if item else planned.payer)
        asked = dict.fromkeys(self.limits.question(days, team) for days in said)
        planned.asked = [words for words in asked if words]
        if planned.asked and planned.row.number not in self.sure:
            planned.what = ASKED

    def known(self, rows: Iterable[Row]) -> list[DebtItem]:
        """All that rows may be about, each item once: two rows that name it find the same one."""
        keys, outer, titles, taken = set(), set(), set(), set()
        for row in rows:
            cells = row.cells
            if "key" in cells:
                keys.add(cells["key"].upper())
            if "external_key" in cells:
                outer.add(cells["external_key"])
            elif "title" in cells:
                titles.add(cells["title"].strip())
            if row.number in self.taken:
                taken.add(self.taken[row.number].item)
        about = Q(key__in=keys) | Q(external_key__in=outer) | Q(title__in=titles) | Q(pk__in=taken)
        found = DebtItem.objects.filter(about, product=self.product)
        return list(found.select_related("product", "team", "component", "owner", "item"))

    def tell_again(self, planned: Planned, before: Taken, item: DebtItem | None) -> None:
        """A row that was taken in before this run: it stands as it was taken in then."""
        planned.what, planned.taken, planned.item = before.what, True, item
        self.row_of[before.item] = planned.row.number
        planned.notes.append(_("It was taken in already, before the import was cut off."))

    def about_the_same(self, planned: Planned, item: DebtItem) -> bool:
        """Whether a row before it is about the same item by another name; it is refused then."""
        number_ = planned.row.number
        if self.row_of.setdefault(item.pk, number_) == number_:
            return False
        planned.what = REFUSED
        planned.notes.append(
            _("It is about %(key)s, and so is row %(row)s: one row says what it is.")
            % {"key": item.key, "row": number(self.row_of[item.pk])}
        )
        return True

    def plan_unknown(
        self, planned: Planned, twins: Iterable[DebtItem],
        declared: Mapping[int, Mapping[str, Interest]],
    ) -> None:  # fmt: skip
        """A row that names no debt of ours: new, unless it says what an item says already.

        Without a key of its own, that is how a file which comes twice makes nothing twice.
        """
        for item in twins if "external_key" not in planned.row.cells else ():
            trial = Planned(planned.row, item=item)
            if item.pk in self.row_of:
                continue
            self.plan_change(trial, item, declared[item.pk], {})
            if not trial.changes and not trial.kept:
                self.row_of[item.pk] = planned.row.number
                planned.item, planned.notes = item, trial.notes
                if given := planned.row.cells.get("key", "")[:60]:
                    planned.notes.insert(
                        0, _("%(key)s is no debt of this product: the row is told by its title.")
                        % {"key": given},
                    )  # fmt: skip
                words = {"key": item.key, "state": item.get_state_display().lower()}
                planned.notes.append(
                    _("%(key)s says all of it already, and is %(state)s.") % words
                    if item.state in DebtItem.CLOSED
                    else _("%(key)s says all of it already.") % words
                )
                return
        self.plan_new(planned)
        if planned.what == NEW:
            self.note_likeness(planned)

    def note_likeness(self, planned: Planned) -> None:
        """Name what a new row may be a second time."""
        cells, number_ = planned.row.cells, planned.row.number
        other = self.likeness.of(cells["title"], cells.get("external_key", ""))
        if other is not None:
            planned.like = other.key
            planned.notes.append(
                _("It looks the same as %(key)s, “%(title)s”: with that key in its row it changes "
                  "that one instead.") % {"key": other.key, "title": other.title}
            )  # fmt: skip
        first = self.titles.setdefault(plain(cells["title"]), number_)
        if first != number_ and "external_key" not in cells:
            planned.notes.append(_("Row %(row)s has the same title.") % {"row": number(first)})

    def twice(self, planned: Planned) -> bool:
        """Whether a row before it has the same key; this one is refused then."""
        cells, number_ = planned.row.cells, planned.row.number
        for name in ("key", "external_key"):
            mark = (name, cells.get(name, "").upper())
            if mark[1] and self.seen.setdefault(mark, number_) != number_:
                planned.what = REFUSED
                planned.notes.append(
                    _("Row %(row)s has the same key %(key)s.")
                    % {"row": number(self.seen[mark]), "key": cells[name][:60]}
                )
                return True
        return False

    def plan_new(self, planned: Planned) -> None:
        cells = planned.row.cells
        if not cells.get("title", "").strip():
            planned.what = REFUSED
            words = _("%(key)s is no debt of this product, and the row has no title to log it by.")
            no_title = _("It has no title.")
            planned.notes.append(words % {"key": cells["key"][:60]} if "key" in cells else no_title)
            return
        if "key" in cells:
            planned.notes.append(
                _("%(key)s is no debt of this product: it comes in under a key of its own.")
                % {"key": cells["key"][:60]}
            )
        planned.what = NEW
        for name in cells:
            self.take(planned, name, "")
        if "title" not in planned.values:
            planned.what = REFUSED
        else:
            self.note_owners(planned)

    def note_owners(self, planned: Planned) -> None:
        """Say what the files of a new row, or its component, say of it."""
        values = planned.values
        files, links = files_and_links(values)
        found = self.suggester.of(links, files=files, component=values.get("component"))
        planned.payer = found.team
        for name, value, why in (
            ("component", found.component, _("from its files")),
            ("team", found.team, found.team_why or _("from its component")),
            ("owner", found.owner, found.owner_why),
        ):
            if value is not None and values.get(name) is None:
                planned.notes.append(f"{WORDS[name]}: {value}, {why}.")

    def plan_change(
        self, planned: Planned, item: DebtItem, declared: Mapping[str, Interest],
        by_hand: Mapping[str, Any],
    ) -> None:  # fmt: skip
        planned.seen = {
            name: declared[kind].pk if kind in declared else 0 for name, kind in KINDS.items()
        }
        for name, cell in planned.row.cells.items():
            if name == "files":  # they say whose new debt is; its page adds more of them
                continue
            here = text_of(item, name, declared) if name != "key" else cell
            if cell == here or cell.strip() == here.strip():
                continue
            self.take(planned, name, here, now=value_now(item, name, declared))
            if name in planned.values and not self.take_file and written_as(name) & set(by_hand):
                del planned.values[name]
                planned.kept.append(planned.changes.pop())
        planned.notes += leaving.notes(planned.row.left, item)
        if planned.changes:
            planned.what = CHANGED

    def take(self, planned: Planned, name: str, here: str, *, now: Any = None) -> None:
        """Read one cell into the values of its row; what cannot be read is named and left out.

        now: what the item has; the same in other words is no change
        """
        if name == "key":
            return
        cell = planned.row.cells[name].strip()
        try:
            value = self.value_of(name, cell)
        except (ValueError, ValidationError) as problem:
            said = problem.messages if isinstance(problem, ValidationError) else [str(problem)]
            planned.notes.append(f"{WORDS[name]}: {' '.join(said)}")
            return
        if value == now:
            return
        planned.values[name] = value
        shown = ranges.typed(value) if isinstance(value, Range) else cell
        planned.changes.append((name, here, shown))

    def value_of(self, name: str, cell: str) -> Any:
        """raises: ValueError or ValidationError with a sentence"""
        if name in self.rows:
            found = self.rows[name][cell.casefold()]
            if len(found) != 1:
                words = _("“%(cell)s” is unknown here.") if not found else _(
                    "“%(cell)s” may mean %(n)s of them."
                )  # fmt: skip
                raise ValueError(words % {"cell": cell[:60], "n": len(found)})
            return found[0]
        if name == "tags":
            return tags_of(cell.replace(";", ","))
        if name == "files":
            files = [file.strip() for file in re.split(r"[,;\n]", cell) if file.strip()]
            if any(len(file) > LONGEST["files"] for file in files):
                raise ValueError(_("At most 500 characters are one file."))
            if len(files) > MOST_EVIDENCE:
                raise ValueError(_("At most %(n)s files are named at once.") % {"n": MOST_EVIDENCE})
            return files
        if name == "size":
            if cell.upper() not in self.model["size_days"]:
                sizes = ", ".join(self.model["size_days"])
                raise ValueError(_("There are %(sizes)s.") % {"sizes": sizes})
            return cell.upper()
        if name in ("principal", *KINDS):
            return ranges.read(cell, self.model["one_number_spread"])
        if name == "hurts_since":
            return self.day_of(cell)
        if len(cell) > LONGEST[name]:
            raise ValueError(
                _("It has %(n)s characters, the limit is %(most)s.")
                % {"n": number(len(cell)), "most": number(LONGEST[name])}
            )
        return cell

    def day_of(self, cell: str) -> datetime.date:
        try:
            day = datetime.date.fromisoformat(cell[:10])
        except ValueError:
            words = _("“%(cell)s” is no day: write it as 2027-03-31.") % {"cell": cell[:40]}
            raise ValueError(words) from None
        if day > self.today:
            raise ValueError(_("Say since when it hurts: a day until today."))
        return day


def named(rows: Iterable[Any], *names: str) -> Mapping[str, list[Any]]:
    """Rows by what a file may call them."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        words = set()
        for name in names:
            value: Any = row
            for part in name.split("."):
                value = getattr(value, part, None)
            if value:
                words.add(str(value).casefold())
        for word in words:
            found[word].append(row)
    return found


def files_and_links(values: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What a row names as its files, and the links among them."""
    said = values.get("files", ())
    links = [text for text in said if text.startswith(("http://", "https://"))]
    return [text for text in said if text not in links], links


def written_as(name: str) -> set[str]:
    """The names under which history keeps a field."""
    if name == "principal":
        return {"principal_p10_days", "principal_p50_days", "principal_p90_days"}
    if name in KINDS:
        return {f"{Interest.Kind(KINDS[name]).label.lower()}, days a month"}
    return {name}


WORDS = {
    "key": "key", "external_key": "external key", "title": "title", "description": "description",
    "team": "team", "component": "component", "owner": "owner", "tags": "tags", "size": "size",
    "principal": "days to fix", "interest": "interest", "chores": "chores",
    "hurts_since": "hurts since", "files": "files",
}  # fmt: skip
