"""What we plan and when it will be done."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from tpm.models import Component, Person, Product, Team, Versioned


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
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children"
    )
    components = models.ManyToManyField(Component, related_name="items", blank=True)
    crew = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="People at work on it at once.",
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
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:item-detail", args=[self.key])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


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


class ItemLink(models.Model):
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
        ]


ORDERED_RANGE = Q(p10_days__gt=0, p10_days__lte=F("p50_days"), p50_days__lte=F("p90_days"))


class Estimate(models.Model):
    """A range of effort for an item. Append-only: the newest one counts."""

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        IMPORTED = "imported", "Imported"
        DEBT = "debt", "From a debt item"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="estimates")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=10, choices=Source, default=Source.TYPED)
    one_number = models.BooleanField(
        default=False, db_comment="Only the P50 was typed; the spread is learned."
    )
    p10_days = models.FloatField(db_comment="Person-days; 1 in 10 takes less.")
    p50_days = models.FloatField(db_comment="Person-days; as likely more as less.")
    p90_days = models.FloatField(db_comment="Person-days; 1 in 10 takes more.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at", "-id"], name="estimate_newest")]
        constraints = [
            models.CheckConstraint(
                condition=ORDERED_RANGE,
                name="estimate_in_order",
                violation_error_message="Order the range: low, likely, high, all above 0.",
            ),
        ]


class Actual(models.Model):
    """What an item really took. Append-only: the newest one counts."""

    class Source(models.TextChoices):
        TYPED = "typed", "Typed"
        IMPORTED = "imported", "Imported"
        DERIVED = "derived", "Derived from the days in progress"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="actuals")
    person_days = models.FloatField(db_comment="Person-days.")
    source = models.CharField(max_length=10, choices=Source)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person_days__gt=0),
                name="actual_above_zero",
                violation_error_message="What an item took is above 0 person-days.",
            ),
        ]


class Learning(models.Model):
    """What a product's finished work says about its estimates, on one day. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="learnings")
    as_of = models.DateField()
    at = models.DateTimeField(db_default=Now())
    inputs_hash = models.CharField(max_length=64)
    finished_items = models.PositiveIntegerField()
    details = models.JSONField(
        default=dict, db_comment="Quantiles of actual / estimate and of actuals without estimate."
    )

    class Meta:
        ordering = ["-at", "-pk"]


class LearnedEstimate(models.Model):
    """What history makes of one typed range. Append-only."""

    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="estimates")
    estimate = models.ForeignKey(Estimate, on_delete=models.CASCADE, related_name="learned")
    p10_days = models.FloatField(db_comment="Person-days; 1 in 10 takes less.")
    p50_days = models.FloatField(db_comment="Person-days; as likely more as less.")
    p90_days = models.FloatField(db_comment="Person-days; 1 in 10 takes more.")
    based_on = models.PositiveIntegerField(db_comment="Finished items that it was learned from.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning", "estimate"], name="learnedestimate_once"),
            models.CheckConstraint(condition=ORDERED_RANGE, name="learnedestimate_in_order"),
        ]


class CapacityEffect(models.Model):
    """What finishing an item changes in a team: drag given back, or people gained or lost."""

    class Kind(models.TextChoices):
        DRAG = "drag", "Share of capacity given back"
        PEOPLE = "people", "People gained or lost"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="capacity_effects")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    p10 = models.FloatField(db_comment="Share of capacity (0.05 = five points) or persons.")
    p50 = models.FloatField()
    p90 = models.FloatField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p10__lte=F("p50"), p50__lte=F("p90")),
                name="capacityeffect_in_order",
                violation_error_message="Order the effect: low, likely, high.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="drag") | Q(p10__gt=-1, p90__lt=1),
                name="capacityeffect_share",
                violation_error_message="A share of capacity lies below 100 %%.",
            ),
        ]


