"""Consequences over REST: written down, handled, or accepted by name."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.models import Person
from tpm.roles import require
from tradeoffs import queries_follow, services
from tradeoffs.api.following import (
    BY_DECISION,
    VERSION,
    Following,
    MadeSerializer,
    choose_people,
    decision_of,
)
from tradeoffs.models import Consequence


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


class VersionSerializer(serializers.Serializer):
    version = VERSION(required=False, allow_null=True, default=None)


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
