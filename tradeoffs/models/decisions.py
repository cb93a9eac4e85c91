"""A question and the options that answer it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from tpm.models import Component, Person, Product, Versioned


class Uncovered(RuntimeError):
    """Somebody would show a matrix without having asked whether its reader may see it."""


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
                condition=Q(tier__isnull=True) | Q(tier__gte=1) | (~Q(undoing="") & ~Q(reach="")),
                name="decision_note_is_answered",
                violation_error_message="Answer both questions first: a note of tier 0 is easy to "
                "undo and reaches one team.",
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

    @property
    def unseen(self) -> bool:
        """Whether its matrix is hidden from whoever it was read for.

        raises: Uncovered where it was read for nobody: a reader that forgets to ask shows nothing
        """
        mark: bool | None = self.__dict__.get("unseen_cells")  # of `queries.seen_by`
        if mark is None:
            raise Uncovered(f"Read {self.key} by `queries.seen_by` before its matrix is shown.")
        return mark

    def cover(self, hidden: bool) -> None:
        """Mark a row that was read for work, once it is known who is told what comes of it."""
        self.__dict__["unseen_cells"] = hidden

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
