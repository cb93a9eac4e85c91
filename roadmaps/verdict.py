"""How a forecast stands against a target, in words: kept, at risk, missed."""

import datetime
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tpm import formats
from tpm.marks import icon_html

KEPT_FROM, RISK_FROM = formats.LINES


@dataclass(frozen=True)
class Verdict:
    """How it stands. state: on_track, at_risk or off_track, as badges know them."""

    state: str
    icon: str
    tone: str
    words: str
    """Short, for a row: `27 d spare at P85`, `71 %`, `12 %, P50 9 d late`."""
    beside: str
    """The same where the chance itself stands beside it."""

    def html(self) -> SafeString:
        return self._marked(self.words)

    def beside_html(self) -> SafeString:
        """For a row in which the chance itself stands in another cell."""
        return self._marked(self.beside)

    def _marked(self, words: str) -> SafeString:
        mark = icon_html(self.icon, f"c-{self.tone}")
        return format_html('<span class="vd">{}{}</span>', mark, words)


def verdict(
    target: datetime.date | None,
    *,
    p50: datetime.date | None,
    p85: datetime.date | None,
    chance: float | None,
) -> Verdict | None:
    """Kept from a chance of 85 % on, at risk from 50 %, missed below; None without a target.

    A chance that belongs to another target is passed as None: then the dates decide.
    """
    if target is None or (chance is None and p50 is None):
        return None
    if chance is None:
        kept, risk = bool(p85 and p85 <= target), bool(p50 and p50 <= target)
    else:
        kept, risk = chance >= KEPT_FROM, chance >= RISK_FROM
    if kept:
        return kept_by((target - p85).days if p85 else 0)
    share = chance_text(chance) if chance is not None else ""
    if risk:
        return Verdict("at_risk", "bang", "warn", share or after(target, p85, "P85"), _("at risk"))
    # The chance can be below a half although P50 is on the target's own day.
    late = after(target, p50, "P50") if p50 is None or p50 > target else ""
    words = ", ".join(part for part in (share, late) if part)
    return Verdict("off_track", "cross", "bad", words, late or _("off track"))


chance_text = formats.chance


def kept_by(days: int) -> Verdict:
    spare = _("%(n)s d spare at P85") % {"n": formats.number(days)}
    words = spare if days > 0 else _("just in time at P85")
    return Verdict("on_track", "check", "ok", words, words)


def after(target: datetime.date, day: datetime.date | None, level: str = "") -> str:
    """How long after its target a day lies, in calendar days; level: which date it is."""
    if day is None:
        return _("not within ten years")
    late = _("%(n)s d late") % {"n": formats.number((day - target).days)}
    return f"{level} {late}" if level else late


def finished(target: datetime.date | None, finished_on: datetime.date | None) -> Verdict | None:
    """What became of a target once the work is done."""
    if target is None or finished_on is None:
        return None
    if finished_on <= target:
        return Verdict("on_track", "check", "ok", _("target kept"), _("target kept"))
    late = after(target, finished_on)
    return Verdict("off_track", "cross", "bad", late, late)
