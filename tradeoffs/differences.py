"""What changed between two versions of a decision: words in its text, cells in its matrix."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradeoffs.maths import ranges

Content = Mapping[str, Any]

NAMES = {
    "title": "Question",
    "situation": "Situation",
    "concern": "Concern",
    "context": "Context",
    "constraints": "Constraints",
    "reasons": "Reasons",
    "consequences": "Consequences",
    "confirmation": "How we will check",
}
FRAME = {"undoing": "How hard to undo", "reach": "How far it reaches", "tier": "Tier"}
ASKED = {
    "approver": "Approver",
    "rule": "Who has to approve",
    "needed": "Approvals needed",
    "team": "Team that approves",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. kind: `text`, `chosen`, `frame`, `asked`, `replaces`, `follows`, `option`,
    `criterion`, `weight` or `cell`.

    part: of a cell its option and criterion, of an option or a criterion itself, as ids
    """

    kind: str
    where: str
    old: str
    new: str
    part: tuple[int | None, int | None] = (None, None)


def between(old: Content, new: Content) -> list[Difference]:
    """All that differs between two contents as `tradeoffs.content.of` makes them."""
    found = [
        Difference("text", NAMES.get(name, name), old["text"].get(name, ""), text)
        for name, text in new["text"].items()
        if old["text"].get(name, "") != text
    ]
    if old["chosen"] != new["chosen"]:
        found.append(
            Difference("chosen", "Proposed option", old["chosen"] or "", new["chosen"] or "")
        )
    found += framed(old, new)
    found += follows(old.get("follows", {}), new.get("follows", {}))
    return found + parts(old, new, "option") + criteria(old, new) + cells(old, new)


def framed(old: Content, new: Content) -> list[Difference]:
    """The tier, who has to approve, and what is replaced; versions from before knew none of it."""
    found = []
    for group, names in (("frame", FRAME), ("asked", ASKED)):
        before, after = old.get(group), new.get(group)
        for name, where in names.items():
            a, b = (before or {}).get(name), (after or {}).get(name)
            if before is not None and after is not None and a != b:
                told = name in ("approver", "team")
                says = (someone(a, "one"), someone(b, "another")) if told else (plain(a), plain(b))
                found.append(Difference(group, where, *says))
    before, after = old.get("replaces", {}), new.get("replaces", {})
    for key in sorted({*before, *after}):
        if (key in before) != (key in after):
            says = (key if key in before else "", key if key in after else "")
            found.append(Difference("replaces", "Replaces", *says))
    return found


def someone(pk: int | None, word: str) -> str:
    """Names change and versions stay: a version keeps ids, and tells only that it is another."""
    return "" if pk is None else word


def follows(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    """Consequences and predictions that came, went, or say something else."""
    names = {"effect": "Consequence", "prediction": "Prediction"}
    return [
        Difference("follows", names[key.split("/")[0]], old.get(key, ""), new.get(key, ""))
        for key in [*old, *(key for key in new if key not in old)]
        if old.get(key) != new.get(key)
    ]


def by_id(rows) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in rows}


def parts(old: Content, new: Content, kind: str) -> list[Difference]:
    """Options or criteria that came, went, or say something else."""
    group = "options" if kind == "option" else "criteria"
    before, after = by_id(old[group]), by_id(new[group])
    found = []
    for pk in [*before, *(pk for pk in after if pk not in before)]:
        part = (pk, None) if kind == "option" else (None, pk)
        a, b = before.get(pk), after.get(pk)
        if a is None or b is None:
            name = (a or b or {})["name"]
            found.append(Difference(kind, name, name if a else "", name if b else "", part))
            continue
        for field in [name for name in b if name not in ("id", "weight")]:
            if a.get(field) != b[field]:
                where = f"{b['name']}, {field.replace('_', ' ')}"
                found.append(Difference(kind, where, plain(a.get(field)), plain(b[field]), part))
    return found


def criteria(old: Content, new: Content) -> list[Difference]:
    before, after = by_id(old["criteria"]), by_id(new["criteria"])
    weights = [
        Difference(
            "weight",
            f"Weight of {row['name']}",
            percent(before[pk]["weight"]),
            percent(row["weight"]),
            (None, pk),
        )
        for pk, row in after.items()
        if pk in before and percent(before[pk]["weight"]) != percent(row["weight"])
    ]
    return parts(old, new, "criterion") + weights


def cells(old: Content, new: Content) -> list[Difference]:
    """Cells that are scored otherwise, also those that went with their option or criterion.

    Where a blind round was shown, what the answer takes from it counts.
    """
    names = {group: by_id(old[group]) | by_id(new[group]) for group in ("options", "criteria")}
    units = {pk: row.get("unit", "") for pk, row in names["criteria"].items()}
    found = []
    before, after = ({**each["cells"], **each.get("together", {})} for each in (old, new))
    for cell in [*before, *(cell for cell in after if cell not in before)]:
        a, b = before.get(cell), after.get(cell)
        if a == b:
            continue
        option, criterion = (int(part) for part in cell.split("/"))
        where = f"{names['options'][option]['name']}, {names['criteria'][criterion]['name']}"
        unit = units[criterion]
        says = [scored(a, unit), scored(b, unit)]
        if a and b and says[0] == says[1]:
            says[1] += ", another one"  # bound to another number of the same kind
        found.append(Difference("cell", where, says[0], says[1], (option, criterion)))
    return found


SUBJECTS = {
    "item": "an item", "objective": "an objective", "team": "a team", "debtitem": "a debt",
}  # fmt: skip
SAID = {"evidence": "evidence", "evidence_on": "evidence of"}


def bound_to(cell: Mapping[str, Any]) -> str:
    """Which kind of number a cell shows, and of which day; versions keep ids, so without a name."""
    of = str(cell.get("figure_type") or "").rpartition(".")[2].lower()
    kind = {"p50": "P50", "p85": "P85"}.get(cell["figure_kind"], cell["figure_kind"])
    text = f"follows the {kind} of {SUBJECTS.get(of, 'something')}"
    day = str(cell.get("read_at") or "")[:10]
    return f"{text}, read {written(day)}" if day else text


def written(day: str) -> str:
    """A kept day as people write it."""
    try:
        return f"{datetime.date.fromisoformat(day):%-d %b %Y}"
    except ValueError:
        return day


QUIET = ("p10", "p50", "p90", "figure_type", "figure_id", "figure_kind", "read_at")
"""What a cell keeps and no reader is shown as it is kept."""


def scored(cell: Mapping[str, Any] | None, unit: str = "") -> str:
    """A cell as a reader sees it, with all that is kept beside its numbers."""
    if cell is None:
        return "not scored"
    ends = [cell["p10"], cell["p50"], cell["p90"]]
    text = "–".join(number(end) for end in ends) if None not in ends else number(cell["p50"])
    if unit:
        text = f"{text} {unit}"
    more = [
        plain(value)
        if name == "note"
        else f"{SAID.get(name, name.replace('_', ' '))} "
        f"{written(plain(value)) if name.endswith('_on') else plain(value)}"
        for name, value in cell.items()
        if name not in QUIET and value not in (None, "", False)
    ]
    if cell.get("figure_kind"):
        more.insert(0, bound_to(cell))
    return "; ".join([text, *more])


def number(value: float) -> str:
    """To the last digit: two numbers that differ never look the same."""
    return ranges.exact(value)


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def plain(value: Any) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, float) else str(value)
