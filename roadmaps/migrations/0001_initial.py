import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tpm", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ForecastRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("as_of", models.DateField(db_comment="The day from which open work goes on.")),
                (
                    "revision",
                    models.PositiveBigIntegerField(db_comment="Revision of the plan that it read."),
                ),
                ("seed", models.PositiveBigIntegerField()),
                ("trials", models.PositiveIntegerField()),
                ("inputs_hash", models.CharField(max_length=64)),
                ("inputs", models.JSONField(db_comment="The plan as the simulation read it.")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("change", "The plan changed"),
                            ("nightly", "Nightly"),
                            ("asked", "Somebody asked"),
                        ],
                        max_length=10,
                    ),
                ),
                ("milliseconds", models.PositiveIntegerField()),
                ("open_items", models.PositiveIntegerField()),
                ("without_estimate", models.PositiveIntegerField()),
                (
                    "order",
                    models.JSONField(
                        db_comment="Ids of the open items in start order.", default=list
                    ),
                ),
                (
                    "teams",
                    models.JSONField(
                        db_comment="Per team and week: planned, P85, capacity.", default=list
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecast_runs",
                        to="tpm.product",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["product", "-at", "-id"], name="forecastrun_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="ForecastMoves",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "steps",
                    models.JSONField(
                        db_comment="Name, what changed, and per item and objective the move."
                    ),
                ),
                ("totals", models.JSONField(db_comment="Per item and objective the whole move.")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="roadmaps.forecastrun",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.forecastrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "since"), name="forecastmoves_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Baseline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "chance",
                    models.FloatField(
                        blank=True,
                        db_comment="Share of trials in which all of it lands by its targets.",
                        null=True,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="baselines",
                        to="tpm.product",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="baselines",
                        to="roadmaps.forecastrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "name"),
                        name="baseline_name_once",
                        violation_error_message="There is a baseline with this name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("number", models.PositiveIntegerField(editable=False)),
                ("key", models.CharField(editable=False, max_length=24, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("description", models.TextField(blank=True, max_length=100000)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("feature", "Feature"),
                            ("platform", "Platform"),
                            ("bet", "Bet"),
                            ("debt", "Debt"),
                            ("compliance", "Compliance"),
                            ("milestone", "Milestone"),
                        ],
                        default="feature",
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                (
                    "horizon",
                    models.CharField(
                        blank=True,
                        choices=[("now", "Now"), ("next", "Next"), ("later", "Later")],
                        max_length=6,
                    ),
                ),
                (
                    "crew",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="People at work on it at once.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                    ),
                ),
                (
                    "rank",
                    models.FloatField(db_comment="Order in the product, lower first.", default=0),
                ),
                ("not_before", models.DateField(blank=True, db_column="user_start", null=True)),
                (
                    "pinned",
                    models.BooleanField(
                        default=False,
                        help_text="Starts exactly on that day, whether a place is free or not.",
                    ),
                ),
                ("target_date", models.DateField(blank=True, null=True)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("finished_on", models.DateField(blank=True, null=True)),
                (
                    "extra",
                    models.JSONField(
                        blank=True, db_comment="Values an import brought.", default=dict
                    ),
                ),
                ("source", models.CharField(blank=True, editable=False, max_length=20)),
                ("source_instance", models.CharField(blank=True, editable=False, max_length=200)),
                ("source_key", models.CharField(blank=True, editable=False, max_length=200)),
                ("source_number", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "components",
                    models.ManyToManyField(blank=True, related_name="items", to="tpm.component"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="items",
                        to="tpm.person",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="roadmaps.item",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="tpm.product",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="items",
                        to="tpm.team",
                    ),
                ),
            ],
            options={
                "ordering": ["rank", "pk"],
                "indexes": [
                    models.Index(fields=["product", "state", "rank"], name="item_by_state"),
                    models.Index(fields=["product", "finished_on"], name="item_by_finish"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "number"),
                        name="item_number_once",
                        violation_error_message="This number is taken.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("product", "source", "source_instance", "source_key"),
                        name="item_source_once",
                        violation_error_message="This item was imported before.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pinned", True), _negated=True),
                            ("not_before__isnull", False),
                            _connector="OR",
                        ),
                        name="item_pinned_has_a_start",
                        violation_error_message="A pinned item needs the day on which it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), ("finished_on__isnull", False)),
                            models.Q(
                                models.Q(("state", "done"), _negated=True),
                                ("finished_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="item_done_has_a_finish",
                        violation_error_message="A finished item has the day on which it was finished.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on__isnull", True),
                            ("finished_on__isnull", True),
                            ("finished_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="item_days_in_order",
                        violation_error_message="It cannot be finished before it was started.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="item_not_its_own_parent",
                        violation_error_message="An item cannot be part of itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("crew__gte", 1)),
                        name="item_crew",
                        violation_error_message="At least one person works on an item.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Estimate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("typed", "Typed"),
                            ("imported", "Imported"),
                            ("debt", "From a debt item"),
                        ],
                        default="typed",
                        max_length=10,
                    ),
                ),
                (
                    "one_number",
                    models.BooleanField(
                        db_comment="Only the P50 was typed; the spread is learned.", default=False
                    ),
                ),
                ("p10_days", models.FloatField(db_comment="Person-days; 1 in 10 takes less.")),
                ("p50_days", models.FloatField(db_comment="Person-days; as likely more as less.")),
                ("p90_days", models.FloatField(db_comment="Person-days; 1 in 10 takes more.")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="estimates",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["item", "-at", "-id"], name="estimate_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p10_days__gt", 0),
                            ("p10_days__lte", models.F("p50_days")),
                            ("p50_days__lte", models.F("p90_days")),
                        ),
                        name="estimate_in_order",
                        violation_error_message="Order the range: low, likely, high, all above 0.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CapacityEffect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("drag", "Share of capacity given back"),
                            ("people", "People gained or lost"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "p10",
                    models.FloatField(
                        db_comment="Share of capacity (0.05 = five points) or persons."
                    ),
                ),
                ("p50", models.FloatField()),
                ("p90", models.FloatField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.team"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="capacity_effects",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p10__lte", models.F("p50")), ("p50__lte", models.F("p90"))
                        ),
                        name="capacityeffect_in_order",
                        violation_error_message="Order the effect: low, likely, high.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "drag"), _negated=True),
                            models.Q(("p10__gt", -1), ("p90__lt", 1)),
                            _connector="OR",
                        ),
                        name="capacityeffect_share",
                        violation_error_message="A share of capacity lies below 100 %%.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BaselineItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("state", models.CharField(max_length=12)),
                ("position", models.PositiveIntegerField()),
                ("p10_days", models.FloatField(null=True)),
                ("p50_days", models.FloatField(null=True)),
                ("p90_days", models.FloatField(null=True)),
                ("start_p50", models.DateField(null=True)),
                ("p50", models.DateField(null=True)),
                ("p85", models.DateField(null=True)),
                ("target_date", models.DateField(null=True)),
                (
                    "baseline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="roadmaps.baseline",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("baseline", "item"), name="baselineitem_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Actual",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.FloatField(db_comment="Person-days.")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("typed", "Typed"),
                            ("imported", "Imported"),
                            ("derived", "Derived from the days in progress"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="actuals",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person_days__gt", 0)),
                        name="actual_above_zero",
                        violation_error_message="What an item took is above 0 person-days.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemForecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("p10", models.DateField(null=True)),
                ("p50", models.DateField(null=True)),
                ("p85", models.DateField(null=True)),
                ("p95", models.DateField(null=True)),
                ("target_date", models.DateField(null=True)),
                (
                    "chance",
                    models.FloatField(
                        db_comment="Share of trials that meet the target.", null=True
                    ),
                ),
                (
                    "histogram",
                    models.JSONField(
                        db_comment="starts_on, step in days, counts of trials, later.", default=dict
                    ),
                ),
                (
                    "errors",
                    models.JSONField(
                        db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days.",
                        null=True,
                    ),
                ),
                ("start_p50", models.DateField(null=True)),
                ("start_p85", models.DateField(null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("learned", "The typed range after history"),
                            ("typed", "The typed range"),
                            ("table", "Finished work of its kind"),
                            ("default", "A wide guess"),
                            ("milestone", "A milestone takes no time"),
                            ("children", "Its parts"),
                            ("done", "Done"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.JSONField(
                        db_comment="Working days near P50 that sum to the whole.", null=True
                    ),
                ),
                (
                    "overload",
                    models.FloatField(
                        db_comment="Share of trials in which a pinned item starts without a place.",
                        default=0,
                    ),
                ),
                (
                    "violated",
                    models.FloatField(
                        db_comment="Share of trials in which it starts before its predecessors end.",
                        default=0,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
                        to="roadmaps.item",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="roadmaps.forecastrun",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p50__isnull", True),
                            ("p85__isnull", True),
                            models.Q(
                                ("p50__lte", models.F("p85")),
                                models.Q(
                                    ("p95__isnull", True),
                                    ("p85__lte", models.F("p95")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="itemforecast_in_order",
                    ),
                    models.UniqueConstraint(fields=("run", "item"), name="itemforecast_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FS", "finish to start"),
                            ("SS", "start to start"),
                            ("FF", "finish to finish"),
                            ("SF", "start to finish"),
                        ],
                        default="FS",
                        max_length=2,
                    ),
                ),
                ("lag_days", models.SmallIntegerField(db_comment="Working days.", default=0)),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_out",
                        to="roadmaps.item",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_in",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("predecessor", "successor", "kind"),
                        name="itemlink_once",
                        violation_error_message="These two are linked like this already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="itemlink_not_itself",
                        violation_error_message="An item cannot wait for itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "Idea"),
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="roadmaps.item",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Learning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("inputs_hash", models.CharField(max_length=64)),
                ("finished_items", models.PositiveIntegerField()),
                (
                    "details",
                    models.JSONField(
                        db_comment="Quantiles of actual / estimate and of actuals without estimate.",
                        default=dict,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learnings",
                        to="tpm.product",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LearnedEstimate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("p10_days", models.FloatField(db_comment="Person-days; 1 in 10 takes less.")),
                ("p50_days", models.FloatField(db_comment="Person-days; as likely more as less.")),
                ("p90_days", models.FloatField(db_comment="Person-days; 1 in 10 takes more.")),
                (
                    "based_on",
                    models.PositiveIntegerField(
                        db_comment="Finished items that it was learned from."
                    ),
                ),
                (
                    "estimate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="learned",
                        to="roadmaps.estimate",
                    ),
                ),
                (
                    "learning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="estimates",
                        to="roadmaps.learning",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("learning", "estimate"), name="learnedestimate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p10_days__gt", 0),
                            ("p10_days__lte", models.F("p50_days")),
                            ("p50_days__lte", models.F("p90_days")),
                        ),
                        name="learnedestimate_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("title", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, max_length=20000)),
                (
                    "measure",
                    models.CharField(
                        blank=True, help_text="Such as P95 of checkout.", max_length=120
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=30)),
                (
                    "baseline_value",
                    models.FloatField(blank=True, null=True, verbose_name="baseline"),
                ),
                ("target_value", models.FloatField(blank=True, null=True, verbose_name="target")),
                ("current_value", models.FloatField(blank=True, null=True, verbose_name="now")),
                ("target_date", models.DateField(blank=True, null=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tpm.person",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="tpm.product",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "title"),
                        name="objective_title_once",
                        violation_error_message="This product has an objective with this title.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="objective",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="items",
                to="roadmaps.objective",
            ),
        ),
        migrations.CreateModel(
            name="ObjectiveForecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("p10", models.DateField(null=True)),
                ("p50", models.DateField(null=True)),
                ("p85", models.DateField(null=True)),
                ("p95", models.DateField(null=True)),
                ("target_date", models.DateField(null=True)),
                (
                    "chance",
                    models.FloatField(
                        db_comment="Share of trials that meet the target.", null=True
                    ),
                ),
                (
                    "histogram",
                    models.JSONField(
                        db_comment="starts_on, step in days, counts of trials, later.", default=dict
                    ),
                ),
                (
                    "errors",
                    models.JSONField(
                        db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days.",
                        null=True,
                    ),
                ),
                ("open_items", models.PositiveIntegerField()),
                (
                    "last",
                    models.JSONField(
                        db_comment="[item id, share of trials it ends last].", default=list
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
                        to="roadmaps.objective",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="roadmaps.forecastrun",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p50__isnull", True),
                            ("p85__isnull", True),
                            models.Q(
                                ("p50__lte", models.F("p85")),
                                models.Q(
                                    ("p95__isnull", True),
                                    ("p85__lte", models.F("p95")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="objectiveforecast_in_order",
                    ),
                    models.UniqueConstraint(
                        fields=("run", "objective"), name="objectiveforecast_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStatus",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="plan_status",
                        serialize=False,
                        to="tpm.product",
                    ),
                ),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("as_of", models.DateField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        db_comment="Why the last computation of this revision failed.",
                        max_length=300,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="roadmaps.forecastrun",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "plan status",
            },
        ),
        migrations.CreateModel(
            name="TeamDrag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("p10", models.FloatField(db_comment="Share of capacity, 0 to below 0.9.")),
                ("p50", models.FloatField()),
                ("p90", models.FloatField()),
                ("capped", models.BooleanField(default=False)),
                (
                    "history",
                    models.JSONField(
                        blank=True,
                        db_comment="[day, mean drag from that day on], oldest first.",
                        default=list,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drags",
                        to="tpm.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("p10__gte", 0),
                            ("p10__lte", models.F("p50")),
                            ("p50__lte", models.F("p90")),
                            ("p90__lt", 0.9),
                        ),
                        name="teamdrag_in_range",
                        violation_error_message="Drag lies from 0 to below 90 %% of the capacity.",
                    )
                ],
            },
        ),
    ]
