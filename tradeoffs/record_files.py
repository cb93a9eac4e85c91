"""A decision beside the file that it came from: what the file says, and the file as it is now."""

import posixpath
from dataclasses import dataclass, field

from tradeoffs import records
from tradeoffs.models import Decision, RecordFile
from tradeoffs.record_people import named_now
from tradeoffs.records import Record
from tradeoffs.records.words import lines_of, plain, unmarked

TEXTS = ("context", "constraints", "reasons", "consequences", "confirmation")
LONGEST_TITLE, LONGEST_OPTION = 200, 120
STATUS = {
    "draft": "draft",
    "in_review": "proposed",
    "accepted": "accepted",
    "rejected": "rejected",
    "superseded": "superseded",
    "deprecated": "deprecated",
}


@dataclass(slots=True)
class Content:
    """The part of a decision that a file can say. options: name -> description, in order"""

    title: str
    texts: dict[str, str]
    options: dict[str, str] = field(default_factory=dict)
    chosen: str = ""


def content_of(record: Record) -> Content:
    """What importing a record puts into a decision; names that are too long are cut."""
    options: dict[str, str] = {}
    for name, short in short_names(record).items():
        options[short] = description_of(record, name)
    chosen = short_names(record).get(record.chosen, "")
    texts = {name: getattr(record, name) for name in TEXTS}
    return Content(title_of(record), texts, options, chosen)


def title_of(record: Record) -> str:
    """The question as a list shows it; the marks of Markdown stay in the file alone."""
    return cut(unmarked(record.title), LONGEST_TITLE)


def short_names(record: Record) -> dict[str, str]:
    """Option as the file names it -> as we do, each once."""
    found: dict[str, str] = {}
    for name in record.options:
        short = cut(name, LONGEST_OPTION)
        if short not in found.values():
            found[name] = short
    return found


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def described_as(record: Record, name: str) -> str:
    """The heading under which a file describes an option, or nothing."""
    wanted = plain(name).lower()
    exact = [h for h in record.described if plain(h).lower() == wanted]
    begun = [h for h in record.described if wanted.startswith(plain(h).lower())]
    found = exact or (begun if len(begun) == 1 else [])
    return found[0] if found else ""


def description_of(record: Record, name: str) -> str:
    return record.described.get(described_as(record, name), "")


def content_now(decision: Decision) -> Content:
    """The same part of a decision as it is; reads its options."""
    options = {option.name: lines_of(option.description) for option in decision.options.all()}
    texts = {name: lines_of(getattr(decision, name)).strip() for name in TEXTS}
    chosen = decision.chosen.name if decision.chosen else ""
    return Content(decision.title, texts, options, chosen)


def changes_of(decision: Decision, file: RecordFile, record: Record) -> dict:
    """What was edited here since the file was read, as `records.patch` takes it."""
    said, now = content_of(record), content_now(decision)
    changes: dict[str, str | list[str]] = {
        name: now.texts[name] for name in TEXTS if now.texts[name] != said.texts[name].strip()
    }
    if now.title not in (said.title, cut(record.title, LONGEST_TITLE)):
        changes["title"] = now.title
    full = {short: name for name, short in short_names(record).items()}
    if list(now.options) != list(said.options):
        changes["options"] = [full.get(name, name) for name in now.options]
    for name, text in now.options.items():
        if text.strip() != said.options.get(name, "").strip():
            heading = described_as(record, full.get(name, name)) or full.get(name, name)
            changes[f"option:{heading}"] = text
    if now.chosen != said.chosen:
        changes["chosen"] = full.get(now.chosen, now.chosen)
    changes |= named_now(decision, file, record)
    if decision.state != file.state_read:
        changes["status"] = status_now(decision, file)
    return changes


def status_now(decision: Decision, file: RecordFile) -> str:
    """The state in the words of records; of a replaced one, by which."""
    if decision.state != Decision.State.SUPERSEDED:
        return STATUS[decision.state]
    closed = ["accepted", "superseded", "deprecated"]
    newer = decision.replaced_by.filter(new__state__in=closed).select_related("new__file")
    words = [named(row.new, file) for row in newer]
    return "superseded by " + " and ".join(words) if words else "superseded"


def named(decision: Decision, beside: RecordFile) -> str:
    """How a file names another decision: by a link where both lie in one collection."""
    other = getattr(decision, "file", None)
    if other is None or other.collection_id != beside.collection_id:
        return f"{decision.key} {decision.title}"
    if beside.style == "MADR 4" and other.source_number is not None:
        return f"ADR-{other.source_number:04}"
    start = posixpath.dirname(beside.path) or "."
    return f"[{decision.title}]({posixpath.relpath(other.path, start)})"


def text_of(decision: Decision, file: RecordFile) -> str:
    """The file as it is now: untouched where nobody edited the decision."""
    record = records.parse(file.path, file.text)
    changes = changes_of(decision, file, record)
    return records.patch(file.text, changes, path=file.path) if changes else file.text


def bytes_of(decision: Decision, file: RecordFile) -> bytes:
    return records.encode(text_of(decision, file), file.encoding)
