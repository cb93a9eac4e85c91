"""What makes one item more urgent than another: a score formula, its inputs, and value curves."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roadmaps.models.forecasts import ForecastRun
from roadmaps.models.items import Item, Objective
from tpm.models import Product, Versioned


class PriorityFormula(Versioned):
    """The one score formula of a product, and the unit in which its delay costs."""

    class Method(models.TextChoices):
        NONE = "", "None yet"
        RICE = "rice", "RICE"
        WSJF = "wsjf", "WSJF"
        OWN = "own", "Our own"

    class Unit(models.TextChoices):
        POINTS = "points", "Points"
        MONEY = "money", "Money"

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="priority_formula"
    )
    method = models.CharField(max_length=8, choices=Method, blank=True, default=Method.NONE)
    weights = models.JSONField(
        default=dict, blank=True, db_comment="Input -> weight, of a ready-made formula."
    )
    own = models.JSONField(
        default=dict,
        blank=True,
        db_comment="Of one's own: combine, by_effort, inputs (name, label, weight, low, high).",
    )
    unit = models.CharField(max_length=8, choices=Unit, default=Unit.POINTS)
    currency = models.CharField(
        max_length=8, blank=True, help_text="Such as EUR or k€; how amounts of money are shown."
    )
    revision = models.PositiveBigIntegerField(
        default=1, editable=False, db_comment="Grows with every formula, input and value curve."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=["", "rice", "wsjf", "own"]),
                name="priorityformula_method",
                violation_error_message="Choose RICE, WSJF or your own formula.",
            ),
            models.CheckConstraint(
                condition=Q(unit="points") | (Q(unit="money") & ~Q(currency="")),
                name="priorityformula_money_has_a_currency",
                violation_error_message="Say which money, such as EUR.",
            ),
        ]

    def __str__(self) -> str:
        return f"Score formula of {self.product_id}"


class PriorityInput(Versioned):
    """What was typed for one item under one name of the formula; empty where it was taken away."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="priority_inputs")
    name = models.CharField(max_length=40)
    p10 = models.FloatField(
        null=True, blank=True, db_comment="1 in 10 it is less; equal where one number."
    )
    p50 = models.FloatField(null=True, blank=True, db_comment="As likely more as less.")
    p90 = models.FloatField(null=True, blank=True, db_comment="1 in 10 it is more.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "name"],
                name="priorityinput_once",
                violation_error_message="An item has one value of an input.",
            ),
            models.CheckConstraint(
                condition=Q(p10__isnull=True, p50__isnull=True, p90__isnull=True)
                | Q(
                    p10__isnull=False,
                    p50__isnull=False,
                    p90__isnull=False,
                    p10__gte=0,
                    p10__lte=F("p50"),
                    p50__lte=F("p90"),
                ),
                name="priorityinput_in_order",
                violation_error_message="Order the range: low, likely, high.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.key} {self.name}"


class ValueCurve(Versioned):
    """What an item or an objective is worth by the day on which it is done."""

    class Kind(models.TextChoices):
        LINEAR = "linear", "So much each week"
        STEP = "step", "All of it after a deadline"
        DECAY = "decay", "Half of what is left, again and again"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="value_curves")
    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, null=True, blank=True, related_name="value_curve"
    )
    objective = models.OneToOneField(
        Objective, on_delete=models.CASCADE, null=True, blank=True, related_name="value_curve"
    )
    kind = models.CharField(max_length=8, choices=Kind, blank=True, default="")
    p10 = models.FloatField(null=True, blank=True, db_comment="Amount in the product's unit.")
    p50 = models.FloatField(null=True, blank=True, db_comment="Equal to p10 where one number.")
    p90 = models.FloatField(null=True, blank=True, db_comment="1 in 10 it is more.")
    day = models.DateField(
        null=True, blank=True, db_comment="Deadline, or from when; empty: from the forecast on."
    )
    half_life_weeks = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, objective__isnull=True)
                | Q(item__isnull=True, objective__isnull=False),
                name="valuecurve_of_one_thing",
                violation_error_message="A value curve is of an item or of an objective.",
            ),
            models.CheckConstraint(
                condition=Q(kind="", p50__isnull=True)
                | (
                    Q(kind__in=["linear", "step", "decay"])
                    & Q(p10__isnull=False, p50__isnull=False, p90__isnull=False, p10__gt=0)
                    & Q(p10__lte=F("p50"), p50__lte=F("p90"))
                ),
                name="valuecurve_amount",
                violation_error_message="An amount is above 0, low, likely and high in order.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="step") | Q(day__isnull=False),
                name="valuecurve_step_has_a_day",
                violation_error_message="Say the day of the deadline.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="decay")
                | Q(half_life_weeks__isnull=False, half_life_weeks__gt=0),
                name="valuecurve_decay_has_a_half_life",
                violation_error_message="Say in how many weeks half of it is lost.",
            ),
        ]

    def __str__(self) -> str:
        return f"Value of {self.item.key if self.item else self.objective}"


