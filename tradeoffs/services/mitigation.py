"""What acceptance demands of what follows: harm that somebody answers for, and a later look."""

from tradeoffs.checklist import demand
from tradeoffs.models import Consequence, Decision


def unhandled(decision: Decision) -> list[Consequence]:
    """What stands between a decision and its acceptance: bad, high, and nothing done about it."""
    Kind, Severity = Consequence.Kind, Consequence.Severity
    return list(decision.effects.filter(kind=Kind.BAD, severity=Severity.HIGH, handled_as=""))


@demand(0, "harm", "Handle what is bad and high, or name who accepts it and why", "consequences")
def harm_is_answered_for(decision: Decision) -> bool:
    return not unhandled(decision)


@demand(3, "predictions", "Predict at least one thing that can be checked", "predictions")
def has_predictions(decision: Decision) -> bool:
    return decision.predictions.exists()


@demand(3, "triggers", "Say when it is to be looked at again", "triggers")
def has_triggers(decision: Decision) -> bool:
    return decision.check_on is not None or decision.triggers.exists()
