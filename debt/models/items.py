"""What we owe: debt items, what they cost a month, and how that was scored."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy

from debt.maths.ranges import LONGEST, Range
from debt.models.kept import Standing
from debt.parameters import ParametersField
from tpm.models import Checked, Component, Person, Product, Team, Versioned

MOST_MONTHS = 1200
"""A hundred years: who means longer means never."""
TOO_MANY_MONTHS = "Choose at most 1,200 months."


class ScoreModel(models.Model):
    """Parameters of one version of the formulas. Append-only: the highest number counts."""

    number = models.PositiveIntegerField(unique=True)
    parameters = ParametersField(db_comment="Every number that the formulas read, by name.")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"model {self.number}"


class DebtItem(Standing, Versioned):
    """One thing that slows the team: a claim with evidence, a price and a cost a month."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        PLANNED = "planned", "Planned"
        PAID = "paid", "Paid"
        WRITTEN_OFF = "written_off", "Written off"
        NOT_DEBT = "not_debt", "Not debt"

    class Dimension(models.TextChoices):
        DELIVERY = "delivery", "Delivery"
        RELIABILITY = "reliability", "Reliability"
        SECURITY = "security", "Security"
        COMPLIANCE = "compliance", "Compliance"
        PEOPLE = "people", "People"

    class Quadrant(models.TextChoices):
        DELIBERATE_PRUDENT = "deliberate_prudent", "Deliberate, prudent: we pay for it later"
        DELIBERATE_RECKLESS = "deliberate_reckless", "Deliberate, reckless: there was no time"
        INADVERTENT_PRUDENT = "inadvertent_prudent", "Inadvertent, prudent: now we know better"
        INADVERTENT_RECKLESS = "inadvertent_reckless", "Inadvertent, reckless: nobody knew how"

    DELIBERATE = (Quadrant.DELIBERATE_PRUDENT, Quadrant.DELIBERATE_RECKLESS)
    DRAGS = (State.OPEN, State.ACCEPTED, State.PLANNED)
    CLOSED = (State.PAID, State.WRITTEN_OFF, State.NOT_DEBT)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="debt_items")
    number = models.PositiveIntegerField(editable=False)
    key = models.CharField(max_length=24, unique=True, editable=False)
    external_key = models.CharField(
        max_length=200, blank=True,
        help_text="What it is called where it came from; a second import finds it by that.",
    )  # fmt: skip
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=20_000, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN, editable=False)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="debt_items",
        help_text="The team that loses the time.",
    )  # fmt: skip
    component = models.ForeignKey(
        Component, on_delete=models.SET_NULL, null=True, blank=True, related_name="debt_items"
    )
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="debt_items"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    tags = models.JSONField(default=list, blank=True)
    size = models.CharField(
        max_length=4, blank=True, db_comment="A size of the score model, where no days are typed."
    )
    principal_p10_days = models.FloatField(
        null=True, blank=True, db_comment="Person-days to fix; 1 in 10 takes less."
    )
    principal_p50_days = models.FloatField(
        null=True, blank=True, db_comment="Person-days to fix; as likely more as less."
    )
    principal_p90_days = models.FloatField(
        null=True, blank=True, db_comment="Person-days to fix; 1 in 10 takes more."
    )
    slow_down = models.CharField(
        max_length=40, blank=True, db_comment="How much longer a change takes: a word of the model."
    )
    probability = models.CharField(
        max_length=20,
        blank=True,
        db_comment="How often a touching change pays: a word of the model.",
    )
    contagion = models.CharField(
        max_length=10, blank=True, db_comment="How it grows: a word of the model; empty: not said."
    )
    risk_dimension = models.CharField(max_length=12, choices=Dimension, blank=True)
    risk_level = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="0 none to 4 severe."
    )
    risk_probability = models.FloatField(null=True, blank=True, db_comment="0 to 1.")
    share_removed = models.FloatField(
        null=True, blank=True, db_comment="Share of the interest that paying removes, 0 to 1."
    )
    months_until_done = models.PositiveSmallIntegerField(
        null=True, blank=True, db_comment="Months from the start of the work until it helps.",
        validators=[MaxValueValidator(MOST_MONTHS, TOO_MANY_MONTHS)],
    )  # fmt: skip
    quadrant = models.CharField(
        "how it came about", max_length=20, choices=Quadrant, blank=True,
        help_text="Deliberate debt names the decision that took it on.",
    )  # fmt: skip
    hurts_since = models.DateField(help_text="The first day it cost time.")
    accepted_until = models.DateField(null=True, blank=True)
    accepted_trigger = models.CharField(max_length=200, blank=True)
    accepted_ceiling_days = models.FloatField(
        null=True, blank=True, db_comment="Person-days a month of mean interest that end it."
    )
    ceiling_trigger = models.ForeignKey(
        "tradeoffs.RevisitTrigger", on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+", editable=False, db_comment="What asks the decision when it is reached.",
    )  # fmt: skip
    closed_on = models.DateField(null=True, blank=True, editable=False)
    decision = models.ForeignKey(
        "tradeoffs.Decision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    consequence = models.ForeignKey(
        "tradeoffs.Consequence", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        editable=False, db_comment="Taken on knowingly: the consequence of the decision it was.",
    )  # fmt: skip
    item = models.ForeignKey(
        "roadmaps.Item", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        editable=False, db_comment="The work that pays it.",
    )  # fmt: skip
    latest_score = models.ForeignKey(
        "debt.DebtScore",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["product", "number"]
        indexes = [
            models.Index(fields=["product", "state"], name="debtitem_by_state"),
            models.Index(fields=["team", "state"], name="debtitem_by_team"),
            models.Index(
                fields=["team", "state"], name="debtitem_in_plan", condition=Q(item__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"],
                name="debtitem_number_once",
                violation_error_message="This number is taken.",
            ),
            models.UniqueConstraint(
                fields=["product", "external_key"],
                condition=~Q(external_key=""),
                name="debtitem_external_key_once",
                violation_error_message="Another debt item of this product has this external key.",
            ),
            models.CheckConstraint(
                condition=Q(
                    principal_p10_days__isnull=True,
                    principal_p50_days__isnull=True,
                    principal_p90_days__isnull=True,
                )
                | Q(
                    principal_p10_days__gt=0,
                    principal_p10_days__lte=F("principal_p50_days"),
                    principal_p50_days__lte=F("principal_p90_days"),
                ),
                name="debtitem_principal_in_order",
                violation_error_message="Order the days to fix: low, likely, high, all above zero.",
            ),
            models.CheckConstraint(
                condition=Q(
                    risk_level__isnull=True, risk_probability__isnull=True, risk_dimension=""
                )
                | Q(
                    risk_level__range=(0, 4),
                    risk_probability__range=(0, 1),
                    risk_dimension__in=[
                        "delivery",
                        "reliability",
                        "security",
                        "compliance",
                        "people",
                    ],
                ),
                name="debtitem_risk_complete",
                violation_error_message=(
                    "A risk needs what it threatens, a level from 0 to 4 and a chance from 0 to 1."
                ),
            ),
            models.CheckConstraint(
                condition=Q(share_removed__isnull=True)
                | Q(share_removed__gt=0, share_removed__lte=1),
                name="debtitem_share_removed",
                violation_error_message=(
                    "Paying removes more than nothing and at most all of the interest."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(accepted_until__isnull=False)
                | ~Q(accepted_trigger=""),
                name="debtitem_accepted_until",
                violation_error_message="Accept debt until a date or until something happens.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_ceiling_days__isnull=True)
                | Q(accepted_ceiling_days__gt=0, state="accepted"),
                name="debtitem_ceiling_of_an_acceptance",
                violation_error_message=(
                    "A ceiling is more than nothing a month, and belongs to accepted debt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_ceiling_days__isnull=True)
                | Q(accepted_ceiling_days__lte=LONGEST),
                name="debtitem_ceiling_at_most",
                violation_error_message="A ceiling is at most 1,000,000 days a month.",
            ),
            models.CheckConstraint(
                condition=Q(months_until_done__isnull=True) | Q(months_until_done__lte=MOST_MONTHS),
                name="debtitem_months_until_done",
                violation_error_message=TOO_MANY_MONTHS,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "planned"], closed_on__isnull=True)
                | Q(state__in=["paid", "written_off", "not_debt"], closed_on__isnull=False),
                name="debtitem_closed_on",
                violation_error_message="Closed debt has a closing day, open debt has none.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(hurts_since__lte=F("closed_on")),
                name="debtitem_hurts_before_closed",
                violation_error_message="It cannot have begun to hurt after it was closed.",
            ),
        ]

    ranges_called: ClassVar = {"principal": gettext_lazy("Days to fix")}

    taken_from = ""
    """Where what nobody said comes from; known only right after it was logged."""

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("debt:item-detail", args=[self.key])

    @property
    def principal(self) -> Range | None:
        """Declared days to fix, or None where only a size or nothing is known."""
        low, mid, high = (
            self.principal_p10_days, self.principal_p50_days, self.principal_p90_days
        )  # fmt: skip
        return None if low is None or mid is None or high is None else Range(low, mid, high)

    @property
    def is_deliberate(self) -> bool:
        """Whether somebody took it on knowingly (the upper half of Fowler's quadrant)."""
        return self.consequence_id is not None or self.quadrant in self.DELIBERATE

    @property
    def drags(self) -> bool:
        return self.state in self.DRAGS


class StandingInterests(models.Manager):
    """Declarations that were not taken back."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(withdrawal=None)


class Interest(Checked):
    """What an item costs a month, as somebody declared it. Append-only: the newest one counts."""

    objects = StandingInterests()

    class Kind(models.TextChoices):
        CHANGES = "changes", "Slower changes"
        EVENTS = "events", "Chores and incidents"

    item = models.ForeignKey(DebtItem, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHANGES)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    p10_days = models.FloatField(db_comment="Person-days a month; 1 in 10 months costs less.")
    p50_days = models.FloatField(db_comment="Person-days a month; as likely more as less.")
    p90_days = models.FloatField(db_comment="Person-days a month; 1 in 10 months costs more.")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "kind", "-at"], name="interest_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    p10_days__gt=0, p10_days__lte=F("p50_days"), p50_days__lte=F("p90_days")
                ),
                name="interest_in_order",
                violation_error_message="Order the cost a month: low, likely, high, above zero.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["changes", "events"]),
                name="interest_kind",
                violation_error_message="Interest comes from slower changes, or from events.",
            ),
        ]

    ranges_called: ClassVar = {"": gettext_lazy("Days a month")}

    @property
    def range(self) -> Range:
        return Range(self.p10_days, self.p50_days, self.p90_days)

    @property
    def told_of(self) -> DebtItem:
        """The record whose history tells of it."""
        return self.item

    @property
    def version(self) -> int:
        """What an edit must have read: of declarations the newest one."""
        return self.pk


class InterestWithdrawal(models.Model):
    """A declaration that an undo took back: the one before it counts again. Append-only."""

    interest = models.OneToOneField(Interest, on_delete=models.CASCADE, related_name="withdrawal")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"withdrawal of declaration {self.interest_id}"


class Evidence(Checked):
    """A file, a link or a sentence that shows the debt."""

    class Kind(models.TextChoices):
        PATH = "path", "File"
        LINK = "link", "Link"
        NOTE = "note", "Note"

    item = models.ForeignKey(DebtItem, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=6, choices=Kind)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind", "text"],
                name="evidence_once",
                violation_error_message="This evidence is here already.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="link")
                | Q(text__startswith="https://")
                | Q(text__startswith="http://"),
                name="evidence_link",
                violation_error_message="A link begins with https:// or http://.",
            ),
        ]


class DebtScore(models.Model):
    """One computed score with its inputs. Append-only; the item points to its newest one."""

    class Verdict(models.TextChoices):
        GAIN = "gain", "Net gain inside the horizon"
        NO_GAIN = "no_gain", "No net gain inside the horizon"
        RISK = "risk", "For risk, not for money"
        QUESTION = "question", "One question each"
        FROZEN = "frozen", "Frozen: leave it"

    item = models.ForeignKey(DebtItem, on_delete=models.CASCADE, related_name="scores")
    model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=60)
    inputs_hash = models.CharField(max_length=64)
    inputs = models.JSONField(db_comment="Everything the score is computed from, with its tags.")
    missing = models.CharField(
        max_length=12, blank=True, db_comment="What must be known before it can be scored."
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    score = models.FloatField(null=True, db_comment="0 to 100; the parts sum to it.")
    score_low = models.FloatField(null=True)
    score_high = models.FloatField(null=True)
    letter = models.CharField(max_length=1, blank=True)
    parts = models.JSONField(default=dict)
    interest_days = models.FloatField(null=True, db_comment="Person-days a month, mean.")
    interest_p10_days = models.FloatField(null=True)
    interest_p90_days = models.FloatField(null=True)
    principal_days = models.FloatField(null=True, db_comment="Person-days, mean.")
    principal_sd_days = models.FloatField(null=True)
    payback_months = models.FloatField(null=True)
    discounted_payback_months = models.PositiveIntegerField(
        null=True, db_comment="Empty where the discounted savings never reach the principal."
    )
    payback_p10_months = models.FloatField(null=True)
    payback_p90_months = models.FloatField(null=True)
    npv_days = models.FloatField(null=True, db_comment="Days gained by the horizon less the cost.")
    npv_quarter_days = models.FloatField(null=True, db_comment="The same, begun a quarter later.")
    npv_per_day = models.FloatField(null=True, db_comment="Net gain per day of principal.")
    chance = models.FloatField(null=True, db_comment="That it pays back inside the horizon.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at"], name="debtscore_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
                name="debtscore_bounds",
                violation_error_message="A score lies from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False) | ~Q(missing=""),
                name="debtscore_says_what_is_missing",
                violation_error_message="Without a score, say what is missing.",
            ),
        ]


class TeamLedger(models.Model):
    """The state of one team's debt; `queries.is_due` says when it is behind its inputs."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="debt_ledger")
    revision = models.PositiveBigIntegerField(default=1)
    computed_revision = models.PositiveBigIntegerField(default=0)
    computed_team_revision = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    capacity_days = models.FloatField(null=True, db_comment="Person-days a month when computed.")
    drag_mean = models.FloatField(null=True, db_comment="Share of capacity, 0 to below 0.9.")
    drag_p10 = models.FloatField(null=True)
    drag_p50 = models.FloatField(null=True)
    drag_p90 = models.FloatField(null=True)
    drag_uncapped = models.FloatField(null=True)
    capped = models.BooleanField(default=False)
    shares = models.JSONField(
        default=dict,
        db_comment="Debt item to [share of capacity after the cap, share alone, product].",
    )
    product_days = models.JSONField(
        default=dict,
        db_comment="Product to the days a month that its debt costs the team, a shared hour once.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(drag_mean__isnull=True) | Q(drag_mean__gte=0, drag_mean__lt=0.9),
                name="teamledger_drag_below_nine_tenths",
                violation_error_message="Drag stays below 90 %%.",
            ),
        ]
