"""Rows of the roadmap list as ready text: one small builder, so that a thousand rows stay cheap."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps import verdict
from roadmaps.models import Item
from roadmaps.queries.dates import matching_chance
from tpm import formats
from tpm.marks import badge_html, mark_html
from tpm.svg import esc, range_bar

FARTHEST = datetime.timedelta(days=2 * 365)


class Words:
    """What rows say in words, looked up once for all of them: ten times a row would be slow."""

    def __init__(self) -> None:
        self.took, self.parts, self.estimate = _("took %(days)s"), _("its parts"), _("Estimate")
        self.estimate_of, self.none = _("Estimate of %(key)s: %(words)s"), _("none")
        self.done, self.unplanned = _("Done"), _("not planned")
        self.computed, self.beyond = _("being computed"), _("beyond ten years")
        self.guess, self.why = _("guess"), _("Why these dates of %(key)s?")
        self.owner, self.horizon, self.target = _("owner"), _("horizon"), _("target")
        self.team, self.target_label, self.select = _("Team"), _("Target"), esc(_("Select"))
        self.change_title = _("%(key)s, title: change it")


@dataclass(frozen=True)
class Sheet:
    """What all rows of one list share: the scale of its bars and what the reader may do."""

    start: datetime.date | None = None
    end: datetime.date | None = None
    may_estimate: bool = False
    back: str = ""
    waiting: str = ""
    """What a planned row without dates says instead."""
    columns: tuple[str, ...] = ()
    """Names of CELLS behind the title; all that a list shows where none are chosen."""
    may_plan: bool = False
    """Whether rows can be selected, and their cells turn into fields."""
    today: datetime.date | None = None
    """The day from which a date needs its year; read once for all rows."""

    # The same few days, states and words come again and again in the rows of one page.

    @cached_property
    def day(self) -> Callable[[datetime.date | None], str]:
        """A date as text that is safe in markup."""
        plain = formats.day_writer(self.today or timezone.localdate())
        return cache(lambda value: esc(plain(value)))

    @cached_property
    def badge(self) -> Callable[[str], str]:
        return cache(badge_html)

    @cached_property
    def mark(self) -> Callable[[str], str]:
        return cache(mark_html)

    @cached_property
    def horizon(self) -> Callable[[str], str]:
        return cache(lambda value: esc(Item.Horizon(value).label))

    @cached_property
    def kind(self) -> Callable[[str], str]:
        return cache(lambda value: esc(Item.Kind(value).label))

    @cached_property
    def words(self) -> Words:
        return Words()

    @classmethod
    def over(
        cls, items: Iterable, *, start: datetime.date, may_estimate: bool, back: str,
        waiting: str = "", columns: tuple[str, ...] = (), may_plan: bool = False,
    ) -> "Sheet":  # fmt: skip
        """A scale on which every row's P95 fits, up to two years from its start."""
        ends = [item.date_p95 or item.date_p85 for item in items]
        latest = max((day for day in ends if day), default=start)
        end = min(max(latest, start + datetime.timedelta(days=28)), start + FARTHEST)
        return cls(
            start=start, end=end, may_estimate=may_estimate, back=back, waiting=waiting,
            columns=columns or DEFAULT_COLUMNS, may_plan=may_plan, today=timezone.localdate(),
        )  # fmt: skip


quoted = lru_cache(maxsize=256)(quote)


def unknown(words: str = "") -> str:
    return f'<span class="faint">{esc(words or formats.UNKNOWN)}</span>'


def effort_words(item, words: Words) -> str:
    """The newest range, or what the item took."""
    if item.state == Item.State.DONE and item.took_days is not None:
        return words.took % {"days": formats.days(item.took_days)}
    if item.has_parts and item.state in Item.OPEN:
        return words.parts
    if item.p50_days is None:
        return ""
    if item.one_number:
        return formats.days(item.p50_days)
    return formats.day_range(item.p10_days, item.p50_days, item.p90_days)


def can_be_estimated(item) -> bool:
    """Whether a range of it counts: of what is made of parts only the parts do."""
    return item.state in Item.OPEN and item.kind != Item.Kind.MILESTONE and not item.has_parts


def effort_html(item, sheet: Sheet) -> str:
    """The range; for whoever may estimate a link that turns into a field in its place."""
    said, words = sheet.words, effort_words(item, sheet.words)
    if can_be_estimated(item) and sheet.may_estimate:
        address = f"/i/{item.key}/estimate/"
        back = f"?back={quoted(sheet.back)}" if sheet.back else ""
        shown = esc(words) if words else f'<span class="muted">{esc(said.estimate)}</span>'
        label = esc(said.estimate_of % {"key": item.key, "words": words or said.none})
        return (
            f'<a class="inline-edit" href="{address}{back}" hx-get="{address}?cell=1" '
            f'hx-target="closest td" aria-label="{label}">{shown}</a>'
        )
    return esc(words) if words else unknown()


