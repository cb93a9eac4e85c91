from collections import defaultdict

from django.db import migrations, models


def fill(apps, schema_editor):
    """From what each ledger holds of each item."""
    ledgers = apps.get_model("debt", "TeamLedger").objects.all()
    for ledger in ledgers:
        days = defaultdict(float)
        for after, _alone, product in ledger.shares.values():
            days[str(product)] += after * (ledger.capacity_days or 0.0)
        ledger.product_days = dict(days)
        ledger.save(update_fields=["product_days"])


class Migration(migrations.Migration):
    dependencies = [("debt", "0017_tap_withdrawals")]

    operations = [
        migrations.AddField(
            model_name="teamledger",
            name="product_days",
            field=models.JSONField(
                db_comment="Product to the days a month that its debt costs the team, a shared hour once.",
                default=dict,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
