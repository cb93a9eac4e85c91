"""What was committed, when, by whom, and how likely it was then."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from roadmaps.models.forecasts import ForecastRun
from roadmaps.models.items import Item
from tpm.models import Product


class Baseline(models.Model):
    """What was committed, when, by whom, and how likely it was then. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ForecastRun, on_delete=models.RESTRICT, related_name="baselines")
    chance = models.FloatField(
        null=True, blank=True, db_comment="Share of trials in which all of it lands by its targets."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "name"],
                name="baseline_name_once",
                violation_error_message="There is a baseline with this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BaselineItem(models.Model):
    """One item as it was committed. Append-only."""

    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=12)
    position = models.PositiveIntegerField()
    p10_days = models.FloatField(null=True)
    p50_days = models.FloatField(null=True)
    p90_days = models.FloatField(null=True)
    start_p50 = models.DateField(null=True)
    p50 = models.DateField(null=True)
    p85 = models.DateField(null=True)
    target_date = models.DateField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["baseline", "item"],
                name="baselineitem_once",
                violation_error_message="An item is in a baseline once.",
            ),
        ]
