"""Debt items over REST: the same services, rules and sentences as the pages."""

import hashlib
import json
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import export, lines, queries, services
from debt import register as debt_register
from debt.api import sure as sure_api
from debt.api.contract import ContractActions, OutcomeViewSet
from debt.api.interest import DebtScoreSerializer, InterestActions, RangeField
from debt.api.preview import ItemDates
from debt.api.rehearsal import RehearsalSerializer, rehearsed
from debt.api.states import StateActions
from debt.api.sure import SureField
from debt.models import DebtItem
from debt.models.items import TOO_MANY_MONTHS
from debt.owning import MOST_EVIDENCE
from tpm import operations
from tpm.api import (
    Refused,
    asks_dry_run,
    idempotency_key,
    product_asked_for,
    visible_product,
)
from tpm.models import Component, Person, Product, Team
from tpm.roles import components_of, people_of, require, teams_of
from tpm.words import word_of
from tradeoffs.models import Decision


class DebtItemSerializer(serializers.ModelSerializer):
    """A debt item as it is read; `PATCH` needs the version that was read."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.none(), allow_null=True, required=False
    )
    component = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), allow_null=True, required=False
    )
    decision = serializers.SlugRelatedField(
        slug_field="key", queryset=Decision.objects.none(), allow_null=True, required=False
    )
    item: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    reporter = serializers.CharField(source="reporter.username", read_only=True)
    principal = RangeField(allow_null=True, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    latest_score = DebtScoreSerializer(read_only=True)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = DebtItem
        fields = [
            "key", "external_key", "product", "title", "description", "state", "team", "component",
            "owner",
            "reporter", "tags", "size", "principal", "slow_down", "probability", "contagion",
            "risk_dimension", "risk_level", "risk_probability", "share_removed",
            "months_until_done", "hurts_since", "quadrant", "accepted_until", "accepted_trigger",
            "accepted_ceiling_days", "closed_on",
            "decision", "item", "latest_score", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "key", "state", "accepted_until", "accepted_trigger", "accepted_ceiling_days",
            "closed_on", "created_at", "updated_at",
        ]  # fmt: skip
        extra_kwargs = {
            "hurts_since": {"required": False},
            "months_until_done": {"error_messages": {"max_value": TOO_MANY_MONTHS}},
        }
        validators: list = []

    def get_fields(self):
        fields = super().get_fields()
        product = getattr(self.instance, "product", None) or self.context.get("product")
        choices: dict[str, Any] = {"owner": Person.objects.none()}
        if product is not None:
            choices |= {
                "owner": people_of(product),
                "team": teams_of(product),
                "component": components_of(product),
                "decision": Decision.objects.filter(product=product),
            }
        for name, rows in choices.items():
            field = fields[name]
            assert isinstance(field, serializers.RelatedField)
            setattr(field, "queryset", rows)  # noqa: B010 - the stubs take it for a manager
        return fields


class LoggedSerializer(DebtItemSerializer):
    """A debt item that was just logged."""

    taken_from = serializers.CharField(
        read_only=True,
        help_text="Where team and owner come from that nobody said: CODEOWNERS or history.",
    )

    class Meta(DebtItemSerializer.Meta):
        fields = [*DebtItemSerializer.Meta.fields, "taken_from"]


class LogSerializer(DebtItemSerializer):
    """A new debt item: product and title are enough, or one typed line in place of the rest."""

    line = serializers.CharField(
        required=False, max_length=400, help_text="As on the page: `Tax rules in a.py ~M +third`."
    )
    title = serializers.CharField(required=False, max_length=200)
    interest = RangeField(required=False, help_text="Person-days a month.")
    evidence = serializers.ListField(
        child=serializers.CharField(max_length=500), required=False, max_length=MOST_EVIDENCE,
        help_text="Files, links and sentences that show it.",
    )  # fmt: skip
    files = serializers.ListField(
        child=serializers.CharField(max_length=500), required=False, max_length=MOST_EVIDENCE,
        help_text="Files and folders that show it, whatever they are called, such as `Dockerfile`.",
    )  # fmt: skip

    sure = SureField()

    class Meta(DebtItemSerializer.Meta):
        fields = [*DebtItemSerializer.Meta.fields, "interest", "evidence", "files", "line", "sure"]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        line = data.pop("line", "").strip()
        if line:
            product = self.context["product"]
            said = lines.fields_of(product, lines.read(product, line))
            paths = [*said.pop("paths"), *data.pop("evidence", ())]
            typed = {name: value for name, value in said.items() if value}
            data = typed | data | {"evidence": list(dict.fromkeys(paths))}
        if not data.get("title", "").strip():
            raise serializers.ValidationError({"title": ["Say in a few words what hurts."]})
        return data


class PlanSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    first = serializers.BooleanField(
        default=False, help_text="Before everything else, instead of at the end of the plan."
    )


class PlannedSerializer(serializers.Serializer):
    item = serializers.CharField(help_text="Key of the roadmap item that pays the debt.")


MATCHING = OpenApiParameter(
    "matching", str,
    description="What stands behind the ? of the register's address of a product, such as "
    "`tab=first&q=search`: these rows in that order.",
)  # fmt: skip


@extend_schema_view(
    accept=extend_schema(responses=DebtItemSerializer),
    interest=extend_schema(methods=["POST"], responses=DebtItemSerializer),
    confirm=extend_schema(responses=DebtItemSerializer),
    not_debt=extend_schema(responses=DebtItemSerializer),
    pay=extend_schema(responses=DebtItemSerializer),
    write_off=extend_schema(responses=DebtItemSerializer),
    reopen=extend_schema(responses=DebtItemSerializer),
)
class DebtItemViewSet(
    StateActions, InterestActions, ContractActions, ItemDates,
    mixins.ListModelMixin, mixins.RetrieveModelMixin,
):  # fmt: skip
    serializer_class = DebtItemSerializer
    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+-D[0-9]+"

    def get_queryset(self):
        visible = queries.debt_items_visible_to(self.request.user)
        if self.action == "list":
            for name, field in (("product", "product__key"), ("state", "state")):
                if value := word_of(self.request.query_params, name):
                    visible = visible.filter(**{field: value})
            if "matching" in self.request.query_params:
                return queries.with_everything(self.matching(visible))
        return queries.with_everything(visible).order_by("-pk")

    def matching(self, visible: QuerySet[DebtItem]) -> QuerySet[DebtItem]:
        """The rows that an address of the register shows, in its order."""
        product, user = product_asked_for(self.request), self.request.user
        choice = debt_register.Choice.read(QueryDict(self.request.query_params.get("matching", "")))
        found = debt_register.matching(product, choice, user, timezone.localdate())
        return found.filter(pk__in=visible.values("pk"))

    @extend_schema(
        parameters=[OpenApiParameter("product", str, required=True), MATCHING],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=False)
    def export(self, request):
        """The rows of an address of the register as a table, which `debt-imports` takes back in."""
        product = product_asked_for(request)
        return export.as_file(product, self.matching(self.get_queryset()))

    def answer(self, key: str, code: int = status.HTTP_200_OK) -> Response:
        item = get_object_or_404(self.get_queryset(), key=key)
        return Response(DebtItemSerializer(item).data, status=code)

    def writable(self, ability: str) -> DebtItem:
        item = self.get_object()
        require(self.request.user, ability, item.product)
        return item

    @extend_schema(
        parameters=[
            OpenApiParameter("product", str),
            OpenApiParameter("state", str),
            MATCHING,
        ]
    )  # fmt: skip
    def list(self, request, *args, **kwargs):
        """Debt of the products you see, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=LogSerializer,
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say how it is understood, log nothing."),
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER,
                description="The same key and body sent again are the item that there is (200).",
            ),
        ],
        responses={
            200: PolymorphicProxySerializer(
                "LoggedBeforeOrRehearsed", [RehearsalSerializer, LoggedSerializer], None
            ),
            201: LoggedSerializer, 422: OpenApiTypes.OBJECT,
        },
    )  # fmt: skip
    def create(self, request):
        """Log a debt item; a dry run says how it is understood, and what looks the same (200).

        With an `Idempotency-Key` it is logged once, however often it is sent.
        """
        product = visible_product(request)
        require(request.user, "log_debt", product)
        if asks_dry_run(request):
            given = self.said_of(product)
            line = str(given.initial_data.get("line", ""))
            return Response(rehearsed(product, line, given.validated_data))
        sent = {"by": request.user, "key": idempotency_key(request), "digest": digest_of(request)}
        try:
            # Before it is judged: what was right when it was logged may be refused by now.
            item, again = services.logged_by_key(product, **sent), True
            if item is None:
                fields = self.fields_of(product)
                item, again = services.log_by_key(
                    product, **sent,
                    log=lambda: services.log_debt_item(product, by=request.user, **fields),
                )  # fmt: skip
        except services.OtherRequest as refusal:
            raise Refused(str(refusal)) from refusal
        answer = self.answer(item.key, status.HTTP_200_OK if again else status.HTTP_201_CREATED)
        answer.data["taken_from"] = item.taken_from
        return answer

    def said_of(self, product: Product) -> LogSerializer:
        """What a new item is said to be. raises: ValidationError"""
        given = LogSerializer(data=self.request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        return given

    def fields_of(self, product: Product) -> dict[str, Any]:
        """The same as `services.log_debt_item` takes it, with its cost asked about."""
        given = self.said_of(product)
        fields = unfold(dict(given.validated_data))
        fields.pop("version", None)
        sure_api.ask(
            days := fields.get("interest"), product,
            sure_api.payer(product, fields) if days else None,
            field="interest" if "interest" in given.initial_data else "line",
            answered=fields.pop("sure"),
        )  # fmt: skip
        evidence = fields.pop("evidence", ())
        nobody = [name for name, value in fields.items() if value is None]
        return fields | {"paths": evidence, "nobody": nobody}

    @extend_schema(request=DebtItemSerializer, responses=DebtItemSerializer)
    def partial_update(self, request, key=None):
        """Change what is known of an item."""
        item = self.writable("log_debt")
        given = DebtItemSerializer(item, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = unfold(dict(given.validated_data))
        version = fields.pop("version", None)
        if version is None:
            raise serializers.ValidationError({"version": ["Send the version that you read."]})
        services.change_item(item, by=request.user, version=version, **fields)
        return self.answer(item.key)

    @extend_schema(request=PlanSerializer, responses={201: PlannedSerializer})
    @action(detail=True, methods=["post"])
    def plan(self, request, key=None):
        """Put paying into the plan: an item with its estimate, and the capacity it gives back."""
        item = self.writable("plan")
        given = PlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with operations.recorded(item.product, by=request.user) as done:
            work = services.plan_it(item, by=request.user, **given.validated_data)
            done.words = services.planned_words([work])
        return Response({"item": work.key}, status=status.HTTP_201_CREATED)


def digest_of(request) -> str:
    """A fingerprint of what was sent."""
    return hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()


def unfold(fields: dict[str, Any]) -> dict[str, Any]:
    """`principal` as the three columns that hold it."""
    if "principal" in fields:
        low, mid, high = fields.pop("principal") or (None, None, None)
        fields |= {
            "principal_p10_days": low,
            "principal_p50_days": mid,
            "principal_p90_days": high,
        }
    return fields


def register(router) -> None:
    """Add this app's resources to the API."""
    router.register("debt-items", DebtItemViewSet, basename="debt-item")
    router.register("debt-outcomes", OutcomeViewSet, basename="debt-outcome")
