"""Choosing a score formula, typing its inputs, and saying what being late costs."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from roadmaps.forecasting.formula import READY, Formula, formula_of, read_input
from roadmaps.forecasting.ranges import Triple, checked, numbers
from roadmaps.models import Item, Objective, PriorityFormula, PriorityInput, ValueCurve
from tpm import history, operations, revisions
from tpm.editing import EditConflict, edit
from tpm.models import Product
from tpm.operations import Refused, Step

RANGE = ("p10", "p50", "p90")


def due(product_id: int) -> None:
    """Make a ranking due, in the transaction that changes what it reads."""
    PriorityFormula.objects.filter(pk=product_id).update(revision=F("revision") + 1)
    revisions.enqueue("roadmaps.refresh_priorities", product_id)


def formula_row(product: Product) -> PriorityFormula:
    """The row of a product's formula, made empty where there is none; with the plan held."""
    Product.objects.select_for_update().get(pk=product.pk)
    return PriorityFormula.objects.get_or_create(product=product)[0]


@transaction.atomic
def set_formula(product: Product, *, by, version: int | None, **fields: Any) -> list[str]:
    """Choose or change the score formula, its weights and the unit of value.

    fields:  method, weights, own, unit, currency; weights of another ready-made formula stay as
             they are where these name none of its inputs
    version: that was read; 0 where there was none yet
    returns: names of what changed
    raises:  ValidationError for a formula that cannot score; EditConflict when somebody was first
    """
    row = formula_row(product)
    if "weights" in fields:
        method = fields.get("method", row.method)
        fields["weights"] = weights_of_others(row, method) | fields["weights"]
    try:
        formula_with(row, fields)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem
    if version == 0:
        version = -1 if row.method else None
    changed = edit(row, by=by, version=version, fields=fields, tell=teller(row, by))
    if changed:
        due(product.pk)
    return changed


def weights_of_others(row: PriorityFormula, method: str) -> dict[str, float]:
    """Weights that are kept of the ready-made formulas beside one, to come back to."""
    mine = {each.name for each in READY[method].inputs} if method in READY else set()
    return {name: weight for name, weight in row.weights.items() if name not in mine}


def formula_with(row: PriorityFormula, fields: Mapping[str, Any]) -> Formula | None:
    """The formula that a row keeps once these fields of it are set. raises: ValueError"""
    kept = {name: fields.get(name, getattr(row, name)) for name in ("method", "weights", "own")}
    return formula_of(kept["method"], weights=kept["weights"], own=kept["own"])


def kept_formula(row: PriorityFormula | None) -> Formula | None:
    """The formula that a row keeps; None where none is chosen."""
    if row is None:
        return None
    return formula_with(row, {})


@transaction.atomic
def set_input(item: Item, *, by, name: str, text: str, version: int | None) -> bool:
    """Type one input of an item: a number, a range, or nothing to take it away.

    version: of the stored value that was read, 0 where there was none, None to write anyway
    returns: whether it changed
    raises:  ValidationError in words; EditConflict when somebody typed another value first
    """
    row = formula_row(item.product)
    formula = kept_formula(row)
    asked = next((each for each in formula.inputs if each.name == name), None) if formula else None
    if asked is None:
        raise ValidationError(_("The formula of this product has no such input."))
    try:
        value = read_input(text, asked)
    except ValueError as problem:
        raise ValidationError({name: str(problem)}) from problem
    if not item.is_open:
        raise ValidationError(_("Only open items are ranked."))
    stored = PriorityInput.objects.filter(item=item, name=name).first()
    if stored is None:
        if value is None:
            return False
        stored = PriorityInput.objects.create(item=item, name=name)
        version = None
    fields = dict(zip(RANGE, value or (None,) * 3, strict=True))
    if version == 0 and current(stored) not in (None, value):
        raise EditConflict(stored, fields)
    changed = edit(stored, by=by, version=version or None, fields=fields, tell=teller(stored, by))
    if changed:
        due(item.product_id)
    return bool(changed)


def current(row: PriorityInput | ValueCurve) -> Triple | None:
    """The typed range of a row; None where it is empty."""
    if row.p10 is None or row.p50 is None or row.p90 is None:
        return None
    return Triple(row.p10, row.p50, row.p90)


