from django.db import migrations

COPIED = (
    "at", "score", "interest_days", "interest_p10_days", "interest_p90_days", "principal_days",
    "principal_sd_days", "payback_months", "npv_days", "npv_per_day", "chance",
)  # fmt: skip


def take_off(apps, schema_editor):
    """Open debt that lost its team keeps no score that nobody makes anew."""
    items = apps.get_model("debt", "DebtItem").objects.filter(
        team=None, state__in=("open", "accepted", "planned"), latest_score__isnull=False
    )
    apps.get_model("tpm", "Figure").objects.filter(
        subject_type="debt.debtitem", subject_id__in=items.values("pk"),
        kind__in=("score", "interest"),
    ).delete()  # fmt: skip
    items.update(
        latest_score=None, now_verdict="", interest_was_days=None,
        **{f"now_{name}": None for name in COPIED},
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0023_paying_by_team"),
        ("tpm", "0008_takes_of_a_job"),
    ]

    operations = [
        migrations.RunPython(take_off, migrations.RunPython.noop),
    ]
