"""A change of many rows over REST: what would happen, the change as one operation, its undo."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from rest_framework import serializers, status
from rest_framework.response import Response

from tpm import bulk_jobs
from tpm.bulk import Picked, Report, sentence
from tpm.bulk_jobs import BulkJobs
from tpm.bulk_pages import MOST, named, too_many
from tpm.job_api import accepted
from tpm.models import Operation, Product


class PickSerializer(serializers.Serializer):
    """A row, and the version that was read: one that somebody changed since is left alone."""

    key = serializers.CharField(max_length=24)
    version = serializers.IntegerField(min_value=0)


class ChangedSerializer(serializers.Serializer):
    item = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class LeftSerializer(serializers.Serializer):
    item = serializers.CharField()
    why = serializers.CharField()


class BulkReportSerializer(serializers.Serializer):
    """What was changed and what was not, or would be; one operation takes all of it back."""

    words = serializers.CharField(help_text="In one sentence.")
    changed = ChangedSerializer(many=True)
    refused = LeftSerializer(many=True)
    rows = serializers.IntegerField(help_text="All that are meant, tried or not.")
    untried = serializers.IntegerField(help_text="Rows beyond the first 200 of a dry run.")
    operation = serializers.IntegerField(
        allow_null=True, help_text="Undo it at `/operations/ID/undo/`; null where nothing changed."
    )


def answer(
    report: Report, *, operation: Operation | None = None, words: str = "", untried: int = 0
) -> Response:
    told = {
        "words": words or sentence(report),
        "changed": [
            {"item": row.key, "before": before, "after": after}
            for row, before, after in report.changed
        ],
        "refused": [{"item": row.key, "why": why} for row, why in report.refused],
        "rows": len(report.changed) + len(report.refused) + untried,
        "untried": untried,
        "operation": operation.pk if operation else None,
    }
    return Response(BulkReportSerializer(told).data, status=status.HTTP_200_OK)


def change(
    jobs: BulkJobs, product: Product, picked: list[Picked], form: BaseForm, *, by, dry: bool
) -> Response:
    """Do it as the page does: a dry run of the first rows, at once, or by the worker where long.

    form: of the app, with `change()`, bound to plain texts, which a worker reads once more
    """
    if not form.is_valid():
        problems = form.errors.get_json_data()
        raise serializers.ValidationError(
            {
                "error" if name == "__all__" else name: [each["message"] for each in said]
                for name, said in problems.items()
            }
        )
    asked: Any = form
    if dry:
        tried = picked[: bulk_jobs.AT_ONCE]
        report = jobs.way.rehearse(product, tried, asked.change(), by=by)
        return answer(report, untried=len(picked) - len(tried))
    if len(picked) > bulk_jobs.AT_ONCE:
        return accepted(jobs.start(product, named(picked), dict(form.data), by=by))
    report, done = jobs.way.change_rows(product, picked, asked.change(), by=by)
    words = done.words if report.changed else ""
    return answer(report, operation=done.operation, words=words)


def picked_by(rows: Any, asked: Iterable[dict[str, Any]]) -> list[Picked]:
    """Rows by their keys, in their order here, each with the version that was read.

    rows:   of the product
    raises: ValidationError for a key that is none of them, or that stands twice
    """
    versions: dict[str, int] = {}
    problems = []
    for row in asked:
        if row["key"] in versions:
            problems.append(f"{row['key']} stands there twice.")
        versions[row["key"]] = row["version"]
    found = list(rows.filter(key__in=versions))
    unknown = versions.keys() - {row.key for row in found}
    problems += [f"There is no {key} here." for key in versions if key in unknown]
    if len(versions) > MOST:
        problems = [too_many()]
    if problems:
        raise serializers.ValidationError({"items": problems[:20]})
    return [(row, versions[row.key]) for row in found]
