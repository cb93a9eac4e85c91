"""What an item must meet before it counts as done, and what shows that it does."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from roadmaps.models.items import Item
from tpm.models import Component, Person, Product, Versioned


class CheckKind(models.TextChoices):
    PERFORMANCE = "performance", "Performance"
    SCALABILITY = "scalability", "Scalability"
    SECURITY = "security", "Security"
    COMPLIANCE = "compliance", "Compliance"
    QUALITY = "quality", "Quality"


class CheckState(models.TextChoices):
    """What evidence and exceptions make of a check on a day; never stored."""

    MET = "met", "Met"
    EXCEPTED = "excepted", "Excepted"
    EXPIRED = "expired", "Evidence ran out"
    OPEN = "open", "Open"


class CheckTemplate(Versioned):
    """A check that is offered to items of some kinds and components."""

    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="check_templates",
        db_comment="Empty: of the workspace, offered in every product.",
    )
    kind = models.CharField(max_length=12, choices=CheckKind, default=CheckKind.QUALITY)
    sentence = models.CharField(max_length=300)
    item_kinds = models.JSONField(
        default=list, blank=True, db_comment="Kinds of items that it fits; empty: every kind."
    )
    components = models.ManyToManyField(
        Component, blank=True, help_text="Items that touch one of these; none: every item."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["kind", "sentence", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "sentence"],
                condition=Q(retired_at__isnull=True, product__isnull=False),
                name="checktemplate_once_per_product",
                violation_error_message="This product has a template with this sentence.",
            ),
            models.UniqueConstraint(
                fields=["sentence"],
                condition=Q(retired_at__isnull=True, product__isnull=True),
                name="checktemplate_once_per_workspace",
                violation_error_message="The workspace has a template with this sentence.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CheckKind.values),
                name="checktemplate_kind",
                violation_error_message="Choose one of the kinds.",
            ),
            models.CheckConstraint(
                condition=~Q(sentence=""),
                name="checktemplate_says_something",
                violation_error_message="Say in one sentence what must hold.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence


class Check(Versioned):
    """A condition that an item must meet before it counts as done."""

    class Because(models.TextChoices):
        LEGAL = "legal", "required by law"
        AGREED = "agreed", "agreed"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="checks")
    number = models.PositiveIntegerField(editable=False, db_comment="Its place on the item.")
    kind = models.CharField(max_length=12, choices=CheckKind, default=CheckKind.QUALITY)
    sentence = models.CharField(max_length=300)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="checks"
    )
    due_on = models.DateField(null=True, blank=True)
    due_because = models.CharField(max_length=6, choices=Because, blank=True)
    template = models.ForeignKey(
        CheckTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="checks"
    )
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "checks"
        indexes = [
            models.Index(
                fields=["due_on"], name="check_by_date", condition=Q(dropped_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number"],
                name="check_number_once",
                violation_error_message="This number is taken.",
            ),
            models.UniqueConstraint(
                fields=["item", "template"],
                condition=Q(dropped_at__isnull=True, template__isnull=False),
                name="check_template_once",
                violation_error_message="The item has this check already.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CheckKind.values),
                name="check_kind",
                violation_error_message="Choose one of the kinds.",
            ),
            models.CheckConstraint(
                condition=~Q(sentence=""),
                name="check_says_something",
                violation_error_message="Say in one sentence what must hold.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, due_because="")
                | Q(due_on__isnull=False, due_because__in=["legal", "agreed"]),
                name="check_date_with_its_reason",
                violation_error_message="A date is required by law or agreed; without one it is "
                "neither.",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def product(self) -> Product:
        return self.item.product

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:check-detail", args=[self.item.key, self.number])


def file_place(evidence: "CheckEvidence", name: str) -> str:
    """Where a file lies: never under the name that somebody gave it."""
    return f"checks/{evidence.of.item.product_id}/{uuid.uuid4().hex}"


class CheckEvidence(models.Model):
    """What shows that a check is met, or that an earlier piece no longer does. Append-only."""

    class Kind(models.TextChoices):
        LINK = "link", "Link"
        NOTE = "note", "Note"
        FILE = "file", "File"
        WITHDRAWAL = "withdrawal", "Withdrawal"

    of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(
        max_length=500, db_comment="The address, the sentence, the file's name, or why withdrawn."
    )
    file = models.FileField(upload_to=file_place, max_length=200, blank=True)
    withdraws = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="withdrawals"
    )
    valid_until = models.DateField(null=True, blank=True, db_comment="The last day on which it "
                                   "counts; empty: for good.")  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "check evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["withdraws"],
                condition=Q(withdraws__isnull=False),
                name="checkevidence_withdrawn_once",
                violation_error_message="This was withdrawn already.",
            ),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", withdraws__isnull=False)
                | (~Q(kind="withdrawal") & Q(withdraws__isnull=True)),
                name="checkevidence_withdraws_something",
                violation_error_message="A withdrawal names what it takes back.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="link")
                | Q(text__startswith="https://")
                | Q(text__startswith="http://"),
                name="checkevidence_link",
                violation_error_message="A link begins with https:// or http://.",
            ),
            models.CheckConstraint(
                condition=(Q(kind="file") & ~Q(file="")) | (~Q(kind="file") & Q(file="")),
                name="checkevidence_file",
                violation_error_message="Evidence of the kind file has a file.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="checkevidence_says_something",
                violation_error_message="Say what shows it: a link, a file or a sentence.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CheckException(models.Model):
    """A lead lets an item be done without a check, until a day; the newest counts. Append-only."""

    of = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="exceptions")
    until = models.DateField(db_comment="The last day on which it counts.")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="checkexception_has_a_reason",
                violation_error_message="Say why it may wait.",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
