"""What scanners found: where a report comes from, each upload, and the findings that live on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from debt.scans.results import MOST_EFFORT_MINUTES
from tpm.models import Checked, Component, Product, Versioned


class ScanScope(Checked):
    """Where a report comes from. Only a report of the same scope may close its findings."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="scan_scopes")
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="+")
    repository = models.CharField(max_length=200, blank=True)
    branch = models.CharField(
        max_length=200, blank=True, db_comment="Empty: the default branch, which counts."
    )
    tool = models.CharField(max_length=100)
    configuration = models.CharField(max_length=200, blank=True)
    folder = models.CharField(max_length=300, blank=True, db_comment="The part that is scanned.")
    root = models.CharField(
        max_length=500, blank=True, db_comment="The checkout that was made out in absolute paths."
    )
    flaky = models.BooleanField(
        default=False, help_text="It forgets findings now and then: they close when missed twice."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "product", "component", "repository", "branch", "tool", "configuration",
                    "folder",
                ],
                name="scanscope_once",
                violation_error_message="This scope is here already.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        parts = [self.tool, self.configuration, self.branch, self.folder]
        return " · ".join(part for part in parts if part)

    @property
    def is_default(self) -> bool:
        return not self.branch


class Scan(Checked):
    """One report of one tool that was taken in, and what it did."""

    class State(models.TextChoices):
        APPLYING = "applying", "Being taken in"
        DONE = "done", "Taken in"
        STOPPED = "stopped", "Stopped halfway"
        UNDONE = "undone", "Taken back"

    scope = models.ForeignKey(ScanScope, on_delete=models.CASCADE, related_name="scans")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="scans")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(db_default=Now(), db_comment="Last sign of life.")
    batch = models.UUIDField(db_comment="What its writes share in history.")
    state = models.CharField(max_length=10, choices=State, default=State.APPLYING)
    name = models.CharField(max_length=120, blank=True, db_comment="Of the file.")
    format = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=100, blank=True, db_comment="Idempotency key of the sender.")
    complete = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict, db_comment="The beginning of each list, with reasons.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["product", "-at"], name="scan_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(state="applying"),
                name="scan_one_at_a_time",
                violation_error_message="Another report of the same scope is being taken in.",
            ),
            models.UniqueConstraint(
                fields=["scope", "key"],
                condition=~Q(key=""),
                name="scan_key_once",
                violation_error_message="This key was used before.",
            ),
        ]

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.scope.tool}"


class Sighting(models.Model):
    """Findings that a scan saw again, and which scan had seen them last before: for its undo."""

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="sightings")
    before = models.ForeignKey(
        Scan, on_delete=models.SET_NULL, null=True, related_name="+",
        db_comment="The scan that had seen them last; empty: none that is known.",
    )  # fmt: skip
    findings = models.JSONField(db_comment="Their ids.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__isnull=True) | ~Q(before=F("scan")),
                name="sighting_before",
                violation_error_message="What saw a finding before is another scan.",
            ),
        ]

    def __str__(self) -> str:
        return f"sighting of {self.scan}"


class Finding(Checked):
    """One thing that a tool complains of, for as long as it stays the same thing."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class Level(models.TextChoices):
        ERROR = "error", "Error"
        WARNING = "warning", "Warning"
        NOTE = "note", "Note"

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        FALSE_POSITIVE = "false_positive", "False positive"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="findings")
    scope = models.ForeignKey(ScanScope, on_delete=models.CASCADE, related_name="findings")
    component = models.ForeignKey(
        Component, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    rule = models.CharField(max_length=200)
    rule_name = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=8, choices=Level, default=Level.WARNING)
    message = models.CharField(max_length=1000, blank=True)
    path = models.CharField(max_length=500, blank=True)
    place = models.CharField(
        max_length=500, blank=True, db_comment="Where it lies when that is no file."
    )
    line = models.PositiveIntegerField(null=True, blank=True)
    column = models.PositiveIntegerField(default=0)
    fingerprints = models.JSONField(default=list, db_comment="[name, value] the tool keeps.")
    context = models.CharField(max_length=64, blank=True, db_comment="Hash of the line’s text.")
    effort_minutes = models.FloatField(
        null=True, blank=True, db_comment="To fix it, as the tool declares; empty: unknown."
    )
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    missing = models.PositiveSmallIntegerField(
        default=0, db_comment="Complete scans of a flaky tool that missed it since it was seen."
    )
    verdict = models.CharField(
        max_length=14, choices=Verdict, blank=True, db_comment="A person’s; no scan changes it."
    )
    verdict_why = models.CharField(max_length=300, blank=True)
    proposal = models.CharField(
        max_length=400, blank=True, db_comment="Why the tool leaves it out; a person decides."
    )
    item = models.ForeignKey(
        "debt.DebtItem", on_delete=models.SET_NULL, null=True, blank=True, related_name="findings"
    )
    first_scan = models.ForeignKey(
        Scan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_scan = models.ForeignKey(
        Scan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_by = models.ForeignKey(
        Scan, on_delete=models.SET_NULL, null=True, blank=True, related_name="held",
        db_comment="The scan that would have closed it, where a person looks first.",
    )  # fmt: skip

    class Meta:
        ordering = ["path", "line", "pk"]
        indexes = [
            models.Index(fields=["scope", "state"], name="finding_of_scope"),
            models.Index(fields=["product", "state", "rule"], name="finding_by_rule"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="finding_closed_at",
                violation_error_message="A closed finding has a time when it was closed.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["error", "warning", "note"]),
                name="finding_level",
                violation_error_message="A finding is an error, a warning or a note.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "accepted", "false_positive"]),
                name="finding_verdict",
                violation_error_message="A finding is accepted, or a false positive, or neither.",
            ),
            models.CheckConstraint(
                condition=Q(effort_minutes__isnull=True) | Q(effort_minutes__gt=0),
                name="finding_effort",
                violation_error_message="Effort is more than nothing, or not known.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} in {self.path or self.place or 'no file'}"


class RuleEffort(Versioned):
    """What fixing one finding of a rule takes, where the tool does not say so."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="rule_efforts")
    rule = models.CharField(max_length=200)
    minutes = models.FloatField(db_comment="Working time to fix one finding.")

    class Meta:
        ordering = ["rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "rule"],
                name="ruleeffort_once",
                violation_error_message="What this rule takes is said already.",
            ),
            models.CheckConstraint(
                condition=~Q(rule=""),
                name="ruleeffort_rule",
                violation_error_message="Name the rule.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MOST_EFFORT_MINUTES),
                name="ruleeffort_minutes",
                violation_error_message=(
                    "Fixing a finding takes more than no time, and at most sixty whole days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"effort of {self.rule}"
