"""Objectives of a product."""

import datetime
from typing import Any

from django.db import transaction

from roadmaps.models import Objective
from tpm import history, revisions
from tpm.editing import edit
from tpm.models import Product


@transaction.atomic
def create_objective(product: Product, *, by, title: str, **fields: Any) -> Objective:
    """raises: ValidationError when the title is taken"""
    fields.setdefault("position", product.objectives.count() + 1)
    objective = Objective(product=product, title=title, **fields)
    objective.full_clean()
    objective.save()
    history.record(objective, by=by, action="created", changes={"title": (None, title)})
    revisions.bump(product.pk)
    return objective


@transaction.atomic
def edit_objective(objective: Objective, *, by, version: int | None, **fields: Any) -> list[str]:
    """raises: EditConflict when somebody saved first"""
    Product.objects.select_for_update().get(pk=objective.product_id)
    changed = edit(objective, by=by, version=version, fields=fields)
    if changed:
        revisions.bump(objective.product_id)
    return changed


def close_objective(objective: Objective, *, by, on: datetime.date | None) -> list[str]:
    """An objective that is met or given up leaves the forecast; None opens it again."""
    return edit_objective(objective, by=by, version=None, closed_on=on)
