"""Readings of histories over REST."""

import io
import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from debt import services
from debt.mining import logs
from debt.models import HistoryRun
from debt.queries import histories as queries_history
from debt.services import history_jobs
from roadmaps.importing import Unreadable, check_size
from tpm import uploads
from tpm.api import Conflict, asks_dry_run, product_asked_for, visible_product
from tpm.job_api import JobSerializer, accepted
from tpm.models import Component, Job, Product
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
    """What git log wrote, as a file or as text; or the preview that looked into one."""

    product = serializers.CharField(help_text="Key of the product.")
    repository = serializers.CharField(
        max_length=200, required=False, help_text="Its name here; a preview knows its own."
    )
    component = serializers.SlugRelatedField(
        slug_field="key", queryset=Component.objects.none(), required=False, allow_null=True,
        help_text="Where all of it is one component.",
    )  # fmt: skip
    file = serializers.FileField(required=False)
    log = serializers.CharField(required=False, trim_whitespace=False)
    preview = serializers.IntegerField(
        required=False, min_value=1, help_text="Job of a dry run that is done: reads its log in."
    )

    def get_fields(self):
        fields = super().get_fields()
        product = self.context.get("product")
        if product is not None:
            field = fields["component"]
            setattr(field, "queryset", components_of(product))  # noqa: B010 - the stubs
        return fields

    def validate(self, attrs):
        if sum(name in attrs for name in ("file", "log", "preview")) != 1:
            raise serializers.ValidationError(
                {"log": ["Send a file, the text as log, or the job of a preview: one of them."]}
            )
        if "preview" not in attrs and "repository" not in attrs:
            raise serializers.ValidationError({"repository": ["Say what it is called here."]})
        return attrs


class PreviewedSerializer(serializers.Serializer):
    product = serializers.CharField(help_text="Key of the product.")
    preview = serializers.IntegerField(min_value=1, help_text="Job of a dry run.")


class NamedSerializer(serializers.Serializer):
    """A repository that the operator named for a product."""

    product = serializers.CharField(help_text="Key of the product.", write_only=True)
    name = serializers.CharField(max_length=200)
    component = serializers.CharField(
        source="component.key", read_only=True, default=None,
        help_text="Where all of it is one component.",
    )  # fmt: skip


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
        responses={200: OpenApiTypes.OBJECT, 202: JobSerializer, 409: OpenApiTypes.OBJECT},
    )
    def create(self, request):
        """Upload a log; the worker reads it (202).

        A dry run says what it holds: at once up to 1 MB (200), else by the worker (202), whose job
        is the `preview` that a second request reads in without sending the log again.
        """
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = GitLogSerializer(data=request.data, context={"product": product})
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        if "preview" in fields:
            return self.read_previewed(product, fields["preview"])
        file = fields.get("file") or io.BytesIO(fields["log"].encode())
        try:
            next(iter(logs.read(file)), None)
            file.seek(0)
            dry, small = asks_dry_run(request), file.seek(0, io.SEEK_END) <= MOST_DRY_BYTES
            file.seek(0)
            if dry and small:
                return self.preview(product, file, fields)
            upload = uploads.store(
                iter(lambda: file.read(1 << 16), b""),
                name=getattr(file, "name", "log"), product_key=product.key, by=request.user,
                judge=check_size,
            )  # fmt: skip
        except (logs.Unreadable, Unreadable) as refusal:
            raise serializers.ValidationError({"log": [str(refusal)]}) from refusal
        start = history_jobs.start_preview if dry else history_jobs.start_log
        job = start(
            product, upload, by=request.user, repository=fields["repository"],
            component=fields.get("component"),
        )  # fmt: skip
        return accepted(job)

    def preview(self, product: Product, file, fields: dict) -> Response:
        """What reading a small log would find."""
        found = services.preview_log(
            product, file, repository=fields["repository"], component=fields.get("component")
        )
        return Response(found)

    @extend_schema(
        request=PreviewedSerializer, responses={204: None, 409: OpenApiTypes.OBJECT}
    )  # fmt: skip
    @action(detail=False, methods=["post"])
    def discard(self, request):
        """Let go of a log that a dry run looked into; else it waits for two days."""
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = PreviewedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        job = self.preview_job(product, given.validated_data["preview"])
        token = uuid.UUID(job.arguments["upload"])
        if reading := history_jobs.undoing.let_go(product, token):
            raise Conflict(f"Job {reading.pk} is about to read it: cancel that first.")
        return Response(status=status.HTTP_204_NO_CONTENT)

    def preview_job(self, product: Product, pk: int) -> Job:
        return get_object_or_404(Job, kind=history_jobs.PREVIEW, product=product, pk=pk)

    def read_previewed(self, product: Product, pk: int) -> Response:
        """Read in what a job looked into. raises: Conflict while that is not done, or gone"""
        job = self.preview_job(product, pk)
        if job.state != Job.State.DONE:
            said = job.report.get("error") or "The preview is not done: ask its job."
            raise Conflict(said)
        upload = uploads.find(product.key, uuid.UUID(job.arguments["upload"]))
        if upload is None:
            raise Conflict("The uploaded file is gone. Upload it again.")
        started = history_jobs.start_log(
            product, upload, by=self.request.user, repository=job.arguments["repository"],
            component=history_jobs.component_of(job, product),
        )  # fmt: skip
        return accepted(started)

    @extend_schema(
        methods=["GET"], parameters=[OpenApiParameter("product", str, required=True)],
        responses=NamedSerializer(many=True),
    )  # fmt: skip
    @extend_schema(methods=["POST"], request=NamedSerializer, responses={202: JobSerializer})
    @action(detail=False, methods=["get", "post"], pagination_class=None)
    def named(self, request):
        """The repositories that the operator named for a product, or the reading of one (202)."""
        if request.method == "GET":
            found = history_jobs.named_for(product_asked_for(request))
            return Response(NamedSerializer(found, many=True).data)
        product = visible_product(request)
        require(request.user, "read_history", product)
        given = NamedSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        name = given.validated_data["name"]
        if name not in [row.name for row in history_jobs.named_for(product)]:
            raise serializers.ValidationError({"name": [f"No repository {name} is named here."]})
        return accepted(history_jobs.start_named(product, name, by=request.user))

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Take a reading back: the newest of its repository."""
        run = get_object_or_404(self.get_queryset(), pk=pk)
        require(request.user, "read_history", run.product)
        if not services.may_undo(run):
            raise serializers.ValidationError(
                {"error": ["Take back the newest reading of the repository first."]}
            )
        return accepted(history_jobs.start_undo(run, by=request.user))


def register(router) -> None:
    router.register("history-runs", HistoryRunViewSet, basename="history-run")
