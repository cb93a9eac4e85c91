"""What findings suggest: a rule in a component is one thing that could become debt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from debt.maths.scoring import effective_window_months
from debt.models import DebtItem, Finding, Scan
from debt.queries import current_model, taken_minutes
from debt.queries.figures import stories_of
from debt.queries.histories import weighted
from debt.scans.results import words_of_rule
from tpm.models import Product
from tpm.roles import products_visible_to

MOST = 200


def scans_visible_to(user) -> QuerySet[Scan]:
    return Scan.objects.filter(product__in=products_visible_to(user))


def findings_visible_to(user) -> QuerySet[Finding]:
    return Finding.objects.filter(product__in=products_visible_to(user))


def waiting(product: Product) -> QuerySet[Finding]:
    """Open findings of the default branch that nobody judged or took, and no tool leaves out."""
    return Finding.objects.filter(
        product=product, state=Finding.State.OPEN, verdict="", proposal="", item=None,
        scope__branch="",
    ).select_related("scope")  # fmt: skip


@dataclass(frozen=True)
class Suggestion:
    """One rule in one component.

    effort_days: sum of what the tool declares, else the table of rules, person-days; None: unknown
    touches:     how often its files are changed a month, added up; None: no history knows them
    item:        key of open debt that has findings of it already
    """

    rule: str
    name: str
    component_id: int | None
    component: str
    component_key: str
    tool: str
    findings: int
    files: int
    level: str
    effort_days: float | None
    touches: float | None
    item: str


def suggestions(product: Product, *, component: str = "") -> list[Suggestion]:
    """Suggestions of a product, those whose files change most first, then the most findings."""
    rows = waiting(product)
    if component:
        rows = rows.filter(component__key=component)
    found = (
        rows.order_by()
        .values("rule", "component", "component__name", "component__key")
        .annotate(
            n=Count("pk"),
            files=Count("path", distinct=True),
            name=Max("rule_name"),
            said=Min("message"),
            kinds=Count("message", distinct=True),
            tool=Min("scope__tool"),
            errors=Count("pk", filter=Q(level="error")),
            warnings=Count("pk", filter=Q(level="warning")),
            effort=Sum(taken_minutes()),
        )
        .order_by("-n", "rule", "component__name")
    )
    touched = touches_of(product, rows)
    said = messages_of(rows, [row for row in found if not row["name"] and row["kinds"] > 1])
    held: dict[tuple[str, int | None], str] = {
        (rule, component_id): key
        for rule, component_id, key in Finding.objects.filter(
            product=product, item__state__in=DebtItem.DRAGS
        )
        .order_by("-item__pk")
        .values_list("rule", "component", "item__key")
        .distinct()
    }
    hours = product.hours_per_day
    made = [
        Suggestion(
            rule=row["rule"],
            name=words_of_rule(
                row["rule"],
                row["name"],
                [row["said"]]
                if row["kinds"] == 1
                else said.get((row["rule"], row["component"]), ()),
            ),
            component_id=row["component"],
            component=row["component__name"] or "",
            component_key=row["component__key"] or "",
            tool=row["tool"],
            findings=row["n"],
            files=row["files"],
            level="error" if row["errors"] else "warning" if row["warnings"] else "note",
            effort_days=None if row["effort"] is None else row["effort"] / 60 / hours,
            touches=None if touched is None else touched.get((row["rule"], row["component"])),
            item=held.get((row["rule"], row["component"]), ""),
        )
        for row in found
    ]
    return sorted(made, key=lambda suggestion: -(suggestion.touches or 0.0))[:MOST]


def messages_of(
    rows: QuerySet[Finding], groups: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, int | None], list[str]]:
    """All that the findings of some rules say in a component, where they say several things."""
    if not groups:
        return {}
    told: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    asked = rows.filter(rule__in={row["rule"] for row in groups}).order_by()
    for rule, component, message in asked.values_list("rule", "component", "message").distinct():
        told[rule, component].append(message)
    return told


def touches_of(
    product: Product, rows: QuerySet[Finding]
) -> dict[tuple[str, int | None], float] | None:
    """Changes a month of the files of each rule and component that a history knows.

    What no history knows is left out: unknown is not zero. None where no history was read.
    """
    model = current_model().parameters
    told = stories_of(product.pk, model)
    if not told:
        return None
    months = effective_window_months(model)
    rate: dict[str, dict[str, float]] = {}
    for story in told:
        known = dict.fromkeys((row[0] for row in story.files), 0.0)
        rate[story.repository] = known | weighted(story, model)
    sums: dict[tuple[str, int | None], float] = defaultdict(float)
    places = rows.order_by().values_list("rule", "component", "scope__repository", "path")
    for rule, component, repository, path in places.distinct():
        if path in rate.get(repository, {}):
            sums[rule, component] += rate[repository][path] / months
    return sums


def proposals(product: Product) -> QuerySet[Finding]:
    """Findings that their tool leaves out, on which nobody has decided."""
    return (
        Finding.objects.filter(product=product, state=Finding.State.OPEN, verdict="", item=None)
        .exclude(proposal="")
        .select_related("scope", "component")
    )
