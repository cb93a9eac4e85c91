"""What must be paid before something else can be."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Checked


class DebtNeed(Checked):
    """One debt item needs another paid first. Within one product, and never a circle."""

    item = models.ForeignKey("debt.DebtItem", on_delete=models.CASCADE, related_name="need_links")
    needed = models.ForeignKey(
        "debt.DebtItem", on_delete=models.CASCADE, related_name="needed_by_links"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["item", "needed"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "needed"],
                name="debtneed_once",
                violation_error_message="It is known already that this one comes first.",
            ),
            models.CheckConstraint(
                condition=~Q(item=F("needed")),
                name="debtneed_not_itself",
                violation_error_message="Debt cannot need itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} needs {self.needed}"
