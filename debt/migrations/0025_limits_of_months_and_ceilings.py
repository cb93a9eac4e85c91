from django.core.validators import MaxValueValidator
from django.db import migrations, models
from django.db.models import Q

MOST_MONTHS, MOST_DAYS = 1200, 1_000_000


def cut(apps, schema_editor):
    """What was typed beyond the limits meant without end: it is cut to them."""
    items = apps.get_model("debt", "DebtItem").objects
    items.filter(months_until_done__gt=MOST_MONTHS).update(months_until_done=MOST_MONTHS)
    items.filter(accepted_ceiling_days__gt=MOST_DAYS).update(accepted_ceiling_days=MOST_DAYS)


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0024_without_a_team"),
    ]

    operations = [
        migrations.RunPython(cut, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="debtitem",
            name="months_until_done",
            field=models.PositiveSmallIntegerField(
                blank=True,
                db_comment="Months from the start of the work until it helps.",
                null=True,
                validators=[MaxValueValidator(MOST_MONTHS, "Choose at most 1,200 months.")],
            ),
        ),
        migrations.AddConstraint(
            model_name="debtitem",
            constraint=models.CheckConstraint(
                condition=Q(accepted_ceiling_days__isnull=True)
                | Q(accepted_ceiling_days__lte=MOST_DAYS),
                name="debtitem_ceiling_at_most",
                violation_error_message="A ceiling is at most 1,000,000 days a month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="debtitem",
            constraint=models.CheckConstraint(
                condition=Q(months_until_done__isnull=True) | Q(months_until_done__lte=MOST_MONTHS),
                name="debtitem_months_until_done",
                violation_error_message="Choose at most 1,200 months.",
            ),
        ),
    ]
