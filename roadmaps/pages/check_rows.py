"""Rows of the list of checks as ready text: one small builder, so that a long list stays cheap."""

from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps.models import CheckEvidence
from roadmaps.pages.checks import Line
from roadmaps.pages.rows import cell, face, unknown
from tpm.marks import day_html
from tpm.svg import esc

Kind = CheckEvidence.Kind


def piece_html(line: Line, piece: CheckEvidence) -> str:
    """A piece of evidence as a link or in words."""
    text = esc(piece.text.removeprefix("https://").removeprefix("http://"))
    if piece.kind == Kind.LINK:
        return f'<a href="{esc(piece.text)}" rel="noopener nofollow">{text}</a>'
    if piece.kind == Kind.FILE:
        check = line.check
        place = [check.item.key, check.number, piece.pk]
        address = reverse("roadmaps:check-evidence-file", args=place)
        return f'<a href="{esc(address)}">{text}</a>'
    return text


def evidence_html(line: Line) -> str:
    if not line.evidence:
        return unknown(_("no evidence"))
    shown = piece_html(line, line.evidence[-1])
    if len(line.evidence) > 1:
        words = _("all %(n)s") % {"n": len(line.evidence)}
        shown += f' <a class="small" href="{esc(line.check.get_absolute_url())}">{esc(words)}</a>'
    return shown


def due_html(line: Line) -> str:
    check = line.check
    if check.due_on is None:
        return unknown(_("before done"))
    late = ' class="c-bad"' if line.overdue else ""
    timing = f'<span class="sub-line">{line.timing}</span>' if line.timing else ""
    because = esc(check.get_due_because_display())
    return f"<span{late}>{day_html(check.due_on)}</span>, {because}{timing}"


def state_html(line: Line) -> str:
    note = f'<span class="sub-line">{esc(line.note)}</span>' if line.note else ""
    return f"{line.badge}{note}"


def title_html(line: Line) -> str:
    """The sentence, and under it what it is about."""
    check, item = line.check, line.check.item
    mark = f' <b class="c-warn">{esc(_("done with open checks"))}</b>' if line.done_open else ""
    return (
        f'<th scope="row"><a href="{esc(check.get_absolute_url())}">{esc(check.sentence)}</a>'
        f'<span class="sub-line">{esc(check.get_kind_display())}, '
        f'<a href="{esc(item.get_absolute_url())}#checks"><span class="key">{esc(item.key)}</span> '
        f"{esc(item.title)}</a>{mark}</span></th>"
    )


def add_html(line: Line, back: str) -> str:
    """The link to the form of evidence."""
    check, item = line.check, line.check.item
    address = reverse("roadmaps:check-evidence", args=[item.key, check.number])
    words = {"what": check.sentence, "key": item.key}
    said = esc(_("Add evidence: %(what)s, %(key)s") % words)
    return (
        f'<a class="btn quiet small icon-only" href="{esc(address)}?back={quote(back, safe="")}" '
        f'data-dialog aria-haspopup="dialog" aria-label="{said}">{PLUS}</a>'
    )


PLUS = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-plus"/></svg>'


def row_html(line: Line, *, back: str, may_check: bool) -> SafeString:
    """One `<tr>` of the list; every text of a person is escaped here.

    back: the address of the list, to which the form of evidence leads back
    """
    owner = line.check.owner
    parts = (
        title_html(line),
        cell(due_html(line), "wide"),
        cell(evidence_html(line), "wide ev"),
        cell(state_html(line), "st8"),
        cell(face(owner.name) if owner else "", "own"),
        cell(add_html(line, back), "narrow") if may_check else "",
    )
    return mark_safe(f"<tr>{''.join(parts)}</tr>")  # noqa: S308 - escaped above
