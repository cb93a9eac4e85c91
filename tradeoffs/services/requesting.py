"""Asking for review in one step: who judges, until when, at which tier; and of many at once."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tpm.models import Person
from tradeoffs import tiers
from tradeoffs.models import Decision, Reviewer, ReviewPlan
from tradeoffs.services.asking import ask_reviewers, plan_review
from tradeoffs.services.drafting import edit_decision
from tradeoffs.services.reviewing import held, submit_for_review


@transaction.atomic
def request_review(
    decision: Decision,
    *,
    by,
    version: int | None,
    people: Collection[Person] = (),
    because: dict[int, str] | None = None,
    due_on: datetime.date | None = None,
    tier: int | None = None,
    answers: Mapping[str, str] | None = None,
    why: str = "",
    today: datetime.date,
) -> list[Reviewer]:
    """Put a draft in review, and ask people in the same breath.

    tier:    another than it has; None leaves it as it is
    answers: how hard to undo and how far it reaches, by field, where they are said here
    due_on:  when answers are due; None leaves the plan as it is
    returns: everybody who is asked now
    raises:  EditConflict when the draft moved on; ValidationError for a tier that is lower than
             its answers ask for, people who cannot judge it, or a decision that is no draft
    """
    locked = held(decision, version, state=Decision.State.IN_REVIEW)
    if locked.state != Decision.State.DRAFT:
        state = locked.get_state_display().lower()
        raise ValidationError(f"{locked.key} is {state}: only a draft is sent to review.")
    fields: dict[str, Any] = {
        name: said for name, said in (answers or {}).items() if said != getattr(locked, name)
    }
    if tier is not None and tier != locked.tier:
        fields["tier"] = tier
    if fields:
        edit_decision(locked, by=by, version=None, fields=fields)
    plan = ReviewPlan.objects.filter(decision=locked).first()
    if due_on is not None or plan is not None:
        least = tiers.approvals(locked.tier)
        plan_review(
            locked,
            by=by,
            version=plan.version if plan else 0,
            rule=plan.rule if plan else ReviewPlan.Rule.COUNT,
            needed=max(plan.needed if plan else 1, least),
            team=plan.team if plan else None,
            due_on=due_on or (plan.due_on if plan else None),
            today=today,
        )
    ask_reviewers(locked, by=by, people=people, because=because)
    submit_for_review(locked, by=by, version=None, why=why)
    decision.refresh_from_db(fields=["state", "version", "tier"])
    return list(locked.reviewers.select_related("person"))


@dataclass
class AskedOfMany:
    """What became of asking the same people of several decisions; keys, and why they stayed."""

    changed: list[str] = field(default_factory=list)
    stayed: dict[str, str] = field(default_factory=dict)


def ask_of_many(decisions: Iterable[Decision], *, by, people: Collection[Person]) -> AskedOfMany:
    """Ask the same people to judge several open decisions, each in a transaction of its own.

    A decision that refuses somebody, or that is closed, stays as it was with its sentence.
    raises: ValidationError where nobody is named
    """
    if not people:
        raise ValidationError({"people": "Choose whom to ask."})
    found = AskedOfMany()
    for decision in decisions:
        try:
            with transaction.atomic():
                asked = ask_reviewers(decision, by=by, people=people)
        except ValidationError as error:
            found.stayed[decision.key] = " ".join(error.messages)
        except PermissionDenied as error:
            found.stayed[decision.key] = str(error)
        else:
            if asked:
                found.changed.append(decision.key)
            else:
                found.stayed[decision.key] = "They are asked already."
    return found
