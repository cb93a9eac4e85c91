"""Making debt of a bad consequence, over REST."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.response import Response

from debt import services
from debt.api import sure as sure_api
from debt.api.items import DebtItemSerializer, RangeField
from debt.api.sure import SureField
from debt.models import DebtItem
from tpm.api import named_in
from tpm.roles import require
from tradeoffs.queries_follow import consequences_visible_to


class DeliberateSerializer(serializers.Serializer):
    """What is not known of the cost may be said later."""

    consequence = serializers.IntegerField(help_text="Id of a bad consequence.")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    interest = RangeField(required=False, help_text="Person-days a month.")
    principal = RangeField(required=False, help_text="Person-days to fix.")
    version = serializers.IntegerField(required=False)
    sure = SureField()


class DeliberateDebtViewSet(viewsets.GenericViewSet):
    serializer_class = DeliberateSerializer

    @extend_schema(request=DeliberateSerializer, responses={201: DebtItemSerializer})
    def create(self, request):
        """Log a bad consequence as deliberate debt, with its decision as the cause."""
        named = named_in(request, "consequence")
        if not isinstance(named, int):
            raise serializers.ValidationError({"consequence": ["Name a consequence by its id."]})
        row = get_object_or_404(consequences_visible_to(request.user), pk=named)
        require(request.user, "log_debt", row.decision.product)
        given = DeliberateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        fields.pop("consequence")
        sure_api.ask(
            fields.get("interest"), row.decision.product, services.payer_of(row),
            field="interest", answered=fields.pop("sure"),
        )  # fmt: skip
        item = services.become_debt(row, by=request.user, **fields)
        fresh = DebtItem.objects.select_related("product", "reporter").get(pk=item.pk)
        return Response(DebtItemSerializer(fresh).data, status=status.HTTP_201_CREATED)


def register(router) -> None:
    router.register("deliberate-debt", DeliberateDebtViewSet, basename="deliberate-debt")
