"""What you did, over REST: taking it back and doing it again, as the buttons of the pages do."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm import operations, undo_jobs
from tpm.api import Conflict
from tpm.job_api import JobSerializer, accepted
from tpm.models import Operation
from tpm.roles import products_visible_to, require
from tpm.words import word_of


class OperationSerializer(serializers.ModelSerializer):
    """One thing that you did to a product, and whether it is undone."""

    product = serializers.CharField(source="product.key", read_only=True)
    job = serializers.IntegerField(
        source="job_id", read_only=True, allow_null=True, help_text="What does it, or undoes it."
    )

    class Meta:
        model = Operation
        fields = ["id", "product", "words", "at", "undone_at", "job"]
        read_only_fields = fields


class OperationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """What you did yourself; nobody takes back what another person did."""

    serializer_class = OperationSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        user = self.request.user
        if not user.is_authenticated:
            return Operation.objects.none()
        rows = Operation.objects.filter(by=user, product__in=products_visible_to(user))
        if self.action == "list" and (key := word_of(self.request.query_params, "product")):
            rows = rows.filter(product__key=key)
        return rows.select_related("product").defer("steps")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """What can be taken back or done again, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=None, responses={200: OperationSerializer, 202: JobSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Take it back whole (200), or hand that to the worker where it is long (202)."""
        return self.turn(back=True)

    @extend_schema(request=None, responses={200: OperationSerializer, 202: JobSerializer})
    @action(detail=True, methods=["post"])
    def redo(self, request, pk=None):
        """Do it again after it was undone."""
        return self.turn(back=False)

    def turn(self, *, back: bool) -> Response:
        """raises: Conflict with the sentence why it stays as it is"""
        operation, user = self.get_object(), self.request.user
        require(user, operation.ability, operation.product)
        try:
            if undo_jobs.is_long(operation):
                return accepted(undo_jobs.start(operation, by=user, back=back))
            (operations.undo if back else operations.redo)(operation, by=user)
        except operations.Refused as reason:
            raise Conflict(str(reason)) from reason
        return Response(self.get_serializer(self.get_object()).data)


def register(router) -> None:
    router.register("operations", OperationViewSet, basename="operation")
