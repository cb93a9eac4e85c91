"""What a person did to a plan, so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tpm.models.jobs import Job
from tpm.models.workspace import Product


class Operation(models.Model):
    """One thing a person did to a plan, with the steps that take it back."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="operations")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    words = models.CharField(max_length=300, db_comment="What was done, as the toast says it.")
    steps = models.JSONField(db_comment="In the order in which they were done.")
    ability = models.CharField(
        max_length=30, db_comment="What whoever takes it back must be able to do."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    taken_back = models.PositiveIntegerField(
        default=0, db_comment="Steps from the end that a job took back so far."
    )
    job = models.ForeignKey(
        Job,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="operations",
        db_comment="The job that does it or takes it back; while it runs nobody else touches it.",
    )
    once = models.UUIDField(
        null=True, blank=True, db_comment="Made by the asking page: the same request counts once."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["product", "by", "-id"], name="operation_by_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "once"],
                name="operation_once",
                violation_error_message="This was done already.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
