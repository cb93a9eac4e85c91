"""The totals of a product's debt over REST, each team's drag with its shares, and score models."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import queries
from debt import register as debt_register
from debt.api.economics import OfProduct
from debt.maths import ratings
from debt.models import DebtItem, ScoreModel, TeamLedger

UNPRICED = ("interest", "interest_sd", "interest_p10", "interest_p90")


class TotalsSerializer(serializers.Serializer):
    """The strip above the register; person-days, and person-days a month. Null is not known."""

    items = serializers.IntegerField()
    scored = serializers.IntegerField()
    principal = serializers.FloatField(allow_null=True)
    principal_sd = serializers.FloatField(allow_null=True)
    interest = serializers.FloatField(allow_null=True, help_text="Hours that items share once.")
    interest_sd = serializers.FloatField(allow_null=True)
    interest_p10 = serializers.FloatField(allow_null=True, help_text="Cut like the teams' drag.")
    interest_p90 = serializers.FloatField(allow_null=True)
    interest_alone = serializers.FloatField(help_text="Of each item by itself, added up.")
    capacity = serializers.FloatField(help_text="Of the teams that serve the product.")
    gains = serializers.IntegerField(help_text="Items with a net gain inside the horizon.")
    gain_days = serializers.FloatField()
    incurred = serializers.FloatField(help_text="Principal that came this quarter.")
    paid = serializers.FloatField()
    written_off = serializers.FloatField()
    as_of = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField(help_text="Whether a team waits to be scored anew.")


class ShareSerializer(serializers.Serializer):
    """What one item adds to the drag."""

    item = serializers.CharField()
    share = serializers.FloatField(help_text="Of the capacity, after overlap and cap.")
    alone = serializers.FloatField()


class TeamDragSerializer(serializers.Serializer):
    """One team's drag: shares of its capacity; the shares of items add up to it."""

    team = serializers.CharField()
    capacity = serializers.FloatField(allow_null=True, help_text="Person-days a month.")
    drag = serializers.FloatField(allow_null=True)
    p10 = serializers.FloatField(allow_null=True)
    p50 = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)
    letter = serializers.CharField(help_text="Empty where the drag is not known.")
    uncapped = serializers.FloatField(allow_null=True)
    capped = serializers.BooleanField()
    budget = serializers.FloatField(allow_null=True, help_text="The highest drag it allows.")
    shares = ShareSerializer(many=True, help_text="Of this product's items, the largest first.")
    elsewhere = serializers.FloatField(help_text="What items of other products add.")
    computed_at = serializers.DateTimeField(allow_null=True)


class ScoreModelSerializer(serializers.ModelSerializer):
    class Meta:
        model = ScoreModel
        fields = ["number", "note", "created_at", "parameters"]
        read_only_fields = fields


class TotalsViewSet(OfProduct):
    serializer_class = TotalsSerializer

    @extend_schema(responses=TotalsSerializer)
    def retrieve(self, request, key=None):
        """What the debt of a product adds up to."""
        found = debt_register.summary(self.product(), timezone.localdate())
        names = TotalsSerializer().get_fields()
        told: dict[str, Any] = {name: getattr(found, name) for name in names}
        # Where nothing is known of any item, the sum is not known: unknown is not zero.
        if found.items and not found.sized:
            told |= {"principal": None, "principal_sd": None}
        if found.items and not found.priced:
            told |= {name: None for name in names if name in UNPRICED}
        return Response(TotalsSerializer(told).data)

    @extend_schema(responses=TeamDragSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def teams(self, request, key=None):
        """The drag of each team that serves the product, with the items that make it."""
        product = self.product()
        rows = DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
        keys = {str(pk): key for pk, key in rows.values_list("pk", "key")}
        model = queries.current_model().parameters
        told = [team_told(ledger, keys, model) for ledger in queries.ledgers_of(product)]
        return Response(TeamDragSerializer(told, many=True).data)


def team_told(ledger: Any, keys: Mapping[str, str], model: Mapping[str, Any]) -> dict[str, Any]:
    """keys: row number of this product's items to their keys; others stay unnamed"""
    kept: TeamLedger = ledger
    shares, elsewhere = [], 0.0
    for pk, (after, alone, *_rest) in sorted(kept.shares.items(), key=lambda row: -row[1][0]):
        if pk in keys:
            shares.append({"item": keys[pk], "share": after, "alone": alone})
        else:
            elsewhere += after
    drag = kept.drag_mean
    return {
        "team": kept.team.slug, "capacity": kept.capacity_days, "drag": drag,
        "p10": kept.drag_p10, "p50": kept.drag_p50, "p90": kept.drag_p90,
        "letter": "" if drag is None else ratings.drag_letter(drag, model),
        "uncapped": kept.drag_uncapped, "capped": kept.capped, "budget": ledger.drag_limit,
        "shares": shares, "elsewhere": elsewhere, "computed_at": kept.computed_at,
    }  # fmt: skip


class ScoreModelViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Every version of the formulas' parameters; the highest number counts."""

    serializer_class = ScoreModelSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"

    def get_queryset(self):
        return queries.score_models()


def register(router) -> None:
    router.register("debt-totals", TotalsViewSet, basename="debt-totals")
    router.register("debt-models", ScoreModelViewSet, basename="debt-model")
