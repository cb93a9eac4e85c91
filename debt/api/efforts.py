"""What rules take over REST."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.response import Response

from debt import scan_services
from debt.models import RuleEffort
from debt.scans.results import MOST_EFFORT_MINUTES
from tpm.api import visible_product
from tpm.roles import require
from tpm.words import word_of


class RuleEffortSerializer(serializers.ModelSerializer):
    """What one finding of a rule takes to fix, where its tool does not say so."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    rule = serializers.CharField(max_length=200)
    minutes = serializers.FloatField(
        allow_null=True, max_value=MOST_EFFORT_MINUTES, help_text="Above 0; null: unknown again."
    )
    version = serializers.IntegerField(
        min_value=0, default=0, help_text="Of the row that you read; 0 for a new one."
    )

    class Meta:
        model = RuleEffort
        fields = ["id", "product", "rule", "minutes", "version"]
        validators: list = []


class RuleEffortViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # fmt: skip
    serializer_class = RuleEffortSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[RuleEffort]:
        rows = scan_services.efforts_visible_to(self.request.user).select_related("product")
        if self.action == "list" and (key := word_of(self.request.query_params, "product")):
            rows = rows.filter(product__key=key)
        return rows.order_by("product__key", "rule")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """What rules take in the products you see."""
        return super().list(request, *args, **kwargs)

    @extend_schema(responses={200: RuleEffortSerializer, 204: None})
    def create(self, request):
        """Say what a finding of a rule takes, or with null that it is unknown again (204)."""
        product = visible_product(request)
        require(request.user, "plan", product)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        row = scan_services.set_rule_effort(
            product, by=request.user, rule=said["rule"], minutes=said["minutes"],
            version=said["version"],
        )  # fmt: skip
        if row is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(self.get_serializer(row).data)


def register(router) -> None:
    router.register("rule-efforts", RuleEffortViewSet, basename="rule-effort")
