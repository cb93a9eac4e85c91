import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0009_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DebtNeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="need_links",
                        to="debt.debtitem",
                    ),
                ),
                (
                    "needed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needed_by_links",
                        to="debt.debtitem",
                    ),
                ),
            ],
            options={
                "ordering": ["item", "needed"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "needed"),
                        name="debtneed_once",
                        violation_error_message="It is known already that this one comes first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("item", models.F("needed")), _negated=True),
                        name="debtneed_not_itself",
                        violation_error_message="Debt cannot need itself.",
                    ),
                ],
            },
        ),
    ]
