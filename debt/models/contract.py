"""What people do with one debt item besides describing it: taps, and what paying it was worth."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tpm.models import Checked

MOST_TAP_MINUTES = 5 * 8 * 60
"""A week of work at once is more than anybody loses: a slip of the pen."""


class DebtTap(Checked):
    """Minutes that an item cost somebody. Append-only, and of nobody: a person is not kept."""

    class Source(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"
        COMMAND = "command", "Command"
        COMMIT = "commit", "Commit"

    item = models.ForeignKey("debt.DebtItem", on_delete=models.CASCADE, related_name="taps")
    minutes = models.FloatField(db_comment="Minutes lost, working time.")
    at = models.DateTimeField(db_default=Now(), db_comment="When it was lost.")
    source = models.CharField(max_length=7, choices=Source)
    reference = models.CharField(
        max_length=200, blank=True, db_comment="What told it, such as a commit: counted once."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "at"], name="debttap_in_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MOST_TAP_MINUTES),
                name="debttap_minutes",
                violation_error_message="A tap is more than no time, and at most a week of work.",
            ),
            models.UniqueConstraint(
                fields=["item", "source", "reference"],
                condition=~Q(reference=""),
                name="debttap_once",
                violation_error_message="This was counted already.",
            ),
        ]


class TapWithdrawal(models.Model):
    """A tap that was taken back by whoever tapped. Append-only, and of nobody."""

    tap = models.OneToOneField(DebtTap, on_delete=models.CASCADE, related_name="withdrawal")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"withdrawal of tap {self.tap_id}"


class DebtOutcome(Checked):
    """What a pay-off promised against what was measured 90 days after. Append-only."""

    class Verdict(models.TextChoices):
        HELD = "held", "Held"
        PARTLY = "partly", "Partly"
        NOT = "not", "Did not hold"
        UNKNOWN = "unknown", "Not known"

    item = models.ForeignKey("debt.DebtItem", on_delete=models.CASCADE, related_name="outcomes")
    paid_on = models.DateField(db_comment="The day on which it was paid.")
    at = models.DateTimeField(db_default=Now())
    verdict = models.CharField(max_length=7, choices=Verdict)
    facts = models.JSONField(db_comment="Promise and measurements by name; null: not known.")

    class Meta:
        ordering = ["-paid_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "paid_on"],
                name="debtoutcome_once",
                violation_error_message="This pay-off was looked back on already.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["held", "partly", "not", "unknown"]),
                name="debtoutcome_verdict",
                violation_error_message=(
                    "A promise held, held partly, did not hold, or nobody knows."
                ),
            ),
        ]
