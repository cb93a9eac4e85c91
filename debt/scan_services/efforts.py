"""What it takes to fix one finding of a rule, where the tool does not say so."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from debt.models import DebtItem, Finding, RuleEffort
from debt.refresh import make_due
from tpm import history
from tpm.editing import EditConflict
from tpm.models import Product
from tpm.roles import products_visible_to


def efforts_visible_to(user) -> QuerySet[RuleEffort]:
    return RuleEffort.objects.filter(product__in=products_visible_to(user))


@dataclass(frozen=True)
class RuleRow:
    """One rule with open findings, or with an effort.

    unsaid: open findings whose tool does not say what they take
    """

    rule: str
    findings: int
    unsaid: int
    effort: RuleEffort | None


def rules_of(product: Product) -> list[RuleRow]:
    """Rules of a product: what is unknown of most findings, what the table says, what tools say."""
    efforts = {row.rule: row for row in RuleEffort.objects.filter(product=product)}
    found = (
        Finding.objects.filter(product=product, state=Finding.State.OPEN, verdict="")
        .order_by()
        .values_list("rule")
        .annotate(n=Count("pk"), unsaid=Count("pk", filter=Q(effort_minutes=None)))
    )
    rows = [RuleRow(rule, n, unsaid, efforts.pop(rule, None)) for rule, n, unsaid in found]
    rows += [RuleRow(rule, 0, 0, effort) for rule, effort in efforts.items()]
    return sorted(
        rows,
        key=lambda row: (
            row.effort is not None or not row.unsaid, row.effort is None, -row.unsaid, row.rule
        ),
    )  # fmt: skip


@transaction.atomic
def set_rule_effort(
    product: Product, *, by, rule: str, minutes: float | None, version: int = 0
) -> RuleEffort | None:
    """Say what a finding of a rule takes; None: it is unknown again.

    version: of the row that was looked at; 0: there was none
    raises:  EditConflict where somebody said so meanwhile, ValidationError
    """
    row = RuleEffort.objects.select_for_update().filter(product=product, rule=rule).first()
    if row is not None and row.version != version:
        raise EditConflict(row, {"minutes": minutes})
    if row is None and version:
        raise ValidationError("Somebody took this effort away meanwhile. Say it again.")
    old = row.minutes if row else None
    if old == minutes:
        return row
    if minutes is None:
        assert row is not None
        row.delete()
        row = None
    else:
        row = row or RuleEffort(product=product, rule=rule, version=0)
        row.minutes, row.version = minutes, row.version + 1
        row.full_clean()
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as taken:
            theirs = RuleEffort.objects.get(product=product, rule=rule)
            raise EditConflict(theirs, {"minutes": minutes}) from taken
    history.record(
        product, by=by, action="changed", changes={f"effort of {rule}"[:200]: (old, minutes)}
    )
    teams = DebtItem.objects.filter(
        findings__rule=rule, findings__state=Finding.State.OPEN, product=product,
        findings__effort_minutes=None,
    )  # fmt: skip
    make_due(*teams.order_by().values_list("team_id", flat=True).distinct())
    return row