class TeamDrag(models.Model):
    """The share of a team's capacity that is lost to interest of debt. Append-only."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="drags")
    at = models.DateTimeField(db_default=Now())
    p10 = models.FloatField(db_comment="Share of capacity, 0 to below 0.9.")
    p50 = models.FloatField()
    p90 = models.FloatField()
    capped = models.BooleanField(default=False)
    history = models.JSONField(
        default=list, blank=True, db_comment="[day, mean drag from that day on], oldest first."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(p10__gte=0, p10__lte=F("p50"), p50__lte=F("p90"), p90__lt=0.9),
                name="teamdrag_in_range",
                violation_error_message="Drag lies from 0 to below 90 %% of the capacity.",
            ),
        ]


class ForecastRun(models.Model):
    """One stored run of the simulation, with all that it was made from. Append-only."""

    class Reason(models.TextChoices):
        CHANGE = "change", "The plan changed"
        NIGHTLY = "nightly", "Nightly"
        ASKED = "asked", "Somebody asked"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="forecast_runs")
    at = models.DateTimeField(db_default=Now())
    as_of = models.DateField(db_comment="The day from which open work goes on.")
    revision = models.PositiveBigIntegerField(db_comment="Revision of the plan that it read.")
    seed = models.PositiveBigIntegerField()
    trials = models.PositiveIntegerField()
    inputs_hash = models.CharField(max_length=64)
    inputs = models.JSONField(db_comment="The plan as the simulation read it.")
    reason = models.CharField(max_length=10, choices=Reason)
    milliseconds = models.PositiveIntegerField()
    open_items = models.PositiveIntegerField()
    without_estimate = models.PositiveIntegerField()
    order = models.JSONField(default=list, db_comment="Ids of the open items in start order.")
    teams = models.JSONField(default=list, db_comment="Per team and week: planned, P85, capacity.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["product", "-at", "-id"], name="forecastrun_newest")]


class ForecastDates(models.Model):
    """The distribution of one finish, as dates; empty where it lies beyond the horizon."""

    p10 = models.DateField(null=True)
    p50 = models.DateField(null=True)
    p85 = models.DateField(null=True)
    p95 = models.DateField(null=True)
    target_date = models.DateField(null=True)
    chance = models.FloatField(null=True, db_comment="Share of trials that meet the target.")
    histogram = models.JSONField(
        default=dict, db_comment="starts_on, step in days, counts of trials, later."
    )
    errors = models.JSONField(
        null=True, db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(p50__isnull=True)
                | Q(p85__isnull=True)
                | (Q(p50__lte=F("p85")) & (Q(p95__isnull=True) | Q(p85__lte=F("p95")))),
                name="%(class)s_in_order",
            ),
        ]


class ItemForecast(ForecastDates):
    """One item's finish in one run. Append-only."""

    class Basis(models.TextChoices):
        LEARNED = "learned", "The typed range after history"
        TYPED = "typed", "The typed range"
        TABLE = "table", "Finished work of its kind"
        DEFAULT = "default", "A wide guess"
        MILESTONE = "milestone", "A milestone takes no time"
        CHILDREN = "children", "Its parts"
        DONE = "done", "Done"

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="forecasts")
    start_p50 = models.DateField(null=True)
    start_p85 = models.DateField(null=True)
    basis = models.CharField(max_length=10, choices=Basis)
    why = models.JSONField(null=True, db_comment="Working days near P50 that sum to the whole.")
    overload = models.FloatField(
        default=0, db_comment="Share of trials in which a pinned item starts without a place."
    )
    violated = models.FloatField(
        default=0, db_comment="Share of trials in which it starts before its predecessors end."
    )

    class Meta(ForecastDates.Meta):
        constraints = [
            *ForecastDates.Meta.constraints,
            models.UniqueConstraint(fields=["run", "item"], name="itemforecast_once"),
        ]


class ObjectiveForecast(ForecastDates):
    """When all items of an objective are done, in one run. Append-only."""

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="objectives")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="forecasts")
    open_items = models.PositiveIntegerField()
    last = models.JSONField(default=list, db_comment="[item id, share of trials it ends last].")

    class Meta(ForecastDates.Meta):
        constraints = [
            *ForecastDates.Meta.constraints,
            models.UniqueConstraint(fields=["run", "objective"], name="objectiveforecast_once"),
        ]


class ForecastMoves(models.Model):
    """What moved the dates from one run to a later one, step by step on the same draws."""

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="moves")
    since = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    steps = models.JSONField(db_comment="Name, what changed, and per item and objective the move.")
    totals = models.JSONField(db_comment="Per item and objective the whole move.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "since"], name="forecastmoves_once"),
        ]


class Baseline(models.Model):
    """What was committed, when, by whom, and how likely it was then. Append-only."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="baselines")
    name = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(ForecastRun, on_delete=models.RESTRICT, related_name="baselines")
    chance = models.FloatField(
        null=True, blank=True, db_comment="Share of trials in which all of it lands by its targets."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "name"],
                name="baseline_name_once",
                violation_error_message="There is a baseline with this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BaselineItem(models.Model):
    """One item as it was committed. Append-only."""

    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=12)
    position = models.PositiveIntegerField()
    p10_days = models.FloatField(null=True)
    p50_days = models.FloatField(null=True)
    p90_days = models.FloatField(null=True)
    start_p50 = models.DateField(null=True)
    p50 = models.DateField(null=True)
    p85 = models.DateField(null=True)
    target_date = models.DateField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["baseline", "item"], name="baselineitem_once"),
        ]


class PlanStatus(models.Model):
    """Which revision of a plan its newest forecast has seen; due where it is behind."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="plan_status"
    )
    run = models.ForeignKey(ForecastRun, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveBigIntegerField(default=0)
    as_of = models.DateField(null=True)
    failure = models.CharField(
        max_length=300, blank=True, db_comment="Why the last computation of this revision failed."
    )

    class Meta:
        verbose_name_plural = "plan status"
