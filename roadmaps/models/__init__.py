"""What we plan and when it will be done."""

from .baselines import Baseline, BaselineItem
from .capacity import CapacityEffect, TeamDrag
from .estimates import Actual, Estimate, ForecastScore, LearnedEstimate, Learning
from .forecasts import (
    ForecastDates,
    ForecastMoves,
    ForecastRun,
    ItemForecast,
    ObjectiveForecast,
    PlanStatus,
)
from .items import Item, ItemLink, ItemMove, Objective
from .sharing import ShareLink, Sharing

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
    "PlanStatus",
    "ShareLink",
    "Sharing",
    "TeamDrag",
]
