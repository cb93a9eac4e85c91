"""Sequencing by value: what to do first when waiting costs money."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

Costs = Mapping[int, float]
"""Cost of delay of each item, per week, >= 0."""
Finishes = Mapping[int, float]
"""Expected finish of each item, in weeks."""


def cd3_order(
    costs: Costs,
    weeks: Mapping[int, float],
    predecessors: Mapping[int, Iterable[int]] | None = None,
) -> tuple[int, ...]:
    """Items by cost of delay divided by duration, what they wait for first.

    CD3 (Reinertsen 2009) is Smith's ratio (1956): on one bottleneck it gives the smallest total
    cost of delay. With predecessors, the set of items that can be done next without any other
    (closed under predecessors) with the best ratio of its sums goes first (Sidney 1975): some
    cheapest order begins with it. Inside it the item goes first that has, with what it waits for,
    the best ratio.

    costs:        cost of delay per week of every item, >= 0; ties by id
    weeks:        weeks each takes of the bottleneck team, >= 0; nothing is never a reason to wait
    predecessors: items each one waits for
    raises:       ValueError for a negative number, an unknown item, or items in a circle
    """
    before = _checked(costs, weeks, predecessors or {})
    order: list[int] = []
    placed: set[int] = set()
    while len(order) < len(costs):
        block = _best_closure(costs, weeks, before, placed)
        order += _inside(block, costs, weeks, before, placed)
        placed |= block
    return tuple(order)


def improve_order(
    order: Sequence[int],
    costs: Costs,
    evaluate: Callable[[tuple[int, ...]], Finishes],
    predecessors: Mapping[int, Iterable[int]] | None = None,
    *,
    evaluations: int = 100,
) -> tuple[int, ...]:
    """Move items while the total cost of delay, the sum of cost x expected finish, falls.

    Neighbours are swapped first, then single items are moved anywhere their predecessors allow;
    a change is kept only when `evaluate`, such as a run of the simulator on fixed draws, says that
    it is cheaper. So the result never costs more than `order`.

    order:       every item of `costs` once, predecessors first
    evaluate:    expected finish in weeks of every item for an order
    evaluations: calls of `evaluate` at most
    raises:      ValueError when the order lacks an item, repeats one or breaks a predecessor
    """
    before = _checked(costs, dict.fromkeys(costs, 0.0), predecessors or {})
    best = tuple(order)
    if sorted(best) != sorted(costs) or not _legal(best, before):
        raise ValueError("The order must hold every item once, after its predecessors.")
    cheapest, left = delay_cost(costs, evaluate(best)), evaluations - 1
    improved = True
    while improved and left > 0:
        improved = False
        for tried in _neighbours(best, before):
            if left <= 0:
                break
            left -= 1
            cost = delay_cost(costs, evaluate(tried))
            if cost < cheapest - 1e-9 * abs(cheapest):
                best, cheapest, improved = tried, cost, True
                break
    return best


def delay_cost(costs: Costs, finishes: Finishes) -> float:
    """Total cost of delay: each item's cost per week x the week in which it is expected."""
    # Nothing times never is nothing: what costs nothing may stay undone.
    return sum(cost * finishes[item] for item, cost in costs.items() if cost)


def _checked(
    costs: Costs, weeks: Mapping[int, float], predecessors: Mapping[int, Iterable[int]]
) -> dict[int, frozenset[int]]:
    """All that each item waits for, directly or not."""
    if not all(value >= 0 for value in (*costs.values(), *weeks.values())):
        raise ValueError("Costs of delay and weeks cannot be negative.")
    direct = {item: frozenset(predecessors.get(item, ())) for item in costs}
    if set(weeks) != set(costs) or not set().union(*direct.values()) <= set(costs):
        raise ValueError("Costs, weeks and predecessors name different items.")
    before: dict[int, frozenset[int]] = {}
    while len(before) < len(direct):
        ready = [k for k in direct if k not in before and all(p in before for p in direct[k])]
        if not ready:
            raise ValueError("Items wait for each other in a circle.")
        for item in ready:
            before[item] = direct[item].union(*(before[k] for k in direct[item]))
    return before


