"""What the installation keeps for itself."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """The last sign of life of the worker or of beat."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class ApiToken(models.Model):
    """A personal token for the API. Only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]


class RemovalPermit(models.Model):
    """While a row stands here, append-only rows may be removed.

    Written and taken back inside the removing transaction, so no other transaction ever sees it.
    """

    reason = models.CharField(max_length=80)
