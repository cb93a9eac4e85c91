"""What stands beside a matrix: how it was weighed, how firm its answer is, and where it drifted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tpm.models import Versioned


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
