import json
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tpm import append_only
from tpm.create_models import CreateModels

PARAMETERS = Path(__file__).parent.parent / "score_model_1.json"


def add_model_1(apps, schema_editor):
    apps.get_model("debt", "ScoreModel").objects.create(
        number=1,
        parameters=json.loads(PARAMETERS.read_text()),
        note="Declared values; measured ones join as history is mined.",
    )


class Migration(migrations.Migration):
    """A new database in one step; one that is older takes the steps that this replaces."""

    initial = True

    replaces = [
        ("debt", "0001_initial"),
        ("debt", "0002_model_1_and_append_only"),
        ("debt", "0003_ledger_of_team_revision"),
        ("debt", "0004_sentences"),
    ]

    dependencies = [
        ("roadmaps", "0001_squashed_0005_planning"),
        ("tpm", "0001_squashed_0006_planning"),
        ("tradeoffs", "0001_squashed_0003_sentences"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="ScoreModel",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField(unique=True)),
                    (
                        "parameters",
                        models.JSONField(
                            db_comment="Every number that the formulas read, by name."
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=200)),
                    (
                        "created_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                ],
                options={
                    "ordering": ["-number"],
                },
            ),
            migrations.CreateModel(
                name="DebtItem",
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
                            related_name="debt_items",
                            to="tpm.product",
                        ),
                    ),
                    ("number", models.PositiveIntegerField(editable=False)),
                    ("key", models.CharField(editable=False, max_length=24, unique=True)),
                    ("title", models.CharField(max_length=200)),
                    ("description", models.TextField(blank=True, max_length=20000)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "Open"),
                                ("accepted", "Accepted"),
                                ("planned", "Planned"),
                                ("paid", "Paid"),
                                ("written_off", "Written off"),
                                ("not_debt", "Not debt"),
                            ],
                            default="open",
                            editable=False,
                            max_length=12,
                        ),
                    ),
                    (
                        "team",
                        models.ForeignKey(
                            blank=True,
                            help_text="The team that loses the time.",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="debt_items",
                            to="tpm.team",
                        ),
                    ),
                    (
                        "component",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="debt_items",
                            to="tpm.component",
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="debt_items",
                            to="tpm.person",
                        ),
                    ),
                    (
                        "reporter",
                        models.ForeignKey(
                            editable=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("tags", models.JSONField(blank=True, default=list)),
                    (
                        "size",
                        models.CharField(
                            blank=True,
                            db_comment="A size of the score model, where no days are typed.",
                            max_length=4,
                        ),
                    ),
                    (
                        "principal_p10_days",
                        models.FloatField(
                            blank=True,
                            db_comment="Person-days to fix; 1 in 10 takes less.",
                            null=True,
                        ),
                    ),
                    (
                        "principal_p50_days",
                        models.FloatField(
                            blank=True,
                            db_comment="Person-days to fix; as likely more as less.",
                            null=True,
                        ),
                    ),
                    (
                        "principal_p90_days",
                        models.FloatField(
                            blank=True,
                            db_comment="Person-days to fix; 1 in 10 takes more.",
                            null=True,
                        ),
                    ),
                    (
                        "slow_down",
                        models.CharField(
                            blank=True,
                            db_comment="How much longer a change takes: a word of the model.",
                            max_length=40,
                        ),
                    ),
                    (
                        "probability",
                        models.CharField(
                            blank=True,
                            db_comment="How often a touching change pays: a word of the model.",
                            max_length=20,
                        ),
                    ),
                    (
                        "contagion",
                        models.CharField(
                            blank=True,
                            db_comment="How it grows: a word of the model; empty: not said.",
                            max_length=10,
                        ),
                    ),
                    (
                        "risk_dimension",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("delivery", "Delivery"),
                                ("reliability", "Reliability"),
                                ("security", "Security"),
                                ("compliance", "Compliance"),
                                ("people", "People"),
                            ],
                            max_length=12,
                        ),
                    ),
                    (
                        "risk_level",
                        models.PositiveSmallIntegerField(
                            blank=True, db_comment="0 none to 4 severe.", null=True
                        ),
                    ),
                    (
                        "risk_probability",
                        models.FloatField(blank=True, db_comment="0 to 1.", null=True),
                    ),
                    (
                        "share_removed",
                        models.FloatField(
                            blank=True,
                            db_comment="Share of the interest that paying removes, 0 to 1.",
                            null=True,
                        ),
                    ),
                    (
                        "months_until_done",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            db_comment="Months from the start of the work until it helps.",
                            null=True,
                        ),
                    ),
                    ("hurts_since", models.DateField(help_text="The first day it cost time.")),
                    ("accepted_until", models.DateField(blank=True, null=True)),
                    ("accepted_trigger", models.CharField(blank=True, max_length=200)),
                    ("closed_on", models.DateField(blank=True, editable=False, null=True)),
                    (
                        "decision",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="tradeoffs.decision",
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            blank=True,
                            db_comment="The work that pays it.",
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="roadmaps.item",
                        ),
                    ),
                    (
                        "latest_score",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="debt.debtscore",
                        ),
                    ),
                ],
                options={
                    "ordering": ["product", "number"],
                    "indexes": [
                        models.Index(fields=["product", "state"], name="debtitem_by_state"),
                        models.Index(fields=["team", "state"], name="debtitem_by_team"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("product", "number"),
                            name="debtitem_number_once",
                            violation_error_message="This number is taken.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("principal_p10_days__isnull", True),
                                    ("principal_p50_days__isnull", True),
                                    ("principal_p90_days__isnull", True),
                                ),
                                models.Q(
                                    ("principal_p10_days__gt", 0),
                                    ("principal_p10_days__lte", models.F("principal_p50_days")),
                                    ("principal_p50_days__lte", models.F("principal_p90_days")),
                                ),
                                _connector="OR",
                            ),
                            name="debtitem_principal_in_order",
                            violation_error_message="Order the days to fix: low, likely, high, all above zero.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("risk_dimension", ""),
                                    ("risk_level__isnull", True),
                                    ("risk_probability__isnull", True),
                                ),
                                models.Q(
                                    (
                                        "risk_dimension__in",
                                        [
                                            "delivery",
                                            "reliability",
                                            "security",
                                            "compliance",
                                            "people",
                                        ],
                                    ),
                                    ("risk_level__range", (0, 4)),
                                    ("risk_probability__range", (0, 1)),
                                ),
                                _connector="OR",
                            ),
                            name="debtitem_risk_complete",
                            violation_error_message="A risk needs what it threatens, a level from 0 to 4 and a chance from 0 to 1.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("share_removed__isnull", True),
                                models.Q(("share_removed__gt", 0), ("share_removed__lte", 1)),
                                _connector="OR",
                            ),
                            name="debtitem_share_removed",
                            violation_error_message="Paying removes more than nothing and at most all of the interest.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("accepted_until__isnull", False),
                                models.Q(("accepted_trigger", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="debtitem_accepted_until",
                            violation_error_message="Accept debt until a date or until something happens.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("closed_on__isnull", True),
                                    ("state__in", ["open", "accepted", "planned"]),
                                ),
                                models.Q(
                                    ("closed_on__isnull", False),
                                    ("state__in", ["paid", "written_off", "not_debt"]),
                                ),
                                _connector="OR",
                            ),
                            name="debtitem_closed_on",
                            violation_error_message="Closed debt has a closing day, open debt has none.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("closed_on__isnull", True),
                                ("hurts_since__lte", models.F("closed_on")),
                                _connector="OR",
                            ),
                            name="debtitem_hurts_before_closed",
                            violation_error_message="It cannot have begun to hurt after it was closed.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Interest",
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
                            related_name="interests",
                            to="debt.debtitem",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("changes", "Slower changes"),
                                ("events", "Chores and incidents"),
                            ],
                            default="changes",
                            max_length=8,
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
                        "p10_days",
                        models.FloatField(
                            db_comment="Person-days a month; 1 in 10 months costs less."
                        ),
                    ),
                    (
                        "p50_days",
                        models.FloatField(
                            db_comment="Person-days a month; as likely more as less."
                        ),
                    ),
                    (
                        "p90_days",
                        models.FloatField(
                            db_comment="Person-days a month; 1 in 10 months costs more."
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=300)),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "indexes": [
                        models.Index(fields=["item", "kind", "-at"], name="interest_newest")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("p10_days__gt", 0),
                                ("p10_days__lte", models.F("p50_days")),
                                ("p50_days__lte", models.F("p90_days")),
                            ),
                            name="interest_in_order",
                            violation_error_message="Order the cost a month: low, likely, high, above zero.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["changes", "events"])),
                            name="interest_kind",
                            violation_error_message="Interest comes from slower changes, or from events.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Evidence",
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
                            related_name="evidence",
                            to="debt.debtitem",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("path", "File"), ("link", "Link"), ("note", "Note")],
                            max_length=6,
                        ),
                    ),
                    ("text", models.CharField(max_length=500)),
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
                    "verbose_name_plural": "evidence",
                    "ordering": ["at", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("item", "kind", "text"),
                            name="evidence_once",
                            violation_error_message="This evidence is here already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "link"), _negated=True),
                                ("text__startswith", "https://"),
                                ("text__startswith", "http://"),
                                _connector="OR",
                            ),
                            name="evidence_link",
                            violation_error_message="A link begins with https:// or http://.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DebtScore",
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
                            related_name="scores",
                            to="debt.debtitem",
                        ),
                    ),
                    (
                        "model",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="debt.scoremodel",
                        ),
                    ),
                    (
                        "at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("reason", models.CharField(max_length=60)),
                    ("inputs_hash", models.CharField(max_length=64)),
                    (
                        "inputs",
                        models.JSONField(
                            db_comment="Everything the score is computed from, with its tags."
                        ),
                    ),
                    (
                        "missing",
                        models.CharField(
                            blank=True,
                            db_comment="What must be known before it can be scored.",
                            max_length=12,
                        ),
                    ),
                    (
                        "verdict",
                        models.CharField(
                            choices=[
                                ("gain", "Net gain inside the horizon"),
                                ("no_gain", "No net gain inside the horizon"),
                                ("risk", "For risk, not for money"),
                                ("question", "One question each"),
                                ("frozen", "Frozen: leave it"),
                            ],
                            max_length=10,
                        ),
                    ),
                    (
                        "score",
                        models.FloatField(db_comment="0 to 100; the parts sum to it.", null=True),
                    ),
                    ("score_low", models.FloatField(null=True)),
                    ("score_high", models.FloatField(null=True)),
                    ("letter", models.CharField(blank=True, max_length=1)),
                    ("parts", models.JSONField(default=dict)),
                    (
                        "interest_days",
                        models.FloatField(db_comment="Person-days a month, mean.", null=True),
                    ),
                    ("interest_p10_days", models.FloatField(null=True)),
                    ("interest_p90_days", models.FloatField(null=True)),
                    (
                        "principal_days",
                        models.FloatField(db_comment="Person-days, mean.", null=True),
                    ),
                    ("principal_sd_days", models.FloatField(null=True)),
                    ("payback_months", models.FloatField(null=True)),
                    (
                        "discounted_payback_months",
                        models.PositiveIntegerField(
                            db_comment="Empty where the discounted savings never reach the principal.",
                            null=True,
                        ),
                    ),
                    ("payback_p10_months", models.FloatField(null=True)),
                    ("payback_p90_months", models.FloatField(null=True)),
                    (
                        "npv_days",
                        models.FloatField(
                            db_comment="Days gained by the horizon less the cost.", null=True
                        ),
                    ),
                    (
                        "npv_quarter_days",
                        models.FloatField(db_comment="The same, begun a quarter later.", null=True),
                    ),
                    (
                        "npv_per_day",
                        models.FloatField(db_comment="Net gain per day of principal.", null=True),
                    ),
                    (
                        "chance",
                        models.FloatField(
                            db_comment="That it pays back inside the horizon.", null=True
                        ),
                    ),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "indexes": [models.Index(fields=["item", "-at"], name="debtscore_newest")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("score__isnull", True),
                                models.Q(("score__gte", 0), ("score__lte", 100)),
                                _connector="OR",
                            ),
                            name="debtscore_bounds",
                            violation_error_message="A score lies from 0 to 100.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("score__isnull", False),
                                models.Q(("missing", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="debtscore_says_what_is_missing",
                            violation_error_message="Without a score, say what is missing.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="TeamLedger",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "team",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="debt_ledger",
                            to="tpm.team",
                        ),
                    ),
                    ("revision", models.PositiveBigIntegerField(default=1)),
                    ("computed_revision", models.PositiveBigIntegerField(default=0)),
                    ("computed_team_revision", models.PositiveBigIntegerField(default=0)),
                    ("computed_at", models.DateTimeField(null=True)),
                    (
                        "capacity_days",
                        models.FloatField(
                            db_comment="Person-days a month when computed.", null=True
                        ),
                    ),
                    (
                        "drag_mean",
                        models.FloatField(
                            db_comment="Share of capacity, 0 to below 0.9.", null=True
                        ),
                    ),
                    ("drag_p10", models.FloatField(null=True)),
                    ("drag_p50", models.FloatField(null=True)),
                    ("drag_p90", models.FloatField(null=True)),
                    ("drag_uncapped", models.FloatField(null=True)),
                    ("capped", models.BooleanField(default=False)),
                    (
                        "shares",
                        models.JSONField(
                            db_comment="Debt item to [share of capacity after the cap, share alone, product].",
                            default=dict,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("drag_mean__isnull", True),
                                models.Q(("drag_mean__gte", 0), ("drag_mean__lt", 0.9)),
                                _connector="OR",
                            ),
                            name="teamledger_drag_below_nine_tenths",
                            violation_error_message="Drag stays below 90 %%.",
                        )
                    ],
                },
            ),
        ),
        migrations.RunPython(add_model_1, migrations.RunPython.noop),
        *append_only.operations(
            "debt_debtscore",
            "debt_interest",
            "debt_scoremodel",
        ),
    ]
