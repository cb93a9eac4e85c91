import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from tradeoffs.freezing import Freeze, rules

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


def unfreeze(apps, schema_editor) -> None:
    """SQLite rebuilds no table that a trigger of another one names: `Freeze` follows below."""
    on_pg = schema_editor.connection.vendor == "postgresql"
    for name, table, *_ in rules(MOVES, "IS NOT"):
        where = f" ON {table}" if on_pg else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}", params=None)
        if on_pg:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0005_planning"),
        ("tpm", "0006_planning"),
        ("tradeoffs", "0003_sentences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(unfreeze, Freeze(MOVES).code),
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
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_accepted_says_what",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_closed_says_who",
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
            model_name="recordfile",
            constraint=models.UniqueConstraint(
                fields=("collection", "path"),
                name="recordfile_path_once",
                violation_error_message="This collection has a file of this path.",
            ),
        ),
        migrations.RunPython(ship_words, migrations.RunPython.noop),
        Freeze(MOVES),
    ]
