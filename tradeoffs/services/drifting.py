"""Bound matrices scored again: open ones take the new numbers, accepted ones report what moved."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tpm import history
from tradeoffs import bindings, matrix
from tradeoffs.maths import ranges, robustness
from tradeoffs.models import Decision, Drift, Robustness, Score
from tradeoffs.services.binding import read_bound_cells


def with_bound_cells() -> QuerySet[Decision]:
    """Decisions whose matrix reads published numbers: open ones, and accepted ones for drift."""
    bound = Exists(Score.objects.filter(option__decision=OuterRef("pk"), figure_id__isnull=False))
    return Decision.objects.filter(
        bound, Q(state__in=Decision.OPEN) | Q(state=Decision.State.ACCEPTED)
    )


def rescore(decision_id: int) -> None:
    """Read the bound cells of one decision again: into an open one, beside a closed one."""
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is None:
        return
    if decision.is_open:
        read_bound_cells(decision)
    elif decision.state == Decision.State.ACCEPTED:
        note_drift(decision)


@transaction.atomic
def note_drift(decision: Decision) -> Drift | None:
    """Compare an accepted decision with today's numbers, against its frozen copy.

    returns: the drift that is open now; None where the leader of then still leads, and is not
             first in clearly fewer draws than a close call needs
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    frozen = Robustness.objects.filter(decision=decision, frozen=True).first()
    if frozen is None or not frozen.result:
        return None
    inputs, moved = with_todays_numbers(decision, frozen.inputs)
    then = standing(frozen.inputs, frozen.result)
    now = standing(inputs, robustness.drawn(inputs))
    first_now = now.shares.get(then.leader, 0.0)
    first_then = then.shares.get(then.leader, 0.0)
    limit = matrix.limits().close_first
    drifted = now.leader != then.leader or (first_now < limit <= first_then)
    open_one = decision.drifts.filter(ended_at=None).first()
    if not drifted or not moved:
        if open_one is not None:
            open_one.ended_at = timezone.now()
            open_one.save()
            history.record(decision, by=None, action="no longer drifts", changes={})
        return None
    if open_one is not None and (open_one.leader, open_one.moved) == (now.leader, moved):
        return open_one
    row = open_one or Drift(decision=decision, found_at=timezone.now())
    row.leader, row.leader_then = now.leader, then.leader
    row.first, row.first_then, row.moved = first_now, first_then, moved
    row.save()
    change = {"leader": (then.leader, now.leader)}
    history.record(decision, by=None, action="drifted", changes=change)
    return row


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads, and in which share of the draws each option is first."""

    leader: str
    shares: dict[str, float]


def standing(inputs: dict[str, Any], result: dict[str, Any]) -> Standing:
    found, names = robustness.weighed(inputs), inputs["options"]
    pairs = zip(result.get("in_play", ()), result.get("ranks", ()), strict=True)
    leader = names[found.ranked[0]] if found.ranked else ""
    return Standing(leader, {names[i]: row[0] for i, row in pairs})


def with_todays_numbers(
    decision: Decision, frozen: dict[str, Any]
) -> tuple[dict[str, Any], list[list[str]]]:
    """The frozen inputs with the bound cells read anew, and which cells moved: name, then, now."""
    cells = [list(row) for row in frozen["cells"]]
    moved = []
    bound = Score.objects.filter(option__decision=decision, figure_id__isnull=False)
    criteria = [row["name"] for row in frozen["criteria"]]
    for score in bound.select_related("option", "criterion").order_by("pk"):
        reading = bindings.read(score, decision)
        if reading is None or score.option.name not in frozen["options"]:
            continue
        i, j = frozen["options"].index(score.option.name), criteria.index(score.criterion.name)
        if [score.p10, score.p50, score.p90] == [reading.low, reading.value, reading.high]:
            continue
        low, high = reading.low, reading.high
        spread = low is not None and high is not None
        cells[i][j] = [low, reading.value, high] if spread else [reading.value] * 3
        then = ranges.show(score.p10, score.p50, score.p90)
        now = ranges.show(low, reading.value, high)
        moved.append([f"{score.option.name}, {score.criterion.name}", then, now])
    return {**frozen, "cells": cells}, moved
