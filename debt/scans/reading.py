"""A report of any known kind: recognised by its content, read, its paths settled."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from debt.scans import others, paths, sarif
from debt.scans.results import FORMATS, Options, Report, Unreadable, dig
from debt.scans.streaming import Reader, Text, check_size

READERS: dict[str, Callable[[BinaryIO, Options], Report]] = {
    "sarif": sarif.read,
    "gitlab": others.gitlab,
    "gitlab-sast": others.gitlab_sast,
    "sonar": others.sonar,
    "sonar-api": others.sonar_api,
    "eslint": others.eslint,
    "findings": others.findings,
    "csv": others.table,
}
MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|[a-z]+[ >])", re.IGNORECASE)


def read_path(path: Path, options: Options | None = None) -> Report:
    """raises: Unreadable; nothing is taken from a file that is cut off or broken anywhere"""
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        return read(file, options or Options())


def read(file: BinaryIO, options: Options) -> Report:
    """Read a file that can be read from its beginning more than once."""
    found = detect(file)
    if options.format and options.format != found:
        raise Unreadable(
            f"This is {FORMATS[found]}, not {FORMATS[options.format]}: "
            f"choose {FORMATS[found]}, or let it be recognised."
        )
    report = READERS[found](file, options)
    for run in report.runs:
        if not run.tool:
            run.tool = "unnamed tool"
            report.warnings.append("The report does not name its tool.")
        if options.tool:
            run.tool = options.tool
        if options.configuration:
            run.configuration = options.configuration
        paths.settle(run, options)
        if run.root:
            report.warnings.append(
                f"Paths are absolute; they are taken below {run.root}. A prefix would be certain."
            )
    report.digest = digest(file)
    return report


def digest(file: BinaryIO) -> str:
    """A hash of the whole file."""
    file.seek(0)
    found = hashlib.sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.hexdigest()


def detect(file: BinaryIO) -> str:
    """The kind of a report by what is in it. raises: Unreadable that says what it is instead"""
    reader = Reader(file)
    first = reader.peek()
    if first == "[":
        return of_list(reader)
    if first == "{":
        return of_object(reader)
    if not first:
        raise Unreadable("The file is empty.")
    head = Text(file).read() or ""
    if MARKUP.match(head):
        raise Unreadable("This is XML or HTML. Let the tool write SARIF instead.")
    return "csv"


def of_list(reader: Reader) -> str:
    """A list is known by its first row."""
    for _ in reader.items():
        row = reader.value()
        if dig(row, "filePath") is not None and dig(row, "messages") is not None:
            return "eslint"
        if dig(row, "rule") is not None and dig(row, "component") is not None:
            return "sonar-api"
        if dig(row, "check_name") is not None or dig(row, "location", "path") is not None:
            return "gitlab"
        break
    else:
        return "gitlab"  # an empty list is what Code Quality says of clean code
    raise Unreadable(
        "This JSON list is no report that is read here: its first row has neither check_name and "
        "location (GitLab Code Quality) nor filePath and messages (ESLint)."
    )


def of_object(reader: Reader) -> str:
    """An object is known by the names in it."""
    names: list[str] = []
    for name in reader.members():
        names.append(name)
        if name == "runs":
            return "sarif"
        if name == "vulnerabilities":
            return "gitlab-sast"
        if name == "findings":
            return "findings"
        if name in ("paging", "effortTotal"):
            return "sonar-api"
        if name == "issues" and reader.peek() == "[":
            for _ in reader.items():
                row = reader.value()
                return "sonar" if dig(row, "primaryLocation") is not None else "sonar-api"
        else:
            reader.skip()
    if "issues" in names:
        return "sonar"
    if "version" in names and any("sarif" in name.lower() or name == "$schema" for name in names):
        return "sarif"
    shown = ", ".join(names[:6]) or "nothing"
    raise Unreadable(
        f"This JSON is no report that is read here: it has {shown}. Known are "
        f"{', '.join(FORMATS.values())}."
    )
