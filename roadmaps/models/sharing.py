"""Links that show a plan to whoever has them, and who may make such links."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from roadmaps.facts import Facts
from tpm.models import Product, Versioned


class Sharing(Versioned):
    """Whether a product may be shared by links, and from which role on. Without a row: not."""

    class Who(models.TextChoices):
        OFF = "off", "Nobody: sharing is off"
        LEAD = "lead", "Leads"
        PLANNER = "planner", "Planners and leads"

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="sharing")
    who = models.CharField(max_length=10, choices=Who, default=Who.OFF)

    class Meta:
        verbose_name_plural = "sharing"
        constraints = [
            models.CheckConstraint(
                condition=Q(who__in=["off", "lead", "planner"]),
                name="sharing_who",
                violation_error_message="Choose nobody, leads, or planners and leads.",
            ),
        ]

    def __str__(self) -> str:
        return f"sharing of {self.product.key}"


class ShareLink(models.Model):
    """Shows some facts of a plan, read only, until a day. Only the digest of its token is kept."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="share_links")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(db_default=Now())
    made_on = models.DateField(db_comment="The day from which its year counts.")
    query = models.CharField(
        max_length=2000, blank=True, db_comment="Filter, lanes and zoom, as a query string."
    )
    shows_timeline = models.BooleanField(default=False)
    shows_list = models.BooleanField(default=False)
    shows_objectives = models.BooleanField(default=False)
    shows_calendar = models.BooleanField(default=False)
    tells_dates = models.BooleanField(default=False)
    tells_effort = models.BooleanField(default=False)
    tells_owners = models.BooleanField(default=False)
    tells_teams = models.BooleanField(default=False)
    tells_targets = models.BooleanField(default=False)
    tells_debt = models.BooleanField(default=False)
    expires_on = models.DateField(db_comment="The last day on which it opens.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shows_timeline=True)
                | Q(shows_list=True)
                | Q(shows_objectives=True)
                | Q(shows_calendar=True),
                name="sharelink_shows_something",
                violation_error_message="Choose what the link shows.",
            ),
            models.CheckConstraint(
                condition=Q(tells_dates=True) | Q(shows_timeline=False, shows_calendar=False),
                name="sharelink_dates",
                violation_error_message=(
                    "A timeline and a calendar are made of dates: tell them too."
                ),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("made_on")),
                name="sharelink_days_in_order",
                violation_error_message="The last day of the link has passed already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> Facts:
        return Facts(
            dates=self.tells_dates,
            effort=self.tells_effort,
            owners=self.tells_owners,
            teams=self.tells_teams,
            targets=self.tells_targets,
            debt=self.tells_debt,
        )
