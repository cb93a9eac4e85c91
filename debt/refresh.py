"""Recomputing scores: one team at a time, safe to run twice, stored only where inputs changed."""

import datetime
import logging
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from debt import drag_history, pace_of_changes, queries
from debt.inputs import BEYOND, Sourced, inputs_of
from debt.maths import drag, overlap, scoring
from debt.maths.tapping import Taps
from debt.models import DebtItem, DebtScore, ScoreModel, SharedCost, TeamLedger
from debt.queries import contract as contract_queries
from debt.queries import histories as queries_history
from debt.standing import WORSE_DAYS, keep_standing, with_past
from roadmaps.services import record_team_drag
from tpm import figures, revisions
from tpm.models import Figure, Product, Team

log = logging.getLogger(__name__)
DEBOUNCE_SECONDS = 60
"""Ten taps in a minute are two refreshes of their team: one at once, one by the sweep."""


def make_due(*team_ids: int | None) -> None:
    """Make these teams' scores due, in the transaction that changes their inputs."""
    for team_id in {team_id for team_id in team_ids if team_id is not None}:
        TeamLedger.objects.get_or_create(team_id=team_id)
        TeamLedger.objects.filter(team_id=team_id).update(revision=F("revision") + 1)
        revisions.enqueue("debt.refresh_scores", team_id, once_in=DEBOUNCE_SECONDS)


@dataclass(frozen=True)
class Computed:
    """What one pass over a team found, before anything is stored."""

    team: Team
    items: list[Any]
    """Debt items with whether their cost was noted (`queries.with_noted_costs`)."""
    scores: list[DebtScore]
    drag: drag.Drag | None
    alone: dict[str, float]  # of each item: its share as if it were the only one
    capacity: float
    cap: float
    since: datetime.datetime
    """When it was a quarter ago: `standing` looks back to it."""


def refresh_scores(team_id: int, *, reason: str = "inputs changed") -> bool:
    """Recompute one team's scores and drag. Computes outside, stores in one short transaction.

    returns: False when the team is gone, or changed meanwhile: the next sweep takes it again
    """
    ledger = TeamLedger.objects.filter(team_id=team_id).select_related("team").first()
    if ledger is None:
        return False
    began = timezone.now()
    model = queries.current_model()
    found = compute(ledger.team, model, reason=reason)
    return store(found, ledger=ledger, began=began)


def compute(
    team: Team, model: ScoreModel, *, reason: str, at: datetime.datetime | None = None
) -> Computed:
    """Score every dragging item of a team; unchanged items keep the score they have. at: now"""
    parameters = model.parameters
    since = (at or timezone.now()) - datetime.timedelta(days=WORSE_DAYS)
    dragging = with_past(queries.with_noted_costs(queries.dragging(team.pk)), since)
    items = list(
        dragging.select_related("product", "component", "latest_score", "latest_score__model")
    )
    capacity = queries.capacities([team], parameters)[team.pk]
    sourced, touched = with_history(team, items, parameters, capacity=capacity)
    kept = measured_once(sourced, touched, parameters)
    scores, alone, means, draws = [], {}, {}, {}
    for item in items:
        found, key = sourced[item.pk], str(item.pk)
        seed = scoring.seed_of(item.key)
        news = is_news(item, found, model)
        try:
            if not scoring.interest_missing(found.inputs):
                interest = scoring.interest_of(found.inputs, parameters)
                counted_twice = interest.credibility * interest.measured * (1 - kept.get(key, 1.0))
                mean = interest.total - counted_twice
                left = mean / interest.total if interest.total > 0 else 1.0
                drawn = scoring.interest_draws(found.inputs, parameters, seed) * left
                alone[key], means[key], draws[key] = interest.total, mean, drawn
            if news:
                scores.append(snapshot(item, found, model, seed=seed, reason=reason))
        except (ValueError, ArithmeticError):  # one item must not stop the scores of its team
            log.exception("cannot score %s", item.key)
            if news:
                scores.append(bare(item, found, model, reason=reason, missing=scoring.UNCOMPUTED))
    cap = parameters["drag_cap"]
    total = drag.team_drag(means, draws, capacity=capacity, cap=cap) if capacity > 0 else None
    shares = {key: days / capacity for key, days in alone.items()} if capacity > 0 else {}
    return Computed(team, items, scores, total, shares, capacity, cap, since)


def with_history(
    team: Team, items: list[DebtItem], parameters: Mapping[str, Any], *, capacity: float
) -> tuple[dict[int, Sourced], dict[int, queries_history.Touches]]:
    """Inputs of a team's items as a score reads them, and what history says of each."""
    told = histories_of(team, items, parameters)
    touched = queries_history.touches_of(items, parameters, told=told)
    time = pace_of_changes.time_per_change(team, capacity, parameters, told) if touched else None
    taps = contract_queries.taps_of(
        items,
        window_days=parameters["window_days"],
        trailers=[row for stories in told.values() for one in stories for row in one.trailers],
    )
    sourced = sourced_inputs(
        items, parameters, capacity=capacity, touched=touched, time=time, taps=taps
    )
    return sourced, touched


