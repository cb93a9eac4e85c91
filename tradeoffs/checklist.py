"""What the tier of a decision demands of its record before it can be accepted, and no more."""

from collections.abc import Callable
from dataclasses import dataclass

from tradeoffs import matrix
from tradeoffs.models import Decision

Demand = Callable[[Decision], bool]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist; `place` is where on the pages it is met."""

    name: str
    text: str
    done: bool
    place: str


_demands: list[tuple[int, str, str, str, Demand]] = []


def demand(from_tier: int, name: str, text: str, place: str = "") -> Callable[[Demand], Demand]:
    """Register what a tier, and each above it, demands: (decision) -> whether it is there.

    text: what to do, as a reader is told; place: a name of a page of the decision, with an anchor
    """

    def add(check: Demand) -> Demand:
        _demands.append((from_tier, name, text, place, check))
        return check

    return add


def of(decision: Decision) -> list[Item]:
    """The checklist of a decision; one without a tier is treated as tier 1."""
    tier = 1 if decision.tier is None else decision.tier
    return [
        Item(name, text, check(decision), place)
        for from_tier, name, text, place, check in _demands
        if from_tier <= tier
    ]


def texts(tier: int) -> list[str]:
    """What a tier demands of a record, in words."""
    return [text for from_tier, _name, text, _place, _check in _demands if from_tier <= tier]


def lacking(decision: Decision) -> list[Item]:
    return [item for item in of(decision) if not item.done]


@demand(1, "options", "Name at least two options: keeping things as they are may be one", "options")
def has_options(decision: Decision) -> bool:
    return decision.options.count() > 1


@demand(2, "matrix", "Compare the options: score each of them on a criterion that weighs", "matrix")
def has_matrix(decision: Decision) -> bool:
    grid = matrix.of(decision)
    weighs = [j for j, criterion in enumerate(grid.criteria) if criterion.weight > 0]
    return bool(weighs) and all(any(row[j] is not None for j in weighs) for row in grid.ranges)


@demand(2, "context", "Say what every option has to respect, or what the question comes from",
        "context")  # fmt: skip
def has_context(decision: Decision) -> bool:
    return bool(decision.context or decision.constraints or decision.situation)


@demand(3, "due", "Say until when the reviewers answer, or when to decide", "review")
def has_due_date(decision: Decision) -> bool:
    plan = getattr(decision, "review_plan", None)
    return bool(decision.due_on or (plan and plan.due_on))


@demand(3, "confirmation", "Say how you will check whether it was right", "check")
def has_confirmation(decision: Decision) -> bool:
    return bool(decision.confirmation)
