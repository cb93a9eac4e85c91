"""TODO and FIXME comments of a tree of files, as one more report."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from debt.scans.results import (
    LONGEST_PATH,
    Report,
    Result,
    Run,
    Unreadable,
    count_one_more,
    one_line,
)
from debt.scans.sarif import context_of_text

TOOL = "todo-scan"
MARK = re.compile(
    r"(?:^|\s|[^\w\s])(?:#|//+|/\*+|\*|--|;+|%|<!--|\{#|''|rem\b)\s*@?(TODO|FIXME|HACK|XXX)\b"
    r"(?:\([^)]*\))?[:\s-]*(.*)"
)
LEVELS = {"FIXME": "warning", "HACK": "warning", "XXX": "warning", "TODO": "note"}
PASSED_OVER = {
    ".git", ".hg", ".svn", ".tox", ".venv", "venv", "node_modules", "vendor", "third_party",
    "__pycache__", ".mypy_cache", ".ruff_cache", "dist", "build", "target", ".gradle", ".idea",
}  # fmt: skip
LARGEST_FILE = 1 << 20


def scan(folder: Path, *, within: str = "") -> Report:
    """Read a tree; links, large files and files that are no text are passed over.

    within: path of the folder in its repository, before each path
    raises: Unreadable where it is no folder
    """
    if not folder.is_dir():
        raise Unreadable(f"There is no folder {folder}.")
    run = Run(TOOL)
    lead = within.strip("/")
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        name = f"{lead}/{name}" if lead else name
        if len(name) > LONGEST_PATH or not name.isprintable():
            continue
        for result in marks_in(path, name):
            result.number = count_one_more(len(run.results))
            run.results.append(result)
    return Report("todos", [run])


def files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        for name in sorted(names):
            path = Path(root) / name
            if not path.is_symlink() and path.is_file() and path.stat().st_size <= LARGEST_FILE:
                yield path


def marks_in(path: Path, name: str) -> Iterator[Result]:
    """The marks of one file, with the lines beside them as their context."""
    try:
        data = path.read_bytes()
        if b"\x00" in data[:4096]:
            return
        lines = data.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for number, line in enumerate(lines, start=1):
        found = MARK.search(line[:2000])
        if found is None:
            continue
        kind, said = found.groups()
        words = one_line((said or "").removesuffix("*/").removesuffix("-->"), 300)
        around = "\n".join(lines[max(0, number - 2) : number + 1])
        yield Result(
            number=0,
            rule=kind,
            message=f"{kind}: {words}" if words else kind,
            path=name,
            line=number,
            level=LEVELS[kind],
            context=context_of_text(around),
            rule_name={"TODO": "Left to do", "FIXME": "To be fixed", "HACK": "A way around",
                       "XXX": "Doubtful"}[kind],
        )  # fmt: skip
