"""What follows from a decision: consequences, predictions, triggers, and looking back at it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Checked, Component, Person, Versioned


class Consequence(Versioned):
    """Something that gets better or worse, and what was done about it."""

    class Kind(models.TextChoices):
        GOOD = "good", "Good"
        BAD = "bad", "Bad"
        NEUTRAL = "neutral", "Neutral"

    class Severity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    class Handled(models.TextChoices):
        DEBT = "debt", "Became debt"
        ITEM = "item", "Became an item"
        DECISION = "decision", "Became a decision"
        ACCEPTED = "accepted", "Accepted without mitigation"

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="effects"
    )
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.BAD)
    text = models.CharField("what follows", max_length=300)
    quality = models.CharField(
        "quality touched", max_length=80, blank=True, help_text="Such as Reliability or Cost."
    )
    severity = models.CharField(
        "how much it matters", max_length=6, choices=Severity, default=Severity.MEDIUM
    )
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    found_later = models.BooleanField(
        default=False, editable=False, db_comment="Written down after the decision had closed."
    )
    handled_as = models.CharField(max_length=8, choices=Handled, blank=True, editable=False)
    handled_key = models.CharField(
        max_length=24, blank=True, editable=False, db_comment="Key of what it became."
    )
    handled_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    accepted_why = models.CharField(max_length=1000, blank=True, editable=False)

    class Meta:
        ordering = ["decision", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="consequence_says_what",
                violation_error_message="Say what follows: one sentence.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["good", "bad", "neutral"])
                & Q(severity__in=["low", "medium", "high"]),
                name="consequence_kind",
                violation_error_message="A consequence is good, bad or neutral, and matters a "
                "little, somewhat or much.",
            ),
            models.CheckConstraint(
                condition=Q(handled_as="", handled_key="", handled_at__isnull=True)
                | Q(
                    ~Q(handled_key=""),
                    kind="bad",
                    handled_as__in=["debt", "item", "decision"],
                    handled_at__isnull=False,
                )
                | Q(kind="bad", handled_as="accepted", handled_key="", handled_at__isnull=False),
                name="consequence_handled_whole",
                violation_error_message="A bad consequence is handled by naming what it became, "
                "or who accepts it.",
            ),
            models.CheckConstraint(
                condition=Q(~Q(accepted_why=""), accepted_by__isnull=False, handled_as="accepted")
                | Q(~Q(handled_as="accepted"), accepted_why="", accepted_by__isnull=True),
                name="consequence_accepted_says_who",
                violation_error_message="Name who accepts it, and why.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        """Whether it is bad and nothing was done about it."""
        return self.kind == self.Kind.BAD and not self.handled_as


class Bound(Checked):
    """May follow a published number: of which record, and which one."""

    class Comparison(models.TextChoices):
        AT_LEAST = "at_least", "at least"
        AT_MOST = "at_most", "at most"

    figure_type = models.CharField(max_length=60, blank=True, editable=False)
    figure_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    figure_kind = models.CharField(max_length=40, blank=True, editable=False)
    comparison = models.CharField(max_length=8, choices=Comparison, blank=True)
    limit = models.FloatField(
        null=True, blank=True, db_comment="In the unit in which the bound number is shown."
    )

    class Meta:
        abstract = True

    @property
    def is_bound(self) -> bool:
        return bool(self.figure_kind)

    @property
    def code(self) -> str:
        """What a form calls the number, as `bindings` does."""
        if not self.is_bound:
            return ""
        return f"{self.figure_type}:{self.figure_id}:{self.figure_kind}"


class Prediction(Versioned, Bound):
    """What a decision says will come true: a chance of yes by a day, or a number with a range."""

    class Kind(models.TextChoices):
        CHANCE = "chance", "Yes or no"
        NUMBER = "number", "A number"

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="predictions"
    )
    kind = models.CharField(max_length=6, choices=Kind, editable=False)
    text = models.CharField("what will be so", max_length=200)
    quality = models.CharField("quality touched", max_length=80, blank=True)
    due_on = models.DateField("checked on")
    chance = models.FloatField(null=True, blank=True, db_comment="Of yes, 0 to 1.")
    p10 = models.FloatField(null=True, blank=True, db_comment="In `unit`; 1 in 10 is lower.")
    p50 = models.FloatField(
        null=True, blank=True, db_comment="In `unit`; as likely higher as lower."
    )
    p90 = models.FloatField(null=True, blank=True, db_comment="In `unit`; 1 in 10 is higher.")
    unit = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    outcome = models.FloatField(
        null=True, blank=True, editable=False, db_comment="1 yes, 0 no, or the number."
    )
    outcome_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_comment="Empty where the published number said so itself.",
    )
    outcome_note = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["decision", "due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on"], name="prediction_open", condition=Q(outcome__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="prediction_says_what",
                violation_error_message="Say what will be so: one sentence that can be checked.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="chance",
                    chance__gte=0,
                    chance__lte=1,
                    p10__isnull=True,
                    p50__isnull=True,
                    p90__isnull=True,
                )
                | Q(
                    kind="number",
                    chance__isnull=True,
                    p10__lte=F("p50"),
                    p50__lte=F("p90"),
                    p10__isnull=False,
                    p90__isnull=False,
                ),
                name="prediction_is_whole",
                violation_error_message="Give a chance from 0 to 100 %%, or a range in order: low, "
                "likely, high.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, outcome_at__isnull=True)
                | Q(outcome__isnull=False, outcome_at__isnull=False),
                name="prediction_outcome_dated",
                violation_error_message="An outcome has its day.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="chance") | Q(outcome__isnull=True) | Q(outcome__in=[0, 1]),
                name="prediction_yes_or_no",
                violation_error_message="It came true or it did not.",
            ),
            models.CheckConstraint(
                condition=Q(figure_type="", figure_id__isnull=True, figure_kind="")
                | (~Q(figure_type="") & Q(figure_id__isnull=False) & ~Q(figure_kind="")),
                name="prediction_bound_whole",
                violation_error_message="A bound prediction says which number of which record.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RevisitTrigger(Bound):
    """When a decision is to be looked at again."""

    class Kind(models.TextChoices):
        DATE = "date", "On a day"
        FIGURE = "figure", "A number crosses a limit"
        SLIP = "slip", "An item slips"
        END_OF_LIFE = "end_of_life", "A component reaches its end of life"
        NEIGHBOUR = "neighbour", "Another decision is superseded"
        ASSUMPTION = "assumption", "An assumption proves false"

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="triggers"
    )
    kind = models.CharField(max_length=11, choices=Kind)
    text = models.CharField("assumption", max_length=200, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    on_date = models.DateField(null=True, blank=True)
    item = models.ForeignKey(
        "roadmaps.Item", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    weeks = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Slips by more than this many weeks."
    )
    base_day = models.PositiveIntegerField(
        null=True, blank=True, editable=False, db_comment="P85 that slips count from, an ordinal."
    )
    component = models.ForeignKey(
        Component, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    neighbour = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    false_since = models.DateTimeField(null=True, blank=True, editable=False)
    false_why = models.CharField(max_length=1000, blank=True, editable=False)
    quiet_until = models.DateField(
        null=True, blank=True, editable=False, db_comment="Reaffirmed: does not fire before."
    )
    armed = models.BooleanField(
        default=True, editable=False, db_comment="Whether it can fire; not while answered as it is."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["decision", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="date", on_date__isnull=False)
                | Q(~Q(figure_kind=""), ~Q(comparison=""), kind="figure", limit__isnull=False)
                | Q(kind="slip", item__isnull=False, weeks__isnull=False)
                | Q(kind="end_of_life", component__isnull=False, on_date__isnull=False)
                | Q(kind="neighbour", neighbour__isnull=False)
                | Q(~Q(text=""), kind="assumption"),
                name="trigger_is_whole",
                violation_error_message="Say what the trigger waits for: a day, a number and its "
                "limit, an item and weeks, a component and its last day, a decision or an "
                "assumption.",
            ),
            models.CheckConstraint(
                condition=Q(neighbour__isnull=True) | ~Q(neighbour=F("decision")),
                name="trigger_on_another",
                violation_error_message="A decision does not wait for itself.",
            ),
            models.CheckConstraint(
                condition=Q(false_since__isnull=True) | Q(~Q(false_why=""), kind="assumption"),
                name="trigger_false_says_why",
                violation_error_message="Say how you know that the assumption is false.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.decision}"

    def clean(self) -> None:
        if self.comparison and self.limit is None:
            raise ValidationError({"limit": "Give the limit."})


class Firing(models.Model):
    """A trigger went off. It stays in somebody's list until it is answered."""

    class Answer(models.TextChoices):
        REAFFIRMED = "reaffirmed", "Reaffirmed"
        REVISED = "revised", "Revised"
        SUPERSEDED = "superseded", "Superseded"
        DEPRECATED = "deprecated", "Deprecated"

    trigger = models.ForeignKey(RevisitTrigger, on_delete=models.CASCADE, related_name="firings")
    fired_at = models.DateTimeField()
    says = models.CharField(max_length=300)
    successor = models.ForeignKey(
        "tradeoffs.Decision",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_comment="A draft that is to replace the decision.",
    )
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-fired_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trigger"],
                condition=Q(answered_at__isnull=True),
                name="firing_open_once",
                violation_error_message="This trigger waits for an answer already.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(~Q(answer=""), ~Q(why=""), answered_at__isnull=False),
                name="firing_answer_says_why",
                violation_error_message="Say why: one sentence is enough.",
            ),
        ]

    def __str__(self) -> str:
        return self.says


class LookBack(models.Model):
    """What became of a decision, as its owner said on the day. Append-only."""

    class Again(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNCLEAR = "unclear", "Unclear"

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="look_backs"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    happened = models.TextField(max_length=5_000)
    again = models.CharField(max_length=7, choices=Again)
    learned = models.TextField(max_length=5_000, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(happened=""),
                name="lookback_says_what",
                violation_error_message="Say what happened: one sentence is enough.",
            ),
            models.CheckConstraint(
                condition=Q(again__in=["yes", "no", "unclear"]),
                name="lookback_again",
                violation_error_message="Say whether you would choose the same again.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_again_display()}, {self.decision}"
