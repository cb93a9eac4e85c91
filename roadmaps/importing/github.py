"""GitHub's REST answer to "list repository issues", one page or several."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from .headers import UPDATED
from .mapping import Words, one_line
from .rows import MAX_ROWS, ColumnReport, ImportRow, Options, ParsedFile, Unreadable
from .words import PRIORITY_OF, kind_of_labels, plain

MAX_BRACKETS = 2_000_000
SURROGATE = re.compile("[\ud800-\udfff\x00]")
REPOSITORY = re.compile(r"repos/([^/\s]+/[^/\s]+)/?$")
USED = {
    "number": "key",
    "repository_url": "instance",
    "html_url": "url",
    "title": "title",
    "body": "description",
    "state": "state",
    "state_reason": "state",
    "labels": "labels",
    "assignee": "owner",
    "assignees": "owner",
    "milestone": "target",
    "type": "kind",
    "created_at": "created",
    "closed_at": "finished",
}
KEPT = {"user": "Author", "author_association": "Author association"}
QUIET = {
    **dict.fromkeys(
        ("url", "labels_url", "comments_url", "events_url", "timeline_url"),
        "an address for programs; html_url is kept",
    ),
    **dict.fromkeys(("id", "node_id"), "repository and number name the issue already"),
    "updated_at": UPDATED,
}
STATES = {"open": "planned", "closed": "done"}
DROPPED = ("not_planned", "duplicate")


def read(text: str, parsed: ParsedFile, options: Options) -> None:
    """Fill parsed with the issues of one or more concatenated pages, without pull requests.

    raises: Unreadable when the text is not JSON, or not a list of issues
    """
    words = Words(options)
    columns: dict[str, ColumnReport] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, issue in enumerate(_issues(text), start=1):
        if number > MAX_ROWS:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} issues, the limit.")
        parsed.records += 1
        if "pull_request" in issue:
            parsed.skipped["pull requests"] = parsed.skipped.get("pull requests", 0) + 1
            continue
        _count(issue, columns)
        row = _row(number, issue, parsed, words)
        sentence = "The issue has no number." if not row.key else ""
        sentence = sentence or (f"#{row.key} has no title." if not row.title else "")
        if (row.instance, row.key) in seen:
            sentence = f"#{row.key} stands at position {seen[row.instance, row.key]} already."
        if sentence:
            parsed.leave_out(number, "", sentence, [row.key, row.title, row.url])
            continue
        seen[row.instance, row.key] = number
        parsed.rows.append(row)
    parsed.header = ["number", "title", "html_url"]
    parsed.columns = list(columns.values())
    parsed.words = words.report()
    if not parsed.records:
        raise Unreadable("The list of issues is empty.")


def _issues(text: str) -> Iterator[dict]:
    """Walk the issues of every page; a recorded answer keeps them under "response"."""
    for page in _documents(text):
        if isinstance(page, dict):
            raise Unreadable(
                "This is a JSON object; expected is the list that GitHub answers to "
                "GET /repos/OWNER/REPO/issues."
            )
        if not isinstance(page, list):
            raise Unreadable("This JSON holds no list of issues.")
        for entry in page:
            inner = entry
            if isinstance(entry, dict) and isinstance(entry.get("response"), list):
                inner = entry["response"]
            for issue in inner if isinstance(inner, list) else [inner]:
                if not isinstance(issue, dict) or not {"number", "title"} <= issue.keys():
                    raise Unreadable("This JSON is a list, but not of GitHub issues.")
                yield issue


def _documents(text: str) -> Iterator[object]:
    decoder = json.JSONDecoder()
    at = 0
    text = text.strip()
    if text.count("{") + text.count("[") > MAX_BRACKETS:
        raise Unreadable(f"The JSON holds more than {MAX_BRACKETS:,} brackets: no list of issues.")
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno:,}, column {error.colno:,}"
            if error.pos >= len(text) - 1 or error.msg.startswith("Unterminated"):
                raise Unreadable(f"The JSON breaks off at {where}: it is cut off.") from error
            raise Unreadable(f"The JSON cannot be read at {where}: {error.msg}.") from error
        except (RecursionError, ValueError) as error:
            raise Unreadable("The JSON is nested too deeply or holds absurd numbers.") from error
        yield document
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1


def _row(number: int, issue: dict, parsed: ParsedFile, words: Words) -> ImportRow:
    state = STATES.get(_text(issue.get("state")), "planned")
    reason = _text(issue.get("state_reason"))
    if state == "done" and reason in DROPPED:
        state = "dropped"
    word = _text(issue.get("state")) + (f" ({reason})" if reason else "")
    words.state.count(word, state, guessed=False)
    labels = [_name(label) for label in _list(issue.get("labels"))]
    milestone = _object(issue.get("milestone"))
    owners = [_login(person) for person in _list(issue.get("assignees"))]
    owners = [owner for owner in owners if owner] or [_login(issue.get("assignee"))]
    repository = REPOSITORY.search(_text(issue.get("repository_url"))[:500])
    kind = _name(issue.get("type"))
    created, closed, due = (
        _moment(number, column, value, parsed)
        for column, value in (
            ("created_at", issue.get("created_at")),
            ("closed_at", issue.get("closed_at")),
            ("milestone", milestone.get("due_on")),
        )
    )
    row = ImportRow(
        number=number,
        key=_text(issue.get("number")) if isinstance(issue.get("number"), int) else "",
        instance=repository[1] if repository else "",
        title=one_line(_text(issue.get("title"))),
        url=_text(issue.get("html_url")),
        description=_text(issue.get("body")),
        kind=words.kind.read(kind) if kind else kind_of_labels(labels),
        kind_word=kind,
        state=state,
        state_word=word,
        priority=next((p for p in map(_priority, labels) if p), ""),
        owner_name=owners[0],
        created=created,
        finished=closed if state in ("done", "dropped") else None,
        target=due.date() if due else None,
        labels=[label for label in labels if label],
    )
    _keep(row, issue, milestone, owners)
    return row


def _keep(row: ImportRow, issue: dict, milestone: dict, owners: list[str]) -> None:
    if title := _text(milestone.get("title")):
        row.extra["Milestone"] = title
    if len(owners) > 1:
        row.extra["Assignees"] = owners
    if author := _login(issue.get("user")):
        row.extra["Author"] = author
    if association := _text(issue.get("author_association")):
        row.extra["Author association"] = association


def _priority(label: str) -> str:
    """Only a label that calls itself a priority is one: "low" alone may mean anything."""
    folded = plain(label)
    if folded.startswith("priority "):
        return PRIORITY_OF.get(folded.removeprefix("priority "), "")
    return PRIORITY_OF.get(folded, "") if re.fullmatch(r"p\d", folded) else ""


def _moment(number: int, column: str, value: object, parsed: ParsedFile) -> datetime | None:
    text = _text(value)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        if 1970 <= moment.year <= 2199:
            return moment
    except (ValueError, OverflowError):
        pass
    parsed.complain(number, column, f"“{text[:40]}” cannot be read as a date.")
    return None


def _count(issue: dict, columns: dict[str, ColumnReport]) -> None:
    for name, value in issue.items():
        name = SURROGATE.sub("", name)
        report = columns.get(name)
        if report is None:
            report = columns[name] = _column(name)
        if value not in (None, "", [], {}):
            report.filled += 1


def _column(name: str) -> ColumnReport:
    if name in USED:
        return ColumnReport(name, "used", USED[name])
    if name in KEPT:
        return ColumnReport(name, "kept", KEPT[name])
    return ColumnReport(name, "ignored", note=QUIET.get(name, "nothing here holds it"))


def _text(value: object) -> str:
    """Write a JSON value as text that any database can hold."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return SURROGATE.sub("\ufffd", str(value)).strip()


def _list(value: object) -> list:
    return value if isinstance(value, list) else []


def _object(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _name(value: object) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _login(value: object) -> str:
    return _text(_object(value).get("login"))
