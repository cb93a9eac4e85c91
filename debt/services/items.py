"""Logging debt and saying what is known of it."""

import datetime
import re
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from debt import queries
from debt.maths.ranges import Range
from debt.models import DebtItem, Evidence, Interest
from debt.owning import Suggester, folders_of
from debt.queries import histories as queries_history
from debt.quick_add import is_path
from debt.refresh import make_due
from debt.services.watching import watch_ceiling
from debt.standing import without_team
from tpm import history, keys, operations
from tpm.editing import EditConflict, edit
from tpm.models import Component, Product
from tpm.roles import teams_of

FOUND_BY_FILES = ("component", "team", "owner")
"""What an item's files say where nobody does."""


@transaction.atomic
def log_debt_item(
    product: Product,
    *,
    by,
    title: str,
    interest: Range | None = None,
    paths: Iterable[str] = (),
    files: Iterable[str] = (),
    hurts_since: datetime.date | None = None,
    suggester: Suggester | None = None,
    nobody: Collection[str] = (),
    **fields: Any,
) -> DebtItem:
    """Log one debt item. A title is enough; component, team and owner come from the files where
    they are not said.

    interest: pd a month lost to slower changes, as declared
    paths:    files, links and sentences that show it; a file finds its component by the path
    files:    what is known to be files or folders, whatever they are called
    suggester: of the product, for who logs many
    nobody:   which of component, team and owner were said to be none
    raises:   ValidationError when a value breaks a constraint of the model
    """
    files = list(dict.fromkeys(files))
    paths = [path for path in paths if path not in files]
    taken = fill_in(fields, suggester or Suggester(product), paths, files, nobody)
    number, key = keys.next_key(product, "debt")
    item = DebtItem(
        product=product,
        number=number,
        key=key,
        title=title,
        reporter=by,
        hurts_since=hurts_since or timezone.localdate(),
        **fields,
    )
    check_said(item, {"team", "component", "decision", "hurts_since"})
    item.full_clean()
    item.save()
    history.record(item, by=by, action="logged", changes={"title": (None, title)}, why=taken)
    item.taken_from = taken
    operations.note("debt.logged", id=item.pk)
    for path in paths:
        add_evidence(item, by=by, text=path)
    for path in files:
        add_evidence(item, by=by, text=path, kind=Evidence.Kind.PATH)
    if interest is not None:
        declare_interest(item, by=by, days=interest)
    make_due(item.team_id)
    return item


def fill_in(
    fields: dict[str, Any], suggester: Suggester, paths: list[str], files: list[str],
    nobody: Collection[str],
) -> str:  # fmt: skip
    """Fill in what was not said of a new item. returns: where it was taken from, for its history"""
    asked = [name for name in FOUND_BY_FILES if not fields.get(name) and name not in nobody]
    if not asked:
        return ""
    found = suggester.of(paths, files=files, component=fields.get("component"))
    fields |= {name: getattr(found, name) for name in asked}
    return found.words(team="team" in asked, owner="owner" in asked)


def component_of(product: Product, paths: Iterable[str]) -> Component | None:
    """The component that files, or links to files on a code host, lie in."""
    return Suggester(product).component_of(paths)


def check_said(item: DebtItem, names: Iterable[str]) -> None:
    """Judge what was said now, and leave alone what was right when it was said.

    names:  the fields that were said
    raises: ValidationError when team, component or decision do not belong to the item's product,
            when it hurts since a day to come, or when deliberate debt names no decision
    """
    product = item.product
    problems = {}
    if item.component_id and not product.components.filter(pk=item.component_id).exists():
        problems["component"] = f"{product.name} does not use this component."
    if item.team_id and not teams_of(product).filter(pk=item.team_id).exists():
        problems["team"] = f"This team does not work for {product.name}."
    if item.quadrant in DebtItem.DELIBERATE and item.decision is None:
        problems["decision"] = "Deliberate debt names the decision that took it on."
    if item.decision is not None and item.decision.product_id != product.pk:
        problems["decision"] = f"This decision does not belong to {product.name}."
    if item.hurts_since > timezone.localdate():
        problems["hurts_since"] = "Say since when it hurts: a day until today."
    problems = {name: sentence for name, sentence in problems.items() if name in names}
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def change_item(
    item: DebtItem, *, by, version: int | None, why: str = "", **fields: Any
) -> list[str]:
    """Edit fields of an item. raises: EditConflict, ValidationError"""
    team_before = item.team_id
    said = {name for name, value in fields.items() if getattr(item, name) != value}
    if "quadrant" in said:
        said.add("decision")
    check_said(_as_it_would_be(item, fields), said)
    changed = edit(item, by=by, version=version, fields=fields, why=why)
    if changed:
        without_team(item)
        make_due(team_before, item.team_id)
    if "decision" in changed:
        watch_ceiling(item, by=by)
    return changed


