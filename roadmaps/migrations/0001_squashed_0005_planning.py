import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import roadmaps.models.checks
from tpm import append_only
from tpm.create_models import CreateModels


class Migration(migrations.Migration):
    """A new database in one step; one that is older takes the steps that this replaces."""

    initial = True

    replaces = [
        ("roadmaps", "0001_initial"),
        ("roadmaps", "0002_append_only"),
        ("roadmaps", "0003_drivers_and_calibration"),
        ("roadmaps", "0004_sentences"),
        ("roadmaps", "0005_planning"),
    ]

    dependencies = [
        ("tpm", "0001_squashed_0006_planning"),
    ]

    operations = [
        CreateModels(
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="objectives",
                            to="tpm.product",
                        ),
                    ),
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
                    (
                        "target_value",
                        models.FloatField(blank=True, null=True, verbose_name="target"),
                    ),
                    ("current_value", models.FloatField(blank=True, null=True, verbose_name="now")),
                    ("target_date", models.DateField(blank=True, null=True)),
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
                    ("position", models.PositiveIntegerField(default=0)),
                    ("closed_on", models.DateField(blank=True, null=True)),
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="items",
                            to="tpm.product",
                        ),
                    ),
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
                        "team",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="items",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="items",
                            to="roadmaps.objective",
                        ),
                    ),
                    (
                        "helps",
                        models.BooleanField(
                            default=False,
                            help_text="The objective can be met without it: it does not count into the chance.",
                            verbose_name="only helps",
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
                        "team_days",
                        models.FloatField(
                            blank=True,
                            db_comment="Person-days of its first team, where it needs several; null otherwise.",
                            editable=False,
                            null=True,
                        ),
                    ),
                    (
                        "rank",
                        models.FloatField(
                            db_comment="Order in the product, lower first.", default=0
                        ),
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
                    (
                        "source_instance",
                        models.CharField(blank=True, editable=False, max_length=200),
                    ),
                    ("source_key", models.CharField(blank=True, editable=False, max_length=200)),
                    ("source_number", models.CharField(blank=True, editable=False, max_length=40)),
                    (
                        "components",
                        models.ManyToManyField(
                            blank=True, related_name="items", to="tpm.component"
                        ),
                    ),
                ],
                options={
                    "ordering": ["rank", "pk"],
                    "indexes": [
                        models.Index(fields=["product", "state", "rank"], name="item_by_state"),
                        models.Index(fields=["product", "finished_on"], name="item_by_finish"),
                        models.Index(fields=["product", "rank", "id"], name="item_by_rank"),
                        models.Index(
                            condition=models.Q(("state__in", ["idea", "planned", "in_progress"])),
                            fields=["product", "rank", "id"],
                            name="item_open_by_rank",
                        ),
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
                        models.CheckConstraint(
                            condition=models.Q(
                                ("team_days__isnull", True), ("team_days__gt", 0), _connector="OR"
                            ),
                            name="item_team_days",
                            violation_error_message="A team's part of an item is more than 0 days.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ItemTeam",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="further_teams",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "days",
                        models.FloatField(db_comment="Person-days of this team's part, as typed."),
                    ),
                    (
                        "crew",
                        models.PositiveSmallIntegerField(
                            default=1,
                            help_text="People of this team at work on it at once.",
                            validators=[
                                django.core.validators.MinValueValidator(1),
                                django.core.validators.MaxValueValidator(50),
                            ],
                        ),
                    ),
                ],
                options={
                    "ordering": ["pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("item", "team"),
                            name="itemteam_once",
                            violation_error_message="An item names a team once.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("days__gt", 0)),
                            name="itemteam_days",
                            violation_error_message="A team's part of an item is more than 0 days.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("crew__gte", 1)),
                            name="itemteam_crew",
                            violation_error_message="At least one person of each team works on an item.",
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
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="moves",
                            to="roadmaps.item",
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
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["at", "pk"],
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
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("predecessor", "successor", "kind"),
                            name="itemlink_once",
                            violation_error_message="These two are linked like this already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("predecessor", models.F("successor")), _negated=True
                            ),
                            name="itemlink_not_itself",
                            violation_error_message="An item cannot wait for itself.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("lag_days__gte", -250), ("lag_days__lte", 250)),
                            name="itemlink_lag",
                            violation_error_message="Keep the lag within 250 working days, either way.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ForecastRun",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("as_of", models.DateField(db_comment="The day from which open work goes on.")),
                    (
                        "revision",
                        models.PositiveBigIntegerField(
                            db_comment="Revision of the plan that it read."
                        ),
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
                                ("replanned", "Start order planned anew"),
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
                        "quarters",
                        models.JSONField(
                            db_comment="Item id -> quarter of its P50 start, whose shared bias it draws.",
                            default=dict,
                        ),
                    ),
                    (
                        "teams",
                        models.JSONField(
                            db_comment="Per team and week: planned, P85, capacity.", default=list
                        ),
                    ),
                    (
                        "engine",
                        models.CharField(
                            db_comment="What computed it.", default="reference", max_length=12
                        ),
                    ),
                    (
                        "end",
                        models.JSONField(
                            db_comment="Days by which all that is open is done: p10, p50, p85, p95.",
                            null=True,
                        ),
                    ),
                    (
                        "critical_links",
                        models.JSONField(
                            db_comment="[pred, succ, share of trials it holds up the end], at most 20.",
                            default=list,
                        ),
                    ),
                    (
                        "second_opinion",
                        models.JSONField(
                            db_comment="Weeks by counting finished items: p10, p50, p85, of how many items and weeks, the weeks that efforts say, their relative difference, and whether it is flagged.",
                            null=True,
                        ),
                    ),
                    (
                        "chance",
                        models.FloatField(
                            db_comment="Share of trials in which all lands by its targets; empty without any.",
                            null=True,
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
                            db_comment="starts_on, step in days, counts of trials, later.",
                            default=dict,
                        ),
                    ),
                    (
                        "errors",
                        models.JSONField(
                            db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days.",
                            null=True,
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
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="forecasts",
                            to="roadmaps.item",
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
                        "critical",
                        models.FloatField(
                            db_comment="Share of trials in which it is on the chain behind the end.",
                            null=True,
                        ),
                    ),
                    (
                        "sensitivity",
                        models.FloatField(
                            db_comment="Schedule sensitivity index: critical x sd of its days / of the end.",
                            null=True,
                        ),
                    ),
                    (
                        "queueing",
                        models.FloatField(
                            db_comment="Expected working days of waiting for a place.", null=True
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
                            violation_error_message="P50, P85 and P95 are in order.",
                        ),
                        models.UniqueConstraint(
                            fields=("run", "item"),
                            name="itemforecast_once",
                            violation_error_message="A run says one date of an item.",
                        ),
                    ],
                },
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
                            db_comment="starts_on, step in days, counts of trials, later.",
                            default=dict,
                        ),
                    ),
                    (
                        "errors",
                        models.JSONField(
                            db_comment="One Monte Carlo standard error of p50, p85, p95, calendar days.",
                            null=True,
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
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="forecasts",
                            to="roadmaps.objective",
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
                        "critical",
                        models.JSONField(
                            db_comment="[item id, share of trials on the chain behind its end].",
                            default=list,
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
                            violation_error_message="P50, P85 and P95 are in order.",
                        ),
                        models.UniqueConstraint(
                            fields=("run", "objective"),
                            name="objectiveforecast_once",
                            violation_error_message="A run says one date of an objective.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ObjectiveHurts",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="hurts",
                            to="roadmaps.forecastrun",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="hurts",
                            to="roadmaps.objective",
                        ),
                    ),
                    (
                        "rows",
                        models.JSONField(
                            db_comment="kind (item, link, team), id, pred, rise of the chance; the most first.",
                            default=list,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("run", "objective"),
                            name="objectivehurts_once",
                            violation_error_message="A run says once what hurts an objective.",
                        )
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
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "steps",
                        models.JSONField(
                            db_comment="Name, what changed, and per item and objective the move."
                        ),
                    ),
                    (
                        "totals",
                        models.JSONField(db_comment="Per item and objective the whole move."),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("run", "since"),
                            name="forecastmoves_once",
                            violation_error_message="Two runs are compared once.",
                        )
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
                    (
                        "run",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="roadmaps.forecastrun",
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
                ],
                options={
                    "verbose_name_plural": "plan status",
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="baselines",
                            to="tpm.product",
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.RESTRICT,
                            related_name="baselines",
                            to="roadmaps.forecastrun",
                        ),
                    ),
                    (
                        "chance",
                        models.FloatField(
                            blank=True,
                            db_comment="Share of trials in which all of it but stretch items lands by its targets.",
                            null=True,
                        ),
                    ),
                    (
                        "said",
                        models.CharField(
                            blank=True,
                            db_comment="What the page stated before it was committed.",
                            max_length=300,
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
                name="BaselineItem",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
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
                        "stretch",
                        models.BooleanField(
                            db_comment="Hoped for: neither in the chance nor asked about when it slips.",
                            default=False,
                        ),
                    ),
                ],
                options={
                    "ordering": ["position"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("baseline", "item"),
                            name="baselineitem_once",
                            violation_error_message="An item is in a baseline once.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScopeComparison",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
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
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "causes",
                        models.JSONField(
                            db_comment="In the order applied: name, changed, tenths of person-days per item, days of the plan and of each objective."
                        ),
                    ),
                    (
                        "totals",
                        models.JSONField(
                            db_comment="Both ends, and the whole that the causes sum to."
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("run", "since"),
                            name="scopecomparison_once",
                            violation_error_message="Two moments are compared once.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SlipPolicy",
                fields=[
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="slip_policy",
                            serialize=False,
                            to="tpm.product",
                        ),
                    ),
                    ("working_days", models.PositiveSmallIntegerField(default=10)),
                ],
                options={
                    "verbose_name_plural": "slip policies",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("working_days__gte", 1), ("working_days__lte", 250)
                            ),
                            name="slippolicy_days",
                            violation_error_message="Ask from 1 to 250 working days on.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SlipReason",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="slip_reasons",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "baseline",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="slip_reasons",
                            to="roadmaps.baseline",
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="slip_reasons",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "objective",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="slip_reasons",
                            to="roadmaps.objective",
                        ),
                    ),
                    (
                        "days",
                        models.PositiveIntegerField(
                            db_comment="Working days of P85 later than committed."
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("estimate", "The estimate was wrong"),
                                ("scope", "The scope grew"),
                                ("waiting", "Waiting for somebody else"),
                                ("people", "People were missing"),
                                ("priority", "Something more important came first"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "decision_key",
                        models.CharField(
                            blank=True,
                            db_comment="Key of the decision that explains it.",
                            max_length=24,
                        ),
                    ),
                    ("words", models.CharField(blank=True, max_length=500)),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "indexes": [
                        models.Index(fields=["product", "-at", "-id"], name="slipreason_newest")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("decision_key", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="slipreason_says_why",
                            violation_error_message="Choose a reason, or name the decision behind it.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("item__isnull", True), ("objective__isnull", True), _connector="OR"
                            ),
                            name="slipreason_of_one",
                            violation_error_message="A slip is that of an item, an objective or the plan.",
                        ),
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
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="capacity_effects",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="tpm.team",
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
                name="TeamDrag",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
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
            migrations.CreateModel(
                name="CheckTemplate",
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
                    (
                        "product",
                        models.ForeignKey(
                            blank=True,
                            db_comment="Empty: of the workspace, offered in every product.",
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="check_templates",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("performance", "Performance"),
                                ("scalability", "Scalability"),
                                ("security", "Security"),
                                ("compliance", "Compliance"),
                                ("quality", "Quality"),
                            ],
                            default="quality",
                            max_length=12,
                        ),
                    ),
                    ("sentence", models.CharField(max_length=300)),
                    (
                        "item_kinds",
                        models.JSONField(
                            blank=True,
                            db_comment="Kinds of items that it fits; empty: every kind.",
                            default=list,
                        ),
                    ),
                    ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    (
                        "components",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Items that touch one of these; none: every item.",
                            to="tpm.component",
                        ),
                    ),
                ],
                options={
                    "ordering": ["kind", "sentence", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("product__isnull", False), ("retired_at__isnull", True)
                            ),
                            fields=("product", "sentence"),
                            name="checktemplate_once_per_product",
                            violation_error_message="This product has a template with this sentence.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("product__isnull", True), ("retired_at__isnull", True)
                            ),
                            fields=("sentence",),
                            name="checktemplate_once_per_workspace",
                            violation_error_message="The workspace has a template with this sentence.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "performance",
                                        "scalability",
                                        "security",
                                        "compliance",
                                        "quality",
                                    ],
                                )
                            ),
                            name="checktemplate_kind",
                            violation_error_message="Choose one of the kinds.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sentence", ""), _negated=True),
                            name="checktemplate_says_something",
                            violation_error_message="Say in one sentence what must hold.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Check",
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
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="checks",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "number",
                        models.PositiveIntegerField(
                            db_comment="Its place on the item.", editable=False
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("performance", "Performance"),
                                ("scalability", "Scalability"),
                                ("security", "Security"),
                                ("compliance", "Compliance"),
                                ("quality", "Quality"),
                            ],
                            default="quality",
                            max_length=12,
                        ),
                    ),
                    ("sentence", models.CharField(max_length=300)),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="checks",
                            to="tpm.person",
                        ),
                    ),
                    ("due_on", models.DateField(blank=True, null=True)),
                    (
                        "due_because",
                        models.CharField(
                            blank=True,
                            choices=[("legal", "required by law"), ("agreed", "agreed")],
                            max_length=6,
                        ),
                    ),
                    (
                        "template",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="checks",
                            to="roadmaps.checktemplate",
                        ),
                    ),
                    ("dropped_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ],
                options={
                    "verbose_name_plural": "checks",
                    "ordering": ["number"],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("dropped_at__isnull", True)),
                            fields=["due_on"],
                            name="check_by_date",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("item", "number"),
                            name="check_number_once",
                            violation_error_message="This number is taken.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("dropped_at__isnull", True), ("template__isnull", False)
                            ),
                            fields=("item", "template"),
                            name="check_template_once",
                            violation_error_message="The item has this check already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "performance",
                                        "scalability",
                                        "security",
                                        "compliance",
                                        "quality",
                                    ],
                                )
                            ),
                            name="check_kind",
                            violation_error_message="Choose one of the kinds.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sentence", ""), _negated=True),
                            name="check_says_something",
                            violation_error_message="Say in one sentence what must hold.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("due_because", ""), ("due_on__isnull", True)),
                                models.Q(
                                    ("due_because__in", ["legal", "agreed"]),
                                    ("due_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="check_date_with_its_reason",
                            violation_error_message="A date is required by law or agreed; without one it is neither.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CheckEvidence",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "of",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="evidence",
                            to="roadmaps.check",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("link", "Link"),
                                ("note", "Note"),
                                ("file", "File"),
                                ("withdrawal", "Withdrawal"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "text",
                        models.CharField(
                            db_comment="The address, the sentence, the file's name, or why withdrawn.",
                            max_length=500,
                        ),
                    ),
                    (
                        "file",
                        models.FileField(
                            blank=True, max_length=200, upload_to=roadmaps.models.checks.file_place
                        ),
                    ),
                    (
                        "withdraws",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="withdrawals",
                            to="roadmaps.checkevidence",
                        ),
                    ),
                    (
                        "valid_until",
                        models.DateField(
                            blank=True,
                            db_comment="The last day on which it counts; empty: for good.",
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
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                ],
                options={
                    "verbose_name_plural": "check evidence",
                    "ordering": ["at", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("withdraws__isnull", False)),
                            fields=("withdraws",),
                            name="checkevidence_withdrawn_once",
                            violation_error_message="This was withdrawn already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "withdrawal"), ("withdraws__isnull", False)),
                                models.Q(
                                    models.Q(("kind", "withdrawal"), _negated=True),
                                    ("withdraws__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="checkevidence_withdraws_something",
                            violation_error_message="A withdrawal names what it takes back.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "link"), _negated=True),
                                ("text__startswith", "https://"),
                                ("text__startswith", "http://"),
                                _connector="OR",
                            ),
                            name="checkevidence_link",
                            violation_error_message="A link begins with https:// or http://.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "file"), models.Q(("file", ""), _negated=True)),
                                models.Q(models.Q(("kind", "file"), _negated=True), ("file", "")),
                                _connector="OR",
                            ),
                            name="checkevidence_file",
                            violation_error_message="Evidence of the kind file has a file.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True),
                            name="checkevidence_says_something",
                            violation_error_message="Say what shows it: a link, a file or a sentence.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CheckException",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "of",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="exceptions",
                            to="roadmaps.check",
                        ),
                    ),
                    ("until", models.DateField(db_comment="The last day on which it counts.")),
                    ("reason", models.CharField(max_length=500)),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="checkexception_has_a_reason",
                            violation_error_message="Say why it may wait.",
                        )
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
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="estimates",
                            to="roadmaps.item",
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
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
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
                            db_comment="Only the P50 was typed; the spread is learned.",
                            default=False,
                        ),
                    ),
                    ("p10_days", models.FloatField(db_comment="Person-days; 1 in 10 takes less.")),
                    (
                        "p50_days",
                        models.FloatField(db_comment="Person-days; as likely more as less."),
                    ),
                    ("p90_days", models.FloatField(db_comment="Person-days; 1 in 10 takes more.")),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "indexes": [
                        models.Index(fields=["item", "-at", "-id"], name="estimate_newest")
                    ],
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
                name="Actual",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    (
                        "person_days",
                        models.FloatField(
                            blank=True,
                            db_comment="Person-days; empty where what stood before is taken back.",
                            null=True,
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("typed", "Typed"),
                                ("imported", "Imported"),
                                ("derived", "Derived from the days in progress"),
                                ("taken_back", "Taken back"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "by",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
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
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("person_days__isnull", True), ("source", "taken_back")),
                                models.Q(
                                    models.Q(("source", "taken_back"), _negated=True),
                                    ("person_days__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="actual_taken_back_is_empty",
                            violation_error_message="What is taken back has no number; all else has one.",
                        ),
                    ],
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="learnings",
                            to="tpm.product",
                        ),
                    ),
                    ("as_of", models.DateField()),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("inputs_hash", models.CharField(max_length=64)),
                    ("finished_items", models.PositiveIntegerField()),
                    (
                        "details",
                        models.JSONField(
                            db_comment="Quantiles of actual / estimate and of actuals without estimate.",
                            default=dict,
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
                    (
                        "learning",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="estimates",
                            to="roadmaps.learning",
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
                    ("p10_days", models.FloatField(db_comment="Person-days; 1 in 10 takes less.")),
                    (
                        "p50_days",
                        models.FloatField(db_comment="Person-days; as likely more as less."),
                    ),
                    ("p90_days", models.FloatField(db_comment="Person-days; 1 in 10 takes more.")),
                    (
                        "based_on",
                        models.PositiveIntegerField(
                            db_comment="Finished items that it was learned from."
                        ),
                    ),
                    (
                        "table",
                        models.JSONField(
                            db_comment="Person-days at 257 levels, what is simulated: about 1.8 kB a row.",
                            default=list,
                        ),
                    ),
                    (
                        "most_like",
                        models.JSONField(
                            db_comment="Keys of the finished items that weighed most, at most 3.",
                            default=list,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("learning", "estimate"),
                            name="learnedestimate_once",
                            violation_error_message="A lesson says one thing of an estimate.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("p10_days__gt", 0),
                                ("p10_days__lte", models.F("p50_days")),
                                ("p50_days__lte", models.F("p90_days")),
                            ),
                            name="learnedestimate_in_order",
                            violation_error_message="Order the range: low, likely, high, all above 0.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ForecastScore",
                fields=[
                    (
                        "item",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="forecast_score",
                            serialize=False,
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "as_of",
                        models.DateField(
                            db_comment="The day of the forecast: nothing later was known to it."
                        ),
                    ),
                    (
                        "based_on",
                        models.PositiveIntegerField(
                            db_comment="Finished items that it was learned from."
                        ),
                    ),
                    (
                        "p50_days",
                        models.FloatField(db_comment="Person-days; as likely more as less."),
                    ),
                    ("p85_days", models.FloatField(db_comment="Person-days; 15 in 100 take more.")),
                    ("p95_days", models.FloatField(db_comment="Person-days; 5 in 100 take more.")),
                    ("actual_days", models.FloatField(db_comment="Person-days that it took.")),
                    (
                        "log_crps",
                        models.FloatField(
                            db_comment="Continuous ranked probability score of log days."
                        ),
                    ),
                    (
                        "pinball",
                        models.JSONField(db_comment="Loss at P50, P85 and P95 on log days."),
                    ),
                    (
                        "held",
                        models.JSONField(
                            db_comment="Whether the actual was within P50, P85 and P95."
                        ),
                    ),
                    (
                        "within",
                        models.BooleanField(db_comment="Whether the actual was from P10 to P90."),
                    ),
                    (
                        "pit",
                        models.FloatField(db_comment="Randomised probability integral transform."),
                    ),
                    (
                        "raw_log_crps",
                        models.FloatField(db_comment="Score of the typed number alone.", null=True),
                    ),
                    (
                        "plain_log_crps",
                        models.FloatField(
                            db_comment="Score of evidence-based scheduling without weights.",
                            null=True,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("actual_days__gt", 0),
                                ("p50_days__gt", 0),
                                ("p50_days__lte", models.F("p85_days")),
                                ("p85_days__lte", models.F("p95_days")),
                            ),
                            name="forecastscore_in_order",
                            violation_error_message="P50, P85 and P95 are in order, all above 0.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pit__gte", 0), ("pit__lte", 1)),
                            name="forecastscore_pit_is_a_share",
                            violation_error_message="The transform of a forecast lies from 0 to 1.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriorityFormula",
                fields=[
                    ("version", models.PositiveIntegerField(default=1, editable=False)),
                    (
                        "created_at",
                        models.DateTimeField(
                            db_default=django.db.models.functions.datetime.Now(), editable=False
                        ),
                    ),
                    ("updated_at", models.DateTimeField(auto_now=True)),
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="priority_formula",
                            serialize=False,
                            to="tpm.product",
                        ),
                    ),
                    (
                        "method",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("", "None yet"),
                                ("rice", "RICE"),
                                ("wsjf", "WSJF"),
                                ("own", "Our own"),
                            ],
                            default="",
                            max_length=8,
                        ),
                    ),
                    (
                        "weights",
                        models.JSONField(
                            blank=True,
                            db_comment="Input -> weight, of a ready-made formula.",
                            default=dict,
                        ),
                    ),
                    (
                        "own",
                        models.JSONField(
                            blank=True,
                            db_comment="Of one's own: combine, by_effort, inputs (name, label, weight, low, high).",
                            default=dict,
                        ),
                    ),
                    (
                        "unit",
                        models.CharField(
                            choices=[("points", "Points"), ("money", "Money")],
                            default="points",
                            max_length=8,
                        ),
                    ),
                    (
                        "currency",
                        models.CharField(
                            blank=True,
                            help_text="Such as EUR or k€; how amounts of money are shown.",
                            max_length=8,
                        ),
                    ),
                    (
                        "revision",
                        models.PositiveBigIntegerField(
                            db_comment="Grows with every formula, input and value curve.",
                            default=1,
                            editable=False,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("method__in", ["", "rice", "wsjf", "own"])),
                            name="priorityformula_method",
                            violation_error_message="Choose RICE, WSJF or your own formula.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("unit", "points"),
                                models.Q(
                                    ("unit", "money"), models.Q(("currency", ""), _negated=True)
                                ),
                                _connector="OR",
                            ),
                            name="priorityformula_money_has_a_currency",
                            violation_error_message="Say which money, such as EUR.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriorityInput",
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
                    (
                        "item",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="priority_inputs",
                            to="roadmaps.item",
                        ),
                    ),
                    ("name", models.CharField(max_length=40)),
                    (
                        "p10",
                        models.FloatField(
                            blank=True,
                            db_comment="1 in 10 it is less; equal where one number.",
                            null=True,
                        ),
                    ),
                    (
                        "p50",
                        models.FloatField(
                            blank=True, db_comment="As likely more as less.", null=True
                        ),
                    ),
                    (
                        "p90",
                        models.FloatField(blank=True, db_comment="1 in 10 it is more.", null=True),
                    ),
                ],
                options={
                    "ordering": ["pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("item", "name"),
                            name="priorityinput_once",
                            violation_error_message="An item has one value of an input.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("p10__isnull", True),
                                    ("p50__isnull", True),
                                    ("p90__isnull", True),
                                ),
                                models.Q(
                                    ("p10__gte", 0),
                                    ("p10__isnull", False),
                                    ("p10__lte", models.F("p50")),
                                    ("p50__isnull", False),
                                    ("p50__lte", models.F("p90")),
                                    ("p90__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="priorityinput_in_order",
                            violation_error_message="Order the range: low, likely, high.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ValueCurve",
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="value_curves",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "item",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="value_curve",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "objective",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="value_curve",
                            to="roadmaps.objective",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("linear", "So much each week"),
                                ("step", "All of it after a deadline"),
                                ("decay", "Half of what is left, again and again"),
                            ],
                            default="",
                            max_length=8,
                        ),
                    ),
                    (
                        "p10",
                        models.FloatField(
                            blank=True, db_comment="Amount in the product's unit.", null=True
                        ),
                    ),
                    (
                        "p50",
                        models.FloatField(
                            blank=True, db_comment="Equal to p10 where one number.", null=True
                        ),
                    ),
                    (
                        "p90",
                        models.FloatField(blank=True, db_comment="1 in 10 it is more.", null=True),
                    ),
                    (
                        "day",
                        models.DateField(
                            blank=True,
                            db_comment="Deadline, or from when; empty: from the forecast on.",
                            null=True,
                        ),
                    ),
                    ("half_life_weeks", models.FloatField(blank=True, null=True)),
                ],
                options={
                    "ordering": ["pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("item__isnull", False), ("objective__isnull", True)),
                                models.Q(("item__isnull", True), ("objective__isnull", False)),
                                _connector="OR",
                            ),
                            name="valuecurve_of_one_thing",
                            violation_error_message="A value curve is of an item or of an objective.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", ""), ("p50__isnull", True)),
                                models.Q(
                                    ("kind__in", ["linear", "step", "decay"]),
                                    ("p10__gt", 0),
                                    ("p10__isnull", False),
                                    ("p50__isnull", False),
                                    ("p90__isnull", False),
                                    ("p10__lte", models.F("p50")),
                                    ("p50__lte", models.F("p90")),
                                ),
                                _connector="OR",
                            ),
                            name="valuecurve_amount",
                            violation_error_message="An amount is above 0, low, likely and high in order.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "step"), _negated=True),
                                ("day__isnull", False),
                                _connector="OR",
                            ),
                            name="valuecurve_step_has_a_day",
                            violation_error_message="Say the day of the deadline.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "decay"), _negated=True),
                                models.Q(
                                    ("half_life_weeks__gt", 0), ("half_life_weeks__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="valuecurve_decay_has_a_half_life",
                            violation_error_message="Say in how many weeks half of it is lost.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriorityRanking",
                fields=[
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="priority_ranking",
                            serialize=False,
                            to="tpm.product",
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    (
                        "revision",
                        models.PositiveBigIntegerField(db_comment="Of the formula that it read."),
                    ),
                    (
                        "plan_revision",
                        models.PositiveBigIntegerField(db_comment="Of the plan that it read."),
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
                    ("draws", models.PositiveIntegerField(default=0)),
                    ("seed", models.PositiveBigIntegerField(default=0)),
                    ("ranked", models.PositiveIntegerField(default=0)),
                    ("unranked", models.PositiveIntegerField(default=0)),
                    (
                        "objectives",
                        models.JSONField(
                            db_comment="Objective -> lost, week, their errors, beyond.",
                            default=dict,
                        ),
                    ),
                    ("failure", models.CharField(blank=True, max_length=300)),
                ],
            ),
            migrations.CreateModel(
                name="ItemPriority",
                fields=[
                    (
                        "item",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="priority",
                            serialize=False,
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "ranking",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rows",
                            to="roadmaps.priorityranking",
                        ),
                    ),
                    ("score_p10", models.FloatField(null=True)),
                    ("score_p50", models.FloatField(null=True)),
                    ("score_p90", models.FloatField(null=True)),
                    (
                        "error",
                        models.FloatField(
                            db_comment="One Monte Carlo standard error of the P50.", null=True
                        ),
                    ),
                    ("place", models.PositiveIntegerField(null=True)),
                    (
                        "low",
                        models.PositiveIntegerField(
                            db_comment="Best place in 80 of 100 draws.", null=True
                        ),
                    ),
                    (
                        "high",
                        models.PositiveIntegerField(
                            db_comment="Worst place in 80 of 100 draws.", null=True
                        ),
                    ),
                    ("band", models.PositiveIntegerField(db_comment="Its tie, from 1.", null=True)),
                    (
                        "first",
                        models.FloatField(
                            db_comment="Share of draws in which it is first.", null=True
                        ),
                    ),
                    (
                        "beats_next",
                        models.FloatField(db_comment="Chance to outrank the next one.", null=True),
                    ),
                    (
                        "missing",
                        models.JSONField(db_comment="Names of inputs that it lacks.", default=list),
                    ),
                    (
                        "lost",
                        models.FloatField(
                            db_comment="Expected loss by its own value curve.", null=True
                        ),
                    ),
                    ("lost_error", models.FloatField(null=True)),
                    (
                        "own_week",
                        models.FloatField(
                            db_comment="Cost of one more week, its own curve.", null=True
                        ),
                    ),
                    (
                        "week",
                        models.FloatField(
                            db_comment="Its own and through its objective together.", null=True
                        ),
                    ),
                    (
                        "beyond",
                        models.FloatField(db_comment="Share of trials that never end.", default=0),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["ranking", "place"], name="itempriority_by_place")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("place__isnull", True), ("score_p50__isnull", True)),
                                models.Q(
                                    ("high__isnull", False),
                                    ("low__isnull", False),
                                    ("low__lte", models.F("high")),
                                    ("place__gte", 1),
                                    ("place__isnull", False),
                                    ("score_p10__isnull", False),
                                    ("score_p10__lte", models.F("score_p50")),
                                    ("score_p50__lte", models.F("score_p90")),
                                    ("score_p90__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="itempriority_in_order",
                            violation_error_message="A score and its places are in order.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Scenario",
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
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="scenarios",
                            to="tpm.product",
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "question",
                        models.CharField(
                            blank=True,
                            help_text="What it is to find out. Optional.",
                            max_length=300,
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
                        "shared",
                        models.BooleanField(
                            default=False,
                            help_text="Everybody who sees the product sees it; only you change it.",
                        ),
                    ),
                    ("revision", models.PositiveIntegerField(default=1, editable=False)),
                    ("applied_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ],
                options={
                    "ordering": ["-pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("product", "by", "name"),
                            name="scenario_name_once",
                            violation_error_message="You have a scenario with this name.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScenarioChange",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "scenario",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="changes",
                            to="roadmaps.scenario",
                        ),
                    ),
                    ("position", models.PositiveIntegerField()),
                    (
                        "asked",
                        models.JSONField(db_comment="The change, as the what-if API takes it."),
                    ),
                    (
                        "was",
                        models.JSONField(
                            db_comment="What the plan said when it was added: a conflict if it moved on.",
                            default=dict,
                        ),
                    ),
                ],
                options={
                    "ordering": ["position", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("scenario", "position"),
                            name="scenariochange_position_once",
                            violation_error_message="Two changes have the same place.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScenarioForecast",
                fields=[
                    (
                        "scenario",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="forecast",
                            serialize=False,
                            to="roadmaps.scenario",
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("as_of", models.DateField(null=True)),
                    ("plan_revision", models.PositiveBigIntegerField()),
                    ("scenario_revision", models.PositiveIntegerField()),
                    ("trials", models.PositiveIntegerField(default=0)),
                    (
                        "result",
                        models.JSONField(
                            db_comment="End, objectives, items and teams, each before and after.",
                            default=dict,
                        ),
                    ),
                    ("failure", models.CharField(blank=True, max_length=300)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("failure", ""), ("trials", 0), _connector="OR"),
                            name="scenarioforecast_result_or_failure",
                            violation_error_message="A scenario has dates, or the reason why it has none.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Sharing",
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
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="sharing",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "who",
                        models.CharField(
                            choices=[
                                ("off", "Nobody: sharing is off"),
                                ("lead", "Leads"),
                                ("planner", "Planners and leads"),
                            ],
                            default="off",
                            max_length=10,
                        ),
                    ),
                ],
                options={
                    "verbose_name_plural": "sharing",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("who__in", ["off", "lead", "planner"])),
                            name="sharing_who",
                            violation_error_message="Choose nobody, leads, or planners and leads.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShareLink",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="share_links",
                            to="tpm.product",
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "made_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("made_on", models.DateField(db_comment="The day from which its year counts.")),
                    (
                        "query",
                        models.CharField(
                            blank=True,
                            db_comment="Filter, lanes and zoom, as a query string.",
                            max_length=2000,
                        ),
                    ),
                    ("shows_timeline", models.BooleanField(default=False)),
                    ("shows_list", models.BooleanField(default=False)),
                    ("shows_objectives", models.BooleanField(default=False)),
                    ("shows_calendar", models.BooleanField(default=False)),
                    ("tells_dates", models.BooleanField(default=False)),
                    ("tells_effort", models.BooleanField(default=False)),
                    ("tells_owners", models.BooleanField(default=False)),
                    ("tells_teams", models.BooleanField(default=False)),
                    ("tells_targets", models.BooleanField(default=False)),
                    ("tells_debt", models.BooleanField(default=False)),
                    ("expires_on", models.DateField(db_comment="The last day on which it opens.")),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                    ("last_used_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "ordering": ["-made_at", "-pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("shows_timeline", True),
                                ("shows_list", True),
                                ("shows_objectives", True),
                                ("shows_calendar", True),
                                _connector="OR",
                            ),
                            name="sharelink_shows_something",
                            violation_error_message="Choose what the link shows.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("tells_dates", True),
                                models.Q(("shows_calendar", False), ("shows_timeline", False)),
                                _connector="OR",
                            ),
                            name="sharelink_dates",
                            violation_error_message="A timeline and a calendar are made of dates: tell them too.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("expires_on__gte", models.F("made_on"))),
                            name="sharelink_days_in_order",
                            violation_error_message="The last day of the link has passed already.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SavedView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="saved_views",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="saved_views",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("name", models.CharField(max_length=60)),
                    (
                        "page",
                        models.CharField(
                            choices=[
                                ("list", "List"),
                                ("timeline", "Timeline"),
                                ("board", "Board"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "query",
                        models.TextField(
                            blank=True, db_comment="Query string without ?.", max_length=2000
                        ),
                    ),
                    (
                        "shared",
                        models.BooleanField(
                            db_comment="Seen by all who see the product.", default=False
                        ),
                    ),
                    (
                        "created_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                ],
                options={
                    "ordering": ["name", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("product", "owner", "name"),
                            name="savedview_name_once",
                            violation_error_message="You have a view with this name.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DefaultView",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "product",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="tpm.product",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "page",
                        models.CharField(
                            choices=[
                                ("list", "List"),
                                ("timeline", "Timeline"),
                                ("board", "Board"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "view",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="defaults",
                            to="roadmaps.savedview",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("product", "person", "page"),
                            name="defaultview_once",
                            violation_error_message="A page opens with one view.",
                        )
                    ],
                },
            ),
        ),
        *append_only.operations(
            "roadmaps_actual",
            "roadmaps_baseline",
            "roadmaps_baselineitem",
            "roadmaps_checkevidence",
            "roadmaps_checkexception",
            "roadmaps_estimate",
            "roadmaps_forecastmoves",
            "roadmaps_forecastrun",
            "roadmaps_itemforecast",
            "roadmaps_itemmove",
            "roadmaps_learnedestimate",
            "roadmaps_learning",
            "roadmaps_objectiveforecast",
            "roadmaps_objectivehurts",
            "roadmaps_scopecomparison",
            "roadmaps_slipreason",
            "roadmaps_teamdrag",
        ),
    ]
