"""Priorities over REST: formula, inputs, value curves, ranking and proposed orders."""

from typing import Any

from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps import queries, services
from roadmaps.models import (
    Item,
    ItemPriority,
    Objective,
    PriorityFormula,
    PriorityInput,
    ValueCurve,
)
from roadmaps.queries.priorities import candidates_of
from roadmaps.services.priorities import kept_formula
from roadmaps.services.proposals import KIND, NAMES
from roadmaps.taken_orders import note_taken
from tpm import operations
from tpm.api import visible_product
from tpm.jobs import jobs_visible_to
from tpm.models import Product
from tpm.roles import products_visible_to, require
from tpm.words import word_of

PRODUCT = OpenApiParameter("product", str, description="Key of a product.")
ITEM = OpenApiParameter("item", str, description="Key of an item.")
JOB = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Number of the comparison.")


class InputSpecSerializer(serializers.Serializer):
    """One input of a formula."""

    name = serializers.SlugField(help_text="What values are stored under.")
    label = serializers.CharField(max_length=40)  # type: ignore[assignment]
    weight = serializers.FloatField(default=1.0)
    low = serializers.FloatField(required=False, allow_null=True)
    high = serializers.FloatField(
        required=False, allow_null=True, help_text="Without it the input is a quantity above 0."
    )


class OwnFormulaSerializer(serializers.Serializer):
    combine = serializers.ChoiceField(["sum", "product"])
    by_effort = serializers.BooleanField()
    inputs = InputSpecSerializer(many=True)


class FormulaSerializer(serializers.Serializer):
    """The score formula of a product; `PATCH` needs the version that was read, 0 for the first."""

    product = serializers.CharField(source="product.key", read_only=True)
    method = serializers.ChoiceField(PriorityFormula.Method.choices, required=False)
    weights = serializers.DictField(child=serializers.FloatField(), required=False)
    own = OwnFormulaSerializer(required=False, allow_null=True, write_only=True)
    unit = serializers.ChoiceField(PriorityFormula.Unit.choices, required=False)
    currency = serializers.CharField(max_length=8, required=False, allow_blank=True)
    version = serializers.IntegerField()
    words = serializers.SerializerMethodField()
    inputs = serializers.SerializerMethodField()

    def get_words(self, row: PriorityFormula) -> str:
        formula = kept_formula(row)
        return formula.words() if formula else ""

    @extend_schema(responses=InputSpecSerializer(many=True))
    def get_inputs(self, row: PriorityFormula) -> list[dict[str, Any]]:
        formula = kept_formula(row)
        return [
            {"name": each.name, "label": each.label, "weight": each.weight, "low": each.low,
             "high": each.high}
            for each in (formula.inputs if formula else ())
        ]  # fmt: skip

    def to_representation(self, row):
        found = super().to_representation(row)
        found["own"] = row.own or None
        return found


class InputSerializer(serializers.ModelSerializer):
    """What is typed for an item: all three equal where it was one number."""

    item = serializers.CharField(source="item.key", read_only=True)

    class Meta:
        model = PriorityInput
        fields = ["id", "item", "name", "p10", "p50", "p90", "version", "updated_at"]


class NewInputSerializer(serializers.Serializer):
    item = serializers.CharField(help_text="Key of an item.")
    name = serializers.CharField(help_text="Of an input of the formula.")
    text = serializers.CharField(
        allow_blank=True, help_text="80, or 50..80..90; empty takes it away."
    )
    version = serializers.IntegerField(
        required=False,
        help_text="That was read, 0 where nothing was; else it is overwritten.",
    )


class CurveSerializer(serializers.ModelSerializer):
    """What an item or an objective loses by being late."""

    item = serializers.CharField(source="item.key", read_only=True, allow_null=True)
    objective = serializers.IntegerField(source="objective_id", read_only=True, allow_null=True)

    class Meta:
        model = ValueCurve
        fields = [
            "id", "item", "objective", "kind", "p10", "p50", "p90", "day", "half_life_weeks",
            "version",
        ]  # fmt: skip


class NewCurveSerializer(serializers.Serializer):
    """Of an item or of an objective; an empty kind takes it away."""

    item = serializers.CharField(required=False, help_text="Key of an item.")
    objective = serializers.IntegerField(required=False)
    kind = serializers.ChoiceField(ValueCurve.Kind.choices, allow_blank=True)
    amount = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="A week for linear, else the whole: 5, 3..5..9.",
    )
    day = serializers.DateField(required=False, allow_null=True)
    half_life_weeks = serializers.FloatField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False)


