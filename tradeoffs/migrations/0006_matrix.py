import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tradeoffs.freezing import Freeze, Unfreeze

MOVES = {
    "draft": ("in_review",),
    "in_review": ("draft", "accepted", "rejected"),
    "accepted": ("superseded", "deprecated"),
    "rejected": ("draft",),
    "deprecated": ("superseded",),
}


class Migration(migrations.Migration):
    dependencies = [
        ("tradeoffs", "0005_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Unfreeze(),
        migrations.CreateModel(
            name="Drift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "leader",
                    models.CharField(db_comment="Who leads with today's numbers.", max_length=120),
                ),
                ("leader_then", models.CharField(max_length=120)),
                (
                    "first",
                    models.FloatField(
                        db_comment="Share of draws in which the leader of then is first now."
                    ),
                ),
                ("first_then", models.FloatField()),
                (
                    "moved",
                    models.JSONField(db_comment="Cells: name, then, now, as text.", default=list),
                ),
            ],
            options={
                "ordering": ["-found_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Robustness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "frozen",
                    models.BooleanField(
                        db_comment="As it was accepted; the other row of a decision is the newest.",
                        default=False,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(db_comment="Of the decision that was looked at."),
                ),
                ("at", models.DateTimeField()),
                ("seed", models.BigIntegerField()),
                ("draws", models.PositiveIntegerField()),
                (
                    "kappa",
                    models.FloatField(
                        db_comment="How firmly the weights are meant: Dirichlet(kappa w)."
                    ),
                ),
                ("inputs", models.JSONField(db_comment="All that the numbers follow from.")),
                ("inputs_hash", models.CharField(max_length=64)),
                ("result", models.JSONField()),
            ],
            options={
                "verbose_name_plural": "robustness",
                "ordering": ["decision", "frozen"],
            },
        ),
        migrations.CreateModel(
            name="Weighting",
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
                    "method",
                    models.CharField(
                        choices=[
                            ("swing", "Swing"),
                            ("rank", "Rank order"),
                            ("direct", "Points"),
                            ("ahp", "In pairs"),
                        ],
                        default="swing",
                        max_length=6,
                    ),
                ),
                (
                    "said",
                    models.JSONField(
                        db_comment="By id of the criterion: points or places; for AHP ratios by id:id of a pair.",
                        default=dict,
                    ),
                ),
                (
                    "edition",
                    models.CharField(
                        blank=True,
                        db_comment="Random index of a consistency ratio: saaty2005 ...",
                        max_length=12,
                    ),
                ),
                (
                    "ratio",
                    models.FloatField(
                        blank=True,
                        db_comment="Consistency ratio of judgements in pairs.",
                        null=True,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="criterion",
            name="group",
            field=models.CharField(
                blank=True,
                help_text="The quality it belongs to, such as Reliability.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="horizon",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[(3, "3 months"), (24, "24 months")],
                help_text="For costs: over which time. Empty: over any.",
                null=True,
                verbose_name="counts over",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="points",
            field=models.JSONField(
                blank=True,
                help_text="Pairs of a raw value and its worth from 0 to 1, in place of a straight line.",
                null=True,
                verbose_name="value points",
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="evidence",
            field=models.URLField(
                blank=True, help_text="A benchmark, an incident, an estimate.", max_length=500
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="evidence_on",
            field=models.DateField(blank=True, null=True, verbose_name="evidence of"),
        ),
        migrations.AddField(
            model_name="score",
            name="figure_id",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="score",
            name="figure_kind",
            field=models.CharField(blank=True, db_comment="... and which number.", max_length=40),
        ),
        migrations.AddField(
            model_name="score",
            name="figure_type",
            field=models.CharField(
                blank=True,
                db_comment="Bound to a published number: of which record ...",
                max_length=100,
            ),
        ),
        migrations.AddField(
            model_name="score",
            name="read_at",
            field=models.DateTimeField(
                blank=True, db_comment="As of when the bound number was taken.", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("horizon__isnull", True), ("horizon__in", [3, 24]), _connector="OR"
                ),
                name="criterion_horizon",
                violation_error_message="A criterion counts over 3 months, 24 months or any time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("figure_id__isnull", True), ("figure_kind", ""), ("figure_type", "")),
                    models.Q(
                        models.Q(("figure_type", ""), _negated=True),
                        ("figure_id__isnull", False),
                        models.Q(("figure_kind", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="score_bound_whole",
                violation_error_message="A bound cell says which number of which record.",
            ),
        ),
        migrations.AddField(
            model_name="drift",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="drifts",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="robustness",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="runs",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="weighting",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="weighting",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="weighting",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="drift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("decision",),
                name="drift_open_once",
                violation_error_message="This drift is noted already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="robustness",
            constraint=models.UniqueConstraint(
                fields=("decision", "frozen"),
                name="robustness_newest_and_frozen",
                violation_error_message="A decision has one newest run and one frozen one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="robustness",
            constraint=models.CheckConstraint(
                condition=models.Q(("draws__gte", 1), ("kappa__gt", 0), ("seed__gte", 0)),
                name="robustness_was_drawn",
                violation_error_message="A run has draws, a seed and a kappa above 0.",
            ),
        ),
        migrations.AddConstraint(
            model_name="weighting",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["swing", "rank", "direct", "ahp"])),
                name="weighting_method",
                violation_error_message="Weigh by swing, rank order, points or in pairs.",
            ),
        ),
        Freeze(MOVES),
    ]
