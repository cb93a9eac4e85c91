"""What stands around the rows of the register: heads of groups, and the scale of the bars."""

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt.models import DebtScore
from debt.pages.rows import COLUMNS, TREND
from tpm import formats
from tpm.svg import el, esc, num

Verdict = DebtScore.Verdict


def group_title(verdict: str, horizon: int) -> str:
    return {
        Verdict.GAIN: _("Net gain inside %(n)s months") % {"n": horizon},
        Verdict.NO_GAIN: _("No net gain inside %(n)s months") % {"n": horizon},
        Verdict.RISK: _("For risk, not for money"),
        Verdict.QUESTION: _("One question each"),
        Verdict.FROZEN: _("Frozen: leave it"),
    }[Verdict(verdict)]


def group_note(verdict: str, total) -> str:
    """What stands beside a group's name: how many, and what they add up to."""
    items = ngettext("%(n)s item", "%(n)s items", total.items) % {"n": formats.number(total.items)}
    if verdict == Verdict.QUESTION:
        return _("%(items)s, no score until answered") % {"items": items}
    if verdict == Verdict.FROZEN:
        return _("%(items)s; costs little as long as it stays so") % {"items": items}
    if verdict == Verdict.RISK:
        return items
    text = _("%(items)s, %(fix)s d to fix, %(interest)s d a month") % {
        "items": items,
        "fix": formats.amount(total.principal),
        "interest": formats.number(total.interest, 1),
    }
    if verdict == Verdict.GAIN:
        text += _(", %(net)s d net") % {"net": formats.signed(total.net)}
    return text


def group_html(title: str, note: str, *, boxes: bool = False) -> SafeString:
    """boxes: whether rows begin with a box that selects them"""
    return mark_safe(  # noqa: S308 - both texts are escaped
        f'<tr class="grp"><th colspan="{COLUMNS + boxes}" scope="rowgroup">'
        f'<b>{esc(title)}</b>{esc(note)}</th><td class="own"></td>{TREND}'
        '<td class="ev"></td><td class="age"></td></tr>'
    )


def scale_html(top: float) -> SafeString:
    """The scale of the interest bars: 0, a third and two thirds; where long words have no room
    beside each other, the third alone.
    """
    said = ["0", *(scale_word(top, k) for k in (1, 2))]
    long = max(len(word) for word in said) > 2
    marks = "".join(
        el(
            "text",
            word,
            class_="t-3 long" if long and k != 1 else "t-3",
            x=f"{num(100 * k / 3)}%",
            y=12,
            text_anchor="middle" if k else "start",
        )
        for k, word in enumerate(said)
    )
    return mark_safe(el("svg", marks, width="100%", height=16, aria_hidden="true"))  # noqa: S308


def scale_word(top: float, k: int) -> str:
    """`num` keeps more decimals than a scale has room for once a third has two digits."""
    mark = top * k / 3
    return num(mark) if top < 30 else formats.short(mark) if top >= 1000 else f"{mark:.0f}"
