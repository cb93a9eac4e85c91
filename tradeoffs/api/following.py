"""What the resources that follow from decisions share."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.response import Response

from tpm.api import named_in
from tpm.models import Person, Product
from tpm.roles import people_of, require
from tpm.words import clean, word_of
from tradeoffs import queries
from tradeoffs.models import Decision, Firing

BY_DECISION = [OpenApiParameter("decision", str), OpenApiParameter("product", str)]
VERSION = serializers.IntegerField


def decision_of(request) -> Decision:
    """The decision that the body names. Unseen is 404; a body that names none is 400."""
    key = named_in(request, "decision")
    if not isinstance(key, str):
        raise serializers.ValidationError({"decision": ["Name a decision by its key."]})
    visible = queries.decisions_visible_to(request.user).select_related("product")
    return get_object_or_404(visible, key=clean(key))


def choose_people(field, serializer) -> None:
    """Let a person be one of the product's, and nobody where none is known."""
    product = serializer.context.get("product") or product_of(serializer.instance)
    field.queryset = people_of(product) if product else Person.objects.none()


def product_of(row: Any) -> Product | None:
    decision = getattr(row, "decision", None)
    return decision.product if isinstance(decision, Decision) else None


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


class MadeSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="Of what was made.")
