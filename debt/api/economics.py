"""Pay-off and trend over REST: what the pages say, as numbers."""

import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import payoff_register, services
from debt.api.preview import PayoffDates
from debt.maths.flows import Period, periods
from debt.maths.payoff import Reason
from debt.payoff_limits import team_drags
from debt.queries.lives import lives_of, months_until, spreads
from tpm import operations
from tpm.models import Product
from tpm.roles import products_visible_to, require

BUDGET = OpenApiParameter(
    "budget", str, description="Person-days, or with % a share of the teams' next quarter."
)


class ChosenSerializer(serializers.Serializer):
    """One debt item; person-days, and person-days a month."""

    key = serializers.CharField()
    chosen = serializers.BooleanField()
    left = serializers.ChoiceField(
        choices=[(reason.value, reason.value) for reason in Reason], allow_null=True,
        help_text="Why it is not chosen.",
    )  # fmt: skip
    enough = serializers.FloatField(
        allow_null=True, help_text="The budget from which it is certainly chosen."
    )
    needs = serializers.ListField(
        child=serializers.CharField(), help_text="Keys of what is to be paid before it."
    )
    pulled_in_by = serializers.CharField(
        allow_null=True, help_text="The chosen item that needs it first, where that is why."
    )
    cost = serializers.FloatField()
    back = serializers.FloatField()
    net = serializers.FloatField()
    chance = serializers.FloatField(help_text="That it pays back inside the horizon.")


class TeamBudgetSerializer(serializers.Serializer):
    """A team's mean drag before and after, as shares of its capacity."""

    team = serializers.CharField(source="team.slug")
    before = serializers.FloatField()
    after = serializers.FloatField()
    limit = serializers.FloatField(
        allow_null=True, help_text="The highest that its policy allows; null: it says nothing."
    )
    over = serializers.BooleanField(source="is_over", help_text="Above its limit today.")
    enough = serializers.FloatField(
        allow_null=True,
        help_text="Of a team above its limit: the budget from which it comes below; null: none.",
    )


class PayoffSerializer(serializers.Serializer):
    """What a budget pays, in the order of paying; what is left follows."""

    budget = serializers.FloatField()
    spent = serializers.FloatField()
    back = serializers.FloatField()
    net = serializers.FloatField()
    items = ChosenSerializer(many=True)
    teams = TeamBudgetSerializer(many=True)


class PlanPayoffSerializer(serializers.Serializer):
    """The items are those of the last answer: another choice by now is refused."""

    budget = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(max_length=24))
    first = serializers.BooleanField(default=True, help_text="Before everything else, or after.")


class WorkSerializer(serializers.Serializer):
    items = serializers.ListField(child=serializers.CharField(), help_text="Keys of the work.")
    teams = TeamBudgetSerializer(many=True, help_text="What the choice does to their drag.")


class CauseSerializer(serializers.Serializer):
    cause = serializers.CharField()
    amount = serializers.FloatField()


class PeriodSerializer(serializers.Serializer):
    """One month; after − before is the sum of the causes, exactly."""

    starts_on = serializers.DateField()
    ends_before = serializers.DateField()
    before = serializers.FloatField()
    after = serializers.FloatField()
    after_p10 = serializers.FloatField(help_text="One time in ten it is less; never below 0.")
    after_p90 = serializers.FloatField(help_text="One time in ten it is more.")
    causes = CauseSerializer(many=True)


class TrendSerializer(serializers.Serializer):
    principal = PeriodSerializer(many=True, help_text="Person-days.")
    interest = PeriodSerializer(many=True, help_text="Person-days a month, shared hours once.")


class OfProduct(viewsets.GenericViewSet):
    """Answers for one product, by its key."""

    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+"

    def get_queryset(self):
        return products_visible_to(self.request.user)

    def product(self, ability: str | None = None) -> Product:
        found = self.get_object()
        if ability is not None:
            require(self.request.user, ability, found)
        return found


