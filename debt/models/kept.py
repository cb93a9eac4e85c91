"""What a score leaves behind besides itself: where its item stands, sizes, and shared costs."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tpm.models import Checked


class Standing(models.Model):
    """What the register counts, sums and sorts by, beside the item that it is of.

    The newest score's own numbers, copied in one statement with the pointer to it
    (`standing.keep_standing`): ten thousand rows are counted without reading a score.
    """

    now_at = models.DateTimeField(null=True, editable=False)
    now_verdict = models.CharField(max_length=10, blank=True, default="", editable=False)
    now_score = models.FloatField(null=True, editable=False)
    now_interest_days = models.FloatField(null=True, editable=False)
    now_interest_p10_days = models.FloatField(null=True, editable=False)
    now_interest_p90_days = models.FloatField(null=True, editable=False)
    now_principal_days = models.FloatField(null=True, editable=False)
    now_principal_sd_days = models.FloatField(null=True, editable=False)
    now_payback_months = models.FloatField(null=True, editable=False)
    now_npv_days = models.FloatField(null=True, editable=False)
    now_npv_per_day = models.FloatField(null=True, editable=False)
    now_chance = models.FloatField(null=True, editable=False)
    interest_was_days = models.FloatField(
        null=True, editable=False,
        db_comment="Interest a month 90 days before the team was scored last; empty: not known.",
    )  # fmt: skip

    COPIED = (
        "at", "verdict", "score", "interest_days", "interest_p10_days", "interest_p90_days",
        "principal_days", "principal_sd_days", "payback_months", "npv_days", "npv_per_day",
        "chance",
    )  # fmt: skip
    """Columns of a score that stand beside its item."""

    class Meta:
        abstract = True


class ScopeSize(Checked):
    """How large one item was in a month: its growth is measured by these. Append-only."""

    item = models.ForeignKey("debt.DebtItem", on_delete=models.CASCADE, related_name="sizes")
    month = models.PositiveIntegerField(db_comment="Months since the year 0.")
    evidence = models.PositiveIntegerField(db_comment="Open findings, links and notes.")
    files = models.PositiveIntegerField(db_comment="Files in its scope.")
    coupled = models.PositiveIntegerField(db_comment="Files outside that change with them.")
    slope = models.FloatField(
        null=True, db_comment="Growth a month up to this one, unlimited; empty: too few months."
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["item", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "month"],
                name="scopesize_once",
                violation_error_message="The size of this month is known.",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=2000 * 12, month__lt=2200 * 12),
                name="scopesize_month",
                violation_error_message="A month lies between the years 2000 and 2199.",
            ),
        ]

    @property
    def size(self) -> int:
        return self.evidence + self.files + self.coupled


class SharedCost(Checked):
    """What an item costs its team from then on, hours it shares with others once. Append-only."""

    item = models.ForeignKey("debt.DebtItem", on_delete=models.CASCADE, related_name="shared_costs")
    at = models.DateTimeField(db_default=Now())
    days = models.FloatField(db_comment="Person-days a month; the items of a team sum to its drag.")

    class Meta:
        ordering = ["item", "at", "pk"]
        indexes = [models.Index(fields=["item", "at"], name="sharedcost_in_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=0),
                name="sharedcost_not_negative",
                violation_error_message="Debt costs nothing or more.",
            ),
        ]
