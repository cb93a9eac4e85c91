"""One change of many rows: each by its own service, those that cannot are named and left alone.

An app says how in a `Way`; preview, refusals, the one operation and its words are the same in all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpm import formats, history, operations, revisions
from tpm.editing import EditConflict
from tpm.models import Change, Product

Picked = tuple[Any, int | None]
"""A row, and the version that whoever chose it saw."""


class Unchanged(Exception):
    """Why a row stays as it is, as a sentence."""


@dataclass(frozen=True)
class BulkChange:
    """do: a field of the row, or another word that its app knows; value: what it becomes."""

    do: str
    value: Any = None
    why: str = ""


@dataclass
class Report:
    """changed: (row, before, after); refused: (row, reason)"""

    changed: list[tuple[Any, str, str]] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.changed += other.changed
        self.refused += other.refused


@dataclass(frozen=True)
class Way:
    """How one app changes many of its rows.

    one:     (row, version, change, by) changes one; raises Unchanged, ValidationError, EditConflict
    shown:   (row, do) what a change is about, as it stands
    told:    (report, change) what was done, as the name of its operation
    after:   (product, report) once, in the same transaction, where something changed
    ability: (change) what whoever takes it back must be able to do
    """

    one: Callable[..., None]
    shown: Callable[[Any, str], str]
    told: Callable[[Report, BulkChange], str]
    after: Callable[[Product, Report], object]
    ability: Callable[[BulkChange], str]

    def rehearse(
        self, product: Product, picked: Iterable[Picked], change: BulkChange, *, by
    ) -> Report:
        """What a change would do, found by doing it and taking all of it back."""
        with revisions.without_messages(), transaction.atomic():
            report = self.change_all(product, picked, change, by=by)
            transaction.set_rollback(True)
        return report

    def change_rows(
        self, product: Product, picked: Iterable[Picked], change: BulkChange, *, by
    ) -> tuple[Report, operations.Recording]:
        """Change what can be changed, in one transaction, as one operation."""
        with operations.recorded(product, by=by, ability=self.ability(change)) as done:
            with revisions.without_messages(), history.as_one():
                report = self.change_all(product, picked, change, by=by, recording=done)
            done.words = self.told(report, change)
            if report.changed:
                self.after(product, report)
        return report, done

    def change_all(
        self, product: Product, picked: Iterable[Picked], change: BulkChange, *, by,
        recording: operations.Recording | None = None,
    ) -> Report:  # fmt: skip
        report = Report()
        Product.objects.select_for_update().get(pk=product.pk)
        for row, version in picked:
            steps = len(recording.steps) if recording else 0
            before = self.shown(row, change.do)
            try:
                with transaction.atomic():
                    self.one(row, version, change, by=by)
            except (ValidationError, Unchanged, EditConflict) as problem:
                # What a refused row had noted is rolled back with it.
                if recording:
                    del recording.steps[steps:]
                report.refused.append((row, reason(row, problem)))
            else:
                report.changed.append((row, before, self.shown(row, change.do)))
        return report


def reason(row: Any, problem: Exception) -> str:
    if isinstance(problem, EditConflict):
        last = history.changes_of(row).first()
        words = _("it was changed meanwhile")
        if last is not None and last.by is not None and last.door != Change.Door.TASK:
            words = _("%(who)s changed it meanwhile, %(when)s") % {
                "who": last.by.get_full_name() or last.by.get_username(),
                "when": formats.when(last.at),
            }
        rows = [(label, there) for _names, label, there, _mine in problem.rows()]
        theirs = "; ".join(f"{label[:1].lower()}{label[1:]}: {there}" for label, there in rows)
        return f"{words} ({theirs})" if theirs else words
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    return str(problem)


def sentence(report: Report) -> str:
    """`14 items change, 2 cannot.`"""
    changed, refused = len(report.changed), len(report.refused)
    words = ngettext("%(n)s item changes", "%(n)s items change", changed) % {
        "n": formats.number(changed)
    }
    if not refused:
        return f"{words}."
    left = ngettext("%(n)s stays as it is", "%(n)s stay as they are", refused) % {
        "n": formats.number(refused)
    }
    return f"{words}, {left}."


def left_words(report: Report) -> str:
    """What was not changed, and why: the first few."""
    first = "; ".join(f"{item.key}: {reason}" for item, reason in report.refused[:5])
    rest = len(report.refused) - 5
    more = _(" and %(n)s more") % {"n": formats.number(rest)} if rest > 0 else ""
    return _("Left as they were: %(first)s%(more)s.") % {"first": first, "more": more}


def picked_words(words: Iterable[str], most: int) -> dict[str, int | None]:
    """Key to version of what was ticked, from words such as `PAY-31:4`."""
    versions = {}
    for word in list(words)[:most]:
        key, _colon, version = word.partition(":")
        versions[key] = int(version) if version.isdecimal() and len(version) < 10 else None
    return versions
