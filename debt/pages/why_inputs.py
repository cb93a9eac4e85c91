"""What each part of a score is made of: each input with its source, its day and its page."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from debt import inputs
from debt.maths import scoring
from debt.models import DebtItem, DebtScore, Interest
from debt.pages.item import read_words
from debt.queries import ending_of
from debt.queries.histories import Touches
from tpm import formats
from tpm.models import Change

FIELDS = {
    "principal": ("principal_p10_days", "principal_p50_days", "principal_p90_days", "size"),
    "slow_down": ("slow_down",),
    "probability": ("probability",),
    "contagion": ("contagion",),
    "risk": ("risk_dimension", "risk_level", "risk_probability"),
    "share_removed": ("share_removed",),
    "months_until_done": ("months_until_done",),
}
"""What people type, by the fields of the item that hold it."""
READ = ("touches", "weight")
"""What comes from the history of the code."""


@dataclass(frozen=True)
class Fact:
    """One input of a score.

    name:  what it is called where its day and its page are looked up
    short: what it is called in a sentence; empty where its moves are not told
    """

    name: str
    label: str
    value: str
    tag: str
    short: str = ""
    on: str = ""
    url: str = ""


def span(triple: Iterable[float] | None) -> str:
    return _("unknown") if triple is None else "–".join(formats.amount(days) for days in triple)


def facts_of(score: DebtScore) -> dict[str, list[Fact]]:
    """Inputs by part, from the stored score alone."""
    kept, model = score.inputs, score.model.parameters
    sources = kept["sources"]
    declared, events = kept["declared"], kept["events"]
    return {
        "burden": [
            Fact("capacity", _("Capacity of the team, days a month"),
                 formats.number(kept["capacity"], 1), inputs.MEASURED, _("capacity")),
            Fact("declared", _("Lost to slower changes, as declared, days a month"),
                 span(declared), inputs.DECLARED if declared else inputs.UNKNOWN, _("declared")),
            *touch_facts(kept, model),
            Fact("events", _("Lost to chores and incidents, days a month"),
                 span(events), inputs.DECLARED if events else inputs.UNKNOWN, _("chores")),
        ],
        "payback": [
            Fact("principal", _("Days to fix"), span(kept["principal"]), sources["principal"],
                 _("days to fix")),
            Fact("cost", _("Cost a month, mean"), formats.number(score.interest_days, 1),
                 sources["burden"], _("cost a month")),
            Fact("share_removed", _("Share of the interest that paying removes"),
                 formats.percent(kept["share_removed"]), sources["share_removed"],
                 _("share removed")),
            Fact("months_until_done", _("Months until paying helps"),
                 f"{kept['months_until_done']:g}", sources["months_until_done"],
                 _("months until it helps")),
            Fact("horizon", _("Months looked ahead"), horizon_text(kept),
                 sources.get("horizon", inputs.DEFAULT), _("months ahead")),
        ],
        "severity": [
            Fact("risk", _("Risk, level of 4 and chance"),
                 ", ".join(f"{level} × {chance:g}" for level, chance in kept["risks"])
                 or _("unknown"), sources["severity"], _("risk")),
        ],
        "contagion": [
            Fact("contagion", _("Growth a month"), f"{round(kept['contagion'] * 100, 1):g} %",
                 sources["contagion"], _("growth")),
        ],
        "exposure": [
            Fact("exposure", _("Share of next quarter’s work that lands here"),
                 formats.percent(kept["exposure_share"]), sources["exposure"],
                 _("work that lands here")),
        ],
    }  # fmt: skip


def horizon_text(kept: Mapping[str, Any]) -> str:
    """How far ahead paying is weighed, and what cuts that short."""
    months = f"{kept['horizon_months']:g}"
    if not kept.get("retires_on"):
        return months
    day = formats.day(datetime.date.fromisoformat(kept["retires_on"]), year=True)
    return _("%(months)s, its component retires %(day)s") % {"months": months, "day": day}


def touch_facts(kept: Mapping[str, Any], model: Mapping[str, Any]) -> list[Fact]:
    """What history said of the item when it was scored; nothing where it said nothing."""
    ages = kept.get("change_ages_days")
    if ages is None or kept.get("slow_down") is None:
        return []
    interest = scoring.interest_of(scoring.inputs_from(kept), model)
    time = kept.get("time_per_change")
    certain = kept["probability"] == 1
    return [
        Fact("touches", _("Changes in %(n)s days") % {"n": f"{model['window_days']:g}"},
             str(interest.changes), inputs.MEASURED),
        Fact("touches", _("Changes a month, newer ones count more"),
             formats.number(interest.touch_rate, 1), inputs.MEASURED, _("touches a month")),
        Fact("touches", _("Share of such a change that lies here"),
             formats.percent(kept["share_in_scope"]), inputs.MEASURED, _("share inside")),
        Fact("touches", _("Days a change takes"),
             formats.number(model["default_time_per_change_days"] if time is None else time, 1),
             inputs.DEFAULT if time is None else inputs.MEASURED, _("days a change takes")),
        Fact("slow_down", _("How much longer a change takes"),
             formats.percent(kept["slow_down"][1]),
             kept["sources"].get("slow_down", inputs.DECLARED), _("slow-down")),
        Fact("probability", _("How often a change pays for it"),
             formats.percent(kept["probability"]),
             inputs.DEFAULT if certain else inputs.DECLARED, _("how often")),
        Fact("weight", _("Weight of what is measured"), formats.percent(interest.credibility),
             inputs.MEASURED, _("weight of what is measured")),
    ]  # fmt: skip


def dated(
    score: DebtScore,
    item: DebtItem,
    newest: Mapping[str, Interest],
    touches: Touches | None = None,
    *,
    may_write: bool = True,
) -> dict[str, list[Fact]]:
    """The same with the day and the page of each, in two queries.

    newest:    declarations of interest by kind
    touches:   what history says of the item: its facts are of the day on which the code was read
    may_write: whether who looks may log debt; forms are not offered to others
    """
    days, urls = said_on(item), pages_of(item) | (forms_of(item) if may_write else {})
    for name, kind in (("declared", Interest.Kind.CHANGES), ("events", Interest.Kind.EVENTS)):
        if kind in newest:
            days[name] = timezone.localdate(newest[kind].at)
    scored_on = timezone.localdate(score.at)
    ending = ending_of(item) if score.inputs.get("retires_on") else None
    if ending is not None:
        urls["horizon"] = ending.decision.get_absolute_url()
        days["horizon"] = timezone.localdate(ending.at)

    def with_its_day(fact: Fact) -> Fact:
        typed = fact.tag in (inputs.DECLARED, inputs.SIZE, inputs.LINKED, inputs.BLENDED)
        day = days.get(fact.name) if typed else None
        if fact.tag in (inputs.MEASURED, inputs.IMPORTED):
            day = scored_on
        on = formats.day(day) if day else ""
        if fact.name in READ and fact.tag == inputs.MEASURED and touches is not None:
            on = read_words(touches)
        url = urls.get(fact.name, "")
        if fact.name == "principal" and fact.tag == inputs.LINKED and item.item is not None:
            url = item.item.get_absolute_url()
        return replace(fact, on=on, url=url)

    return {part: [with_its_day(fact) for fact in facts] for part, facts in facts_of(score).items()}


def said_on(item: DebtItem) -> dict[str, datetime.date]:
    """When each thing that people type was said last; else the day on which it was logged."""
    logged = timezone.localdate(item.created_at)
    days = dict.fromkeys(FIELDS, logged)
    rows = Change.objects.filter(subject_type="debt.debtitem", subject_id=item.pk)
    for at, fields in rows.order_by("at", "pk").values_list("at", "fields"):
        for name, columns in FIELDS.items():
            if any(column in fields for column in columns):
                days[name] = timezone.localdate(at)
    return days


def pages_of(item: DebtItem) -> dict[str, str]:
    """Where an input is shown."""
    product = item.product.key
    return {
        "capacity": reverse("debt:totals-why", args=[product]),
        "touches": reverse("debt:history", args=[product]),
        "exposure": reverse("roadmaps:forecast-detail", args=[product]),
    }


def forms_of(item: DebtItem) -> dict[str, str]:
    """Where an input is said, by whoever may log debt."""
    interest, edit = (reverse(f"debt:item-{to}", args=[item.key]) for to in ("interest", "edit"))
    return {
        "declared": interest,
        "events": interest,
        "principal": reverse("debt:item-principal", args=[item.key]),
    } | dict.fromkeys(
        ("slow_down", "probability", "contagion", "risk", "share_removed", "months_until_done"),
        edit,
    )


def moved(score: DebtScore, before: DebtScore) -> dict[str, list[str]]:
    """What changed in the inputs of each part, as `touches a month 4.1 → 7.3`."""
    now, then = facts_of(score), facts_of(before)
    found = {}
    for part, facts in now.items():
        old = {fact.short: fact.value for fact in then[part]}
        found[part] = [
            f"{fact.short} {old[fact.short]} → {fact.value}"
            for fact in facts
            if fact.short and fact.short in old and old[fact.short] != fact.value
        ]
    return found
