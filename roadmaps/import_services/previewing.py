"""What an import would do, from the same parser and matcher, without writing anything."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from roadmaps.import_services import reports
from roadmaps.import_services.applying import in_order, words
from roadmaps.import_services.matching import CHUNK, Action, Matcher
from roadmaps.import_services.wiring import Wirer
from roadmaps.importing import rows

FIRST_ROWS = 25
COUNTS = ("created", "updated", "unchanged", "items named only", "parents", "links", "people made")


@dataclass(slots=True)
class Preview:
    """Counts, the first rows, and the whole report."""

    counts: dict[str, int]
    first: list[Action]
    report: dict[str, Any]
    problems: list[dict] = field(default_factory=list)


def preview(matcher: Matcher) -> Preview:
    """Compare a whole file with the plan as it is now."""
    verbs: Counter[str] = Counter()
    first: list[Action] = []
    kept: list[tuple[str, str, str, str]] = []
    problems: list[tuple[int, str, str]] = []
    for chunk in batched(in_order(matcher.parsed.rows), CHUNK):
        for action in matcher.compare(chunk):
            verbs[action.verb] += 1
            problems += [(action.row.number, *problem) for problem in action.problems]
            if len(first) < FIRST_ROWS:
                first.append(action)
            if action.item:
                kept += [
                    (action.item.key, name, words(here), words(new))
                    for name, (here, new) in action.kept.items()
                ]
    plan = Wirer(matcher).run()
    numbers = (
        verbs["create"],
        verbs["update"],
        verbs["unchanged"],
        len(plan.stubs),
        len(plan.wiring.parents),
        len(plan.wiring.links),
        len(matcher.who.made),
    )
    counts = dict(zip(COUNTS, numbers, strict=True))
    report = finish(matcher, counts, kept + plan.kept, plan.wiring.loops, problems)
    return Preview(counts, first, report, report["problems"])


def finish(matcher: Matcher, counts, kept, loops, problems) -> dict[str, Any]:
    """Join what the file says and what was or would be done into one report."""
    about = reports.about_file(matcher.parsed)
    listed = reports.problem_rows(matcher.parsed, problems)
    notes = about["notes"] + [
        f"“{name}” is no team of this product: {rows(count)} without a team; the name is kept."
        for name, count in matcher.who.unknown.most_common(20)
    ]
    return (
        about
        | counts
        | {
            "hand edits kept": [
                {"item": key, "field": name, "here": here, "in the file": new}
                for key, name, here, new in kept
            ],
            "left out because they would close a loop": list(loops),
            "notes": notes,
            "problems": listed,
        }
    )
