"""What is kept of decisions that came from files: the file itself, and what it says beyond ours."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tpm.models import Product

STATES = (
    ("draft", "Draft"),
    ("in_review", "In review"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("superseded", "Superseded"),
    ("deprecated", "Deprecated"),
)


class Collection(models.Model):
    """A folder of records. With the path in it, its name says which decision a file is."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="decision_collections"
    )
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "name"],
                name="collection_name_once",
                violation_error_message="This product has a collection of this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="collection_has_a_name",
                violation_error_message="Give the collection a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecordFile(models.Model):
    """The file that a decision came from: its text is what comes out again, byte for byte."""

    decision = models.OneToOneField(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="file"
    )
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300, db_comment="Inside the collection, with slashes.")
    text = models.TextField(db_comment="As it was read; with the encoding it gives the bytes.")
    encoding = models.CharField(max_length=10, default="utf-8")
    digest = models.CharField(max_length=64, db_comment="SHA-256 of the bytes, hex.")
    style = models.CharField(max_length=20)
    raw_status = models.TextField(blank=True)
    status_name = models.CharField(max_length=60, db_comment="Its word, or: no status.")
    unmapped = models.BooleanField(
        default=False, db_comment="No state is known for the status; it stands as a draft."
    )
    trial = models.BooleanField(default=False, db_comment="Accepted, but on trial.")
    state_read = models.CharField(
        max_length=10, choices=STATES, db_comment="The state that the status was read as."
    )
    source_number = models.PositiveIntegerField(null=True, blank=True)
    raw_date = models.TextField(blank=True)
    day = models.DateField(null=True, blank=True)
    dated_by = models.CharField(
        max_length=10, blank=True, db_comment="Who says the day: file, file name or git."
    )
    people = models.JSONField(default=dict, blank=True)
    told = models.JSONField(
        default=dict, blank=True, editable=False,
        db_comment="Consulted and informed: names of the file to the people they stood for.",
    )  # fmt: skip
    extra = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    before = models.JSONField(
        null=True, blank=True, db_comment="These columns before the last import that changed them."
    )
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["collection", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "path"],
                name="recordfile_path_once",
                violation_error_message="This collection has a file of this path.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.path}"


class DecisionLink(models.Model):
    """One decision names another record, in the words of its file or of whoever linked them."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="links_out"
    )
    to = models.ForeignKey(
        "tradeoffs.Decision",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="links_in",
    )
    kind = models.CharField(max_length=60, db_comment="Such as: amends, depends on, see.")
    target = models.CharField(
        max_length=1000, blank=True, db_comment="As the file writes it; empty for a link made here."
    )
    label = models.CharField(max_length=300, blank=True)
    suggested = models.BooleanField(default=False, db_comment="Found in prose, not in a list.")

    class Meta:
        ordering = ["suggested", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=False) | ~Q(target=""),
                name="decisionlink_leads_somewhere",
                violation_error_message="A link leads to a decision or to an address.",
            ),
            models.CheckConstraint(
                condition=Q(to__isnull=True) | ~Q(decision=F("to")),
                name="decisionlink_to_another",
                violation_error_message="A decision cannot link to itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.to or self.target}"


class DecisionTag(models.Model):
    """A word under which a decision is found."""

    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "name"],
                name="decisiontag_once",
                violation_error_message="This decision has this tag already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="decisiontag_has_a_name",
                violation_error_message="A tag has a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StatusWord(models.Model):
    """Which of our states a status of a file means. Administrators change this table."""

    word = models.CharField(max_length=60, unique=True, db_comment="In small letters.")
    state = models.CharField(max_length=10, choices=STATES)
    trial = models.BooleanField(
        "on trial", default=False, help_text="Accepted for now: it is to be looked at again."
    )

    class Meta:
        ordering = ["state", "word"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(word=""),
                name="statusword_has_a_word",
                violation_error_message="Write the word that files use.",
            ),
            models.CheckConstraint(
                condition=Q(trial=False) | Q(state="accepted"),
                name="statusword_trial_is_accepted",
                violation_error_message="Only what is accepted can be on trial.",
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
                name="statusword_state",
                violation_error_message="Choose one of the states.",
            ),
        ]

    def __str__(self) -> str:
        return self.word
