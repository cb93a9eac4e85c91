from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0022_year_of_a_story"),
        ("roadmaps", "0006_followers"),
        ("tpm", "0008_takes_of_a_job"),
        ("tradeoffs", "0008_evidence_of_any_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="debtitem",
            index=models.Index(
                condition=models.Q(("item__isnull", False)),
                fields=["team", "state"],
                name="debtitem_in_plan",
            ),
        ),
    ]
