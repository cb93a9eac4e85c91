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
from .views import DefaultView, SavedView

__all__ = [
    "Actual",
    "Baseline",
    "BaselineItem",
    "CapacityEffect",
    "DefaultView",
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
    "SavedView",
    "TeamDrag",
]
