"""What follows from decisions, over REST: the same services, rules and sentences as the pages.

Who made a prediction is told to nobody: a person's record is theirs alone.
"""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps.models import Item
from tpm.models import Component, Person, Product
from tpm.roles import components_of, people_of, products_visible_to, require
from tpm.words import clean, word_of
from tradeoffs import queries, queries_follow, services, track_page
from tradeoffs.api import choose
from tradeoffs.models import (
    Consequence,
    Decision,
    Firing,
    LookBack,
    Prediction,
    RevisitTrigger,
)

BY_DECISION = [OpenApiParameter("decision", str), OpenApiParameter("product", str)]
VERSION = serializers.IntegerField


def decision_of(request) -> Decision:
    """The decision that the body names. Unseen is 404; a body that names none is 400."""
    key = request.data.get("decision") if isinstance(request.data, dict) else None
    if not isinstance(key, str):
        raise serializers.ValidationError({"decision": ["Name a decision by its key."]})
    visible = queries.decisions_visible_to(request.user).select_related("product")
    return get_object_or_404(visible, key=clean(key))


class ConsequenceSerializer(serializers.ModelSerializer):
    """`PATCH` needs the version that was read."""

    decision = serializers.CharField(source="decision.key", read_only=True)
    owner = serializers.PrimaryKeyRelatedField(
        queryset=Person.objects.none(), required=False, allow_null=True
    )
    accepted_by = serializers.CharField(source="accepted_by.name", read_only=True)
    version = VERSION(required=False)

    class Meta:
        model = Consequence
        fields = [
            "id", "decision", "kind", "text", "quality", "severity", "owner", "found_later",
            "handled_as", "handled_key", "handled_at", "accepted_by", "accepted_why", "version",
        ]  # fmt: skip
        read_only_fields = [
            "found_later", "handled_as", "handled_key", "handled_at", "accepted_why"
        ]  # fmt: skip
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        choose_people(fields["owner"], self)
        return fields


class AcceptedByNameSerializer(serializers.Serializer):
    """Who accepts a bad consequence as it is, and why."""

    person = serializers.PrimaryKeyRelatedField(queryset=Person.objects.none())
    why = serializers.CharField(max_length=1000)
    version = VERSION(required=False)

    def get_fields(self):
        fields = super().get_fields()
        choose_people(fields["person"], self)
        return fields


def choose_people(field, serializer) -> None:
    """Let a person be one of the product's, and nobody where none is known."""
    product = serializer.context.get("product") or product_of(serializer.instance)
    field.queryset = people_of(product) if product else Person.objects.none()


def product_of(row: Any) -> Product | None:
    decision = getattr(row, "decision", None)
    return decision.product if isinstance(decision, Decision) else None


class VersionSerializer(serializers.Serializer):
    version = VERSION(required=False, allow_null=True, default=None)


class MadeSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="Of what was made.")


class Following(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Rows that belong to decisions, narrowed by `decision` or `product`."""

    lookup_value_regex = "[0-9]+"
    to_decision = "decision"

    def visible(self) -> QuerySet:
        raise NotImplementedError

    def get_queryset(self):
        rows = self.visible().select_related(f"{self.to_decision}__product").order_by("-pk")
        if self.action == "list":
            for name in ("decision", "product"):
                end = "key" if name == "decision" else "product__key"
                if value := word_of(self.request.query_params, name):
                    rows = rows.filter(**{f"{self.to_decision}__{end}": value})
        return rows

    def writable(self, ability: str = "draft_decision") -> Any:
        row = self.get_object()
        decision = row.trigger.decision if isinstance(row, Firing) else row.decision
        require(self.request.user, ability, decision.product)
        return row

    def data_of(self, kind, *args, **context) -> dict[str, Any]:
        given = kind(
            *args, data=self.request.data, partial=bool(args),
            context={**self.get_serializer_context(), **context},
        )  # fmt: skip
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.visible().get(pk=row.pk)
        return Response(self.get_serializer(fresh).data, status=code)


@extend_schema(parameters=BY_DECISION)
class ConsequenceViewSet(Following):
    serializer_class = ConsequenceSerializer

    def visible(self):
        return queries_follow.consequences_visible_to(self.request.user).select_related(
            "decision__product", "accepted_by"
        )

    @extend_schema(parameters=[], request=ConsequenceSerializer, responses=ConsequenceSerializer)
    def create(self, request):
        """Write down what follows; `decision` names the decision."""
        decision = decision_of(request)
        require(request.user, "draft_decision", decision.product)
        fields = self.data_of(ConsequenceSerializer, product=decision.product)
        fields.pop("version", None)
        row = services.add_consequence(decision, by=request.user, **fields)
        return self.answer(row, status.HTTP_201_CREATED)

    def partial_update(self, request, pk=None):
        """Change it, while its decision is open."""
        row = self.writable()
        fields = self.data_of(ConsequenceSerializer, row)
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        services.edit_consequence(row, by=request.user, version=version, fields=fields)
        return self.answer(row)

    def destroy(self, request, pk=None):
        """Strike it, while nothing came of it."""
        services.remove_consequence(self.writable(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=VersionSerializer, responses={201: MadeSerializer})
    @action(detail=True, methods=["post"])
    def item(self, request, pk=None):
        """Make an item of a bad one."""
        row = self.writable("plan")
        made = services.become_item(row, by=request.user, **self.data_of(VersionSerializer))
        return Response({"key": made.key}, status=status.HTTP_201_CREATED)

    @extend_schema(request=VersionSerializer, responses={201: MadeSerializer})
    @action(detail=True, methods=["post"], url_path="decision")
    def ask(self, request, pk=None):
        """Make a decision of a bad one."""
        row = self.writable()
        made = services.become_decision(row, by=request.user, **self.data_of(VersionSerializer))
        return Response({"key": made.key}, status=status.HTTP_201_CREATED)

    @extend_schema(request=AcceptedByNameSerializer, responses=ConsequenceSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """Accept a bad one without mitigation: by name, with a reason."""
        row = self.writable("decide")
        given = self.data_of(AcceptedByNameSerializer, product=row.decision.product)
        services.accept_consequence(row, by=request.user, **given)
        return self.answer(row)


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


def register(router) -> None:
    router.register("consequences", ConsequenceViewSet, basename="consequence")
    router.register("predictions", PredictionViewSet, basename="prediction")
    router.register("revisit-triggers", TriggerViewSet, basename="revisit-trigger")
    router.register("fired-triggers", FiringViewSet, basename="fired-trigger")
    router.register("look-backs", LookBackViewSet, basename="look-back")
    router.register("decision-calibration", CalibrationViewSet, basename="decision-calibration")