def _as_it_would_be(item: DebtItem, fields: dict[str, Any]) -> DebtItem:
    candidate = DebtItem(product=item.product, number=item.number, key=item.key)
    for name in ("team", "component", "decision", "quadrant", "hurts_since"):
        setattr(candidate, name, fields.get(name, getattr(item, name)))
    return candidate


@transaction.atomic
def declare_interest(
    item: DebtItem, *, by, days: Range, kind: str = Interest.Kind.CHANGES, note: str = "",
    seen: int | None = None,
) -> Interest:  # fmt: skip
    """Say what an item costs a month. Append-only: the newest declaration of a kind counts.

    seen:   the declaration that was read, 0 where there was none; None: whatever it was
    raises: EditConflict when somebody declared another one meanwhile
    """
    if seen is not None:
        DebtItem.objects.select_for_update().get(pk=item.pk)
    before = item.interests.filter(kind=kind).first()
    if seen is not None and before is not None and seen != before.pk:
        points = dict(zip(("p10_days", "p50_days", "p90_days"), days, strict=True))
        raise EditConflict(before, points)
    row = Interest(
        item=item, kind=kind, by=by, note=note,
        p10_days=days[0], p50_days=days[1], p90_days=days[2],
    )  # fmt: skip
    row.full_clean()
    row.save()
    history.record(
        item,
        by=by,
        action="declared interest",
        changes={cost_words(row): (list(before.range) if before else None, list(days))},
        why=note,
    )
    if not operations.holds("debt.logged", item.pk):  # what it said first goes with the item
        operations.note(
            "debt.interest", id=item.pk, of=row.kind, old=list(before.range) if before else None,
            new=list(row.range),
        )  # fmt: skip
    make_due(item.team_id)
    return row


def cost_words(row: Interest) -> str:
    """How the history names what a declaration says."""
    return f"{row.get_kind_display().lower()}, days a month"


@transaction.atomic
def confirm_interest(item: DebtItem, *, by) -> None:
    """Say that what was declared is still true: the same numbers, as of today.

    raises: ValidationError when nothing was declared yet
    """
    newest = queries.newest_interests([item])[item.pk]
    if not newest:
        raise ValidationError("Nobody has said yet what it costs a month.")
    for kind, row in newest.items():
        declare_interest(item, by=by, days=row.range, kind=kind, note="Still true.")


@transaction.atomic
def declare_principal(
    item: DebtItem, *, by, version: int | None, days: Range | None, size: str = "", why: str = ""
) -> list[str]:
    """Say how many days fixing takes, or how big it is."""
    low, mid, high = days or (None, None, None)
    return change_item(
        item,
        by=by,
        version=version,
        why=why,
        principal_p10_days=low,
        principal_p50_days=mid,
        principal_p90_days=high,
        size=size,
    )


@transaction.atomic
def add_evidence(item: DebtItem, *, by, text: str, kind: str = "") -> Evidence:
    """Attach a file, a link or a sentence that shows the debt. kind: empty where nobody knows it"""
    text = text.strip()
    if re.fullmatch(r"https?:/*", text):
        raise ValidationError({"text": "A link needs an address after http://."})
    kind = kind or kind_of(item.product, text)
    row = Evidence(item=item, kind=kind, text=text, by=by)
    row.full_clean()
    row.save()
    history.record(item, by=by, action="added evidence", changes={kind: (None, text)})
    if kind == Evidence.Kind.PATH:
        make_due(item.team_id)  # files are the item's scope
    return row


def kind_of(product: Product, text: str) -> str:
    """What a text is: a link, a file by its look, a file that history knows, else a sentence.

    Without its file an item would be charged with every change of its component: `run` has neither
    a dot nor a slash, and `docs/My page.md` has a space.
    """
    if text.startswith(("http://", "https://")):
        return Evidence.Kind.LINK
    folders = folders_of(product) if "/" in text else ()
    known = is_path(text, folders) or queries_history.knows_file(product, text)
    return Evidence.Kind.PATH if known else Evidence.Kind.NOTE


@transaction.atomic
def remove_evidence(row: Evidence, *, by) -> None:
    history.record(row.item, by=by, action="removed evidence", changes={row.kind: (row.text, None)})
    if row.kind != Evidence.Kind.LINK:  # a sentence may name a file that history knows by now
        make_due(row.item.team_id)
    row.delete()
