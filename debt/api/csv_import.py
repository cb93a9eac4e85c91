"""The register from a table over REST: dry run, taking in once, report, taking back."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response

from debt.csv_import import applying
from debt.csv_import.reading import Sheet, read
from roadmaps.importing import Unreadable, check_size
from tpm import uploads
from tpm.api import (
    Conflict,
    Refused,
    asks_dry_run,
    idempotency_key,
    product_asked_for,
    visible_product,
)
from tpm.job_api import JobSerializer, accepted
from tpm.jobs import jobs_visible_to
from tpm.models import Job, Product
from tpm.roles import require

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="The same key, file and answers again are the import that there is (200).",
)  # fmt: skip


@extend_schema_field({
    "oneOf": [
        {"type": "boolean"},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "string", "description": "`all`, or numbers parted by commas"},
    ]
})  # fmt: skip
class SureRowsField(serializers.Field):
    """Which rows are meant so though their cost is asked about: all, or by their numbers."""

    default_error_messages = {"rows": "Say true for all rows, or the numbers of rows."}

    def to_internal_value(self, data: Any) -> str | list[int]:
        if isinstance(data, str):
            data = data.strip().lower()
            if data in ("true", "all", "yes"):
                return applying.ALL
            data = [part.strip() for part in data.split(",")] if data not in ("", "false") else []
        if isinstance(data, bool):
            return applying.ALL if data else []
        if not isinstance(data, list) or not all(is_number(each) for each in data):
            self.fail("rows")
        return sorted({int(each) for each in data})

    def to_representation(self, value: Any) -> Any:
        return value


def is_number(each: Any) -> bool:
    """Whether it is the number of a row, as a number or as a text."""
    if isinstance(each, bool):
        return False
    return str(each).isdecimal() and len(str(each)) < 10


class TableSerializer(serializers.Serializer):
    """A table with its row of names, as a file (`multipart/form-data`) or as text."""

    product = serializers.CharField(help_text="Key of the product.")
    file = serializers.FileField(required=False)
    text = serializers.CharField(required=False, trim_whitespace=False)
    take_file = serializers.BooleanField(
        default=False, help_text="The file wins over what was edited here."
    )
    sure = SureRowsField(
        default=list, help_text="Rows that are meant so though their cost is asked about."
    )

    def validate(self, attrs):
        if ("file" in attrs) == ("text" in attrs):
            raise serializers.ValidationError({"file": ["Send a file, or rows as text."]})
        return attrs


class TableImportSerializer(JobSerializer):
    """An import: how far it is, and its report once it has ended."""

    report = serializers.SerializerMethodField()
    may_undo = serializers.SerializerMethodField(help_text="Whether something is left to undo.")

    class Meta(JobSerializer.Meta):
        fields = [*JobSerializer.Meta.fields, "may_undo"]
        read_only_fields = fields

    def get_report(self, job: Job) -> dict[str, Any]:
        return told(job.report)

    def get_may_undo(self, job: Job) -> bool:
        return applying.undoing.is_open_for(job)


def told(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report with names for what its pages show in columns."""
    if "counts" not in report:
        return dict(report)
    columns = ("column", "use", "read_as", "filled")
    rows = [
        row
        | {
            "changes": [named(("field", "before", "after"), each) for each in row["changes"]],
            "kept": [named(("field", "here", "in_file"), each) for each in row["kept"]],
        }
        for row in report["rows"]
    ]
    return {
        **report,
        "columns": [named(columns, each) for each in report["columns"]],
        "rows": rows,
    }


def named(names: tuple[str, ...], values: Any) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


class TableImportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # fmt: skip
    """Tables that were taken into the register."""

    serializer_class = TableImportSerializer
    parser_classes = (MultiPartParser, FormParser, JSONParser)
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        rows = jobs_visible_to(self.request.user).filter(kind=applying.IMPORT)
        return rows.select_related("product", "by")

    @extend_schema(parameters=[OpenApiParameter("product", str, required=True)])
    def list(self, request, *args, **kwargs):
        """Imports into one product, the newest first."""
        product = product_asked_for(request)
        page = self.paginate_queryset(self.get_queryset().filter(product=product))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": TableSerializer, "application/json": TableSerializer},
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say what it would do, write nothing."),
            KEY,
        ],
        responses={
            200: OpenApiTypes.OBJECT, 202: TableImportSerializer, 422: OpenApiTypes.OBJECT,
        },
    )  # fmt: skip
    def create(self, request):
        """Take a table in, by the worker (202). A dry run answers its whole report (200).

        A row whose cost is asked about is held back (`asked`) unless `sure` names it; the others
        come in.
        """
        product = visible_product(request)
        require(request.user, "import", product)
        given = TableSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        file: UploadedFile | None = said.get("file")
        try:
            check_size(file.size or 0 if file else len(said["text"].encode()))
            data = file.read() if file else said["text"].encode()
            sheet = read(data)
        except Unreadable as refusal:
            raise Refused(str(refusal)) from refusal
        answers = {"take_file": said["take_file"], "sure": said["sure"]}
        if asks_dry_run(request):
            return Response(self.rehearsed(product, sheet, answers))
        return self.taken_in(product, data, file.name if file else "pasted.csv", answers)

    def rehearsed(self, product: Product, sheet: Sheet, answers: dict[str, Any]) -> dict[str, Any]:
        return told(applying.preview(product, sheet, **answers))

    def taken_in(
        self, product: Product, data: bytes, name: str | None, answers: dict[str, Any]
    ) -> Response:
        """Keep the file and leave it to the worker; or the import that a key had before."""
        key = idempotency_key(self.request)
        digest = hashlib.sha256(data + repr(sorted(answers.items())).encode()).hexdigest()
        by = self.request.user
        upload = uploads.store(
            [data], name=name or "", product_key=product.key, by=by, judge=check_size
        )
        try:
            job, again = applying.start_once(
                product, upload, by=by, key=key, digest=digest, **answers
            )
        except applying.OtherFile as refusal:
            uploads.forget(upload)
            raise Refused(str(refusal)) from refusal
        if again:
            uploads.forget(upload)
        code = status.HTTP_200_OK if again else status.HTTP_202_ACCEPTED
        return Response(self.get_serializer(job).data, status=code)

    @extend_schema(request=None, responses={202: JobSerializer, 409: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Take an import back as one; what somebody touched since stays and is named."""
        job = self.get_object()
        require(request.user, "import", job.product)
        if not applying.undoing.is_open_for(job):
            raise Conflict("There is nothing left to take back.")
        return accepted(applying.undoing.start(job, by=request.user))


def register(router) -> None:
    router.register("debt-imports", TableImportViewSet, basename="debt-import")
