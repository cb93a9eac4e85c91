"""Decisions over REST: the same services, rules and sentences as the pages."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps.models import Item
from tpm.api import visible_product
from tpm.models import Component, Person, Product
from tpm.roles import components_of, people_of, products_visible_to, require
from tpm.words import word_of
from tradeoffs import matrix, queries, queries_told, services, standing
from tradeoffs.api.matrix import MatrixActions
from tradeoffs.api.parts import MovesAndParts
from tradeoffs.api.together import JudgingTogether, named
from tradeoffs.api.told import DecisionViewViewSet, Telling
from tradeoffs.maths import statement
from tradeoffs.models import Criterion, Decision, Option, Review, Score

LONGEST = Decision._meta.get_field("context").max_length
"""Of a section, in a draft as on the page."""


def choose(fields: Mapping[str, Any], name: str, rows: QuerySet) -> None:
    """Let a related field take its values from these rows alone."""
    getattr(fields[name], "child_relation", fields[name]).queryset = rows


class ScoreSerializer(serializers.ModelSerializer):
    criterion = serializers.CharField(source="criterion.name", read_only=True)
    evidence = serializers.CharField(read_only=True)

    class Meta:
        model = Score
        fields = [
            "criterion", "p10", "p50", "p90", "note", "evidence", "evidence_on", "figure_kind",
            "read_at", "version",
        ]  # fmt: skip


class OptionSerializer(serializers.ModelSerializer):
    scores = ScoreSerializer(many=True, read_only=True)

    class Meta:
        model = Option
        fields = ["id", "name", "description", "scores", "version"]


class CriterionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Criterion
        fields = [
            "id", "name", "measure", "unit", "worst", "best", "must", "group", "horizon", "points",
            "weight", "version",
        ]  # fmt: skip


class ReviewSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Review
        fields = ["id", "by", "at", "verdict", "reason", "decision_version"]


class TotalSerializer(serializers.Serializer):
    """The weighted sum of one option, 0 worst to 1 best; no rank while too little is scored."""

    option = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    low = serializers.FloatField()
    middle = serializers.FloatField()
    high = serializers.FloatField()
    scored = serializers.IntegerField()


class DecisionSerializer(serializers.ModelSerializer):
    """A decision as it is read; `PATCH` changes its text and needs the version that was read."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    author = serializers.CharField(source="author.username", read_only=True)
    options = OptionSerializer(many=True, read_only=True)
    criteria = CriterionSerializer(many=True, read_only=True)
    reviews = ReviewSerializer(many=True, read_only=True)
    items: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", many=True, read_only=True
    )
    components: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", many=True, read_only=True
    )
    weights_version = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()
    firmness = serializers.SerializerMethodField()
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Decision
        fields = [
            "key", "product", "title", "situation", "concern", "context", "constraints", "reasons",
            "consequences", "confirmation", "state", "undoing", "reach", "tier",
            "author", "driver", "approver",
            "due_on", "check_on", "chosen", "decided_at", "options", "criteria",
            "weights_version", "totals", "verdict", "firmness", "reviews", "items", "components",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["key", "state", "decided_at", "created_at", "updated_at"]
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        options, people = Option.objects.none(), Person.objects.none()
        if isinstance(self.instance, Decision):
            options, people = self.instance.options.all(), people_of(self.instance.product)
        choose(fields, "chosen", options)
        choose(fields, "driver", people)
        choose(fields, "approver", people)
        return fields

    def to_representation(self, instance: Decision) -> dict[str, Any]:
        found = super().to_representation(instance)
        for option in found["options"] if instance.unseen else ():
            option["scores"] = []  # whoever scores it unseen does not see what stands there
        return found

    def get_weights_version(self, decision: Decision) -> int:
        return services.weights_version(decision.criteria.all())

    @extend_schema_field(TotalSerializer(many=True))
    def get_totals(self, decision: Decision) -> list[dict]:
        weighed = matrix.of(decision)
        if weighed.weighed is None:
            return []
        rows = zip(weighed.options, weighed.weighed.totals, weighed.weighed.ranks, strict=True)
        return [
            {
                "option": option.name,
                "rank": rank if weighed.is_enough else None,
                "low": total.low,
                "middle": total.middle,
                "high": total.high,
                "scored": total.scored,
            }
            for option, total, rank in rows
        ]

    def get_verdict(self, decision: Decision) -> str:
        return statement.text(matrix.of(decision).verdict_runs)

    def get_firmness(self, decision: Decision) -> str | None:
        """In a word: clear, moderate, close_call, contested, pending or alone."""
        verdict = matrix.of(decision).verdict
        return verdict.word if verdict else None


class DraftSerializer(serializers.Serializer):
    """A new decision: the question alone is enough."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Product.objects.none()
    )
    title = serializers.CharField(max_length=200)
    situation = serializers.CharField(max_length=200, required=False, allow_blank=True)
    concern = serializers.CharField(max_length=200, required=False, allow_blank=True)
    constraints = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    options = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    criteria = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    items: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Item.objects.none(), many=True, required=False
    )

    def get_fields(self):
        fields = super().get_fields()
        # A class attribute of this name would hide the context of the serializer itself.
        fields["context"] = serializers.CharField(
            max_length=LONGEST, required=False, allow_blank=True
        )
        request = self.context.get("request")
        if request is not None:
            visible = products_visible_to(request.user)
            choose(fields, "product", visible)
            choose(fields, "items", Item.objects.filter(product__in=visible))
        return fields


class LinksSerializer(serializers.Serializer):
    """What a decision shapes and touches, whole."""

    items: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Item.objects.none(), many=True
    )
    components: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), many=True
    )
    version = serializers.IntegerField()

    def get_fields(self):
        fields = super().get_fields()
        decision = self.context.get("decision")
        if decision is not None:
            choose(fields, "items", queries.items_offered(decision))
            choose(fields, "components", components_of(decision.product))
        return fields


class CellSerializer(serializers.Serializer):
    """One score, by the names of its option and criterion; without p50 the cell is cleared."""

    option = serializers.CharField()
    criterion = serializers.CharField()
    p10 = serializers.FloatField(required=False, allow_null=True, default=None)
    p50 = serializers.FloatField(required=False, allow_null=True, default=None)
    p90 = serializers.FloatField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    evidence = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="An address, a file or a key."
    )
    evidence_on = serializers.DateField(required=False, allow_null=True)
    version = serializers.IntegerField(help_text="Of the score that was read; 0 if it was empty.")


class WeightsSerializer(serializers.Serializer):
    """Points by name of the criterion; any numbers will do, they are scaled to add to 1."""

    weights = serializers.DictField(child=serializers.FloatField(min_value=0))
    version = serializers.IntegerField(help_text="`weights_version` as it was read.")


class SubmitSerializer(serializers.Serializer):
    version = serializers.IntegerField()


class JudgeSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=Review.Verdict.choices)
    reason = serializers.CharField(max_length=5_000)
    chosen = serializers.CharField(required=False, help_text="Name of the option to approve.")
    version = serializers.IntegerField()


class DecisionViewSet(
    JudgingTogether,
    Telling,
    MovesAndParts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    MatrixActions,
):
    serializer_class = DecisionSerializer
    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+-A[0-9]+"

    def get_queryset(self):
        visible = queries.decisions_visible_to(self.request.user)
        for name in ("product__key", "state"):
            value = word_of(self.request.query_params, name.split("__")[0])
            if value and self.action == "list":
                visible = visible.filter(**{name: value})
        if self.action == "list" and word_of(self.request.query_params, "told") == "new":
            visible = visible.filter(pk__in=queries_told.news(self.request.user).values("decision"))
        return (
            queries.with_matrix(visible, viewer=self.request.user, whole=True)
            .prefetch_related("reviews__by", "items", "components")
            .order_by("-pk")
        )

    def data_of(self, serializer_class, **context) -> dict:
        given = serializer_class(
            data=self.request.data, context={**self.get_serializer_context(), **context}
        )
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        decision = get_object_or_404(self.get_queryset(), key=key)
        return Response(DecisionSerializer(decision).data, status=code)

    def writable(self, ability: str = "draft_decision") -> Decision:
        decision = self.get_object()
        require(self.request.user, ability, decision.product)
        return decision

    @extend_schema(request=DraftSerializer, responses={201: DecisionSerializer})
    def create(self, request):
        """Draft a decision."""
        product = visible_product(request)
        require(request.user, "draft_decision", product)
        given = self.data_of(DraftSerializer)
        given.pop("product")
        decision = services.draft_decision(product, by=request.user, **given)
        return self.answer(decision.key, status.HTTP_201_CREATED)

    @extend_schema(request=DecisionSerializer, responses=DecisionSerializer)
    def partial_update(self, request, key=None):
        """Change the text of an open decision."""
        decision = self.writable()
        given = DecisionSerializer(decision, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        services.edit_decision(decision, by=request.user, version=version, fields=fields)
        return self.answer(key)

    @extend_schema(request=LinksSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["put"])
    def links(self, request, key=None):
        """Say which items and components it shapes."""
        decision = self.writable()
        given = self.data_of(LinksSerializer, decision=decision)
        services.link_decision(decision, by=request.user, **given)
        return self.answer(key)

    @extend_schema(request=WeightsSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["put"])
    def weights(self, request, key=None):
        """Weigh all criteria."""
        decision = self.writable()
        given = self.data_of(WeightsSerializer)
        points = given["weights"]
        ids = {criterion.name: criterion.pk for criterion in decision.criteria.all()}
        unknown = sorted(set(points) - set(ids))
        if unknown:
            raise serializers.ValidationError({"weights": [f"No criterion {unknown[0]!r} here."]})
        weights = {ids[name]: value for name, value in points.items()}
        services.set_weights(decision, by=request.user, weights=weights, version=given["version"])
        return self.answer(key)

    @extend_schema(request=CellSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["put"])
    def scores(self, request, key=None):
        """Score one cell, or clear it."""
        decision = self.writable()
        given = self.data_of(CellSerializer)
        option = named(decision.options, "option", given.pop("option"))
        criterion = named(decision.criteria, "criterion", given.pop("criterion"))
        if given["p50"] is None:
            services.clear_cell(option, criterion, by=request.user, version=given["version"])
        else:
            services.score_cell(option, criterion, by=request.user, **given)
        return self.answer(key)

    @extend_schema(request=SubmitSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, key=None):
        """Ask the leads for a review."""
        decision = self.writable()
        version = self.data_of(SubmitSerializer)["version"]
        services.submit_for_review(decision, by=request.user, version=version)
        return self.answer(key)

    @extend_schema(request=JudgeSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request, key=None):
        """Approve, reject or ask for changes, with a reason."""
        decision = self.writable()
        if not standing.is_asked(request.user, decision):
            require(request.user, "decide", decision.product)
        given = self.data_of(JudgeSerializer)
        if "chosen" in given:
            given["chosen"] = named(decision.options, "chosen", given["chosen"])
        services.review(decision, by=request.user, **given)
        return self.answer(key)


def register(router) -> None:
    """Add this app's resources to the API."""
    router.register("decisions", DecisionViewSet, basename="decision")
    router.register("decision-views", DecisionViewViewSet, basename="decision-view")
