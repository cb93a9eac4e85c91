import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tpm", "0005_sentences"),
    ]

    operations = [
        migrations.CreateModel(
            name="CapacityPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                (
                    "debt_share",
                    models.FloatField(
                        db_comment="Share of focused time for items of the kind debt, 0 to 1.",
                        default=0,
                    ),
                ),
                (
                    "unplanned_share",
                    models.FloatField(
                        db_comment="Share of focused time for what nobody planned, 0 to below 1.",
                        default=0,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="policies",
                        to="tpm.team",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "capacity policies",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("team", "starts_on"),
                        name="capacitypolicy_once_a_day",
                        violation_error_message="The team has a policy from this day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debt_share__gte", 0), ("unplanned_share__gte", 0)),
                        name="capacitypolicy_not_negative",
                        violation_error_message="A share is 0 %% or more.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "debt_share__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(1.000001), "-", models.F("unplanned_share")
                                ),
                            )
                        ),
                        name="capacitypolicy_within_all",
                        violation_error_message="The shares reach 100 %% at most.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unplanned_share__lt", 1)),
                        name="capacitypolicy_leaves_work",
                        violation_error_message="Leave some time for planned work.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.JSONField(
                        db_comment="The names as they were typed after an @ in the comment.",
                        default=list,
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        blank=True, db_comment="When it was marked as read.", null=True
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="tpm.comment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="tpm.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-comment__at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("seen_at__isnull", True)),
                        fields=["person"],
                        name="mention_unread",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("comment", "person"),
                        name="mention_once",
                        violation_error_message="This comment names them already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "words",
                    models.CharField(
                        db_comment="What was done, as the toast says it.", max_length=300
                    ),
                ),
                ("steps", models.JSONField(db_comment="In the order in which they were done.")),
                (
                    "ability",
                    models.CharField(
                        db_comment="What whoever takes it back must be able to do.", max_length=30
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "taken_back",
                    models.PositiveIntegerField(
                        db_comment="Steps from the end that a job took back so far.", default=0
                    ),
                ),
                (
                    "once",
                    models.UUIDField(
                        blank=True,
                        db_comment="Made by the asking page: the same request counts once.",
                        null=True,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_comment="The job that does it or takes it back; while it runs nobody else touches it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="operations",
                        to="tpm.job",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="operations",
                        to="tpm.product",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["product", "by", "-id"], name="operation_by_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("by", "once"),
                        name="operation_once",
                        violation_error_message="This was done already.",
                    )
                ],
            },
        ),
    ]
