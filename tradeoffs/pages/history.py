"""What the tab History shows: changes with their differences, versions, and the chain."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tpm import formats, history
from tpm.models import Change
from tradeoffs import chain, content, following, unseen, wording
from tradeoffs.content import TEXT
from tradeoffs.differences import NAMES, Difference, between
from tradeoffs.models import (
    Closing,
    Consequence,
    Criterion,
    Decision,
    Prediction,
    ReviewPlan,
    RevisitTrigger,
    Version,
)
from tradeoffs.pages.review import told

MOST = 150
LONG = {name for name in TEXT if name not in ("title", "situation", "concern")}
CODES: dict[str, dict[str, str]] = {
    "state": {str(value): str(label) for value, label in Decision.State.choices},
    "rule": {str(value): str(label) for value, label in ReviewPlan.Rule.choices},
    "tier": {str(value): str(label) for value, label in Decision.Tier.choices},
    "undoing": {str(value): str(label) for value, label in Decision.Undoing.choices},
    "reach": {str(value): str(label) for value, label in Decision.Reach.choices},
    "severity": {str(value): str(label) for value, label in Consequence.Severity.choices},
    "comparison": {str(value): str(label) for value, label in RevisitTrigger.Comparison.choices},
    "horizon": {str(value): str(label) for value, label in Criterion.Horizon.choices},
    "kind": {
        **{str(value): str(label) for value, label in Prediction.Kind.choices},
        **{str(value): str(label) for value, label in Consequence.Kind.choices},
    },
}
"""Values that are kept as codes: field to code to the word that a reader knows."""
WORDS = {
    "rule": "Who has to approve",
    "needed": "Approvals needed",
    "team": "Team that approves",
    "due_on": "Due",
    "check_on": "Check again on",
    "chosen": "Proposed option",
    "reviewers": "Asked",
    "undoing": "How hard to undo",
    "reach": "How far it reaches",
    "p10": "Low",
    "p50": "Likely",
    "p90": "High",
    "figure": "Follows",
    "limit": "Limit",
    "chance": "Chance of yes",
    "comparison": "The number is",
    "kind": "Kind",
    "owner": "Owner",
    "text": "Words",
    "quality": "Quality touched",
    "severity": "Severity",
    "evidence_on": "Evidence of",
    "group": "Group",
    "must": "Must-have",
    "handled_as": "Handled as",
    "handled_key": "Handled by",
    "accepted_by": "Accepted by",
}
"""Fields to what they are called on a page, beside those of `differences.NAMES`."""
INNER = {"figure_type", "figure_id", "figure_kind", "version", "position"}
"""Parts of an address that the app keeps; `figure` tells them as one."""
TEXTS = {*LONG, *(NAMES[name].lower() for name in LONG)}


@dataclass(frozen=True, slots=True)
class Part:
    """One difference: `pieces` of prose, or an old and a new value."""

    name: str
    pieces: list[wording.Piece]
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    change: Change
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions: the older one's label, the newer one's, and what differs."""

    old: str
    new: str
    texts: list[Part]
    others: list[Difference]


def of(user, decision: Decision, old: int | None, new: int | None, *, check: bool = False) -> dict:
    """The context. old, new: ids of kept versions; without them the last two, 0 for now

    check: whether to read the whole chain of the product through, which somebody asks for
    """
    shown = unseen.of(decision) if decision.unseen else history.changes_of(decision)
    changes = list(shown[:MOST])
    names = figures_in(changes, user)
    versions = list(decision.versions.select_related("by"))
    return {
        "entries": [entry(change, names) for change in changes],
        "versions": versions,
        "comparison": comparison(decision, versions, old, new),
        "chosen_from": old,
        "chosen_to": new or 0,
        "strip": strip(versions),
        "chain_length": Closing.objects.filter(product=decision.product_id).count(),
        "closings": list(decision.closings.select_related("by")),
        "checked": check,
        "broken": chain.check(decision.product) if check else None,
    }


