"""The trend: a product's principal and interest by month, and why they moved."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt.maths.flows import Cause, Life, Period, periods
from debt.pages import trend_charts
from debt.queries.lives import lives_of, months_until, spreads
from tpm import formats
from tpm.models import Product

LABELS = {
    Cause.INCURRED: gettext_lazy("Incurred"),
    Cause.EVIDENCE: gettext_lazy("Evidence"),
    Cause.RE_ESTIMATED: gettext_lazy("Re-estimated"),
    Cause.SHARED: gettext_lazy("Shared hours"),
    Cause.RE_BASED: gettext_lazy("New formulas"),
    Cause.PAID: gettext_lazy("Paid"),
    Cause.WRITTEN_OFF: gettext_lazy("Written off"),
    Cause.NOT_DEBT: gettext_lazy("Not debt"),
}


@dataclass(frozen=True)
class Row:
    """One month of the table."""

    label: str
    before: str
    causes: list[str]
    change: str
    after: str
    rebased: bool


@dataclass(frozen=True)
class Section:
    """One amount over the months."""

    title: str
    unit: str
    says: str
    chart: SafeString
    legend: list[tuple[str, str]]
    """(fill class, label) of each cause that occurs."""
    heads: list[str]
    rows: list[Row]


def sections(product: Product, today: datetime.date) -> list[Section]:
    """Principal and interest over the last months; nothing where nothing was ever scored."""
    lives, bounds = lives_of(product), months_until(today)
    found = []
    if lives["principal"]:
        found.append(
            section(_("Principal"), _("d"), lives["principal"], lives["principal_var"], bounds)
        )
    if lives["interest"]:
        found.append(
            section(
                _("Interest"), _("d a month"), lives["interest"], lives["interest_var"], bounds, 1
            )
        )
    return found


def section(
    title: str,
    unit: str,
    lives: Iterable[Life],
    variances: Iterable[Life],
    bounds: list[datetime.date],
    digits: int = 0,
) -> Section:
    found = periods(lives, bounds)
    spread = spreads(variances, bounds)
    causes = [cause for cause in Cause if any(each.causes.get(cause) for each in found)]
    return Section(
        title=title,
        unit=unit,
        says=says(found, unit, digits),
        chart=trend_charts.trend(found, spread, LABELS, title=title, unit=unit, digits=digits),
        legend=[(trend_charts.FILLS[cause], str(LABELS[cause])) for cause in causes],
        heads=[str(LABELS[cause]) for cause in causes],
        rows=[row(each, causes, digits) for each in reversed(found)],
    )


def row(each: Period, causes: Sequence[Cause], digits: int) -> Row:
    return Row(
        label=formats.month(each.start, year=True),
        before=formats.number(each.before, digits),
        causes=[
            formats.signed(each.causes[cause], digits) if each.causes.get(cause) else ""
            for cause in causes
        ],
        change=formats.signed(each.after - each.before, digits),
        after=formats.number(each.after, digits),
        rebased=Cause.RE_BASED in each.causes,
    )


def says(found: Sequence[Period], unit: str, digits: int) -> str:
    """The whole stretch in a sentence whose numbers add up."""
    came, left = sum(each.came for each in found), sum(each.left for each in found)
    return _("From %(before)s to %(after)s %(unit)s: %(came)s came, %(left)s went.") % {
        "before": formats.number(found[0].before, digits),
        "after": formats.number(found[-1].after, digits),
        "unit": unit,
        "came": formats.signed(came, digits),
        "left": formats.signed(left, digits),
    }
