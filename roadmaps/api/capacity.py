"""Capacity policies over REST, and what was planned and spent beside them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from roadmaps.queries.dates import freshness
from roadmaps.queries.policy import QuarterRow, TeamSpending, spending_of
from tpm import policies
from tpm.models import CapacityPolicy, Team
from tpm.roles import may_edit_team, products_visible_to, teams_visible_to
from tpm.words import word_of


class PolicySerializer(serializers.ModelSerializer):
    """Shares of the time that focus leaves, 0 to 1; one from the same day is replaced."""

    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.none())
    other_share = serializers.FloatField(read_only=True, help_text="Left for other items.")

    class Meta:
        model = CapacityPolicy
        fields = [
            "id", "team", "starts_on", "debt_share", "unplanned_share", "other_share", "drag_limit",
        ]  # fmt: skip
        validators: list = []

    def get_fields(self):
        fields: dict[str, Any] = super().get_fields()
        if "request" in self.context:
            fields["team"].queryset = teams_visible_to(self.context["request"].user)
        return fields


class PolicyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = PolicySerializer

    def get_queryset(self) -> QuerySet[CapacityPolicy]:
        seen = CapacityPolicy.objects.filter(team__in=teams_visible_to(self.request.user))
        if slug := word_of(self.request.query_params, "team"):
            seen = seen.filter(team__slug=slug)
        return seen.select_related("team").order_by("pk")

    @extend_schema(parameters=[OpenApiParameter("team", str, description="Short name.")])
    def list(self, request, *args, **kwargs):
        """What the teams that you see have their time for, and from when."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=PolicySerializer, responses={201: PolicySerializer})
    def create(self, request):
        """Set a team's policy from a day on."""
        given = PolicySerializer(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        fields = {"debt_share": 0.0, "unplanned_share": 0.0} | given.validated_data
        team = fields.pop("team")
        self.refuse_unless_lead(team)
        row = policies.set_policy(team, by=request.user, **fields)
        return Response(PolicySerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request, pk=None):
        """Take a policy back: the one before it holds on."""
        row = self.get_object()
        self.refuse_unless_lead(row.team)
        policies.remove_policy(row, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def refuse_unless_lead(self, team: Team) -> None:
        if not may_edit_team(self.request.user, team):
            raise PermissionDenied("A team is changed by the leads of the products it serves.")


class SpendingSerializer(serializers.Serializer):
    """One quarter of one team in one product; person-days, and shares of the work on items."""

    team = serializers.CharField()
    quarter = serializers.CharField(help_text="Such as Q1 2027.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    policy_debt_share = serializers.FloatField(
        allow_null=True, help_text="Debt's part of the work on items; null without a policy."
    )
    policy_unplanned_share = serializers.FloatField(allow_null=True)
    spent_debt_days = serializers.FloatField()
    spent_days = serializers.FloatField()
    spent_debt_share = serializers.FloatField(allow_null=True)
    planned_debt_days = serializers.FloatField()
    planned_days = serializers.FloatField()
    planned_debt_share = serializers.FloatField(allow_null=True)
    capacity_days = serializers.FloatField(
        allow_null=True, help_text="Focused person-days until yesterday."
    )


class CapacityViewSet(viewsets.ViewSet):
    serializer_class = SpendingSerializer

    @extend_schema(
        parameters=[OpenApiParameter("product", str, required=True, description="Key.")],
        responses=SpendingSerializer(many=True),
    )
    def list(self, request):
        """Policy beside what was planned and spent, by team and quarter."""
        key = word_of(request.query_params, "product")
        if not key:
            raise serializers.ValidationError({"product": ["Name a product by its key."]})
        product = get_object_or_404(products_visible_to(request.user), key=key)
        run = freshness(product, leave_out=("inputs", "order", "quarters")).run
        found = spending_of(product, run, today=timezone.localdate())
        rows = [row_of(each, row) for each in found for row in each.rows]
        return Response(SpendingSerializer(rows, many=True).data)


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def row_of(found: TeamSpending, row: QuarterRow) -> dict:
    return {
        "team": found.team.name,
        "quarter": row.quarter.words,
        "starts_on": row.quarter.first,
        "ends_on": row.quarter.last,
        "policy_debt_share": rounded(row.policy.debt_of_items) if row.policy else None,
        "policy_unplanned_share": rounded(row.policy.unplanned) if row.policy else None,
        "spent_debt_days": rounded(row.spent.debt),
        "spent_days": rounded(row.spent.whole),
        "spent_debt_share": rounded(row.spent.debt_share),
        "planned_debt_days": rounded(row.planned.debt),
        "planned_days": rounded(row.planned.whole),
        "planned_debt_share": rounded(row.planned.debt_share),
        "capacity_days": rounded(row.capacity),
    }
