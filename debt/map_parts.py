"""The components of a product with all that is known of them, now or at the end of a month."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from debt import queries, touched_parts
from debt.maths import flows
from debt.models import DebtItem, DebtScore, Finding
from debt.queries import figures as queries_figures
from debt.queries import lives as queries_lives
from debt.touched_parts import end_of
from tpm.models import Component, Product


@dataclass
class Part:
    """One component with all that is known of it."""

    component: Component
    items: list[DebtItem] = field(default_factory=list)
    interest: float = 0.0
    """pd a month, shared hours counted once."""
    principal: float = 0.0
    priced: int = 0
    """Of its items, those whose interest is known."""
    sized: int = 0
    """Of its items, those whose principal is known."""
    score: float | None = None
    """The highest of its items."""
    findings: int = 0
    changes: int | None = None
    """In the window; None where no history covers it."""
    rate: float | None = None
    """Changes a month, newer ones count more; None like `changes`."""
    lines: int | None = None
    drag: float | None = None
    """Share of what the teams that pay can do."""

    @property
    def interest_known(self) -> bool:
        """Whether anything is known of what it costs; what has no debt costs nothing."""
        return not self.items or self.priced > 0

    @property
    def principal_known(self) -> bool:
        return not self.items or self.sized > 0

    def amount(self, name: str) -> float:
        return float(getattr(self, name) or 0.0)


@dataclass(frozen=True)
class Whole:
    """A product's parts, and what lies in none of them."""

    parts: list[Part]
    items: list[DebtItem]
    apart: list[DebtItem]
    """Items without a component of the product."""
    days: dict[int, float]
    """Item -> pd a month, shared hours counted once; what is not known is left out."""
    fix: dict[int, float]
    """Item -> pd to fix it; what is not known is left out."""
    scores: dict[int, float]
    """Item -> its score; what is not known is left out."""
    capacity: dict[int, float]
    """Team -> pd a month, as of today."""
    serving: list[int]
    """Teams that serve the product today."""
    findings: int
    """Of all the product, those in none of the parts too."""
    as_of: datetime.datetime | None = None
    """When the oldest of the drags it is made of was computed; None where none was."""


@dataclass(frozen=True)
class Prices:
    """What is known of items at one moment: pd a month, pd to fix, score."""

    days: dict[int, float]
    fix: dict[int, float]
    scores: dict[int, float]


def whole_of(product: Product, model: Mapping[str, Any], day: datetime.date | None = None) -> Whole:
    """Everything the map shows, in a fixed number of queries.

    day: the last day that counts; None: now. Lines, owners and what teams can do are today's.
    """
    components = product.components.select_related("owner_team").order_by("name")
    found = {row.pk: Part(row) for row in components}
    ledgers = queries.ledgers_of(product)
    rows = items_on(product, day).select_related("latest_score", "team", "product")
    items = list(rows.order_by("number"))
    prices = prices_now(items, ledgers) if day is None else prices_on(product, items, day)
    apart = []
    for item in items:
        part = found.get(item.component_id or 0)
        if part is None:
            apart.append(item)
            continue
        part.items.append(item)
        part.interest += prices.days.get(item.pk, 0.0)
        part.principal += prices.fix.get(item.pk, 0.0)
        part.priced += item.pk in prices.days
        part.sized += item.pk in prices.fix
        if (score := prices.scores.get(item.pk)) is not None:
            part.score = max(score, part.score or 0.0)
    teams = {item.team.pk: item.team for item in items if item.team is not None}
    teams |= {ledger.team.pk: ledger.team for ledger in ledgers}
    owners = [part.component.owner_team for part in found.values()]
    teams |= {team.pk: team for team in owners if team is not None}
    read_history(product, found, model, day)
    counts = findings_on(product, day)
    capacity = queries.capacities(teams.values(), model)
    for part in found.values():
        part.findings = counts.get(part.component.pk, 0)
        able = sum(capacity.get(team, 0.0) for team in paying(part))
        part.drag = part.interest / able if able and part.interest_known else None
    return Whole(
        parts=list(found.values()),
        items=items,
        apart=apart,
        days=prices.days,
        fix=prices.fix,
        scores=prices.scores,
        capacity=capacity,
        serving=[ledger.team_id for ledger in ledgers],
        findings=sum(counts.values()),
        as_of=min((row.computed_at for row in ledgers if row.computed_at), default=None),
    )


