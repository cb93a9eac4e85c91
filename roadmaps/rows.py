"""Rows of the roadmap list as ready text: one small builder, so that a thousand rows stay cheap."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
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


@dataclass(frozen=True)
class Sheet:
    """What all rows of one list share: the scale of its bars and what the reader may do."""

    start: datetime.date | None = None
    end: datetime.date | None = None
    may_estimate: bool = False
    back: str = ""
    waiting: str = ""
    """What a planned row without dates says instead."""

    @classmethod
    def over(
        cls, items: Iterable, *, start: datetime.date, may_estimate: bool, back: str,
        waiting: str = "",
    ) -> "Sheet":  # fmt: skip
        """A scale on which every row's P95 fits, up to two years from its start."""
        ends = [item.date_p95 or item.date_p85 for item in items]
        latest = max((day for day in ends if day), default=start)
        end = min(max(latest, start + datetime.timedelta(days=28)), start + FARTHEST)
        return cls(start=start, end=end, may_estimate=may_estimate, back=back, waiting=waiting)


def unknown(words: str = "") -> str:
    return f'<span class="faint">{esc(words or formats.UNKNOWN)}</span>'


def effort_words(item) -> str:
    """The newest range, or what the item took."""
    if item.state == Item.State.DONE and item.took_days is not None:
        return _("took %(days)s") % {"days": formats.days(item.took_days)}
    if item.has_parts and item.state in Item.OPEN:
        return _("its parts")
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
    words = effort_words(item)
    if can_be_estimated(item) and sheet.may_estimate:
        address = reverse("roadmaps:item-estimate", args=[item.key])
        back = f"?back={quote(sheet.back)}" if sheet.back else ""
        shown = esc(words) if words else f'<span class="muted">{esc(_("Estimate"))}</span>'
        said = esc(
            _("Estimate of %(key)s: %(words)s") % {"key": item.key, "words": words or _("none")}
        )
        return (
            f'<a class="inline-edit" href="{esc(address + back)}" hx-get="{esc(address)}?cell=1" '
            f'hx-target="closest td" aria-label="{said}">{shown}</a>'
        )
    return esc(words) if words else unknown()


def finish_html(item, sheet: Sheet) -> str:
    """`P50 12 Mar – P85 9 Apr` with its bar, or in words why there is none."""
    if item.state == Item.State.DONE:
        return f"{esc(_('Done'))} {esc(formats.day(item.finished_on))}"
    if item.state == Item.State.DROPPED:
        return unknown()
    if item.basis is None:
        idea = item.state == Item.State.IDEA
        return unknown(_("not planned") if idea else sheet.waiting or _("being computed"))
    if item.date_p85 is None:
        return unknown(_("beyond ten years"))
    bar = ""
    if sheet.start is not None and sheet.end is not None:
        bar = range_bar(
            item.date_p50, item.date_p85, item.date_p95, start=sheet.start, end=sheet.end
        )
    guess = f' <span class="faint">{esc(_("guess"))}</span>' if item.basis == "default" else ""
    address = reverse("roadmaps:item-why", args=[item.key])
    said = esc(_("Why these dates of %(key)s?") % {"key": item.key})
    return (
        f'<a class="range" href="{esc(address)}" data-dialog aria-haspopup="dialog">'
        f'<span class="txt"><span class="p">P50</span> {esc(formats.day(item.date_p50))} – '
        f'<span class="p">P85</span> {esc(formats.day(item.date_p85))}{guess}'
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


def target_html(item) -> str:
    """The target and how the forecast stands against it."""
    if item.target_date is None:
        return unknown()
    found = verdict_of(item)
    said = found.html() if found else ""
    return f'<span class="sub-line">{esc(formats.day(item.target_date))}</span>{said}'


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


def checks_html(item) -> str:
    """How many checks keep it from being done, as a link to them; nothing where none does."""
    count = getattr(item, "open_checks", 0)
    if not count:
        return ""
    words = ngettext("%(n)s check", "%(n)s checks", count) % {"n": formats.number(count)}
    address = reverse("roadmaps:item-detail", args=[item.key]) + "#checks"
    said = esc(_("open on %(key)s") % {"key": item.key})
    return (
        f' <a class="small muted nowrap" href="{esc(address)}">{esc(words)}'
        f'<span class="vh"> {said}</span></a>'
    )


def row_html(item, sheet: Sheet) -> SafeString:
    """One `<tr>` of the list; every text of a person is escaped here.

    item: an Item with team, objective and owner, from `with_effort` and `with_dates`
    """
    milestone = item.kind == Item.Kind.MILESTONE and item.is_open
    horizon = item.get_horizon_display() if item.horizon else ""
    parts = (
        f'<td class="k"><span class="mark-key">'
        f"{mark_html('milestone' if milestone else item.state)}"
        f'<span class="key">{esc(item.key)}</span></span></td>',
        f'<th scope="row"><a href="{esc(reverse("roadmaps:item-detail", args=[item.key]))}">'
        f"{esc(item.title)}</a>{checks_html(item)}</th>",
        cell(badge_html(item.state), "s"),
        cell(esc(item.team.name) if item.team else "", "tm", _("Team") if item.team else ""),
        cell(esc(item.objective.title) if item.objective else "", "ob"),
        cell(esc(horizon), "hz"),
        cell(face(item.owner.name) if item.owner else "", "ow"),
        cell(effort_html(item, sheet), "n ef"),
        cell(finish_html(item, sheet), "fi"),
        cell(target_html(item), "tg", _("Target") if item.target_date else ""),
        cell(formats.number(item.place) if item.is_open else "", "n rk"),
    )
    return mark_safe(f"<tr data-row>{''.join(parts)}</tr>")  # noqa: S308 - escaped above
