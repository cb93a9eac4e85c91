"""What is kept for finding: rows of the list, and what was looked at after a decision ended."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from tpm.models import Subject


class Handled(Subject):
    """Something that relied on a decision which no longer holds was looked at."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="handled"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "subject_type", "subject_id"],
                name="handled_once",
                violation_error_message="This is ticked off already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}, {self.decision}"


class Summary(models.Model):
    """What the list says of a decision's matrix, until something that it follows from changes."""

    decision = models.OneToOneField(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="summary"
    )
    stamp = models.CharField(max_length=120, db_comment="Names all that the data follow from.")
    data = models.JSONField()

    def __str__(self) -> str:
        return f"{self.decision}, as the list says it"
