import datetime

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

COPIED = (
    "at", "verdict", "score", "interest_days", "interest_p10_days", "interest_p90_days",
    "principal_days", "principal_sd_days", "payback_months", "npv_days", "npv_per_day", "chance",
)  # fmt: skip


def fill(apps, schema_editor):
    """What every item's newest score says, and what it cost 90 days ago."""
    scores = apps.get_model("debt", "DebtScore").objects.order_by("-at", "-pk")
    newest = scores.filter(pk=OuterRef("latest_score"))
    since = timezone.now() - datetime.timedelta(days=90)
    past = scores.filter(item=OuterRef("pk"), at__lte=since, interest_days__gt=0)
    apps.get_model("debt", "DebtItem").objects.exclude(latest_score=None).update(
        interest_was_days=Subquery(past.values("interest_days")[:1]),
        **{f"now_{name}": Subquery(newest.values(name)[:1]) for name in COPIED},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0019_historyfigures_story"),
    ]

    operations = [
        migrations.AddField(
            model_name="debtitem",
            name="interest_was_days",
            field=models.FloatField(
                db_comment="Interest a month 90 days before the team was scored last; empty: not known.",
                editable=False,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_chance",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_interest_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_interest_p10_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_interest_p90_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_npv_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_npv_per_day",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_payback_months",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_principal_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_principal_sd_days",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_score",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="debtitem",
            name="now_verdict",
            field=models.CharField(blank=True, default="", editable=False, max_length=10),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
