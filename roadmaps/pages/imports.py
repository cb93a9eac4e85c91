"""What the pages of an import show: counts, and tables of ready strings."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps.forms.imports import STATE_PREFIX
from roadmaps.import_services import Preview
from roadmaps.importing import SOURCES, ParsedFile
from roadmaps.models import Item
from tpm.formats import number
from tpm.models import Job

SHOWN = 200
LISTS = ("columns", "words", "problems", "hand edits kept")
LOOPS = "left out because they would close a loop"
INTERNAL = {"batch", "files", "page", "notes", "questions", "error", "stopped", LOOPS, *LISTS}


def preview_context(parsed: ParsedFile, seen: Preview, chosen) -> dict[str, Any]:
    """What the preview shows of a file that could be read."""
    return {
        "parsed": parsed,
        "source": SOURCES[parsed.source],
        "counts": counts_of(seen.report),
        "first": first_rows(seen),
        "rows_in_file": len(parsed.rows),
        "guesses": state_words(parsed, chosen),
        "again": [(name, value) for name, value in chosen.items() if name != "csrfmiddlewaretoken"],
        **lists_of(seen.report),
    }


def report_context(job: Job) -> dict[str, Any]:
    """What the report of an ended import shows."""
    if not job.ended_at:
        return {}
    return {"counts": counts_of(job.report), **lists_of(job.report)}


def counts_of(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The numbers of a report, zeros left out where they say nothing."""
    always = ("created", "updated", "unchanged", "rows left out")
    return [
        (name.capitalize(), number(value))
        for name, value in report.items()
        if isinstance(value, int) and name not in INTERNAL and (value or name in always)
    ]


def lists_of(report: dict[str, Any]) -> dict[str, Any]:
    """The tables of a report, as rows of markup."""
    problems = report.get("problems", [])
    kept = report.get("hand edits kept", [])
    columns = report.get("columns", [])
    return {
        "columns": table_rows(columns[:SHOWN], ("column", "use", "as", "filled", "note")),
        "columns_more": max(0, len(columns) - SHOWN),
        "words": table_rows(report.get("words", [])[:SHOWN], ("kind", "word", "read as", "rows")),
        "problems": table_rows(problems[:SHOWN], ("row", "column", "problem")),
        "problem_count": report.get("problems in all", len(problems)),
        "kept": table_rows(kept[:SHOWN], ("item", "field", "here", "in the file")),
        "kept_count": report.get("hand edits kept in all", len(kept)),
        "loops": report.get(LOOPS, []),
        "notes": report.get("notes", []),
    }


def table_rows(rows: Sequence[dict], names: Sequence[str]) -> SafeString:
    """Rows of a table, escaped; the first cell heads its row, numbers stand right."""
    return format_html_join("\n", "<tr>{}</tr>", ((_cells(row, names),) for row in rows))


def _cells(row: dict, names: Iterable[str]) -> SafeString:
    first, *rest = names
    head = format_html('<th scope="row">{}</th>', _text(row[first]))
    tail = format_html_join(
        "",
        "<td{}>{}</td>",
        (
            (SafeString(' class="n"') if isinstance(row[name], int) else "", _text(row[name]))
            for name in rest
        ),
    )
    return head + tail


def _text(value: Any) -> str:
    return number(value) if isinstance(value, int) else str(value)


def first_rows(seen: Preview) -> SafeString:
    """The first rows of a file with what would happen to each."""
    verbs = {"create": _("new"), "update": _("changes"), "unchanged": _("stays as it is")}
    states = dict(Item.State.choices)
    rows = [
        {
            "key": action.row.key,
            "title": action.row.title[:160],
            "state": str(states.get(action.row.state, action.row.state)),
            "what": verbs[action.verb]
            + (": " + ", ".join(shown_names(action.changes)) if action.verb == "update" else ""),
        }
        for action in seen.first
    ]
    return table_rows(rows, ("key", "title", "state", "what"))


def shown_names(changes: Iterable[str]) -> list[str]:
    """Names of changed fields in words."""
    return [name.removeprefix("extra: ").replace("_", " ") for name in changes]


def state_words(parsed: ParsedFile, chosen) -> list[dict[str, Any]]:
    """Status words of the file with the state each is read as, guesses first."""
    words = sorted(parsed.words.get("status", []), key=lambda word: not word.guessed)
    if parsed.source == "github":
        return []
    states = dict(Item.State.choices)
    return [
        {
            "name": STATE_PREFIX + word.word,
            "word": word.word,
            "count": word.count,
            "guessed": word.guessed,
            "state": word.read_as,
            "read_as": states.get(word.read_as, word.read_as),
            "chosen": chosen.get(STATE_PREFIX + word.word, ""),
        }
        for word in words[:60]
    ]
