"""What we owe, what it costs, and what shows that it does."""

from .badges import Badge
from .contract import DebtOutcome, DebtTap, TapWithdrawal
from .histories import HistoryFigures, HistoryRun, MinedChange
from .items import (
    DebtItem,
    DebtScore,
    Evidence,
    Interest,
    InterestWithdrawal,
    ScoreModel,
    TeamLedger,
)
from .kept import ScopeSize, SharedCost, Standing
from .needs import DebtNeed
from .owner import OwnerName, OwnersFile
from .requests import LogRequest
from .scans import Finding, RuleEffort, Scan, ScanScope, Sighting
from .views import DebtView, DebtViewDefault

__all__ = [
    "Badge",
    "DebtItem",
    "DebtNeed",
    "DebtOutcome",
    "DebtScore",
    "DebtTap",
    "DebtView",
    "DebtViewDefault",
    "Evidence",
    "Finding",
    "HistoryFigures",
    "HistoryRun",
    "Interest",
    "InterestWithdrawal",
    "LogRequest",
    "MinedChange",
    "OwnerName",
    "OwnersFile",
    "RuleEffort",
    "Scan",
    "ScanScope",
    "ScopeSize",
    "ScoreModel",
    "SharedCost",
    "Sighting",
    "Standing",
    "TapWithdrawal",
    "TeamLedger",
]