def finish_html(item, sheet: Sheet) -> str:
    """`P50 12 Mar – P85 9 Apr` with its bar, or in words why there is none."""
    words = sheet.words
    if item.state == Item.State.DONE:
        return f"{esc(words.done)} {sheet.day(item.finished_on)}"
    if item.state == Item.State.DROPPED:
        return unknown()
    if item.basis is None:
        idea = item.state == Item.State.IDEA
        return unknown(words.unplanned if idea else sheet.waiting or words.computed)
    if item.date_p85 is None:
        return unknown(words.beyond)
    bar = ""
    if sheet.start is not None and sheet.end is not None:
        bar = range_bar(
            item.date_p50, item.date_p85, item.date_p95, start=sheet.start, end=sheet.end
        )
    guess = f' <span class="faint">{esc(words.guess)}</span>' if item.basis == "default" else ""
    said = esc(words.why % {"key": item.key})
    return (
        f'<a class="range" href="/i/{item.key}/why/" data-dialog aria-haspopup="dialog">'
        f'<span class="txt"><span class="p">P50</span> {sheet.day(item.date_p50)} – '
        f'<span class="p">P85</span> {sheet.day(item.date_p85)}{guess}'
        f'<span class="vh"> {said}</span></span>{bar}</a>'
    )


def verdict_of(item) -> verdict.Verdict | None:
    if item.state == Item.State.DONE:
        return verdict.finished(item.target_date, item.finished_on)
    if item.state == Item.State.DROPPED or item.basis is None:
        return None
    return verdict.verdict(
        item.target_date, p50=item.date_p50, p85=item.date_p85, chance=matching_chance(item)
    )


def cell(content: str, class_: str = "", label: str = "") -> str:
    words = f' class="{class_}"' if class_ else ""
    # The word of the column stands before the value where the table is stacked.
    name = f' data-label="{esc(label)}"' if label else ""
    return f"<td{words}{name}>{content}</td>"


def face(name: str) -> str:
    """Initials of a person; nobody is an empty cell, since most rows have none."""
    if not name:
        return ""
    return (
        f'<span class="avatar" role="img" aria-label="{esc(name)}" title="{esc(name)}">'
        f"{esc(formats.initials(name))}</span>"
    )


def editable(name: str, item, sheet: Sheet, shown: str, label: str) -> str:
    """A value that turns into a field in its place, for whoever plans."""
    if not sheet.may_plan:
        return shown
    said = esc(f"{item.key}, {label}")
    inner = shown or f'<span class="faint">{formats.UNKNOWN}</span>'
    return (
        f'<a class="inline-edit" data-cell href="/i/{item.key}/cell/{name}/">'
        f'<span class="vh">{said}: </span>{inner}</a>'
    )


def owner_html(item, sheet: Sheet) -> str:
    shown = face(item.owner.name) if item.owner else ""
    return editable("owner", item, sheet, shown, sheet.words.owner)


def horizon_html(item, sheet: Sheet) -> str:
    shown = sheet.horizon(item.horizon) if item.horizon else ""
    return editable("horizon", item, sheet, shown, sheet.words.horizon)


def target_html(item, sheet: Sheet) -> str:
    """The target and how the forecast stands against it."""
    if item.target_date is None and not sheet.may_plan:
        return unknown()
    day = sheet.day(item.target_date) if item.target_date else ""
    found = verdict_of(item) if item.target_date else None
    shown = editable("target", item, sheet, day, sheet.words.target)
    return f'<span class="sub-line">{shown}</span>{found.html() if found else ""}'


def target_cell(item, sheet: Sheet) -> str:
    return cell(
        target_html(item, sheet), "tg", sheet.words.target_label if item.target_date else ""
    )


def chance_cell(item, sheet: Sheet) -> str:
    planned = item.state in Item.SIMULATED and item.target_date is not None
    return cell(formats.percent(matching_chance(item)) if planned else "", "n ch")


def ranked_row(item):
    """Its row of the newest ranking; what is closed is not ranked any more."""
    return getattr(item, "priority", None) if item.is_open else None


def score_cell(item) -> str:
    row = ranked_row(item)
    if row is None or row.score_p50 is None:
        return cell("", "n scr")
    return cell(formats.score(row.score_p50), "n scr", _("Score"))


