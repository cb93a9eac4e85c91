"""What people make of findings: one debt item of many, a verdict, or the closing of held ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from debt.models import DebtItem, Evidence, Finding, Scan
from debt.refresh import make_due
from debt.scan_services.applying import CHUNK, close_all, rewrite, teams_of_findings
from debt.scan_services.suggestions import waiting
from debt.scans.results import words_of_rule
from debt.services import add_evidence, log_debt_item
from tpm import history
from tpm.models import Change, Component, Product

MOST_FILES = 20
"""Files that become evidence of their own, those with the most findings first."""


@history.as_one()
def accept_suggestion(
    product: Product, *, by, rule: str, component: Component | None, title: str = ""
) -> DebtItem:
    """Make one debt item of all waiting findings of a rule in a component, as its evidence.

    Where open debt holds findings of them already, these join it. At most 500 findings are written
    in a transaction: asked again after a cut, the rest joins the same item.
    raises: ValidationError when none waits any more
    """
    item = accept_some(product, by=by, rule=rule, component=component, title=title)
    if item is None:
        raise ValidationError("No finding of this rule waits any more.")
    while accept_some(product, by=by, rule=rule, component=component, item=item):
        pass
    return item


@transaction.atomic
def accept_some(
    product: Product,
    *,
    by,
    rule: str,
    component: Component | None,
    title: str = "",
    item: DebtItem | None = None,
) -> DebtItem | None:
    """Attach up to 500 waiting findings. returns: to which item; None where none waits"""
    rows = waiting(product).filter(rule=rule, component=component)
    findings = list(rows.select_for_update(of=("self",)).order_by("pk")[:CHUNK])
    if not findings:
        return None
    if item is None:
        item = holding(product, rule, component)
        files = files_of(rows)
        if item is None:
            item = log_debt_item(
                product,
                by=by,
                title=title.strip()[:200] or title_of(rows, findings[0], component),
                description=description_of(rows),
                component=component,
                files=files,
            )
        else:
            kind = Evidence.Kind.PATH
            there = set(item.evidence.filter(kind=kind).values_list("text", flat=True))
            for path in files:
                if path not in there:
                    add_evidence(item, by=by, text=path, kind=kind)
    attach(item, findings, by=by)
    return item


def files_of(rows: QuerySet[Finding]) -> list[str]:
    """The files with the most findings."""
    return list(
        rows.exclude(path="")
        .order_by()
        .values_list("path")
        .annotate(n=Count("pk"))
        .order_by("-n", "path")
        .values_list("path", flat=True)[:MOST_FILES]
    )


def holding(product: Product, rule: str, component: Component | None) -> DebtItem | None:
    """Open debt that has findings of a rule in a component."""
    found = DebtItem.objects.filter(
        product=product, state__in=DebtItem.DRAGS, findings__rule=rule,
        findings__component=component,
    )  # fmt: skip
    return found.order_by("pk").first()


def title_of(rows: QuerySet[Finding], first: Finding, component: Component | None) -> str:
    """`Use of assert detected (S101) in Billing`."""
    name = rows.order_by().aggregate(name=Max("rule_name"))["name"]
    said = list(rows.order_by().values_list("message", flat=True).distinct())
    words = words_of_rule(first.rule, name, said)
    named = f"{words[:120]} ({first.rule})" if words and words != first.rule else first.rule
    return f"{named} in {component.name}" if component else named


def description_of(rows: QuerySet[Finding]) -> str:
    counted = rows.order_by().aggregate(n=Count("pk"), files=Count("path", distinct=True))
    tools = ", ".join(sorted(set(rows.order_by().values_list("scope__tool", flat=True).distinct())))
    return f"{counted['n']} findings of {tools} in {counted['files']} files when it was logged."


def attach(item: DebtItem, findings: Sequence[Finding], *, by) -> None:
    """Make findings evidence of an item, with one line in its history."""
    Finding.objects.filter(pk__in=[finding.pk for finding in findings]).update(item=item)
    history.write(
        [
            history.line(
                finding,
                by=by,
                action="taken as evidence",
                changes={"item": (None, item.key)},
                product=item.product,
            )
            for finding in findings
        ]
    )
    history.record(
        item, by=by, action="added evidence",
        changes={"findings": (None, f"{len(findings)} of {findings[0].rule}")},
    )  # fmt: skip
    make_due(item.team_id)


@dataclass
class Judged:
    """What came of a verdict.

    changed:   findings that have it now and had not
    conflicts: ids of those that somebody else judged meanwhile; theirs stays
    """

    changed: int = 0
    conflicts: list[int] = field(default_factory=list)


@history.as_one()
def judge(product: Product, findings: Sequence[Finding], *, by, verdict: str, why: str) -> Judged:
    """Say what findings of a product are: accepted, false positives, or (empty) neither after all.

    findings: as they were looked at; those that are gone since stay gone. At most 500 are written
              in a transaction: asked again after a cut, only the rest is judged
    raises:   ValidationError without a reason, or for a verdict that there is not
    """
    if verdict not in ("", *Finding.Verdict.values):
        raise ValidationError({"verdict": "A finding is accepted, or a false positive."})
    if verdict and not why.strip():
        raise ValidationError({"why": "Say why."})
    judged = Judged()
    for some in batched((one for one in findings if one.verdict != verdict), CHUNK):
        judge_some(product, some, judged, by=by, verdict=verdict, why=why)
    return judged


@transaction.atomic
def judge_some(
    product: Product, findings: Sequence[Finding], judged: Judged, *, by, verdict: str, why: str
) -> None:
    rows = Finding.objects.filter(product=product).select_for_update(of=("self",))
    there = rows.in_bulk([finding.pk for finding in findings])
    changed, lines = [], []
    said = "judged" if verdict else "no longer judged"
    for seen in findings:
        finding = there.get(seen.pk)
        if finding is None or finding.verdict == verdict:
            continue
        if finding.verdict != seen.verdict:
            judged.conflicts.append(finding.pk)
            continue
        pair = {"verdict": (finding.verdict, verdict)}
        lines.append(
            history.line(finding, by=by, action=said, changes=pair, why=why, product=product)
        )
        finding.verdict, finding.verdict_why = verdict, why.strip()[:300] if verdict else ""
        changed.append(finding)
    rewrite(changed, ["verdict", "verdict_why"])
    history.write(lines)
    make_due(*teams_of_findings(finding.pk for finding in changed))
    judged.changed += len(changed)


def close_held(scan: Scan, *, by) -> int:
    """Close what a scan held back: a person has looked. returns: how many were closed

    At most 500 in a transaction: asked again after a cut, the rest is closed.
    """
    closed = 0
    while some := close_some(scan, by=by):
        closed += some
    return closed


@transaction.atomic
def close_some(scan: Scan, *, by) -> int:
    rows = Finding.objects.filter(held_by=scan, state=Finding.State.OPEN).order_by("pk")
    findings = list(rows.select_for_update(of=("self",))[:CHUNK])
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
