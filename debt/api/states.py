"""What becomes of a debt item over REST, each one Undo; and its evidence, piece by piece."""

from contextlib import AbstractContextManager

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import moving, services
from debt.models import DebtItem, Evidence
from tpm import operations

State = DebtItem.State


class AcceptUntilSerializer(serializers.Serializer):
    """Until a day or an event, and up to a cost a month; `why` says why."""

    version = serializers.IntegerField()
    until = serializers.DateField(required=False, allow_null=True, default=None)
    trigger = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    ceiling = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="Person-days a month, mean."
    )
    why = serializers.CharField(max_length=1000)


class CloseSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    why = serializers.CharField(max_length=1000)


class PaidSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    why = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="What was done."
    )


class EvidenceSerializer(serializers.ModelSerializer):
    """A file, a link or a sentence that shows the debt."""

    kind = serializers.ChoiceField(
        choices=Evidence.Kind.choices, required=False,
        help_text="Else as it looks: a link, a file that is known or looks like one, a sentence.",
    )  # fmt: skip
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = Evidence
        fields = ["id", "kind", "text", "by", "at"]
        read_only_fields = ["at"]
        validators: list = []


class StateActions(viewsets.GenericViewSet):
    """Part of the viewset of debt items."""

    def writable(self, ability: str) -> DebtItem:
        raise NotImplementedError

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    def one_undo(self, item: DebtItem, words: str, ability: str) -> AbstractContextManager:
        """What is done inside is taken back as one, like a press of the page's button."""
        return operations.recorded(
            item.product, by=self.request.user, words=words, ability=ability
        )  # fmt: skip

    def close(self, state: State, ability: str, write, form=CloseSerializer) -> Response:
        item = self.writable(ability)
        given = form(data=self.request.data)
        given.is_valid(raise_exception=True)
        with self.one_undo(item, moving.done_words(item, state), ability):
            write(item, by=self.request.user, **given.validated_data)
        return self.answer(item.key)

    @extend_schema(request=AcceptUntilSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, key=None):
        """Live with it until a day or an event, as long as it costs less than the ceiling."""
        item = self.writable("accept_debt")
        given = AcceptUntilSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        words = moving.accepted_words(item, given.validated_data["until"])
        with self.one_undo(item, words, "accept_debt"):
            services.accept_until(item, by=request.user, **given.validated_data)
        return self.answer(item.key)

    @extend_schema(request=PaidSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request, key=None):
        """It is fixed: from today on it costs nothing."""
        return self.close(State.PAID, "log_debt", services.mark_paid, PaidSerializer)

    @extend_schema(request=CloseSerializer)
    @action(detail=True, methods=["post"], url_path="write-off")
    def write_off(self, request, key=None):
        """It is gone with its component; `why` says why."""
        return self.close(State.WRITTEN_OFF, "accept_debt", services.write_off)

    @extend_schema(request=CloseSerializer)
    @action(detail=True, methods=["post"], url_path="not-debt")
    def not_debt(self, request, key=None):
        """It never was debt; `why` says why."""
        return self.close(State.NOT_DEBT, "accept_debt", services.declare_not_debt)

    @extend_schema(request=CloseSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, key=None):
        """It costs time again; by whoever may bring about the state that it leaves."""
        ability = moving.ability_to_reopen(self.get_object())
        return self.close(State.OPEN, ability, services.reopen)

    @extend_schema(methods=["GET"], responses=EvidenceSerializer(many=True))
    @extend_schema(
        methods=["POST"], request=EvidenceSerializer, responses={201: EvidenceSerializer}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def evidence(self, request, key=None):
        """What shows it, or one more piece."""
        if request.method == "GET":
            rows = self.get_object().evidence.select_related("by")
            return Response(EvidenceSerializer(rows, many=True).data)
        item = self.writable("log_debt")
        given = EvidenceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = services.add_evidence(item, by=request.user, **given.validated_data)
        row = item.evidence.select_related("by").get(pk=row.pk)
        return Response(EvidenceSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(
        detail=True, methods=["delete"], url_path=r"evidence/(?P<piece>[0-9]{1,18})",
        url_name="evidence-piece",
    )  # fmt: skip
    def evidence_piece(self, request, key=None, piece=None):
        """It does not show it after all."""
        item = self.writable("log_debt")
        services.remove_evidence(get_object_or_404(item.evidence, pk=piece), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
