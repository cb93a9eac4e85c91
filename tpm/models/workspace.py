"""Who works where, on what system, and who may see it."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from .checking import Checked

KEY_PATTERN = RegexValidator(
    r"^[A-Z][A-Z0-9]{1,9}$", "Use 2 to 10 capital letters and digits, a letter first."
)


class Versioned(Checked):
    """A row that people edit: a write carries the version that it read."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class User(AbstractUser):
    """An account. A superuser is the administrator of the workspace."""

    time_zone = models.CharField(max_length=64, blank=True)
    single_key_shortcuts = models.BooleanField(
        default=True, help_text="Press one letter to go or act, such as C to create."
    )
    seen_home_at = models.DateTimeField(null=True, blank=True, editable=False)


class Product(Versioned):
    """A plan, and the only boundary of access."""

    key = models.CharField(max_length=10, unique=True, validators=[KEY_PATTERN])
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    hours_per_day = models.FloatField(default=8, db_comment="Hours in one person-day.")
    revision = models.PositiveBigIntegerField(
        default=1, editable=False, db_comment="Grows with every change of the plan's inputs."
    )
    plan_seed = models.PositiveBigIntegerField(
        default=1, editable=False, db_comment="Keys the draws of every forecast of this plan."
    )
    items_numbered = models.PositiveIntegerField(default=0, editable=False)
    debt_numbered = models.PositiveIntegerField(default=0, editable=False)
    decisions_numbered = models.PositiveIntegerField(default=0, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_per_day__gt=0, hours_per_day__lte=24),
                name="product_hours_per_day",
                violation_error_message="A person-day has more than 0 and at most 24 hours.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(Versioned):
    """People who work together; belongs to the workspace, serves products by shares."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    focus_share = models.FloatField(
        default=0.7, db_comment="Share of working time that goes to planned items, 0 to 1."
    )
    revision = models.PositiveBigIntegerField(
        default=1, editable=False, db_comment="Grows when its focus or its people change."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focus_share__gt=0, focus_share__lte=1),
                name="team_focus_share",
                violation_error_message="The focus share lies above 0 and at most at 100 %%.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(Versioned):
    """Somebody who owns or does work, with an account or without one."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="person_email_once",
                violation_error_message="Somebody else has this address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Period(Checked):
    """A stretch of days, both ends included; an open end is empty."""

    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_days_in_order",
                violation_error_message="The last day comes before the first.",
            ),
        ]


class TeamShare(Period):
    """The share of a team that works for a product. All shares of a team reach 100 % at most."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shares")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="team_shares")
    share = models.FloatField(default=1, db_comment="Share of the team, 0 to 1.")

    class Meta(Period.Meta):
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="teamshare_share",
                violation_error_message="A share lies above 0 and at most at 100 %%.",
            ),
        ]


class Membership(Period):
    """A person works in a team, with a share of their time."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    share = models.FloatField(default=1, db_comment="Share of the person's time, 0 to 1.")

    class Meta(Period.Meta):
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="membership_share",
                violation_error_message="A share lies above 0 and at most at 100 %%.",
            ),
        ]


class Absence(Period):
    """Days on which a person does not work."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")

    class Meta(Period.Meta):
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False),
                name="absence_has_an_end",
                violation_error_message="Say when the absence ends.",
            ),
        ]


class CalendarEntry(Period):
    """Days on which a whole team does no planned work: a public holiday or a freeze."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Public holiday"
        FREEZE = "freeze", "Freeze"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="calendar_entries")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HOLIDAY)
    name = models.CharField(max_length=80)

    class Meta(Period.Meta):
        verbose_name_plural = "calendar entries"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False),
                name="calendarentry_has_an_end",
                violation_error_message="Say on which day it ends.",
            ),
        ]


class CapacityPolicy(Checked):
    """What the time that a team's focus leaves is for, from a day on; the rest is planned work.

    The newest that has begun holds. Old ones stay: they say how past days were meant.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="policies")
    starts_on = models.DateField()
    debt_share = models.FloatField(
        default=0, db_comment="Share of focused time for items of the kind debt, 0 to 1."
    )
    unplanned_share = models.FloatField(
        default=0, db_comment="Share of focused time for what nobody planned, 0 to below 1."
    )
    drag_limit = models.FloatField(
        null=True, blank=True,
        db_comment="Highest share of its capacity that the team may lose to debt; empty: no rule.",
    )  # fmt: skip

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name_plural = "capacity policies"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "starts_on"],
                name="capacitypolicy_once_a_day",
                violation_error_message="The team has a policy from this day already.",
            ),
            models.CheckConstraint(
                condition=Q(debt_share__gte=0, unplanned_share__gte=0),
                name="capacitypolicy_not_negative",
                violation_error_message="A share is 0 %% or more.",
            ),
            # Shares are typed in percent: 0.1 + 0.9 may be a hair above 1.
            models.CheckConstraint(
                condition=Q(debt_share__lte=1.000001 - F("unplanned_share")),
                name="capacitypolicy_within_all",
                violation_error_message="The shares reach 100 %% at most.",
            ),
            models.CheckConstraint(
                condition=Q(unplanned_share__lt=1),
                name="capacitypolicy_leaves_work",
                violation_error_message="Leave some time for planned work.",
            ),
            models.CheckConstraint(
                condition=Q(drag_limit__isnull=True) | Q(drag_limit__gte=0, drag_limit__lt=0.9),
                name="capacitypolicy_drag_limit",
                violation_error_message="A limit of drag lies from 0 to below 90 %%.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} from {self.starts_on}"

    @property
    def other_share(self) -> float:
        """What is left for items that are no debt."""
        return max(0.0, 1 - self.debt_share - self.unplanned_share)


class Component(Versioned):
    """A part of the system, owned by a team, found in some paths of a repository."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    owner_team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="components"
    )
    repository = models.CharField(max_length=200, blank=True)
    path_prefixes = models.JSONField(default=list, blank=True)
    products = models.ManyToManyField(Product, related_name="components", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """What a person may do in a product; each level includes the ones before."""

    VIEWER = "viewer", "Viewer"
    MEMBER = "member", "Member"
    PLANNER = "planner", "Planner"
    LEAD = "lead", "Lead"


class Role(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="roles")
    level = models.CharField(max_length=10, choices=Level, default=Level.VIEWER)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "product"],
                name="role_once_per_product",
                violation_error_message="This person already has a role in this product.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="role_level",
                violation_error_message="Choose viewer, member, planner or lead.",
            ),
        ]
