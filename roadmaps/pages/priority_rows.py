"""Rows and words of priorities as ready text: scores, places, inputs, costs and curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps.forecasting.formula import Formula, Input
from roadmaps.models import ItemPriority, PriorityFormula, PriorityInput
from roadmaps.pages import rows
from roadmaps.services.priorities import current
from tpm import formats
from tpm.marks import mark_html
from tpm.svg import esc


def unit_of(row: PriorityFormula | None) -> str:
    """What value is counted in, as it stands behind a number."""
    if row is not None and row.unit == PriorityFormula.Unit.MONEY:
        return row.currency
    return _("points")


def worth_text(value: float | None, unit: str) -> str:
    return formats.UNKNOWN if value is None else f"{formats.amount(value)} {unit}"


def range_text(row: PriorityInput | None, asked: Input | None = None) -> str:
    """A typed value as it was typed: `80` or `50–100–200`."""
    value = current(row) if row is not None else None
    if value is None:
        return ""
    unit = " %" if asked is not None and asked.is_share else ""
    parts = [plain(part) for part in value]
    return (parts[1] if value.p10 == value.p90 else "–".join(parts)) + unit


def typed_text(row: Any) -> str:
    """A typed range as it goes back into its field: `3..5..10`."""
    value = current(row) if row is not None else None
    if value is None:
        return ""
    parts = [f"{part:.10g}" for part in value]
    return parts[1] if value.p10 == value.p90 else "..".join(parts)


def plain(value: float) -> str:
    """Up to two decimals, those that are there: `0.5`, `1`, `1,200`."""
    digits = next(d for d in (0, 1, 2) if d == 2 or abs(value - round(value, d)) < 1e-9)
    return formats.number(value, digits)


def lacks_text(formula: Formula, names: Sequence[str]) -> str:
    typed = [each for each in formula.used if each.name not in names]
    if not typed and len(formula.used) > 1:
        return _("nothing typed yet")
    labels = {each.name: each.label.lower() for each in formula.inputs}
    labels["effort"] = _("an estimate")
    return _("lacks %(what)s") % {"what": ", ".join(labels.get(n, n) for n in names)}


@dataclass(frozen=True)
class Sheet:
    """What all rows of a page share."""

    formula: Formula | None
    unit: str
    values: Mapping[int, Mapping[str, PriorityInput]]
    band_sizes: Mapping[int, int]
    may_type: bool = False
    may_plan: bool = False
    efforts: Mapping[int, Sequence[float]] = field(default_factory=dict)
    """Item -> quantiles of person-days, of what is estimated."""
    places: Mapping[int, int] = field(default_factory=dict)
    proposed: Mapping[int, int] = field(default_factory=dict)


def input_html(item, asked: Input, sheet: Sheet) -> str:
    """A typed input; for whoever may type, a link that turns into a field in its place."""
    shown = esc(range_text(sheet.values.get(item.pk, {}).get(asked.name), asked))
    if not sheet.may_type:
        return shown or f'<span class="faint">{formats.UNKNOWN}</span>'
    said = esc(f"{item.key}, {asked.label}")
    inner = shown or f'<span class="faint">{formats.UNKNOWN}</span>'
    return (
        f'<a class="inline-edit" data-cell href="/i/{item.key}/priority/{esc(asked.name)}/">'
        f'<span class="vh">{said}: </span>{inner}</a>'
    )


def score_html(item, row: ItemPriority | None, sheet: Sheet) -> str:
    if row is None or row.score_p50 is None:
        if row is not None and row.missing and sheet.formula is not None:
            return f'<span class="faint">{esc(lacks_text(sheet.formula, row.missing))}</span>'
        return f'<span class="faint">{formats.UNKNOWN}</span>'
    said = esc(_("Why this score of %(key)s?") % {"key": item.key})
    text = f"<b>{esc(formats.score(row.score_p50))}</b>"
    low, high = formats.score(row.score_p10), formats.score(row.score_p90)
    between = f'<span class="sub-line">{esc(low)}–{esc(high)}</span>' if low != high else ""
    return (
        f'<a class="plain-link" href="/i/{item.key}/priority/" data-dialog '
        f'aria-haspopup="dialog">{text}<span class="vh"> {said}</span></a>{between}'
    )


def stability_text(row: ItemPriority | None, band_sizes: Mapping[int, int]) -> str:
    """How sure a place is, in words: a tie, or clear of the next."""
    if row is None or row.place is None:
        return ""
    together = band_sizes.get(row.band or 0, 1)
    if together > 1:
        return _("tie of %(n)s") % {"n": formats.number(together)}
    return _("clear of the next") if row.beats_next is not None else _("alone")


def place_text(row: ItemPriority | None) -> str:
    """The place, and the places that it takes in 80 of 100 draws: `2 (1–5)`."""
    if row is None or row.place is None:
        return ""
    if row.low == row.high == row.place:
        return formats.number(row.place)
    return f"{formats.number(row.place)} ({formats.number(row.low)}–{formats.number(row.high)})"


def place_html(row: ItemPriority | None, sheet: "Sheet") -> str:
    if row is None or row.place is None:
        return ""
    return (
        f"{esc(place_text(row))}"
        f'<span class="sub-line">{esc(stability_text(row, sheet.band_sizes))}</span>'
    )


def next_text(row: ItemPriority | None) -> str:
    """The chance that it outranks the next one."""
    return formats.percent(row.beats_next) if row and row.beats_next is not None else ""


def cost_html(item, row: ItemPriority | None, sheet: Sheet) -> str:
    """Cost of one more week; for whoever plans a link to the item's value curve."""
    week = row.week if row is not None else None
    shown = esc(formats.cost(week)) if week is not None else ""
    if not sheet.may_plan:
        return shown or f'<span class="faint">{formats.UNKNOWN}</span>'
    said = esc(_("%(key)s, value of being in time") % {"key": item.key})
    inner = shown or f'<span class="faint">{formats.UNKNOWN}</span>'
    return (
        f'<a class="inline-edit" href="/i/{item.key}/value/">'
        f'<span class="vh">{said}: </span>{inner}</a>'
    )


