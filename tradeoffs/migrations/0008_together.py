import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tpm import append_only
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
        ("roadmaps", "0005_planning"),
        ("tpm", "0006_planning"),
        ("tradeoffs", "0007_find"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Unfreeze(),
        migrations.CreateModel(
            name="Amendment",
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
                        choices=[("amendment", "Amendment"), ("typo", "Typo")],
                        default="amendment",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("context", "Context"),
                            ("constraints", "Constraints"),
                            ("reasons", "Reasons"),
                            ("consequences", "Consequences"),
                            ("confirmation", "How we will check"),
                        ],
                        max_length=20,
                    ),
                ),
                ("old", models.TextField(blank=True, editable=False)),
                ("new", models.TextField(blank=True, max_length=200000, verbose_name="new text")),
                ("reason", models.TextField(max_length=5000, verbose_name="why")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "applied_version",
                    models.PositiveIntegerField(
                        db_comment="The decision's version that it made.", editable=False, null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("context", "Context"),
                            ("constraints", "Constraints"),
                            ("reasons", "Reasons"),
                            ("consequences", "Consequences"),
                            ("confirmation", "How we will check"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        db_comment="The name of the part, as it was then.", max_length=250
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved"), ("kept", "Kept")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["comment"],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handed_in", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["person__name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="BallotScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "p10",
                    models.FloatField(
                        blank=True, db_comment="Unit of the criterion; 1 in 10 is lower.", null=True
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
                ("reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["ballot", "option", "criterion"],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        db_comment="Place in the chain of the product, from 1."
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "body",
                    models.TextField(
                        db_comment="Canonical JSON of text, matrix, scores and votes."
                    ),
                ),
                (
                    "previous",
                    models.CharField(
                        blank=True, db_comment="The digest before it in the chain.", max_length=64
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["product", "number"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("withdrawn", "Withdrawn"), ("overruled", "Overruled")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.TextField(max_length=5000)),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("half", "Half of the time is gone"),
                            ("nearly", "Nearly due"),
                            ("overdue", "Overdue"),
                            ("lead", "Overdue, the leads know"),
                        ],
                        max_length=10,
                    ),
                ),
                ("due_on", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Reviewer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("because", models.CharField(blank=True, max_length=120)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["person__name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReviewPlan",
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
                    "rule",
                    models.CharField(
                        choices=[
                            ("count", "A number of those asked"),
                            ("all", "Everybody of a team"),
                            ("approver", "The named approver"),
                        ],
                        default="count",
                        max_length=10,
                        verbose_name="who has to approve",
                    ),
                ),
                (
                    "needed",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Never fewer than the tier asks for.",
                        verbose_name="approvals needed",
                    ),
                ),
                ("asked_on", models.DateField(blank=True, editable=False, null=True)),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="answers due")),
            ],
        ),
        migrations.CreateModel(
            name="ScoringRound",
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
                ("number", models.PositiveSmallIntegerField(default=1, editable=False)),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        help_text="Shown to all from the day after.", verbose_name="score until"
                    ),
                ),
                ("revealed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "concordance",
                    models.FloatField(
                        db_comment="Kendall's W of the scorers' orders when it was shown, 0 to 1.",
                        editable=False,
                        null=True,
                    ),
                ),
                (
                    "scorers",
                    models.PositiveSmallIntegerField(
                        db_comment="How many orders the concordance is of.",
                        editable=False,
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["decision", "number"],
            },
        ),
        migrations.CreateModel(
            name="SectionDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("context", "Context"),
                            ("constraints", "Constraints"),
                            ("reasons", "Reasons"),
                            ("consequences", "Consequences"),
                            ("confirmation", "How we will check"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "base",
                    models.TextField(
                        blank=True, db_comment="The text that the writing began from."
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=200000)),
                ("at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        db_comment="The decision's version at that moment."
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("why", models.CharField(max_length=60)),
                ("body", models.TextField(db_comment="Canonical JSON; see tradeoffs/content.py.")),
                ("digest", models.CharField(db_comment="SHA-256 of the body.", max_length=64)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="review",
            name="review_verdict",
        ),
        migrations.AddField(
            model_name="decision",
            name="reach",
            field=models.CharField(
                blank=True,
                choices=[
                    ("local", "One team, one component"),
                    ("wide", "Several teams or components"),
                ],
                default="",
                max_length=5,
                verbose_name="how far it reaches",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="undoing",
            field=models.CharField(
                blank=True,
                choices=[("reversible", "Easy to undo"), ("irreversible", "Hard to undo")],
                default="",
                max_length=12,
                verbose_name="how hard to undo",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="tier",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (0, "0, a note"),
                    (1, "1, one reviewer"),
                    (2, "2, with a matrix"),
                    (3, "3, hard to undo"),
                ],
                help_text="What the two answers ask for, or more. It sets how much review is due.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="review",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("approve", "Approve"),
                    ("conditions", "Approve with conditions"),
                    ("ask_for_changes", "Ask for changes"),
                    ("object", "Object"),
                    ("abstain", "Abstain"),
                    ("reject", "Reject"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undoing", ""),
                    ("reach", ""),
                    models.Q(("reach", "local"), ("undoing", "reversible")),
                    models.Q(("reach", "wide"), ("tier__gte", 1), ("undoing", "reversible")),
                    models.Q(("reach", "local"), ("tier__gte", 2), ("undoing", "irreversible")),
                    models.Q(("reach", "wide"), ("tier", 3), ("undoing", "irreversible")),
                    _connector="OR",
                ),
                name="decision_tier_fits",
                violation_error_message="The tier is lower than what the two answers ask for.",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="amendment",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reviews",
                to="tradeoffs.amendment",
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="comment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.comment"
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="criterion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tradeoffs.criterion",
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="anchors",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="option",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tradeoffs.option",
            ),
        ),
        migrations.AddField(
            model_name="anchor",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tpm.person"
            ),
        ),
        migrations.AddField(
            model_name="ballotscore",
            name="ballot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scores",
                to="tradeoffs.ballot",
            ),
        ),
        migrations.AddField(
            model_name="ballotscore",
            name="criterion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tradeoffs.criterion",
            ),
        ),
        migrations.AddField(
            model_name="ballotscore",
            name="option",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tradeoffs.option"
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closings",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.product"
            ),
        ),
        migrations.AddField(
            model_name="objectionend",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="objectionend",
            name="review",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ended",
                to="tradeoffs.review",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reviewers",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="reviewer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tpm.person"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reminders",
                to="tradeoffs.reviewer",
            ),
        ),
        migrations.AddField(
            model_name="reviewplan",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="review_plan",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="reviewplan",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tpm.team",
            ),
        ),
        migrations.AddField(
            model_name="scoringround",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rounds",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="scoringround",
            name="opened_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ballots",
                to="tradeoffs.scoringround",
            ),
        ),
        migrations.AddField(
            model_name="sectiondraft",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sectiondraft",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="section_drafts",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="seen",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="tradeoffs.version",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verdict__in",
                        ["approve", "conditions", "ask_for_changes", "object", "abstain", "reject"],
                    )
                ),
                name="review_verdict",
                violation_error_message="Approve, ask for changes, object, abstain or reject.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True),
                name="amendment_changes_something",
                violation_error_message="That is what it says already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="amendment_says_why",
                violation_error_message="Say why: it stays on the record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("applied_version__isnull", False), ("state", "accepted")),
                    models.Q(
                        models.Q(("state", "accepted"), _negated=True),
                        ("applied_version__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="amendment_accepted_is_applied",
                violation_error_message="An accepted amendment names the version that it made.",
            ),
        ),
        migrations.AddConstraint(
            model_name="anchor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("section", ""),
                    models.Q(("criterion__isnull", True), ("option__isnull", True)),
                    _connector="OR",
                ),
                name="anchor_of_one_part",
                violation_error_message="A comment stands at a section, or in the matrix.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballotscore",
            constraint=models.UniqueConstraint(
                fields=("ballot", "option", "criterion"),
                name="ballot_score_once_per_cell",
                violation_error_message="You scored this cell already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballotscore",
            constraint=models.CheckConstraint(
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
                name="ballot_score_in_order",
                violation_error_message="Order the range: low, likely, high.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                fields=("product", "number"),
                name="closing_number_once",
                violation_error_message="This place in the chain is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="objectionend",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="objection_end_says_why",
                violation_error_message="Say why: it stays on the record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewer",
            constraint=models.UniqueConstraint(
                fields=("decision", "person"),
                name="reviewer_once",
                violation_error_message="This person is asked already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("reviewer", "stage", "due_on"),
                name="reminder_once_per_stage",
                violation_error_message="This reminder was sent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule__in", ["count", "all", "approver"])),
                name="review_plan_rule",
                violation_error_message="A number approves, a whole team, or the named approver.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("needed__gte", 1), ("needed__lte", 50)),
                name="review_plan_needed",
                violation_error_message="Ask for 1 to 50 approvals.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringround",
            constraint=models.UniqueConstraint(
                fields=("decision", "number"),
                name="scoring_round_once",
                violation_error_message="This round is open already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringround",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 2)),
                name="scoring_round_at_most_two",
                violation_error_message="People score once, and once more at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                fields=("round", "person"),
                name="ballot_once",
                violation_error_message="This person scores already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sectiondraft",
            constraint=models.UniqueConstraint(
                fields=("decision", "section", "by"),
                name="section_draft_once",
                violation_error_message="You have a draft of this section already.",
            ),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["decision", "-at"], name="version_by_decision"),
        ),
        *append_only.operations(
            "tradeoffs_review", "tradeoffs_version", "tradeoffs_objectionend", "tradeoffs_closing"
        ),
        Freeze(MOVES, amended=True),
    ]
