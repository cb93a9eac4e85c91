"""Checks of items: adding and changing them, evidence, exceptions, and what keeps work from done.

Everything that happens to a check is told in the history of its item, where it matters.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roadmaps import queries
from roadmaps.models import Check, CheckEvidence, CheckException, CheckTemplate, Item
from tpm import history
from tpm.editing import edit
from tpm.roles import people_of

MOST_BYTES = 10 * 1024 * 1024
"""Of one file that is kept as evidence."""
NAMED = 4
"""Checks that a refusal names before it counts the rest."""
Kind = CheckEvidence.Kind


def name_of(check: Check) -> str:
    """How history names a check of an item."""
    return f"check {check.number}"


def record(
    check: Check, *, by, action: str, changes: Mapping[str, tuple] | None = None, why: str = ""
) -> None:
    """Tell it in the item's history, each field under the check's name."""
    named = {f"{name_of(check)} {field}".strip(): pair for field, pair in (changes or {}).items()}
    history.record(check.item, by=by, action=action, changes=named, why=why)


def hold(item: Item) -> Item:
    """The stored item, locked: its checks and its state change one after the other."""
    return Item.objects.select_for_update().get(pk=item.pk)


@transaction.atomic
def add_check(
    item: Item,
    *,
    by,
    kind: str,
    sentence: str,
    owner=None,
    due_on: datetime.date | None = None,
    due_because: str = "",
    template: CheckTemplate | None = None,
) -> Check:
    """A condition that the item must meet before it counts as done.

    due_because: "legal" or "agreed" where there is a date; agreed where nothing is said
    raises: ValidationError when the item is closed, or the fields break a rule of the model
    """
    if not hold(item).is_open:
        raise ValidationError("Checks are added to open work. Open it again first.")
    last = item.checks.aggregate(last=Max("number"))["last"] or 0
    check = Check(
        item=item,
        number=last + 1,
        kind=kind,
        sentence=sentence.strip(),
        owner=owner,
        due_on=due_on,
        due_because=reason_of(due_on, due_because),
        template=template,
    )
    check_owner(check)
    check.full_clean()
    check.save()
    record(check, by=by, action="added a check", changes={"": (None, check.sentence)})
    return check


def reason_of(due_on: datetime.date | None, because: str) -> str:
    """Why there is a date; nothing where there is none."""
    return (because or Check.Because.AGREED) if due_on else ""


def check_owner(check: Check) -> None:
    """raises: ValidationError when the owner works for other products only"""
    product = check.item.product
    if check.owner and not people_of(product).filter(pk=check.owner.pk).exists():
        raise ValidationError({"owner": f"{check.owner} does not work for {product}."})


@transaction.atomic
def edit_check(check: Check, *, by, version: int | None, why: str = "", **fields: Any) -> list[str]:
    """Change what a check says, who owns it and when it is due.

    returns: names of the fields that changed
    raises:  EditConflict when somebody saved first; ValidationError when a rule is broken
    """
    refuse_dropped(check)
    if "due_on" in fields or "due_because" in fields:
        due_on = fields.get("due_on", check.due_on)
        because = reason_of(due_on, fields.get("due_because", check.due_because))
        fields |= {"due_on": due_on, "due_because": because}

    def tell(changed: Mapping[str, tuple]) -> None:
        record(check, by=by, action="edited a check", changes=changed, why=why)

    changed = edit(check, by=by, version=version, fields=fields, tell=tell)
    if "owner" in changed:
        check_owner(check)
    return changed


def refuse_dropped(check: Check) -> None:
    if check.dropped_at is not None:
        raise ValidationError("This check was dropped.")


@transaction.atomic
def apply_templates(
    item: Item, *, by, templates: Iterable[CheckTemplate] | None = None
) -> list[Check]:
    """Add the checks of templates that the item does not have yet. Safe to run twice.

    templates: None for all that fit its kind and components and that it never had
    """
    hold(item)
    chosen = queries.fitting_templates(item) if templates is None else list(templates)
    here = item.checks.filter(dropped_at=None, template__isnull=False)
    has = set(here.values_list("template_id", flat=True))
    return [
        add_check(item, by=by, kind=row.kind, sentence=row.sentence, template=row)
        for row in chosen
        if row.pk not in has
    ]


@transaction.atomic
def add_evidence(
    check: Check,
    *,
    by,
    text: str = "",
    file: File | None = None,
    valid_until: datetime.date | None = None,
) -> CheckEvidence:
    """What shows that a check is met: a link, a sentence, or a file with an optional name.

    valid_until: the last day on which it counts; None for good
    raises: ValidationError when there is nothing, the file is too large, or it has run out already
    """
    hold(check.item)
    check.refresh_from_db(fields=["dropped_at"])
    refuse_dropped(check)
    if valid_until is not None and valid_until < timezone.localdate():
        raise ValidationError({"valid_until": "Evidence that has run out shows nothing."})
    if file is not None and (file.size or 0) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise ValidationError({"file": f"A file has at most {most} MB: link to a larger one."})
    words = text.strip() or (base_name(file.name or "") if file else "")
    piece = CheckEvidence(of=check, by=by, valid_until=valid_until, text=words)
    piece.kind = Kind.LINK if words.startswith(("http://", "https://")) else Kind.NOTE
    if file is not None:
        piece.kind, piece.file = Kind.FILE, file
    piece.full_clean(exclude=["file"])
    piece.save()
    until = f", until {valid_until}" if valid_until else ""
    record(check, by=by, action="added evidence", changes={"": (None, f"{words}{until}")})
    return piece


def base_name(name: str) -> str:
    """The name of a file as somebody knows it, without the folders of their machine."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][-200:] or "file"


