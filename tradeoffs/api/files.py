"""Records over REST: the files of decisions, bringing records in, and taking one out."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.response import Response

from tpm.api import visible_product
from tpm.models import Product
from tpm.roles import products_visible_to, require
from tpm.words import word_of
from tradeoffs import export, import_services, queries
from tradeoffs.api.decisions import choose
from tradeoffs.import_services import Source
from tradeoffs.models import DecisionLink, RecordFile

MOST_FILES = 200


class RecordFileSerializer(serializers.ModelSerializer):
    """The file that a decision came from, and what it says beyond the decision."""

    decision: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", read_only=True
    )
    collection = serializers.CharField(source="collection.name", read_only=True)
    tags = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = RecordFile
        fields = [
            "decision", "collection", "path", "style", "digest", "raw_status", "status_name",
            "unmapped", "trial", "source_number", "raw_date", "day", "dated_by", "people", "extra",
            "tags", "links", "warnings", "read_at",
        ]  # fmt: skip

    def get_tags(self, file: RecordFile) -> list[str]:
        return [tag.name for tag in file.decision.tags.all()]

    def get_links(self, file: RecordFile) -> list[dict[str, str]]:
        return [link_said(link) for link in file.decision.links_out.all()]


def link_said(link: DecisionLink) -> dict[str, str]:
    return {
        "kind": link.kind,
        "to": link.to.key if link.to else "",
        "target": link.target,
        "label": link.label,
    }


class IncomingSerializer(serializers.Serializer):
    """One file of an import."""

    path = serializers.CharField(max_length=300)
    text = serializers.CharField(trim_whitespace=False, allow_blank=True)

    def validate_path(self, path: str) -> str:
        parts = path.split("/")
        if path.startswith("/") or "\\" in path or ".." in parts or "" in parts:
            raise serializers.ValidationError("Give a path inside the collection, with slashes.")
        return path


class DecisionImportSerializer(serializers.Serializer):
    """Records to bring in: a dry run first says what would happen to each."""

    product: serializers.SlugRelatedField = serializers.SlugRelatedField(
        slug_field="key", queryset=Product.objects.none()
    )
    collection = serializers.CharField(max_length=120)
    dry_run = serializers.BooleanField(default=False)
    files = IncomingSerializer(many=True, allow_empty=False)

    def get_fields(self):
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            choose(fields, "product", products_visible_to(request.user))
        return fields

    def validate_files(self, files: list[dict]) -> list[dict]:
        if len(files) > MOST_FILES:
            raise serializers.ValidationError(f"Send at most {MOST_FILES} files at a time.")
        return files


class RecordFileViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Files of decisions, by the key of the decision."""

    serializer_class = RecordFileSerializer
    lookup_field = "decision__key"
    lookup_url_kwarg = "key"
    lookup_value_regex = "[A-Z0-9]+-A[0-9]+"

    def get_queryset(self) -> QuerySet[RecordFile]:
        visible = queries.decisions_visible_to(self.request.user)
        rows = RecordFile.objects.filter(decision__in=visible)
        for name, column in (("product", "decision__product__key"),
                             ("collection", "collection__name")):  # fmt: skip
            value = word_of(self.request.query_params, name)
            if value and self.action == "list":
                rows = rows.filter(**{column: value})
        rows = rows.select_related("decision", "collection").defer("text", "before")
        return rows.prefetch_related("decision__tags", "decision__links_out__to").order_by("pk")


class DecisionRecordViewSet(viewsets.GenericViewSet):
    """A decision as a Markdown record: its file as it is now, or one that is written anew."""

    lookup_field = "key"
    lookup_value_regex = "[A-Z0-9]+-A[0-9]+"

    def get_queryset(self):
        user = self.request.user
        return queries.with_matrix(queries.decisions_visible_to(user), viewer=user, whole=True)

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=["madr", "nygard"])],
        responses={(200, "text/markdown"): OpenApiTypes.STR},
    )
    def retrieve(self, request, key=None):
        """The record as text."""
        decision = get_object_or_404(self.get_queryset(), key=key)
        nygard = word_of(request.query_params, "as") == "nygard"
        text = export.as_nygard(decision) if nygard else export.as_markdown(decision)
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")


class DecisionImportViewSet(viewsets.GenericViewSet):
    """Bring records in; the same files again change nothing."""

    serializer_class = DecisionImportSerializer

    @extend_schema(
        request=DecisionImportSerializer,
        responses={200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT},
    )
    def create(self, request):
        """The report as `manage.py import_decisions --json` gives it; 200 for a dry run."""
        product = visible_product(request)
        require(request.user, "import_decisions", product)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        files = [(file["path"], file["text"].encode()) for file in data["files"]]
        source = Source(data["collection"].strip(), list(dict(files).items()))
        if data["dry_run"]:
            return Response(import_services.preview_records(product, source)[1])
        report = import_services.import_records(product, source, by=request.user)
        return Response(report, status=status.HTTP_201_CREATED)


def register(router) -> None:
    """Add the files of decisions to the API."""
    router.register("decision-files", RecordFileViewSet, basename="decision-file")
    router.register("decision-records", DecisionRecordViewSet, basename="decision-record")
    router.register("decision-imports", DecisionImportViewSet, basename="decision-import")
