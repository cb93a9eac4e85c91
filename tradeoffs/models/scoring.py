"""Blind scoring rounds: each scorer's own numbers, kept apart from the matrix for good."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from tpm.models import Person, Versioned
from tradeoffs.models.matrix import MOST_SCORE


class ScoringRound(Versioned):
    """Several people score the matrix unseen; a second round follows once at most."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="rounds"
    )
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    due_on = models.DateField("score until", help_text="Shown to all from the day after.")
    revealed_at = models.DateTimeField(null=True, blank=True, editable=False)
    concordance = models.FloatField(
        null=True,
        editable=False,
        db_comment="Kendall's W of the scorers' orders when it was shown, 0 to 1.",
    )
    scorers = models.PositiveSmallIntegerField(
        null=True, editable=False, db_comment="How many orders the concordance is of."
    )

    class Meta:
        ordering = ["decision", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "number"],
                name="scoring_round_once",
                violation_error_message="This round is open already.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=2),
                name="scoring_round_at_most_two",
                violation_error_message="People score once, and once more at most.",
            ),
        ]

    def __str__(self) -> str:
        return f"Round {self.number}"

    @property
    def shown_at(self) -> datetime.datetime:
        """Since when everybody may see it; for one that is shown."""
        after = self.due_on + datetime.timedelta(days=1)
        over = timezone.make_aware(datetime.datetime.combine(after, datetime.time.min))
        return over if self.revealed_at is None else min(over, self.revealed_at)


class Ballot(models.Model):
    """One scorer of one round. It keeps no time: when somebody scored is nobody's business."""

    round = models.ForeignKey(ScoringRound, on_delete=models.CASCADE, related_name="ballots")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    handed_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"],
                name="ballot_once",
                violation_error_message="This person scores already.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class BallotScore(models.Model):
    """What one scorer thinks that an option reaches on a criterion."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="scores")
    option = models.ForeignKey("tradeoffs.Option", on_delete=models.CASCADE, related_name="+")
    criterion = models.ForeignKey("tradeoffs.Criterion", on_delete=models.CASCADE, related_name="+")
    p10 = models.FloatField(
        null=True, blank=True, db_comment="Unit of the criterion; 1 in 10 is lower."
    )
    p50 = models.FloatField(db_comment="Unit of the criterion; as likely higher as lower.")
    p90 = models.FloatField(
        null=True, blank=True, db_comment="Unit of the criterion; 1 in 10 is higher."
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["ballot", "option", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "option", "criterion"],
                name="ballot_score_once_per_cell",
                violation_error_message="You scored this cell already.",
            ),
            models.CheckConstraint(
                condition=Q(p10__isnull=True, p90__isnull=True)
                | Q(p10__isnull=False, p90__isnull=False, p10__lte=F("p50"), p50__lte=F("p90")),
                name="ballot_score_in_order",
                violation_error_message="Order the range: low, likely, high.",
            ),
            models.CheckConstraint(
                condition=Q(p50__gte=-MOST_SCORE, p50__lte=MOST_SCORE)
                & (Q(p10__isnull=True) | Q(p10__gte=-MOST_SCORE))
                & (Q(p90__isnull=True) | Q(p90__lte=MOST_SCORE)),
                name="ballot_score_finite",
                violation_error_message="A score is a finite number.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option}, {self.criterion}"
