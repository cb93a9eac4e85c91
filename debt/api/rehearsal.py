"""What logging debt would log, over REST: a line as it is understood, and what looks the same."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from debt import lines, queries, sure
from debt.owning import Suggester
from debt.services.items import FOUND_BY_FILES
from tpm.models import Product


class RehearsalSerializer(serializers.Serializer):
    """An item as it would be logged; nothing is written."""

    title = serializers.CharField()
    team = serializers.CharField(allow_null=True)
    component = serializers.CharField(allow_null=True)
    owner = serializers.IntegerField(allow_null=True)
    taken_from = serializers.CharField(
        help_text="Where team and owner come from that nobody said: CODEOWNERS or history."
    )
    size = serializers.CharField(allow_blank=True)
    slow_down = serializers.CharField(allow_blank=True)
    probability = serializers.CharField(allow_blank=True)
    interest = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    evidence = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="Words of the line that are not understood."
    )
    looks_like = serializers.CharField(
        allow_null=True, help_text="Key of open debt that looks the same."
    )
    asked = serializers.CharField(help_text="What `sure` would have to answer; empty: nothing.")


def rehearsed(product: Product, line: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """line: as it was typed, or empty; fields: as they would be logged"""
    texts, files = fields.get("evidence", ()), fields.get("files", ())
    paths = [*texts, *files]
    found = Suggester(product).of(texts, files=files, component=fields.get("component"))
    component, team, owner = (
        fields.get(name, getattr(found, name)) for name in FOUND_BY_FILES
    )  # fmt: skip
    alike = queries.looks_the_same(product, fields["title"], paths)
    days = fields.get("interest")
    told = {
        "title": fields["title"],
        "team": team.slug if team else None,
        "component": component.key if component else None,
        "owner": owner.pk if owner else None,
        "taken_from": found.words(team="team" not in fields, owner="owner" not in fields),
        "interest": list(days) if days else None,
        "tags": fields.get("tags", []),
        "evidence": paths,
        "problems": list(lines.read(product, line).problems) if line else [],
        "looks_like": alike.key if alike else None,
        "asked": sure.question(days, product, team),
    }
    words = {name: fields.get(name) or "" for name in ("size", "slow_down", "probability")}
    return dict(RehearsalSerializer(told | words).data)
