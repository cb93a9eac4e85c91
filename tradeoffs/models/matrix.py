"""What options are compared on, what they reach, how it was weighed, and how firm the answer is."""

import datetime
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from tpm.models import Versioned
from tradeoffs.maths import scales

from .decisions import Decision, Option

POINTS_WRONG = "Give at least two pairs of numbers, the raw values in rising order."


class Criterion(Versioned):
    """What options are compared on: a scale between two fixed anchors, and its weight."""

    class Horizon(models.IntegerChoices):
        SHORT = 3, "3 months"
        LONG = 24, "24 months"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=80)
    measure = models.CharField(
        "what is measured", max_length=120, blank=True, help_text="Such as: order to event, P99."
    )
    unit = models.CharField(
        max_length=20, blank=True, help_text="Such as s, d or €. Empty: a score from 1 to 9."
    )
    worst = models.FloatField(default=1, help_text="The value that earns nothing.")
    best = models.FloatField(default=9, help_text="The value that earns everything.")
    group = models.CharField(
        max_length=60, blank=True, help_text="The quality it belongs to, such as Reliability."
    )
    horizon = models.PositiveSmallIntegerField(
        "counts over",
        choices=Horizon,
        null=True,
        blank=True,
        help_text="For costs: over which time. Empty: over any.",
    )
    points = models.JSONField(
        "value points",
        null=True,
        blank=True,
        help_text="Pairs of a raw value and its worth from 0 to 1, in place of a straight line.",
    )
    must = models.FloatField(
        "must reach",
        null=True,
        blank=True,
        help_text="An option that falls short is out. Empty: no such limit.",
    )
    weight = models.FloatField(
        default=0, editable=False, db_comment="Share of all weights of the decision, 0 to 1."
    )
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "name"],
                name="criterion_name_once",
                violation_error_message="This decision already has a criterion of this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="criterion_has_a_name",
                violation_error_message="Give the criterion a name.",
            ),
            models.CheckConstraint(
                condition=~Q(worst=F("best")),
                name="criterion_has_a_direction",
                violation_error_message="The worst and the best value must differ.",
            ),
            models.CheckConstraint(
                condition=~Q(unit="") | Q(worst__gte=1, worst__lte=9, best__gte=1, best__lte=9),
                name="criterion_score_from_1_to_9",
                violation_error_message="Without a unit the scale lies between 1 and 9.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=1),
                name="criterion_weight",
                violation_error_message="A weight lies between 0 and 100 %%.",
            ),
            models.CheckConstraint(
                condition=Q(horizon__isnull=True) | Q(horizon__in=[3, 24]),
                name="criterion_horizon",
                violation_error_message="A criterion counts over 3 months, 24 months or any time.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.points in (None, []):
            self.points = None
            return
        try:
            cutoffs, values = zip(*((float(x), float(v)) for x, v in self.points), strict=True)
            scales.value_function(cutoffs[0], cutoffs=cutoffs, values=values)
        except (TypeError, ValueError) as error:
            raise ValidationError({"points": POINTS_WRONG}) from error
        if not 0 <= min(values) <= max(values) <= 1:
            raise ValidationError({"points": "A worth lies between 0 and 1."})


SCRIPT = re.compile(r"\s*(javascript|vbscript|data|file):", re.IGNORECASE)


def refuse_script(evidence: str) -> None:
    """Evidence may be any reference, such as a file or a ticket, but no address that runs."""
    if SCRIPT.match(evidence):
        raise ValidationError("An address begins with https:// or http://.")


MOST_SCORE = 1e300
"""The database would take an infinite score, of which no total can be made."""


class Score(Versioned):
    """What an option reaches on a criterion. No row means not scored, which is not zero."""

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    p10 = models.FloatField(
        null=True, blank=True, db_comment="Unit of the criterion; 1 in 10 is lower."
    )
    p50 = models.FloatField(db_comment="Unit of the criterion; as likely higher as lower.")
    p90 = models.FloatField(
        null=True, blank=True, db_comment="Unit of the criterion; 1 in 10 is higher."
    )
    note = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(
        max_length=500, blank=True, validators=[refuse_script],
        help_text="An address, the name of a file or a key: a benchmark, an incident, an estimate.",
    )  # fmt: skip
    evidence_on = models.DateField("evidence of", null=True, blank=True)
    figure_type = models.CharField(
        max_length=100, blank=True, db_comment="Bound to a published number: of which record ..."
    )
    figure_id = models.PositiveBigIntegerField(null=True, blank=True)
    figure_kind = models.CharField(max_length=40, blank=True, db_comment="... and which number.")
    read_at = models.DateTimeField(
        null=True, blank=True, db_comment="As of when the bound number was taken."
    )
    valued_at = models.DateTimeField(
        null=True, editable=False,
        db_comment="When the number became what it is; empty: with the row's last change.",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["option", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["option", "criterion"],
                name="score_once_per_cell",
                violation_error_message="This cell is scored already.",
            ),
            models.CheckConstraint(
                condition=Q(p10__isnull=True, p90__isnull=True)
                | Q(
                    p10__isnull=False,
                    p90__isnull=False,
                    p10__lte=F("p50"),
                    p50__lte=F("p90"),
                ),
                name="score_in_order",
                violation_error_message="Order the range: low, likely, high.",
            ),
            models.CheckConstraint(
                condition=Q(p50__gte=-MOST_SCORE, p50__lte=MOST_SCORE)
                & (Q(p10__isnull=True) | Q(p10__gte=-MOST_SCORE))
                & (Q(p90__isnull=True) | Q(p90__lte=MOST_SCORE)),
                name="score_finite",
                violation_error_message="A score is a finite number.",
            ),
            models.CheckConstraint(
                condition=Q(figure_type="", figure_id__isnull=True, figure_kind="")
                | (~Q(figure_type="") & Q(figure_id__isnull=False) & ~Q(figure_kind="")),
                name="score_bound_whole",
                violation_error_message="A bound cell says which number of which record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}, {self.criterion}"

    @property
    def is_bound(self) -> bool:
        """Whether its value is a published number, which nobody types."""
        return bool(self.figure_kind)

    @property
    def number_since(self) -> datetime.datetime:
        """When the number became what it is; a note or evidence that came later changes nothing."""
        return self.valued_at or self.updated_at

    def put_number(self, p10: float | None, p50: float, p90: float | None) -> None:
        """Set the range, which the caller saves, and keep when it became another one."""
        if self.pk is None or (p10, p50, p90) != (self.p10, self.p50, self.p90):
            self.valued_at = timezone.now()
        else:
            self.valued_at = self.number_since
        self.p10, self.p50, self.p90 = p10, p50, p90

    def clean(self) -> None:
        if self.option.decision_id != self.criterion.decision_id:
            raise ValidationError("The option and the criterion belong to different decisions.")
        ends = [x for x in (self.p10, self.p50, self.p90) if x is not None]
        if not self.criterion.unit and ends and not 1 <= min(ends) <= max(ends) <= 9:
            raise ValidationError("A score without a unit lies between 1 and 9.")


class Weighting(Versioned):
    """How the weights of a decision came about: the method, and what was said to it."""

    class Method(models.TextChoices):
        SWING = "swing", "Swing"
        RANK = "rank", "Rank order"
        DIRECT = "direct", "Points"
        AHP = "ahp", "In pairs"

    decision = models.OneToOneField(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="weighting"
    )
    method = models.CharField(max_length=6, choices=Method, default=Method.SWING)
    said = models.JSONField(
        default=dict,
        db_comment="By id of the criterion: points or places; for AHP ratios by id:id of a pair.",
    )
    edition = models.CharField(
        max_length=12, blank=True, db_comment="Random index of a consistency ratio: saaty2005 ..."
    )
    ratio = models.FloatField(
        null=True, blank=True, db_comment="Consistency ratio of judgements in pairs."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=["swing", "rank", "direct", "ahp"]),
                name="weighting_method",
                violation_error_message="Weigh by swing, rank order, points or in pairs.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}, {self.decision}"


class Robustness(models.Model):
    """How firm the answer of a decision is: the newest run, and the one frozen at acceptance."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="runs"
    )
    frozen = models.BooleanField(
        default=False, db_comment="As it was accepted; the other row of a decision is the newest."
    )
    version = models.PositiveIntegerField(db_comment="Of the decision that was looked at.")
    at = models.DateTimeField()
    seed = models.BigIntegerField()
    draws = models.PositiveIntegerField()
    kappa = models.FloatField(db_comment="How firmly the weights are meant: Dirichlet(kappa w).")
    inputs = models.JSONField(db_comment="All that the numbers follow from.")
    inputs_hash = models.CharField(max_length=64)
    result = models.JSONField()

    class Meta:
        ordering = ["decision", "frozen"]
        verbose_name_plural = "robustness"
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "frozen"],
                name="robustness_newest_and_frozen",
                violation_error_message="A decision has one newest run and one frozen one.",
            ),
            models.CheckConstraint(
                condition=Q(draws__gte=1, seed__gte=0, kappa__gt=0),
                name="robustness_was_drawn",
                violation_error_message="A run has draws, a seed and a kappa above 0.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}, {self.draws} draws"


class Drift(models.Model):
    """The numbers behind an accepted decision have moved on, and another option would lead now."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="drifts"
    )
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    leader = models.CharField(max_length=120, db_comment="Who leads with today's numbers.")
    leader_then = models.CharField(max_length=120)
    first = models.FloatField(db_comment="Share of draws in which the leader of then is first now.")
    first_then = models.FloatField()
    moved = models.JSONField(default=list, db_comment="Cells: name, then, now, as text.")

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(ended_at__isnull=True),
                name="drift_open_once",
                violation_error_message="This drift is noted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.leader_then}, now {self.leader}"
