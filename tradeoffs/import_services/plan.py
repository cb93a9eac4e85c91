"""What an import would do to each file's decision; nothing is written here."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tpm.models import Product
from tradeoffs import records
from tradeoffs.import_services.sources import Source
from tradeoffs.models import Collection, Decision, RecordFile, ReviewPlan, StatusWord
from tradeoffs.record_files import TEXTS, Content, content_now, content_of
from tradeoffs.records.collection import File
from tradeoffs.records.words import unmarked

State = Decision.State


@dataclass(slots=True)
class Action:
    """One record and what becomes of it.

    verb:   create, update, unchanged, or stays (with the reason in `why`)
    fields: of an update, field -> (now, new)
    kept:   fields edited here and changed in the file: what was typed here stays
    state:  the state that the file says; `moves` leads there from the one that it has
    """

    file: File
    content: Content
    state: str
    verb: str = "create"
    why: str = ""
    present: RecordFile | None = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    decision: Decision | None = None

    @property
    def path(self) -> str:
        return self.file.record.path


@dataclass(slots=True)
class Plan:
    """A whole source compared with a collection as it is now."""

    product: Product
    name: str
    found: records.Collection
    actions: list[Action]
    days: dict[str, datetime.date]

    def of(self, verb: str) -> list[Action]:
        return [action for action in self.actions if action.verb == verb]


def words_now() -> dict[str, records.Word]:
    """The table of status words of this workspace."""
    rows = StatusWord.objects.values_list("word", "state", "trial")
    return {word: records.Word(state, trial) for word, state, trial in rows}


def make_plan(product: Product, source: Source) -> Plan:
    """Read every file and compare it with its decision, found by collection and path."""
    found = records.read(source.files, words_now())
    found.skipped = sorted([*source.skipped, *found.skipped], key=lambda skipped: skipped.path)
    for record in found.records:
        if record.day is None and record.path in source.days:
            record.day, record.dated_by = source.days[record.path], "git"
            record.warnings.append("Its day is that of its first commit.")
    collection = Collection.objects.filter(product=product, name=source.name).first()
    present = {} if collection is None else present_in(collection)
    actions = [compare(file, present.get(file.record.path)) for file in found.files]
    return Plan(product, source.name, found, actions, source.days)


def present_in(collection: Collection) -> dict[str, RecordFile]:
    rows = RecordFile.objects.filter(collection=collection)
    rows = rows.select_related("decision__chosen", "decision__product")
    return {file.path: file for file in rows.prefetch_related("decision__options")}


def compare(file: File, present: RecordFile | None) -> Action:
    record = file.record
    action = Action(file, content_of(record), record.status.state or State.DRAFT)
    if present is None:
        return action
    action.present, action.decision = present, present.decision
    newly_mapped = present.unmapped and record.status.state and present.decision.is_open
    if present.digest == file.digest and not newly_mapped:
        action.verb = "unchanged"
        return action
    before = content_of(records.parse(present.path, present.text))
    action.verb = "update"
    differ(action, before, content_now(present.decision))
    if not present.decision.is_open and (action.fields or action.options or action.kept):
        action.verb, action.fields, action.options, action.kept = "stays", {}, {}, []
        state = present.decision.get_state_display().lower()
        action.why = f"It is {state} here, so its text is frozen; the file says something else now."
        return action
    find_moves(action, present)
    return action


def differ(action: Action, before: Content, now: Content) -> None:
    """Take what the file changed; where somebody edited the same here, that stays."""
    new = action.content
    pairs: list[tuple[str, str, str, str]] = [
        ("title", before.title, unmarked(now.title), new.title)
    ]
    pairs += [(n, before.texts[n].strip(), now.texts[n], new.texts[n].strip()) for n in TEXTS]
    pairs.append(("chosen", before.chosen, now.chosen, new.chosen))
    for name, was, here, there in pairs:
        if was == there or here == there:
            continue
        if here == was:
            action.fields[name] = (here, there)
        else:
            action.kept.append(name)
    for name, text in new.options.items():
        if name not in now.options:
            if name not in before.options:
                action.options[name] = text
        elif text.strip() != before.options.get(name, "").strip():
            if now.options[name].strip() == before.options.get(name, "").strip():
                action.options[name] = text
            elif now.options[name].strip() != text.strip():
                action.kept.append(f"option {name}")
    action.kept += [
        f"option {n}" for n in before.options if n not in new.options and n in now.options
    ]


def find_moves(action: Action, present: RecordFile) -> None:
    """The allowed moves to the state that the file says, where nobody moved it here since."""
    decision = present.decision
    if action.state == decision.state or action.state == present.state_read:
        return
    if decision.state != present.state_read:
        action.kept.append("state")
        return
    moves = path_between(decision.state, action.state)
    if why := judged_here(decision, moves or ()):
        action.why = why
        action.kept.append("state")
    elif moves is None:
        action.why = f"It cannot become {State(action.state).label.lower()} from here."
        action.kept.append("state")
    else:
        action.moves = moves


def judged_here(decision: Decision, moves: Sequence[str]) -> str:
    """Why a file does not close an open decision that people judge here; empty where it may."""
    closes = decision.is_open and any(state not in Decision.OPEN for state in moves)
    if not closes:
        return ""
    asked = ReviewPlan.objects.filter(decision=decision).exists() or decision.reviewers.exists()
    if not asked and not decision.reviews.exists():
        return ""
    return f"{decision.key} is reviewed here, so its file does not close it: its state stays."


def path_between(start: str, goal: str) -> list[str] | None:
    """The shortest chain of allowed moves, or None."""
    chains = [[start]]
    seen = {start}
    while chains:
        chain = chains.pop(0)
        if chain[-1] == goal:
            return chain[1:]
        for state in Decision.MOVES[chain[-1]]:
            if state not in seen:
                seen.add(state)
                chains.append([*chain, state])
    return None