class RankedSerializer(serializers.ModelSerializer):
    """One item's score, place and cost of delay in the newest ranking of its product."""

    item = serializers.CharField(source="item.key", read_only=True)
    at = serializers.DateTimeField(source="ranking.at", read_only=True)
    missing = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ItemPriority
        fields = [
            "item", "score_p10", "score_p50", "score_p90", "error", "place", "low", "high", "band",
            "first", "beats_next", "missing", "lost", "lost_error", "own_week", "followers_week",
            "week", "beyond",
            "at",
        ]  # fmt: skip


class PairSerializer(serializers.Serializer):
    first = serializers.CharField()
    second = serializers.CharField()
    chance = serializers.FloatField(help_text="Share of draws in which the first scores higher.")
    error = serializers.FloatField(help_text="One Monte Carlo standard error.")


class AskOrderSerializer(serializers.Serializer):
    product = serializers.CharField(help_text="Key of a product.")


class OrderJobSerializer(serializers.Serializer):
    job = serializers.IntegerField()
    state = serializers.CharField()
    report = serializers.DictField(help_text="Each proposal with what it would change.")


class TakeSerializer(serializers.Serializer):
    name = serializers.ChoiceField([(name, name) for name in NAMES])


class TakenSerializer(serializers.Serializer):
    ranks = serializers.IntegerField(help_text="How many ranks changed.")


class FormulaViewSet(viewsets.ViewSet):
    serializer_class = FormulaSerializer
    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+"

    def product(self, request, key: str) -> Product:
        return get_object_or_404(products_visible_to(request.user), key=key)

    def answer(self, product: Product) -> Response:
        row = PriorityFormula.objects.filter(product=product).select_related("product").first()
        row = row or PriorityFormula(product=product, version=0)
        return Response(FormulaSerializer(row).data)

    @extend_schema(responses=FormulaSerializer)
    def retrieve(self, request, key=None):
        """The score formula of a product; version 0 where none was chosen."""
        return self.answer(self.product(request, key))

    @extend_schema(request=FormulaSerializer, responses=FormulaSerializer)
    def partial_update(self, request, key=None):
        """Choose or change the formula, its weights and the unit of value."""
        product = self.product(request, key)
        require(request.user, "plan", product)
        given = FormulaSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        if "own" in fields:
            fields["own"] = fields["own"] or {}
        services.set_formula(product, by=request.user, **fields)
        return self.answer(product)


class InputViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = InputSerializer

    def get_queryset(self):
        visible = PriorityInput.objects.filter(
            item__in=queries.items_visible_to(self.request.user), p50__isnull=False
        )
        if key := word_of(self.request.query_params, "item"):
            visible = visible.filter(item__key=key)
        if key := word_of(self.request.query_params, "product"):
            visible = visible.filter(item__product__key=key)
        return visible.select_related("item").order_by("pk")

    @extend_schema(parameters=[PRODUCT, ITEM])
    def list(self, request, *args, **kwargs):
        """What is typed for items."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewInputSerializer, responses={200: InputSerializer})
    def create(self, request):
        """Type one input of an item, or take it away."""
        given = NewInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        visible = queries.items_visible_to(request.user).select_related("product")
        item = get_object_or_404(visible, key=fields.pop("item"))
        require(request.user, "estimate", item.product)
        fields.setdefault("version", None)
        services.set_input(item, by=request.user, **fields)
        row = PriorityInput.objects.filter(item=item, name=fields["name"]).first()
        row = row or PriorityInput(item=item, name=fields["name"], version=0)
        return Response(InputSerializer(row).data)


class CurveViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = CurveSerializer

    def get_queryset(self):
        products = products_visible_to(self.request.user)
        visible = ValueCurve.objects.filter(product__in=products).exclude(kind="")
        if key := word_of(self.request.query_params, "product"):
            visible = visible.filter(product__key=key)
        return visible.select_related("item").order_by("pk")

    @extend_schema(parameters=[PRODUCT])
    def list(self, request, *args, **kwargs):
        """Value curves of items and objectives."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewCurveSerializer, responses={200: CurveSerializer})
    def create(self, request):
        """Say what an item or an objective loses by being late, or take that away."""
        given = NewCurveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        of = self.subject(request, fields.pop("item", None), fields.pop("objective", None))
        require(request.user, "plan", of.product)
        fields.setdefault("version", None)
        services.set_curve(of, by=request.user, **fields)
        which = {"item": of} if isinstance(of, Item) else {"objective": of}
        row = ValueCurve.objects.filter(**which).first()
        return Response(CurveSerializer(row or ValueCurve(**which, version=0)).data)

    def subject(self, request, item: str | None, objective: int | None) -> Item | Objective:
        if (item is None) == (objective is None):
            raise serializers.ValidationError({"item": [_("Name an item or an objective.")]})
        if item is not None:
            rows = queries.items_visible_to(request.user).select_related("product")
            return get_object_or_404(rows, key=item)
        aims = queries.objectives_visible_to(request.user).select_related("product")
        return get_object_or_404(aims, pk=objective)


class RankingViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = RankedSerializer

    def get_queryset(self):
        visible = ItemPriority.objects.filter(item__in=queries.items_visible_to(self.request.user))
        if key := word_of(self.request.query_params, "product"):
            visible = visible.filter(item__product__key=key)
        return visible.select_related("item", "ranking").order_by(
            F("place").asc(nulls_last=True), "item_id"
        )

    @extend_schema(parameters=[PRODUCT])
    def list(self, request, *args, **kwargs):
        """Items by their place in the newest ranking; what has no score comes last."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[OpenApiParameter("first", str), OpenApiParameter("second", str)],
        responses=PairSerializer,
    )
    @action(detail=False)
    def pair(self, request):
        """The chance that one item outranks another of the same product."""
        from roadmaps import forecasting as engine

        visible = queries.items_visible_to(request.user).select_related("product")
        names = (word_of(request.query_params, name) for name in ("first", "second"))
        first, second = (get_object_or_404(visible, key=name) for name in names)
        if first.product_id != second.product_id or first == second:
            raise serializers.ValidationError(
                {"second": [_("Name two different items of one product.")]}
            )
        product = first.product
        formula = kept_formula(PriorityFormula.objects.filter(product=product).first())
        both = [first.pk, second.pk]
        found = {each.id: each for each in candidates_of(product, formula, both)}
        if formula is None or len(found) < 2:
            raise serializers.ValidationError(
                {"error": [_("Only open items of a product with a formula are ranked.")]}
            )
        try:
            chance, error = engine.outranks(
                formula, found[first.pk], found[second.pk], seed=product.plan_seed
            )
        except ValueError as refusal:
            raise serializers.ValidationError({"error": [str(refusal)]}) from refusal
        told = {"first": first.key, "second": second.key, "chance": chance, "error": error}
        return Response(PairSerializer(told).data)


class OrderViewSet(viewsets.ViewSet):
    serializer_class = OrderJobSerializer

    def job(self, request, pk):
        if not str(pk).isdecimal():
            raise Http404
        visible = jobs_visible_to(request.user).filter(kind=KIND).select_related("product")
        return get_object_or_404(visible, pk=pk)

    @extend_schema(request=AskOrderSerializer, responses={202: OrderJobSerializer})
    def create(self, request):
        """Ask for proposed orders; a worker compares them, and nothing is kept."""
        product = visible_product(request)
        require(request.user, "plan", product)
        job = services.request_proposals(product, by=request.user)
        return Response(told(job), status=status.HTTP_202_ACCEPTED)

    @extend_schema(parameters=[JOB], responses=OrderJobSerializer)
    def retrieve(self, request, pk=None):
        """What each proposed order would change, once the worker is done."""
        return Response(told(self.job(request, pk)))

    @extend_schema(parameters=[JOB], request=TakeSerializer, responses=TakenSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request, pk=None):
        """Make one of the orders the plan's own, as one change that can be undone."""
        job = self.job(request, pk)
        require(request.user, "plan", job.product)
        given = TakeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with operations.recorded(job.product, by=request.user, words=_("Ordered anew.")) as done:
            count = services.take_order(
                job.product, job, by=request.user, name=given.validated_data["name"]
            )
        note_taken(job, done.operation, given.validated_data["name"])
        return Response({"ranks": count})


def told(job) -> dict[str, Any]:
    return {"job": job.pk, "state": job.state, "report": job.report}


def register(router) -> None:
    """Add priorities to the API."""
    router.register("priority-formulas", FormulaViewSet, basename="priority-formula")
    router.register("priority-inputs", InputViewSet, basename="priority-input")
    router.register("value-curves", CurveViewSet, basename="value-curve")
    router.register("rankings", RankingViewSet, basename="ranking")
    router.register("priority-orders", OrderViewSet, basename="priority-order")
