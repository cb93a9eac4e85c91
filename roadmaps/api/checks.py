"""Checks over REST: the same services, rules and sentences as the pages."""

import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from roadmaps import queries, services
from roadmaps.models import Check, CheckEvidence, CheckException, CheckState, CheckTemplate
from roadmaps.pages.checks import chances_of
from tpm.api import named_in
from tpm.forms import with_present
from tpm.models import Person
from tpm.roles import people_of, require
from tpm.words import word_of

FILTERS = ("product", "item", "kind", "state")
COLUMNS = ("item__product__key", "item__key", "kind", "state")


class CheckEvidenceSerializer(serializers.ModelSerializer):
    """What shows that a check is met; a later withdrawal names what it takes back."""

    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = CheckEvidence
        fields = ["id", "kind", "text", "valid_until", "withdraws", "by", "at"]


class CheckExceptionSerializer(serializers.ModelSerializer):
    """A lead lets the check wait until a day; the newest counts."""

    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = CheckException
        fields = ["id", "until", "reason", "by", "at"]


class CheckSerializer(serializers.ModelSerializer):
    """A check as it is read; `PATCH` needs the version that was read."""

    item: Any = serializers.SlugRelatedField(slug_field="key", read_only=True)
    state = serializers.ChoiceField(choices=CheckState.choices, read_only=True)
    chance = serializers.SerializerMethodField()
    excepted_until = serializers.DateField(read_only=True, allow_null=True)
    evidence = CheckEvidenceSerializer(many=True, read_only=True)
    exceptions = CheckExceptionSerializer(many=True, read_only=True)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Check
        fields = [
            "id", "item", "number", "kind", "sentence", "state", "owner", "due_on", "due_because",
            "chance", "excepted_until", "template", "evidence", "exceptions", "dropped_at",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["number", "template", "dropped_at", "created_at", "updated_at"]
        validators: list = []

    def get_fields(self):
        fields: dict[str, Any] = super().get_fields()
        item = getattr(self.instance, "item", None) or self.context.get("item")
        fields["owner"].queryset = Person.objects.none()
        if item is not None:
            kept = getattr(self.instance, "owner_id", None)
            fields["owner"].queryset = with_present(people_of(item.product), kept)
        return fields

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_chance(self, check) -> float | None:
        """Share of trials in which the item is done by the day; null without a forecast."""
        found = self.context.get("chances", {}).get(check.pk)
        return found.share if found else None


class NewCheckSerializer(CheckSerializer):
    """A new check: an item and a sentence, or the template that says it."""

    item: Any = serializers.CharField(help_text="Key of an item.")
    sentence = serializers.CharField(max_length=300, required=False)
    template: Any = serializers.PrimaryKeyRelatedField(
        queryset=CheckTemplate.objects.none(), required=False, allow_null=True
    )

    class Meta(CheckSerializer.Meta):
        fields = ["item", "kind", "sentence", "owner", "due_on", "due_because", "template"]

    def get_fields(self):
        fields = super().get_fields()
        if item := self.context.get("item"):
            fields["template"].queryset = queries.templates_of(item.product)
        return fields

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        template = data.get("template")
        if template is None and not data.get("sentence"):
            raise serializers.ValidationError({"sentence": ["Say what must hold."]})
        if template is not None:
            data = {"kind": template.kind, "sentence": template.sentence} | data
        return data


class NewEvidenceSerializer(serializers.Serializer):
    """A link or a sentence; files are added on the page."""

    text = serializers.CharField(max_length=500)
    valid_until = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="The last day on which it counts; null: for good.",
    )


class NewExceptionSerializer(serializers.Serializer):
    until = serializers.DateField(help_text="The last day on which it counts.")
    reason = serializers.CharField(max_length=500)


class NewWithdrawalSerializer(serializers.Serializer):
    evidence = serializers.IntegerField(help_text="Id of the piece that no longer counts.")
    why = serializers.CharField(max_length=500)


class DropSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)


class CheckViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = CheckSerializer
    queryset = Check.objects.none()

    def get_queryset(self):
        visible = queries.with_state(queries.checks_visible_to(self.request.user), self.today)
        if self.action == "list":
            names = dict(zip(FILTERS, COLUMNS, strict=True))
            for name, field in names.items():
                value = word_of(self.request.query_params, name)
                visible = visible.filter(**{field: value}) if value else visible
            visible = visible.filter(dropped_at=None)
        related = visible.select_related("item__product", "owner", "template")
        return related.prefetch_related("evidence__by", "exceptions__by").order_by("pk")

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def told(self, checks) -> Any:
        """Checks as they are read, with the chances of their dates."""
        context = {**self.get_serializer_context(), "chances": chances_of(checks)}
        return CheckSerializer(checks, many=True, context=context).data

    def answer(self, pk, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.told([self.get_queryset().get(pk=pk)])[0], status=code)

    def writable(self, ability: str) -> Check:
        check = self.get_object()
        require(self.request.user, ability, check.item.product)
        return check

    @extend_schema(parameters=[OpenApiParameter(name, str) for name in FILTERS])
    def list(self, request, *args, **kwargs):
        """Checks of the products you see; dropped ones are left out."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.told(page))

    def retrieve(self, request, *args, **kwargs):
        """One check with its evidence and exceptions."""
        return self.answer(self.get_object().pk)

    @extend_schema(request=NewCheckSerializer, responses={201: CheckSerializer})
    def create(self, request):
        """A condition that an item must meet before it counts as done."""
        key = named_in(request, "item")
        if not isinstance(key, str):
            raise serializers.ValidationError({"item": ["Name an item by its key."]})
        visible = queries.items_visible_to(request.user).select_related("product")
        item = get_object_or_404(visible, key=word_of({"key": key}, "key"))
        require(request.user, "check", item.product)
        given = NewCheckSerializer(data=request.data, context={"item": item})
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data) | {"item": item}
        fields.setdefault("kind", Check._meta.get_field("kind").default)
        check = services.add_check(by=request.user, **fields)
        return self.answer(check.pk, status.HTTP_201_CREATED)

    @extend_schema(request=CheckSerializer, responses=CheckSerializer)
    def partial_update(self, request, pk=None):
        """Change what it says, who owns it and when it is due."""
        check = self.writable("plan")
        given = CheckSerializer(check, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        services.edit_check(check, by=request.user, version=version, **fields)
        return self.answer(check.pk)

    @extend_schema(request=NewEvidenceSerializer, responses={201: CheckSerializer})
    @action(detail=True, methods=["post"])
    def evidence(self, request, pk=None):
        """Show that it holds, with a link or a sentence."""
        return self.act(request, "check", NewEvidenceSerializer, services.add_evidence)

    @extend_schema(request=NewExceptionSerializer, responses={201: CheckSerializer})
    @action(detail=True, methods=["post"])
    def exception(self, request, pk=None):
        """Let the item be done without it until a day; asks for a lead."""
        return self.act(request, "except_check", NewExceptionSerializer, services.except_check)

    @extend_schema(request=DropSerializer, responses={201: CheckSerializer})
    @action(detail=True, methods=["post"])
    def drop(self, request, pk=None):
        """It does not apply and is not asked any more; asks for a lead."""
        return self.act(request, "except_check", DropSerializer, services.drop_check)

    @extend_schema(request=NewWithdrawalSerializer, responses={201: CheckSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """A piece of evidence no longer counts; it stays, with the reason."""
        check = self.writable("check")
        given = NewWithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pieces = check.evidence.filter(withdraws=None)
        piece = get_object_or_404(pieces, pk=given.validated_data["evidence"])
        piece.of = check
        services.withdraw_evidence(piece, by=request.user, why=given.validated_data["why"])
        return self.answer(check.pk, status.HTTP_201_CREATED)

    def act(self, request, ability: str, serializer, service) -> Response:
        check = self.writable(ability)
        given = serializer(data=request.data)
        given.is_valid(raise_exception=True)
        service(check, by=request.user, **given.validated_data)
        return self.answer(check.pk, status.HTTP_201_CREATED)
