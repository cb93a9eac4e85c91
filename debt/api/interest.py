"""What a debt item costs a month, as it was declared and as it was scored, over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import services
from debt.api import sure as sure_api
from debt.api.sure import SureField
from debt.maths.ranges import Range, checked
from debt.models import DebtItem, DebtScore, Interest

MOST_SCORES = 200


class RangeField(serializers.ListField):
    """Three numbers: P10, P50, P90."""

    child = serializers.FloatField()

    def to_internal_value(self, data: Any) -> Any:
        numbers = super().to_internal_value(data)
        if len(numbers) != 3:
            raise serializers.ValidationError("Give three numbers: P10, P50 and P90.")
        try:
            return Range(*checked(Range(*numbers)))
        except ValueError as problem:
            raise serializers.ValidationError(str(problem)) from problem

    def to_representation(self, data: Any) -> list[float]:
        return list(data)


class DebtScoreSerializer(serializers.ModelSerializer):
    model = serializers.IntegerField(source="model.number", read_only=True)

    class Meta:
        model = DebtScore
        fields = [
            "score", "score_low", "score_high", "letter", "verdict", "parts", "missing",
            "interest_days", "interest_p10_days", "interest_p90_days", "principal_days",
            "payback_months", "payback_p10_months", "payback_p90_months", "npv_days",
            "npv_quarter_days", "npv_per_day", "chance", "inputs", "model", "at", "reason",
        ]  # fmt: skip


class InterestSerializer(serializers.Serializer):
    """What an item costs a month; the newest declaration of a kind counts."""

    days = RangeField(help_text="Person-days a month.")
    kind = serializers.ChoiceField(choices=Interest.Kind.choices, default=Interest.Kind.CHANGES)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    seen = serializers.IntegerField(
        required=False, min_value=0,
        help_text="Id of the declaration of its kind that was read, 0 where there was none: one "
        "that came meanwhile is a 409.",
    )  # fmt: skip
    sure = SureField()


class DeclaredSerializer(serializers.ModelSerializer):
    """One declaration; the newest of a kind counts."""

    days = RangeField(source="range", read_only=True)
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Interest
        fields = ["id", "kind", "days", "note", "by", "at"]
        read_only_fields = fields


class InterestActions(viewsets.GenericViewSet):
    """Part of the viewset of debt items."""

    def writable(self, ability: str) -> DebtItem:
        raise NotImplementedError

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    @extend_schema(methods=["GET"], responses=DeclaredSerializer(many=True))
    @extend_schema(methods=["POST"], request=InterestSerializer)
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def interest(self, request, key=None):
        """What was declared, the newest first; or declare what it costs a month."""
        if request.method == "GET":
            rows = self.get_object().interests.select_related("by")
            return Response(DeclaredSerializer(rows, many=True).data)
        item = self.writable("log_debt")
        given = InterestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        sure_api.ask(
            fields["days"], item.product, item.team, field="days", answered=fields.pop("sure")
        )
        services.declare_interest(item, by=request.user, **fields)
        return self.answer(item.key)

    @extend_schema(responses=DebtScoreSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def scores(self, request, key=None):
        """Its newest 200 scores with their inputs, the newest first."""
        rows = self.get_object().scores.select_related("model").order_by("-at", "-pk")
        return Response(DebtScoreSerializer(rows[:MOST_SCORES], many=True).data)
