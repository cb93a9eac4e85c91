"""Taps, confirmation, what is needed first and pay-offs looked back on, over REST."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import services
from debt.models import DebtItem, DebtOutcome, DebtTap
from debt.pages import needs as need_page
from debt.pages import worth as worth_page
from debt.queries import contract as contract_queries
from tpm.words import word_of

MOST_TAPS = 200


class TapSerializer(serializers.ModelSerializer):
    """Minutes that an item cost; of nobody."""

    receipt = serializers.CharField(
        read_only=True,
        required=False,
        help_text="Of a tap counted just now: takes it back for 15 minutes.",
    )

    class Meta:
        model = DebtTap
        fields = ["minutes", "at", "source", "reference", "receipt"]


class NewTapSerializer(serializers.Serializer):
    minutes = serializers.FloatField(default=services.TAP_MINUTES, help_text="Working time lost.")
    at = serializers.DateTimeField(required=False, help_text="When; now unless said otherwise.")
    reference = serializers.CharField(
        required=False, max_length=200, help_text="What told it: the same one counts once."
    )


class TapReceiptSerializer(serializers.Serializer):
    receipt = serializers.CharField(max_length=300, help_text="What the tap was answered with.")


class OutcomeSerializer(serializers.ModelSerializer):
    """What a pay-off promised and what was measured; null is not known."""

    item: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )

    class Meta:
        model = DebtOutcome
        fields = ["item", "paid_on", "at", "verdict", "facts"]


class RateSerializer(serializers.Serializer):
    """How often a team's pay-offs held; share and interval are null below the guard."""

    team = serializers.CharField()
    hits = serializers.IntegerField()
    n = serializers.IntegerField(help_text="Pay-offs whose outcome is known.")
    unknown = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class NeededSerializer(serializers.Serializer):
    """A debt item that another one needs paid first."""

    key = serializers.CharField(max_length=24)
    title = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=DebtItem.State.choices, read_only=True)


class NeedsSerializer(serializers.Serializer):
    first = NeededSerializer(many=True, help_text="To be paid before it.")
    then = NeededSerializer(many=True, help_text="What waits for it.")


class ContractActions(viewsets.GenericViewSet):
    """What people do with one item beyond describing it; part of its viewset."""

    def writable(self, ability: str) -> DebtItem:
        raise NotImplementedError

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    @extend_schema(methods=["GET"], responses=TapSerializer(many=True))
    @extend_schema(methods=["POST"], request=NewTapSerializer, responses={201: TapSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def taps(self, request, key=None):
        """The newest 200 taps, or one more: it cost me 15 minutes."""
        if request.method == "GET":
            rows = self.get_object().taps.filter(withdrawal=None)[:MOST_TAPS]
            return Response(TapSerializer(rows, many=True).data)
        item = self.writable("log_debt")
        given = NewTapSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        reference = said.pop("reference", "")
        source = f"{DebtTap.Source.API}:{reference}" if reference else DebtTap.Source.API
        row, receipt = services.tap_with_receipt(item, by=request.user, source=source, **said)
        answer = dict(TapSerializer(row).data)
        if receipt:
            answer["receipt"] = receipt
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(request=TapReceiptSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="taps/withdraw", url_name="tap-withdraw")
    def withdraw(self, request, key=None):
        """Take back a tap of your own, within 15 minutes."""
        item = self.writable("log_debt")
        given = TapReceiptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.withdraw_tap(item, given.validated_data["receipt"], by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def needs_answer(self, item: DebtItem, code: int = status.HTTP_200_OK) -> Response:
        found = need_page.of_item(item)
        sides = {
            "first": [each.item for each in found.first],
            "then": [each.item for each in found.then],
        }
        return Response(NeedsSerializer(sides).data, status=code)

    @extend_schema(methods=["GET"], responses=NeedsSerializer)
    @extend_schema(methods=["POST"], request=NeededSerializer, responses={201: NeedsSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def needs(self, request, key=None):
        """What is to be paid first and what waits, or one more that comes first."""
        if request.method == "GET":
            return self.needs_answer(self.get_object())
        item = self.writable("log_debt")
        given = NeededSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data["key"]
        needed = DebtItem.objects.filter(product=item.product_id, key=wanted).first()
        if needed is None:
            raise serializers.ValidationError({"key": ["No debt of this product has this key."]})
        services.add_need(item, by=request.user, needed=needed)
        return self.needs_answer(item, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(
        detail=True, methods=["delete"], url_path=r"needs/(?P<needed>[A-Z0-9]+-D[0-9]+)",
        url_name="need",
    )  # fmt: skip
    def need(self, request, key=None, needed=None):
        """It does not need this one after all."""
        item = self.writable("log_debt")
        row = get_object_or_404(item.need_links.select_related("needed"), needed__key=needed)
        services.remove_need(row, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def confirm(self, request, key=None):
        """What was declared is still true, as of today."""
        item = self.writable("log_debt")
        services.confirm_interest(item, by=request.user)
        return self.answer(item.key)


class OutcomeViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Was it worth it? Written once for each pay-off, 90 days after it."""

    serializer_class = OutcomeSerializer

    def get_queryset(self):
        rows = contract_queries.outcomes_visible_to(self.request.user).select_related("item")
        if product := word_of(self.request.query_params, "product"):
            rows = rows.filter(item__product__key=product)
        return rows

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """Pay-offs looked back on, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[OpenApiParameter("product", str)],
        responses=RateSerializer(many=True),
    )
    @action(detail=False, pagination_class=None)
    def rates(self, request):
        """How often the pay-offs of each team held, in one product or in all you see."""
        found = worth_page.rates(list(self.get_queryset().select_related("item__team")))
        rows = [
            {
                "team": one.team, "hits": one.rate.hits, "n": one.rate.n,
                "unknown": one.rate.unknown, "share": one.rate.share,
                "interval": one.rate.interval,
            }
            for one in found
        ]  # fmt: skip
        return Response(RateSerializer(rows, many=True).data)
