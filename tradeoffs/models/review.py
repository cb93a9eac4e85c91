"""What is kept of judging a decision: who is asked, what they said, and what it replaces."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Person, Team, Versioned

USER = settings.AUTH_USER_MODEL
DECISION = "tradeoffs.Decision"


class Review(models.Model):
    """What somebody said about one version of a decision. Append-only."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", "Approve"
        CONDITIONS = "conditions", "Approve with conditions"
        ASK_FOR_CHANGES = "ask_for_changes", "Ask for changes"
        OBJECT = "object", "Object"
        ABSTAIN = "abstain", "Abstain"
        REJECT = "reject", "Reject"

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="reviews")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(max_length=5_000)
    decision_version = models.PositiveIntegerField(db_comment="The version that was looked at.")
    seen = models.ForeignKey(
        "tradeoffs.Version", on_delete=models.RESTRICT, null=True, related_name="+", editable=False
    )
    amendment = models.ForeignKey(
        "tradeoffs.Amendment",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reviews",
        editable=False,
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        "approve",
                        "conditions",
                        "ask_for_changes",
                        "object",
                        "abstain",
                        "reject",
                    ]
                ),
                name="review_verdict",
                violation_error_message="Approve, ask for changes, object, abstain or reject.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="review_says_why",
                violation_error_message="Say why: one sentence is enough.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}, {self.decision.key}"


class Supersession(models.Model):
    """A newer decision replaces an older one, as soon as the newer one is accepted."""

    old = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="replaced_by")
    new = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="replaces")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"],
                name="supersession_once",
                violation_error_message="This replacement is already noted.",
            ),
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="supersession_of_another",
                violation_error_message="A decision cannot replace itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.new.key} replaces {self.old.key}"


class ReviewPlan(Versioned):
    """How one decision is judged: by how many, or by whom, and until when."""

    class Rule(models.TextChoices):
        COUNT = "count", "A number of those asked"
        ALL = "all", "Everybody of a team"
        APPROVER = "approver", "The named approver"

    decision = models.OneToOneField(DECISION, on_delete=models.CASCADE, related_name="review_plan")
    rule = models.CharField("who has to approve", max_length=10, choices=Rule, default=Rule.COUNT)
    needed = models.PositiveSmallIntegerField(
        "approvals needed", default=1, help_text="Never fewer than the tier asks for."
    )
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_on = models.DateField(null=True, blank=True, editable=False)
    due_on = models.DateField("answers due", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rule__in=["count", "all", "approver"]),
                name="review_plan_rule",
                violation_error_message="A number approves, a whole team, or the named approver.",
            ),
            models.CheckConstraint(
                condition=Q(needed__gte=1, needed__lte=50),
                name="review_plan_needed",
                violation_error_message="Ask for 1 to 50 approvals.",
            ),
        ]

    def __str__(self) -> str:
        return f"How {self.decision} is judged"


class Reviewer(models.Model):
    """Somebody who is asked to judge a decision."""

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="reviewers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    because = models.CharField(max_length=120, blank=True)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "person"],
                name="reviewer_once",
                violation_error_message="This person is asked already.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Involved(models.Model):
    """Somebody who does not judge a decision, but is heard before it or told of it after."""

    class Role(models.TextChoices):
        CONSULTED = "consulted", "Consulted"
        INFORMED = "informed", "Informed"

    decision = models.ForeignKey(DECISION, on_delete=models.CASCADE, related_name="involved")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=9, choices=Role)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(
        null=True, blank=True, editable=False, db_comment="When they saw that it was decided."
    )

    class Meta:
        ordering = ["role", "person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "person"],
                name="involved_once",
                violation_error_message="This person is consulted or informed already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["consulted", "informed"]),
                name="involved_role",
                violation_error_message="Somebody is consulted or informed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()}"


class Reminder(models.Model):
    """A reviewer was reminded, once for each stage of a due date."""

    class Stage(models.TextChoices):
        HALF = "half", "Half of the time is gone"
        NEARLY = "nearly", "Nearly due"
        OVERDUE = "overdue", "Overdue"
        LEAD = "lead", "Overdue, the leads know"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=10, choices=Stage)
    due_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "stage", "due_on"],
                name="reminder_once_per_stage",
                violation_error_message="This reminder was sent.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_stage_display()


class ObjectionEnd(models.Model):
    """An objection blocks until it is withdrawn or overruled. Append-only."""

    class How(models.TextChoices):
        WITHDRAWN = "withdrawn", "Withdrawn"
        OVERRULED = "overruled", "Overruled"

    review = models.OneToOneField(
        "tradeoffs.Review", on_delete=models.CASCADE, related_name="ended"
    )
    how = models.CharField(max_length=10, choices=How)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    reason = models.TextField(max_length=5_000)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="objection_end_says_why",
                violation_error_message="Say why: it stays on the record.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()
