"""What an import says for itself: the same words before and after, on the page and the console."""

from collections import Counter
from typing import Any

from tradeoffs.import_services.plan import Action, Plan
from tradeoffs.records.collection import Other

VERBS = {"create": "created", "update": "updated", "unchanged": "unchanged", "stays": "left alone"}


def of_plan(plan: Plan) -> dict[str, Any]:
    """Counts, one row for each record, and what was odd."""
    found = plan.found
    verbs = Counter(action.verb for action in plan.actions)
    rows = [row_of(action) for action in plan.actions]
    return {
        "collection": plan.name,
        "counts": {
            "records": len(found.files),
            **{word: verbs[verb] for verb, word in VERBS.items()},
            "skipped": len(found.skipped),
            "supersession_edges": len(found.edges),
            "other_links": len(found.others),
            "suggested_links": len(found.suggestions),
            "warnings": sum(len(row["warnings"]) for row in rows),
        },
        "statuses": found.statuses(),
        "records": rows,
        "supersession_edges": [{"old": edge.old, "new": edge.new} for edge in found.edges],
        "other_links": [link_of(other) for other in found.others],
        "suggested_links": [link_of(other) for other in found.suggestions],
        "skipped": [{"path": row.path, "reason": row.why} for row in found.skipped],
        "warnings": [
            {"path": row["path"], "warning": warning} for row in rows for warning in row["warnings"]
        ],
    }


def row_of(action: Action) -> dict[str, Any]:
    record = action.file.record
    return {
        "path": record.path,
        "title": record.title,
        "style": record.style,
        "number": record.number,
        "raw_status": record.status.raw,
        "status": record.status.name,
        "state": action.state,
        "unmapped": not record.status.state,
        "trial": record.status.trial,
        "date": str(record.day) if record.day else None,
        "date_from": record.dated_by or None,
        "raw_date": record.date_raw,
        "people": record.people,
        "tags": record.tags,
        "options": len(record.options),
        "chosen": record.chosen,
        "parts": [n for n in ("context", "reasons", "consequences") if getattr(record, n)],
        "what": VERBS[action.verb],
        "why": action.why,
        "changes": sorted([*action.fields, *(f"option {name}" for name in action.options)]),
        "kept": list(action.kept),
        "key": action.decision.key if action.decision else None,
        "sha256": action.file.digest,
        "warnings": list(record.warnings) + ([action.why] if action.why else []),
    }


def link_of(other: Other) -> dict[str, Any]:
    link = other.link
    return {
        "of": other.of,
        "kind": link.kind,
        "target": link.target,
        "label": link.label,
        "to": other.to or None,
        "found_in": link.where,
    }
