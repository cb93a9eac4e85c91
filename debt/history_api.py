"""Readings of histories over REST."""

import io

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from debt import queries_history, services
from debt.mining import logs
from debt.models import HistoryRun
from debt.services import history_jobs
from roadmaps.importing import Unreadable, check_size
from tpm import uploads
from tpm.api import visible_product
from tpm.models import Component, Product
from tpm.roles import components_of, require
from tpm.words import word_of

MOST_DRY_BYTES = 1024 * 1024


class HistoryRunSerializer(serializers.ModelSerializer):
    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    component: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    by = serializers.CharField(source="by.username", read_only=True, allow_null=True, default=None)
    counts = serializers.BooleanField(source="is_live", read_only=True)

    class Meta:
        model = HistoryRun
        fields = [
            "id", "product", "repository", "component", "source", "tip", "after", "rewritten",
            "first_day", "last_day", "read", "counted", "left_out", "notes", "files_in_all",
            "counts", "by", "at", "looked_at", "undone_at",
        ]  # fmt: skip


class GitLogSerializer(serializers.Serializer):
    """What git log wrote, as a file or as text."""

    product = serializers.CharField(help_text="Key of the product.")
    repository = serializers.CharField(max_length=200, help_text="Its name here.")
    component = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), required=False, allow_null=True,
        help_text="Where all of it is one component.",
    )  # fmt: skip
    file = serializers.FileField(required=False)
    log = serializers.CharField(required=False, trim_whitespace=False)

    def get_fields(self):
        fields = super().get_fields()
        product = self.context.get("product")
        if product is not None:
            field = fields["component"]
            setattr(field, "queryset", components_of(product))  # noqa: B010 - the stubs
        return fields

    def validate(self, attrs):
        if ("file" in attrs) == ("log" in attrs):
            raise serializers.ValidationError({"log": ["Send a file, or the text as log."]})
        return attrs


class HistoryJobSerializer(serializers.Serializer):
    """The worker is at it; the job says how far."""

    job = serializers.IntegerField(read_only=True)


class HistoryRunViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # fmt: skip
    serializer_class = HistoryRunSerializer
    parser_classes = [JSONParser, MultiPartParser]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        visible = queries_history.runs_visible_to(self.request.user)
        if self.action == "list" and (key := word_of(self.request.query_params, "product")):
            visible = visible.filter(product__key=key)
        rows = visible.select_related("product", "component", "by")
        return rows.defer("files", "moved", "months").order_by("-pk")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """What was read of histories, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=GitLogSerializer,
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say what it holds, write nothing."),
        ],
        responses={200: OpenApiTypes.OBJECT, 202: HistoryJobSerializer},
    )
    def create(self, request):
        """Upload a log; the worker reads it. A dry run of up to 1 MB says what it holds (200)."""
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = GitLogSerializer(data=request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        file = fields.get("file") or io.BytesIO(fields["log"].encode())
        try:
            next(iter(logs.read(file)), None)
            file.seek(0)
            if word_of(request.query_params, "dry_run").lower() in ("1", "true", "yes"):
                return self.preview(product, file, fields)
            upload = uploads.store(
                iter(lambda: file.read(1 << 16), b""),
                name=getattr(file, "name", "log"), product_key=product.key, by=request.user,
                judge=check_size,
            )  # fmt: skip
        except (logs.Unreadable, Unreadable) as refusal:
            raise serializers.ValidationError({"log": [str(refusal)]}) from refusal
        job = history_jobs.start_log(
            product, upload, by=request.user, repository=fields["repository"],
            component=fields.get("component"),
        )  # fmt: skip
        return Response({"job": job.pk}, status=status.HTTP_202_ACCEPTED)

    def preview(self, product: Product, file, fields: dict) -> Response:
        """What reading a small log would find."""
        if file.seek(0, io.SEEK_END) > MOST_DRY_BYTES:
            raise logs.Unreadable("A dry run reads up to 1 MB: preview larger logs on the page.")
        file.seek(0)
        found = services.preview_log(
            product, file, repository=fields["repository"], component=fields.get("component")
        )
        return Response(found)

    @extend_schema(request=None, responses={202: HistoryJobSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Take a reading back: the newest of its repository."""
        run = get_object_or_404(self.get_queryset(), pk=pk)
        require(request.user, "read_history", run.product)
        if not services.may_undo(run):
            raise serializers.ValidationError(
                {"error": ["Take back the newest reading of the repository first."]}
            )
        job = history_jobs.start_undo(run, by=request.user)
        return Response({"job": job.pk}, status=status.HTTP_202_ACCEPTED)


def register(router) -> None:
    router.register("history-runs", HistoryRunViewSet, basename="history-run")
