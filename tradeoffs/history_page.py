"""What the tab History shows: changes with their differences, versions, and the chain."""

from dataclasses import dataclass
from typing import Any

from tpm import history
from tpm.models import Change
from tradeoffs import chain, content, wording
from tradeoffs.content import TEXT
from tradeoffs.differences import NAMES, Difference, between
from tradeoffs.models import Closing, Decision, Version

MOST = 150
LONG = {name for name in TEXT if name not in ("title", "situation", "concern")}
CODES = {"state", "rule"}
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


def of(decision: Decision, old: int | None, new: int | None) -> dict:
    """The context. old, new: ids of kept versions; without them the last two, 0 for now"""
    versions = list(decision.versions.select_related("by"))
    return {
        "entries": [entry(change) for change in history.changes_of(decision)[:MOST]],
        "versions": versions,
        "comparison": comparison(decision, versions, old, new),
        "chosen_from": old,
        "chosen_to": new or 0,
        "strip": strip(versions),
        "chain_length": Closing.objects.filter(product=decision.product_id).count(),
        "closings": list(decision.closings.select_related("by")),
        "broken": chain.check(decision.product) if decision.closings.exists() else None,
    }


def entry(change: Change) -> Entry:
    """A change with its words and cells; fields that say little stay out."""
    parts = [
        part(str(name), pair)
        for name, pair in change.fields.items()
        if isinstance(pair, list) and len(pair) == 2
    ]
    return Entry(change, parts)


def part(name: str, pair: list[Any]) -> Part:
    old, new = ("" if value is None else value for value in pair)
    label = NAMES.get(name, name.replace("_", " "))
    if name in TEXTS and isinstance(old, str) and isinstance(new, str):
        return Part(label, wording.words(old, new))
    if name in CODES:
        old, new = str(old).replace("_", " "), str(new).replace("_", " ")
    return Part(label, [], shown(old), shown(new))


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
    found = between(content.read(first), now)
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
