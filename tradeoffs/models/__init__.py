"""What we chose and why: decisions, what they were weighed on, who judged them, what followed."""

from .decisions import Decision, Option, Uncovered
from .files import (
    Collection,
    DecisionLink,
    DecisionTag,
    RecordFile,
    StatusWord,
)
from .finding import Handled, Summary
from .follow import (
    Consequence,
    Firing,
    LookBack,
    Prediction,
    RevisitTrigger,
)
from .matrix import POINTS_WRONG, Criterion, Drift, Robustness, Score, Weighting
from .review import (
    Involved,
    ObjectionEnd,
    Reminder,
    Review,
    Reviewer,
    ReviewPlan,
    Supersession,
)
from .scoring import Ballot, BallotScore, ScoringRound
from .text import (
    Amendment,
    Anchor,
    Closing,
    Section,
    SectionDraft,
    Version,
)
from .views import DecisionView, DecisionViewDefault

__all__ = [
    "POINTS_WRONG",
    "Amendment",
    "Anchor",
    "Ballot",
    "BallotScore",
    "Closing",
    "Collection",
    "Consequence",
    "Criterion",
    "Decision",
    "DecisionLink",
    "DecisionTag",
    "DecisionView",
    "DecisionViewDefault",
    "Drift",
    "Firing",
    "Handled",
    "Involved",
    "LookBack",
    "ObjectionEnd",
    "Option",
    "Prediction",
    "RecordFile",
    "Reminder",
    "Review",
    "ReviewPlan",
    "Reviewer",
    "RevisitTrigger",
    "Robustness",
    "Score",
    "ScoringRound",
    "Section",
    "SectionDraft",
    "StatusWord",
    "Summary",
    "Supersession",
    "Uncovered",
    "Version",
    "Weighting",
]
