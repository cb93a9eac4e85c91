"""The roadmap over REST: the same services, rules and sentences as the pages."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps import language, queries, services
from roadmaps.api import priorities as priority_api
from roadmaps.api.capacity import CapacityViewSet, PolicyViewSet
from roadmaps.api.checks import CheckViewSet
from roadmaps.api.what_if import WhatIfViewSet
from roadmaps.filters import ItemFilter
from roadmaps.finding import needs_team
from roadmaps.models import (
    Estimate,
    ForecastRun,
    Item,
    ItemForecast,
    ItemLink,
    Objective,
    ObjectiveForecast,
    ObjectiveHurts,
)
from roadmaps.services.teams import Part
from tpm.api import visible_product
from tpm.forms import with_present
from tpm.models import Product, Team
from tpm.roles import components_of, people_of, require, teams_of
from tpm.words import word_of

NOTHING = Product.objects.none()


class EstimateSerializer(serializers.ModelSerializer):
    """A range of effort, P10, P50 and P90 person-days; the newest one of an item counts."""

    item = serializers.SlugRelatedField(slug_field="key", read_only=True)
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Estimate
        fields = ["id", "item", "by", "at", "source", "p10_days", "p50_days", "p90_days"]
        read_only_fields = ["at", "source"]


class NewEstimateSerializer(serializers.Serializer):
    """Three numbers, or quick text such as 3..5..10."""

    item = serializers.CharField(help_text="Key of the item.")
    p10_days = serializers.FloatField(required=False)
    p50_days = serializers.FloatField(required=False)
    p90_days = serializers.FloatField(required=False)
    text = serializers.CharField(required=False, help_text="Instead of the three numbers.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        numbers = {"p10_days", "p50_days", "p90_days"} & data.keys()
        if "text" in data and not numbers:
            return data
        if "text" not in data and len(numbers) == 3:
            return data
        raise serializers.ValidationError("Send p10_days, p50_days and p90_days, or text alone.")


class LinkSerializer(serializers.ModelSerializer):
    predecessor = serializers.SlugRelatedField(slug_field="key", queryset=Item.objects.none())
    successor = serializers.SlugRelatedField(slug_field="key", queryset=Item.objects.none())

    class Meta:
        model = ItemLink
        fields = ["id", "predecessor", "successor", "kind", "lag_days"]
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        if "request" in self.context:
            for name in ("predecessor", "successor"):
                fields[name].queryset = queries.items_visible_to(self.context["request"].user)
        return fields


class TeamPartSerializer(serializers.Serializer):
    """What one team does of an item; only the proportion of the days counts."""

    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.none())
    days = serializers.FloatField(help_text="Person-days, more than 0.")
    crew = serializers.IntegerField(required=False, default=1, min_value=1, max_value=50)


class ItemSerializer(serializers.ModelSerializer):
    """An item as it is read; `PATCH` needs the version that was read."""

    product = serializers.SlugRelatedField(slug_field="key", read_only=True)
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.none(), allow_null=True, required=False
    )
    parent = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="key", queryset=NOTHING, allow_null=True, required=False
    )
    components = serializers.SlugRelatedField(
        slug_field="key", queryset=NOTHING, many=True, required=False
    )
    parts = TeamPartSerializer(
        many=True, required=False, source="team_parts",
        help_text="What each of several teams does of it, its own team first; empty where one "
        "does it all. Send one team to take the others away.",
    )  # fmt: skip
    p10_days = serializers.FloatField(read_only=True, allow_null=True)
    p50_days = serializers.FloatField(read_only=True, allow_null=True)
    p90_days = serializers.FloatField(read_only=True, allow_null=True)
    took_days = serializers.FloatField(read_only=True, allow_null=True)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Item
        fields = [
            "key", "product", "title", "description", "kind", "state", "horizon", "owner", "team",
            "objective", "helps", "parent", "components", "crew", "parts", "rank", "not_before",
            "pinned", "target_date", "started_on", "finished_on", "p10_days", "p50_days",
            "p90_days", "took_days", "extra", "source", "source_key", "version", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "key", "state", "rank", "started_on", "finished_on", "extra", "source", "source_key",
            "created_at", "updated_at",
        ]  # fmt: skip
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        product = getattr(self.instance, "product", None) or self.context.get("product")
        fields["owner"].queryset = NOTHING
        fields["objective"].queryset = NOTHING
        if product is not None:
            present = {name: getattr(self.instance, name, None) for name in ("owner_id", "team_id")}
            fields["owner"].queryset = with_present(people_of(product), present["owner_id"])
            fields["objective"].queryset = Objective.objects.filter(product=product)
            fields["team"].queryset = with_present(teams_of(product), present["team_id"])
            fields["parent"].queryset = Item.objects.filter(product=product)
            fields["components"].child_relation.queryset = components_of(product)
            fields["parts"].child.fields["team"].queryset = fields["team"].queryset
        return fields


class MoveSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=Item.State.choices)
    on = serializers.DateField(required=False, help_text="The day it came into the state.")
    person_days = serializers.FloatField(required=False, help_text="What it took, when done.")
    version = serializers.IntegerField()


class ItemForecastSerializer(serializers.ModelSerializer):
    item = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = ItemForecast
        fields = [
            "item", "start_p50", "p10", "p50", "p85", "p95", "target_date", "chance", "basis",
            "why", "histogram", "errors",
        ]  # fmt: skip


class ObjectiveForecastSerializer(serializers.ModelSerializer):
    objective = serializers.CharField(source="objective.title", read_only=True)

    class Meta:
        model = ObjectiveForecast
        fields = [
            "objective", "objective_id", "open_items", "p10", "p50", "p85", "p95", "target_date",
            "chance",
        ]  # fmt: skip


class HurtSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ObjectiveHurts.Kind.choices)
    id = serializers.IntegerField(help_text="Of the item that goes or waits, or of the team.")
    pred = serializers.IntegerField(allow_null=True, help_text="Of the item waited for.")
    rise = serializers.FloatField(help_text="By how much the chance rises without it.")


class HurtsSerializer(serializers.ModelSerializer):
    """What an objective would be likelier without, the most first, on the draws of the run."""

    rows = HurtSerializer(many=True, read_only=True)

    class Meta:
        model = ObjectiveHurts
        fields = ["objective_id", "rows"]


class RunSerializer(serializers.ModelSerializer):
    """A stored run of the simulation; all its dates come from the same trials."""

    product = serializers.SlugRelatedField(slug_field="key", read_only=True)

    class Meta:
        model = ForecastRun
        fields = [
            "id", "product", "at", "as_of", "revision", "seed", "trials", "inputs_hash", "reason",
            "milliseconds", "open_items", "without_estimate",
        ]  # fmt: skip


class FullRunSerializer(RunSerializer):
    items = ItemForecastSerializer(many=True, read_only=True)
    objectives = ObjectiveForecastSerializer(many=True, read_only=True)
    hurts = HurtsSerializer(many=True, read_only=True)

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "teams", "items", "objectives", "hurts"]


class AskSerializer(serializers.Serializer):
    product = serializers.CharField(help_text="Key of a product.")


class AskedSerializer(serializers.Serializer):
    job = serializers.IntegerField(help_text="Its page is /jobs/<job>/.")


PRODUCT = OpenApiParameter("product", str, description="Key of a product.")
FILTER = OpenApiParameter(
    "q", str, description="The filter language of the pages: team:pay -status:done p85>2027-03-01."
)


READ_AS = {"product": "product__key", "team": "team__slug", "parent": "parent__key",
           "parts": "team_days"}  # fmt: skip
"""What a field of an item reads where it names another row."""


def as_read(page: list[tuple]) -> list[dict[str, Any]]:
    """A page of items as ItemSerializer writes them: a row of a query is not made an object first.

    page: values of the serializer's fields, the item's row number in the place of its components,
          the days of its own team in that of its parts
    """
    names = ItemSerializer.Meta.fields
    found = [dict(zip(names, row, strict=True)) for row in page]
    touched: dict[int, list[str]] = {row["components"]: [] for row in found}
    through = Item.components.through.objects.filter(item__in=list(touched))
    # In the order of a component's own rows, as the serializer has them.
    for item, key in through.order_by("component__name").values_list("item", "component__key"):
        touched[item].append(key)
    parts = parts_as_read([r["components"] for r in found if r["parts"] is not None])
    moment = serializers.DateTimeField().to_representation
    for row in found:
        row["parts"] = parts.get(row["components"], [])
        row["components"] = touched[row["components"]]
        row["created_at"], row["updated_at"] = moment(row["created_at"]), moment(row["updated_at"])
    return found


def parts_as_read(shared: list[int]) -> dict[int, list[dict[str, Any]]]:
    """What each of several teams does, of the items that have several."""
    if not shared:
        return {}
    rows = Item.objects.filter(pk__in=shared).select_related("team")
    return {
        item.pk: list(TeamPartSerializer(item.team_parts, many=True).data)
        for item in rows.prefetch_related("further_teams__team")
    }


def with_parts(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields for the service; parts that are sent empty change nothing."""
    parts = fields.pop("team_parts", None)
    if parts:
        fields["parts"] = [Part(**part) for part in parts]
        fields.pop("team", None)
    return fields


class ItemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = ItemSerializer
    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+-[0-9]+"

    def get_queryset(self):
        visible = queries.items_visible_to(self.request.user)
        if self.action == "list":
            for name in ("product__key", "state"):
                value = word_of(self.request.query_params, name.split("__")[0])
                visible = visible.filter(**{name: value}) if value else visible
            if slug := word_of(self.request.query_params, "team"):
                teams = Team.objects.filter(slug=slug).values_list("pk", flat=True)
                visible = visible.filter(needs_team(list(teams)))
            visible = self.asked_for(visible)
        related = visible.select_related("product", "team", "parent", "owner", "objective")
        return queries.with_effort(
            related.prefetch_related("components", "further_teams__team")
        ).order_by("pk")

    def asked_for(self, visible: QuerySet[Item]) -> QuerySet[Item]:
        """The rows that `q` asks for; every state where it names none. raises: ValidationError"""
        asked = ItemFilter(q=word_of(self.request.query_params, "q", language.LONGEST))
        if not asked.q:
            return visible
        asked = asked if asked.asks_state else asked.adding("state:any")
        parts = asked.parts(visible, self.request.user)
        if problems := [part.problem for part in parts if part.problem]:
            raise serializers.ValidationError({"q": problems})
        return asked.apply(visible, self.request.user, parts=parts)

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        item = get_object_or_404(self.get_queryset(), key=key)
        return Response(ItemSerializer(item).data, status=code)

    def writable(self, ability: str) -> Item:
        item = self.get_object()
        require(self.request.user, ability, item.product)
        return item

    @extend_schema(parameters=[PRODUCT, OpenApiParameter("state", str),
                               OpenApiParameter("team", str), FILTER])  # fmt: skip
    def list(self, request, *args, **kwargs):
        """Items of the products you see."""
        columns = [READ_AS.get(name, name) for name in ItemSerializer.Meta.fields]
        columns[columns.index("components")] = "pk"
        found = self.get_queryset().select_related(None).prefetch_related(None)
        page = self.paginate_queryset(found.values_list(*columns))
        return self.get_paginated_response(as_read(page or []))

    @extend_schema(request=ItemSerializer, responses={201: ItemSerializer})
    def create(self, request):
        """A new item at the end of its product's order."""
        product = visible_product(request)
        require(request.user, "plan", product)
        given = ItemSerializer(data=request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        fields = with_parts(dict(given.validated_data))
        fields.pop("version", None)
        item = services.create_item(product, by=request.user, **fields)
        return self.answer(item.key, status.HTTP_201_CREATED)

    @extend_schema(request=ItemSerializer, responses=ItemSerializer)
    def partial_update(self, request, key=None):
        """Change fields of an item; its state changes by `move`."""
        item = self.writable("plan")
        given = ItemSerializer(item, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = with_parts(dict(given.validated_data))
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        services.edit_item(item, by=request.user, version=version, **fields)
        return self.answer(item.key)

    @extend_schema(request=MoveSerializer, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request, key=None):
        """Bring an item into a state, on a day."""
        item = self.writable("plan")
        given = MoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.move_item(item, by=request.user, **given.validated_data)
        return self.answer(item.key)


class EstimateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = EstimateSerializer

    def get_queryset(self):
        visible = Estimate.objects.filter(item__in=queries.items_visible_to(self.request.user))
        if key := word_of(self.request.query_params, "item"):
            visible = visible.filter(item__key=key)
        return visible.select_related("item", "by").order_by("-at", "-pk")

    @extend_schema(parameters=[OpenApiParameter("item", str, description="Key of an item.")])
    def list(self, request, *args, **kwargs):
        """Ranges of effort, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewEstimateSerializer, responses={201: EstimateSerializer})
    def create(self, request):
        """Add a range; the ones before stay."""
        given = NewEstimateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        visible = queries.items_visible_to(request.user).select_related("product")
        item = get_object_or_404(visible, key=fields.pop("item"))
        require(request.user, "estimate", item.product)
        if "text" in fields:
            try:
                estimate = services.estimate_from_text(item, by=request.user, **fields)
            except ValueError as problem:
                raise serializers.ValidationError({"text": [str(problem)]}) from problem
        else:
            estimate = services.estimate_item(item, by=request.user, **fields)
        estimate = self.get_queryset().get(pk=estimate.pk)
        return Response(EstimateSerializer(estimate).data, status=status.HTTP_201_CREATED)


class LinkViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = LinkSerializer

    def get_queryset(self):
        visible = ItemLink.objects.filter(
            successor__in=queries.items_visible_to(self.request.user)
        ).select_related("predecessor", "successor__product")
        if key := word_of(self.request.query_params, "item"):
            visible = visible.filter(Q(predecessor__key=key) | Q(successor__key=key))
        if key := word_of(self.request.query_params, "product"):
            visible = visible.filter(successor__product__key=key)
        return visible.order_by("pk")

    @extend_schema(parameters=[PRODUCT, OpenApiParameter("item", str)])
    def list(self, request, *args, **kwargs):
        """What waits for what."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=LinkSerializer, responses={201: LinkSerializer})
    def create(self, request):
        """Let one item wait for another; a circle is refused with its loop named."""
        given = LinkSerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        require(request.user, "plan", fields["successor"].product)
        link = services.link_items(by=request.user, **fields)
        return Response(LinkSerializer(link).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request, pk=None):
        """Take a link away."""
        link = self.get_object()
        require(request.user, "plan", link.successor.product)
        services.unlink_items(link, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ForecastViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    def get_serializer_class(self):
        return RunSerializer if self.action == "list" else FullRunSerializer

    def get_queryset(self):
        visible = queries.runs_visible_to(self.request.user).select_related("product")
        if key := word_of(self.request.query_params, "product"):
            visible = visible.filter(product__key=key)
        if self.action == "list":
            return visible.defer("inputs", "order", "teams")
        return visible.defer("inputs", "order").prefetch_related(
            "items__item", "objectives__objective", "hurts"
        )

    @extend_schema(parameters=[PRODUCT])
    def list(self, request, *args, **kwargs):
        """Runs, the newest first; `GET` one for its dates."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=AskSerializer, responses={202: AskedSerializer})
    def create(self, request):
        """Ask for a run now; it is computed by a worker, and shows its progress as a job."""
        product = visible_product(request)
        require(request.user, "plan", product)
        job = services.request_forecast(product, by=request.user)
        return Response({"job": job.pk}, status=status.HTTP_202_ACCEPTED)


def register(router) -> None:
    """Add this app's resources to the API."""
    router.register("items", ItemViewSet, basename="item")
    router.register("estimates", EstimateViewSet, basename="estimate")
    router.register("links", LinkViewSet, basename="link")
    router.register("forecasts", ForecastViewSet, basename="forecast")
    router.register("checks", CheckViewSet, basename="check")
    router.register("capacity", CapacityViewSet, basename="capacity")
    router.register("capacity-policies", PolicyViewSet, basename="capacity-policy")
    router.register("what-if", WhatIfViewSet, basename="what-if")
    priority_api.register(router)
