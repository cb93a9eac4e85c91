import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0006_history"),
        ("tpm", "0006_planning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScanScope",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("repository", models.CharField(blank=True, max_length=200)),
                (
                    "branch",
                    models.CharField(
                        blank=True,
                        db_comment="Empty: the default branch, which counts.",
                        max_length=200,
                    ),
                ),
                ("tool", models.CharField(max_length=100)),
                ("configuration", models.CharField(blank=True, max_length=200)),
                (
                    "folder",
                    models.CharField(
                        blank=True, db_comment="The part that is scanned.", max_length=300
                    ),
                ),
                (
                    "root",
                    models.CharField(
                        blank=True,
                        db_comment="The checkout that was made out in absolute paths.",
                        max_length=500,
                    ),
                ),
                (
                    "flaky",
                    models.BooleanField(
                        default=False,
                        help_text="It forgets findings now and then: they close when missed twice.",
                    ),
                ),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tpm.component",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scan_scopes",
                        to="tpm.product",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "beat_at",
                    models.DateTimeField(
                        db_comment="Last sign of life.",
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                ("batch", models.UUIDField(db_comment="What its writes share in history.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applying", "Being taken in"),
                            ("done", "Taken in"),
                            ("stopped", "Stopped halfway"),
                            ("undone", "Taken back"),
                        ],
                        default="applying",
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, db_comment="Of the file.", max_length=120)),
                ("format", models.CharField(blank=True, max_length=20)),
                ("digest", models.CharField(blank=True, max_length=64)),
                (
                    "key",
                    models.CharField(
                        blank=True, db_comment="Idempotency key of the sender.", max_length=100
                    ),
                ),
                ("complete", models.BooleanField(default=False)),
                ("counts", models.JSONField(default=dict)),
                (
                    "report",
                    models.JSONField(
                        db_comment="The beginning of each list, with reasons.", default=dict
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="tpm.product",
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="debt.scanscope",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=200)),
                ("rule_name", models.CharField(blank=True, max_length=200)),
                (
                    "level",
                    models.CharField(
                        choices=[("error", "Error"), ("warning", "Warning"), ("note", "Note")],
                        default="warning",
                        max_length=8,
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=1000)),
                ("path", models.CharField(blank=True, max_length=500)),
                (
                    "place",
                    models.CharField(
                        blank=True, db_comment="Where it lies when that is no file.", max_length=500
                    ),
                ),
                ("line", models.PositiveIntegerField(blank=True, null=True)),
                ("column", models.PositiveIntegerField(default=0)),
                (
                    "fingerprints",
                    models.JSONField(db_comment="[name, value] the tool keeps.", default=list),
                ),
                (
                    "context",
                    models.CharField(
                        blank=True, db_comment="Hash of the line’s text.", max_length=64
                    ),
                ),
                (
                    "effort_minutes",
                    models.FloatField(
                        blank=True,
                        db_comment="To fix it, as the tool declares; empty: unknown.",
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "missing",
                    models.PositiveSmallIntegerField(
                        db_comment="Complete scans of a flaky tool that missed it since it was seen.",
                        default=0,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "Accepted"), ("false_positive", "False positive")],
                        db_comment="A person’s; no scan changes it.",
                        max_length=14,
                    ),
                ),
                ("verdict_why", models.CharField(blank=True, max_length=300)),
                (
                    "proposal",
                    models.CharField(
                        blank=True,
                        db_comment="Why the tool leaves it out; a person decides.",
                        max_length=400,
                    ),
                ),
                (
                    "component",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tpm.component",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="findings",
                        to="debt.debtitem",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="tpm.product",
                    ),
                ),
                (
                    "first_scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="debt.scan",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The scan that would have closed it, where a person looks first.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="held",
                        to="debt.scan",
                    ),
                ),
                (
                    "last_scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="debt.scan",
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="debt.scanscope",
                    ),
                ),
            ],
            options={
                "ordering": ["path", "line", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="scanscope",
            constraint=models.UniqueConstraint(
                fields=(
                    "product",
                    "component",
                    "repository",
                    "branch",
                    "tool",
                    "configuration",
                    "folder",
                ),
                name="scanscope_once",
                violation_error_message="This scope is here already.",
            ),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["product", "-at"], name="scan_newest"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "applying")),
                fields=("scope",),
                name="scan_one_at_a_time",
                violation_error_message="Another report of the same scope is being taken in.",
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("scope", "key"),
                name="scan_key_once",
                violation_error_message="This key was used before.",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["scope", "state"], name="finding_of_scope"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["product", "state", "rule"], name="finding_by_rule"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    _connector="OR",
                ),
                name="finding_closed_at",
                violation_error_message="A closed finding has a time when it was closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["error", "warning", "note"])),
                name="finding_level",
                violation_error_message="A finding is an error, a warning or a note.",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["", "accepted", "false_positive"])),
                name="finding_verdict",
                violation_error_message="A finding is accepted, or a false positive, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effort_minutes__isnull", True), ("effort_minutes__gt", 0), _connector="OR"
                ),
                name="finding_effort",
                violation_error_message="Effort is more than nothing, or not known.",
            ),
        ),
    ]
