"""What follows from decisions, over REST: the same services, rules and sentences as the pages."""

from tradeoffs.api.consequences import ConsequenceViewSet
from tradeoffs.api.predictions import CalibrationViewSet, LookBackViewSet, PredictionViewSet
from tradeoffs.api.triggers import FiringViewSet, TriggerViewSet


def register(router) -> None:
    router.register("consequences", ConsequenceViewSet, basename="consequence")
    router.register("predictions", PredictionViewSet, basename="prediction")
    router.register("revisit-triggers", TriggerViewSet, basename="revisit-trigger")
    router.register("fired-triggers", FiringViewSet, basename="fired-trigger")
    router.register("look-backs", LookBackViewSet, basename="look-back")
    router.register("decision-calibration", CalibrationViewSet, basename="decision-calibration")
