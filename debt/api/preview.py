"""What paying does to the plan's dates, over REST: of one item, and of what a budget pays."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import moving, payoff_jobs, payoff_plans, payoff_register, previews, services
from debt.models import DebtItem
from debt.payoff_register import FIRST, LAST, Asked, Register
from tpm.job_api import JobSerializer, accepted
from tpm.models import Product

PLACES = [(FIRST, FIRST), (LAST, LAST)]


class MovedSerializer(serializers.Serializer):
    """How one objective or item moves; the days are of P85, later (+) or earlier (−)."""

    key = serializers.CharField(help_text="Of an item, or the id of an objective.")
    title = serializers.CharField()
    before = serializers.DateField(allow_null=True)
    after = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    later = serializers.FloatField(help_text="Share of trials in which it ends later.")
    earlier = serializers.FloatField()


class PreviewSerializer(serializers.Serializer):
    """Two plans on the same draws: with the work, or without the debt, against the plan as is."""

    place = serializers.CharField(help_text="first or last in the order; gone: without the debt.")
    objectives = MovedSerializer(many=True)
    items = MovedSerializer(many=True, help_text="Those that move farthest.")


class ItemDatesSerializer(serializers.Serializer):
    """What one item does to the dates."""

    paying = PreviewSerializer(many=True, help_text="Before everything else, and at the end.")
    gap = serializers.CharField(help_text="Why paying cannot be planned; empty where it can.")
    gone = PreviewSerializer(
        allow_null=True, help_text="As if it cost nothing from today on; null: not known."
    )


class WaySerializer(serializers.Serializer):
    budget = serializers.CharField(
        max_length=20, help_text="Person-days, or with % a share of the teams' next quarter."
    )
    place = serializers.ChoiceField(choices=PLACES, default=FIRST)


class AskDatesSerializer(serializers.Serializer):
    ways = WaySerializer(many=True, help_text="One way to spend, or two to compare.")

    def validate_ways(self, ways: list[dict]) -> list[dict]:
        if not 1 <= len(ways) <= 2:
            raise serializers.ValidationError("Send one way, or two to compare.")
        return ways


class WayDatesSerializer(serializers.Serializer):
    """What one way to spend does to the dates; without objectives where it pays nothing."""

    budget = serializers.FloatField()
    place = serializers.CharField()
    objectives = MovedSerializer(many=True)
    all_met = serializers.ListField(
        child=serializers.FloatField(), allow_null=True,
        help_text="Chance to meet all targets, before and after; null without targets.",
    )  # fmt: skip
    any_later = serializers.FloatField(
        allow_null=True, help_text="Share of trials in which an objective comes later."
    )


class DatesSerializer(serializers.Serializer):
    ways = WayDatesSerializer(many=True)


class ItemDates(viewsets.GenericViewSet):
    """Part of the viewset of debt items."""

    @extend_schema(responses=ItemDatesSerializer)
    @action(detail=True)
    def dates(self, request, key=None):
        """What paying it would do to the plan's dates, and what it costs them."""
        item: DebtItem = self.get_object()
        told: dict[str, Any] = {"paying": [], "gap": "", "gone": None}
        if item.drags:
            told["gone"] = previews.of_being_gone(item)
        told["gap"] = moving.not_to_plan(item)
        if told["gap"]:
            return Response(ItemDatesSerializer(told).data)
        try:
            told["paying"] = previews.of_paying(item, services.payoff_of(item))
        except ValidationError as problem:
            told["gap"] = " ".join(problem.messages)
        return Response(ItemDatesSerializer(told).data)


class PayoffDates(viewsets.GenericViewSet):
    """Part of the viewset of the pay-off."""

    def product(self, ability: str | None = None) -> Product:
        raise NotImplementedError

    @extend_schema(request=AskDatesSerializer, responses={200: DatesSerializer, 202: JobSerializer})
    @action(detail=True, methods=["post"])
    def dates(self, request, key=None):
        """What one budget, or two, do to the plan's dates; whoever sees the plan may ask.

        Large plans are simulated by the worker (202): asked again once its job is done, the answer
        is what it found (200), for as long as plan, scores and choice are the same.
        """
        product = self.product()
        given = AskDatesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = payoff_register.register_of(product)
        ways = [way_of(each, found) for each in given.validated_data["ways"]]
        if payoff_jobs.takes_long(product, found, ways):
            job = payoff_jobs.request(product, found, ways, by=request.user)
            if job.ended_at is None:
                return accepted(job)
            together = payoff_jobs.read(job.report)
        else:
            together = [payoff_plans.paid_plan(product, found, asked) for asked in ways]
        rows = [told_of(*pair) for pair in zip(ways, together, strict=True)]
        return Response(DatesSerializer({"ways": rows}).data)


def way_of(each: dict[str, str], found: Register) -> Asked:
    """raises: ValidationError for what is no budget"""
    asked, wrong = payoff_register.read_way(each, found)
    if wrong or asked is None:
        raise serializers.ValidationError({"ways": [wrong or "Name a budget."]})
    return asked


def told_of(asked: Asked, each: previews.Together | None) -> dict[str, Any]:
    return {
        "budget": asked.budget,
        "place": asked.place,
        "objectives": each.preview.objectives if each else [],
        "all_met": each.all_met if each else None,
        "any_later": each.any_later if each else None,
    }