def cost_cell(item) -> str:
    row = ranked_row(item)
    if row is None or row.week is None:
        return cell("", "n cst")
    return cell(esc(formats.cost(row.week)), "n cst", _("Cost of a week"))


def team_html(item) -> str:
    """Its team, and below it those that it needs beside."""
    if item.team is None:
        return ""
    beside = getattr(item, "beside", "")
    if not beside:
        return esc(item.team.name)
    words = esc(_("with %(teams)s") % {"teams": beside})
    return f'{esc(item.team.name)} <span class="sub-line">{words}</span>'


CELLS: dict[str, Callable[[Any, Sheet], str]] = {
    "state": lambda item, sheet: cell(sheet.badge(item.state), "s"),
    "kind": lambda item, sheet: cell(sheet.kind(item.kind), "kd"),
    "team": lambda item, sheet: cell(team_html(item), "tm", sheet.words.team if item.team else ""),
    "objective": lambda item, sheet: cell(
        esc(item.objective.title) if item.objective else "", "ob"
    ),
    "horizon": lambda item, sheet: cell(horizon_html(item, sheet), "hz"),
    "owner": lambda item, sheet: cell(owner_html(item, sheet), "ow"),
    "effort": lambda item, sheet: cell(effort_html(item, sheet), "n ef"),
    "finish": lambda item, sheet: cell(finish_html(item, sheet), "fi"),
    "target": target_cell,
    "chance": chance_cell,
    "rank": lambda item, sheet: cell(formats.number(item.place) if item.is_open else "", "n rk"),
    "score": lambda item, sheet: score_cell(item),
    "cost": lambda item, sheet: cost_cell(item),
}
RANKED = ("score", "cost")
"""Columns of the newest ranking: rows need their `priority` joined for them."""
DEFAULT_COLUMNS = (
    "state", "team", "objective", "horizon", "owner", "effort", "finish", "target", "rank"
)  # fmt: skip
PEN = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-edit"/></svg>'


def checks_html(item) -> str:
    """How many checks keep it from being done, as a link to them; nothing where none does."""
    count = getattr(item, "open_checks", 0)
    if not count:
        return ""
    words = ngettext("%(n)s check", "%(n)s checks", count) % {"n": formats.number(count)}
    said = esc(_("open on %(key)s") % {"key": item.key})
    return (
        f' <a class="small muted nowrap" href="/i/{item.key}/#checks">{esc(words)}'
        f'<span class="vh"> {said}</span></a>'
    )


def title_html(item, sheet: Sheet) -> str:
    link = f'<a href="/i/{item.key}/">{esc(item.title)}</a>{checks_html(item)}'
    if not sheet.may_plan:
        return link
    said = esc(sheet.words.change_title % {"key": item.key})
    return (
        f'{link}<a class="pen" data-cell tabindex="-1" href="/i/{item.key}/cell/title/"'
        f' aria-label="{said}">{PEN}</a>'
    )


INLINE: dict[str, Callable[[Any, Sheet], str]] = {
    "title": title_html,
    "owner": owner_html,
    "horizon": horizon_html,
    "target": target_html,
}
"""Cells that turn into a field: what stands in them."""


def box_html(item, sheet: Sheet) -> str:
    """What selects a row: its key and the version that the page shows."""
    return (
        f'<td class="bx"><input type="checkbox" form="bulk" name="item" '
        f'value="{item.key}:{item.version}" aria-label="{sheet.words.select} {item.key}"></td>'
    )


def row_html(item, sheet: Sheet) -> SafeString:
    """One `<tr>` of the list; every text of a person is escaped here.

    item: an Item with team, objective and owner, from `with_effort` and `with_dates`
    """
    milestone = item.kind == Item.Kind.MILESTONE and item.is_open
    parts = [
        box_html(item, sheet) if sheet.may_plan else "",
        f'<td class="k"><span class="mark-key">'
        f"{sheet.mark('milestone' if milestone else item.state)}"
        f'<span class="key">{item.key}</span></span></td>',
        f'<th scope="row">{title_html(item, sheet)}</th>',
        *(CELLS[name](item, sheet) for name in sheet.columns),
    ]
    return mark_safe(f"<tr data-row>{''.join(parts)}</tr>")  # noqa: S308 - escaped above


def group_html(title: str, words: str, columns: int, url: str) -> SafeString:
    """The head of a group of rows: its name, which leads to it alone, and its sums."""
    return mark_safe(  # noqa: S308 - escaped here
        f'<tr class="group-head"><th scope="rowgroup" colspan="{columns}"><a href="{esc(url)}">'
        f'{esc(title)}</a> <span class="faint">{esc(words)}</span></th></tr>'
    )
