"""What was committed, when, by whom, and how likely it was then."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from roadmaps.models.forecasts import ForecastRun
from roadmaps.models.items import Item, Objective
from tpm.models import Product, Versioned


class Baseline(models.Model):
    """What was committed, when, by whom, and how likely it was then. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ForecastRun, on_delete=models.RESTRICT, related_name="baselines")
    chance = models.FloatField(
        null=True,
        blank=True,
        db_comment="Share of trials in which all of it but stretch items lands by its targets.",
    )
    said = models.CharField(
        max_length=300, blank=True, db_comment="What the page stated before it was committed."
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
    stretch = models.BooleanField(
        default=False, db_comment="Hoped for: neither in the chance nor asked about when it slips."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["baseline", "item"],
                name="baselineitem_once",
                violation_error_message="An item is in a baseline once.",
            ),
        ]


class ScopeComparison(models.Model):
    """What changed from one run to a later one, cause by cause on the same draws. Append-only."""

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="+")
    since = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    causes = models.JSONField(
        db_comment="In the order applied: name, changed, tenths of person-days per item, days of "
        "the plan and of each objective."
    )
    totals = models.JSONField(db_comment="Both ends, and the whole that the causes sum to.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "since"],
                name="scopecomparison_once",
                violation_error_message="Two moments are compared once.",
            ),
        ]


class SlipPolicy(Versioned):
    """From how many working days on a slip of what was committed asks for a reason."""

    USUAL = 10

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="slip_policy"
    )
    working_days = models.PositiveSmallIntegerField(default=USUAL)

    class Meta:
        verbose_name_plural = "slip policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__gte=1, working_days__lte=250),
                name="slippolicy_days",
                violation_error_message="Ask from 1 to 250 working days on.",
            ),
        ]

    def __str__(self) -> str:
        return f"When a slip of {self.product} asks for a reason"


class SlipReason(models.Model):
    """Why something committed slipped, as somebody said; later words are added. Append-only."""

    class Reason(models.TextChoices):
        ESTIMATE = "estimate", "The estimate was wrong"
        SCOPE = "scope", "The scope grew"
        WAITING = "waiting", "Waiting for somebody else"
        PEOPLE = "people", "People were missing"
        PRIORITY = "priority", "Something more important came first"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="slip_reasons")
    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="slip_reasons")
    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, null=True, blank=True, related_name="slip_reasons"
    )
    objective = models.ForeignKey(
        Objective, on_delete=models.CASCADE, null=True, blank=True, related_name="slip_reasons"
    )
    days = models.PositiveIntegerField(db_comment="Working days of P85 later than committed.")
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    decision_key = models.CharField(
        max_length=24, blank=True, db_comment="Key of the decision that explains it."
    )
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["product", "-at", "-id"], name="slipreason_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") | ~Q(decision_key=""),
                name="slipreason_says_why",
                violation_error_message="Choose a reason, or name the decision behind it.",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(objective__isnull=True),
                name="slipreason_of_one",
                violation_error_message="A slip is that of an item, an objective or the plan.",
            ),
        ]
