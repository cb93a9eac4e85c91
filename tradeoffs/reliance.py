"""What relied on a decision: a checklist for when it no longer holds.

Each app to the right adds what of its own leans on a decision with `offer`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tpm.history import subject_type
from tradeoffs.models import Decision, DecisionLink, Handled

ENDED = (Decision.State.SUPERSEDED, Decision.State.DEPRECATED)


@dataclass(frozen=True, slots=True)
class Reliant:
    """One thing that relied on it. says: how, such as "depends on" or "shaped by it"."""

    subject_type: str
    subject_id: int
    key: str
    title: str
    url: str
    state: str
    says: str

    @property
    def word(self) -> str:
        """How a form names it."""
        return f"{self.subject_type}:{self.subject_id}"


Finder = Callable[..., Iterable[Reliant]]
_finders: list[Finder] = []


def offer(finder: Finder) -> Finder:
    """Add a function of (user, decision) that finds what of an app relies on it."""
    _finders.append(finder)
    return finder


def reliants(user, decision: Decision) -> list[Reliant]:
    return [row for finder in _finders for row in finder(user, decision)]


def handled(decision: Decision) -> set[str]:
    """Words of what is ticked off."""
    rows = Handled.objects.filter(decision=decision).values_list("subject_type", "subject_id")
    return {f"{kind}:{pk}" for kind, pk in rows}


@offer
def decisions(user, decision: Decision) -> Iterable[Reliant]:
    """Other decisions that name this one in their links, apart from what replaced it."""
    newer = decision.replaced_by.values("new")
    links = DecisionLink.objects.filter(to=decision, suggested=False).exclude(decision__in=newer)
    for link in links.select_related("decision").order_by("decision__number"):
        other = link.decision
        yield Reliant(
            subject_type(other), other.pk, other.key, other.title, other.get_absolute_url(),
            other.state, link.kind,
        )  # fmt: skip


@offer
def items(user, decision: Decision) -> Iterable[Reliant]:
    """Items that it shaped and that are still to be done."""
    for item in decision.items.exclude(state__in=["done", "dropped"]).order_by("number"):
        yield Reliant(
            subject_type(item), item.pk, item.key, item.title, item.get_absolute_url(), item.state,
            _("shaped by it"),
        )  # fmt: skip
