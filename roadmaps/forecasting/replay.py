"""What moved a date: the changes between two plans, replayed one kind after the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import stages
from .clocks import DAYS, Clocks
from .copula import bias_of
from .draws import Draws
from .graph import Structure
from .order import kept_order
from .plan import Plan, PlanObjective, inputs_hash
from .results import Comparison, Move, Moves, Step
from .schedule import start_order
from .simulation import TRIALS, Forecast, Progress
from .stages import walk

STEPS = (
    "removed",
    "added",
    "re-estimated",
    "team",
    "re-linked",
    "re-ordered",
    "capacity",
    "drag",
    "learning",
    "time",
)
"""The fixed order in which changes are replayed."""

_STAGES = (
    ("removed", stages.removed),
    ("added", stages.added),
    ("re-estimated", stages.re_estimated),
    ("team", stages.assigned),
    ("re-linked", stages.re_linked),
    ("re-ordered", stages.re_ordered),
    ("capacity", stages.capacity),
    ("drag", stages.drag),
    ("learning", stages.learning),
)


def moves(before: Plan, after: Plan, *, trials: int = TRIALS, seed: int) -> Moves:
    """Replay what changed from one plan to another, on the same draws.

    The steps are taken in the order of STEPS: removed and added items (with their links and
    effects), re-estimated, team (team, crew, parts), re-linked (links, ranks, typed starts,
    targets, external dates, each with the new places of what they concern), re-ordered (the start
    order of all else, planned anew), capacity (people, calendars, shares, capacity effects),
    drag, learning (what history makes of the same estimate), and time (the day itself, and
    what was started, spent and finished). Their moves sum to the totals exactly, in days of
    P50 and P85 and, within rounding of floats, in chance.

    raises: LoopError or ValueError when a plan, or the seed, is refused
    """
    draws = Draws(seed, trials)
    first = last = Forecast(before, draws)
    old = replace(before, order=first.result.order, quarters=first.result.quarters)
    structure, clocks = Structure.of(after), Clocks(after)
    order = start_order(after, structure, clocks)
    bias = bias_of(after, structure, clocks, order)
    new = replace(after, order=order, quarters=bias.quarters)
    steps = []
    for name, plan, changed in walk(old, new, _STAGES, last="time"):
        following = Forecast(plan, draws) if changed else last
        steps.append(Step(name, *_moves_between(last, following, first), changed))
        last = following
    reached = replace(last.result, inputs_hash=inputs_hash(after))
    return Moves(first.result, reached, tuple(steps), *_moves_between(first, last, first))


def compare(
    before: Plan,
    after: Plan,
    *,
    trials: int = TRIALS,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """Two plans on the same draws and in the same order, such as with and without a debt item.

    The order of the first holds on both sides, but for items that the change concerns and new
    ones, which are placed anew (`order.kept_order`). So do the quarters of its P50 starts, that
    the draws of the common items stay the same. Neither result is traced for what drives it.

    progress: told the share that is done, 0 to 1, every 25 items; what it raises ends it
    raises: LoopError or ValueError when a plan, or the seed, is refused
    """
    draws = Draws(seed, trials)
    first = Forecast(before, draws, _half(progress, 0.0))
    if not after.order:
        after = replace(after, order=kept_order(before, first.result.order, after))
    after = replace(after, quarters={**after.quarters, **first.result.quarters})
    second = Forecast(after, draws, _half(progress, 0.5))
    items, objectives = _moves_between(first, second, first)
    pairs = [_objective_ends(first, second, id) for id in objectives]
    return Comparison(
        before=first.result,
        after=second.result,
        items=items,
        objectives=objectives,
        all_met=_all_met(pairs),
        any_later=_any_later(pairs),
    )


def _half(progress: Callable[[float], None] | None, at: float) -> Progress | None:
    """What one of two simulations tells of itself."""
    if progress is None:
        return None
    return lambda done, total: progress(at + done / total / 2)


type _Ends = tuple[PlanObjective, np.ndarray, np.ndarray]


def _objective_ends(first: Forecast, second: Forecast, id: int) -> _Ends:
    """An objective and its last day in each trial, before and after; empty where it has none."""
    objective = next(each for each in first.plan.objectives if each.id == id)
    before, after = (_objective_last(each, id) for each in (first, second))
    none = np.zeros(0, dtype=np.int64)
    return objective, none if before is None else before, none if after is None else after


def _all_met(pairs: Sequence[_Ends]) -> tuple[float, float] | None:
    """Joint share of trials, never a product of chances: what slips together counts so."""
    dated = [(each.target, ends) for each, *ends in pairs if each.target is not None]
    dated = [(target, ends) for target, ends in dated if all(len(days) for days in ends)]
    if not dated:
        return None
    met = [
        np.logical_and.reduce(
            np.broadcast_arrays(*(ends[side] <= target.toordinal() for target, ends in dated))
        )
        for side in (0, 1)
    ]
    return float(np.mean(met[0])), float(np.mean(met[1]))


def _any_later(pairs: Sequence[_Ends]) -> float:
    later = [after > before for _, before, after in pairs if len(before) and len(after)]
    return float(np.mean(np.logical_or.reduce(np.broadcast_arrays(*later)))) if later else 0.0


def _moves_between(
    before: Forecast, after: Forecast, first: Forecast
) -> tuple[dict[int, Move], dict[int, Move]]:
    """Moves of the items and objectives that both forecasts, and the first one, know."""
    known = {item.id for item in first.result.items}
    old = {item.id: item for item in before.result.items}
    items = {
        item.id: _move(old[item.id], item, _last(before, item.id), _last(after, item.id))
        for item in after.result.items
        if item.id in old and item.id in known
    }
    held = {each.id: each for each in before.result.objectives}
    ids = {each.id for each in first.result.objectives}
    objectives = {
        each.id: _move(
            held[each.id], each, _objective_last(before, each.id), _objective_last(after, each.id)
        )
        for each in after.result.objectives
        if each.id in held and each.id in ids
    }
    return items, objectives


def _move(old: Any, new: Any, before: np.ndarray | None, after: np.ndarray | None) -> Move:
    def days(name: str) -> int | None:
        a = getattr(old.finish, name, None)
        b = getattr(new.finish, name, None)
        return None if a is None or b is None else (b - a).days

    chance = None if old.chance is None or new.chance is None else new.chance - old.chance
    later = earlier = 0.0
    if before is not None and after is not None:
        later, earlier = float(np.mean(after > before)), float(np.mean(after < before))
    return Move(days("p50"), days("p85"), chance, later, earlier)


def _last(forecast: Forecast, id: int) -> np.ndarray:
    """Ordinal of an item's last day in each trial."""
    if id in forecast.last_days:
        return _ordinals(forecast, forecast.last_days[id])
    leaves = forecast.structure.leaves[id]
    ended = [forecast.structure.items[leaf].finished_on for leaf in leaves]
    return np.array([max(day.toordinal() for day in ended if day is not None)])


def _objective_last(forecast: Forecast, id: int) -> np.ndarray | None:
    objective = next(each for each in forecast.plan.objectives if each.id == id)
    days = forecast.objective_days(objective)
    if days is not None:
        return _ordinals(forecast, days)
    items = forecast.structure.items
    ended = [items[leaf].finished_on for leaf in forecast.needed(objective)]
    known = [day.toordinal() for day in ended if day is not None]
    return np.array([max(known)]) if known else None


def _ordinals(forecast: Forecast, days: np.ndarray) -> np.ndarray:
    """Days as ordinals, all that lie beyond the horizon the same."""
    far = np.iinfo(np.int64).max
    return np.where(days >= DAYS, far, days.astype(np.int64) + forecast.plan.today.toordinal())