@transaction.atomic
def withdraw_evidence(piece: CheckEvidence, *, by, why: str) -> CheckEvidence:
    """A later row says that evidence no longer counts; the piece itself stays.

    raises: ValidationError when it was withdrawn already, or nobody says why
    """
    hold(piece.of.item)
    if not why.strip():
        raise ValidationError({"why": "Say why it no longer counts."})
    if piece.kind == Kind.WITHDRAWAL:
        raise ValidationError("A withdrawal is not taken back: add the evidence again.")
    row = CheckEvidence(of=piece.of, by=by, withdraws=piece, kind=Kind.WITHDRAWAL, text=why.strip())
    row.full_clean(exclude=["file"])
    row.save()
    record(
        piece.of, by=by, action="withdrew evidence", changes={"": (piece.text, None)}, why=why
    )  # fmt: skip
    return row


@transaction.atomic
def except_check(check: Check, *, by, reason: str, until: datetime.date) -> CheckException:
    """Let the item be done without this check until a day; only a lead asks for this.

    raises: ValidationError when the day lies in the past, or nobody says why
    """
    hold(check.item)
    check.refresh_from_db(fields=["dropped_at"])
    refuse_dropped(check)
    if until < timezone.localdate():
        raise ValidationError({"until": "An exception ends today or later."})
    row = CheckException(of=check, by=by, reason=reason.strip(), until=until)
    row.full_clean()
    row.save()
    record(check, by=by, action="made an exception", changes={"until": (None, until)}, why=reason)
    return row


@transaction.atomic
def drop_check(check: Check, *, by, why: str) -> None:
    """The condition does not apply: it is not asked any more, and stays in sight with the reason.

    raises: ValidationError when nobody says why
    """
    if not why.strip():
        raise ValidationError({"why": "Say why it does not apply."})
    hold(check.item)
    check.refresh_from_db()
    if check.dropped_at is not None:
        return
    check.dropped_at = timezone.now()
    check.version += 1
    check.save(update_fields=["dropped_at", "version", "updated_at"])
    record(check, by=by, action="dropped a check", changes={"": (check.sentence, None)}, why=why)


def refuse_while_open(item: Item) -> None:
    """raises: ValidationError that names the checks which keep an item from being done"""
    found = queries.blocking(item.checks.all(), timezone.localdate()).order_by("number")
    sentences = [f"“{row.sentence}”" for row in found]
    if not sentences:
        return
    some = ", ".join(sentences[:NAMED])
    more = f" and {len(sentences) - NAMED} more" if len(sentences) > NAMED else ""
    count = "1 check is" if len(sentences) == 1 else f"{len(sentences)} checks are"
    raise ValidationError(
        {"state": f"{count} open: {some}{more}. Add evidence, or ask a lead for an exception."}
    )
