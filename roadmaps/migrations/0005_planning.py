import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import roadmaps.models.checks
from tpm import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0004_sentences"),
        ("tpm", "0006_planning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "due_because",
                    models.CharField(
                        blank=True,
                        choices=[("legal", "required by law"), ("agreed", "agreed")],
                        max_length=6,
                    ),
                ),
                ("dropped_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "checks",
                "ordering": ["number"],
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
                    "valid_until",
                    models.DateField(
                        blank=True,
                        db_comment="The last day on which it counts; empty: for good.",
                        null=True,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "check evidence",
                "ordering": ["at", "pk"],
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
                ("until", models.DateField(db_comment="The last day on which it counts.")),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["-at", "-pk"],
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
            ],
            options={
                "ordering": ["kind", "sentence", "pk"],
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
                    "page",
                    models.CharField(
                        choices=[("list", "List"), ("timeline", "Timeline"), ("board", "Board")],
                        max_length=10,
                    ),
                ),
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
                    models.FloatField(db_comment="Share of draws in which it is first.", null=True),
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
                    "rows",
                    models.JSONField(
                        db_comment="kind (item, link, team), id, pred, rise of the chance; the most first.",
                        default=list,
                    ),
                ),
            ],
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
                    models.FloatField(blank=True, db_comment="As likely more as less.", null=True),
                ),
                ("p90", models.FloatField(blank=True, db_comment="1 in 10 it is more.", null=True)),
            ],
            options={
                "ordering": ["pk"],
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "revision",
                    models.PositiveBigIntegerField(db_comment="Of the formula that it read."),
                ),
                (
                    "plan_revision",
                    models.PositiveBigIntegerField(db_comment="Of the plan that it read."),
                ),
                ("draws", models.PositiveIntegerField(default=0)),
                ("seed", models.PositiveBigIntegerField(default=0)),
                ("ranked", models.PositiveIntegerField(default=0)),
                ("unranked", models.PositiveIntegerField(default=0)),
                (
                    "objectives",
                    models.JSONField(
                        db_comment="Objective -> lost, week, their errors, beyond.", default=dict
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=300)),
            ],
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
                ("name", models.CharField(max_length=60)),
                (
                    "page",
                    models.CharField(
                        choices=[("list", "List"), ("timeline", "Timeline"), ("board", "Board")],
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
                ("name", models.CharField(max_length=80)),
                (
                    "question",
                    models.CharField(
                        blank=True, help_text="What it is to find out. Optional.", max_length=300
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
                ("position", models.PositiveIntegerField()),
                ("asked", models.JSONField(db_comment="The change, as the what-if API takes it.")),
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "causes",
                    models.JSONField(
                        db_comment="In the order applied: name, changed, tenths of person-days per item, days of the plan and of each objective."
                    ),
                ),
                (
                    "totals",
                    models.JSONField(db_comment="Both ends, and the whole that the causes sum to."),
                ),
            ],
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
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["-at", "-pk"],
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
                ("p90", models.FloatField(blank=True, db_comment="1 in 10 it is more.", null=True)),
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
            },
        ),
        migrations.AddField(
            model_name="baseline",
            name="said",
            field=models.CharField(
                blank=True,
                db_comment="What the page stated before it was committed.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="baselineitem",
            name="stretch",
            field=models.BooleanField(
                db_comment="Hoped for: neither in the chance nor asked about when it slips.",
                default=False,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="helps",
            field=models.BooleanField(
                default=False,
                help_text="The objective can be met without it: it does not count into the chance.",
                verbose_name="only helps",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="team_days",
            field=models.FloatField(
                blank=True,
                db_comment="Person-days of its first team, where it needs several; null otherwise.",
                editable=False,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="actual",
            name="person_days",
            field=models.FloatField(
                blank=True,
                db_comment="Person-days; empty where what stood before is taken back.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="actual",
            name="source",
            field=models.CharField(
                choices=[
                    ("typed", "Typed"),
                    ("imported", "Imported"),
                    ("derived", "Derived from the days in progress"),
                    ("taken_back", "Taken back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="baseline",
            name="chance",
            field=models.FloatField(
                blank=True,
                db_comment="Share of trials in which all of it but stretch items lands by its targets.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="forecastrun",
            name="reason",
            field=models.CharField(
                choices=[
                    ("change", "The plan changed"),
                    ("nightly", "Nightly"),
                    ("asked", "Somebody asked"),
                    ("replanned", "Start order planned anew"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["product", "rank", "id"], name="item_by_rank"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("state__in", ["idea", "planned", "in_progress"])),
                fields=["product", "rank", "id"],
                name="item_open_by_rank",
            ),
        ),
        migrations.AddConstraint(
            model_name="actual",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("team_days__isnull", True), ("team_days__gt", 0), _connector="OR"
                ),
                name="item_team_days",
                violation_error_message="A team's part of an item is more than 0 days.",
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="checks",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="checks",
                to="tpm.person",
            ),
        ),
        migrations.AddField(
            model_name="checkevidence",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checkevidence",
            name="of",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="roadmaps.check",
            ),
        ),
        migrations.AddField(
            model_name="checkevidence",
            name="withdraws",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="withdrawals",
                to="roadmaps.checkevidence",
            ),
        ),
        migrations.AddField(
            model_name="checkexception",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="checkexception",
            name="of",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="exceptions",
                to="roadmaps.check",
            ),
        ),
        migrations.AddField(
            model_name="checktemplate",
            name="components",
            field=models.ManyToManyField(
                blank=True,
                help_text="Items that touch one of these; none: every item.",
                to="tpm.component",
            ),
        ),
        migrations.AddField(
            model_name="checktemplate",
            name="product",
            field=models.ForeignKey(
                blank=True,
                db_comment="Empty: of the workspace, offered in every product.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="check_templates",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="template",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="checks",
                to="roadmaps.checktemplate",
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.product"
            ),
        ),
        migrations.AddField(
            model_name="itemteam",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="further_teams",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="itemteam",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.team"
            ),
        ),
        migrations.AddField(
            model_name="objectivehurts",
            name="objective",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hurts",
                to="roadmaps.objective",
            ),
        ),
        migrations.AddField(
            model_name="objectivehurts",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hurts",
                to="roadmaps.forecastrun",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityformula",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["", "rice", "wsjf", "own"])),
                name="priorityformula_method",
                violation_error_message="Choose RICE, WSJF or your own formula.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityformula",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unit", "points"),
                    models.Q(("unit", "money"), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="priorityformula_money_has_a_currency",
                violation_error_message="Say which money, such as EUR.",
            ),
        ),
        migrations.AddField(
            model_name="priorityinput",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="priority_inputs",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="priorityranking",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="roadmaps.forecastrun",
            ),
        ),
        migrations.AddField(
            model_name="itempriority",
            name="ranking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="roadmaps.priorityranking",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="view",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="defaults",
                to="roadmaps.savedview",
            ),
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
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
        ),
        migrations.AddField(
            model_name="scenario",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="scenario",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scenarios",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="scenariochange",
            name="scenario",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="roadmaps.scenario",
            ),
        ),
        migrations.AddField(
            model_name="scopecomparison",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="roadmaps.forecastrun",
            ),
        ),
        migrations.AddField(
            model_name="scopecomparison",
            name="since",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="roadmaps.forecastrun",
            ),
        ),
        migrations.AddField(
            model_name="sharelink",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sharelink",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="share_links",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="sharing",
            name="product",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sharing",
                to="tpm.product",
            ),
        ),
        migrations.AddConstraint(
            model_name="slippolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("working_days__gte", 1), ("working_days__lte", 250)),
                name="slippolicy_days",
                violation_error_message="Ask from 1 to 250 working days on.",
            ),
        ),
        migrations.AddField(
            model_name="slipreason",
            name="baseline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slip_reasons",
                to="roadmaps.baseline",
            ),
        ),
        migrations.AddField(
            model_name="slipreason",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="slipreason",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slip_reasons",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="slipreason",
            name="objective",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slip_reasons",
                to="roadmaps.objective",
            ),
        ),
        migrations.AddField(
            model_name="slipreason",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slip_reasons",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="valuecurve",
            name="item",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="value_curve",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="valuecurve",
            name="objective",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="value_curve",
                to="roadmaps.objective",
            ),
        ),
        migrations.AddField(
            model_name="valuecurve",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="value_curves",
                to="tpm.product",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkevidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdraws__isnull", False)),
                fields=("withdraws",),
                name="checkevidence_withdrawn_once",
                violation_error_message="This was withdrawn already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "withdrawal"), ("withdraws__isnull", False)),
                    models.Q(
                        models.Q(("kind", "withdrawal"), _negated=True), ("withdraws__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="checkevidence_withdraws_something",
                violation_error_message="A withdrawal names what it takes back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "link"), _negated=True),
                    ("text__startswith", "https://"),
                    ("text__startswith", "http://"),
                    _connector="OR",
                ),
                name="checkevidence_link",
                violation_error_message="A link begins with https:// or http://.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "file"), models.Q(("file", ""), _negated=True)),
                    models.Q(models.Q(("kind", "file"), _negated=True), ("file", "")),
                    _connector="OR",
                ),
                name="checkevidence_file",
                violation_error_message="Evidence of the kind file has a file.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkevidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="checkevidence_says_something",
                violation_error_message="Say what shows it: a link, a file or a sentence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="checkexception_has_a_reason",
                violation_error_message="Say why it may wait.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checktemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("product__isnull", False), ("retired_at__isnull", True)),
                fields=("product", "sentence"),
                name="checktemplate_once_per_product",
                violation_error_message="This product has a template with this sentence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checktemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("product__isnull", True), ("retired_at__isnull", True)),
                fields=("sentence",),
                name="checktemplate_once_per_workspace",
                violation_error_message="The workspace has a template with this sentence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checktemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["performance", "scalability", "security", "compliance", "quality"],
                    )
                ),
                name="checktemplate_kind",
                violation_error_message="Choose one of the kinds.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checktemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("sentence", ""), _negated=True),
                name="checktemplate_says_something",
                violation_error_message="Say in one sentence what must hold.",
            ),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(
                condition=models.Q(("dropped_at__isnull", True)),
                fields=["due_on"],
                name="check_by_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                fields=("item", "number"),
                name="check_number_once",
                violation_error_message="This number is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at__isnull", True), ("template__isnull", False)),
                fields=("item", "template"),
                name="check_template_once",
                violation_error_message="The item has this check already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["performance", "scalability", "security", "compliance", "quality"],
                    )
                ),
                name="check_kind",
                violation_error_message="Choose one of the kinds.",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("sentence", ""), _negated=True),
                name="check_says_something",
                violation_error_message="Say in one sentence what must hold.",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_because", ""), ("due_on__isnull", True)),
                    models.Q(("due_because__in", ["legal", "agreed"]), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="check_date_with_its_reason",
                violation_error_message="A date is required by law or agreed; without one it is neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemteam",
            constraint=models.UniqueConstraint(
                fields=("item", "team"),
                name="itemteam_once",
                violation_error_message="An item names a team once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemteam",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gt", 0)),
                name="itemteam_days",
                violation_error_message="A team's part of an item is more than 0 days.",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemteam",
            constraint=models.CheckConstraint(
                condition=models.Q(("crew__gte", 1)),
                name="itemteam_crew",
                violation_error_message="At least one person of each team works on an item.",
            ),
        ),
        migrations.AddConstraint(
            model_name="objectivehurts",
            constraint=models.UniqueConstraint(
                fields=("run", "objective"),
                name="objectivehurts_once",
                violation_error_message="A run says once what hurts an objective.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityinput",
            constraint=models.UniqueConstraint(
                fields=("item", "name"),
                name="priorityinput_once",
                violation_error_message="An item has one value of an input.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priorityinput",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("p10__isnull", True), ("p50__isnull", True), ("p90__isnull", True)),
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
        ),
        migrations.AddIndex(
            model_name="itempriority",
            index=models.Index(fields=["ranking", "place"], name="itempriority_by_place"),
        ),
        migrations.AddConstraint(
            model_name="itempriority",
            constraint=models.CheckConstraint(
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
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("product", "owner", "name"),
                name="savedview_name_once",
                violation_error_message="You have a view with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=models.UniqueConstraint(
                fields=("product", "person", "page"),
                name="defaultview_once",
                violation_error_message="A page opens with one view.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenarioforecast",
            constraint=models.CheckConstraint(
                condition=models.Q(("failure", ""), ("trials", 0), _connector="OR"),
                name="scenarioforecast_result_or_failure",
                violation_error_message="A scenario has dates, or the reason why it has none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenario",
            constraint=models.UniqueConstraint(
                fields=("product", "by", "name"),
                name="scenario_name_once",
                violation_error_message="You have a scenario with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scenariochange",
            constraint=models.UniqueConstraint(
                fields=("scenario", "position"),
                name="scenariochange_position_once",
                violation_error_message="Two changes have the same place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scopecomparison",
            constraint=models.UniqueConstraint(
                fields=("run", "since"),
                name="scopecomparison_once",
                violation_error_message="Two moments are compared once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tells_dates", True),
                    models.Q(("shows_calendar", False), ("shows_timeline", False)),
                    _connector="OR",
                ),
                name="sharelink_dates",
                violation_error_message="A timeline and a calendar are made of dates: tell them too.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gte", models.F("made_on"))),
                name="sharelink_days_in_order",
                violation_error_message="The last day of the link has passed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharing",
            constraint=models.CheckConstraint(
                condition=models.Q(("who__in", ["off", "lead", "planner"])),
                name="sharing_who",
                violation_error_message="Choose nobody, leads, or planners and leads.",
            ),
        ),
        migrations.AddIndex(
            model_name="slipreason",
            index=models.Index(fields=["product", "-at", "-id"], name="slipreason_newest"),
        ),
        migrations.AddConstraint(
            model_name="slipreason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("decision_key", ""), _negated=True),
                    _connector="OR",
                ),
                name="slipreason_says_why",
                violation_error_message="Choose a reason, or name the decision behind it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipreason",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("item__isnull", True), ("objective__isnull", True), _connector="OR"
                ),
                name="slipreason_of_one",
                violation_error_message="A slip is that of an item, an objective or the plan.",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuecurve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item__isnull", False), ("objective__isnull", True)),
                    models.Q(("item__isnull", True), ("objective__isnull", False)),
                    _connector="OR",
                ),
                name="valuecurve_of_one_thing",
                violation_error_message="A value curve is of an item or of an objective.",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuecurve",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="valuecurve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "step"), _negated=True),
                    ("day__isnull", False),
                    _connector="OR",
                ),
                name="valuecurve_step_has_a_day",
                violation_error_message="Say the day of the deadline.",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuecurve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "decay"), _negated=True),
                    models.Q(("half_life_weeks__gt", 0), ("half_life_weeks__isnull", False)),
                    _connector="OR",
                ),
                name="valuecurve_decay_has_a_half_life",
                violation_error_message="Say in how many weeks half of it is lost.",
            ),
        ),
        *append_only.operations(
            "roadmaps_actual",
            "roadmaps_baseline",
            "roadmaps_baselineitem",
            "roadmaps_checkevidence",
            "roadmaps_checkexception",
            "roadmaps_forecastrun",
            "roadmaps_objectivehurts",
            "roadmaps_scopecomparison",
            "roadmaps_slipreason",
        ),
    ]