def histories_of(
    team: Team, items: list[DebtItem], parameters: Mapping[str, Any]
) -> dict[int, list[queries_history.Told]]:
    """What is known of the code of every product that the team works for or owes in."""
    products = Product.objects.filter(
        Q(pk__in={item.product_id for item in items}) | Q(team_shares__team=team)
    )
    return queries_history.stories(products, days=int(parameters["window_days"]))


def sourced_inputs(
    items: list[DebtItem],
    parameters: Mapping[str, Any],
    *,
    capacity: float,
    touched: Mapping[int, queries_history.Touches],
    time: float | None,
    taps: Mapping[int, Taps],
) -> dict[int, Sourced]:
    """Inputs of every item, each with its source. time: pd that a change takes"""
    interests = queries.newest_interests(items)
    exposures = queries.exposures(items)
    linked = queries.linked_facts(items)
    return {
        item.pk: inputs_of(
            item,
            model=parameters,
            capacity=capacity,
            interests=interests[item.pk],
            estimate=linked[item.pk].estimate,
            exposure_share=exposures.get(item.pk),
            effort=linked[item.pk].effort,
            touches=touched.get(item.pk),
            time_per_change=time,
            taps=taps.get(item.pk),
            retires_on=linked[item.pk].retires_on,
            slope=linked[item.pk].slope,
        )
        for item in items
    }


def measured_once(
    sourced: Mapping[int, Sourced],
    touched: Mapping[int, queries_history.Touches],
    parameters: Mapping[str, Any],
) -> dict[str, float]:
    """What is left of each item's measured interest where a change touches several items."""
    items = {}
    for pk, touches in touched.items():
        given = sourced[pk].inputs
        if given.slow_down is None:
            continue
        phi = given.slow_down.mean
        changes = list(zip(touches.changes, touches.ages, touches.shares, strict=True))
        items[str(pk)] = overlap.Touching(changes, phi / (1 + phi) * given.probability)
    return overlap.kept_shares(items, half_life=parameters["half_life_days"])


def is_news(item: DebtItem, found: Sourced, model: ScoreModel) -> bool:
    """Whether the inputs differ from those of the score the item shows."""
    last = item.latest_score
    return (
        last is None
        or last.model_id != model.pk
        or last.inputs_hash != scoring.hash_of(found.inputs)
        or beyond(last.inputs["sources"]) != beyond(found.sources)
    )


def beyond(sources: Mapping[str, str]) -> set[str]:
    """Inputs that are unknown because what was said of them cannot be computed with."""
    return {name for name, source in sources.items() if source == BEYOND}


def snapshot(
    item: DebtItem, found: Sourced, model: ScoreModel, *, seed: int, reason: str
) -> DebtScore:
    """A score ready to be stored, or the row that says what is missing."""
    missing = scoring.missing(found.inputs) or ""
    row = bare(item, found, model, reason=reason, missing=missing)
    if row.missing:
        if not scoring.interest_missing(found.inputs):
            fill_interest(row, found, model, seed)
        return row
    result = scoring.score(found.inputs, model.parameters, seed=seed)
    row.verdict = scoring.verdict_of(result, found.inputs, model.parameters)
    row.score, row.score_low, row.score_high = result.score, result.low, result.high
    row.letter, row.parts = result.letter, result.parts
    row.interest_days = result.interest.total
    row.interest_p10_days, row.interest_p90_days = (
        result.interest_range[0],
        result.interest_range[2],
    )
    row.principal_days, row.principal_sd_days = result.principal_mean, result.principal_sd
    row.payback_months = finite(result.payback_months)
    row.discounted_payback_months = result.discounted_payback_months
    row.payback_p10_months, row.payback_p90_months = (
        finite(result.payback_range[0]), finite(result.payback_range[2]),
    )  # fmt: skip
    row.npv_days, row.npv_quarter_days = result.npv_now, result.npv_in_a_quarter
    row.npv_per_day, row.chance = result.npv_per_day, result.chance
    return row


def bare(
    item: DebtItem, found: Sourced, model: ScoreModel, *, reason: str, missing: str
) -> DebtScore:
    """A row with the inputs alone. missing: what must be known before it can be scored"""
    return DebtScore(
        item=item,
        model=model,
        reason=reason,
        inputs_hash=scoring.hash_of(found.inputs),
        inputs={**asdict(found.inputs), "sources": found.sources},
        verdict=DebtScore.Verdict.QUESTION,
        missing=missing,
    )


def fill_interest(row: DebtScore, found: Sourced, model: ScoreModel, seed: int) -> None:
    """Interest is known although the score is not: it drags all the same."""
    drawn = scoring.interest_draws(found.inputs, model.parameters, seed)
    row.interest_days = scoring.interest_of(found.inputs, model.parameters).total
    row.interest_p10_days, row.interest_p90_days = (
        float(p) for p in np.percentile(drawn, (10, 90))
    )


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


