"""The load of teams, week by week, as a strip and as rows."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps.models import ForecastRun, ItemForecast
from roadmaps.timeline.capacity import over_drag
from tpm import formats, policies, svg
from tpm.models import CapacityPolicy
from tpm.svg import el, pct, text

WEEKS = 26
LEAST = 0.01
"""Share of trials from which a pinned item without a place is named."""
NOBODY = gettext_lazy(
    "Nobody is recorded in this team, so nothing limits when its work starts, and its dates are "
    "early."
)
GAINS = gettext_lazy("The line counts the people that finished items bring, on average.")
TALL, FOOT = 64, 20


@dataclass(frozen=True)
class Strip:
    """One team of a run. rows: (Monday, work, P85, capacity, share in words, is over)."""

    name: str
    places: str
    drawing: SafeString
    rows: list[tuple[datetime.date, str, str, str, str, bool]]
    says: str
    over: int
    notes: tuple[str, ...] = ()
    """Sentences below the drawing: people to come, pinned work without a place."""


def strips(run: ForecastRun | None) -> list[Strip]:
    """The stored load of a run, one strip a team."""
    if run is None:
        return []
    pinned: dict[int | None, list[ItemForecast]] = {}
    rows = ItemForecast.objects.filter(run=run, overload__gte=LEAST).select_related("item")
    for each in rows.prefetch_related("item__further_teams"):
        teams = {each.item.team_id, *(row.team_id for row in each.item.further_teams.all())}
        for team in teams:
            pinned.setdefault(team, []).append(each)
    aside = policies_told(run)
    return [
        strip(team, pinned.get(team.get("id"), ()), aside.get(team.get("id"), ""))
        for team in run.teams
    ]


def policies_told(run: ForecastRun) -> dict[int | None, str]:
    """Team -> what its policy of the day of the run sets aside, as a sentence."""
    ids = [team.get("id") for team in run.teams]
    rows = CapacityPolicy.objects.filter(team__in=ids, starts_on__lte=run.as_of)
    # The newest of each team comes last, and stays.
    return {row.team_id: policy_words(row) for row in rows.order_by("starts_on")}


def policy_words(row: CapacityPolicy) -> str:
    """Nothing where the policy sets nothing aside."""
    if not row.debt_share and not row.unplanned_share and row.drag_limit is None:
        return ""
    words = {"policy": policies.words_of(row)}
    if not row.unplanned_share:
        return _("Policy: %(policy)s.") % words
    return _("Policy: %(policy)s. The line is what unplanned work leaves.") % words


def strip(team: Mapping, pinned: Sequence[ItemForecast] = (), policy: str = "") -> Strip:
    weeks = (team.get("weeks") or [])[:WEEKS]
    # Of a week that ends today on a weekend nothing is left.
    if weeks and not weeks[0]["planned"] and not weeks[0].get("capacity"):
        weeks = weeks[1:]
    made = [row(week) for week in weeks]
    over = sum(each[5] for each in made)
    places = team.get("places")
    if places is None:
        return Strip(
            team["name"], _("no people recorded"), drawing(team["name"], weeks), made,
            says(made, over) if not made else _("capacity unknown"), over,
            tuple(filter(None, (policy, str(NOBODY)))),
        )  # fmt: skip
    words = ngettext("%(n)s place", "%(n)s places", places) % {"n": places}
    notes = [policy] if policy else []
    if told := over_drag(team):
        notes.append(_("Above its debt budget: %(told)s.") % {"told": told})
    notes += [str(GAINS)] if team.get("gains") else []
    notes += [
        _("%(key)s is pinned and starts without a free place in %(share)s of trials.")
        % {"key": each.item.key, "share": formats.percent(each.overload)}
        for each in pinned
    ]
    return Strip(
        team["name"], words, drawing(team["name"], weeks), made, says(made, over), over,
        tuple(notes),
    )  # fmt: skip


def row(week: Mapping) -> tuple[datetime.date, str, str, str, str, bool]:
    planned, capacity = week["planned"], week.get("capacity")
    share = planned / capacity if capacity else None
    return (
        datetime.date.fromisoformat(week["starts_on"]),
        formats.number(planned, 1),
        formats.number(week["p85"], 1),
        formats.number(capacity, 1),
        formats.percent(share),
        share is not None and share > 1.0005,
    )


def says(rows: list, over: int) -> str:
    if not rows:
        return _("Nothing planned.")
    if over:
        return _("over its capacity in %(n)s of %(all)s weeks") % {"n": over, "all": len(rows)}
    return _("within its capacity")


def drawing(name: str, weeks: list[Mapping]) -> SafeString:
    """Bars of mean work, P85 behind them, and the capacity as a line above."""
    if not weeks:
        return SafeString("")
    values = [
        value for week in weeks for value in (week["p85"], week["planned"], week.get("capacity"))
        if value is not None
    ]  # fmt: skip
    most = max(values, default=1.0) or 1.0
    step = 1 / WEEKS
    shapes = []
    for index, week in enumerate(weeks):
        x, width = pct(index * step + 0.003), pct(step - 0.006)
        capacity = week.get("capacity")
        over = capacity is not None and week["planned"] > capacity * 1.0005
        for value, fill in ((week["p85"], "f95"), (week["planned"], "fbad" if over else "f50")):
            height = value / most * TALL
            if height > 0.2:
                shapes.append(
                    el("rect", class_=fill, x=x, y=4 + TALL - height, width=width, height=height)
                )
        if capacity is not None:
            y = 4 + TALL - capacity / most * TALL
            shapes.append(
                el(
                    "line",
                    class_="s-ink mid",
                    x1=pct(index * step),
                    x2=pct((index + 1) * step),
                    y1=y,
                    y2=y,
                )
            )
    shapes.append(el("line", class_="s-axis", x1="0", x2="100%", y1=TALL + 4.5, y2=TALL + 4.5))
    shapes += month_words(weeks, step)
    title = _("Load of %(team)s in %(n)s weeks") % {"team": name, "n": len(weeks)}
    desc = _("Bars: mean work in person-days a week, P85 behind; line: capacity.")
    return svg.drawing("".join(shapes), height=TALL + FOOT + 4, title=title, desc=desc)


def month_words(weeks: list[Mapping], step: float) -> list[str]:
    """The name of a month where its first week begins."""
    shapes, last = [], None
    for index, week in enumerate(weeks):
        day = datetime.date.fromisoformat(week["starts_on"])
        if last is not None and day.month != last and index * step < 0.94:
            shapes.append(
                text(
                    formats.month(day, year=day.month == 1),
                    class_="t-3",
                    x=pct(index * step),
                    y=TALL + 20,
                )
            )
        last = day.month
    return shapes
