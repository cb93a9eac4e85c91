"""Scans over REST: send a report from a build, take it back, close what it held."""

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response

from debt import scan_services, scans
from debt.models import Scan
from debt.scans import FORMATS
from debt.scans.planning import LISTS
from debt.scans.streaming import check_size
from tpm import uploads
from tpm.api import Conflict, Refused, asks_dry_run, idempotency_key, named_in
from tpm.models import Component, Job, Product
from tpm.roles import products_visible_to, require
from tpm.words import clean, word_of

MOST_RESULTS = 2000
"""What is taken in within a request; more is the worker's."""
MOST_BYTES = 8 * 1024 * 1024
"""Of a file that is read within a request: to count results is to read all of it."""


class ScanSerializer(serializers.ModelSerializer):
    """One report that was taken in: its counts, and the beginning of each list."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    component = serializers.CharField(source="scope.component.key", read_only=True)
    tool = serializers.CharField(source="scope.tool", read_only=True)
    branch = serializers.CharField(source="scope.branch", read_only=True)
    state = serializers.CharField(read_only=True)
    flaky = serializers.BooleanField(
        source="scope.flaky", read_only=True, help_text="Its tool forgets findings now and then."
    )

    class Meta:
        model = Scan
        fields = [
            "id", "product", "component", "tool", "branch", "name", "format", "state", "complete",
            "flaky", "counts", "report", "batch", "at",
        ]  # fmt: skip


class ScanJobSerializer(serializers.ModelSerializer):
    """A job of the worker: ask its address until it has ended, then read its report."""

    job = serializers.IntegerField(source="pk", read_only=True)
    address = serializers.SerializerMethodField()
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Job
        fields = ["job", "address", "state", "done", "total", "ended_at", "report"]
        read_only_fields = fields

    def get_address(self, job: Job) -> str:
        return reverse("scan-job", args=[job.pk])


class ReportSerializer(serializers.Serializer):
    """A report and whose it is, as `multipart/form-data`."""

    file = serializers.FileField()
    component = serializers.CharField(max_length=60, help_text="Key of the component.")
    product = serializers.CharField(
        max_length=10, required=False, help_text="Where several products use the component."
    )
    complete = serializers.BooleanField(default=False, help_text="It has every finding.")
    branch = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    folder = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    configuration = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default=""
    )
    prefix = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    tool = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    format = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="",
        help_text=f"Else recognised: {', '.join(FORMATS)}.",
    )  # fmt: skip

    def validate_format(self, name: str) -> str:
        if name and name not in FORMATS:
            raise serializers.ValidationError(f"Choose one of {', '.join(FORMATS)}.")
        return name


class ScanAnswerSerializer(serializers.Serializer):
    """What taking a report in did, or would do; the scan takes all of it back."""

    dry_run = serializers.BooleanField()
    format = serializers.CharField()
    results = serializers.IntegerField(help_text="In the file.")
    tools = serializers.ListField(child=serializers.CharField())
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows of each list.")
    notes = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())
    scan = serializers.IntegerField(
        required=False, help_text="Undo it at `/scans/ID/undo/`; not in a dry run."
    )
    batch = serializers.UUIDField(required=False, help_text="Of all scans of this upload.")
    again = serializers.BooleanField(
        required=False, help_text="The same key and file came before: nothing was taken in."
    )

    def get_fields(self):
        return super().get_fields() | {
            name: serializers.ListField(child=serializers.DictField()) for name in LISTS
        }


class FlakySerializer(serializers.Serializer):
    flaky = serializers.BooleanField()


class ClosedSerializer(serializers.Serializer):
    closed = serializers.IntegerField(help_text="Findings that were closed.")


def product_and_component(request) -> tuple[Product, Component]:
    """Whose report it is. Unseen is 404; one of several products that is not named is 400."""
    named, said = named_in(request, "component"), named_in(request, "product")
    if not isinstance(named, str) or not named:
        raise serializers.ValidationError({"component": ["Name a component by its key."]})
    visible = products_visible_to(request.user)
    component = get_object_or_404(
        Component.objects.filter(products__in=visible).distinct(), key=clean(named)
    )
    products = visible.filter(components=component)
    if isinstance(said, str) and said:
        return get_object_or_404(products, key=clean(said)), component
    several = list(products[:2])
    if len(several) > 1:
        raise serializers.ValidationError(
            {"product": ["Several products use this component: name one."]}
        )
    return several[0], component


class ScanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Reports of scanners."""

    serializer_class = ScanSerializer
    parser_classes = (MultiPartParser, FormParser, JSONParser)
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Scan]:
        rows = scan_services.scans_visible_to(self.request.user)
        if product := word_of(self.request.query_params, "product"):
            rows = rows.filter(product__key=product)
        return rows.select_related("product", "scope__component").order_by("-pk")

    @extend_schema(parameters=[OpenApiParameter("product", str)])
    def list(self, request, *args, **kwargs):
        """Reports of the products you see, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": ReportSerializer},
        parameters=[
            OpenApiParameter("dry_run", bool, description="Say what it would do, write nothing."),
            OpenApiParameter(
                "Idempotency-Key", str, OpenApiParameter.HEADER,
                description="The same key and file again take nothing in that was taken in.",
            ),
        ],
        responses={
            200: ScanAnswerSerializer, 201: ScanAnswerSerializer, 202: ScanJobSerializer,
            409: OpenApiTypes.OBJECT,
        },
    )  # fmt: skip
    def create(self, request):
        """Take a report in; the answer has every list with its reasons, 200 for a dry run.

        Its `scan` takes all of it back at `/scans/ID/undo/`.

        One of more than 2,000 results or 8 MB, and a dry run of more than 1 MB, is left to the
        worker: 202 with the job's address, and its report is the answer.
        """
        product, component = product_and_component(request)
        require(request.user, "log_debt", product)
        given = ReportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        file: UploadedFile = said.pop("file")
        said |= {"component": component.key, "key": idempotency_key(request)}
        target = scan_services.target_from(product, said, name=file.name or "")
        dry = asks_dry_run(request)
        try:
            check_size(file.size or 0)
            if dry and (file.size or 0) > scan_services.PREVIEW_BYTES:
                return self.later(product, file, said, dry=True)
            if not dry and (file.size or 0) > MOST_BYTES:
                return self.later(product, file, said)
            report = scans.read(file, target.options)  # type: ignore[arg-type]
            if dry:
                return Response(scan_services.preview(target, report))
            if report.count > MOST_RESULTS:
                return self.later(product, file, said)
            answer = scan_services.import_report(target, report, by=request.user, patience=0)
        except (scan_services.Busy, scan_services.LetGo) as busy:
            raise Conflict(str(busy)) from busy
        except scans.Unreadable as refusal:
            raise Refused(str(refusal)) from refusal
        code = status.HTTP_200_OK if answer.get("again") else status.HTTP_201_CREATED
        return Response(answer, status=code)

    def later(
        self, product: Product, file: UploadedFile, said: dict, *, dry: bool = False
    ) -> Response:
        """Keep the file and leave it to the worker."""
        file.seek(0)
        by = self.request.user
        upload = uploads.store(
            file.chunks(), name=file.name or "", product_key=product.key, by=by, judge=check_size
        )
        if dry:
            job = scan_services.start_preview(product, upload, by=by, said=said, keep=False)
            return accepted(job)
        return accepted(scan_services.start_import(product, upload, by=by, said=said))

    @extend_schema(request=None, responses={202: ScanJobSerializer, 409: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Ask the worker to take a report back where nobody touched its findings since."""
        scan = self.get_object()
        require(request.user, "log_debt", scan.product)
        try:
            job = scan_services.start_scan_undo(scan, by=request.user)
        except scan_services.Busy as busy:
            raise Conflict(str(busy)) from busy
        return accepted(job)

    @extend_schema(request=None, responses=ClosedSerializer)
    @action(detail=True, methods=["post"], url_path="close-held")
    def close_held(self, request, pk=None):
        """Close what this report held back: somebody has looked."""
        scan = self.get_object()
        require(request.user, "log_debt", scan.product)
        closed = scan_services.close_held(scan, by=request.user)
        return Response(ClosedSerializer({"closed": closed}).data)

    @extend_schema(request=FlakySerializer, responses=ScanSerializer)
    @action(detail=True, methods=["put"])
    def flaky(self, request, pk=None):
        """Say that the tool of its scope forgets findings now and then, or no longer."""
        scan = self.get_object()
        require(request.user, "log_debt", scan.product)
        given = FlakySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        scan_services.set_flaky(scan, by=request.user, flaky=given.validated_data["flaky"])
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        parameters=[OpenApiParameter("job", int, OpenApiParameter.PATH)],
        responses=ScanJobSerializer,
    )
    @action(detail=False, url_path="jobs/(?P<job>[0-9]{1,18})", url_name="job")
    def job(self, request, job=None):
        """How far a job is that takes a report in or back, and its report once it has ended."""
        kinds = (scan_services.IMPORT, scan_services.PREVIEW, scan_services.UNDO)
        rows = Job.objects.filter(kind__in=kinds, product__in=products_visible_to(request.user))
        return Response(ScanJobSerializer(get_object_or_404(rows, pk=job)).data)


def accepted(job: Job) -> Response:
    """202 with the address of the job that does it."""
    return Response(ScanJobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def register(router) -> None:
    """Add scans to the API."""
    router.register("scans", ScanViewSet, basename="scan")
