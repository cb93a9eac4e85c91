"""Ranges of effort, what work really took, and what that teaches."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roadmaps.models.items import Item
from tpm.models import Checked, Product

ORDERED_RANGE = Q(p10_days__gt=0, p10_days__lte=F("p50_days"), p50_days__lte=F("p90_days"))


class Estimate(Checked):
    """A range of effort for an item. Append-only: the newest one counts."""

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        IMPORTED = "imported", "Imported"
        DEBT = "debt", "From a debt item"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="estimates")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    one_number = models.BooleanField(
        default=False, db_comment="Only the P50 was typed; the spread is learned."
    )
    p10_days = models.FloatField(db_comment="Person-days; 1 in 10 takes less.")
    p50_days = models.FloatField(db_comment="Person-days; as likely more as less.")
    p90_days = models.FloatField(db_comment="Person-days; 1 in 10 takes more.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at", "-id"], name="estimate_newest")]
        constraints = [
            models.CheckConstraint(
                condition=ORDERED_RANGE,
                name="estimate_in_order",
                violation_error_message="Order the range: low, likely, high, all above 0.",
            ),
        ]


class Actual(Checked):
    """What an item really took. Append-only: the newest one counts."""

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        IMPORTED = "imported", "Imported"
        DERIVED = "derived", "Derived from the days in progress"
        TAKEN_BACK = "taken_back", "Taken back"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="actuals")
    person_days = models.FloatField(
        null=True,
        blank=True,
        db_comment="Person-days; empty where what stood before is taken back.",
    )
    source = models.CharField(max_length=10, choices=Source)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person_days__gt=0),
                name="actual_above_zero",
                violation_error_message="What an item took is above 0 person-days.",
            ),
            models.CheckConstraint(
                condition=Q(source="taken_back", person_days__isnull=True)
                | (~Q(source="taken_back") & Q(person_days__isnull=False)),
                name="actual_taken_back_is_empty",
                violation_error_message="What is taken back has no number; all else has one.",
            ),
        ]


class Learning(models.Model):
    """What a product's finished work says about its estimates, on one day. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="learnings")
    as_of = models.DateField()
    at = models.DateTimeField(db_default=Now())
    inputs_hash = models.CharField(max_length=64)
    finished_items = models.PositiveIntegerField()
    details = models.JSONField(
        default=dict, db_comment="Quantiles of actual / estimate and of actuals without estimate."
    )

    class Meta:
        ordering = ["-at", "-pk"]


class LearnedEstimate(models.Model):
    """What history makes of one typed range. Append-only."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="estimates")
    estimate = models.ForeignKey(Estimate, on_delete=models.CASCADE, related_name="learned")
    p10_days = models.FloatField(db_comment="Person-days; 1 in 10 takes less.")
    p50_days = models.FloatField(db_comment="Person-days; as likely more as less.")
    p90_days = models.FloatField(db_comment="Person-days; 1 in 10 takes more.")
    based_on = models.PositiveIntegerField(db_comment="Finished items that it was learned from.")
    table = models.JSONField(
        default=list, db_comment="Person-days at 257 levels, what is simulated: about 1.8 kB a row."
    )
    most_like = models.JSONField(
        default=list, db_comment="Keys of the finished items that weighed most, at most 3."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learning", "estimate"],
                name="learnedestimate_once",
                violation_error_message="A lesson says one thing of an estimate.",
            ),
            models.CheckConstraint(
                condition=ORDERED_RANGE,
                name="learnedestimate_in_order",
                violation_error_message="Order the range: low, likely, high, all above 0.",
            ),
        ]


class ForecastScore(models.Model):
    """How the forecast of a finished item's effort came out. Made anew with each lesson."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="forecast_score"
    )
    as_of = models.DateField(db_comment="The day of the forecast: nothing later was known to it.")
    based_on = models.PositiveIntegerField(db_comment="Finished items that it was learned from.")
    p50_days = models.FloatField(db_comment="Person-days; as likely more as less.")
    p85_days = models.FloatField(db_comment="Person-days; 15 in 100 take more.")
    p95_days = models.FloatField(db_comment="Person-days; 5 in 100 take more.")
    actual_days = models.FloatField(db_comment="Person-days that it took.")
    log_crps = models.FloatField(db_comment="Continuous ranked probability score of log days.")
    pinball = models.JSONField(db_comment="Loss at P50, P85 and P95 on log days.")
    held = models.JSONField(db_comment="Whether the actual was within P50, P85 and P95.")
    within = models.BooleanField(db_comment="Whether the actual was from P10 to P90.")
    pit = models.FloatField(db_comment="Randomised probability integral transform.")
    raw_log_crps = models.FloatField(null=True, db_comment="Score of the typed number alone.")
    plain_log_crps = models.FloatField(
        null=True, db_comment="Score of evidence-based scheduling without weights."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p50_days__gt=0, p50_days__lte=F("p85_days"), actual_days__gt=0)
                & Q(p85_days__lte=F("p95_days")),
                name="forecastscore_in_order",
                violation_error_message="P50, P85 and P95 are in order, all above 0.",
            ),
            models.CheckConstraint(
                condition=Q(pit__gte=0, pit__lte=1),
                name="forecastscore_pit_is_a_share",
                violation_error_message="The transform of a forecast lies from 0 to 1.",
            ),
        ]
