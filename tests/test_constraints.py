"""Every constraint that can be broken by hand says so in a sentence."""

import pytest
from django.apps import apps
from django.db import models

CONSTRAINTS = [
    constraint
    for app in ("tpm", "roadmaps", "tradeoffs", "debt")
    for model in apps.get_app_config(app).get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, models.BaseConstraint)
]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=[row.name for row in CONSTRAINTS])
def test_the_sentence_of_a_constraint_can_be_said(constraint):
    assert constraint.get_violation_error_message()
