"""Where the score and the cost of delay of one item come from, in words."""

from typing import Any

from django.utils.translation import gettext as _

from roadmaps.forecasting.formula import SOURCES, Formula, missing
from roadmaps.models import Item, ItemPriority, PriorityInput, ValueCurve
from roadmaps.pages.priority_rows import (
    beyond_words,
    curve_words,
    lacks_text,
    learned_text,
    next_text,
    place_text,
    range_text,
    stability_text,
    unit_of,
    worth_text,
)
from roadmaps.queries.priorities import effort_tables, ranked
from roadmaps.services.priorities import kept_formula
from tpm import formats
from tpm.roles import can


def missing_of(formula: Formula, each: Any) -> tuple[str, ...]:
    """What a candidate lacks for a score."""
    return missing(formula, each.values, estimated=bool(each.efforts))


def of_item(user, item: Item) -> dict[str, Any]:
    """Everything that the page of an item and its “Why?” say of its priority."""
    now = ranked(item.product)
    if now.formula is None:
        return {"priority": {"shown": False}}
    formula = kept_formula(now.formula)
    unit = unit_of(now.formula)
    row = ItemPriority.objects.filter(item=item).select_related("ranking").first()
    typed = {each.name: each for each in PriorityInput.objects.filter(item=item)}
    curve = ValueCurve.objects.filter(item=item).first()
    inputs = [
        {
            "name": each.name,
            "label": each.label,
            "hint": each.hint,
            "text": range_text(typed.get(each.name), each),
        }
        for each in (formula.inputs if formula else ())
    ]
    sizes = {}
    if row is not None and row.band is not None:
        sizes = {row.band: ItemPriority.objects.filter(
            ranking=row.ranking_id, band=row.band).count()}  # fmt: skip
    through = through_objectives(row)
    shown = item.is_open and item.kind != Item.Kind.MILESTONE
    return {
        "priority": {
            "shown": shown and (formula is not None or curve is not None or bool(row)),
            "formula": formula,
            "words": formula.words() if formula else "",
            "source": SOURCES.get(formula.method, "") if formula else "",
            "published": bool(formula and formula.as_published),
            "inputs": inputs,
            "effort": effort_words(item) if formula and formula.by_effort else "",
            "score": formats.score(row.score_p50) if row and row.score_p50 is not None else "",
            "between": between(row),
            "place": place_text(row),
            "sure": stability_text(row, sizes),
            "next": next_text(row),
            "lacks": lacks_text(formula, row.missing) if formula and row and row.missing else "",
            "ranked": now.ranking.ranked if now.ranking else 0,
            "draws": formats.number(now.ranking.draws) if now.ranking else "",
            "error": formats.score(row.error) if row and row.error else "",
            "curve": curve_words(curve, unit),
            "lost": worth_text(row.lost, unit) if row and row.lost is not None else "",
            "lost_error": worth_text(row.lost_error, unit) if row and row.lost_error else "",
            "week": worth_text(row.week, unit) if row and row.week is not None else "",
            "own_week": worth_text(row.own_week, unit) if row and row.own_week is not None else "",
            "followers_week": worth_text(row.followers_week, unit)
            if row and row.followers_week
            else "",
            "through": worth_text(through, unit) if through else "",
            "beyond": beyond_words(row.beyond) if row else "",
            "asof": now.ranking.at if now.ranking else None,
            "stale": now.stale,
            "may_type": can(user, "estimate", item.product) and item.is_open,
            "may_plan": can(user, "plan", item.product),
        }
    }


def through_objectives(row: ItemPriority | None) -> float:
    """What of the cost of a week is neither its own nor that of what waits for it."""
    if row is None or row.week is None:
        return 0.0
    rest = row.week - (row.own_week or 0.0) - (row.followers_week or 0.0)
    return rest if rest > 1e-9 * row.week else 0.0


def between(row: ItemPriority | None) -> str:
    if row is None or row.score_p10 is None or row.score_p10 == row.score_p90:
        return ""
    return f"{formats.score(row.score_p10)}–{formats.score(row.score_p90)}"


def effort_words(item: Item) -> str:
    """The effort that the score divides by: what history makes of the typed range."""
    if item.children.filter(state__in=Item.OPEN).exists():
        return _("of its open parts together")
    return learned_text(effort_tables(item.product, [item.pk]).get(item.pk))
