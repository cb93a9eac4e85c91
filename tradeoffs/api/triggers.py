"""Revisit triggers over REST, and the answers to those that fired."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps.models import Item
from tpm.models import Component, Person
from tpm.roles import components_of, require
from tpm.words import word_of
from tradeoffs import queries_follow, services
from tradeoffs.api.decisions import choose
from tradeoffs.api.following import (
    BY_DECISION,
    Following,
    MadeSerializer,
    choose_people,
    decision_of,
)
from tradeoffs.models import Decision, Firing, RevisitTrigger


class TriggerSerializer(serializers.ModelSerializer):
    """What its kind needs has to be there; the rest is refused by the same sentences."""

    decision = serializers.CharField(source="decision.key", read_only=True)
    follows = serializers.CharField(source="code", required=False, allow_blank=True)
    item: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Item.objects.none(), required=False, allow_null=True
    )
    component: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), required=False, allow_null=True
    )
    neighbour: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Decision.objects.none(), required=False, allow_null=True
    )
    owner = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), required=False, allow_null=True
    )

    class Meta:
        model = RevisitTrigger
        fields = [
            "id", "decision", "kind", "text", "owner", "on_date", "follows", "comparison", "limit",
            "item", "weeks", "component", "neighbour", "false_since", "quiet_until",
        ]  # fmt: skip
        read_only_fields = ["false_since", "quiet_until"]
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        choose_people(fields["owner"], self)
        product = self.context.get("product")
        if product is not None:
            choose(fields, "item", Item.objects.filter(product=product))
            choose(fields, "component", components_of(product))
            choose(fields, "neighbour", Decision.objects.filter(product=product))
        return fields


class WhySerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)


@extend_schema(parameters=BY_DECISION)
class TriggerViewSet(Following):
    serializer_class = TriggerSerializer

    def visible(self):
        return queries_follow.triggers_visible_to(self.request.user).select_related(
            "decision__product", "item", "component", "neighbour"
        )

    def create(self, request):
        """Say when a decision is to be looked at again; `decision` names it."""
        decision = decision_of(request)
        require(request.user, "draft_decision", decision.product)
        fields = self.data_of(TriggerSerializer, product=decision.product)
        follows = fields.pop("code", "")
        row = services.add_trigger(decision, by=request.user, follows=follows, **fields)
        return self.answer(row, status.HTTP_201_CREATED)

    def destroy(self, request, pk=None):
        """Strike it, as long as it has never fired."""
        services.remove_trigger(self.writable(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WhySerializer, responses=TriggerSerializer)
    @action(detail=True, methods=["post"], url_path="false")
    def declare_false(self, request, pk=None):
        """Say that an assumption does not hold: its decision is asked at once."""
        row = self.writable()
        services.declare_false(row, by=request.user, **self.data_of(WhySerializer))
        return self.answer(row)


class FiringSerializer(serializers.ModelSerializer):
    decision = serializers.CharField(source="trigger.decision.key", read_only=True)
    successor = serializers.CharField(source="successor.key", read_only=True)

    class Meta:
        model = Firing
        fields = [
            "id", "decision", "trigger", "fired_at", "says", "successor", "answer", "answered_at",
            "why",
        ]  # fmt: skip
        read_only_fields = fields


class ReaffirmSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)
    again_on = serializers.DateField(required=False, allow_null=True, default=None)


@extend_schema(parameters=[*BY_DECISION, OpenApiParameter("waiting", str)])
class FiringViewSet(Following):
    """Triggers that fired. `waiting=1` keeps those that nobody has answered."""

    serializer_class = FiringSerializer
    to_decision = "trigger__decision"

    def visible(self):
        return queries_follow.firings_visible_to(self.request.user).select_related(
            "trigger__decision__product", "trigger__owner", "successor"
        )

    def get_queryset(self):
        rows = super().get_queryset()
        if self.action == "list" and word_of(self.request.query_params, "waiting"):
            rows = rows.filter(answered_at=None)
        return rows

    @extend_schema(request=ReaffirmSerializer, responses=FiringSerializer)
    @action(detail=True, methods=["post"])
    def reaffirm(self, request, pk=None):
        """The decision still holds: say why, and its clock starts anew."""
        row = self.writable()
        services.reaffirm(row, by=request.user, **self.data_of(ReaffirmSerializer))
        return self.answer(row)

    @extend_schema(request=None, responses={201: MadeSerializer})
    @action(detail=True, methods=["post"])
    def revise(self, request, pk=None):
        """Draft the decision that is to replace it."""
        made = services.revise(self.writable(), by=request.user)
        return Response({"key": made.key}, status=status.HTTP_201_CREATED)
