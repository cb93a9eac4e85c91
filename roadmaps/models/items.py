"""Objectives, items, and what waits for what."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from tpm.models import Checked, Component, Person, Product, Team, Versioned


class Objective(Versioned):
    """What the product is to reach, by a measure and a date."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="objectives")
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=20_000, blank=True)
    measure = models.CharField(max_length=120, blank=True, help_text="Such as P95 of checkout.")
    unit = models.CharField(max_length=30, blank=True)
    baseline_value = models.FloatField("baseline", null=True, blank=True)
    target_value = models.FloatField("target", null=True, blank=True)
    current_value = models.FloatField("now", null=True, blank=True)
    target_date = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "title"],
                name="objective_title_once",
                violation_error_message="This product has an objective with this title.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:objective-detail", args=[self.product.key, self.pk])


class Item(Versioned):
    """Work on a roadmap."""

    class Kind(models.TextChoices):
        FEATURE = "feature", "Feature"
        PLATFORM = "platform", "Platform"
        BET = "bet", "Bet"
        DEBT = "debt", "Debt"
        COMPLIANCE = "compliance", "Compliance"
        MILESTONE = "milestone", "Milestone"

    class State(models.TextChoices):
        IDEA = "idea", "Idea"
        PLANNED = "planned", "Planned"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    class Horizon(models.TextChoices):
        NOW = "now", "Now"
        NEXT = "next", "Next"
        LATER = "later", "Later"

    OPEN = (State.IDEA, State.PLANNED, State.IN_PROGRESS)
    SIMULATED = (State.PLANNED, State.IN_PROGRESS)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(editable=False)
    key = models.CharField(max_length=24, unique=True, editable=False)
    title = models.CharField(max_length=300)
    description = models.TextField(max_length=100_000, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.FEATURE)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    horizon = models.CharField(max_length=6, choices=Horizon, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )
    objective = models.ForeignKey(
        Objective, on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )
    helps = models.BooleanField(
        "only helps",
        default=False,
        help_text="The objective can be met without it: it does not count into the chance.",
    )
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    components = models.ManyToManyField(Component, related_name="items", blank=True)
    crew = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="People at work on it at once.",
    )
    team_days = models.FloatField(
        null=True,
        blank=True,
        editable=False,
        db_comment="Person-days of its first team, where it needs several; null otherwise.",
    )
    rank = models.FloatField(default=0, db_comment="Order in the product, lower first.")
    not_before = models.DateField(null=True, blank=True, db_column="user_start")
    pinned = models.BooleanField(
        default=False, help_text="Starts exactly on that day, whether a place is free or not."
    )
    target_date = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True, db_comment="Values an import brought.")
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_instance = models.CharField(max_length=200, blank=True, editable=False)
    source_key = models.CharField(max_length=200, blank=True, editable=False)
    source_number = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ["rank", "pk"]
        indexes = [
            models.Index(fields=["product", "state", "rank"], name="item_by_state"),
            models.Index(fields=["product", "finished_on"], name="item_by_finish"),
            models.Index(fields=["product", "rank", "id"], name="item_by_rank"),
            # The order of the plan itself: places are numbered from it without looking at a row.
            models.Index(
                fields=["product", "rank", "id"],
                name="item_open_by_rank",
                condition=Q(state__in=["idea", "planned", "in_progress"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"],
                name="item_number_once",
                violation_error_message="This number is taken.",
            ),
            models.UniqueConstraint(
                fields=["product", "source", "source_instance", "source_key"],
                condition=~Q(source_key=""),
                name="item_source_once",
                violation_error_message="This item was imported before.",
            ),
            models.CheckConstraint(
                condition=~Q(pinned=True) | Q(not_before__isnull=False),
                name="item_pinned_has_a_start",
                violation_error_message="A pinned item needs the day on which it starts.",
            ),
            models.CheckConstraint(
                condition=(Q(state="done") & Q(finished_on__isnull=False))
                | (~Q(state="done") & Q(finished_on__isnull=True)),
                name="item_done_has_a_finish",
                violation_error_message="A finished item has the day on which it was finished.",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(finished_on__isnull=True)
                | Q(finished_on__gte=F("started_on")),
                name="item_days_in_order",
                violation_error_message="It cannot be finished before it was started.",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="item_not_its_own_parent",
                violation_error_message="An item cannot be part of itself.",
            ),
            models.CheckConstraint(
                condition=Q(crew__gte=1),
                name="item_crew",
                violation_error_message="At least one person works on an item.",
            ),
            models.CheckConstraint(
                condition=Q(team_days__isnull=True) | Q(team_days__gt=0),
                name="item_team_days",
                violation_error_message="A team's part of an item is more than 0 days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:item-detail", args=[self.key])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def team_parts(self) -> list["ItemTeam"]:
        """What each of several teams does of it, its own first; none where one does it all.

        A further team that became the item's own through an import is not told twice.
        """
        rows = [row for row in self.further_teams.all() if row.team_id != self.team_id]
        if not rows or self.team is None:
            return []
        mean = sum(row.days for row in rows) / len(rows)
        own = ItemTeam(item=self, team=self.team, days=self.team_days or mean, crew=self.crew)
        return [own, *rows]


class ItemTeam(Checked):
    """A further team that an item needs, beside its own: all begin together, the last part ends it.

    Only the proportion of the parts counts: the item's range is split by it.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="further_teams")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    days = models.FloatField(db_comment="Person-days of this team's part, as typed.")
    crew = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="People of this team at work on it at once.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "team"],
                name="itemteam_once",
                violation_error_message="An item names a team once.",
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0),
                name="itemteam_days",
                violation_error_message="A team's part of an item is more than 0 days.",
            ),
            models.CheckConstraint(
                condition=Q(crew__gte=1),
                name="itemteam_crew",
                violation_error_message="At least one person of each team works on an item.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} for {self.days:g} days"


class ItemMove(models.Model):
    """An item came into a state. Append-only."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="moves")
    state = models.CharField(max_length=12, choices=Item.State)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]


class ItemLink(Checked):
    """One item waits for another. Never a circle."""

    class Kind(models.TextChoices):
        FS = "FS", "finish to start"
        SS = "SS", "start to start"
        FF = "FF", "finish to finish"
        SF = "SF", "start to finish"

    predecessor = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links_out")
    successor = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=2, choices=Kind, default=Kind.FS)
    lag_days = models.SmallIntegerField(default=0, db_comment="Working days.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "kind"],
                name="itemlink_once",
                violation_error_message="These two are linked like this already.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="itemlink_not_itself",
                violation_error_message="An item cannot wait for itself.",
            ),
            models.CheckConstraint(
                condition=Q(lag_days__gte=-250, lag_days__lte=250),
                name="itemlink_lag",
                violation_error_message="Keep the lag within 250 working days, either way.",
            ),
        ]
