"""Drafting: the question, its text, and what it is linked to."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from roadmaps.models import Item
from tpm import history, keys
from tpm.editing import edit
from tpm.models import Component, Product
from tpm.roles import components_of, people_of
from tradeoffs import catalogue, queries, standing, tiers
from tradeoffs.models import Criterion, Decision, Option, Supersession
from tradeoffs.services import reviewing
from tradeoffs.services.holding import hold, in_pk_order, touch


@transaction.atomic
def draft_decision(
    product: Product,
    *,
    by,
    title: str,
    options: Iterable[str] = (),
    criteria: Iterable[str] = (),
    items: Iterable[Item] = (),
    replaces: Decision | None = None,
    **fields: Any,
) -> Decision:
    """Ask a question; everything else may follow.

    options:  names, in order
    criteria: names; those of the catalogue bring what they measure; all weigh the same
    raises:   ValidationError when a constraint is broken
    """
    check_links(product, items=items, people=[fields.get("driver"), fields.get("approver")])
    number, key = keys.next_key(product, "decision")
    if fields.get("tier") is None:
        fields["tier"] = tiers.tier_of(fields.get("undoing", ""), fields.get("reach", ""))
    decision = Decision(product=product, number=number, key=key, title=title, author=by, **fields)
    decision.full_clean()
    decision.save()
    now, names = timezone.now(), unique(criteria)
    answers = [
        Option(decision=decision, name=name, position=position, created_at=now)
        for position, name in enumerate(unique(options))
    ]
    measures = [
        Criterion(
            decision=decision, name=name, weight=1 / len(names), position=position, created_at=now,
            measure=offer.measure if (offer := catalogue.BY_NAME.get(name)) else "",
        )
        for position, name in enumerate(names)
    ]  # fmt: skip
    for part in (*answers, *measures):
        part.full_clean()
    Option.objects.bulk_create(answers)
    Criterion.objects.bulk_create(measures)
    decision.items.set(items)
    history.record(decision, by=by, action="drafted", changes={"question": (None, title)})
    if replaces is not None:
        note_replacement(decision, by=by, old=replaces)
    return decision


def unique(names: Iterable[str]) -> list[str]:
    """Names without blanks and repetitions, in order."""
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def check_links(
    product: Product,
    *,
    items: Iterable[Item] = (),
    components: Iterable[Component] = (),
    people: Iterable[Any] = (),
) -> None:
    """raises: ValidationError when something linked belongs to another product"""
    if any(item.product_id != product.pk for item in items):
        raise ValidationError({"items": "Link items of this product."})
    wanted = {component.pk for component in components}
    if wanted and wanted - set(components_of(product).values_list("pk", flat=True)):
        raise ValidationError({"components": "Link components of this product."})
    named = {person.pk for person in people if person is not None}
    if named and named - set(people_of(product).values_list("pk", flat=True)):
        raise ValidationError("Name people who work on this product.")


@transaction.atomic
def edit_decision(
    decision: Decision, *, by, version: int | None, fields: Mapping[str, Any], why: str = ""
) -> list[str]:
    """Change the text or the frame of an open decision.

    returns: names of the changed fields
    raises:  EditConflict when the decision moved on; ValidationError when it is frozen
    """
    now = hold(decision)
    fields = with_tier(now, fields)
    refuse_lower_tier(now, fields)
    if "approver" in fields and fields["approver"] != now.approver:
        standing.refuse_arranging(by, now)
    named = {name: fields[name] for name in ("driver", "approver") if name in fields}
    people = [person for name, person in named.items() if person != getattr(decision, name)]
    check_links(decision.product, people=people)
    return edit(decision, by=by, version=version, fields=fields, why=why)


def with_tier(decision: Decision, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Let the tier follow the two answers where nobody asked for a higher one."""
    if not {"undoing", "reach", "tier"} & set(fields):
        return dict(fields)
    before = tiers.tier_of(decision.undoing, decision.reach)
    asked = tiers.tier_of(
        fields.get("undoing", decision.undoing), fields.get("reach", decision.reach)
    )
    typed = fields.get("tier", decision.tier)
    follows = typed == decision.tier and (typed is None or typed == before or typed < (asked or 0))
    if asked is None or not (follows or typed is None):
        return dict(fields)
    return {**fields, "tier": asked}


def refuse_lower_tier(decision: Decision, fields: Mapping[str, Any]) -> None:
    """raises: ValidationError when a decision in review would need less review than it did"""
    tier = fields.get("tier", decision.tier)
    if decision.state == Decision.State.IN_REVIEW and tiers.rank(tier) < tiers.rank(decision.tier):
        raise ValidationError(
            {"tier": "In review the tier only rises. Take it back to a draft to lower it."}
        )


@transaction.atomic
def link_decision(
    decision: Decision,
    *,
    by,
    version: int | None,
    items: Iterable[Item],
    components: Iterable[Component],
) -> list[str]:
    """Say which items and components this decision shapes; also possible once it is closed."""
    items, components = list(items), list(components)
    here = set(decision.components.values_list("pk", flat=True))
    added = [component for component in components if component.pk not in here]
    check_links(decision.product, items=items, components=added)
    fields = {"items": items, "components": components}
    return edit(decision, by=by, version=version, fields=fields, action="linked")


@transaction.atomic
def note_replacement(new: Decision, *, by, old: Decision) -> Supersession:
    """Say that a decision replaces an older one: at once if it is accepted, else once it is.

    raises: ValidationError when the older one was never accepted, or the replacement closes a loop
    """
    # Two replacements at once could close a loop that neither sees: one waits for the other.
    Product.objects.select_for_update(of=("self",)).get(pk=new.product_id)
    state_of = {pk: held.state for pk, held in in_pk_order(new.pk, old.pk).items()}
    if new.product_id != old.product_id:
        raise ValidationError("A decision replaces one of the same product.")
    row = Supersession(old=old, new=new, by=by)
    row.full_clean()
    loop = queries.loop_through(old, new)
    if loop:
        raise ValidationError(f"That would go round in a circle: {' replaces '.join(loop)}.")
    if state_of[old.pk] not in (Decision.State.ACCEPTED, Decision.State.DEPRECATED):
        raise ValidationError(f"{old.key} cannot be replaced: it is not accepted.")
    if state_of[new.pk] not in (*Decision.OPEN, Decision.State.ACCEPTED):
        raise ValidationError(f"{new.key} can replace nothing: it is not accepted itself.")
    row.save()
    if new.is_open:
        touch(new)
    history.record(new, by=by, action="would replace", changes={"replaces": (None, old.key)})
    if state_of[new.pk] == Decision.State.ACCEPTED:
        reviewing.supersede(old, by=by, new=new)
    return row


@transaction.atomic
def remove_replacement(row: Supersession, *, by) -> None:
    """Take back a replacement that has not happened yet."""
    held = in_pk_order(row.new_id, row.old_id)
    row.new, row.old = held[row.new_id], held[row.old_id]
    if not Supersession.objects.filter(pk=row.pk).exists():
        raise ValidationError("This replacement was taken back already.")
    if row.old.state == Decision.State.SUPERSEDED:
        raise ValidationError(f"{row.new.key} has replaced {row.old.key} already.")
    history.record(
        row.new, by=by, action="would no longer replace", changes={"replaces": (row.old.key, None)}
    )
    new = row.new
    row.delete()
    if new.is_open:
        touch(new)
