"""Writes an import: short transactions under one batch, safe to run twice."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tpm import history
from tpm.keys import next_keys
from tpm.models import Change, Product
from tradeoffs import queries, record_people
from tradeoffs.import_services.plan import Action, Plan, judged_here
from tradeoffs.models import (
    Collection,
    Decision,
    DecisionLink,
    DecisionTag,
    Involved,
    Option,
    RecordFile,
    Supersession,
)
from tradeoffs.record_files import cut
from tradeoffs.records.collection import Other
from tradeoffs.services import closing

CHUNK = 200
CREATED, UPDATED = "imported", "imported again"
REPLACES = "replaces, by import"
State = Decision.State
CLOSED = (State.ACCEPTED, State.REJECTED, State.SUPERSEDED, State.DEPRECATED)
WAYS: dict[str, tuple[str, ...]] = {
    State.IN_REVIEW: (State.IN_REVIEW,),
    State.ACCEPTED: (State.IN_REVIEW, State.ACCEPTED),
    State.REJECTED: (State.IN_REVIEW, State.REJECTED),
    State.SUPERSEDED: (State.IN_REVIEW, State.ACCEPTED, State.SUPERSEDED),
    State.DEPRECATED: (State.IN_REVIEW, State.ACCEPTED, State.DEPRECATED),
}
"""From a draft to what a file says: only along the allowed moves."""
COLUMNS = ("text", "encoding", "digest", "style", "raw_status", "status_name", "unmapped", "trial",
           "state_read", "source_number", "raw_date", "dated_by", "people", "told",
           "extra", "warnings")  # fmt: skip
Progress = Callable[[int, int, str], None]


class Importer:
    """Applies one plan. left_out: sentences about links that could not be made."""

    def __init__(self, plan: Plan, *, by, batch: uuid.UUID, progress: Progress) -> None:
        self.plan = plan
        self.by = by
        self.batch = batch
        self.progress = progress
        self.left_out: list[str] = []
        self.known = record_people.known_people(plan.product)
        self.collection, _ = Collection.objects.get_or_create(product=plan.product, name=plan.name)

    def run(self) -> None:
        total, done = len(self.plan.actions), 0
        with history.through(Change.Door.IMPORT, batch=self.batch):
            for chunk in batched(self.plan.of("create"), CHUNK):
                self._create(chunk)
                done += len(chunk)
                self.progress(done, total, "records")
            for chunk in batched(self.plan.of("update"), CHUNK):
                for action in chunk:
                    self._update(action)
                done += len(chunk)
                self.progress(done, total, "records")
            self._join()
            self.progress(total, total, "links")

    @transaction.atomic
    def _create(self, actions: Sequence[Action]) -> None:
        product = Product.objects.select_for_update().get(pk=self.plan.product.pk)
        for action, (number, key) in zip(
            actions, next_keys(product, "decision", len(actions)), strict=True
        ):
            action.decision = self._drafted(action, number, key)
        decisions = [made(action) for action in actions]
        Decision.objects.bulk_create(decisions)
        options = [
            Option(decision=made(action), name=name, description=text, position=place)
            for action in actions
            for place, (name, text) in enumerate(action.content.options.items())
        ]
        Option.objects.bulk_create(options)
        DecisionTag.objects.bulk_create(
            DecisionTag(decision=made(action), name=name)
            for action in actions
            for name in tags_of(action)
        )
        RecordFile.objects.bulk_create(self._file(action) for action in actions)
        self._choose(actions, options)
        self._settle(actions)
        Involved.objects.bulk_create(
            row
            for action in actions
            for row in record_people.rows_of(made(action), self._told(action), by=self.by)
        )
        Change.objects.bulk_create(
            self._line(
                made(action),
                CREATED,
                {"question": (None, action.content.title), "file": (None, action.path)},
            )
            for action in actions
        )

    def _drafted(self, action: Action, number: int, key: str) -> Decision:
        """As a draft without a choice: what is frozen later is put in before."""
        return Decision(
            product=self.plan.product,
            number=number,
            key=key,
            title=action.content.title,
            author=self.by,
            imported=True,
            record=action.file.record.text if action.state in CLOSED else "",
            **action.content.texts,
        )

    def _choose(self, actions: Sequence[Action], options: Sequence[Option]) -> None:
        named = {(option.decision_id, option.name): option for option in options}
        chosen = []
        for action in actions:
            option = named.get((made(action).pk, action.content.chosen))
            if option is not None:
                made(action).chosen = option
                chosen.append(made(action))
        Decision.objects.bulk_update(chosen, ["chosen"])

    def _settle(self, actions: Sequence[Action]) -> None:
        """Move drafts, a step for all at once, along the moves that are allowed."""
        for goal, steps in WAYS.items():
            pks = [made(action).pk for action in actions if action.state == goal]
            for step in steps if pks else ():
                Decision.objects.filter(pk__in=pks).update(state=step)
        dated = []
        for action in actions:
            decision, day = made(action), action.file.record.day
            decision.state = action.state
            if day is not None and action.state in CLOSED:
                decision.decided_at = noon(day)
                dated.append(decision)
        Decision.objects.bulk_update(dated, ["decided_at"])

    def _file(self, action: Action) -> RecordFile:
        return RecordFile(
            decision=made(action), collection=self.collection, path=action.path,
            told=self._told(action), **columns(action),
        )  # fmt: skip

    def _told(self, action: Action) -> record_people.Told:
        return record_people.read_from(action.file.record, self.known)

    @transaction.atomic
    def _update(self, action: Action) -> None:
        """One decision whose file changed: the text, the options, the state, then the file."""
        decision = Decision.objects.select_for_update(of=("self",)).get(pk=made(action).pk)
        present = action.present
        assert present is not None
        if decision.version != made(action).version:
            action.verb, action.why = "stays", "Somebody changed it meanwhile: import again."
            return
        if why := judged_here(decision, action.moves):
            action.why, action.moves = why, []  # somebody began to judge it meanwhile
            action.kept.append("state")
        changes: dict[str, tuple] = {}
        for name, (here, there) in action.fields.items():
            if name != "chosen":
                setattr(decision, name, there)
                changes[name] = (here, there)
        self._options(action, decision, changes)
        if "chosen" in action.fields:
            here, there = action.fields["chosen"]
            decision.chosen = decision.options.filter(name=there).first()
            changes["chosen"] = (here, there)
        decision.version += 1
        decision.save()
        for state in action.moves:
            if state in CLOSED and not decision.record:
                decision.record = action.file.record.text
            changes["state"] = (changes.get("state", (decision.state,))[0], state)
            decision.state = state
            decision.save()
        if decision.state in CLOSED and decision.decided_at is None:
            decision.decided_at = noon(action.file.record.day)
            decision.save(update_fields=["decided_at"])
        self._close(action, decision)
        self._replace_file(action, present, decision)
        changes["file"] = (present.digest[:12], action.file.digest[:12])
        self._line(decision, UPDATED, changes).save(force_insert=True)
        action.decision = decision

    def _close(self, action: Action, decision: Decision) -> None:
        """What a file closed is kept in the chain as what people close."""
        ends = [state for state in action.moves if state in (State.ACCEPTED, State.REJECTED)]
        if ends:
            closing.close(decision, by=self.by, kind=ends[-1])

    def _options(self, action: Action, decision: Decision, changes: dict) -> None:
        present = {option.name: option for option in decision.options.all()}
        for name, text in action.options.items():
            option = present.get(name)
            if option is None:
                Option.objects.create(
                    decision=decision, name=name, description=text, position=len(present)
                )
                present[name] = decision.options.get(name=name)
                changes[f"option {name}"] = (None, "added")
            else:
                changes[f"option {name}"] = (option.description, text)
                Option.objects.filter(pk=option.pk).update(
                    description=text, version=F("version") + 1
                )

    def _replace_file(self, action: Action, present: RecordFile, decision: Decision) -> None:
        new = columns(action) | {"told": self._told(action)}
        record_people.follow(decision, present.told, new["told"], by=self.by)
        before = {name: getattr(present, name) for name in COLUMNS}
        before |= {"day": str(present.day) if present.day else None, "batch": str(self.batch)}
        if "state" in action.kept:
            new["state_read"] = present.state_read
        RecordFile.objects.filter(pk=present.pk).update(
            **new, before=before, read_at=timezone.now()
        )
        new_tags = [
            DecisionTag(decision=decision, name=name)
            for name in tags_of(action)
            if not decision.tags.filter(name=name).exists()
        ]
        DecisionTag.objects.bulk_create(new_tags)

    @transaction.atomic
    def _join(self) -> None:
        """Replacements and other links, between what is here now."""
        Product.objects.select_for_update().get(pk=self.plan.product.pk)
        rows = RecordFile.objects.filter(collection=self.collection).select_related("decision")
        here = {file.path: file.decision for file in rows.defer("text", "before")}
        self._replacements(here)
        self._links(here)

    def _replacements(self, here: dict[str, Decision]) -> None:
        known = set(
            Supersession.objects.filter(new__product=self.plan.product).values_list("old", "new")
        )
        for edge in self.plan.found.edges:
            old, new = here.get(edge.old), here.get(edge.new)
            if old is None or new is None or (old.pk, new.pk) in known:
                continue
            if loop := queries.loop_through(old, new):
                self.left_out.append(
                    f"{edge.new} replaces {edge.old}: that would go round, {' > '.join(loop)}."
                )
                continue
            Supersession.objects.create(old=old, new=new, by=self.by)
            self._line(new, REPLACES, {"replaces": (None, old.key)}).save(force_insert=True)

    def _links(self, here: dict[str, Decision]) -> None:
        """Each imported record's links as its file has them; those made here stay."""
        wanted: dict[int, list[DecisionLink]] = {
            here[a.path].pk: [] for a in self.plan.actions if a.path in here and a.verb != "stays"
        }
        for suggested, others in ((False, self.plan.found.others),
                                  (True, self.plan.found.suggestions)):  # fmt: skip
            for other in others:
                decision = here.get(other.of)
                if decision is not None and decision.pk in wanted:
                    wanted[decision.pk].append(link_row(decision, other, here, suggested))
        mine = DecisionLink.objects.filter(decision__in=list(wanted)).exclude(target="")
        present: dict[int, list[DecisionLink]] = {pk: [] for pk in wanted}
        for link in mine.order_by("pk"):
            present[link.decision_id].append(link)
        for pk, links in wanted.items():
            if [said(link) for link in links] != [said(link) for link in present[pk]]:
                mine.filter(decision=pk).delete()
                DecisionLink.objects.bulk_create(links)

    def _line(self, decision: Decision, action: str, changes: dict) -> Change:
        return history.line(
            decision, by=self.by, action=action, changes=changes, product=self.plan.product
        )


