import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tpm import append_only
from tradeoffs.freezing import Freeze, Unfreeze
from tradeoffs.freezing_follow import FreezePredictions

MOVES = {
    "draft": ("in_review",),
    "in_review": ("draft", "accepted", "rejected"),
    "accepted": ("superseded", "deprecated"),
    "rejected": ("draft",),
    "deprecated": ("superseded",),
}
WORDS = {
    "accepted": "accepted, approved, adopted, decided, agreed, done, implemented, active, in force, "
    "final, valid",
    "in_review": "proposed, pending, in review, under review, review, in discussion, open, rfc, "
    "request for comments",
    "draft": "draft, wip, work in progress, idea",
    "rejected": "rejected, declined, denied, not accepted",
    "superseded": "superseded, replaced, obsoleted",
    "deprecated": "deprecated, obsolete, retired, withdrawn, abandoned",
}
TRIAL = ("experimental", "trial", "assess")


def ship_words(apps, schema_editor) -> None:
    """The table with which a workspace begins; its administrators change it."""
    model = apps.get_model("tradeoffs", "StatusWord")
    rows = [model(word=w, state=state) for state, words in WORDS.items() for w in words.split(", ")]
    rows += [model(word=word, state="accepted", trial=True) for word in TRIAL]
    model.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0005_planning"),
        ("tpm", "0006_planning"),
        ("tradeoffs", "0003_sentences"),
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
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
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
            ],
            options={
                "ordering": ["decision", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DecisionLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(db_comment="Such as: amends, depends on, see.", max_length=60),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        db_comment="As the file writes it; empty for a link made here.",
                        max_length=1000,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=300)),
                (
                    "suggested",
                    models.BooleanField(db_comment="Found in prose, not in a list.", default=False),
                ),
            ],
            options={
                "ordering": ["suggested", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DecisionTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
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
            ],
            options={
                "ordering": ["-fired_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Handled",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["at", "pk"],
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
            ],
            options={
                "ordering": ["-at", "-pk"],
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
            ],
            options={
                "ordering": ["decision", "due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RecordFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        db_comment="Inside the collection, with slashes.", max_length=300
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        db_comment="As it was read; with the encoding it gives the bytes."
                    ),
                ),
                ("encoding", models.CharField(default="utf-8", max_length=10)),
                (
                    "digest",
                    models.CharField(db_comment="SHA-256 of the bytes, hex.", max_length=64),
                ),
                ("style", models.CharField(max_length=20)),
                ("raw_status", models.TextField(blank=True)),
                (
                    "status_name",
                    models.CharField(db_comment="Its word, or: no status.", max_length=60),
                ),
                (
                    "unmapped",
                    models.BooleanField(
                        db_comment="No state is known for the status; it stands as a draft.",
                        default=False,
                    ),
                ),
                ("trial", models.BooleanField(db_comment="Accepted, but on trial.", default=False)),
                (
                    "state_read",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("superseded", "Superseded"),
                            ("deprecated", "Deprecated"),
                        ],
                        db_comment="The state that the status was read as.",
                        max_length=10,
                    ),
                ),
                ("source_number", models.PositiveIntegerField(blank=True, null=True)),
                ("raw_date", models.TextField(blank=True)),
                ("day", models.DateField(blank=True, null=True)),
                (
                    "dated_by",
                    models.CharField(
                        blank=True,
                        db_comment="Who says the day: file, file name or git.",
                        max_length=10,
                    ),
                ),
                ("people", models.JSONField(blank=True, default=dict)),
                ("extra", models.JSONField(blank=True, default=dict)),
                ("warnings", models.JSONField(blank=True, default=list)),
                (
                    "before",
                    models.JSONField(
                        blank=True,
                        db_comment="These columns before the last import that changed them.",
                        null=True,
                    ),
                ),
                (
                    "read_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["collection", "path"],
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
            ],
            options={
                "ordering": ["decision", "pk"],
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
            name="StatusWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "word",
                    models.CharField(db_comment="In small letters.", max_length=60, unique=True),
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
                        max_length=10,
                    ),
                ),
                (
                    "trial",
                    models.BooleanField(
                        default=False,
                        help_text="Accepted for now: it is to be looked at again.",
                        verbose_name="on trial",
                    ),
                ),
            ],
            options={
                "ordering": ["state", "word"],
            },
        ),
        migrations.CreateModel(
            name="Summary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stamp",
                    models.CharField(
                        db_comment="Names all that the data follow from.", max_length=120
                    ),
                ),
                ("data", models.JSONField()),
            ],
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
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_closed_says_who",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_accepted_says_what",
        ),
        migrations.RemoveConstraint(
            model_name="review",
            name="review_verdict",
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
            model_name="decision",
            name="imported",
            field=models.BooleanField(
                db_comment="Came from a file: what the file does not say is left open.",
                default=False,
                editable=False,
            ),
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
        migrations.AlterField(
            model_name="decision",
            name="confirmation",
            field=models.TextField(
                blank=True,
                help_text="What would prove it wrong.",
                max_length=200000,
                verbose_name="how we will check",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="consequences",
            field=models.TextField(
                blank=True, help_text="What gets better, and what gets worse.", max_length=200000
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="constraints",
            field=models.TextField(
                blank=True, help_text="What every option has to respect.", max_length=200000
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="context",
            field=models.TextField(blank=True, max_length=200000),
        ),
        migrations.AlterField(
            model_name="decision",
            name="reasons",
            field=models.TextField(
                blank=True, help_text="Why this option and not another.", max_length=200000
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
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tier__isnull", True),
                    ("tier__gte", 1),
                    models.Q(
                        models.Q(("undoing", ""), _negated=True),
                        models.Q(("reach", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_note_is_answered",
                violation_error_message="Answer both questions first: a note of tier 0 is easy to "
                "undo and reaches one team.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["accepted", "superseded", "deprecated"]), _negated=True
                    ),
                    models.Q(
                        ("chosen__isnull", False),
                        models.Q(("reasons", ""), _negated=True),
                        models.Q(("record", ""), _negated=True),
                    ),
                    models.Q(("imported", True), models.Q(("record", ""), _negated=True)),
                    _connector="OR",
                ),
                name="decision_accepted_says_what",
                violation_error_message="An accepted decision names its option and its reasons.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("state__in", ["draft", "in_review"]),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["accepted", "rejected", "superseded", "deprecated"]),
                    ),
                    models.Q(
                        ("imported", True),
                        ("state__in", ["accepted", "rejected", "superseded", "deprecated"]),
                    ),
                    _connector="OR",
                ),
                name="decision_closed_says_who",
                violation_error_message="A closed decision says who decided, and when.",
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
            model_name="collection",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decision_collections",
                to="tpm.product",
            ),
        ),
        migrations.AddField(
            model_name="consequence",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tpm.person",
            ),
        ),
        migrations.AddField(
            model_name="consequence",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="effects",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="consequence",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tpm.person",
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links_out",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="decisionlink",
            name="to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links_in",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="decisiontag",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tags",
                to="tradeoffs.decision",
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
            model_name="firing",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="firing",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                db_comment="A draft that is to replace the decision.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="handled",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="handled",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="handled",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="lookback",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lookback",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="look_backs",
                to="tradeoffs.decision",
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
            model_name="prediction",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="prediction",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="predictions",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="prediction",
            name="outcome_by",
            field=models.ForeignKey(
                blank=True,
                db_comment="Empty where the published number said so itself.",
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recordfile",
            name="collection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="tradeoffs.collection",
            ),
        ),
        migrations.AddField(
            model_name="recordfile",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="file",
                to="tradeoffs.decision",
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
            model_name="revisittrigger",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="revisittrigger",
            name="component",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tpm.component",
            ),
        ),
        migrations.AddField(
            model_name="revisittrigger",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="triggers",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="revisittrigger",
            name="item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="roadmaps.item",
            ),
        ),
        migrations.AddField(
            model_name="revisittrigger",
            name="neighbour",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tradeoffs.decision",
            ),
        ),
        migrations.AddField(
            model_name="revisittrigger",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tpm.person",
            ),
        ),
        migrations.AddField(
            model_name="firing",
            name="trigger",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="firings",
                to="tradeoffs.revisittrigger",
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
        migrations.AddConstraint(
            model_name="statusword",
            constraint=models.CheckConstraint(
                condition=models.Q(("word", ""), _negated=True),
                name="statusword_has_a_word",
                violation_error_message="Write the word that files use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusword",
            constraint=models.CheckConstraint(
                condition=models.Q(("trial", False), ("state", "accepted"), _connector="OR"),
                name="statusword_trial_is_accepted",
                violation_error_message="Only what is accepted can be on trial.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusword",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["draft", "in_review", "accepted", "rejected", "superseded", "deprecated"],
                    )
                ),
                name="statusword_state",
                violation_error_message="Choose one of the states.",
            ),
        ),
        migrations.AddField(
            model_name="summary",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="summary",
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
            model_name="ballotscore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("p50__gte", -1e300),
                    ("p50__lte", 1e300),
                    models.Q(("p10__isnull", True), ("p10__gte", -1e300), _connector="OR"),
                    models.Q(("p90__isnull", True), ("p90__lte", 1e300), _connector="OR"),
                ),
                name="ballot_score_finite",
                violation_error_message="A score is a finite number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("p50__gte", -1e300),
                    ("p50__lte", 1e300),
                    models.Q(("p10__isnull", True), ("p10__gte", -1e300), _connector="OR"),
                    models.Q(("p90__isnull", True), ("p90__lte", 1e300), _connector="OR"),
                ),
                name="score_finite",
                violation_error_message="A score is a finite number.",
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
            model_name="collection",
            constraint=models.UniqueConstraint(
                fields=("product", "name"),
                name="collection_name_once",
                violation_error_message="This product has a collection of this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="collection_has_a_name",
                violation_error_message="Give the collection a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consequence",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="consequence_says_what",
                violation_error_message="Say what follows: one sentence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consequence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["good", "bad", "neutral"]),
                    ("severity__in", ["low", "medium", "high"]),
                ),
                name="consequence_kind",
                violation_error_message="A consequence is good, bad or neutral, and matters a little, somewhat or much.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consequence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handled_as", ""), ("handled_at__isnull", True), ("handled_key", "")),
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
        ),
        migrations.AddConstraint(
            model_name="consequence",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="decisionlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to__isnull", False), models.Q(("target", ""), _negated=True), _connector="OR"
                ),
                name="decisionlink_leads_somewhere",
                violation_error_message="A link leads to a decision or to an address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to__isnull", True),
                    models.Q(("decision", models.F("to")), _negated=True),
                    _connector="OR",
                ),
                name="decisionlink_to_another",
                violation_error_message="A decision cannot link to itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisiontag",
            constraint=models.UniqueConstraint(
                fields=("decision", "name"),
                name="decisiontag_once",
                violation_error_message="This decision has this tag already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisiontag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="decisiontag_has_a_name",
                violation_error_message="A tag has a name.",
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
            model_name="handled",
            constraint=models.UniqueConstraint(
                fields=("decision", "subject_type", "subject_id"),
                name="handled_once",
                violation_error_message="This is ticked off already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookback",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened", ""), _negated=True),
                name="lookback_says_what",
                violation_error_message="Say what happened: one sentence is enough.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookback",
            constraint=models.CheckConstraint(
                condition=models.Q(("again__in", ["yes", "no", "unclear"])),
                name="lookback_again",
                violation_error_message="Say whether you would choose the same again.",
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
        migrations.AddIndex(
            model_name="prediction",
            index=models.Index(
                condition=models.Q(("outcome__isnull", True)),
                fields=["due_on"],
                name="prediction_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="prediction_says_what",
                violation_error_message="Say what will be so: one sentence that can be checked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__isnull", True), ("outcome_at__isnull", True)),
                    models.Q(("outcome__isnull", False), ("outcome_at__isnull", False)),
                    _connector="OR",
                ),
                name="prediction_outcome_dated",
                violation_error_message="An outcome has its day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "chance"), _negated=True),
                    ("outcome__isnull", True),
                    ("outcome__in", [0, 1]),
                    _connector="OR",
                ),
                name="prediction_yes_or_no",
                violation_error_message="It came true or it did not.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prediction",
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
                name="prediction_bound_whole",
                violation_error_message="A bound prediction says which number of which record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordfile",
            constraint=models.UniqueConstraint(
                fields=("collection", "path"),
                name="recordfile_path_once",
                violation_error_message="This collection has a file of this path.",
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
        migrations.AddConstraint(
            model_name="weighting",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["swing", "rank", "direct", "ahp"])),
                name="weighting_method",
                violation_error_message="Weigh by swing, rank order, points or in pairs.",
            ),
        ),
        migrations.RunPython(ship_words, migrations.RunPython.noop),
        *append_only.operations(
            "tradeoffs_review",
            "tradeoffs_version",
            "tradeoffs_objectionend",
            "tradeoffs_closing",
            "tradeoffs_lookback",
        ),
        Freeze(MOVES, amended=True),
        FreezePredictions(),
    ]
