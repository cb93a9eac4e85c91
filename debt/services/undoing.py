"""How what was done to debt is taken back, and done again: always a new change forward."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt.maths.ranges import Range
from debt.models import DebtItem, InterestWithdrawal
from debt.refresh import make_due
from debt.services.items import check_said, cost_words, declare_interest
from debt.services.watching import stop_watching, watch_ceiling
from debt.standing import without_team
from tpm import append_only, figures, formats, history, operations
from tpm.editing import edit
from tpm.models import Comment
from tpm.operations import Refused, Step
from tradeoffs.models import Decision, Prediction, RevisitTrigger, Score

INTEREST = "debt.interest"


@transaction.atomic
def put_item(step: Step, *, by, back: bool) -> None:
    """Give an item's fields their values of before, or the new ones again."""
    row, fields = operations.values_to_set(step, back=back)
    assert isinstance(row, DebtItem)
    put_values(row, fields, by=by, action="undone" if back else "redone")


def put_values(item: DebtItem, fields: dict[str, Any], *, by, action: str) -> list[str]:
    """Set fields of an item that once were the row together. raises: Refused with the reason"""
    team_before = item.team_id
    try:
        changed = edit(item, by=by, version=None, fields=fields, action=action)
        check_said(item, {name for name in changed if name in ("team", "component", "decision")})
        accepted = {"state", "accepted_ceiling_days"} & set(changed)
        if accepted and item.state == DebtItem.State.ACCEPTED:
            watch_ceiling(item, by=by)
        elif "state" in changed:
            stop_watching(item, by=by)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    if "state" in changed and item.state in DebtItem.CLOSED:
        figures.withdraw(item, "score", "interest")
    without_team(item)
    make_due(team_before, item.team_id)
    return changed


@transaction.atomic
def put_interest(step: Step, *, by, back: bool) -> None:
    """Take a declaration back: the one before it counts again, of its day and by who said it.

    Doing it again declares it anew: records are never changed.
    """
    here, there = (step["new"], step["old"]) if back else (step["old"], step["new"])
    item = DebtItem.objects.select_for_update(of=("self",)).filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("The debt item is gone."))
    newest = item.interests.filter(kind=step["of"]).first()
    if (list(newest.range) if newest else None) != here:
        raise Refused(_("What %(key)s costs was declared anew since.") % {"key": item.key})
    if not back:
        declare_interest(item, by=by, days=Range(*there), kind=step["of"])
        return
    assert newest is not None, "what was declared is never nothing"
    InterestWithdrawal.objects.create(interest=newest)
    history.record(item, by=by, action="undone", changes={cost_words(newest): (here, there)})
    make_due(item.team_id)


@transaction.atomic
def take_logged(step: Step, *, by, back: bool) -> None:
    """New debt leaves where nobody touched it since; its key is never given again."""
    if not back:
        raise Refused(_("What was taken away comes back by importing or logging it again."))
    item = DebtItem.objects.select_for_update(of=("self",)).filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("What it changed is gone."))
    if why := touched_since(item, by) or linked_from(item):
        raise Refused(_("%(key)s stays: %(why)s.") % {"key": item.key, "why": why})
    try:
        with append_only.removal_allowed("undone"):
            history.record(
                item, by=by, action="undone", changes={"title": (item.title, None)}
            )  # fmt: skip
            figures.withdraw(item, "score", "interest")
            item.delete()
    except (ProtectedError, RestrictedError):
        words = {"key": item.key, "why": _("something else refers to it")}
        raise Refused(_("%(key)s stays: %(why)s.") % words) from None
    make_due(item.team_id)


def touched_since(item: DebtItem, by) -> str:
    """What somebody did with new debt since it was logged; empty where nobody did."""
    lines = history.changes_of(item).order_by("pk")
    first = lines.first()
    others = lines.exclude(batch=first.batch) if first and first.batch else lines.exclude(by=by)
    if late := others.first():
        return _("%(action)s since") % {"action": late.action}
    about = {"subject_type": history.subject_type(item), "subject_id": item.pk}
    if Comment.objects.filter(**about, deleted_at=None).exists():
        return _("somebody commented on it")
    if item.taps.filter(withdrawal=None).exists():
        return _("it was tapped")
    if item.state != DebtItem.State.OPEN:
        return _("it is %(state)s") % {"state": item.get_state_display().lower()}
    return ""


def linked_from(item: DebtItem) -> str:
    """What would lose something with an item, by name; empty where nothing links to it."""
    needs = item.needed_by_links.order_by("item__number").values_list("item__key", flat=True)
    if keys := list(needs):
        words = ngettext("%(keys)s needs it paid first", "%(keys)s need it paid first", len(keys))
        return words % {"keys": ", ".join(keys)}
    if count := item.findings.count():
        words = ngettext("%(n)s finding shows it", "%(n)s findings show it", count)
        return words % {"n": formats.number(count)}
    if decision := follower_of(item):
        if decision.product_id != item.product_id:  # whoever undoes may not see that one
            return _("a decision of another product follows its numbers")
        return _("%(key)s follows its numbers") % {"key": decision.key}
    return ""


def follower_of(item: DebtItem) -> Decision | None:
    """A decision that waits for a published number of an item, predicts it or scores by it."""
    about = {"figure_type": history.subject_type(item), "figure_id": item.pk}
    triggers = RevisitTrigger.objects.filter(**about).values("decision")
    predictions = Prediction.objects.filter(**about).values("decision")
    scores = Score.objects.filter(**about).values("option__decision")
    follows = Q(pk__in=triggers) | Q(pk__in=predictions) | Q(pk__in=scores)
    return Decision.objects.filter(follows).order_by("pk").first()


WAYS = {
    "debt.debtitem": put_item, INTEREST: put_interest, "debt.logged": take_logged
}  # fmt: skip
for kind, put in WAYS.items():
    operations.register(
        kind,
        undo=lambda step, by, put=put: put(step, by=by, back=True),
        redo=lambda step, by, put=put: put(step, by=by, back=False),
    )
