"""The ground floor: who works where, on what system, and what happened."""

from .checking import Checked
from .jobs import Job
from .operations import Operation
from .records import (
    Change,
    Comment,
    Figure,
    Mention,
    Subject,
)
from .saved_views import NamedView, OpeningView
from .service import (
    ApiToken,
    Heartbeat,
    RemovalPermit,
)
from .workspace import (
    KEY_PATTERN,
    Absence,
    CalendarEntry,
    CapacityPolicy,
    Component,
    Level,
    Membership,
    Period,
    Person,
    Product,
    Role,
    Team,
    TeamShare,
    User,
    Versioned,
)

__all__ = [
    "KEY_PATTERN",
    "Absence",
    "ApiToken",
    "CalendarEntry",
    "CapacityPolicy",
    "Change",
    "Checked",
    "Comment",
    "Component",
    "Figure",
    "Heartbeat",
    "Job",
    "Level",
    "Membership",
    "Mention",
    "NamedView",
    "OpeningView",
    "Operation",
    "Period",
    "Person",
    "Product",
    "RemovalPermit",
    "Role",
    "Subject",
    "Team",
    "TeamShare",
    "User",
    "Versioned",
]
