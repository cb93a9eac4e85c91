"""How firm an answer is: drawn anew where the matrix changed, and frozen at acceptance."""

from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from tradeoffs import matrix, queries
from tradeoffs.maths import robustness
from tradeoffs.models import Decision, Robustness, Score

DRAWN = ("at", "seed", "draws", "kappa", "inputs", "inputs_hash", "result")


def due() -> QuerySet[Decision]:
    """Decisions with a score whose draws are of another version, or not made yet."""
    scored = Exists(Score.objects.filter(option__decision=OuterRef("pk")))
    drawn = Exists(
        Robustness.objects.filter(
            decision=OuterRef("pk"), frozen=False, version=OuterRef("version")
        )
    )
    return Decision.objects.filter(scored, ~drawn)


def refresh_robustness(decision_id: int) -> bool:
    """Make the draws of one decision where they are due. Safe to run twice, or at once.

    returns: False when it is gone, or changed meanwhile: the next sweep takes it again
    """
    mine = Decision.objects.filter(pk=decision_id)
    rows = queries.with_matrix(mine, viewer=None, whole=True)
    decision = rows.first()
    if decision is None:
        return False
    weighed = matrix.whole(decision)
    if weighed.is_fresh and weighed.run is not None:
        Robustness.objects.filter(pk=weighed.run.pk).update(version=decision.version)
    else:
        store(decision, weighed)
    return Decision.objects.filter(pk=decision_id, version=decision.version).exists()


def store(decision: Decision, weighed: matrix.Matrix) -> Robustness:
    """Draw, and keep the result in place of the one before."""
    inputs = weighed.inputs
    result: dict[str, Any] = {}
    if weighed.weighed is not None:
        result = robustness.drawn(inputs)
    row = Robustness(
        decision=decision, frozen=False, version=decision.version, at=timezone.now(),
        seed=inputs["seed"], draws=inputs["draws"], kappa=inputs["kappa"], inputs=inputs,
        inputs_hash=weighed.inputs_hash, result=result,
    )  # fmt: skip
    # In one statement: a worker may store the same at this moment.
    Robustness.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["decision", "frozen"],
        update_fields=["version", *DRAWN],
    )  # fmt: skip
    return row


def weighed_now(decision: Decision) -> matrix.Matrix:
    """The matrix of a row that was read along with its content, with the draws of it as it is now.

    For the moment of acceptance alone, which freezes them with the record: they are made here
    where no worker has made them yet.
    """
    weighed = matrix.whole(decision)
    if weighed.run is not None and weighed.run.inputs_hash == weighed.inputs_hash:
        return weighed
    return replace(weighed, run=store(decision, weighed))


def freeze_robustness(weighed: matrix.Matrix) -> Robustness:
    """Keep the draws that a decision is accepted with; they never change again."""
    decision, run = weighed.decision, weighed.run
    assert run is not None, "`weighed_now` makes them"
    found = Robustness.objects.filter(decision=decision, frozen=True).first()
    return found or Robustness.objects.create(
        decision=decision, frozen=True, version=decision.version,
        **{name: getattr(run, name) for name in DRAWN},
    )  # fmt: skip
