"""Predictions over REST, what came of them, looking back, and how well a product predicts.

Who made a prediction is told to nobody: a person's record is theirs alone.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.roles import products_visible_to, require
from tradeoffs import queries, queries_follow, services
from tradeoffs.api.following import BY_DECISION, VERSION, Following, decision_of
from tradeoffs.models import LookBack, Prediction
from tradeoffs.pages import track as track_page


class PredictionSerializer(serializers.ModelSerializer):
    """A chance, or p10, p50 and p90. `follows`: code of the number that answers it."""

    decision = serializers.CharField(source="decision.key", read_only=True)
    follows = serializers.CharField(source="code", required=False, allow_blank=True)
    version = VERSION(required=False)

    class Meta:
        model = Prediction
        fields = [
            "id", "decision", "kind", "text", "quality", "due_on", "chance", "p10", "p50", "p90",
            "unit", "follows", "comparison", "limit", "outcome", "outcome_at", "outcome_note",
            "version",
        ]  # fmt: skip
        read_only_fields = ["kind", "outcome", "outcome_at", "outcome_note"]
        validators: list = []


class OutcomeSerializer(serializers.Serializer):
    outcome = serializers.FloatField(help_text="1 yes, 0 no, or the number.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    version = VERSION()


@extend_schema(parameters=BY_DECISION)
class PredictionViewSet(Following):
    serializer_class = PredictionSerializer

    def visible(self):
        return queries_follow.predictions_visible_to(self.request.user)

    def create(self, request):
        """Predict, before the decision is accepted; `decision` names it."""
        decision = decision_of(request)
        require(request.user, "draft_decision", decision.product)
        fields = self.data_of(PredictionSerializer)
        fields.pop("version", None)
        follows = fields.pop("code", "")
        row = services.add_prediction(decision, by=request.user, follows=follows, **fields)
        return self.answer(row, status.HTTP_201_CREATED)

    def destroy(self, request, pk=None):
        """Strike it, while its decision is open."""
        services.remove_prediction(self.writable(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=OutcomeSerializer, responses=PredictionSerializer)
    @action(detail=True, methods=["put"])
    def outcome(self, request, pk=None):
        """Say what came of it."""
        row = self.writable()
        services.record_outcome(row, by=request.user, **self.data_of(OutcomeSerializer))
        return self.answer(row)


class LookBackSerializer(serializers.ModelSerializer):
    decision = serializers.CharField(source="decision.key", read_only=True)
    check_on = serializers.DateField(required=False, allow_null=True, write_only=True)

    class Meta:
        model = LookBack
        fields = ["id", "decision", "at", "happened", "again", "learned", "check_on"]
        read_only_fields = ["at"]
        validators: list = []


@extend_schema(parameters=BY_DECISION)
class LookBackViewSet(Following):
    serializer_class = LookBackSerializer

    def visible(self):
        return LookBack.objects.filter(decision__in=queries.decisions_visible_to(self.request.user))

    def create(self, request):
        """Answer the three questions; `decision` names the decision."""
        decision = decision_of(request)
        require(request.user, "draft_decision", decision.product)
        row = services.look_back(decision, by=request.user, **self.data_of(LookBackSerializer))
        return self.answer(row, status.HTTP_201_CREATED)


class TrackRecordSerializer(serializers.Serializer):
    """How predictions did; empty numbers below 20 of a kind."""

    checked = serializers.IntegerField()
    chances = serializers.IntegerField()
    brier = serializers.FloatField(allow_null=True)
    brier_of_base_rate = serializers.FloatField(allow_null=True)
    numbers = serializers.IntegerField()
    inside_p10_p90 = serializers.FloatField(allow_null=True)
    mape = serializers.FloatField(allow_null=True)


class CalibrationSerializer(serializers.Serializer):
    product = serializers.CharField()
    team = TrackRecordSerializer()
    own = TrackRecordSerializer(help_text="Yours; nobody else sees it.")
    accepted = serializers.IntegerField()
    reversed = serializers.FloatField(allow_null=True)
    reversed_interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class CalibrationViewSet(viewsets.GenericViewSet):
    serializer_class = CalibrationSerializer
    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+"

    def get_queryset(self):
        return products_visible_to(self.request.user)

    def retrieve(self, request, key=None):
        """How the predictions of a product did."""
        product = self.get_object()
        board = track_page.board(product, request.user)
        share = board["reversed"]
        return Response(
            {
                "product": product.key,
                "team": record_said(board["team"]),
                "own": record_said(board["own"]),
                "accepted": board["accepted"],
                "reversed": share.value if share else None,
                "reversed_interval": list(share.interval) if share else None,
            }
        )


def record_said(record: dict) -> dict[str, Any]:
    chances, numbers = record["chances"], record["numbers"]
    return {
        "checked": record["n"],
        "chances": record["n_chances"],
        "brier": chances.brier if chances else None,
        "brier_of_base_rate": chances.base if chances else None,
        "numbers": record["n_numbers"],
        "inside_p10_p90": numbers.held if numbers else None,
        "mape": numbers.mape if numbers else None,
    }