def asked_of(text: str, found: payoff_register.Register) -> payoff_register.Asked:
    """raises: ValidationError for what is no budget"""
    asked, wrong = payoff_register.read_asked({"budget": text}, found)
    if wrong:
        raise serializers.ValidationError({"budget": [wrong]})
    return asked


class PayoffViewSet(OfProduct, PayoffDates):
    serializer_class = PayoffSerializer

    @extend_schema(parameters=[BUDGET], responses=PayoffSerializer)
    def retrieve(self, request, key=None):
        """What a budget pays; without one, a tenth of the teams' next quarter."""
        found = payoff_register.register_of(self.product())
        asked = asked_of(request.query_params.get("budget", ""), found)
        return Response(PayoffSerializer(payoff_of(found, asked.budget)).data)

    @extend_schema(request=PlanPayoffSerializer, responses={201: WorkSerializer})
    @action(detail=True, methods=["post"])
    def plan(self, request, key=None):
        """Plan all that a budget pays, in its order, or nothing."""
        product = self.product("plan")
        given = PlanPayoffSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = payoff_register.register_of(product)
        asked = asked_of(given.validated_data["budget"], found)
        chosen = [found.items[pk] for pk in payoff_register.chosen_by(found, asked)]
        if [item.key for item in chosen] != given.validated_data["items"]:
            raise serializers.ValidationError(
                {"items": ["The budget pays something else by now: look again."]}
            )
        teams = team_drags(found, [item.pk for item in chosen])
        with operations.recorded(product, by=request.user) as done:
            made = services.plan_together(
                [(item, item.version) for item in chosen],
                by=request.user,
                first=given.validated_data["first"],
            )
            done.words = services.planned_words(made)
        answer = WorkSerializer({"items": [item.key for item in made], "teams": teams})
        return Response(answer.data, status=status.HTTP_201_CREATED)


def payoff_of(found: payoff_register.Register, budget: float) -> dict[str, Any]:
    paid = found.ranking.spend(budget)
    by_id = {each.id: each for each in found.candidates}
    order = [*paid.chosen, *sorted(paid.left)]
    return {
        "budget": budget,
        "spent": paid.spent,
        "back": paid.back,
        "net": paid.net,
        "items": [
            {
                "key": found.items[pk].key,
                "chosen": pk not in paid.left,
                "left": paid.left.get(pk),
                "enough": paid.enough.get(pk),
                "needs": [found.items[each].key for each in found.needs.get(pk, ())],
                "pulled_in_by": key_of(found, paid.for_whom.get(pk)),
                "cost": by_id[pk].cost,
                "back": by_id[pk].back,
                "net": by_id[pk].net,
                "chance": by_id[pk].chance,
            }
            for pk in order
        ],
        "teams": team_drags(found, paid.chosen),
    }


def key_of(found: payoff_register.Register, pk: int | None) -> str | None:
    return None if pk is None else found.items[pk].key


class TrendViewSet(OfProduct):
    serializer_class = TrendSerializer

    @extend_schema(responses=TrendSerializer)
    def retrieve(self, request, key=None):
        """Principal and interest of the last twelve months, and what moved them."""
        lives = lives_of(self.product())
        bounds = months_until(timezone.localdate())
        told = {
            name: [
                told_of(each, half)
                for each, half in zip(
                    periods(lives[name], bounds),
                    spreads(lives[f"{name}_var"], bounds),
                    strict=True,
                )
            ]
            for name in ("principal", "interest")
        }
        return Response(TrendSerializer(told).data)


def told_of(each: Period, half: float) -> dict[str, datetime.date | float | list]:
    return {
        "starts_on": each.start,
        "ends_before": each.end,
        "before": each.before,
        "after": each.after,
        "after_p10": max(0.0, each.after - half),
        "after_p90": each.after + half,
        "causes": [{"cause": cause.value, "amount": sum_} for cause, sum_ in each.causes.items()],
    }


def register(router) -> None:
    router.register("debt-payoff", PayoffViewSet, basename="debt-payoff")
    router.register("debt-trend", TrendViewSet, basename="debt-trend")
