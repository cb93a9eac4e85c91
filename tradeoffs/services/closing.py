"""Closings: what a decision was when it closed, kept for good and chained per product."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from tpm.models import Product
from tradeoffs import blind, chain, content, standing
from tradeoffs.models import BallotScore, Closing, Decision, Robustness


def close(decision: Decision, *, by, kind: str, run: Robustness | None = None) -> Closing:
    """Add a link to the chain, in the transaction that closes or amends the decision.

    decision: as it is stored now; kind: accepted, rejected, amendment or typo
    run:      the draws that were frozen just now, at the first closing that keeps any
    """
    product = Product.objects.select_for_update(of=("self",)).get(pk=decision.product_id)
    last = Closing.objects.filter(product=product).order_by("-number").first()
    row = Closing(
        product=product,
        decision=decision,
        number=last.number + 1 if last else 1,
        kind=kind,
        at=timezone.now(),
        by=by,
        body=content.canonical(body_of(decision, kind, run)),
        previous=last.digest if last else "",
    )
    row.digest = chain.digest(row)
    row.save(force_insert=True)
    return row


def body_of(decision: Decision, kind: str, run: Robustness | None) -> dict[str, Any]:
    """All that the closing keeps: text, matrix, weights, each scorer's scores, votes and draws."""
    return {
        "key": decision.key,
        "kind": kind,
        "state": decision.state,
        "tier": decision.tier,
        "version": decision.version,
        "content": content.of(decision),
        "record": decision.record,
        "rounds": scores_of(decision),
        "votes": votes_of(decision),
        "run": run_of(decision) if run is None else said_of(run, settings.VERDICT_LIMITS),
    }


def run_of(decision: Decision) -> dict[str, Any] | None:
    """What the draws that were frozen at acceptance follow from, and what their verdict was.

    The limits of the verdict are a setting, so a later closing repeats those of the first.
    returns: None where nothing was accepted
    """
    frozen = decision.runs.filter(frozen=True).first()
    if frozen is None:
        return None
    first = Closing.objects.filter(decision=decision, kind="accepted").order_by("number").first()
    then = (json.loads(first.body).get("run") if first else None) or {}
    return said_of(frozen, then.get("limits", settings.VERDICT_LIMITS))


def said_of(frozen: Robustness, limits: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "inputs_hash": frozen.inputs_hash,
        "seed": frozen.seed,
        "draws": frozen.draws,
        "kappa": frozen.kappa,
        "limits": limits,
    }


def scores_of(decision: Decision) -> list[dict[str, Any]]:
    """What was handed in, of rounds that everybody may see: a closing is read by all."""
    today = timezone.localdate()
    shown = [row.pk for row in decision.rounds.all() if blind.is_shown(row, today)]
    if not shown:
        return []
    rows = BallotScore.objects.filter(ballot__round__in=shown, ballot__handed_in=True)
    rows = rows.select_related("ballot__round", "ballot__person", "option", "criterion")
    return [
        {
            "round": row.ballot.round.number,
            "by": row.ballot.person.name,
            "option": row.option.name,
            "criterion": row.criterion.name,
            "p10": row.p10,
            "p50": row.p50,
            "p90": row.p90,
            "reason": row.reason,
        }
        for row in rows.order_by("ballot__round", "ballot", "option", "criterion")
    ]


def votes_of(decision: Decision) -> list[dict[str, Any]]:
    rows = decision.reviews.select_related("by__person", "seen", "amendment", "ended__by")
    return [
        {
            "by": standing.who(row.by),
            "at": row.at.isoformat(),
            "verdict": row.verdict,
            "reason": row.reason,
            "seen": row.seen.digest if row.seen else None,
            "amendment": row.amendment_id,
            "ended": row.ended.how if hasattr(row, "ended") else None,
        }
        for row in rows.order_by("pk")
    ]