@transaction.atomic
def store(
    found: Computed,
    *,
    ledger: TeamLedger,
    began: datetime.datetime,
    at: datetime.datetime | None = None,
) -> bool:
    """Keep what was computed, unless the team's debt changed meanwhile, or another worker kept its
    own: what is news was judged by what stood before that. at: now
    """
    current = TeamLedger.objects.select_for_update().get(pk=ledger.pk)
    if (current.revision, current.computed_at) != (ledger.revision, ledger.computed_at):
        return False
    kept = DebtScore.objects.bulk_create(found.scores, batch_size=200)
    by_pk = {item.pk: item for item in found.items}
    for row in kept:
        by_pk[row.item_id].latest_score = row
    keep_standing(found.items, kept, found.since)
    figures.publish_all(figures_of(found, began))
    if found.drag is None:
        figures.withdraw(found.team, "drag")
    keep_costs(current, found, {} if at is None else {"at": at})
    keep_drag(current, found, began)
    hand_over(current, found)
    return True


def keep_costs(before: TeamLedger, found: Computed, dated: Mapping[str, Any]) -> None:
    """Note what each item costs with shared hours once, where that differs from what was known.

    dated: the moment, where it is not the database's now, which is never before its scores
    """
    if found.drag is None:
        return
    capacity = before.capacity_days or 0.0
    known = {key: share * capacity for key, (share, *_rest) in before.shares.items()}
    noted = {item.pk for item in found.items if item.noted}
    SharedCost.objects.bulk_create(
        (
            SharedCost(item_id=int(key), days=share * found.capacity, **dated)
            for key, share in found.drag.shares.items()
            if int(key) not in noted
            or key not in known
            or not math.isclose(known[key], share * found.capacity, rel_tol=1e-9, abs_tol=1e-12)
        ),
        batch_size=200,
    )


def keep_drag(ledger: TeamLedger, found: Computed, began: datetime.datetime) -> None:
    """Write the team's drag and what each item has of it."""
    total = found.drag
    ledger.computed_revision, ledger.computed_at = ledger.revision, began
    ledger.computed_team_revision = found.team.revision
    ledger.capacity_days = found.capacity
    ledger.shares, ledger.product_days = {}, {}
    if total is None:
        ledger.drag_mean = ledger.drag_p10 = ledger.drag_p50 = ledger.drag_p90 = None
        ledger.drag_uncapped, ledger.capped = None, False
    else:
        ledger.drag_mean, ledger.drag_uncapped = total.mean, total.uncapped_mean
        ledger.drag_p10, ledger.drag_p50, ledger.drag_p90 = total.range
        ledger.capped = total.capped
        products = {str(item.pk): item.product_id for item in found.items}
        ledger.shares = {
            key: [total.shares[key], found.alone[key], products[key]] for key in total.shares
        }
        ledger.product_days = days_by_product(ledger.shares, found.capacity)
    ledger.save()


def days_by_product(shares: Mapping[str, Any], capacity: float) -> dict[str, float]:
    """What each product's debt costs a team, days a month. shares: of a ledger"""
    days: dict[str, float] = defaultdict(float)
    for after, _alone, product in shares.values():
        days[str(product)] += after * capacity
    return dict(days)


def hand_over(ledger: TeamLedger, found: Computed) -> None:
    """Give the plan the team's drag, now and since it began to hurt; the same again is no news."""
    if found.drag is None:
        stop_dragging(found.team)
        return
    spells = drag_history.spells_of(
        ledger.team_id, found.items, found.drag.alone, capacity=found.capacity
    )
    history = drag.steps(spells, cap=found.cap)
    low, mid, high = found.drag.range
    record_team_drag(
        found.team, p10=low, p50=mid, p90=high, capped=found.drag.capped, history=history
    )


def stop_dragging(team: Team) -> None:
    """A team that lost its people has no drag from today on; what it had before stays."""
    newest = team.drags.first()
    if newest is None:
        return
    today = timezone.localdate()
    past = [
        (datetime.date.fromisoformat(day), share)
        for day, share in newest.history
        if datetime.date.fromisoformat(day) < today
    ]
    if past and past[-1][1] > 0:
        past.append((today, 0.0))
    record_team_drag(team, p10=0.0, p50=0.0, p90=0.0, history=past)


def figures_of(found: Computed, as_of: datetime.datetime) -> list[Figure]:
    """Score and interest of each item, and the drag of the team, for every other app."""
    made = []
    for item in found.items:
        score = item.latest_score
        if score is None:
            continue
        shared: dict[str, Any] = {
            "product": item.product,
            "as_of": as_of,
            "computed_from": f"score model {score.model.number}",
        }
        made.append(
            figures.figure(
                item, "score", score.score, low=score.score_low, high=score.score_high,
                unit="points", **shared,
            )
        )  # fmt: skip
        made.append(
            figures.figure(
                item, "interest", score.interest_days, low=score.interest_p10_days,
                high=score.interest_p90_days, unit="pd a month", **shared,
            )
        )  # fmt: skip
    if found.drag is not None:
        made.append(
            figures.figure(
                found.team, "drag", found.drag.mean, low=found.drag.low, high=found.drag.high,
                product=None, unit="share", as_of=as_of, computed_from="interest of its debt",
            )
        )  # fmt: skip
    return made
