import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("debt", "0004_sentences"),
        ("tradeoffs", "0004_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="debtitem",
            name="consequence",
            field=models.ForeignKey(
                blank=True,
                db_comment="Taken on knowingly: the consequence of the decision it was.",
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tradeoffs.consequence",
            ),
        ),
    ]
