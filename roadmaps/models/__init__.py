"""What we plan and when it will be done."""

from .baselines import Baseline, BaselineItem, ScopeComparison, SlipPolicy, SlipReason
from .capacity import CapacityEffect, TeamDrag
from .checks import (
    Check,
    CheckEvidence,
    CheckException,
    CheckKind,
    CheckState,
    CheckTemplate,
)
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
from .items import Item, ItemLink, ItemMove, ItemTeam, Objective
from .priorities import (
    ItemPriority,
    PriorityFormula,
    PriorityInput,
    PriorityRanking,
    ValueCurve,
)
from .scenarios import Scenario, ScenarioChange, ScenarioForecast
from .sharing import ShareLink, Sharing
from .views import DefaultView, SavedView

__all__ = [
    "Actual",
    "Baseline",
    "BaselineItem",
    "CapacityEffect",
    "Check",
    "CheckEvidence",
    "CheckException",
    "CheckKind",
    "CheckState",
    "CheckTemplate",
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
    "ItemPriority",
    "ItemTeam",
    "LearnedEstimate",
    "Learning",
    "Objective",
    "ObjectiveForecast",
    "ObjectiveHurts",
    "PlanStatus",
    "PriorityFormula",
    "PriorityInput",
    "PriorityRanking",
    "SavedView",
    "Scenario",
    "ScenarioChange",
    "ScenarioForecast",
    "ScopeComparison",
    "ShareLink",
    "Sharing",
    "SlipPolicy",
    "SlipReason",
    "TeamDrag",
    "ValueCurve",
]
