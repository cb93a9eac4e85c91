"""What was read of repositories: one row a reading, and the changes of the last year in full."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Checked, Component, Product


class HistoryRun(Checked):
    """One reading of a repository's history, whole or from where the one before ended.

    It counts while it is ready, was not taken back, and no later one read everything anew.
    """

    class Source(models.TextChoices):
        REPOSITORY = "repository", "Repository"
        UPLOAD = "upload", "Uploaded log"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="history_runs")
    component = models.ForeignKey(
        Component, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        db_comment="Where the whole repository is one component; else prefixes of paths say so.",
    )  # fmt: skip
    repository = models.CharField(max_length=200, db_comment="Its name, not where it lies.")
    source = models.CharField(max_length=10, choices=Source)
    tip = models.CharField(max_length=64, blank=True, db_comment="The commit it read up to.")
    after = models.CharField(
        max_length=64,
        blank=True,
        db_comment="The commit it went on from; empty: none.",
    )
    rewritten = models.BooleanField(
        default=False, db_comment="The commit known before was gone, so all was read anew."
    )
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    read = models.PositiveIntegerField(default=0, db_comment="Commits seen.")
    counted = models.PositiveIntegerField(default=0, db_comment="Commits that count as changes.")
    left_out = models.JSONField(blank=True, default=dict, db_comment="Why to how many commits.")
    notes = models.JSONField(blank=True, default=list, db_comment="Sentences for people.")
    months = models.JSONField(
        blank=True,
        default=dict,
        db_comment="Component key to month to changes, over the whole history.",
    )
    files = models.JSONField(
        blank=True,
        default=list,
        db_comment="[name today, lines or null, changes, last day] of each, newest change first.",
    )
    files_in_all = models.PositiveIntegerField(default=0)
    moved = models.JSONField(
        blank=True, default=dict, db_comment="Names at its oldest commit to names at its tip."
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(
        db_default=Now(), db_comment="When it was last known to be the newest state."
    )
    ready = models.BooleanField(default=False, db_comment="Whether all of it is written.")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["product", "repository"], name="historyrun_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(counted__lte=F("read")),
                name="historyrun_counted_of_read",
                violation_error_message="No more changes can count than commits were read.",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["repository", "upload"]),
                name="historyrun_source",
                violation_error_message="A history comes from a repository or an uploaded log.",
            ),
            models.CheckConstraint(
                condition=~Q(repository=""),
                name="historyrun_repository",
                violation_error_message="Name the repository.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repository} {self.tip[:10] or self.pk}"

    @property
    def is_live(self) -> bool:
        return self.ready and self.undone_at is None and self.replaced_by_id is None


class HistoryFigures(models.Model):
    """What the readings of one repository say together, kept so that no page computes it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="history_figures")
    repository = models.CharField(max_length=200)
    inputs = models.CharField(max_length=64, db_comment="Hash of what it was computed from.")
    as_of = models.DateTimeField(db_comment="Until when its history was known.")
    hotspots = models.JSONField(
        default=list, db_comment="[file, touches, lines or null, share of the hottest]."
    )
    pairs = models.JSONField(
        default=list,
        db_comment="[file, file, degree in percent, mean revisions, together], closest first.",
    )
    pairs_in_all = models.PositiveIntegerField(default=0)
    teams = models.JSONField(
        default=dict, db_comment="Team, or nothing for none, to weighted touches of its files."
    )

    story = models.JSONField(
        default=dict,
        db_comment="Changes of the window by file, and the readings that they are from.",
    )

    year = models.JSONField(
        default=dict, db_comment="As story, for windows that end on earlier days."
    )

    class Meta:
        ordering = ["repository"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "repository"],
                name="historyfigures_once",
                violation_error_message="The figures of a repository are kept once.",
            ),
            models.CheckConstraint(
                condition=~Q(inputs=""),
                name="historyfigures_inputs",
                violation_error_message="Figures say what they were computed from.",
            ),
        ]

    def __str__(self) -> str:
        return f"figures of {self.repository}"


class MinedChange(models.Model):
    """One change of the last year: a commit that counts, without who made it."""

    run = models.ForeignKey(HistoryRun, on_delete=models.CASCADE, related_name="changes")
    commit = models.CharField(max_length=64)
    at = models.DateTimeField()
    paths = models.JSONField(db_comment="Names of its files at the tip of its reading.")
    added = models.PositiveBigIntegerField(null=True, db_comment="Lines; empty: not counted.")
    deleted = models.PositiveBigIntegerField(null=True)
    taps = models.JSONField(
        blank=True, default=list, db_comment="[debt key, minutes] of its Debt: trailers."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["run", "-at"], name="minedchange_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "commit"],
                name="minedchange_once",
                violation_error_message="A reading holds a commit once.",
            ),
        ]
