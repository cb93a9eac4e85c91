"""Badges: links that show the two letters of a component or product to whoever has them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Component, Product


class Badge(models.Model):
    """Opens one drawing of two letters until a day. Only the digest of its token is kept."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="debt_badges")
    component = models.ForeignKey(
        Component, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        help_text="Empty: the whole product.",
    )  # fmt: skip
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())
    made_on = models.DateField(db_comment="The day from which its year counts.")
    expires_on = models.DateField(db_comment="The last day on which it opens.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("made_on")),
                name="badge_days_in_order",
                violation_error_message="The last day of the badge has passed already.",
            ),
        ]

    def __str__(self) -> str:
        return self.component.name if self.component else self.product.name
