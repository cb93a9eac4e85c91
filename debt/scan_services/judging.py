"""What people make of findings: one debt item of many, a verdict, or the closing of held ones."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from debt.models import DebtItem, Finding, Scan
from debt.refresh import make_due
from debt.scan_services.applying import close_all, rewrite, teams_of_findings
from debt.scan_services.suggestions import waiting
from debt.services import add_evidence, log_debt_item
from tpm import history
from tpm.models import Change, Component, Product

MOST_FILES = 20
"""Files that become evidence of their own, those with the most findings first."""


@transaction.atomic
def accept_suggestion(
    product: Product, *, by, rule: str, component: Component | None, title: str = ""
) -> DebtItem:
    """Make one debt item of all waiting findings of a rule in a component, as its evidence.

    Where open debt holds findings of them already, these join it.
    raises: ValidationError when none waits any more
    """
    rows = waiting(product).filter(rule=rule, component=component)
    findings = list(rows.select_for_update(of=("self",)))
    if not findings:
        raise ValidationError("No finding of this rule waits any more.")
    item = holding(product, rule, component)
    files = list(
        rows.exclude(path="")
        .order_by()
        .values_list("path")
        .annotate(n=Count("pk"))
        .order_by("-n", "path")
        .values_list("path", flat=True)[:MOST_FILES]
    )
    if item is None:
        item = log_debt_item(
            product,
            by=by,
            title=title.strip()[:200] or title_of(findings, component),
            description=description_of(findings),
            component=component,
            paths=files,
        )
    else:
        there = set(item.evidence.values_list("text", flat=True))
        for path in files:
            if path not in there:
                add_evidence(item, by=by, text=path)
    attach(item, findings, by=by)
    return item


def holding(product: Product, rule: str, component: Component | None) -> DebtItem | None:
    """Open debt that has findings of a rule in a component."""
    found = DebtItem.objects.filter(
        product=product, state__in=DebtItem.DRAGS, findings__rule=rule,
        findings__component=component,
    )  # fmt: skip
    return found.order_by("pk").first()


def title_of(findings: Sequence[Finding], component: Component | None) -> str:
    """`Use of assert detected (S101) in Billing`."""
    first = findings[0]
    same = len({finding.message for finding in findings}) == 1
    words = first.rule_name or (first.message if same else "")
    named = f"{words[:120]} ({first.rule})" if words and words != first.rule else first.rule
    return f"{named} in {component.name}" if component else named


def description_of(findings: Sequence[Finding]) -> str:
    files = len({finding.path for finding in findings})
    tools = ", ".join(sorted({finding.scope.tool for finding in findings}))
    return f"{len(findings)} findings of {tools} in {files} files when it was logged."


def attach(item: DebtItem, findings: Sequence[Finding], *, by) -> None:
    """Make findings evidence of an item, with one line in its history."""
    Finding.objects.filter(pk__in=[finding.pk for finding in findings]).update(item=item)
    Change.objects.bulk_create(
        history.line(
            finding,
            by=by,
            action="taken as evidence",
            changes={"item": (None, item.key)},
            product=item.product,
        )
        for finding in findings
    )
    history.record(
        item, by=by, action="added evidence",
        changes={"findings": (None, f"{len(findings)} of {findings[0].rule}")},
    )  # fmt: skip
    make_due(item.team_id)


@transaction.atomic
def judge(product: Product, findings: Sequence[Finding], *, by, verdict: str, why: str) -> int:
    """Say what findings of a product are: accepted, false positives, or (empty) neither after all.

    returns: how many it changed
    raises:  ValidationError without a reason, or for a verdict that there is not
    """
    if verdict not in ("", *Finding.Verdict.values):
        raise ValidationError({"verdict": "A finding is accepted, or a false positive."})
    if verdict and not why.strip():
        raise ValidationError({"why": "Say why."})
    changed = [finding for finding in findings if finding.verdict != verdict]
    lines = []
    for finding in changed:
        said = "judged" if verdict else "no longer judged"
        pair = {"verdict": (finding.verdict, verdict)}
        lines.append(
            history.line(finding, by=by, action=said, changes=pair, why=why, product=product)
        )
        finding.verdict, finding.verdict_why = verdict, why.strip()[:300] if verdict else ""
    rewrite(changed, ["verdict", "verdict_why"])
    Change.objects.bulk_create(lines, batch_size=500)
    make_due(*teams_of_findings(finding.pk for finding in changed))
    return len(changed)


@transaction.atomic
def close_held(scan: Scan, *, by) -> int:
    """Close what a scan held back: a person has looked. returns: how many were closed"""
    findings = list(
        Finding.objects.select_for_update(of=("self",)).filter(held_by=scan, state="open")
    )
    with history.through(Change.Door.PAGE, batch=scan.batch):
        close_all(findings, product=scan.product, by=by, why="held by the scan, and looked at")
    make_due(*teams_of_findings(finding.pk for finding in findings))
    return len(findings)


@transaction.atomic
def set_flaky(scan: Scan, *, by, flaky: bool) -> None:
    """Mark the tool of a scope as one that forgets findings now and then."""
    scope = scan.scope
    if scope.flaky != flaky:
        changes = {"flaky": (scope.flaky, flaky)}
        scope.flaky = flaky
        scope.save(update_fields=["flaky"])
        history.record(scope, by=by, action="changed", changes=changes)
