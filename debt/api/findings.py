"""What scanners found, over REST: findings, the debt they suggest, and that they are none."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import scan_services
from debt.api.items import DebtItemSerializer
from debt.models import Finding
from tpm.api import product_asked_for, visible_product
from tpm.roles import components_of, require
from tpm.words import clean, word_of


class FindingSerializer(serializers.ModelSerializer):
    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    component = serializers.CharField(source="component.key", read_only=True, allow_null=True)
    item = serializers.CharField(source="item.key", read_only=True, allow_null=True)
    tool = serializers.CharField(source="scope.tool", read_only=True)
    level = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    verdict = serializers.CharField(read_only=True)

    class Meta:
        model = Finding
        fields = [
            "id", "product", "component", "tool", "rule", "rule_name", "level", "message", "path",
            "place", "line", "effort_minutes", "state", "opened_at", "closed_at", "verdict",
            "verdict_why", "proposal", "item",
        ]  # fmt: skip


class SuggestionSerializer(serializers.Serializer):
    """One rule in one component that could become debt."""

    rule = serializers.CharField()
    name = serializers.CharField(read_only=True)
    component = serializers.CharField(source="component_key", allow_blank=True, required=False)
    tool = serializers.CharField(read_only=True)
    findings = serializers.IntegerField(read_only=True)
    files = serializers.IntegerField(read_only=True)
    effort_days = serializers.FloatField(read_only=True, allow_null=True)
    touches = serializers.FloatField(read_only=True, allow_null=True)
    item = serializers.CharField(read_only=True)


class DismissSerializer(serializers.Serializer):
    """What the findings of a suggestion are, or with `proposed` those that tools leave out."""

    product = serializers.CharField(help_text="Key of the product.")
    rule = serializers.CharField(required=False, max_length=200)
    component = serializers.CharField(
        required=False, allow_blank=True, max_length=60, default="", help_text="Its key, or none."
    )
    proposed = serializers.BooleanField(default=False)
    verdict = serializers.ChoiceField(choices=Finding.Verdict.choices)
    why = serializers.CharField(max_length=300)

    def validate(self, attrs):
        if ("rule" in attrs) == attrs["proposed"]:
            raise serializers.ValidationError({"rule": ["Name a rule, or say proposed."]})
        return attrs


class JudgedSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Findings that have the verdict now.")
    conflicts = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Ids of those that somebody else judged meanwhile: theirs stays.",
    )


class FindingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What scanners found."""

    serializer_class = FindingSerializer
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Finding]:
        rows = scan_services.findings_visible_to(self.request.user)
        columns = {"product": "product__key", "component": "component__key", "rule": "rule",
                   "state": "state", "item": "item__key"}  # fmt: skip
        for name, column in columns.items():
            value = word_of(self.request.query_params, name)
            if value and self.action == "list":
                rows = rows.filter(**{column: value})
        if self.action == "list" and word_of(self.request.query_params, "proposed") == "1":
            product = product_asked_for(self.request)
            rows = rows.filter(pk__in=scan_services.proposals(product).values("pk"))
        return rows.select_related("product", "component", "item", "scope").order_by("pk")

    @extend_schema(
        parameters=[
            *(
                OpenApiParameter(name, str)
                for name in ("product", "component", "rule", "state", "item")
            ),
            OpenApiParameter(
                "proposed", bool, description="Of a product: what tools leave out, for a lead."
            ),
        ]
    )
    def list(self, request, *args, **kwargs):
        """Findings of the products you see."""
        return super().list(request, *args, **kwargs)


class SuggestionViewSet(viewsets.GenericViewSet):
    """What findings suggest: nothing becomes debt by itself."""

    serializer_class = SuggestionSerializer
    queryset = Finding.objects.none()

    @extend_schema(
        parameters=[OpenApiParameter("product", str, required=True)],
        responses=SuggestionSerializer(many=True),
    )
    def list(self, request):
        """Suggestions of one product, those whose files change most first."""
        product = product_asked_for(request)
        return Response(self.get_serializer(scan_services.suggestions(product), many=True).data)

    @extend_schema(request=SuggestionSerializer, responses={201: DebtItemSerializer})
    def create(self, request):
        """Make one debt item of a suggestion, with its findings as evidence."""
        product = visible_product(request)
        require(request.user, "log_debt", product)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        key = clean(given.validated_data.get("component_key", ""))
        component = get_object_or_404(components_of(product), key=key) if key else None
        item = scan_services.accept_suggestion(
            product, by=request.user, rule=clean(given.validated_data["rule"]), component=component
        )
        return Response(DebtItemSerializer(item).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DismissSerializer, responses=JudgedSerializer)
    @action(detail=False, methods=["post"])
    def dismiss(self, request):
        """Say that findings are accepted or false positives, and why."""
        product = visible_product(request)
        require(request.user, "accept_debt", product)
        given = DismissSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        key = clean(said["component"])
        component = get_object_or_404(components_of(product), key=key) if key else None
        rows = (
            scan_services.proposals(product)
            if said["proposed"]
            else scan_services.waiting(product).filter(
                rule=clean(said["rule"]), component=component
            )
        )
        judged = scan_services.judge(
            product, list(rows), by=request.user, verdict=said["verdict"], why=said["why"]
        )
        told = {"changed": judged.changed, "conflicts": judged.conflicts}
        return Response(JudgedSerializer(told).data)


def register(router) -> None:
    router.register("findings", FindingViewSet, basename="finding")
    router.register("scan-suggestions", SuggestionViewSet, basename="scan-suggestion")
