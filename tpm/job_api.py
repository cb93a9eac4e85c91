"""Jobs of the worker over REST: how far they are, what came of them, and how to end one."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from tpm import jobs
from tpm.models import Job
from tpm.words import word_of


class JobSerializer(serializers.ModelSerializer):
    """A job of the worker: ask its address until it has `ended_at`, then read its report."""

    job = serializers.IntegerField(source="pk", read_only=True)
    address = serializers.SerializerMethodField()
    product = serializers.CharField(source="product.key", read_only=True, default=None)
    state = serializers.ChoiceField(choices=Job.State.choices, read_only=True)
    by = serializers.CharField(source="by.username", read_only=True, default=None)

    class Meta:
        model = Job
        fields = [
            "job", "address", "kind", "title", "product", "by", "state", "done", "total", "unit",
            "note", "created_at", "ended_at", "report",
        ]  # fmt: skip
        read_only_fields = fields

    def get_address(self, job: Job) -> str:
        return reverse("job-detail", args=[job.pk])


def accepted(job: Job) -> Response:
    """202 with the address of the job that does it."""
    return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class JobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Long work of the products you see, and your own."""

    serializer_class = JobSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        rows = jobs.jobs_visible_to(self.request.user)
        if self.action == "list":
            for name, column in (("product", "product__key"), ("kind", "kind"), ("state", "state")):
                if value := word_of(self.request.query_params, name):
                    rows = rows.filter(**{column: value})
        return rows.select_related("product", "by")

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("product", "kind", "state")]
    )
    def list(self, request, *args, **kwargs):
        """Jobs, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk=None):
        """Ask it to stop at its next step; what it did by then stays, or goes, as it says."""
        job = self.get_object()
        jobs.require_cancel(request.user, job)
        jobs.cancel(job)
        return accepted(get_object_or_404(self.get_queryset(), pk=pk))


def register(router) -> None:
    router.register("jobs", JobViewSet, basename="job")
