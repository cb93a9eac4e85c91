"""The tabs of a decision's page. Add a view under its name and the tab stands in the strip."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tradeoffs.models import Decision

TABS = (
    ("detail", _("Decision")),
    ("matrix", _("Matrix")),
    ("robustness", _("Robustness")),
    ("review", _("Review")),
    ("consequences", _("Links & consequences")),
    ("follow-up", _("Follow-up")),
    ("history", _("History")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: str


@cache
def exists(name: str) -> bool:
    """Whether a view of this name, `decision-NAME`, has been added to the addresses."""
    try:
        reverse(f"tradeoffs:decision-{name}", args=["A-A1"])
    except NoReverseMatch:
        return False
    return True


def strip(decision: Decision, current: str, counts: dict[str, str] | None = None) -> list[Tab]:
    """The tabs that exist, in order.

    current: the name of the tab that is open; counts: name of a tab to what stands beside it
    """
    return [
        Tab(
            label=str(label),
            url=reverse(f"tradeoffs:decision-{name}", args=[decision.key]),
            current=name == current,
            count=(counts or {}).get(name, ""),
        )
        for name, label in TABS
        if exists(name)
    ]
