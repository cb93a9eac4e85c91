"""The question whether somebody is sure, over REST: a refusal with a code, answered by `sure`."""

from typing import Any

from rest_framework import serializers

from debt import sure
from debt.maths.ranges import Range
from debt.owning import Suggester
from tpm.models import Product, Team

CODE = "sure"


class SureField(serializers.BooleanField):
    """The answer to the question."""

    def __init__(self, **options: Any) -> None:
        said = "Keeps a cost beyond what the team has; it is asked about with the code `sure`."
        super().__init__(default=False, write_only=True, help_text=said, **options)


def ask(
    days: Range | None, product: Product, team: Team | None, *, field: str, answered: bool
) -> None:
    """raises: ValidationError with the question at its field and the code, unless it is answered"""
    if not answered and (asked := sure.question(days, product, team)):
        raise serializers.ValidationError(
            {field: [asked], "code": CODE, "confirm": 'Send it again with "sure": true to keep it.'}
        )


def payer(product: Product, fields: dict[str, Any]) -> Team | None:
    """The team that pays for what is about to be logged."""
    if "team" in fields:
        return fields["team"]
    found = Suggester(product).of(
        fields.get("evidence", ()), files=fields.get("files", ()), component=fields.get("component")
    )
    return found.team
