"""What if, over REST: a plan with some changes forecast beside the plan as it is, none kept."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from roadmaps import forecasting as engine
from roadmaps import queries, services
from roadmaps.models import ForecastRun, Item, ItemLink
from tpm.api import visible_product
from tpm.models import Product
from tpm.roles import teams_of

MOST_CHANGES = 50
MOST_TRIALS = 10_000


class ChangeSerializer(serializers.Serializer):
    """One change; `do` says which, and which of the other fields it reads."""

    do = serializers.ChoiceField(
        ["estimate", "start", "target", "team", "drop", "link", "unlink", "share"],
        help_text="estimate: item, text. start: item, not_before, pinned. target: item, target. "
        "team: item, team, crew. drop: item. link and unlink: predecessor, successor, kind, "
        "lag_days. share: team, share.",
    )
    item = serializers.CharField(required=False, help_text="Key of an item of the plan.")
    text = serializers.CharField(required=False, help_text="A range such as 3..5..10.")
    not_before = serializers.DateField(required=False, allow_null=True)
    pinned = serializers.BooleanField(required=False, default=False)
    target = serializers.DateField(required=False, allow_null=True)
    team = serializers.SlugField(required=False, help_text="Short name of a team.")
    crew = serializers.IntegerField(required=False, default=1, min_value=1, max_value=50)
    predecessor = serializers.CharField(required=False)
    successor = serializers.CharField(required=False)
    kind = serializers.ChoiceField(ItemLink.Kind.choices, required=False, default=ItemLink.Kind.FS)
    lag_days = serializers.IntegerField(required=False, default=0, min_value=-250, max_value=250)
    share = serializers.FloatField(required=False, min_value=0, max_value=1)


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
            changes = changes_of(product, asked["changes"], by=request.user)
            found = engine.what_if(plan, changes, trials=asked["trials"], seed=product.plan_seed)
        except ValueError as refusal:
            raise serializers.ValidationError({"changes": [str(refusal)]}) from refusal
        return Response(AnswerSerializer(answer_of(product, found)).data)


def changes_of(product: Product, given: list[dict[str, Any]], *, by) -> list[engine.Change]:
    """Changes in the engine's words; estimates as a stored run would simulate them."""
    typed = {
        k: range_of(each, place=k + 1) for k, each in enumerate(given) if each["do"] == "estimate"
    }
    changes = [change_of(product, each, place=k) for k, each in enumerate(given, start=1)]
    items = [changes[k].item for k in typed]
    lessons = services.lessons_of(product, list(zip(items, typed.values(), strict=True)), by=by)
    for k, lesson in zip(typed, lessons, strict=False):  # none where nothing was learned
        changes[k] = replace(changes[k], learned=lesson.range, table=lesson.table)
    return changes


def change_of(product: Product, given: dict[str, Any], *, place: int) -> Any:
    """A change in the engine's words. raises: ValueError naming what is missing; 404 for unseen.

    place: which of the changes it is, from 1
    """

    def item(name: str = "item") -> int:
        key = needed(given, name, place=place)
        found = Item.objects.filter(product=product, key=key).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound(f"Change {place}: there is no item {key} in {product.key}.")
        return found

    def team() -> int:
        slug = needed(given, "team", place=place)
        found = teams_of(product).filter(slug=slug).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound(f"Change {place}: no team {slug} serves {product.key}.")
        return found

    match given["do"]:
        case "estimate":
            typed = range_of(given, place=place)
            triple = typed if isinstance(typed, engine.Triple) else engine.from_p50(typed)
            return engine.SetRange(item(), triple)
        case "start":
            return engine.MoveStart(item(), given.get("not_before"), given["pinned"])
        case "target":
            return engine.SetTarget(item(), given.get("target"))
        case "team":
            return engine.Assign(item(), team() if given.get("team") else None, given["crew"])
        case "drop":
            return engine.RemoveItem(item())
        case "share":
            return engine.SetShare(team(), needed(given, "share", place=place))
        case "unlink":
            return engine.RemoveLink(item("predecessor"), item("successor"))
    kind = engine.Kind(given["kind"])
    return engine.AddLink(item("predecessor"), item("successor"), kind, given["lag_days"])


def range_of(given: dict[str, Any], *, place: int) -> engine.Triple | float:
    """raises: ValueError when a change has no range, or none that can be read"""
    text = needed(given, "text", place=place)
    try:
        return engine.parse(text)
    except ValueError as error:
        raise ValueError(f"Change {place}: {error}") from error


def needed(given: dict[str, Any], name: str, *, place: int) -> Any:
    """raises: ValueError when a change does not say it"""
    if given.get(name) is None:
        raise ValueError(f"Change {place}: “{given['do']}” needs {name}.")
    return given[name]


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
