import json
from pathlib import Path

from django.db import migrations

from tpm import append_only

PARAMETERS = Path(__file__).parent.parent / "score_model_1.json"


def add_model_1(apps, schema_editor):
    apps.get_model("debt", "ScoreModel").objects.create(
        number=1,
        parameters=json.loads(PARAMETERS.read_text()),
        note="Declared values; measured ones join as history is mined.",
    )


class Migration(migrations.Migration):
    dependencies = [("debt", "0001_initial"), ("tpm", "0002_append_only")]

    operations = [
        migrations.RunPython(add_model_1, migrations.RunPython.noop),
        *append_only.operations("debt_scoremodel", "debt_interest", "debt_debtscore"),
    ]
