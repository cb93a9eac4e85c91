"""What an import says for itself: the same words before and after, on the page and the console."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from roadmaps.importing import PROBLEM_COLUMN, SOURCES, ParsedFile
from tpm.exports import safe
from tpm.uploads import folder

SHOWN = 200
FILES = {"left-out": "rows left out", "problems": "all problems"}


def about_file(parsed: ParsedFile) -> dict[str, Any]:
    """The part of a report that the file alone decides."""
    return {
        "source": SOURCES[parsed.source],
        "rows read": parsed.records,
        **{f"{name} passed over": count for name, count in parsed.skipped.items()},
        "rows left out": len(parsed.bad_rows),
        "notes": list(parsed.notes),
        "questions": [question.sentence for question in parsed.questions],
        "columns": [
            {
                "column": column.name + (f" ×{column.times}" if column.times > 1 else ""),
                "use": column.use,
                "as": column.used_as,
                "filled": column.filled,
                "note": column.note,
            }
            for column in parsed.columns
        ],
        "words": [
            {
                "kind": kind,
                "word": word.word,
                "read as": word.read_as.replace("_", " ") or "none",
                "rows": word.count,
                "note": "a guess" if word.guessed else "",
            }
            for kind, words in parsed.words.items()
            for word in words
        ],
    }


def problem_rows(parsed: ParsedFile, more: Iterable[tuple[int, str, str]] = ()) -> list[dict]:
    """Every problem in the order of the rows."""
    rows = [
        {
            "row": problem.number,
            "column": problem.column,
            "problem": problem.sentence,
            "row left out": problem.left_out,
        }
        for problem in parsed.problems
    ]
    rows += [
        {"row": number, "column": column, "problem": sentence, "row left out": False}
        for number, column, sentence in more
    ]
    return sorted(rows, key=lambda row: row["row"])


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV that is safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(name) for name in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def keep_files(job_id: int, parsed: ParsedFile, problems: Sequence[dict]) -> list[str]:
    """Write the downloads of a report beside the uploads. returns: which there are"""
    names = []
    if parsed.bad_rows:
        reason = {p.number: p.sentence for p in parsed.problems if p.left_out}
        width = len(parsed.header)
        rows = (
            [*(cells + [""] * width)[:width], reason[number]]
            for number, cells in sorted(parsed.bad_rows.items())
        )
        text = csv_text([*parsed.header, PROBLEM_COLUMN], rows)
        file_of(job_id, "left-out").write_text(text, encoding="utf-8")
        names.append("left-out")
    if problems:
        columns = ["row", "column", "problem", "row left out"]
        text = csv_text(columns, ([row[name] for name in columns] for row in problems))
        file_of(job_id, "problems").write_text(text, encoding="utf-8")
        names.append("problems")
    return names


def file_of(job_id: int, name: str) -> Path:
    """Where a download of a report lies. raises: KeyError for a name that is none"""
    FILES[name]
    return folder() / f"job-{job_id}-{name}.csv"
