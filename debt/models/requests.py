"""What a client called a request that logged debt, so that sent again it is not logged again."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class LogRequest(models.Model):
    """One such request and its item. It goes with it: what was taken back may be sent anew."""

    product = models.ForeignKey("tpm.Product", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, db_comment="Idempotency key of the sender.")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of what was sent.")
    item = models.OneToOneField("debt.DebtItem", on_delete=models.CASCADE, related_name="request")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "by", "key"],
                name="logrequest_once",
                violation_error_message="This idempotency key logged an item before.",
            ),
        ]
