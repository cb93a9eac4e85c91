"""Weights by a method, with what was said to it kept beside them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tradeoffs.maths import weighing, weights
from tradeoffs.models import Criterion, Decision, Weighting
from tradeoffs.services.holding import hold
from tradeoffs.services.weighing import set_weights

Method = Weighting.Method


def weigh_by(
    decision: Decision, *, by, method: str, said: Mapping[str, Any], version: int | None
) -> list[float]:
    """Weigh all criteria by a method; its inputs are kept.

    said:    by id of the criterion: swing points, places or points; for AHP by "id:id" of a pair
             the ratio, more than 1 where the first weighs more
    version: `weights_version` as it was read
    returns: the shares, in the order of the criteria
    raises:  EditConflict when a criterion moved on; ValidationError when it says nothing
    """
    # Computed before the decision is locked: however long it takes, nobody waits for it.
    # A criterion that comes or goes meanwhile is refused by `set_weights`.
    criteria = list(decision.criteria.all())
    shares, judged = computed(criteria, method, said)
    by_id = dict(zip((c.pk for c in criteria), shares, strict=True))
    kept = {
        "method": method,
        "said": dict(said),
        "edition": judged.edition if judged else "",
        "ratio": judged.cr if judged else None,
        "by": by,
        "at": timezone.now(),
    }
    with transaction.atomic():
        hold(decision)
        found = set_weights(decision, by=by, weights=by_id, version=version)
        Weighting.objects.update_or_create(decision=decision, defaults=kept)
    return found


def computed(
    criteria: list[Criterion], method: str, said: Mapping[str, Any]
) -> tuple[list[float], weights.Judged | None]:
    """Shares by a method, without storing anything; for AHP also what the judgements come to.

    raises: ValidationError with a sentence
    """
    if not criteria:
        raise ValidationError("Add a criterion first: there is nothing to weigh.")
    try:
        if method == Method.AHP:
            judged = judged_pairs(criteria, said)
            return list(judged.weights), judged
        values = [float(said.get(str(c.pk), 0)) for c in criteria]
        if method == Method.SWING:
            return list(weights.swing(values)), None
        if method == Method.RANK:
            return weights.from_order([int(value) for value in values]), None
        return list(weighing.normalise(values)), None
    except (ValueError, OverflowError) as error:
        raise ValidationError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def judged_pairs(criteria: list[Criterion], said: Mapping[str, Any]) -> weights.Judged:
    place = {str(c.pk): k for k, c in enumerate(criteria)}
    pairs = {}
    for name, ratio in said.items():
        first, _, second = name.partition(":")
        if first in place and second in place and place[first] < place[second]:
            value = weights.judgement(ratio)
            if not 1 / 9 - 1e-9 <= value <= 9 + 1e-9:
                raise ValueError("a judgement lies between 1/9 and 9")
            pairs[place[first], place[second]] = value
    matrix = weights.from_pairs(len(criteria), pairs)
    return weights.ahp(matrix, edition=settings.RANDOM_INDEX)
