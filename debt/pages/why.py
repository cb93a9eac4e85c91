"""Why a score is what it is: five lines that open to their inputs, and what moved it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from debt.maths import scoring
from debt.models import DebtItem, DebtScore, Interest
from debt.pages import charts, rows, why_inputs
from debt.pages.why_inputs import Fact
from debt.queries.histories import Touches
from tpm import formats

PART_LABELS = {
    "burden": "Burden",
    "payback": "Payback",
    "severity": "Severity",
    "contagion": "Contagion",
    "exposure": "Exposure",
}
SWING_LABELS = {
    "declared": "the days a month",
    "events": "the cost of chores and incidents",
    "principal": "the days to fix",
    "slow_down": "the slow-down",
}


@dataclass(frozen=True)
class PartLine:
    """One line of Why?: what it is made of, where from, and its points."""

    name: str
    label: str
    fill: str
    detail: str
    tag: str
    points: str
    most: str
    facts: list[Fact]


def part_lines(
    item: DebtItem,
    score: DebtScore,
    newest: Mapping[str, Interest],
    touches: Touches | None = None,
    *,
    may_write: bool = True,
) -> list[PartLine]:
    """The five parts. Arguments are those of `why_inputs.dated`."""
    facts = why_inputs.dated(score, item, newest, touches, may_write=may_write)
    model = score.model.parameters
    kept, sources = score.inputs, score.inputs["sources"]
    tops = {
        "burden": model["burden"]["points"],
        "payback": model["payback"]["points"],
        "severity": model["severity"]["points"],
        "contagion": model["spread"]["points"],
        "exposure": model["exposure"]["points"],
    }
    details = part_details(item, score, kept)
    return [
        PartLine(
            name=name,
            label=_(PART_LABELS[name]),
            fill=charts.PART_FILLS[name],
            detail=details[name],
            tag=sources[name],
            points=formats.number(score.parts[name], 1),
            most=formats.number(tops[name]),
            facts=facts[name],
        )
        for name in scoring.PARTS
    ]


def part_details(item: DebtItem, score: DebtScore, kept: Mapping[str, Any]) -> dict[str, str]:
    """The inputs of each part in words."""
    team = item.team.name if item.team else _("the team")
    risk = _("nobody has named a risk")
    if kept["risks"]:
        level, chance = kept["risks"][0]
        name = item.get_risk_dimension_display().lower()
        risk = _("%(name)s %(level)s of 4, probability %(chance)s") % {
            "name": name, "level": level, "chance": f"{chance:g}",
        }  # fmt: skip
    growth = kept["contagion"]
    exposure = kept["exposure_share"]
    return {
        "burden": _("%(days)s of the %(capacity)s days %(team)s has a month")
        % {
            "days": formats.number(score.interest_days, 1),
            "capacity": formats.amount(kept["capacity"]),
            "team": team,
        },
        "payback": _("%(months)s at %(days)s days, the mean")
        % {"months": rows.payback_text(score), "days": formats.amount(score.principal_days)},
        "severity": risk,
        "contagion": _("grows %(n)s %% a month") % {"n": f"{round(growth * 100, 1):g}"}
        if growth
        else _("does not grow"),
        "exposure": _("not known: no component, or no dates in the plan yet")
        if exposure is None
        else _("%(share)s of next quarter’s work lands here")
        % {"share": formats.percent(exposure)},
    }


def moves_most(score: DebtScore) -> str:
    """Which input would move the score most, and how far."""
    found = scoring.swings(scoring.inputs_from(score.inputs), score.model.parameters)
    if not found or score.score is None:
        return ""
    widest = found[0]
    return _("Knowing %(what)s better would move it most: %(now)s → %(low)s to %(high)s.") % {
        "what": _(SWING_LABELS[widest.name]),
        "now": f"{score.score:.0f}",
        "low": f"{widest.low:.0f}",
        "high": f"{widest.high:.0f}",
    }


def moved_since(score: DebtScore, before: DebtScore | None) -> str:
    """How the score differs from the one before, by part."""
    if before is None or before.score is None or score.score is None:
        return ""
    when = formats.day(before.at)
    if before.model_id != score.model_id:
        return _("The formulas changed after %(when)s: the two scores do not compare.") % {
            "when": when
        }
    change = score.score - before.score
    causes = why_inputs.moved(score, before)
    steps = [
        f"{formats.signed(score.parts[name] - before.parts.get(name, 0.0), 1)} "
        f"{_(PART_LABELS[name]).lower()}"
        + (f" ({', '.join(causes[name])})" if causes[name] else "")
        for name in scoring.PARTS
        if abs(score.parts[name] - before.parts.get(name, 0.0)) >= 0.05
    ]
    if not steps:
        return ""
    return _("Since %(when)s it moved by %(change)s: %(steps)s.") % {
        "when": when, "change": formats.signed(change, 1), "steps": ", ".join(steps),
    }  # fmt: skip
