"""How firm an answer is: drawn anew where the matrix changed, and frozen at acceptance."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from tradeoffs import matrix, queries, robustness
from tradeoffs.models import Decision, Robustness, Score


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
    weighed = matrix.of(decision)
    if weighed.is_fresh and weighed.run is not None:
        Robustness.objects.filter(pk=weighed.run.pk).update(version=decision.version)
    else:
        store(decision, weighed)
    return Decision.objects.filter(pk=decision_id, version=decision.version).exists()


def store(decision: Decision, weighed: matrix.Matrix, *, frozen: bool = False) -> Robustness:
    """Draw, and keep the result in place of the one before."""
    inputs = weighed.inputs
    result: dict[str, Any] = {}
    if weighed.weighed is not None:
        result = robustness.drawn(inputs)
    row, _ = Robustness.objects.update_or_create(
        decision=decision,
        frozen=frozen,
        defaults={
            "version": decision.version,
            "at": timezone.now(),
            "seed": inputs["seed"],
            "draws": inputs["draws"],
            "kappa": inputs["kappa"],
            "inputs": inputs,
            "inputs_hash": weighed.inputs_hash,
            "result": result,
        },
    )
    return row


def up_to_date(decision: Decision) -> Robustness:
    """The draws of the matrix as it is now; made here where no worker has made them yet.

    For the moment of acceptance alone, which freezes them with the record.
    """
    mine = Decision.objects.filter(pk=decision.pk)
    rows = queries.with_matrix(mine, viewer=None, whole=True)
    weighed = matrix.of(rows.get())
    if weighed.run is not None and weighed.run.inputs_hash == weighed.inputs_hash:
        return weighed.run
    return store(decision, weighed)


def freeze_robustness(decision: Decision) -> Robustness:
    """Keep the draws that a decision is accepted with; they never change again."""
    run = up_to_date(decision)
    names = ("at", "seed", "draws", "kappa", "inputs", "inputs_hash", "result")
    row, _ = Robustness.objects.get_or_create(
        decision=decision,
        frozen=True,
        defaults={"version": decision.version} | {name: getattr(run, name) for name in names},
    )
    return row
