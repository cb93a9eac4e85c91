"""The matrix over REST: many cells, weights by a method, bound cells, and the verdict."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from drf_spectacular.helpers import lazy_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from tradeoffs import bindings, matrix, services
from tradeoffs.api.together import named
from tradeoffs.maths import ranges, robustness, verdicts
from tradeoffs.models import Weighting

WHOLE = lazy_serializer("tradeoffs.api.decisions.DecisionSerializer")


class WeightingSerializer(serializers.Serializer):
    """Weights by a method; `said` by name of the criterion, for `ahp` by `first:second`."""

    method = serializers.ChoiceField(choices=Weighting.Method.choices)
    said = serializers.DictField(
        child=serializers.CharField(max_length=20),
        help_text="Points, places, or how many times the first outweighs the second: 3 or 1/3.",
    )
    version = serializers.IntegerField(help_text="`weights_version` as it was read.")


class FillSerializer(serializers.Serializer):
    option = serializers.CharField(max_length=120)
    criterion = serializers.CharField(max_length=80)
    value = serializers.CharField(
        max_length=80, allow_blank=True, help_text="7 or 3..5..8; empty is not scored."
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)

    def validate_value(self, text: str) -> ranges.Typed | None:
        try:
            return ranges.read(text) if text else None
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class CellsSerializer(serializers.Serializer):
    """Many cells in one step; options and criteria that are new are added."""

    cells = FillSerializer(many=True)
    version = serializers.IntegerField(help_text="Of the decision, as it was read.")


class BindSerializer(serializers.Serializer):
    """Let a cell show a published number; with an empty figure it keeps its last value."""

    option = serializers.CharField()
    criterion = serializers.CharField()
    figure = serializers.CharField(allow_blank=True, help_text="A `code` of the numbers offered.")
    version = serializers.IntegerField(help_text="Of the score that was read; 0 if it was empty.")


class SourceSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    unit = serializers.CharField()


class TryWeightsSerializer(serializers.Serializer):
    """Weights to try, by name of the criterion; those left out stay as they are."""

    weights = serializers.DictField(child=serializers.FloatField(min_value=0))


class RobustnessSerializer(serializers.Serializer):
    """How firm the answer is; `outputs.draws` is null while the draws are being made."""

    verdict = serializers.ChoiceField(
        choices=[
            verdicts.CLEAR, verdicts.MODERATE, verdicts.CLOSE, verdicts.CONTESTED,
            verdicts.PENDING, verdicts.ALONE,
        ],
        allow_null=True,
    )  # fmt: skip
    sentence = serializers.CharField()
    agreement = serializers.FloatField(allow_null=True)
    horizons = serializers.DictField(child=serializers.CharField())
    inputs = serializers.DictField()
    outputs = serializers.DictField(allow_null=True)
    random_index = serializers.CharField()


class MatrixActions(viewsets.GenericViewSet):
    """What a decision's view set offers for its matrix. The set answers with whole decisions."""

    writable: Callable[..., Any]
    data_of: Callable[..., dict]
    answer: Callable[..., Response]

    @extend_schema(request=CellsSerializer, responses=WHOLE())
    @action(detail=True, methods=["put"])
    def cells(self, request, key=None):
        """Set many cells in one step."""
        decision = self.writable()
        given = self.data_of(CellsSerializer)
        rows = [
            services.Fill(one["option"], one["criterion"], one["value"], one.get("note"))
            for one in given["cells"]
        ]
        services.fill_cells(decision, by=request.user, cells=rows, version=given["version"])
        return self.answer(key)

    @extend_schema(request=WeightingSerializer, responses=WHOLE())
    @action(detail=True, methods=["put"])
    def weighting(self, request, key=None):
        """Weigh all criteria by swing, rank order, points or in pairs; what was said is kept."""
        decision = self.writable()
        given = self.data_of(WeightingSerializer)
        ids = {criterion.name: str(criterion.pk) for criterion in decision.criteria.all()}
        said = {}
        for name, value in given["said"].items():
            parts = name.split(":") if given["method"] == Weighting.Method.AHP else [name]
            if not set(parts) <= ids.keys():
                raise serializers.ValidationError({"said": [f"No criterion {name!r} here."]})
            said[":".join(ids[part] for part in parts)] = value
        services.weigh_by(
            decision, by=request.user, method=given["method"], said=said, version=given["version"]
        )
        return self.answer(key)

    @extend_schema(methods=["get"], responses=SourceSerializer(many=True))
    @extend_schema(methods=["put"], request=BindSerializer, responses=WHOLE())
    @action(detail=True, methods=["get", "put"], pagination_class=None)
    def bindings(self, request, key=None):
        """The published numbers that a cell may show, and binding a cell to one."""
        if request.method == "GET":
            found = bindings.offered(self.get_object(), request.user)
            return Response(SourceSerializer(found, many=True).data)
        decision = self.writable()
        given = self.data_of(BindSerializer)
        option = named(decision.options, "option", given["option"])
        criterion = named(decision.criteria, "criterion", given["criterion"])
        where = {"by": request.user, "version": given["version"]}
        if given["figure"]:
            services.bind_cell(option, criterion, code=given["figure"], **where)
        else:
            services.unbind_cell(option, criterion, **where)
        return self.answer(key)

    @extend_schema(responses=RobustnessSerializer)
    @action(detail=True, methods=["get"])
    def robustness(self, request, key=None):
        """Verdict, intervals, second opinion and the stored draws, with all they follow from."""
        found = matrix.of(self.get_object())
        return Response(firmness(found, found.result))

    @extend_schema(request=TryWeightsSerializer, responses=RobustnessSerializer)
    @action(detail=True, methods=["post"], url_path="robustness/preview")
    def preview(self, request, key=None):
        """The same for other weights, on the same draws; nothing is written."""
        found = matrix.of(self.get_object())
        given = self.data_of(TryWeightsSerializer)["weights"]
        ids = {criterion.name: criterion.pk for criterion in found.criteria}
        unknown = sorted(set(given) - set(ids))
        if unknown:
            raise serializers.ValidationError({"weights": [f"No criterion {unknown[0]!r} here."]})
        moved = matrix.reweighed(found, {ids[name]: value for name, value in given.items()})
        if moved is None:
            sentence = "At least one criterion must weigh something."
            raise serializers.ValidationError({"weights": [sentence]})
        draws = robustness.drawn(moved.inputs) if moved.weighed else {}
        return Response(firmness(moved, draws))


def firmness(found: matrix.Matrix, draws: dict) -> dict:
    verdict = found.judged(draws)
    outputs = None
    if verdict is not None:
        outputs = robustness.reproduced(found.inputs, draws) | {"draws": draws or None}
    return {
        "verdict": verdict.word if verdict else None,
        "sentence": "".join(text for text, _ in found.sentence_of(verdict)),
        "agreement": found.agreement,
        "horizons": {str(months): name for months, name in found.horizons.items()},
        "inputs": found.inputs,
        "outputs": outputs,
        "random_index": settings.RANDOM_INDEX,
    }
