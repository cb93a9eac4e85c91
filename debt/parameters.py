"""The parameters of a score model as they are stored: in the order in which they are read out."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

FIRST = Path(__file__).parent / "score_model_1.json"


class ParametersField(models.JSONField):
    """PostgreSQL keeps no order of names, and sizes are told from the smallest to the largest."""

    def from_db_value(self, value, expression, connection) -> Any:
        found = super().from_db_value(value, expression, connection)
        return in_order(found, first_version()) if isinstance(found, dict) else found

    def deconstruct(self):
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options


@cache
def first_version() -> Mapping[str, Any]:
    return json.loads(FIRST.read_text())


def in_order(parameters: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Names as the first version has them, then those that came later, by their numbers."""
    places = {name: place for place, name in enumerate(known)}
    names = sorted(
        parameters,
        key=lambda name: (places.get(name, len(places)), json.dumps(parameters[name]), name),
    )
    return {
        name: in_order(parameters[name], known[name])
        if isinstance(parameters[name], dict) and isinstance(known.get(name), dict)
        else parameters[name]
        for name in names
    }
