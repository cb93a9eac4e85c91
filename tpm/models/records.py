"""What is kept about any record, whatever app it belongs to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tpm.models.workspace import Person, Product


class Subject(models.Model):
    """Points at any record by its kind and number, so that it needs no app's models."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.PositiveBigIntegerField()

    class Meta:
        abstract = True


class Change(Subject):
    """One write: who, when, which fields, old and new, why, through which door. Append-only."""

    class Door(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "API"
        IMPORT = "import", "Import"
        TASK = "task", "Worker"
        COMMAND = "command", "Command line"

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="changes"
    )
    subject_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    door = models.CharField(max_length=10, choices=Door)
    action = models.CharField(max_length=60)
    fields = models.JSONField(default=dict, db_comment="Field name to [old, new].")
    why = models.CharField(max_length=1000, blank=True)
    batch = models.UUIDField(null=True, blank=True, db_comment="Set on the writes of one import.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="change_by_subject"),
            models.Index(fields=["product", "-at"], name="change_by_product"),
            models.Index(
                fields=["batch"], name="change_by_batch", condition=Q(batch__isnull=False)
            ),
        ]


class Comment(Subject):
    """What somebody said about a record."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    body = models.TextField(max_length=20_000)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="comment_by_subject"),
        ]


class Mention(models.Model):
    """A comment names somebody who may read it: their Home says so until they mark it read."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")
    words = models.JSONField(
        default=list, db_comment="The names as they were typed after an @ in the comment."
    )
    seen_at = models.DateTimeField(null=True, blank=True, db_comment="When it was marked as read.")

    class Meta:
        ordering = ["-comment__at", "-pk"]
        indexes = [
            models.Index(
                fields=["person"], name="mention_unread", condition=Q(seen_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "person"],
                name="mention_once",
                violation_error_message="This comment names them already.",
            ),
        ]


class Figure(Subject):
    """A number that one app publishes for all: the newest value of one kind about one record."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="figures"
    )
    kind = models.CharField(max_length=40)
    low = models.FloatField(null=True)
    value = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True, db_comment="day means a proleptic ordinal.")
    as_of = models.DateTimeField()
    computed_from = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                name="figure_once_per_kind",
                violation_error_message="A subject has one figure of a kind.",
            ),
        ]
