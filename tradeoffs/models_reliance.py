"""What was looked at after a decision no longer held."""

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