def _best_closure(costs, weeks, before, placed: set[int]) -> set[int]:
    """Items to do next: the closure with the best ratio (Dinkelbach's method).

    Of a closure that is known, ask for one whose cost exceeds that ratio x its weeks by the most;
    when none exceeds it there is no better one.
    """
    block = {item for item in costs if item not in placed}
    for item in sorted(block):
        alone = {item, *before[item]} - placed
        if costs[item] > 0 and not any(weeks[k] for k in alone):
            return alone
    enough = 1e-9 * (1.0 + sum(costs.values()))
    while any(weeks[item] for item in block):
        ratio = _ratio(block, costs, weeks)
        gains = {k: costs[k] - ratio * weeks[k] for k in costs if k not in placed}
        found = _richest_closure(gains, before, enough)
        if sum(gains[item] for item in found) <= enough or found == block:
            break
        block = found
    return block


def _richest_closure(gains: Mapping[int, float], before, enough: float) -> set[int]:
    """The closed set with the largest sum of gains, by the smallest cut (Picard 1976).

    Whoever gains pays for the losses of what it waits for, as far as its gain goes; the set is of
    those who have something left, and of those whose payments these could take over.
    """
    left = {k: gain for k, gain in gains.items() if gain > 0}
    owed = {k: -gain for k, gain in gains.items() if gain <= 0}
    paid: dict[int, dict[int, float]] = {k: {} for k in owed}
    needs = {k: sorted(item for item in before[k] if item in owed) for k in left}
    while True:
        came: dict[int, int | None] = {k: None for k in left if left[k] > enough * 1e-3}
        queue, via, end = list(came), {}, None
        for payer in queue:
            for loss in needs[payer]:
                if loss in via:
                    continue
                via[loss] = payer
                if owed[loss] > enough * 1e-3:
                    end = loss
                    break
                for other, amount in paid[loss].items():
                    if amount > 0 and other not in came:
                        came[other] = loss
                        queue.append(other)
            if end is not None:
                break
        if end is None:
            return set(came).union(*(before[k] & gains.keys() for k in came))
        _pay(end, via, came, left, owed, paid)


def _pay(end: int, via, came, left, owed, paid) -> None:
    """Push what is possible along one chain of payers to a loss."""
    chain: list[tuple[int, int]] = []
    loss: int | None = end
    while loss is not None:
        chain.append((via[loss], loss))
        loss = came[via[loss]]
    takeovers = [(payer, loss) for (payer, _), (_, loss) in pairwise(chain)]
    amount = min(left[chain[-1][0]], owed[end], *(paid[k][payer] for payer, k in takeovers), 1e300)
    left[chain[-1][0]] -= amount
    owed[end] -= amount
    for payer, k in chain:
        paid[k][payer] = paid[k].get(payer, 0.0) + amount
    for payer, k in takeovers:
        paid[k][payer] -= amount


def _inside(block, costs, weeks, before, placed: set[int]) -> list[int]:
    """The items of a block, each taken with what it waits for, the best ratio first."""
    order: list[int] = []
    done = set(placed)
    while len(order) < len(block):
        rest = sorted(block - done)
        ready = [item for item in rest if before[item] <= done]
        goal = min(rest, key=lambda item: _by_ratio({item, *(before[item] - done)}, costs, weeks))
        wanted = {goal, *(before[goal] - done)}
        item = min(
            (each for each in ready if each in wanted),
            key=lambda each: _by_ratio({each}, costs, weeks),
        )
        order.append(item)
        done.add(item)
    return order


def _ratio(items: Iterable[int], costs, weeks) -> float:
    cost, time = sum(costs[k] for k in items), sum(weeks[k] for k in items)
    if time > 0:
        return cost / time
    return float("inf") if cost > 0 else 0.0


def _by_ratio(items: set[int], costs, weeks) -> tuple:
    return -_ratio(items, costs, weeks), len(items), min(items)


def _legal(order: Sequence[int], before: Mapping[int, frozenset[int]]) -> bool:
    done: set[int] = set()
    for item in order:
        if not before[item] <= done:
            return False
        done.add(item)
    return True


def _neighbours(order: tuple[int, ...], before: Mapping[int, frozenset[int]]):
    """Legal orders that differ by a swap of neighbours, then by one item moved farther."""
    for k, (first, second) in enumerate(pairwise(order)):
        if first not in before[second]:
            yield (*order[:k], second, first, *order[k + 2 :])
    for k, item in enumerate(order):
        rest = (*order[:k], *order[k + 1 :])
        for to in range(len(order)):
            moved = (*rest[:to], item, *rest[to:])
            if abs(to - k) > 1 and _legal(moved, before):
                yield moved
