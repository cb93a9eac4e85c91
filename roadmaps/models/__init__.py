"""What we plan and when it will be done."""

from .baselines import Baseline, BaselineItem, ScopeComparison, SlipPolicy, SlipReason
from .capacity import CapacityEffect, TeamDrag
from .estimates import Actual, Estimate, ForecastScore, LearnedEstimate, Learning
from .forecasts import (
    ForecastDates,
    ForecastMoves,
    ForecastRun,
    ItemForecast,
    ObjectiveForecast,
    ObjectiveHurts,
    PlanStatus,
)
from .items import Item, ItemLink, ItemMove, Objective

__all__ = [
    "Actual",
    "Baseline",
    "BaselineItem",
    "CapacityEffect",
    "Estimate",
    "ForecastDates",
    "ForecastMoves",
    "ForecastRun",
    "ForecastScore",
    "Item",
    "ItemForecast",
    "ItemLink",
    "ItemMove",
    "LearnedEstimate",
    "Learning",
    "Objective",
    "ObjectiveForecast",
    "ObjectiveHurts",
    "PlanStatus",
    "ScopeComparison",
    "SlipPolicy",
    "SlipReason",
    "TeamDrag",
]