def row_html(item, sheet: Sheet) -> SafeString:
    """One `<tr>`; every text of a person is escaped here.

    item: with `has_parts`, from `with_effort`, and its `priority` joined
    """
    row = getattr(item, "priority", None)
    cell = rows.cell
    inputs = sheet.formula.inputs if sheet.formula else ()
    placed = row is not None and row.place is not None
    scored = (
        cell(score_html(item, row, sheet), "n sc" if placed else "n sc wide", _("Score")),
        cell(place_html(row, sheet), "n pl", _("Place") if placed else ""),
        cell(esc(next_text(row)), "n", _("Above next") if next_text(row) else ""),
    )
    parts = [
        f'<td class="k"><span class="mark-key">{mark_html(item.state)}'
        f'<span class="key">{item.key}</span></span></td>',
        f'<th scope="row"><a href="/i/{item.key}/">{esc(item.title)}</a></th>',
        *(scored if sheet.formula else ()),
        *(cell(input_html(item, each, sheet), "n", each.label) for each in inputs),
        cell(effort_html(item, sheet), "n", _("Effort")),
        cell(cost_html(item, row, sheet), "n", _("Cost of a week")),
        cell(formats.number(sheet.places.get(item.pk)), "n", _("Rank now")),
        cell(proposed_html(item, sheet), "n", _("Proposed")) if sheet.proposed else "",
    ]
    return mark_safe(f"<tr data-row>{''.join(parts)}</tr>")  # noqa: S308 - escaped above


def effort_html(item, sheet: Sheet) -> str:
    """The effort that the score divides by: what history makes of the typed range."""
    if item.has_parts:
        return esc(_("its parts"))
    return esc(learned_text(sheet.efforts.get(item.pk))) or rows.unknown()


def learned_text(table: Sequence[float] | None) -> str:
    """P10, P50 and P90 of a quantile table of person-days; empty without one."""
    if table is None:
        return ""
    return formats.day_range(*(table[round(p * (len(table) - 1))] for p in (0.1, 0.5, 0.9)))


def proposed_html(item, sheet: Sheet) -> str:
    now, then = sheet.places.get(item.pk), sheet.proposed.get(item.pk)
    if now is None or then is None:
        return f'<span class="faint">{formats.UNKNOWN}</span>'
    moved = f' <span class="faint">{formats.signed(then - now)}</span>' if then != now else ""
    return f"{formats.number(then)}{moved}"


def curve_words(curve: Any, unit: str) -> str:
    """A value curve as a sentence; empty where there is none."""
    if curve is None or not curve.kind:
        return ""
    value = current(curve)
    assert value is not None
    parts = [formats.amount(part) for part in value]
    words = {
        "amount": f"{parts[1] if value.p10 == value.p90 else '–'.join(parts)} {unit}",
        "day": formats.day(curve.day, year=True) if curve.day else "",
        "weeks": formats.amount(curve.half_life_weeks),
    }
    if curve.kind == "step":
        return _("%(amount)s are lost after %(day)s") % words
    if curve.kind == "decay":
        if curve.day:
            return _("%(amount)s, half of it lost every %(weeks)s weeks after %(day)s") % words
        return _("%(amount)s, half of it lost every %(weeks)s weeks from now on") % words
    if curve.day:
        return _("%(amount)s lost each week after %(day)s") % words
    return _("%(amount)s lost each week from now on") % words


def beyond_words(share: float) -> str:
    """That a loss is a lower bound, where some trials never end."""
    if not share:
        return ""
    return _("at least: %(share)s of the trials do not end within ten years") % {
        "share": formats.percent(share)
    }