def entry(change: Change, names: Mapping[str, str]) -> Entry:
    """A change with its words and cells; what only the app reads stays out."""
    pairs = {
        str(name): pair
        for name, pair in change.fields.items()
        if isinstance(pair, list) and len(pair) == 2
    }
    found = [part(name, pair, names) for name, pair in pairs.items() if last_of(name) not in INNER]
    moved = [name for name in pairs if last_of(name) == "figure_kind"]
    for name in moved or [name for name in pairs if last_of(name) == "figure_id"]:
        about = name.rpartition(": ")[0]
        label = f"{about}: follows" if about else WORDS["figure"]
        old, new = (("a published number" if value else "nothing") for value in pairs[name])
        found.append(Part(label, [], old, "another one" if old == new else new))
    return Entry(change, found)


def last_of(name: str) -> str:
    """The field of a name such as `It gets faster: due_on`."""
    return name.rpartition(": ")[2]


def part(name: str, pair: list[Any], names: Mapping[str, str]) -> Part:
    old, new = ("" if value is None else value for value in pair)
    about, _sep, inner = name.rpartition(": ")
    known = NAMES.get(inner) or WORDS.get(inner)
    label = f"{about}: {known.lower()}" if about and known else known or tell(name, names)
    if name in TEXTS and isinstance(old, str) and isinstance(new, str):
        return Part(label, wording.words(old, new))
    return Part(label, [], value_of(inner, old), value_of(inner, new))


def value_of(field: str, value: Any) -> str:
    """A kept value as a page shows it: words for codes, days as days, chances in percent."""
    said = CODES.get(field, {}).get(str(value))
    if said is not None:
        return said
    if field == "chance" and isinstance(value, float | int):
        return formats.percent(value)
    if field.endswith("_on") and isinstance(value, str) and value:
        try:
            return formats.day(datetime.date.fromisoformat(value))
        except ValueError:
            return value
    return shown(value)


FIGURE = re.compile(r"\b(\w+) of (\w+\.\w+) (\d+)\b")
"""How older entries name a published number: `p85 of roadmaps.item 12`."""


def tell(name: str, names: Mapping[str, str]) -> str:
    """A name that was kept, with published numbers called as pages call them."""
    found = FIGURE.search(name)
    if found is None:
        return name.replace("_", " ")
    kind, subject, pk = found.groups()
    return FIGURE.sub(lambda _: names.get(f"{subject}:{pk}:{kind}", "a published number"), name)


def figures_in(changes: Iterable[Change], user) -> dict[str, str]:
    """What the published numbers that entries name are called, as far as this person sees them."""
    found = {
        hit.groups() for change in changes for name in change.fields
        if (hit := FIGURE.search(str(name)))
    }  # fmt: skip
    rows = [
        RevisitTrigger(kind="figure", figure_type=subject, figure_id=int(pk), figure_kind=kind)
        for kind, subject, pk in found
    ]
    return following.labels_of(rows, user) if rows else {}


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def comparison(
    decision: Decision, versions: list[Version], old: int | None, new: int | None
) -> Comparison | None:
    """Two kept versions, or a kept one and what is there now."""
    known = {version.pk: version for version in versions}
    first = known.get(old or 0) or (versions[0] if versions else None)
    if first is None:
        return None
    second = known.get(new or 0)
    now = content.read(second) if second else content.of(decision)
    found = told(decision, between(content.read(first), now))
    return Comparison(
        old=f"v{first.number}",
        new=f"v{second.number}" if second else f"now, v{decision.version}",
        texts=[
            Part(one.where, wording.words(one.old, one.new)) for one in found if one.kind == "text"
        ],
        others=[one for one in found if one.kind != "text"],
    )


def strip(versions: list[Version]) -> list[tuple[str, str]]:
    """What was proposed at each kept version, oldest first, equal neighbours joined."""
    found: list[list[str]] = []
    for version in reversed(versions):
        chosen = content.read(version)["chosen"] or "nothing proposed"
        label = f"v{version.number}"
        if found and found[-1][0] == chosen:
            found[-1][2] = label
        else:
            found.append([chosen, label, label])
    return [(name, a if a == b else f"{a} to {b}") for name, a, b in found]
