import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tpm import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0011_figures_of_histories"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScopeSize",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(db_comment="Months since the year 0.")),
                (
                    "evidence",
                    models.PositiveIntegerField(db_comment="Open findings, links and notes."),
                ),
                ("files", models.PositiveIntegerField(db_comment="Files in its scope.")),
                (
                    "coupled",
                    models.PositiveIntegerField(db_comment="Files outside that change with them."),
                ),
                (
                    "slope",
                    models.FloatField(
                        db_comment="Growth a month up to this one, unlimited; empty: too few months.",
                        null=True,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sizes",
                        to="debt.debtitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item", "month"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "month"),
                        name="scopesize_once",
                        violation_error_message="The size of this month is known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 24000), ("month__lt", 26400)),
                        name="scopesize_month",
                        violation_error_message="A month lies between the years 2000 and 2199.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedCost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "days",
                    models.FloatField(
                        db_comment="Person-days a month; the items of a team sum to its drag."
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_costs",
                        to="debt.debtitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item", "at", "pk"],
                "indexes": [models.Index(fields=["item", "at"], name="sharedcost_in_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 0)),
                        name="sharedcost_not_negative",
                        violation_error_message="Debt costs nothing or more.",
                    )
                ],
            },
        ),
        *append_only.operations("debt_scopesize", "debt_sharedcost"),
    ]
