import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tpm import append_only
from tradeoffs.freezing_follow import FreezePredictions


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0005_planning"),
        ("tpm", "0006_planning"),
        ("tradeoffs", "0008_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RevisitTrigger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("figure_type", models.CharField(blank=True, editable=False, max_length=60)),
                (
                    "figure_id",
                    models.PositiveBigIntegerField(blank=True, editable=False, null=True),
                ),
                ("figure_kind", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "comparison",
                    models.CharField(
                        blank=True,
                        choices=[("at_least", "at least"), ("at_most", "at most")],
                        max_length=8,
                    ),
                ),
                (
                    "limit",
                    models.FloatField(
                        blank=True,
                        db_comment="In the unit in which the bound number is shown.",
                        null=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("date", "On a day"),
                            ("figure", "A number crosses a limit"),
                            ("slip", "An item slips"),
                            ("end_of_life", "A component reaches its end of life"),
                            ("neighbour", "Another decision is superseded"),
                            ("assumption", "An assumption proves false"),
                        ],
                        max_length=11,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="assumption")),
                ("on_date", models.DateField(blank=True, null=True)),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        blank=True, db_comment="Slips by more than this many weeks.", null=True
                    ),
                ),
                (
                    "base_day",
                    models.PositiveIntegerField(
                        blank=True,
                        db_comment="P85 that slips count from, an ordinal.",
                        editable=False,
                        null=True,
                    ),
                ),
                ("false_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("false_why", models.CharField(blank=True, editable=False, max_length=1000)),
                (
                    "quiet_until",
                    models.DateField(
                        blank=True,
                        db_comment="Reaffirmed: does not fire before.",
                        editable=False,
                        null=True,
                    ),
                ),
                (
                    "armed",
                    models.BooleanField(
                        db_comment="Whether it can fire; not while answered as it is.",
                        default=True,
                        editable=False,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "component",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tpm.component",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="triggers",
                        to="tradeoffs.decision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.item",
                    ),
                ),
                (
                    "neighbour",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tradeoffs.decision",
                    ),
                ),
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
            ],
            options={
                "ordering": ["decision", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Firing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fired_at", models.DateTimeField()),
                ("says", models.CharField(max_length=300)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reaffirmed", "Reaffirmed"),
                            ("revised", "Revised"),
                            ("superseded", "Superseded"),
                            ("deprecated", "Deprecated"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=1000)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        db_comment="A draft that is to replace the decision.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tradeoffs.decision",
                    ),
                ),
                (
                    "trigger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="firings",
                        to="tradeoffs.revisittrigger",
                    ),
                ),
            ],
            options={
                "ordering": ["-fired_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Consequence",
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
                        choices=[("good", "Good"), ("bad", "Bad"), ("neutral", "Neutral")],
                        default="bad",
                        max_length=7,
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="what follows")),
                (
                    "quality",
                    models.CharField(
                        blank=True,
                        help_text="Such as Reliability or Cost.",
                        max_length=80,
                        verbose_name="quality touched",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        default="medium",
                        max_length=6,
                        verbose_name="how much it matters",
                    ),
                ),
                (
                    "found_later",
                    models.BooleanField(
                        db_comment="Written down after the decision had closed.",
                        default=False,
                        editable=False,
                    ),
                ),
                (
                    "handled_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("debt", "Became debt"),
                            ("item", "Became an item"),
                            ("decision", "Became a decision"),
                            ("accepted", "Accepted without mitigation"),
                        ],
                        editable=False,
                        max_length=8,
                    ),
                ),
                (
                    "handled_key",
                    models.CharField(
                        blank=True,
                        db_comment="Key of what it became.",
                        editable=False,
                        max_length=24,
                    ),
                ),
                ("handled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("accepted_why", models.CharField(blank=True, editable=False, max_length=1000)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tpm.person",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="tradeoffs.decision",
                    ),
                ),
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
            ],
            options={
                "ordering": ["decision", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="consequence_says_what",
                        violation_error_message="Say what follows: one sentence.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["good", "bad", "neutral"]),
                            ("severity__in", ["low", "medium", "high"]),
                        ),
                        name="consequence_kind",
                        violation_error_message="A consequence is good, bad or neutral, and matters a little, somewhat or much.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("handled_as", ""),
                                ("handled_at__isnull", True),
                                ("handled_key", ""),
                            ),
                            models.Q(
                                models.Q(("handled_key", ""), _negated=True),
                                ("handled_as__in", ["debt", "item", "decision"]),
                                ("handled_at__isnull", False),
                                ("kind", "bad"),
                            ),
                            models.Q(
                                ("handled_as", "accepted"),
                                ("handled_at__isnull", False),
                                ("handled_key", ""),
                                ("kind", "bad"),
                            ),
                            _connector="OR",
                        ),
                        name="consequence_handled_whole",
                        violation_error_message="A bad consequence is handled by naming what it became, or who accepts it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("accepted_why", ""), _negated=True),
                                ("accepted_by__isnull", False),
                                ("handled_as", "accepted"),
                            ),
                            models.Q(
                                models.Q(("handled_as", "accepted"), _negated=True),
                                ("accepted_by__isnull", True),
                                ("accepted_why", ""),
                            ),
                            _connector="OR",
                        ),
                        name="consequence_accepted_says_who",
                        violation_error_message="Name who accepts it, and why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("happened", models.TextField(max_length=5000)),
                (
                    "again",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("unclear", "Unclear")], max_length=7
                    ),
                ),
                ("learned", models.TextField(blank=True, max_length=5000)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="look_backs",
                        to="tradeoffs.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("happened", ""), _negated=True),
                        name="lookback_says_what",
                        violation_error_message="Say what happened: one sentence is enough.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("again__in", ["yes", "no", "unclear"])),
                        name="lookback_again",
                        violation_error_message="Say whether you would choose the same again.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Prediction",
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
                ("figure_type", models.CharField(blank=True, editable=False, max_length=60)),
                (
                    "figure_id",
                    models.PositiveBigIntegerField(blank=True, editable=False, null=True),
                ),
                ("figure_kind", models.CharField(blank=True, editable=False, max_length=40)),
                (
                    "comparison",
                    models.CharField(
                        blank=True,
                        choices=[("at_least", "at least"), ("at_most", "at most")],
                        max_length=8,
                    ),
                ),
                (
                    "limit",
                    models.FloatField(
                        blank=True,
                        db_comment="In the unit in which the bound number is shown.",
                        null=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("chance", "Yes or no"), ("number", "A number")],
                        editable=False,
                        max_length=6,
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="what will be so")),
                (
                    "quality",
                    models.CharField(blank=True, max_length=80, verbose_name="quality touched"),
                ),
                ("due_on", models.DateField(verbose_name="checked on")),
                ("chance", models.FloatField(blank=True, db_comment="Of yes, 0 to 1.", null=True)),
                (
                    "p10",
                    models.FloatField(
                        blank=True, db_comment="In `unit`; 1 in 10 is lower.", null=True
                    ),
                ),
                (
                    "p50",
                    models.FloatField(
                        blank=True, db_comment="In `unit`; as likely higher as lower.", null=True
                    ),
                ),
                (
                    "p90",
                    models.FloatField(
                        blank=True, db_comment="In `unit`; 1 in 10 is higher.", null=True
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20)),
                (
                    "outcome",
                    models.FloatField(
                        blank=True,
                        db_comment="1 yes, 0 no, or the number.",
                        editable=False,
                        null=True,
                    ),
                ),
                ("outcome_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("outcome_note", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="predictions",
                        to="tradeoffs.decision",
                    ),
                ),
                (
                    "outcome_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="Empty where the published number said so itself.",
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["decision", "due_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome__isnull", True)),
                        fields=["due_on"],
                        name="prediction_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="prediction_says_what",
                        violation_error_message="Say what will be so: one sentence that can be checked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("chance__gte", 0),
                                ("chance__lte", 1),
                                ("kind", "chance"),
                                ("p10__isnull", True),
                                ("p50__isnull", True),
                                ("p90__isnull", True),
                            ),
                            models.Q(
                                ("chance__isnull", True),
                                ("kind", "number"),
                                ("p10__isnull", False),
                                ("p10__lte", models.F("p50")),
                                ("p50__lte", models.F("p90")),
                                ("p90__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="prediction_is_whole",
                        violation_error_message="Give a chance from 0 to 100 %%, or a range in order: low, likely, high.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__isnull", True), ("outcome_at__isnull", True)),
                            models.Q(("outcome__isnull", False), ("outcome_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="prediction_outcome_dated",
                        violation_error_message="An outcome has its day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "chance"), _negated=True),
                            ("outcome__isnull", True),
                            ("outcome__in", [0, 1]),
                            _connector="OR",
                        ),
                        name="prediction_yes_or_no",
                        violation_error_message="It came true or it did not.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("figure_id__isnull", True),
                                ("figure_kind", ""),
                                ("figure_type", ""),
                            ),
                            models.Q(
                                models.Q(("figure_type", ""), _negated=True),
                                ("figure_id__isnull", False),
                                models.Q(("figure_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="prediction_bound_whole",
                        violation_error_message="A bound prediction says which number of which record.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="revisittrigger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "date"), ("on_date__isnull", False)),
                    models.Q(
                        models.Q(("figure_kind", ""), _negated=True),
                        models.Q(("comparison", ""), _negated=True),
                        ("kind", "figure"),
                        ("limit__isnull", False),
                    ),
                    models.Q(("item__isnull", False), ("kind", "slip"), ("weeks__isnull", False)),
                    models.Q(
                        ("component__isnull", False),
                        ("kind", "end_of_life"),
                        ("on_date__isnull", False),
                    ),
                    models.Q(("kind", "neighbour"), ("neighbour__isnull", False)),
                    models.Q(models.Q(("text", ""), _negated=True), ("kind", "assumption")),
                    _connector="OR",
                ),
                name="trigger_is_whole",
                violation_error_message="Say what the trigger waits for: a day, a number and its limit, an item and weeks, a component and its last day, a decision or an assumption.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revisittrigger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("neighbour__isnull", True),
                    models.Q(("neighbour", models.F("decision")), _negated=True),
                    _connector="OR",
                ),
                name="trigger_on_another",
                violation_error_message="A decision does not wait for itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revisittrigger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("false_since__isnull", True),
                    models.Q(models.Q(("false_why", ""), _negated=True), ("kind", "assumption")),
                    _connector="OR",
                ),
                name="trigger_false_says_why",
                violation_error_message="Say how you know that the assumption is false.",
            ),
        ),
        migrations.AddConstraint(
            model_name="firing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("trigger",),
                name="firing_open_once",
                violation_error_message="This trigger waits for an answer already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="firing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("why", ""), _negated=True),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="firing_answer_says_why",
                violation_error_message="Say why: one sentence is enough.",
            ),
        ),
        *append_only.operations("tradeoffs_lookback"),
        FreezePredictions(),
    ]
