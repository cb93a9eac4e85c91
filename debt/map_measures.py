"""What the map knows of a component or of the whole product, as numbers: page, badge and REST."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from debt.map_parts import Part, Whole, capacity_of, paying
from debt.maths import ratings
from tpm import formats
from tpm.models import Product


@dataclass(frozen=True)
class Sum:
    """What is known of some items added up. known: of how many"""

    days: float
    known: int

    def of(self, items: int) -> float | None:
        """None where of some items nothing is known: unknown is not zero."""
        return self.days if self.known or not items else None

    def unknown(self, items: int) -> int:
        """How many items it leaves out."""
        return items - self.known


@dataclass(frozen=True)
class Measures:
    """What is not known is None, and a letter empty.

    interest, principal: pd a month, and pd, of `items`
    drag:  share of what the teams that pay can do; ratio: the debt ratio
    """

    items: int
    changes: int | None
    rate: float | None
    lines: int | None
    score: float | None
    findings: int
    interest: Sum
    principal: Sum
    drag: float | None
    drag_letter: str
    ratio: float | None
    ratio_letter: str


def of_part(part: Part, whole: Whole, model: Mapping[str, Any], hours: float) -> Measures:
    interest, principal = Sum(part.interest, part.priced), Sum(part.principal, part.sized)
    items = len(part.items)
    return Measures(
        items=items, changes=part.changes, rate=part.rate, lines=part.lines, score=part.score,
        findings=part.findings, interest=interest, principal=principal,
        **shares(
            interest.of(items), principal.of(items), part.lines,
            capacity_of(whole, paying(part)), model, hours,
        ),
    )  # fmt: skip


def of_apart(whole: Whole, model: Mapping[str, Any], hours: float) -> Measures | None:
    """What lies in none of the product's components; None where nothing does."""
    findings = whole.findings - sum(part.findings for part in whole.parts)
    keys = [item.pk for item in whole.apart]
    if not keys and not findings:
        return None
    days, fix, scores = (
        [known[pk] for pk in keys if pk in known] for known in (whole.days, whole.fix, whole.scores)
    )
    interest, principal = Sum(sum(days), len(days)), Sum(sum(fix), len(fix))
    teams = {item.team_id for item in whole.apart if item.team_id is not None}
    return Measures(
        items=len(keys), changes=None, rate=None, lines=None, score=max(scores, default=None),
        findings=findings, interest=interest, principal=principal,
        **shares(
            interest.of(len(keys)), principal.of(len(keys)), None, capacity_of(whole, teams), model,
            hours,
        ),
    )  # fmt: skip


def of_product(product: Product, whole: Whole, model: Mapping[str, Any]) -> Measures:
    """All dragging items, those without a component too; lines only where all are known."""
    sizes = [part.lines for part in whole.parts]
    known = [size for size in sizes if size is not None]
    lines = sum(known) if known and len(known) == len(sizes) else None
    items = len(whole.items)
    interest = Sum(sum(whole.days.values()), len(whole.days))
    principal = Sum(sum(whole.fix.values()), len(whole.fix))
    return Measures(
        items=items, changes=None, rate=None, lines=lines, score=None, findings=whole.findings,
        interest=interest, principal=principal,
        **shares(
            interest.of(items), principal.of(items), lines,
            capacity_of(whole, whole.serving), model, product.hours_per_day,
        ),
    )  # fmt: skip


def shares(
    days: float | None, fix: float | None, lines: int | None, capacity: float,
    model: Mapping[str, Any], hours: float,
) -> dict[str, Any]:  # fmt: skip
    """Drag and debt ratio with their letters."""
    drag = days / capacity if capacity and days is not None else None
    ratio = None
    if lines and fix is not None:
        ratio = ratings.debt_ratio(fix, lines, model, hours_per_day=hours)
    return {
        "drag": drag,
        "drag_letter": "" if drag is None else ratings.drag_letter(drag, model),
        "ratio": ratio,
        "ratio_letter": "" if ratio is None else ratings.ratio_letter(ratio, model),
    }


def share_words(share: float | None) -> str:
    return formats.UNKNOWN if share is None else formats.percent(share)
