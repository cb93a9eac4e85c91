"""Why an item ends when it does: the parts of its days, and the numbers put into the formula."""

import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps import verdict
from roadmaps.forecasting.plan import PlanPolicy
from roadmaps.forecasting.policy import planned_share
from roadmaps.forecasting.workdays import workdays
from roadmaps.models import ForecastRun, Item, ItemForecast
from roadmaps.pages.item import ItemPage, whole_parts
from roadmaps.services.teams import names_of
from tpm import formats, svg
from tpm.models import Absence, CalendarEntry

DAYS_NAMED = 3
"""Holidays and freezes that are named; the others are counted."""
WHY_PARTS = (
    ("effort", "f50", gettext_lazy("Effort")),
    ("predecessor", "fc1", gettext_lazy("Waiting for a predecessor")),
    ("place", "fc2", gettext_lazy("Waiting for a place")),
    ("calendar", "f85", gettext_lazy("Calendar")),
    ("drag", "fhatch", gettext_lazy("Debt drag")),
)
SEVERAL = gettext_lazy(
    "all begin once each has its places free, and the part that ends last ends it; its range is "
    "split by what each does of it"
)


def why_section(page: ItemPage) -> dict | None:
    """The parts that sum to the working days from the day of the run to its P50."""
    dates = page.dates
    if dates is None or not dates.why or page.fresh.run is None:
        return None
    values = [float(dates.why.get(name) or 0.0) for name, _fill, _label in WHY_PARTS]
    shown, whole = whole_parts(values, 0 if abs(sum(values)) >= 10 else 1)
    details = why_details(page)
    parts = [
        (
            fill,
            label,
            details.get(name, "") if value else "",
            f"{formats.number(value, 0 if value == int(value) else 1)} d",
        )
        for (name, fill, label), value in zip(WHY_PARTS, shown, strict=True)
    ]
    bar = svg.why_bar(
        (str(label), value, fill)
        for (_n, fill, label), value in zip(WHY_PARTS, values, strict=True)
    )
    total = _("%(start)s to %(day)s") % {
        "start": formats.day(page.fresh.run.as_of), "day": formats.day(dates.p50)
    }  # fmt: skip
    digits = 0 if whole == int(whole) else 1
    return {
        "bar": bar,
        "parts": parts,
        "total_label": total,
        "total": f"{formats.number(whole, digits)} d",
        "trials": dates.why.get("trials"),
        "drives": drives_words(dates),
    }


def drives_words(dates: ItemForecast) -> str:
    """How often the item is behind the end of the whole plan."""
    if dates.critical is None:
        return ""
    if dates.critical < 0.005:
        return _("The end of the plan does not hang on it in any trial to speak of.")
    return _("In %(share)s of the trials the end of the whole plan hangs on it.") % {
        "share": formats.percent(dates.critical)
    }


def why_details(page: ItemPage) -> dict[str, str]:
    """A few words behind each part: what is worked on by whom, what is waited for."""
    item, dates = page.item, page.dates
    why = dates.why if dates and dates.why else {}
    found = {"effort": effort_words(page)}
    if item.team is not None:
        found["place"] = names_of(page.parts) or item.team.name
        found["calendar"] = closed_words(page)
    if item.not_before and dates and item.not_before > dates.run.as_of:
        start = {"day": formats.day(item.not_before)}
        pinned = _("until it starts on %(day)s") if item.pinned else _("not before %(day)s")
        found["calendar"] = ", ".join(filter(None, (pinned % start, found.get("calendar"))))
    if why.get("waits_for"):
        key = Item.objects.filter(pk=why["waits_for"]).values_list("key", flat=True).first()
        found["predecessor"] = key or ""
    drag = why.get("drag") or 0
    if drag < 0:
        found["drag"] = _("less debt than in the finished work that taught its pace")
    elif drag > 0:
        found["drag"] = _("only what is new beyond the debt already in finished work")
    return found


