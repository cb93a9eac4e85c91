"""Consequences: written down one by one, and each bad one handled or accepted by name."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from roadmaps.models import Item
from roadmaps.services import create_item
from tpm import formats, history
from tpm.editing import EditConflict, edit
from tpm.models import Person
from tpm.roles import people_of
from tradeoffs.models import Consequence, Decision
from tradeoffs.services.drafting import check_links, draft_decision
from tradeoffs.services.holding import hold, touch

Handled = Consequence.Handled
HANDLED = "“{text}” is handled already."


@transaction.atomic
def add_consequence(decision: Decision, *, by, **fields: Any) -> Consequence:
    """Write down what follows. After the decision has closed it is marked as found later."""
    rows = Decision.objects.select_related("product").select_for_update(of=("self",))
    held = rows.get(pk=decision.pk)
    check_links(held.product, people=[fields.get("owner")])
    row = Consequence(decision=held, found_later=not held.is_open, **fields)
    row.full_clean()
    row.save()
    history.record(
        held, by=by, action="wrote down a consequence", changes={row.kind: (None, row.text)}
    )
    if held.is_open:
        touch(decision, held)
    return row


@transaction.atomic
def edit_consequence(
    row: Consequence, *, by, version: int | None, fields: Mapping[str, Any]
) -> list[str]:
    """Change a consequence of an open decision, or one found later; its owner at any time.

    raises: EditConflict; ValidationError when it is frozen with its decision, or handled
    """
    if not row.found_later and any(
        getattr(row, name) != value for name, value in fields.items() if name != "owner"
    ):
        hold(row.decision)
    if row.handled_as and fields.get("kind", row.kind) != row.kind:
        raise ValidationError(HANDLED.format(text=row.text))
    if "owner" in fields and fields["owner"] != row.owner:
        check_links(row.decision.product, people=[fields["owner"]])
    changed = edit(
        row, by=by, version=version, fields=fields,
        tell=lambda changes: history.record(
            row.decision, by=by, action="changed a consequence",
            changes={f"{row.text}: {name}": pair for name, pair in changes.items()},
        ),
    )  # fmt: skip
    if changed and row.decision.is_open:
        touch(row.decision)
    return changed


@transaction.atomic
def remove_consequence(row: Consequence, *, by) -> None:
    """Strike a consequence that nothing came of yet. raises: ValidationError when it is kept"""
    if not row.found_later:
        hold(row.decision)
    if row.handled_as in (Handled.DEBT, Handled.ITEM, Handled.DECISION):
        raise ValidationError(f"{row.handled_key} came of it: it stays.")
    if row.handled_as and not row.decision.is_open:
        raise ValidationError(HANDLED.format(text=row.text))
    history.record(
        row.decision, by=by, action="struck a consequence", changes={row.kind: (row.text, None)}
    )
    row.delete()
    if row.decision.is_open:
        touch(row.decision)


def held_open(row: Consequence, version: int | None) -> Consequence:
    """The row, locked. raises: ValidationError unless it is bad and nothing was done about it"""
    locked = Consequence.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and locked.version != version:
        raise EditConflict(locked, {})
    if locked.kind != Consequence.Kind.BAD:
        raise ValidationError("Only a bad consequence is handled.")
    if locked.handled_as:
        raise ValidationError(HANDLED.format(text=locked.text))
    return locked


@transaction.atomic
def note_handled(
    row: Consequence, *, by, handled_as: str, key: str, version: int | None = None
) -> None:
    """Say what a bad consequence became; debt hands over its key through this.

    raises: ValidationError when it is handled already, so that no two things come of one press
    """
    locked = held_open(row, version)
    locked.handled_as, locked.handled_key = handled_as, key
    store(locked, by=by, action=f"made {key} of a consequence", says=key)
    row.__dict__.update({k: v for k, v in locked.__dict__.items() if not k.startswith("_")})


def store(row: Consequence, *, by, action: str, says: str, why: str = "") -> None:
    row.handled_at = timezone.now()
    row.version += 1
    row.full_clean()
    row.save()
    history.record(row.decision, by=by, action=action, changes={row.text: (None, says)}, why=why)


@transaction.atomic
def become_item(row: Consequence, *, by, version: int | None = None) -> Item:
    """Put work against a bad consequence into the plan, at the end of its order."""
    locked = held_open(row, version)
    decision = locked.decision
    item = create_item(
        decision.product,
        by=by,
        title=locked.text[:200],
        kind=Item.Kind.PLATFORM,
        owner=locked.owner,
        description=formats.ended(f"A consequence of {decision.key} {decision.title}"),
        components=list(decision.components.filter(products=decision.product)),
    )
    note_handled(row, by=by, handled_as=Handled.ITEM, key=item.key)
    return item


@transaction.atomic
def become_decision(row: Consequence, *, by, version: int | None = None) -> Decision:
    """Ask the question that a bad consequence opens, as a draft of its own."""
    locked = held_open(row, version)
    decision = locked.decision
    follow_up = draft_decision(
        decision.product,
        by=by,
        title=locked.text[:200],
        driver=locked.owner,
        context=formats.ended(f"It follows from {decision.key} {decision.title}"),
    )
    note_handled(row, by=by, handled_as=Handled.DECISION, key=follow_up.key)
    return follow_up


@transaction.atomic
def accept_consequence(
    row: Consequence, *, by, person: Person | None, why: str, version: int | None = None
) -> None:
    """Live with a bad consequence: somebody answers for it by name, and says why."""
    locked = held_open(row, version)
    if person is None:
        raise ValidationError({"person": "Name who accepts it."})
    if not people_of(locked.decision.product).filter(pk=person.pk).exists():
        raise ValidationError({"person": "Name somebody who works on this product."})
    if not why.strip():
        raise ValidationError({"why": "Say why it is accepted."})
    locked.handled_as, locked.accepted_by, locked.accepted_why = Handled.ACCEPTED, person, why
    store(locked, by=by, action="accepted without mitigation", says=person.name, why=why)
    row.refresh_from_db()
