"""The complexity card of an item: what the parts of the system that it touches did to past work."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.forecasting.overrun import LEAST, Overrun, differs, overrun
from roadmaps.models import Item
from roadmaps.queries.overruns import NEWEST, Took, finished_of, finished_touching
from tpm import formats, touching
from tpm.history import subject_type
from tpm.models import Component, Figure, Team

__all__ = ["NEWEST", "Card", "card_of", "facts_of"]

SHOWN = 12
"""Finished items of one component that its reasons list."""


@dataclass(frozen=True)
class Row:
    """One component as the card shows it. cells: (heading, facts, words where there are none)."""

    component: Component
    drag: str
    overrun: Overrun
    took: str
    cells: list[tuple[str, Sequence[touching.Fact], str]]
    finished: list[Took] = field(default_factory=list)

    @property
    def known_from(self) -> str:
        return from_words(self.overrun.n)

    @property
    def spread(self) -> str:
        return spread_words(self.overrun)

    @property
    def range(self) -> str:
        """The same short, for a cell."""
        if self.overrun.p10 is None or self.overrun.p90 is None:
            return ""
        ends = (formats.number(end, 1) for end in (self.overrun.p10, self.overrun.p90))
        return _("8 in 10: {} to {} ×").format(*ends)

    @property
    def newest(self) -> list[tuple[Item, str, str, str]]:
        """(item, typed, took, times) of its newest finished items."""
        return [
            (
                row.item,
                formats.days(row.typed),
                formats.days(row.took),
                than_estimated(row.ratio),
            )
            for row in self.finished[:SHOWN]
        ]


@dataclass(frozen=True)
class Card:
    """tone: the tint of the verdict; says: sentences; headings: of the columns of other apps."""

    rows: list[Row]
    verdict: str
    tone: str
    icon: str
    says: list[str]
    headings: list[str]
    here: Overrun
    everywhere: Overrun


def card_of(user, item: Item) -> Card | None:
    """What past work says of the components of an item; None where it names none."""
    components = list(item.components.select_related("owner_team").order_by("name"))
    if not components:
        return None
    ids = [component.pk for component in components]
    finished = finished_touching(item.product, ids)
    here = overrun([row.ratio for row in finished])
    everywhere = overrun([row.ratio for row in finished_of(item.product)])
    columns = touching.columns(user, item.product, components)
    drags = drags_of({row.owner_team_id for row in components if row.owner_team_id})
    rows = [
        row_of(component, [row for row in finished if component.pk in row.components],
               columns, drags)
        for component in components
    ]  # fmt: skip
    verdict, tone, icon = verdict_of(here, everywhere)
    sentences = [touches_words(components), took_words(here, everywhere)]
    sentences += [column.says for column in columns if column.says]
    return Card(
        rows=rows, verdict=verdict, tone=tone, icon=icon, says=sentences,
        headings=[column.heading for column in columns], here=here, everywhere=everywhere,
    )  # fmt: skip


def row_of(component: Component, finished: list[Took], columns, drags: dict[int, str]) -> Row:
    found = overrun([row.ratio for row in finished])
    return Row(
        component=component,
        drag=drags.get(component.owner_team_id or 0, ""),
        overrun=found,
        took=than_estimated(found.typical) if found.typical else _("too few to say"),
        cells=[(row.heading, row.of.get(component.pk, ()), row.none) for row in columns],
        finished=finished,
    )


def drags_of(team_ids: set[int]) -> dict[int, str]:
    """What share of its capacity each team loses to debt, as its newest figure says."""
    rows = Figure.objects.filter(
        subject_type=subject_type(Team()), subject_id__in=team_ids, kind="drag", value__gt=0
    )
    return {row.subject_id: formats.percent(row.value) for row in rows}


def than_estimated(ratio: float) -> str:
    """A multiple of the estimate in words: `30 % more`, `as estimated`, `2.4 times as much`."""
    if ratio >= 2:
        said = formats.number(ratio, 1 if ratio < 9.95 else 0)
        return _("%(n)s times as much") % {"n": said}
    share = round(abs(ratio - 1) * 100)
    if share < 5:
        return _("as estimated")
    return (_("%(n)s %% more") if ratio > 1 else _("%(n)s %% less")) % {"n": share}


def whole_words(ratio: float) -> str:
    """The same within a sentence that has not said what it is compared with."""
    words = than_estimated(ratio)
    if words == _("as estimated"):
        return words
    more = _("%(words)s as estimated") if ratio >= 2 else _("%(words)s than estimated")
    return more % {"words": words}


def from_words(n: int) -> str:
    if not n:
        return _("no finished item")
    return ngettext("%(n)s finished item", "%(n)s finished items", n) % {"n": formats.number(n)}


def spread_words(found: Overrun) -> str:
    """The range that holds 8 in 10 of the items."""
    if found.p10 is None or found.p90 is None:
        return ""
    return _("8 in 10 took %(low)s to %(high)s × their estimate") % {
        "low": formats.number(found.p10, 1), "high": formats.number(found.p90, 1)
    }  # fmt: skip


def verdict_of(here: Overrun, everywhere: Overrun) -> tuple[str, str, str]:
    """(words, tint, icon): how work there compares with all work of the product."""
    if not here.known:
        return _("Too little finished work to say"), "", "mid"
    found = differs(here, everywhere)
    if found > 0:
        return _("Runs over more than most"), "warn", "bang"
    if found < 0:
        return _("Runs over less than most"), "ok", "check"
    return _("Like most work here"), "", "mid"


def touches_words(components: list[Component]) -> str:
    n = len(components)
    owners = sorted({row.owner_team.name for row in components if row.owner_team})
    words = ngettext("It touches one component", "It touches %(n)s components", n) % {"n": n}
    if not owners:
        return words + _(", which nobody owns.")
    if len(owners) == 1:
        return words + _(", owned by %(team)s.") % {"team": owners[0]}
    teams = _(", owned by %(n)s teams: %(names)s.") % {"n": len(owners), "names": ", ".join(owners)}
    return words + teams


def took_words(here: Overrun, everywhere: Overrun) -> str:
    """What finished work there took, beside all of the product."""
    if here.typical is None:
        words = _("%(from)s there: fewer than %(least)s say nothing about the next one.")
        return words % {"from": from_words(here.n).capitalize(), "least": LEAST}
    there = {"n": from_words(here.n), "took": whole_words(here.typical)}
    if everywhere.typical is None:
        return _("As a rule the %(n)s there took %(took)s.") % there
    there["all"] = than_estimated(everywhere.typical)
    if there["all"] == than_estimated(here.typical):
        return _("As a rule the %(n)s there took %(took)s, like all work of this product.") % there
    return _("As a rule the %(n)s there took %(took)s; all work of this product: %(all)s.") % there


def facts_of(card: Card) -> list[tuple[str, str]]:
    """The numbers behind the verdict, for its reasons."""
    facts = []
    for words, found in ((_("Work there"), card.here), (_("All work here"), card.everywhere)):
        if found.typical is None or found.low is None or found.high is None:
            facts.append((words, _("%(n)s, too few") % {"n": from_words(found.n)}))
            continue
        facts.append((words, _(
            "%(mid)s times as typical (80 %% sure: %(low)s to %(high)s), from %(n)s"
        ) % {
            "mid": formats.number(found.typical, 2), "low": formats.number(found.low, 2),
            "high": formats.number(found.high, 2), "n": from_words(found.n),
        }))  # fmt: skip
    return facts
