"""Saying why something committed slipped, and from when on one is asked."""

from django.db import transaction

from roadmaps.models import SlipPolicy, SlipReason
from roadmaps.queries.slips import Slip
from tpm import history
from tpm.editing import edit
from tpm.models import Product


@transaction.atomic
def give_slip_reason(
    product: Product, *, by, slip: Slip, reason: str = "", decision_key: str = "", words: str = ""
) -> SlipReason:
    """Add why something slipped; what was said before stays.

    raises: ValidationError when neither a reason nor a decision is named
    """
    given = SlipReason(
        product=product,
        baseline=slip.baseline,
        item=slip.item,
        objective=slip.objective,
        days=slip.days,
        reason=reason,
        decision_key=decision_key,
        words=words,
        by=by,
    )
    given.full_clean()
    given.save()
    said = given.get_reason_display() if reason else decision_key
    subject = slip.item or slip.objective or product
    changes = {"slip": (None, f"{slip.days} d since {slip.baseline}: {said}")}
    history.record(subject, by=by, action="said why it slipped", changes=changes, why=words)
    return given


@transaction.atomic
def set_slip_days(product: Product, *, by, version: int | None, working_days: int) -> list[str]:
    """From how many working days on a slip asks for a reason.

    raises: EditConflict when somebody saved first; ValidationError outside 1 to 250
    """
    policy, _made = SlipPolicy.objects.get_or_create(product=product)
    return edit(policy, by=by, version=version, fields={"working_days": working_days})
