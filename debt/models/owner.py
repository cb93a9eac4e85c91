"""Who owns which files: the CODEOWNERS of repositories, and whom their names mean here."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tpm.models import Person, Product, Team, Versioned


class OwnersFile(Versioned):
    """A CODEOWNERS as text: one a person gave, or one that a reading of its repository found.

    One that was read counts while its reading does, and before one that was given. Where a later
    reading finds none any more, it leaves a row without a place. One that a person took away leaves
    its row, too: whoever read it before that must not write over what was given since.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="owners_files")
    repository = models.CharField(max_length=200, db_comment="Its name, as of its readings.")
    run = models.ForeignKey(
        "debt.HistoryRun", on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        db_comment="The reading that found it; empty: a person gave it.",
    )  # fmt: skip
    place = models.CharField(
        max_length=40, blank=True, db_comment="Where it lies in the repository; empty: unknown."
    )
    text = models.TextField(blank=True)
    note = models.CharField(max_length=200, blank=True, db_comment="Why it could not be read.")
    gitlab = models.BooleanField(default=False, db_comment="Whether GitLab's rules hold for it.")
    rules = models.PositiveIntegerField(default=0, db_comment="Lines that name an owner.")
    owners = models.JSONField(
        default=list, blank=True, db_comment="[owner as written, lines] as they first stand in it."
    )
    problems = models.JSONField(
        default=list, blank=True, db_comment="[line, text, why] of what was not understood."
    )
    gone = models.BooleanField(
        default=False, editable=False,
        db_comment="It was taken away; given again, its version goes on from there.",
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["repository", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "repository"],
                condition=Q(run=None),
                name="ownersfile_given_once",
                violation_error_message="The CODEOWNERS of this repository is given already.",
            ),
            models.UniqueConstraint(
                fields=["run"],
                name="ownersfile_once_a_reading",
                violation_error_message="A reading finds one CODEOWNERS.",
            ),
            models.CheckConstraint(
                condition=~Q(repository=""),
                name="ownersfile_repository",
                violation_error_message="Name the repository.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(run__isnull=False, gone=False)
                    | Q(run=None, gone=False) & ~Q(text="")
                    | Q(run=None, gone=True, text="")
                ),
                name="ownersfile_given_says_something",
                violation_error_message="Paste the lines of the file, or choose it.",
            ),
        ]

    def __str__(self) -> str:
        return f"CODEOWNERS of {self.repository}"


class OwnerName(Versioned):
    """Whom a name in a CODEOWNERS means in a product, where it is not their name here."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="owner_names")
    name = models.CharField(
        max_length=200, db_comment="In small letters, as it stands there: @acme/payments."
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True,
                             related_name="+")  # fmt: skip
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True,
                               related_name="+")  # fmt: skip
    gone = models.BooleanField(
        default=False, editable=False,
        db_comment="It was taken back; said again, its version goes on from there.",
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "name"],
                name="ownername_once",
                violation_error_message="Whom this name means is said already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="ownername_name",
                violation_error_message="Say which name of the file is meant.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(gone=False, team=None, person__isnull=False)
                    | Q(gone=False, team__isnull=False, person=None)
                    | Q(gone=True, team=None, person=None)
                ),
                name="ownername_one",
                violation_error_message="A name means one team or one person.",
            ),
        ]

    def __str__(self) -> str:
        return f"owner {self.name}"
