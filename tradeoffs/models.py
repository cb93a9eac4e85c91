"""What we chose and why: decisions, their options, criteria and scores, and who judged them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from tpm.models import Component, Person, Product, Versioned
from tradeoffs import scales
from tradeoffs.models_files import (
    Collection,
    DecisionLink,
    DecisionTag,
    RecordFile,
    StatusWord,
)
from tradeoffs.models_finding import Handled, Summary
from tradeoffs.models_follow import (
    Consequence,
    Firing,
    LookBack,
    Prediction,
    RevisitTrigger,
)
from tradeoffs.models_matrix import Drift, Robustness, Weighting
from tradeoffs.models_review import (
    ObjectionEnd,
    Reminder,
    Review,
    Reviewer,
    ReviewPlan,
    Supersession,
)
from tradeoffs.models_scoring import Ballot, BallotScore, ScoringRound
from tradeoffs.models_text import (
    Amendment,
    Anchor,
    Closing,
    Section,
    SectionDraft,
    Version,
)

__all__ = [
    "Amendment",
    "Anchor",
    "Ballot",
    "BallotScore",
    "Closing",
    "Collection",
    "Consequence",
    "Criterion",
    "Decision",
    "DecisionLink",
    "DecisionTag",
    "Drift",
    "Firing",
    "Handled",
    "LookBack",
    "ObjectionEnd",
    "Option",
    "Prediction",
    "RecordFile",
    "Reminder",
    "Review",
    "ReviewPlan",
    "Reviewer",
    "RevisitTrigger",
    "Robustness",
    "Score",
    "ScoringRound",
    "Section",
    "SectionDraft",
    "StatusWord",
    "Summary",
    "Supersession",
    "Version",
    "Weighting",
]

POINTS_WRONG = "Give at least two pairs of numbers, the raw values in rising order."


class Decision(Versioned):
    """A question, weighed and answered. Its text is frozen once it is closed."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        SUPERSEDED = "superseded", "Superseded"
        DEPRECATED = "deprecated", "Deprecated"

    class Tier(models.IntegerChoices):
        NOTE = 0, "0, a note"
        ONE = 1, "1, one reviewer"
        MATRIX = 2, "2, with a matrix"
        QUORUM = 3, "3, hard to undo"

    class Undoing(models.TextChoices):
        REVERSIBLE = "reversible", "Easy to undo"
        IRREVERSIBLE = "irreversible", "Hard to undo"

    class Reach(models.TextChoices):
        LOCAL = "local", "One team, one component"
        WIDE = "wide", "Several teams or components"

    OPEN = (State.DRAFT, State.IN_REVIEW)
    MOVES: dict[str, tuple[str, ...]] = {
        State.DRAFT: (State.IN_REVIEW,),
        State.IN_REVIEW: (State.DRAFT, State.ACCEPTED, State.REJECTED),
        State.ACCEPTED: (State.SUPERSEDED, State.DEPRECATED),
        State.REJECTED: (State.DRAFT,),
        State.DEPRECATED: (State.SUPERSEDED,),
        State.SUPERSEDED: (),
    }

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField(editable=False)
    key = models.CharField(max_length=24, unique=True, editable=False)
    title = models.CharField("question", max_length=200)
    situation = models.CharField(
        max_length=200, blank=True, help_text="In the context of …, in a few words."
    )
    concern = models.CharField(max_length=200, blank=True, help_text="Facing …, in a few words.")
    context = models.TextField(max_length=200_000, blank=True)
    constraints = models.TextField(
        max_length=200_000, blank=True, help_text="What every option has to respect."
    )
    reasons = models.TextField(
        max_length=200_000, blank=True, help_text="Why this option and not another."
    )
    consequences = models.TextField(
        max_length=200_000, blank=True, help_text="What gets better, and what gets worse."
    )
    confirmation = models.TextField(
        "how we will check", max_length=200_000, blank=True, help_text="What would prove it wrong."
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, editable=False)
    imported = models.BooleanField(
        default=False,
        editable=False,
        db_comment="Came from a file: what the file does not say is left open.",
    )
    undoing = models.CharField(
        "how hard to undo", max_length=12, choices=Undoing, blank=True, default=""
    )
    reach = models.CharField(
        "how far it reaches", max_length=5, choices=Reach, blank=True, default=""
    )
    tier = models.PositiveSmallIntegerField(
        choices=Tier,
        null=True,
        blank=True,
        help_text="What the two answers ask for, or more. It sets how much review is due.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    driver = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approver = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField("decide by", null=True, blank=True)
    check_on = models.DateField("check again on", null=True, blank=True)
    chosen = models.ForeignKey(
        "Option", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    record = models.TextField(
        blank=True, editable=False, db_comment="The whole record as Markdown, as it was accepted."
    )
    items = models.ManyToManyField("roadmaps.Item", blank=True, related_name="+")
    components = models.ManyToManyField(Component, blank=True, related_name="+")

    class Meta:
        ordering = ["product", "number"]
        indexes = [models.Index(fields=["product", "state"], name="decision_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"],
                name="decision_number_once",
                violation_error_message="This number is taken.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="decision_asks_something",
                violation_error_message="Ask a question: one line is enough.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "in_review",
                        "accepted",
                        "rejected",
                        "superseded",
                        "deprecated",
                    ]
                ),
                name="decision_state",
                violation_error_message="A decision is a draft, in review, accepted, rejected, "
                "superseded or deprecated.",
            ),
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__lte=3),
                name="decision_tier",
                violation_error_message="A tier is 0, 1, 2 or 3.",
            ),
            models.CheckConstraint(
                condition=Q(undoing="")
                | Q(reach="")
                | Q(undoing="reversible", reach="local")
                | Q(undoing="reversible", reach="wide", tier__gte=1)
                | Q(undoing="irreversible", reach="local", tier__gte=2)
                | Q(undoing="irreversible", reach="wide", tier=3),
                name="decision_tier_fits",
                violation_error_message="The tier is lower than what the two answers ask for.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "superseded", "deprecated"])
                | (Q(chosen__isnull=False) & ~Q(reasons="") & ~Q(record=""))
                | (Q(imported=True) & ~Q(record="")),
                name="decision_accepted_says_what",
                violation_error_message="An accepted decision names its option and its reasons.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "in_review"],
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(
                    state__in=["accepted", "rejected", "superseded", "deprecated"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(state__in=["accepted", "rejected", "superseded", "deprecated"], imported=True),
                name="decision_closed_says_who",
                violation_error_message="A closed decision says who decided, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("tradeoffs:decision-detail", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether its text and matrix may still change."""
        return self.state in self.OPEN

    def clean(self) -> None:
        self.title = self.title.strip()
        if self.chosen is not None and self.chosen.decision_id != self.pk:
            raise ValidationError({"chosen": "Choose one of the options of this decision."})


class Option(Versioned):
    """One answer to the question."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=5_000, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "name"],
                name="option_name_once",
                violation_error_message="This decision already has an option of this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="option_has_a_name",
                violation_error_message="Give the option a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    evidence = models.URLField(
        max_length=500, blank=True, help_text="A benchmark, an incident, an estimate."
    )
    evidence_on = models.DateField("evidence of", null=True, blank=True)
    figure_type = models.CharField(
        max_length=100, blank=True, db_comment="Bound to a published number: of which record ..."
    )
    figure_id = models.PositiveBigIntegerField(null=True, blank=True)
    figure_kind = models.CharField(max_length=40, blank=True, db_comment="... and which number.")
    read_at = models.DateTimeField(
        null=True, blank=True, db_comment="As of when the bound number was taken."
    )
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

    def clean(self) -> None:
        if self.option.decision_id != self.criterion.decision_id:
            raise ValidationError("The option and the criterion belong to different decisions.")
        ends = [x for x in (self.p10, self.p50, self.p90) if x is not None]
        if not self.criterion.unit and ends and not 1 <= min(ends) <= max(ends) <= 9:
            raise ValidationError("A score without a unit lies between 1 and 9.")
