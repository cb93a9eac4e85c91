"""What a score leaves behind besides itself: sizes by month, and costs with shared hours once."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tpm.models import Checked


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
