"""Stored runs of the simulation and the dates in them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roadmaps.models.items import Item, Objective
from tpm.models import Product


class ForecastRun(models.Model):
    """One stored run of the simulation, with all that it was made from. Append-only."""

    class Reason(models.TextChoices):
        CHANGE = "change", "The plan changed"
        NIGHTLY = "nightly", "Nightly"
        ASKED = "asked", "Somebody asked"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="forecast_runs")
    at = models.DateTimeField(db_default=Now())
    as_of = models.DateField(db_comment="The day from which open work goes on.")
    revision = models.PositiveBigIntegerField(db_comment="Revision of the plan that it read.")
    seed = models.PositiveBigIntegerField()
    trials = models.PositiveIntegerField()
    inputs_hash = models.CharField(max_length=64)
    inputs = models.JSONField(db_comment="The plan as the simulation read it.")
    reason = models.CharField(max_length=10, choices=Reason)
    milliseconds = models.PositiveIntegerField()
    open_items = models.PositiveIntegerField()
    without_estimate = models.PositiveIntegerField()
    order = models.JSONField(default=list, db_comment="Ids of the open items in start order.")
    quarters = models.JSONField(
        default=dict, db_comment="Item id -> quarter of its P50 start, whose shared bias it draws."
    )
    teams = models.JSONField(default=list, db_comment="Per team and week: planned, P85, capacity.")
    engine = models.CharField(max_length=12, default="reference", db_comment="What computed it.")
    end = models.JSONField(
        null=True, db_comment="Days by which all that is open is done: p10, p50, p85, p95."
    )
    critical_links = models.JSONField(
        default=list, db_comment="[pred, succ, share of trials it holds up the end], at most 20."
    )
    second_opinion = models.JSONField(
        null=True,
        db_comment="Weeks by counting finished items: p10, p50, p85, of how many items and weeks, "
        "the weeks that efforts say, their relative difference, and whether it is flagged.",
    )
    chance = models.FloatField(
        null=True,
        db_comment="Share of trials in which all lands by its targets; empty without any.",
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["product", "-at", "-id"], name="forecastrun_newest")]


class ForecastDates(models.Model):
    """The distribution of one finish, as dates; empty where it lies beyond the horizon."""

    p10 = models.DateField(null=True)
    p50 = models.DateField(null=True)
    p85 = models.DateField(null=True)
    p95 = models.DateField(null=True)
    target_date = models.DateField(null=True)
    chance = models.FloatField(null=True, db_comment="Share of trials that meet the target.")
    histogram = models.JSONField(
        default=dict, db_comment="starts_on, step in days, counts of trials, later."
    )
    errors = models.JSONField(
        null=True, db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(p50__isnull=True)
                | Q(p85__isnull=True)
                | (Q(p50__lte=F("p85")) & (Q(p95__isnull=True) | Q(p85__lte=F("p95")))),
                name="%(class)s_in_order",
                violation_error_message="P50, P85 and P95 are in order.",
            ),
        ]


class ItemForecast(ForecastDates):
    """One item's finish in one run. Append-only."""

    class Basis(models.TextChoices):
        LEARNED = "learned", "The typed range after history"
        TYPED = "typed", "The typed range"
        TABLE = "table", "Finished work of its kind"
        DEFAULT = "default", "A wide guess"
        MILESTONE = "milestone", "A milestone takes no time"
        CHILDREN = "children", "Its parts"
        DONE = "done", "Done"

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="forecasts")
    start_p50 = models.DateField(null=True)
    start_p85 = models.DateField(null=True)
    basis = models.CharField(max_length=10, choices=Basis)
    why = models.JSONField(null=True, db_comment="Working days near P50 that sum to the whole.")
    overload = models.FloatField(
        default=0, db_comment="Share of trials in which a pinned item starts without a place."
    )
    violated = models.FloatField(
        default=0, db_comment="Share of trials in which it starts before its predecessors end."
    )
    critical = models.FloatField(
        null=True, db_comment="Share of trials in which it is on the chain behind the end."
    )
    sensitivity = models.FloatField(
        null=True, db_comment="Schedule sensitivity index: critical x sd of its days / of the end."
    )
    queueing = models.FloatField(
        null=True, db_comment="Expected working days of waiting for a place."
    )

    class Meta(ForecastDates.Meta):
        constraints = [
            *ForecastDates.Meta.constraints,
            models.UniqueConstraint(
                fields=["run", "item"],
                name="itemforecast_once",
                violation_error_message="A run says one date of an item.",
            ),
        ]


class ObjectiveForecast(ForecastDates):
    """When all items of an objective are done, in one run. Append-only."""

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="objectives")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="forecasts")
    open_items = models.PositiveIntegerField()
    last = models.JSONField(default=list, db_comment="[item id, share of trials it ends last].")
    critical = models.JSONField(
        default=list, db_comment="[item id, share of trials on the chain behind its end]."
    )

    class Meta(ForecastDates.Meta):
        constraints = [
            *ForecastDates.Meta.constraints,
            models.UniqueConstraint(
                fields=["run", "objective"],
                name="objectiveforecast_once",
                violation_error_message="A run says one date of an objective.",
            ),
        ]


class ObjectiveHurts(models.Model):
    """What an objective would be likelier without, on the draws of one run. Append-only."""

    class Kind(models.TextChoices):
        ITEM = "item", "An item, dropped"
        LINK = "link", "A dependency, taken away"
        TEAM = "team", "A team's debt, gone"

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="hurts")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="hurts")
    rows = models.JSONField(
        default=list,
        db_comment="kind (item, link, team), id, pred, rise of the chance; the most first.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "objective"],
                name="objectivehurts_once",
                violation_error_message="A run says once what hurts an objective.",
            ),
        ]


class ForecastMoves(models.Model):
    """What moved the dates from one run to a later one, step by step on the same draws."""

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="moves")
    since = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    steps = models.JSONField(db_comment="Name, what changed, and per item and objective the move.")
    totals = models.JSONField(db_comment="Per item and objective the whole move.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "since"],
                name="forecastmoves_once",
                violation_error_message="Two runs are compared once.",
            ),
        ]


class PlanStatus(models.Model):
    """Which revision of a plan its newest forecast has seen; due where it is behind."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="plan_status"
    )
    run = models.ForeignKey(ForecastRun, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveBigIntegerField(default=0)
    as_of = models.DateField(null=True)
    failure = models.CharField(
        max_length=300, blank=True, db_comment="Why the last computation of this revision failed."
    )

    class Meta:
        verbose_name_plural = "plan status"