class PriorityRanking(models.Model):
    """What the newest ranking of a product was made from. Replaced as its inputs change."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="priority_ranking"
    )
    at = models.DateTimeField(db_default=Now())
    revision = models.PositiveBigIntegerField(db_comment="Of the formula that it read.")
    plan_revision = models.PositiveBigIntegerField(db_comment="Of the plan that it read.")
    run = models.ForeignKey(ForecastRun, on_delete=models.SET_NULL, null=True, related_name="+")
    draws = models.PositiveIntegerField(default=0)
    seed = models.PositiveBigIntegerField(default=0)
    ranked = models.PositiveIntegerField(default=0)
    unranked = models.PositiveIntegerField(default=0)
    objectives = models.JSONField(
        default=dict, db_comment="Objective -> lost, week, their errors, beyond."
    )
    failure = models.CharField(max_length=300, blank=True)


class ItemPriority(models.Model):
    """One item's score, place and cost of delay in the newest ranking."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, primary_key=True, related_name="priority"
    )
    ranking = models.ForeignKey(PriorityRanking, on_delete=models.CASCADE, related_name="rows")
    score_p10 = models.FloatField(null=True)
    score_p50 = models.FloatField(null=True)
    score_p90 = models.FloatField(null=True)
    error = models.FloatField(null=True, db_comment="One Monte Carlo standard error of the P50.")
    place = models.PositiveIntegerField(null=True)
    low = models.PositiveIntegerField(null=True, db_comment="Best place in 80 of 100 draws.")
    high = models.PositiveIntegerField(null=True, db_comment="Worst place in 80 of 100 draws.")
    band = models.PositiveIntegerField(null=True, db_comment="Its tie, from 1.")
    first = models.FloatField(null=True, db_comment="Share of draws in which it is first.")
    beats_next = models.FloatField(null=True, db_comment="Chance to outrank the next one.")
    missing = models.JSONField(default=list, db_comment="Names of inputs that it lacks.")
    lost = models.FloatField(null=True, db_comment="Expected loss by its own value curve.")
    lost_error = models.FloatField(null=True)
    own_week = models.FloatField(null=True, db_comment="Cost of one more week, its own curve.")
    followers_week = models.FloatField(
        null=True, db_comment="Cost of one more week of it, of all that waits for it."
    )
    week = models.FloatField(
        null=True, db_comment="Its own, through its objective and of what waits for it together."
    )
    beyond = models.FloatField(default=0, db_comment="Share of trials that never end.")

    class Meta:
        indexes = [models.Index(fields=["ranking", "place"], name="itempriority_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score_p50__isnull=True, place__isnull=True)
                | Q(
                    score_p10__isnull=False,
                    score_p90__isnull=False,
                    low__isnull=False,
                    high__isnull=False,
                    place__isnull=False,
                    score_p10__lte=F("score_p50"),
                    score_p50__lte=F("score_p90"),
                    low__lte=F("high"),
                    place__gte=1,
                ),
                name="itempriority_in_order",
                violation_error_message="A score and its places are in order.",
            ),
        ]
