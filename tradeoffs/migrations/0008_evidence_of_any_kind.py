from django.db import migrations, models

import tradeoffs.models.matrix


class Migration(migrations.Migration):
    """Evidence was never held to be an address: now its column says so too.

    The column stays as it is. Where SQLite would make its table anew, the triggers that keep the
    matrix of a closed decision would be lost.
    """

    dependencies = [
        ("tradeoffs", "0007_who_files_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="score",
                    name="evidence",
                    field=models.CharField(
                        blank=True,
                        help_text="An address, the name of a file or a key: a benchmark, an "
                        "incident, an estimate.",
                        max_length=500,
                        validators=[tradeoffs.models.matrix.refuse_script],
                    ),
                ),
            ],
        ),
    ]
