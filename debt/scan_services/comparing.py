"""A report beside what is known of its scopes. Nothing is written here."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from debt.models import Finding, Scan, ScanScope
from debt.scan_services.targets import Target, renames_for
from debt.scans import Refused, Report, Run
from debt.scans.matching import Known
from debt.scans.planning import LISTS, REOPEN_DAYS, Plan, Scope, Step, plan

FIELDS = (
    "pk", "rule", "message", "path", "place", "line", "column", "fingerprints", "context",
    "closed_at", "missing",
)  # fmt: skip


@dataclass
class Compared:
    """One run of a report with its plan."""

    run: Run
    scope: ScanScope | None
    plan: Plan


def known_of(scope: ScanScope) -> list[Known]:
    """Findings of a scope that are open, or were closed so lately that they may come back."""
    now = timezone.now()
    recent = now - datetime.timedelta(days=REOPEN_DAYS + 1)
    rows = Finding.objects.filter(Q(state="open") | Q(closed_at__gte=recent), scope=scope)
    return [
        Known(
            id=pk, rule=rule, message=message, path=path, place=place, line=line, column=column,
            fingerprints=tuple((name, value) for name, value in marks), context=context,
            closed_days=None if closed_at is None else (now - closed_at).days, missing=missing,
        )
        for pk, rule, message, path, place, line, column, marks, context, closed_at, missing
        in rows.values_list(*FIELDS).iterator(chunk_size=2000)
    ]  # fmt: skip


def compare(
    target: Target, run: Run, digest: str, renames: Mapping[str, str], *, batch: Any = None
) -> Compared:
    """What a run does to its scope now. batch: of an upload that is taken up again"""
    scope = ScanScope.objects.filter(**target.scope_fields(run)).first()
    last = None
    if scope is not None:
        done = scope.scans.filter(state=Scan.State.DONE).exclude(batch=batch)
        last = done.values_list("digest", flat=True).first()
    said = Scope(
        complete=target.complete,
        is_default=scope.is_default if scope else not target.scope_fields(run)["branch"],
        flaky=bool(scope and scope.flaky),
        again=bool(digest) and last == digest,
        renames=renames,
    )
    return Compared(run, scope, plan(known_of(scope) if scope else [], run, said))


def by_scope(target: Target, report: Report) -> list[Run]:
    """The runs of a report, those of one scope put together.

    A run without a list of results keeps all of its scope from closing anything.
    """
    found: dict[tuple, Run] = {}
    for run in report.runs:
        key = tuple(sorted((name, str(part)) for name, part in target.scope_fields(run).items()))
        if key not in found:
            found[key] = run
            continue
        first = found[key]
        first.results += run.results
        first.refused += run.refused
        first.has_results = first.has_results and run.has_results
    return list(found.values())


def preview(target: Target, report: Report) -> dict[str, Any]:
    """What taking a report in would do, as `report_of` says it."""
    renames = renames_for(target)
    runs = by_scope(target, report)
    compared = [compare(target, run, report.digest, renames) for run in runs]
    return report_of(report, compared, dry_run=True)


def report_of(report: Report, compared: Iterable[Compared], *, dry_run: bool) -> dict[str, Any]:
    """The lists of all runs together, each row with its reason."""
    said: dict[str, Any] = {
        "dry_run": dry_run,
        "format": report.format,
        "results": report.count,
        "tools": [],
        "counts": dict.fromkeys(LISTS, 0) | {"missed": 0},
        "notes": [],
        "warnings": list(dict.fromkeys(report.warnings)),
    }
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for one in compared:
        said["tools"].append(one.run.tool)
        for name in LISTS:
            rows = getattr(one.plan, name)
            said["counts"][name] += len(rows)
            lists[name] += [row_of(row, one.run.tool) for row in rows]
        said["counts"]["missed"] += len(one.plan.missed)
        if one.plan.stays:
            said["notes"].append(
                f"{one.run.tool}: {len(one.plan.missed)} open findings are not in it. "
                f"{one.plan.stays}"
            )
    return said | lists


def row_of(row: Step | Refused, tool: str) -> dict[str, Any]:
    """One row of a list."""
    if isinstance(row, Refused):
        return {
            "number": row.number, "tool": tool, "rule": row.rule, "path": row.path,
            "line": row.line, "message": row.message, "reason": row.reason,
        }  # fmt: skip
    one = row.result or row.known
    assert one is not None
    said = {
        "tool": tool, "rule": one.rule, "path": one.path or one.place, "line": one.line,
        "message": one.message, "reason": row.reason,
    }  # fmt: skip
    return said | ({"finding": row.known.id} if row.known else {})
