"""The other reports: GitLab, SonarQube, ESLint, and findings as plain JSON or CSV."""

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from debt.scans.results import (
    LONGEST_PATH,
    LONGEST_RULE,
    Options,
    Refused,
    Report,
    Result,
    Run,
    Unreadable,
    count_one_more,
    dig,
    effort_of,
    level_of,
    listed,
    one_line,
    text,
    whole,
)
from debt.scans.streaming import Reader, Text

EFFORT = re.compile(r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?")
HOURS_IN_DAY = 8
GONE = {"fixed": "the report says that it is fixed", "removed": "the report says that it is gone"}
LEFT_OUT = {"false-positive": "a false positive, as the tool says",
            "wontfix": "not to be fixed, as the tool says",
            "accept": "accepted, as the tool says"}  # fmt: skip
YES = ("true", "yes", "1", "y")


class Builder:
    """Collects rows into one run for each tool."""

    def __init__(self, form: str, tool: str) -> None:
        self.report = Report(form)
        self.tool = tool
        self.runs: dict[str, Run] = {}
        self.count = 0
        self.beyond = 0

    def run(self, tool: str = "") -> Run:
        tool = tool or self.tool
        if tool not in self.runs:
            self.runs[tool] = Run(tool)
        return self.runs[tool]

    def number(self) -> int:
        self.count = count_one_more(self.count)
        return self.count

    def effort(self, minutes: float | None) -> float | None:
        """What a tool declares for one finding; what no finding can take is unknown, and said."""
        counted = effort_of(minutes)
        self.beyond += minutes is not None and counted is None
        return counted

    def refuse(self, number: int, reason: str, tool: str = "") -> None:
        self.run(tool).refused.append(Refused(number, "", "", None, "", reason))

    def done(self, *, has_results: bool = True) -> Report:
        if not self.runs:
            self.run()
        for run in self.runs.values():
            run.has_results = has_results
        self.report.runs = list(self.runs.values())
        if self.beyond:
            self.report.warnings.append(
                "What fixing one finding takes lies between a second and sixty whole days. "
                f"Findings whose effort does not, and is unknown: {self.beyond:,}."
            )
        return self.report


def rows(reader: Reader) -> Iterator[Any]:
    for _ in reader.items():
        yield reader.value()


def gitlab(file: BinaryIO, options: Options) -> Report:
    """GitLab Code Quality (and Code Climate): a list with `check_name`, `location` and so on."""
    made = Builder("gitlab", options.tool or "code-quality")
    reader = Reader(file)
    for row in rows(reader):
        number = made.number()
        if not isinstance(row, Mapping):
            made.refuse(number, "not an object")
            continue
        location = row.get("location")
        begin = dig(location, "lines", "begin")
        if begin is None:
            begin = dig(location, "positions", "begin")
        line = whole(dig(begin, "line") if isinstance(begin, Mapping) else begin)
        said = one_line(dig(row.get("description"), "body") or row.get("description"))
        mark = text(row.get("fingerprint"), 200)
        made.run().results.append(
            Result(
                number=number,
                rule=one_line(row.get("check_name"), LONGEST_RULE) or said[:120] or "no rule",
                message=said or one_line(row.get("check_name")),
                raw=text(dig(location, "path"), LONGEST_PATH * 4),
                line=line,
                column=whole(dig(begin, "column")) or 0,
                level=level_of(row.get("severity")),
                fingerprints=(("fingerprint", mark),) if mark else (),
            )
        )
    reader.finish()
    return made.done()


def gitlab_sast(file: BinaryIO, options: Options) -> Report:
    """GitLab's security reports, such as SAST and secret detection."""
    made = Builder("gitlab-sast", options.tool or "gitlab-sast")
    reader = Reader(file)
    has_list = False
    for name in reader.members():
        if name != "vulnerabilities" or reader.peek() != "[":
            reader.skip()
            continue
        has_list = True
        for row in rows(reader):
            number = made.number()
            if not isinstance(row, Mapping):
                made.refuse(number, "not an object")
                continue
            rule = dig(row, "identifiers", 0, "value") or row.get("name")
            mark = text(row.get("id") or row.get("cve"), 200)
            tool = options.tool or one_line(dig(row, "scanner", "id"), 100)
            said = one_line(row.get("message") or row.get("name") or row.get("description"))
            made.run(tool).results.append(
                Result(
                    number=number,
                    rule=one_line(rule, LONGEST_RULE) or said[:120] or "no rule",
                    message=said,
                    raw=text(dig(row, "location", "file"), LONGEST_PATH * 4),
                    line=whole(dig(row, "location", "start_line")),
                    level=level_of(row.get("severity")),
                    fingerprints=(("id", mark),) if mark else (),
                    rule_name=one_line(row.get("name"), LONGEST_RULE),
                )
            )
    reader.finish()
    return made.done(has_results=has_list)


def sonar(file: BinaryIO, options: Options) -> Report:
    """SonarQube's generic issues, before 10.3 and since, where rules stand in a list of their own.

    Effort is in minutes (`effortMinutes`); missing effort is unknown, not 0.
    """
    made = Builder("sonar", options.tool or "sonarqube")
    engines: dict[str, tuple[str, str]] = {}
    found: list[tuple[Result, str]] = []
    reader = Reader(file)
    has_list = False
    for name in reader.members():
        if name == "rules" and reader.peek() == "[":
            for rule in rows(reader):
                key = one_line(dig(rule, "id"), LONGEST_RULE)
                engine = one_line(dig(rule, "engineId"), 100)
                engines[key] = (engine, one_line(dig(rule, "name"), LONGEST_RULE))
        elif name == "issues" and reader.peek() == "[":
            has_list = True
            for row in rows(reader):
                number = made.number()
                if not isinstance(row, Mapping):
                    made.refuse(number, "not an object")
                    continue
                found.append(sonar_issue(row, number, made))
        else:
            reader.skip()
    reader.finish()
    for result, engine in found:
        of_rule, named = engines.get(result.rule, ("", ""))
        result.rule_name = named
        made.run(options.tool or engine or of_rule).results.append(result)
    return made.done(has_results=has_list)


def sonar_issue(row: Mapping[str, Any], number: int, made: Builder) -> tuple[Result, str]:
    """returns: the finding, and the engine that the issue itself names"""
    at = row.get("primaryLocation")
    effort = row.get("effortMinutes")
    said_so = isinstance(effort, int | float) and not isinstance(effort, bool) and effort != 0
    severity = row.get("severity") or dig(row, "impacts", 0, "severity")
    said = one_line(dig(at, "message"))
    rule = one_line(row.get("ruleId"), LONGEST_RULE)
    result = Result(
        number=number,
        rule=rule or said[:120] or "no rule",
        message=said or rule,
        raw=text(dig(at, "filePath"), LONGEST_PATH * 4),
        line=whole(dig(at, "textRange", "startLine")),
        column=whole(dig(at, "textRange", "startColumn")) or 0,
        level=level_of(severity),
        effort=made.effort(effort) if said_so else None,
    )
    return result, one_line(row.get("engineId"), 100)


def sonar_api(file: BinaryIO, options: Options) -> Report:
    """Answers of SonarQube's web API: `issues` of api/issues/search, or their bare list."""
    made = Builder("sonar-api", options.tool or "sonarqube")
    reader = Reader(file)
    if reader.peek() == "[":
        for row in rows(reader):
            sonar_api_issue(row, made)
    else:
        for name in reader.members():
            if name == "issues" and reader.peek() == "[":
                for row in rows(reader):
                    sonar_api_issue(row, made)
            else:
                reader.skip()
    reader.finish()
    made.report.warnings.append(
        "An answer of the web API is one page of the issues: it closes nothing."
    )
    return made.done(has_results=False)


def sonar_api_issue(row: Any, made: Builder) -> None:
    number = made.number()
    if not isinstance(row, Mapping):
        made.refuse(number, "not an object")
        return
    resolution = text(row.get("resolution"), 40).lower()
    rule, said = one_line(row.get("rule"), LONGEST_RULE), one_line(row.get("message"))
    component = text(row.get("component"), LONGEST_PATH * 4)
    path = component.partition(":")[2] if ":" in component else component
    if resolution in GONE:
        made.run().refused.append(
            Refused(number, rule, path, whole(row.get("line")), said, GONE[resolution])
        )
        return
    key, line_hash = text(row.get("key"), 200), text(row.get("hash"), 64)
    made.run().results.append(
        Result(
            number=number,
            rule=rule or said[:120] or "no rule",
            message=said or rule,
            raw=path,
            line=whole(row.get("line")),
            level=level_of(row.get("severity")),
            fingerprints=(("key", key),) if key else (),
            context=line_hash,
            effort=made.effort(minutes_of(row.get("effort") or row.get("debt"))),
            suppressed=LEFT_OUT.get(resolution, ""),
        )
    )


def minutes_of(words: Any) -> float | None:
    """SonarQube's `1d2h30min` in minutes, 8 hours a day; None where it says nothing."""
    found = EFFORT.fullmatch(text(words, 40))
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return float((days * HOURS_IN_DAY + hours) * 60 + minutes) or None


def eslint(file: BinaryIO, options: Options) -> Report:
    """ESLint's own JSON: a list of files with their messages."""
    made = Builder("eslint", options.tool or "eslint")
    reader = Reader(file)
    for entry in rows(reader):
        path = text(dig(entry, "filePath"), LONGEST_PATH * 4)
        for kind in ("messages", "suppressedMessages"):
            for row in listed(dig(entry, kind)):
                number = made.number()
                if not isinstance(row, Mapping):
                    made.refuse(number, "not an object")
                    continue
                said = one_line(row.get("message"))
                why = one_line(dig(row, "suppressions", 0, "justification"), 300)
                left = f"left out by a comment in the code: {why}".rstrip(": ")
                made.run().results.append(
                    Result(
                        number=number,
                        rule=one_line(row.get("ruleId"), LONGEST_RULE) or "syntax",
                        message=said,
                        raw=path,
                        line=whole(row.get("line")),
                        column=whole(row.get("column")) or 0,
                        level="error" if row.get("severity") == 2 else "warning",
                        suppressed=left if kind == "suppressedMessages" else "",
                    )
                )
    reader.finish()
    return made.done()


def findings(file: BinaryIO, options: Options) -> Report:
    """Plain findings as JSON: `{"findings": [{"title": …, "file_path": …, "line": …}]}`."""
    made = Builder("findings", options.tool or "findings")
    reader = Reader(file)
    has_list = False
    for name in reader.members():
        if name == "type":
            made.tool = options.tool or one_line(reader.value(), 100) or made.tool
        elif name == "findings" and reader.peek() == "[":
            has_list = True
            for row in rows(reader):
                plain(row, made)
        else:
            reader.skip()
    reader.finish()
    return made.done(has_results=has_list)


def table(file: BinaryIO, options: Options) -> Report:
    """Plain findings as CSV with a Title column; names of columns in any case.

    raises: Unreadable where it is no such table
    """
    made = Builder("csv", options.tool or "findings")
    reader = csv.DictReader(Text(file).lines(), restkey="more")
    try:
        names = {re.sub(r"[^a-z]", "", name.lower()): name for name in reader.fieldnames or []}
        if "title" not in names:
            raise Unreadable(
                "This is no report of a scanner: a table of findings has a column named Title."
            )
        for row in reader:
            plain({short: row.get(name) for short, name in names.items()}, made)
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num} of the table cannot be read: {error}.") from error
    return made.done()


def plain(row: Any, made: Builder) -> None:
    """One plain finding; what is no number in a column of numbers is unknown."""
    number = made.number()
    if not isinstance(row, Mapping):
        made.refuse(number, "not an object")
        return
    title = one_line(row.get("title"), LONGEST_RULE)
    if not title:
        made.refuse(number, "without a title")
        return
    mark = text(row.get("unique_id_from_tool") or row.get("uniqueidfromtool"), 200)
    left_out = str(row.get("false_p") or row.get("falsepositive")).lower() in YES
    made.run().results.append(
        Result(
            number=number,
            rule=title,
            message=one_line(row.get("description")) or title,
            raw=text(row.get("file_path") or row.get("filepath"), LONGEST_PATH * 4),
            place=one_line(row.get("url") or row.get("component_name"), LONGEST_PATH),
            line=whole(row.get("line")),
            level=level_of(row.get("severity")),
            fingerprints=(("unique_id_from_tool", mark),) if mark else (),
            suppressed=LEFT_OUT["false-positive"] if left_out else "",
        )
    )
