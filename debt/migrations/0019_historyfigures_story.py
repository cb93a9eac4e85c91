from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0018_days_of_products"),
    ]

    operations = [
        migrations.AddField(
            model_name="historyfigures",
            name="story",
            field=models.JSONField(
                db_comment="Changes of the window by file, and the readings that they are from.",
                default=dict,
            ),
        ),
    ]
