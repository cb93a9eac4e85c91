"""The map of debt over REST: the measures of the page, now and at the ends of months."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from debt import map_measures, map_parts, queries
from debt.api.economics import OfProduct
from debt.map_measures import Measures
from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.pages import map as map_page
from debt.pages import map_files
from debt.queries import figures as queries_figures
from tpm.models import Product
from tpm.roles import components_of
from tpm.words import word_of

MOST_FILES = 100
MONTH = OpenApiParameter(
    "month", str, description="Such as 2026-05: as of its last day; now where it is not said."
)


class MeasuresSerializer(serializers.Serializer):
    """What the map measures; null is not known, and a letter empty."""

    changes = serializers.IntegerField(
        source="measures.changes", allow_null=True, help_text="Of the days that the model looks at."
    )
    rate = serializers.FloatField(
        source="measures.rate", allow_null=True,
        help_text="Changes a month, newer ones count more.",
    )  # fmt: skip
    lines = serializers.IntegerField(source="measures.lines", allow_null=True)
    score = serializers.FloatField(
        source="measures.score", allow_null=True, help_text="The highest of its items."
    )
    findings = serializers.IntegerField(
        source="measures.findings", help_text="Open, and neither accepted nor false."
    )
    interest = serializers.FloatField(
        allow_null=True, help_text="Person-days a month, shared hours once."
    )
    interest_unknown = serializers.IntegerField(help_text="Items that the interest leaves out.")
    principal = serializers.FloatField(allow_null=True, help_text="Person-days.")
    principal_unknown = serializers.IntegerField(help_text="Items that the principal leaves out.")
    drag = serializers.FloatField(
        source="measures.drag", allow_null=True,
        help_text="Share of what the paying teams can do.",
    )  # fmt: skip
    drag_letter = serializers.CharField(source="measures.drag_letter")
    debt_ratio = serializers.FloatField(source="measures.ratio", allow_null=True)
    debt_ratio_letter = serializers.CharField(source="measures.ratio_letter")


class PartSerializer(MeasuresSerializer):
    """One component; what lies in none is the last row, where anything does."""

    component = serializers.CharField(help_text="Its key; empty: in no component.")
    items = serializers.ListField(child=serializers.CharField())


class WholeSerializer(MeasuresSerializer):
    """All of a product: debt without a component too; lines only where all are known."""

    product = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField())


class MonthSerializer(serializers.Serializer):
    """A month that the map goes back to."""

    month = serializers.CharField(help_text="As `?month=` takes it.")
    day = serializers.DateField(help_text="The last that counts.")


class HistoryFileSerializer(serializers.Serializer):
    repository = serializers.CharField()
    path = serializers.CharField()
    touches = serializers.FloatField(help_text="Changes, newer ones count more.")
    lines = serializers.IntegerField(source="size", allow_null=True)
    heat = serializers.FloatField(help_text="Touches × lines as a share of the hottest file's.")


class MapFileSerializer(HistoryFileSerializer):
    findings = serializers.IntegerField()


class MapPairSerializer(serializers.Serializer):
    repository = serializers.CharField()
    first = serializers.CharField()
    second = serializers.CharField()
    degree = serializers.IntegerField(help_text="Percent of their changes that are shared.")
    shared = serializers.IntegerField()
    average = serializers.IntegerField(help_text="Mean changes of the two.")


class NearSerializer(serializers.Serializer):
    """One component from near: its hottest files, and what changes together."""

    files = MapFileSerializer(many=True)
    pairs = MapPairSerializer(many=True)
    items = serializers.ListField(child=serializers.CharField())


class TeamTouchesSerializer(serializers.Serializer):
    team = serializers.CharField(help_text="Its name; empty: in no component's paths.")
    share = serializers.FloatField()


class HistoryFiguresSerializer(serializers.Serializer):
    """What the histories of a product say together, as of the last reading."""

    as_of = serializers.DateTimeField(allow_null=True, help_text="Of the oldest that is kept.")
    files = HistoryFileSerializer(many=True, help_text="The hottest.")
    pairs = MapPairSerializer(many=True, help_text="Files that change together most.")
    teams = TeamTouchesSerializer(many=True, help_text="Whose components are touched.")


def moment_of(request) -> map_page.Moment:
    """What `?month=` asks for. raises: ValidationError that says which months there are"""
    asked = word_of(request.query_params, "month")
    found = map_page.moments(timezone.localdate())
    if not asked:
        return found[-1]
    for moment in found:
        if asked in (month_name(moment), "now" if moment.day is None else None):
            return moment
    first, last = (month_name(each) for each in (found[0], found[-2]))
    raise serializers.ValidationError({"month": [f"There are {first} to {last}, and now."]})


def month_name(moment: map_page.Moment) -> str | None:
    return moment.day.strftime("%Y-%m") if moment.day else None


class MapViewSet(OfProduct):
    serializer_class = PartSerializer

    def whole(self) -> tuple[Product, map_parts.Whole, Mapping[str, Any]]:
        product, model = self.product(), queries.current_model().parameters
        whole = map_parts.whole_of(product, model, moment_of(self.request).day)
        return product, whole, model

    @extend_schema(parameters=[MONTH], responses=PartSerializer(many=True))
    def retrieve(self, request, key=None):
        """Every component with its changes, size, debt, findings and the two ratings' numbers.

        The last row, with an empty `component`, is what lies in none, where anything does.
        """
        product, whole, model = self.whole()
        rows = [
            told(map_measures.of_part(part, whole, model, product.hours_per_day), part.items)
            | {"component": part.component.key}
            for part in whole.parts
        ]
        apart = map_measures.of_apart(whole, model, product.hours_per_day)
        if apart is not None:
            rows.append(told(apart, whole.apart) | {"component": ""})
        return Response(PartSerializer(rows, many=True).data)

    @extend_schema(parameters=[MONTH], responses=WholeSerializer)
    @action(detail=True, url_path="whole", url_name="whole")
    def of_all(self, request, key=None):
        """The same measures of all of the product."""
        product, whole, model = self.whole()
        row = told(map_measures.of_product(product, whole, model), whole.items)
        return Response(WholeSerializer(row | {"product": product.key}).data)

    @extend_schema(responses=MonthSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def months(self, request, key=None):
        """The months that the map goes back to, the oldest first."""
        self.product()
        rows = [
            {"month": month_name(moment), "day": moment.day}
            for moment in map_page.moments(timezone.localdate())
            if moment.day
        ]
        return Response(MonthSerializer(rows, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("component", str, required=True), MONTH],
        responses=NearSerializer,
    )
    @action(detail=True)
    def files(self, request, key=None):
        """One component from near: its hottest files, and what changes together."""
        product = self.product()
        name = word_of(request.query_params, "component", 60)
        if not name:
            raise serializers.ValidationError({"component": ["Name a component by its key."]})
        component = get_object_or_404(components_of(product), key=name)
        model, moment = queries.current_model().parameters, moment_of(request)
        near = map_files.near_of(product, component, model, moment.day)
        return Response(NearSerializer(near_told(near)).data)


def told(measures: Measures, items) -> dict[str, Any]:
    count = measures.items
    return {
        "measures": measures,
        "items": [item.key for item in items],
        "interest": measures.interest.of(count),
        "interest_unknown": measures.interest.unknown(count),
        "principal": measures.principal.of(count),
        "principal_unknown": measures.principal.unknown(count),
    }


def near_told(near: map_files.Near) -> dict[str, Any]:
    return {
        "files": [
            file_told(repository, spot) | {"findings": near.findings.get(spot.path, 0)}
            for repository, spot in near.spots
        ],
        "pairs": [pair_told(*row) for row in near.pairs],
        "items": [item.key for item in near.items],
    }  # fmt: skip


def file_told(repository: str, spot: Hotspot) -> dict[str, Any]:
    return {"repository": repository, **asdict(spot)}


def pair_told(repository: str, pair: Pair) -> dict[str, Any]:
    return {
        "repository": repository, "first": pair.entity, "second": pair.coupled,
        "degree": pair.degree, "shared": pair.shared, "average": pair.average,
    }  # fmt: skip


class HistoryFiguresViewSet(OfProduct):
    serializer_class = HistoryFiguresSerializer

    @extend_schema(responses=HistoryFiguresSerializer)
    def retrieve(self, request, key=None):
        """The hottest files, those that change together, and whose components are touched."""
        product = self.product()
        rows = queries_figures.figures_of(product)
        spots = queries_figures.hotspots_in(rows, MOST_FILES)
        pairs = queries_figures.pairs_in(product, rows)[:MOST_FILES]
        shares = queries_figures.shares_in(rows)
        told = {
            "as_of": min((row.as_of for row in rows), default=None),
            "files": [file_told(*row) for row in spots],
            "pairs": [pair_told(*row) for row in pairs],
            "teams": [
                {"team": team, "share": share}
                for team, share in sorted(shares.items(), key=lambda row: (-row[1], row[0]))
            ],
        }
        return Response(HistoryFiguresSerializer(told).data)


def register(router) -> None:
    router.register("debt-map", MapViewSet, basename="debt-map")
    router.register("history-figures", HistoryFiguresViewSet, basename="history-figures")
