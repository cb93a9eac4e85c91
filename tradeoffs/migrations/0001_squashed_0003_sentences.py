import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tpm import append_only
from tpm.create_models import CreateModels
from tradeoffs.freezing import Freeze

MOVES = {
    "draft": ("in_review",),
    "in_review": ("draft", "accepted", "rejected"),
    "accepted": ("superseded", "deprecated"),
    "rejected": ("draft",),
    "deprecated": ("superseded",),
}


class Migration(migrations.Migration):
    """A new database in one step; one that is older takes the steps that this replaces."""

    initial = True

    replaces = [
        ("tradeoffs", "0001_initial"),
        ("tradeoffs", "0002_append_only"),
        ("tradeoffs", "0003_sentences"),
    ]

    dependencies = [
        ("roadmaps", "0001_squashed_0005_planning"),
        ("tpm", "0001_squashed_0006_planning"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Decision",
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
                            related_name="decisions",
                            to="tpm.product",
                        ),
                    ),
                    ("number", models.PositiveIntegerField(editable=False)),
                    ("key", models.CharField(editable=False, max_length=24, unique=True)),
                    ("title", models.CharField(max_length=200, verbose_name="question")),
                    (
                        "situation",
                        models.CharField(
                            blank=True,
                            help_text="In the context of …, in a few words.",
                            max_length=200,
                        ),
                    ),
                    (
                        "concern",
                        models.CharField(
                            blank=True, help_text="Facing …, in a few words.", max_length=200
                        ),
                    ),
                    ("context", models.TextField(blank=True, max_length=20000)),
                    (
                        "constraints",
                        models.TextField(
                            blank=True,
                            help_text="What every option has to respect.",
                            max_length=10000,
                        ),
                    ),
                    (
                        "reasons",
                        models.TextField(
                            blank=True,
                            help_text="Why this option and not another.",
                            max_length=10000,
                        ),
                    ),
                    (
                        "consequences",
                        models.TextField(
                            blank=True,
                            help_text="What gets better, and what gets worse.",
                            max_length=10000,
                        ),
                    ),
                    (
                        "confirmation",
                        models.TextField(
                            blank=True,
                            help_text="What would prove it wrong.",
                            max_length=5000,
                            verbose_name="how we will check",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "Draft"),
                                ("in_review", "In review"),
                                ("accepted", "Accepted"),
                                ("rejected", "Rejected"),
                                ("superseded", "Superseded"),
                                ("deprecated", "Deprecated"),
                            ],
                            default="draft",
                            editable=False,
                            max_length=10,
                        ),
                    ),
                    (
                        "tier",
                        models.PositiveSmallIntegerField(
                            blank=True,
                            choices=[
                                (0, "0, a note"),
                                (1, "1, one reviewer"),
                                (2, "2, with a matrix"),
                                (3, "3, hard to undo"),
                            ],
                            null=True,
                        ),
                    ),
                    (
                        "author",
                        models.ForeignKey(
                            editable=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "driver",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="tpm.person",
                        ),
                    ),
                    (
                        "approver",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="tpm.person",
                        ),
                    ),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="decide by")),
                    (
                        "check_on",
                        models.DateField(blank=True, null=True, verbose_name="check again on"),
                    ),
                    (
                        "chosen",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.RESTRICT,
                            related_name="+",
                            to="tradeoffs.option",
                        ),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, editable=False, null=True)),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "record",
                        models.TextField(
                            blank=True,
                            db_comment="The whole record as Markdown, as it was accepted.",
                            editable=False,
                        ),
                    ),
                    (
                        "items",
                        models.ManyToManyField(blank=True, related_name="+", to="roadmaps.item"),
                    ),
                    (
                        "components",
                        models.ManyToManyField(blank=True, related_name="+", to="tpm.component"),
                    ),
                ],
                options={
                    "ordering": ["product", "number"],
                    "indexes": [
                        models.Index(fields=["product", "state"], name="decision_by_state")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("product", "number"),
                            name="decision_number_once",
                            violation_error_message="This number is taken.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("title", ""), _negated=True),
                            name="decision_asks_something",
                            violation_error_message="Ask a question: one line is enough.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "in_review",
                                        "accepted",
                                        "rejected",
                                        "superseded",
                                        "deprecated",
                                    ],
                                )
                            ),
                            name="decision_state",
                            violation_error_message="A decision is a draft, in review, accepted, rejected, superseded or deprecated.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("tier__isnull", True), ("tier__lte", 3), _connector="OR"
                            ),
                            name="decision_tier",
                            violation_error_message="A tier is 0, 1, 2 or 3.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("state__in", ["accepted", "superseded", "deprecated"]),
                                    _negated=True,
                                ),
                                models.Q(
                                    ("chosen__isnull", False),
                                    models.Q(("reasons", ""), _negated=True),
                                    models.Q(("record", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="decision_accepted_says_what",
                            violation_error_message="An accepted decision names its option and its reasons.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", True),
                                    ("decided_by__isnull", True),
                                    ("state__in", ["draft", "in_review"]),
                                ),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    (
                                        "state__in",
                                        ["accepted", "rejected", "superseded", "deprecated"],
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="decision_closed_says_who",
                            violation_error_message="A closed decision says who decided, and when.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Option",
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
                        "decision",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="options",
                            to="tradeoffs.decision",
                        ),
                    ),
                    ("name", models.CharField(max_length=120)),
                    ("description", models.TextField(blank=True, max_length=5000)),
                    ("position", models.PositiveIntegerField(default=0, editable=False)),
                ],
                options={
                    "ordering": ["position", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("decision", "name"),
                            name="option_name_once",
                            violation_error_message="This decision already has an option of this name.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="option_has_a_name",
                            violation_error_message="Give the option a name.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Criterion",
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
                        "decision",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="criteria",
                            to="tradeoffs.decision",
                        ),
                    ),
                    ("name", models.CharField(max_length=80)),
                    (
                        "measure",
                        models.CharField(
                            blank=True,
                            help_text="Such as: order to event, P99.",
                            max_length=120,
                            verbose_name="what is measured",
                        ),
                    ),
                    (
                        "unit",
                        models.CharField(
                            blank=True,
                            help_text="Such as s, d or €. Empty: a score from 1 to 9.",
                            max_length=20,
                        ),
                    ),
                    (
                        "worst",
                        models.FloatField(default=1, help_text="The value that earns nothing."),
                    ),
                    (
                        "best",
                        models.FloatField(default=9, help_text="The value that earns everything."),
                    ),
                    (
                        "must",
                        models.FloatField(
                            blank=True,
                            help_text="An option that falls short is out. Empty: no such limit.",
                            null=True,
                            verbose_name="must reach",
                        ),
                    ),
                    (
                        "weight",
                        models.FloatField(
                            db_comment="Share of all weights of the decision, 0 to 1.",
                            default=0,
                            editable=False,
                        ),
                    ),
                    ("position", models.PositiveIntegerField(default=0, editable=False)),
                ],
                options={
                    "verbose_name_plural": "criteria",
                    "ordering": ["position", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("decision", "name"),
                            name="criterion_name_once",
                            violation_error_message="This decision already has a criterion of this name.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("name", ""), _negated=True),
                            name="criterion_has_a_name",
                            violation_error_message="Give the criterion a name.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("worst", models.F("best")), _negated=True),
                            name="criterion_has_a_direction",
                            violation_error_message="The worst and the best value must differ.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("unit", ""), _negated=True),
                                models.Q(
                                    ("best__gte", 1),
                                    ("best__lte", 9),
                                    ("worst__gte", 1),
                                    ("worst__lte", 9),
                                ),
                                _connector="OR",
                            ),
                            name="criterion_score_from_1_to_9",
                            violation_error_message="Without a unit the scale lies between 1 and 9.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("weight__gte", 0), ("weight__lte", 1)),
                            name="criterion_weight",
                            violation_error_message="A weight lies between 0 and 100 %%.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Score",
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
                        "option",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="scores",
                            to="tradeoffs.option",
                        ),
                    ),
                    (
                        "criterion",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="scores",
                            to="tradeoffs.criterion",
                        ),
                    ),
                    (
                        "p10",
                        models.FloatField(
                            blank=True,
                            db_comment="Unit of the criterion; 1 in 10 is lower.",
                            null=True,
                        ),
                    ),
                    (
                        "p50",
                        models.FloatField(
                            db_comment="Unit of the criterion; as likely higher as lower."
                        ),
                    ),
                    (
                        "p90",
                        models.FloatField(
                            blank=True,
                            db_comment="Unit of the criterion; 1 in 10 is higher.",
                            null=True,
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=500)),
                    (
                        "by",
                        models.ForeignKey(
                            editable=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "ordering": ["option", "criterion"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("option", "criterion"),
                            name="score_once_per_cell",
                            violation_error_message="This cell is scored already.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("p10__isnull", True), ("p90__isnull", True)),
                                models.Q(
                                    ("p10__isnull", False),
                                    ("p10__lte", models.F("p50")),
                                    ("p50__lte", models.F("p90")),
                                    ("p90__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="score_in_order",
                            violation_error_message="Order the range: low, likely, high.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Review",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "decision",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="reviews",
                            to="tradeoffs.decision",
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
                        "verdict",
                        models.CharField(
                            choices=[
                                ("approve", "Approve"),
                                ("reject", "Reject"),
                                ("ask_for_changes", "Ask for changes"),
                            ],
                            max_length=20,
                        ),
                    ),
                    ("reason", models.TextField(max_length=5000)),
                    (
                        "decision_version",
                        models.PositiveIntegerField(db_comment="The version that was looked at."),
                    ),
                ],
                options={
                    "ordering": ["-at", "-pk"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verdict__in", ["approve", "reject", "ask_for_changes"])
                            ),
                            name="review_verdict",
                            violation_error_message="Approve, reject or ask for changes.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason", ""), _negated=True),
                            name="review_says_why",
                            violation_error_message="Say why: one sentence is enough.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Supersession",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "old",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="replaced_by",
                            to="tradeoffs.decision",
                        ),
                    ),
                    (
                        "new",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="replaces",
                            to="tradeoffs.decision",
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
                    "ordering": ["at", "pk"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("old", "new"),
                            name="supersession_once",
                            violation_error_message="This replacement is already noted.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("old", models.F("new")), _negated=True),
                            name="supersession_of_another",
                            violation_error_message="A decision cannot replace itself.",
                        ),
                    ],
                },
            ),
        ),
        *append_only.operations(
            "tradeoffs_review",
        ),
        Freeze(MOVES),
    ]