def effort_words(page: ItemPage) -> str:
    """What is worked on, at which rate: person-days ÷ person-days a day are the shown days."""
    item, dates = page.item, page.dates
    words, why = basis_words(page), dates.why if dates and dates.why else {}
    if item.kind == Item.Kind.MILESTONE or not why.get("rate"):
        return words
    work = {"work": formats.number(why["work"], 1), "basis": words}
    if item.state == Item.State.IN_PROGRESS and item.started_on and dates:
        yesterday = dates.run.as_of - datetime.timedelta(days=1)
        work["n"] = formats.number(workdays(item.started_on, yesterday))
        said = (
            _("%(work)s person-days left after %(n)s working days of work; in all %(basis)s") % work
        )
    else:
        said = _("%(work)s person-days, the mean of these trials (%(basis)s)") % work
    if item.team is None:
        return said
    if page.parts:
        several = {"said": said, "rate": formats.number(why["rate"], 2)}
        return _("%(said)s: the part that ends last, at %(rate)s a day") % several
    people = ngettext("%(n)s person", "%(n)s people", why["crew"]) % {"n": why["crew"]}
    words = _("%(said)s, at %(rate)s a day: %(people)s, focus %(focus)s") % {
        "said": said, "rate": formats.number(why["rate"], 2), "people": people,
        "focus": formats.percent(item.team.focus_share),
    }  # fmt: skip
    team = team_read(page, dates.run) if dates else None
    planned = planned_of(team, dates.run) if team and dates else 1
    if planned == 1:
        return words
    return _("%(said)s, less %(share)s of it for unplanned work") % {
        "said": words, "share": formats.percent(1 - planned)
    }  # fmt: skip


def closed_words(page: ItemPage) -> str:
    """Which days until P50 the team does not work, or not all of it."""
    dates, team = page.dates, page.item.team
    if team is None or dates is None or dates.p50 is None:
        return ""
    inside = {"starts_on__lte": dates.p50, "ends_on__gte": dates.run.as_of}
    entries = list(CalendarEntry.objects.filter(team=team, **inside).order_by("starts_on"))
    said = [f"{row.name} {days_words(row.starts_on, row.ends_on)}" for row in entries[:DAYS_NAMED]]
    if len(entries) > DAYS_NAMED:
        said.append(_("%(n)s more holidays or freezes") % {"n": len(entries) - DAYS_NAMED})
    away = Absence.objects.filter(person__memberships__team=team, **inside).distinct().count()
    if away:
        said.append(ngettext("%(n)s absence", "%(n)s absences", away) % {"n": away})
    return ", ".join(said) or _("part time, and changes of the team")


def days_words(first: datetime.date, last: datetime.date | None) -> str:
    if last is None or first == last:
        return formats.day(first)
    return f"{formats.day(first)} – {formats.day(last)}"


def basis_words(page: ItemPage) -> str:
    """What the forecast simulates, in words with its numbers."""
    basis = ItemForecast.Basis(page.dates.basis) if page.dates else None
    if basis is None:
        return ""
    if basis == ItemForecast.Basis.LEARNED and page.learned:
        return _("%(n)s person-days at P50, as history says") % {
            "n": formats.amount(page.learned.p50_days)
        }
    if basis == ItemForecast.Basis.TYPED and page.typed:
        return _("%(n)s person-days at P50, as typed") % {
            "n": formats.amount(page.typed[0].p50_days)
        }
    words: dict[str, str] = {
        ItemForecast.Basis.LEARNED: _("as history says"),
        ItemForecast.Basis.TYPED: _("as typed"),
        ItemForecast.Basis.TABLE: _("no estimate: like finished work of its kind"),
        ItemForecast.Basis.DEFAULT: _("no estimate and nothing learned: a wide guess"),
        ItemForecast.Basis.MILESTONE: _("a milestone takes no time"),
        ItemForecast.Basis.CHILDREN: _("its parts"),
    }
    return words.get(basis, "")


def why_facts(page: ItemPage) -> list[tuple[str, str]]:
    """Inputs and precision of the dates, as words."""
    run, dates = page.fresh.run, page.dates
    if run is None or dates is None:
        return []
    facts = [(_("Effort"), basis_words(page)), *team_facts(page, run)]
    if page.chance is not None:
        facts.append((_("Chance by target"), verdict.chance_text(page.chance)))
    if dates.errors:
        errors = ", ".join(
            f"{name.upper()} ±{formats.number(dates.errors.get(name), 1)} d"
            for name in ("p50", "p85", "p95") if dates.errors.get(name) is not None
        )  # fmt: skip
        facts.append((_("Sampling error"), errors))
    for share, words in (
        (dates.overload, _("Starts without a place")),
        (dates.violated, _("Starts before its predecessors end")),
    ):
        if share:
            in_trials = _("in %(share)s of trials") % {"share": formats.percent(share)}
            facts.append((words, in_trials))
    made = _("%(n)s trials, seed %(seed)s, inputs %(hash)s, start order %(order)s") % {
        "n": formats.number(run.trials), "seed": run.seed, "hash": run.inputs_hash[:12],
        "order": run.order_hash[:12],
    }  # fmt: skip
    return [*facts, (_("Run"), made)]


