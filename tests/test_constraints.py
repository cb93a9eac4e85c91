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
    said = constraint.get_violation_error_message()
    assert said != constraint.default_violation_error_message % {"name": constraint.name}


def test_no_comment_of_a_column_has_a_percent_sign():
    """PostgreSQL's driver reads it as a place for a value when the column is added."""
    comments = [
        (f"{model.__name__}.{field.name}", field.db_comment)
        for app in ("tpm", "roadmaps", "tradeoffs", "debt")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.local_fields
        if field.db_comment
    ]
    assert [name for name, comment in comments if "%" in comment] == []
