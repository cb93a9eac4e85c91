"""What is kept of a decision's text: versions, drafts, amendments, closings and comments on it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Comment, Product, Versioned

USER = settings.AUTH_USER_MODEL
DECISION = "tradeoffs.Decision"


class Section(models.TextChoices):
    """The parts of the text that are edited one by one, each with the name of its field."""

    CONTEXT = "context", "Context"
    CONSTRAINTS = "constraints", "Constraints"
    REASONS = "reasons", "Reasons"
    CONSEQUENCES = "consequences", "Consequences"
    CONFIRMATION = "confirmation", "How we will check"


class Version(models.Model):
    """All that was there to judge at one moment: text, matrix and weights. Append-only."""

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(db_comment="The decision's version at that moment.")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=60)
    body = models.TextField(db_comment="Canonical JSON; see tradeoffs/content.py.")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the body.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["decision", "-at"], name="version_by_decision")]

    def __str__(self) -> str:
        return f"v{self.number}"


class Amendment(Versioned):
    """A change of one section of an accepted text: proposed and judged, or a typo put right."""

    class Kind(models.TextChoices):
        AMENDMENT = "amendment", "Amendment"
        TYPO = "typo", "Typo"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="amendments")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.AMENDMENT, editable=False)
    section = models.CharField(max_length=20, choices=Section)
    old = models.TextField(blank=True, editable=False)
    new = models.TextField("new text", max_length=200_000, blank=True)
    reason = models.TextField("why", max_length=5_000)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, editable=False)
    closed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    applied_version = models.PositiveIntegerField(
        null=True, editable=False, db_comment="The decision's version that it made."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="amendment_changes_something",
                violation_error_message="That is what it says already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="amendment_says_why",
                violation_error_message="Say why: it stays on the record.",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", applied_version__isnull=False)
                | (~Q(state="accepted") & Q(applied_version__isnull=True)),
                name="amendment_accepted_is_applied",
                violation_error_message="An accepted amendment names the version that it made.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.get_section_display().lower()}"


class SectionDraft(models.Model):
    """What somebody is typing in a section, kept until it is saved or thrown away."""

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="section_drafts")
    section = models.CharField(max_length=20, choices=Section)
    by = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    base = models.TextField(blank=True, db_comment="The text that the writing began from.")
    text = models.TextField(max_length=200_000, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "section", "by"],
                name="section_draft_once",
                violation_error_message="You have a draft of this section already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.get_section_display().lower()}"


class Closing(models.Model):
    """What a decision was when it closed, or its text changed after; chained. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="closings")
    number = models.PositiveIntegerField(db_comment="Place in the chain of the product, from 1.")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(db_comment="Canonical JSON of text, matrix, scores and votes.")
    previous = models.CharField(
        max_length=64, blank=True, db_comment="The digest before it in the chain."
    )
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["product", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"],
                name="closing_number_once",
                violation_error_message="This place in the chain is taken.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.kind}"


class Anchor(models.Model):
    """The part of a decision that a comment speaks of, and whether that is settled."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        KEPT = "kept", "Kept"

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="anchors")
    section = models.CharField(max_length=20, choices=Section, blank=True)
    option = models.ForeignKey(
        "tradeoffs.Option", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    criterion = models.ForeignKey(
        "tradeoffs.Criterion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=250, db_comment="The name of the part, as it was then.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    settled_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["comment"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section="") | Q(option__isnull=True, criterion__isnull=True),
                name="anchor_of_one_part",
                violation_error_message="A comment stands at a section, or in the matrix.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