def team_facts(page: ItemPage, run: ForecastRun) -> list[tuple[str, str]]:
    """Who works on it at which strength, and what debt takes, as the run read it."""
    item, team = page.item, team_read(page, run)
    if item.team is None:
        return []
    if page.parts:
        return [(_("Teams"), parts_words(page)), (_("Together"), str(SEVERAL))]
    name = _("%(team)s, crew of %(n)s") % {"team": item.team, "n": item.crew}
    if team is None:
        return [(_("Team"), _("%(name)s; it does not serve this product") % {"name": name})]
    if team.get("members") is None:
        name = _("%(name)s; nobody is recorded in it, so nothing limits when work starts") % {
            "name": name
        }
    facts = [(_("Team"), name), (_("Focus"), formats.percent(team["focus"]))]
    planned = planned_of(team, run)
    if planned < 1:
        facts.append((_("Set aside for unplanned work"), formats.percent(1 - planned)))
    share = share_of(page, team, run)
    if share is not None:
        facts.append((_("Share of the team for this product"), formats.percent(share)))
    if team.get("drag"):
        facts.append((_("D, what debt takes of the team (P50)"), formats.percent(team["drag"][1])))
    if team.get("drag_ref"):
        facts.append(
            (_("D_ref, what it took in the finished work"), formats.percent(team["drag_ref"]))
        )
    return facts


def parts_words(page: ItemPage) -> str:
    """`Payments 60 %, crew of 2; Platform 40 %, crew of 1`."""
    whole = sum(part.days for part in page.parts)
    return "; ".join(
        _("%(team)s %(share)s, crew of %(n)s")
        % {"team": part.team, "share": formats.percent(part.days / whole), "n": part.crew}
        for part in page.parts
    )


def team_read(page: ItemPage, run: ForecastRun) -> dict | None:
    """The item's team as the run read it; None where it did not serve the product."""
    teams = run.inputs.get("teams") or ()
    return next((team for team in teams if team["id"] == page.item.team_id), None)


def planned_of(team: dict, run: ForecastRun) -> float:
    """The share that its policy leaves to items on the day of the run, as the run read it."""
    day = datetime.date.fromisoformat
    policies = [
        PlanPolicy(day(row["starts_on"]), row["debt"], row["unplanned"])
        for row in team.get("policies") or ()
    ]
    return planned_share(policies, run.as_of)


def share_of(page: ItemPage, team: dict, run: ForecastRun) -> float | None:
    """The share of a present person that goes to this product: rate ÷ crew ÷ focus, without what
    a policy sets aside."""
    why = page.dates.why if page.dates and page.dates.why else {}
    if not why.get("rate") or page.parts:
        return None
    return why["rate"] / why["crew"] / team["focus"] / planned_of(team, run)


def formula_words(page: ItemPage) -> str:
    """The formula with the numbers put in; without them where the run has none."""
    letters = _("days = effort ÷ (crew × focus × share × pace); pace = (1 − D) ÷ (1 − D_ref)")
    run, why = page.fresh.run, page.dates.why if page.dates and page.dates.why else {}
    team = team_read(page, run) if run else None
    share = share_of(page, team, run) if team and run else None
    if team is None or run is None or share is None:
        return letters
    planned = planned_of(team, run)
    focus = formats.number(team["focus"], 2)
    if planned < 1:
        letters = _("days = effort ÷ (crew × focus × planned × share × pace); "
                    "pace = (1 − D) ÷ (1 − D_ref)")  # fmt: skip
        focus = f"{focus} × {formats.number(planned, 2)}"
    drag, ref = (team.get("drag") or (0, 0, 0))[1], team.get("drag_ref") or 0.0
    pace = (1 - drag) / (1 - ref)
    return "\n".join(
        (
            letters,
            _("%(days)s d = %(work)s ÷ (%(crew)s × %(focus)s × %(share)s × %(pace)s)") % {
                "days": formats.number(why["work"] / why["rate"] / pace, 1),
                "work": formats.number(why["work"], 1), "crew": why["crew"],
                "focus": focus, "share": formats.number(share, 2),
                "pace": formats.number(pace, 3),
            },
            _("pace at P50 = (1 − %(drag)s) ÷ (1 − %(ref)s) = %(pace)s") % {
                "drag": formats.number(drag, 3), "ref": formats.number(ref, 3),
                "pace": formats.number(pace, 3),
            },
            _("%(effort)s d of it at full strength are “Effort”, the rest is “Debt drag”.") % {
                "effort": formats.number(why["effort"], 1)
            },
        )
    )  # fmt: skip
