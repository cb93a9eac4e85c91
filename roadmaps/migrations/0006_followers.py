"""The cost of a week counts what waits for an item."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0005_planning"),
    ]

    operations = [
        migrations.AddField(
            model_name="itempriority",
            name="followers_week",
            field=models.FloatField(
                db_comment="Cost of one more week of it, of all that waits for it.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="itempriority",
            name="week",
            field=models.FloatField(
                db_comment="Its own, through its objective and of what waits for it together.",
                null=True,
            ),
        ),
    ]
