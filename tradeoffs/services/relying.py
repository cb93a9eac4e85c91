"""Links between decisions, and ticking off what relied on one that no longer holds."""

from django.core.exceptions import ValidationError
from django.db import transaction

from tpm import history
from tradeoffs import reliance
from tradeoffs.models import Decision, DecisionLink, Handled

KINDS = ("depends on", "amends", "clarifies", "relates to")


@transaction.atomic
def relate(decision: Decision, *, by, kind: str, to: Decision) -> DecisionLink:
    """Say that a decision depends on, amends, clarifies or relates to another.

    raises: ValidationError for itself, another product, another word, or what is said already
    """
    if kind not in KINDS:
        raise ValidationError({"kind": f"Say one of: {', '.join(KINDS)}."})
    if decision.product_id != to.product_id:
        raise ValidationError({"to": "Link a decision of this product."})
    if DecisionLink.objects.filter(decision=decision, to=to, kind=kind).exists():
        raise ValidationError({"to": f"It {kind} {to.key} already."})
    link = DecisionLink(decision=decision, to=to, kind=kind)
    link.full_clean()
    link.save()
    history.record(decision, by=by, action="linked", changes={kind: (None, to.key)})
    return link


@transaction.atomic
def unrelate(link: DecisionLink, *, by) -> None:
    """Take a link away that was made here. raises: ValidationError for one of a file"""
    if link.target:
        raise ValidationError("This link stands in the file of the decision: change it there.")
    changes = {link.kind: (link.to, None)}
    history.record(link.decision, by=by, action="unlinked", changes=changes)
    link.delete()


@transaction.atomic
def tick_off(decision: Decision, *, by, word: str, done: bool = True) -> None:
    """Say that something which relied on it was looked at, or that it is open again.

    word:   as `reliance.Reliant.word`
    raises: ValidationError where it still holds, or this relies on nothing of it
    """
    if decision.state not in reliance.ENDED:
        raise ValidationError(f"{decision.key} still holds: there is nothing to tick off.")
    found = {row.word: row for row in reliance.reliants(by, decision)}
    row = found.get(word)
    if row is None:
        raise ValidationError("This does not rely on it any more.")
    about = {"subject_type": row.subject_type, "subject_id": row.subject_id}
    rows = Handled.objects.filter(decision=decision, **about)
    if done == rows.exists():
        return
    if done:
        Handled.objects.create(decision=decision, by=by, **about)
    else:
        rows.delete()
    action = "ticked off" if done else "opened again"
    changes = {"relied on it": (None, row.key) if done else (row.key, None)}
    history.record(decision, by=by, action=action, changes=changes)
