import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tpm import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0007_scans"),
        ("tradeoffs", "0005_told_and_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="DebtOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("paid_on", models.DateField(db_comment="The day on which it was paid.")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("partly", "Partly"),
                            ("not", "Did not hold"),
                            ("unknown", "Not known"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "facts",
                    models.JSONField(
                        db_comment="Promise and measurements by name; null: not known."
                    ),
                ),
            ],
            options={
                "ordering": ["-paid_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DebtTap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.FloatField(db_comment="Minutes lost, working time.")),
                (
                    "at",
                    models.DateTimeField(
                        db_comment="When it was lost.",
                        db_default=django.db.models.functions.datetime.Now(),
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("page", "Page"),
                            ("api", "API"),
                            ("command", "Command"),
                            ("commit", "Commit"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        db_comment="What told it, such as a commit: counted once.",
                        max_length=200,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="debtitem",
            name="accepted_ceiling_days",
            field=models.FloatField(
                blank=True,
                db_comment="Person-days a month of mean interest that end it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="ceiling_trigger",
            field=models.ForeignKey(
                blank=True,
                db_comment="What asks the decision when it is reached.",
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tradeoffs.revisittrigger",
            ),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="quadrant",
            field=models.CharField(
                blank=True,
                choices=[
                    ("deliberate_prudent", "Deliberate, prudent: we pay for it later"),
                    ("deliberate_reckless", "Deliberate, reckless: there was no time"),
                    ("inadvertent_prudent", "Inadvertent, prudent: now we know better"),
                    ("inadvertent_reckless", "Inadvertent, reckless: nobody knew how"),
                ],
                help_text="Deliberate debt names the decision that took it on.",
                max_length=20,
                verbose_name="how it came about",
            ),
        ),
        migrations.AddConstraint(
            model_name="debtitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_ceiling_days__isnull", True),
                    models.Q(("accepted_ceiling_days__gt", 0), ("state", "accepted")),
                    _connector="OR",
                ),
                name="debtitem_ceiling_of_an_acceptance",
                violation_error_message="A ceiling is more than nothing a month, and belongs to accepted debt.",
            ),
        ),
        migrations.AddField(
            model_name="debtoutcome",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outcomes",
                to="debt.debtitem",
            ),
        ),
        migrations.AddField(
            model_name="debttap",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="taps", to="debt.debtitem"
            ),
        ),
        migrations.AddConstraint(
            model_name="debtoutcome",
            constraint=models.UniqueConstraint(
                fields=("item", "paid_on"),
                name="debtoutcome_once",
                violation_error_message="This pay-off was looked back on already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="debtoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["held", "partly", "not", "unknown"])),
                name="debtoutcome_verdict",
                violation_error_message="A promise held, held partly, did not hold, or nobody knows.",
            ),
        ),
        migrations.AddIndex(
            model_name="debttap",
            index=models.Index(fields=["item", "at"], name="debttap_in_time"),
        ),
        migrations.AddConstraint(
            model_name="debttap",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gt", 0), ("minutes__lte", 2400)),
                name="debttap_minutes",
                violation_error_message="A tap is more than no time, and at most a week of work.",
            ),
        ),
        migrations.AddConstraint(
            model_name="debttap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("item", "source", "reference"),
                name="debttap_once",
                violation_error_message="This was counted already.",
            ),
        ),
        *append_only.operations("debt_debttap", "debt_debtoutcome"),
    ]