def items_on(product: Product, day: datetime.date | None) -> QuerySet[DebtItem]:
    """Debt that cost time at the end of a day, or costs it now."""
    rows = DebtItem.objects.filter(product=product)
    if day is None:
        return rows.filter(state__in=DebtItem.DRAGS)
    hurt = rows.filter(hurts_since__lte=day).exclude(state=DebtItem.State.NOT_DEBT)
    return hurt.filter(Q(closed_on=None) | Q(closed_on__gt=day))


def prices_now(items: Iterable[DebtItem], ledgers: Iterable[Any]) -> Prices:
    known = {
        pk: after * (ledger.capacity_days or 0.0)
        for ledger in ledgers
        for pk, (after, *_others) in ledger.shares.items()
    }
    days, fix, scores = {}, {}, {}
    for item in items:
        score = item.latest_score
        if str(item.pk) in known:
            days[item.pk] = known[str(item.pk)]
        elif score is not None and score.interest_days is not None:
            days[item.pk] = score.interest_days
        if score is not None and score.principal_days is not None:
            fix[item.pk] = score.principal_days
        if score is not None and score.score is not None:
            scores[item.pk] = score.score
    return Prices(days, fix, scores)


def prices_on(product: Product, items: list[DebtItem], day: datetime.date) -> Prices:
    """What the trend adds up to on that day, item by item; the score is that of then."""
    lives = queries_lives.lives_by_item(product)

    def amounts(name: str) -> dict[int, float]:
        known = lives[name]
        return {
            item.pk: flows.total_on([known[item.pk]], day) for item in items if item.pk in known
        }

    then = DebtScore.objects.filter(item=OuterRef("pk"), at__lt=end_of(day), score__isnull=False)
    rows = items_on(product, day).annotate(
        then=Subquery(then.order_by("-at", "-pk").values("score")[:1])
    )
    scores = dict(rows.filter(then__isnull=False).values_list("pk", "then"))
    return Prices(amounts("interest"), amounts("principal"), scores)


def findings_on(product: Product, day: datetime.date | None) -> dict[int | None, int]:
    """Findings that were open then and nobody accepted or called false, by component."""
    rows = findings_open(product, day)
    counted = rows.order_by().values(of=F("component")).annotate(count=Count("pk"))
    return {row["of"]: row["count"] for row in counted}


def findings_open(product: Product, day: datetime.date | None) -> QuerySet[Finding]:
    """Findings that were open at the end of a day, or are now, and that count."""
    rows = Finding.objects.filter(product=product, verdict="")
    if day is None:
        return rows.filter(state=Finding.State.OPEN)
    end = end_of(day)
    return rows.filter(opened_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=end))


def paying(part: Part) -> set[int]:
    """The teams that lose time to a component's debt; its owner where it has none."""
    found = {item.team_id for item in part.items if item.team_id is not None}
    return found or ({part.component.owner_team_id} - {None})  # type: ignore[return-value]


def capacity_of(whole: Whole, teams: Iterable[int]) -> float:
    return sum(whole.capacity.get(team, 0.0) for team in teams)


def read_history(
    product: Product,
    found: Mapping[int, Part],
    model: Mapping[str, Any],
    day: datetime.date | None,
) -> None:
    """Changes and lines of each component, where a repository knows them."""
    stories = queries_figures.stories_of(product.pk, model, day)
    for of_parts in touched_parts.touched(product, stories, model, day):
        for pk in of_parts.keys() & found.keys():
            found[pk].changes = (found[pk].changes or 0) + of_parts[pk].changes
            found[pk].rate = (found[pk].rate or 0.0) + of_parts[pk].rate
    for pk, lines in touched_parts.lines_of_parts(product, stories).items():
        if pk in found:
            found[pk].lines = lines