def made(action: Action) -> Decision:
    """The decision of an action; it has one once it is written."""
    assert action.decision is not None
    return action.decision


def columns(action: Action) -> dict:
    """What is kept of a file beside its decision."""
    record = action.file.record
    return {
        "text": record.text,
        "encoding": action.file.encoding,
        "digest": action.file.digest,
        "style": record.style,
        "raw_status": record.status.raw,
        "status_name": record.status.name,
        "unmapped": not record.status.state,
        "trial": record.status.trial,
        "state_read": action.state,
        "source_number": record.number,
        "raw_date": record.date_raw,
        "day": record.day,
        "dated_by": record.dated_by,
        "people": record.people,
        "extra": record.extra,
        "warnings": record.warnings,
    }


def tags_of(action: Action) -> list[str]:
    return list(dict.fromkeys(cut(name, 60) for name in action.file.record.tags))


def link_row(
    decision: Decision, other: Other, here: dict[str, Decision], suggested: bool
) -> DecisionLink:
    link = other.link
    return DecisionLink(
        decision=decision,
        to=here.get(other.to) if other.to else None,
        kind=cut(link.kind, 60),
        target=link.target[:1000],
        label=cut(link.label, 300),
        suggested=suggested,
    )


def said(link: DecisionLink) -> tuple:
    return link.to_id, link.kind, link.target, link.label, link.suggested


def noon(day: datetime.date | None) -> datetime.datetime | None:
    """A day as a moment: files say no hour."""
    if day is None:
        return None
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
