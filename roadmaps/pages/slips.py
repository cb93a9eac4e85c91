"""The slip log: why what was committed came later, by reason and over time. Never by person."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps.models import SlipReason
from roadmaps.queries.slips import Slip
from tpm import formats, subjects, svg
from tpm.models import Product
from tpm.roles import can

DECISION, LOG_SHOWN, MONTHS_SHOWN = "decision", 200, 12
DECISIONS = "tradeoffs.decision"


@dataclass(frozen=True)
class ByReason:
    """What one reason stands for: slips, their working days, and its share of all days."""

    value: str
    label: str
    count: int
    days: int
    share: str
    bar: SafeString


def choices() -> list[tuple[str, str]]:
    """Reasons as an address names them; a decision alone is one of its own."""
    return [
        *((value, str(label)) for value, label in SlipReason.Reason.choices),
        (DECISION, _("A decision")),
    ]


def value_of(row: SlipReason) -> str:
    return row.reason or DECISION


def reasons(rows: Iterable[SlipReason]) -> list[ByReason]:
    """Every reason with what it stands for, the most days first; none is left out at zero."""
    counts: dict[str, list[int]] = {value: [0, 0] for value, _label in choices()}
    for row in rows:
        counts[value_of(row)][0] += 1
        counts[value_of(row)][1] += row.days
    whole = sum(days for _count, days in counts.values())
    found = [
        ByReason(
            value, label, count, days, formats.percent(days / whole) if whole else formats.UNKNOWN,
            svg.share_bar(days / whole if whole else 0.0, height=8),
        )
        for value, label in choices()
        for count, days in (counts[value],)
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.days)


def months(rows: Iterable[SlipReason]) -> list[tuple[str, int, int, SafeString]]:
    """(month, slips, working days, their share of the worst month), the newest first."""
    counts: dict[datetime.date, list[int]] = {}
    for row in rows:
        month = counts.setdefault(row.at.date().replace(day=1), [0, 0])
        month[0] += 1
        month[1] += row.days
    most = max((days for _count, days in counts.values()), default=0)
    return [
        (formats.month(day, year=True), count, days, svg.share_bar(days / most, height=8))
        for day, (count, days) in sorted(counts.items(), reverse=True)[:MONTHS_SHOWN]
    ]


def newest_words(rows: Sequence[SlipReason]) -> list[SlipReason]:
    """The last word on each slip of each baseline: what was said before is told in its history."""
    seen, found = set(), []
    for row in rows:
        subject = (row.baseline_id, row.item_id, row.objective_id)
        if subject not in seen:
            seen.add(subject)
            found.append(row)
    return found


def decisions_by_key(user, product: Product) -> QuerySet | None:
    """Decisions that may explain a slip; None where no app has decisions."""
    rows = subjects.rows(user, DECISIONS)
    return None if rows is None else rows.filter(product=product).order_by("-pk")


def decision_urls(user, product: Product, rows: Iterable[SlipReason]) -> dict[str, str]:
    """Address of each decision that these reasons name and this user may see."""
    keys = {row.decision_key for row in rows if row.decision_key}
    found = decisions_by_key(user, product) if keys else None
    return {} if found is None else {
        row.key: row.get_absolute_url() for row in found.filter(key__in=keys)
    }  # fmt: skip


def title_of(row: SlipReason | Slip) -> str:
    """What slipped, in words."""
    if row.item is not None:
        return f"{row.item.key} {row.item.title}"
    return row.objective.title if row.objective is not None else _("The whole plan")


def words_of(slip: Slip) -> str:
    """By how much, since when."""
    if slip.now is None:
        return _("slipped beyond ten years since %(name)s") % {"name": slip.baseline}
    return _("slipped by %(n)s working days since %(name)s: P85 %(was)s, now %(now)s") % {
        "n": formats.number(slip.days),
        "name": slip.baseline,
        "was": formats.day(slip.was),
        "now": formats.day(slip.now),
    }


def line_of(user, product: Product, slip: Slip) -> tuple[Slip, str, str, bool]:
    """A slip, what slipped, by how much, and whether this person may say why."""
    return slip, title_of(slip), words_of(slip), may_explain(user, product, slip)


def may_explain(user, product: Product, slip: Slip) -> bool:
    """Planners say why anything slipped; who owns something, why that did."""
    return can(user, "plan", product) or (is_mine(user, slip) and can(user, "estimate", product))


def is_mine(user, slip: Slip) -> bool:
    subject = slip.item or slip.objective
    owner = subject.owner if subject is not None else None
    return owner is not None and owner.user_id == user.pk
