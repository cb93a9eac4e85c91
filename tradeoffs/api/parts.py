"""Moves of a decision and its parts over REST: the services and sentences of the pages."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.helpers import lazy_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm.api import named_in
from tradeoffs import services
from tradeoffs.models import Criterion, Decision, Option

WHOLE = lazy_serializer("tradeoffs.api.decisions.DecisionSerializer")
ID = [OpenApiParameter("part", OpenApiTypes.INT, OpenApiParameter.PATH)]
READ = "Of the part, as it was read."
GONE = [
    *ID,
    OpenApiParameter("version", OpenApiTypes.INT, description=f"Of a DELETE. {READ}"),
]
SEND_VERSION = {"version": ["Send the version that you read."]}


def version_read(request) -> int:
    """The version of a DELETE, in its address or its body. raises: ValidationError without one"""
    given = request.query_params.get("version", named_in(request, "version"))
    if given is None:
        raise serializers.ValidationError(SEND_VERSION)
    version: int = serializers.IntegerField().run_validation(given)
    return version


class DecisionMoveSerializer(serializers.Serializer):
    """A move of the state; the sentences of the pages say where a reason is due."""

    version = serializers.IntegerField(help_text="Of the decision, as it was read.")
    why = serializers.CharField(max_length=1_000, required=False, allow_blank=True, default="")


class OptionPartSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(required=False, help_text=READ)

    class Meta:
        model = Option
        fields = ["name", "description", "version"]
        validators: list = []


class CriterionPartSerializer(serializers.ModelSerializer):
    """`points`: pairs of a raw value and its worth from 0 to 1, in place of a straight line."""

    version = serializers.IntegerField(required=False, help_text=READ)

    class Meta:
        model = Criterion
        fields = [
            "name", "measure", "unit", "worst", "best", "must", "group", "horizon", "points",
            "version",
        ]  # fmt: skip
        validators: list = []


class MovesAndParts:
    """Actions of `/decisions/KEY/…`; the view set finds the decision and checks the role."""

    request: Any
    writable: Callable[..., Decision]
    answer: Callable[..., Response]
    get_serializer_context: Callable[[], dict]

    def moved(self, key: str, service: Callable[..., None], ability: str) -> Response:
        decision = self.writable(ability)
        given = DecisionMoveSerializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        service(decision, by=self.request.user, **given.validated_data)
        return self.answer(key)

    @extend_schema(request=DecisionMoveSerializer, responses=WHOLE())
    @action(detail=True, methods=["post"])
    def withdraw(self, request, key=None):
        """Take it out of review, back to a draft."""
        return self.moved(key, services.withdraw, "draft_decision")

    @extend_schema(request=DecisionMoveSerializer, responses=WHOLE())
    @action(detail=True, methods=["post"])
    def deprecate(self, request, key=None):
        """Say that it no longer holds and nothing takes its place, with a reason."""
        return self.moved(key, services.deprecate, "decide")

    @extend_schema(request=DecisionMoveSerializer, responses=WHOLE())
    @action(detail=True, methods=["post"])
    def reopen(self, request, key=None):
        """Make a rejected one a draft again; say what has changed."""
        return self.moved(key, services.reopen, "draft_decision")

    def added(self, key: str, kind: Any, service: Callable[..., Any]) -> Response:
        decision = self.writable()
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        fields = {name: value for name, value in given.validated_data.items() if name != "version"}
        service(decision, by=self.request.user, **fields)
        return self.answer(key, status.HTTP_201_CREATED)

    def changed(self, key: str, pk: str, kind: Any, edit: Any, remove: Any) -> Response:
        """PATCH or DELETE one part, with the version that was read."""
        decision = self.writable()
        rows = kind.Meta.model.objects.select_related("decision__product")
        part = get_object_or_404(rows, pk=pk, decision=decision)
        if self.request.method == "DELETE":
            remove(part, by=self.request.user, version=version_read(self.request))
            return self.answer(key)
        given = kind(
            part, data=self.request.data, partial=True, context=self.get_serializer_context()
        )
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError(SEND_VERSION)
        edit(part, by=self.request.user, version=version, fields=fields)
        return self.answer(key)

    @extend_schema(request=OptionPartSerializer, responses={201: WHOLE()})
    @action(detail=True, methods=["post"], url_path="options")
    def add_option(self, request, key=None):
        """Add one answer."""
        return self.added(key, OptionPartSerializer, services.add_option)

    @extend_schema(parameters=GONE, request=OptionPartSerializer, responses=WHOLE())
    @action(detail=True, methods=["patch", "delete"], url_path="options/(?P<part>[0-9]+)")
    def option(self, request, key=None, part=None):
        """Rename or describe an option, or take it out with its scores."""
        return self.changed(
            key, part, OptionPartSerializer, services.edit_option, services.remove_option
        )

    @extend_schema(request=CriterionPartSerializer, responses={201: WHOLE()})
    @action(detail=True, methods=["post"], url_path="criteria")
    def add_criterion(self, request, key=None):
        """Add a criterion with an equal part of the weight."""
        return self.added(key, CriterionPartSerializer, services.add_criterion)

    @extend_schema(parameters=GONE, request=CriterionPartSerializer, responses=WHOLE())
    @action(detail=True, methods=["patch", "delete"], url_path="criteria/(?P<part>[0-9]+)")
    def criterion(self, request, key=None, part=None):
        """Change a scale, or take a criterion out with its scores."""
        return self.changed(
            key, part, CriterionPartSerializer, services.edit_criterion, services.remove_criterion
        )

    @extend_schema(parameters=ID, responses=WHOLE())
    @action(detail=True, methods=["delete"], url_path="reviewers/(?P<part>[0-9]+)")
    def reviewer(self, request, key=None, part=None):
        """Ask somebody no longer; `part` is the person. What they said stays."""
        decision = self.writable()
        rows = decision.reviewers.select_related("decision__product", "person")
        row = get_object_or_404(rows, person=part)
        services.excuse_reviewer(row, by=request.user)
        return self.answer(key)
