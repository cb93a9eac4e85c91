"""How a forecast stands against a target, in words: kept, at risk, missed."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tpm import formats
from tpm.marks import icon_html
from tpm.svg import esc

KEPT_FROM = 0.85
RISK_FROM = 0.5


@dataclass(frozen=True)
class Verdict:
    """state: on_track, at_risk or off_track, as badges know them. words: short, for a row."""

    state: str
    icon: str
    tone: str
    words: str

    def html(self) -> SafeString:
        mark = icon_html(self.icon, f"c-{self.tone}")
        return SafeString(f'<span class="vd">{mark}{esc(self.words)}</span>')


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
    share = formats.percent(chance) if chance is not None else ""
    if kept:
        spare = (target - p85).days if p85 else 0
        words = (
            _("%(n)s d spare") % {"n": formats.number(spare)} if spare > 0 else _("just in time")
        )
        return Verdict("on_track", "check", "ok", words)
    if risk:
        return Verdict("at_risk", "bang", "warn", share or after(target, p85))
    late = after(target, p50)
    return Verdict(
        "off_track", "cross", "bad", f"{share}, {late}" if share and late else share or late
    )


def after(target: datetime.date, day: datetime.date | None) -> str:
    """How long after its target a day lies, in calendar days."""
    if day is None:
        return _("not within ten years")
    return _("%(n)s d late") % {"n": formats.number((day - target).days)}


def finished(target: datetime.date | None, finished_on: datetime.date | None) -> Verdict | None:
    """What became of a target once the work is done."""
    if target is None or finished_on is None:
        return None
    if finished_on <= target:
        return Verdict("on_track", "check", "ok", _("target kept"))
    return Verdict("off_track", "cross", "bad", after(target, finished_on))