@transaction.atomic
def set_curve(
    of: Item | Objective,
    *,
    by,
    version: int | None,
    kind: str,
    amount: str = "",
    day: datetime.date | None = None,
    half_life_weeks: float | None = None,
) -> list[str]:
    """Say what an item or an objective loses by being late; an empty kind takes that away.

    amount:  a number or low..likely..high, in the product's unit: a week, or the whole of it
    version: that was read, 0 where there was none
    returns: names of what changed
    raises:  ValidationError in words; EditConflict when somebody was first
    """
    formula_row(of.product)
    which = {"item": of} if isinstance(of, Item) else {"objective": of}
    stored = ValueCurve.objects.filter(**which).first()
    if stored is None:
        if not kind:
            return []
        stored, version = ValueCurve.objects.create(product=of.product, **which), None
    elif version == 0:
        version = -1 if stored.kind else None
    triple = amount_of(amount) if kind else None
    fields: dict[str, Any] = dict(zip(RANGE, triple or (None,) * 3, strict=True))
    fields |= {
        "kind": kind,
        "day": day if kind else None,
        "half_life_weeks": half_life_weeks if kind == ValueCurve.Kind.DECAY else None,
    }
    changed = edit(stored, by=by, version=version, fields=fields, tell=teller(stored, by))
    if changed:
        due(of.product_id)
    return changed


def amount_of(text: str) -> Triple:
    """A typed amount. raises: ValidationError at the field"""
    found = numbers(text.strip())
    if found is None:
        words = _("Type one amount, or low..likely..high such as 3..5..10.")
        raise ValidationError({"amount": words})
    try:
        return checked(Triple(*found) if len(found) == 3 else Triple(*found * 3))
    except ValueError:
        words = _("An amount is above 0 and at most 1,000,000; low, likely and high in order.")
        raise ValidationError({"amount": words}) from None


def teller(row: PriorityFormula | PriorityInput | ValueCurve, by, action: str = "prioritised"):
    """How the history of what a row is about tells of its change."""

    def tell(changed):
        if isinstance(row, PriorityInput):
            told = {row.name: whole_range(changed)}
            history.record(row.item, by=by, action=action, changes=told)
        elif isinstance(row, ValueCurve):
            told = {f"value {name}": pair for name, pair in changed.items() if name not in RANGE}
            if set(RANGE) & set(changed):
                told["value"] = whole_range(changed)
            subject = row.item or row.objective
            assert subject is not None  # the database keeps it so
            history.record(subject, by=by, action=action, changes=told)
        else:
            told = {f"score {name}": pair for name, pair in changed.items()}
            if "method" in changed:
                titles = dict(PriorityFormula.Method.choices)
                before, after = (str(titles[each]) for each in changed["method"])
                told["score method"] = (before, after)
            history.record(row.product, by=by, action=action, changes=told)

    def whole_range(changed):
        # Told as a person typed it: one number, or all three.
        before, after = (
            [changed[name][side] if name in changed else getattr(row, name) for name in RANGE]
            for side in (0, 1)
        )
        return shortened(before), shortened(after)

    return tell


def shortened(values: list[float | None]) -> Any:
    return values[0] if len(set(values)) == 1 else values


def put_back(step: Step, *, by, back: bool) -> None:
    """Take back, or do again, a change of a formula, an input or a curve."""
    row: Any
    row, fields = operations.values_to_set(step, back=back)
    product = row.item.product if isinstance(row, PriorityInput) else row.product
    try:
        if isinstance(row, PriorityFormula):
            # Another's later change may have left one without what the other computes with.
            formula_with(row, fields)
        edit(
            row, by=by, version=None, fields=fields,
            tell=teller(row, by, "undone" if back else "redone"),
        )  # fmt: skip
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    except ValueError as problem:
        raise Refused(str(problem)) from None
    due(product.pk)


for kind in ("roadmaps.priorityformula", "roadmaps.priorityinput", "roadmaps.valuecurve"):
    operations.register(
        kind,
        undo=lambda step, by: put_back(step, by=by, back=True),
        redo=lambda step, by: put_back(step, by=by, back=False),
    )
