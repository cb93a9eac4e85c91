"""What if, over REST: a plan with some changes forecast beside the plan as it is, none kept."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from roadmaps import forecasting as engine
from roadmaps import queries, services
from roadmaps.asked import KINDS, Unknown, changes_of
from roadmaps.models import ForecastRun, ItemLink
from tpm.api import visible_product
from tpm.models import Product

MOST_CHANGES = 50
MOST_TRIALS = 10_000
MOST_ORDERED = 10_000


class ChangeSerializer(serializers.Serializer):
    """One change; `do` says which, and which of the other fields it reads."""

    do = serializers.ChoiceField(
        KINDS,
        help_text="estimate: item, text. start: item, not_before, pinned. target: item, target. "
        "rank: item, before (the end without). team: item, team, crew. drop: item. "
        "add: title, text, team, crew, objective, before. link and unlink: predecessor, "
        "successor, kind, lag_days. share: team, share. people: team, people (full-time, more or "
        "fewer). drag: team, share lost to debt. order: items, which take each other's places. "
        "teams: item, parts. policy: team, debt, unplanned.",
    )
    item = serializers.CharField(required=False, help_text="Key of an item of the plan.")
    text = serializers.CharField(required=False, help_text="A range such as 3..5..10.")
    not_before = serializers.DateField(required=False, allow_null=True)
    pinned = serializers.BooleanField(required=False, default=False)
    target = serializers.DateField(required=False, allow_null=True)
    team = serializers.SlugField(required=False, help_text="Short name of a team.")
    parts = serializers.CharField(
        required=False, max_length=200, help_text="Person-days of each team: pay=6 risk=4x2."
    )
    crew = serializers.IntegerField(required=False, default=1, min_value=1, max_value=50)
    predecessor = serializers.CharField(required=False)
    successor = serializers.CharField(required=False)
    kind = serializers.ChoiceField(ItemLink.Kind.choices, required=False, default=ItemLink.Kind.FS)
    lag_days = serializers.IntegerField(required=False, default=0, min_value=-250, max_value=250)
    share = serializers.FloatField(required=False, min_value=0, max_value=1)
    debt = serializers.FloatField(required=False, min_value=0, max_value=1)
    unplanned = serializers.FloatField(required=False, min_value=0, max_value=0.99)
    before = serializers.CharField(required=False, allow_null=True)
    title = serializers.CharField(required=False, max_length=300)
    items = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=MOST_ORDERED,
        help_text="Keys in the order that they shall have.",
    )  # fmt: skip
    objective = serializers.IntegerField(required=False, allow_null=True)
    people = serializers.FloatField(required=False, min_value=-100, max_value=100)


class WhatIfSerializer(serializers.Serializer):
    product = serializers.CharField(help_text="Key of the product.")
    changes = ChangeSerializer(many=True, help_text=f"Made in this order, at most {MOST_CHANGES}.")
    trials = serializers.IntegerField(
        required=False, default=engine.PREVIEW_TRIALS, min_value=100, max_value=MOST_TRIALS
    )

    def validate_changes(self, changes: list[dict]) -> list[dict]:
        if not 1 <= len(changes) <= MOST_CHANGES:
            raise serializers.ValidationError(f"Send 1 to {MOST_CHANGES} changes.")
        return changes


class MoveSerializer(serializers.Serializer):
    """How one thing moved: calendar days later (+) or earlier (-)."""

    key = serializers.CharField(help_text="Key of an item; title of an objective.")
    p50 = serializers.DateField(allow_null=True)
    p85 = serializers.DateField(allow_null=True)
    p50_days = serializers.IntegerField(allow_null=True)
    p85_days = serializers.IntegerField(allow_null=True)
    chance = serializers.FloatField(allow_null=True, help_text="To meet its target, after.")
    chance_change = serializers.FloatField(allow_null=True)
    later = serializers.FloatField(help_text="Share of trials in which it ends later.")
    earlier = serializers.FloatField()
    beyond = serializers.CharField(help_text="Why a date is null; empty where none is.")


class AnswerSerializer(serializers.Serializer):
    trials = serializers.IntegerField()
    engine = serializers.CharField()
    end = MoveSerializer(allow_null=True, help_text="Of all that is open.")
    objectives = MoveSerializer(many=True)
    items = MoveSerializer(many=True, help_text="Those that move in any trial, the most first.")


class WhatIfViewSet(viewsets.ViewSet):
    only_reads = True  # nothing is kept: a token that may only read is enough
    serializer_class = WhatIfSerializer

    @extend_schema(request=WhatIfSerializer, responses={200: AnswerSerializer})
    def create(self, request):
        """Forecast a plan with and without some changes, on the same draws. Nothing is kept."""
        product = visible_product(request)
        given = WhatIfSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        plan = queries.plan_of(product, as_of=timezone.localdate())
        newest = ForecastRun.objects.filter(product=product).first()
        plan = services.keep_order(plan, newest, ForecastRun.Reason.CHANGE)
        try:
            changes = changes_of(product, plan, asked["changes"], by=request.user)
            found = engine.what_if(plan, changes, trials=asked["trials"], seed=product.plan_seed)
        except Unknown as refusal:
            raise NotFound(str(refusal)) from refusal
        except ValueError as refusal:
            raise serializers.ValidationError({"changes": [str(refusal)]}) from refusal
        return Response(AnswerSerializer(answer_of(product, found)).data)


def answer_of(product: Product, found: engine.WhatIf) -> dict[str, Any]:
    titles = dict(product.objectives.values_list("pk", "title"))
    objectives = {row.id: row for row in found.after.objectives}
    items = {row.id: row for row in found.after.items}
    moved = [
        move_of(items[id].key, items[id], move)
        for id, move in found.items.items()
        if move.later or move.earlier
    ]
    return {
        "trials": found.after.trials,
        "engine": found.after.engine,
        "end": move_of("end", found.after.project, found.project)
        if found.project and found.after.project
        else None,
        "objectives": [
            move_of(titles[id], objectives[id], move) for id, move in found.objectives.items()
        ],
        "items": sorted(moved, key=lambda row: (-abs(row["p85_days"] or 0), row["key"])),
    }


def beyond(finish: engine.Dates) -> str:
    """Why a date is null; empty where none is."""
    missing = [name for name in ("p50", "p85") if getattr(finish, name) is None]
    if not missing:
        return ""
    return f"Not within {engine.HORIZON_YEARS} years at {' and '.join(n.upper() for n in missing)}."


def rounded(share: float | None) -> float | None:
    """A share without the noise of floats: trials tell no more than four digits."""
    return None if share is None else round(share, 4)


def move_of(key: str, landing: engine.Landing, move: Any) -> dict[str, Any]:
    return {
        "key": key,
        "p50": landing.finish.p50,
        "p85": landing.finish.p85,
        "p50_days": move.p50_days,
        "p85_days": move.p85_days,
        "chance": rounded(landing.chance),
        "chance_change": rounded(move.chance),
        "later": rounded(move.later),
        "earlier": rounded(move.earlier),
        "beyond": beyond(landing.finish),
    }
