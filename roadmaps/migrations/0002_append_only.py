from django.db import migrations

from tpm import append_only


class Migration(migrations.Migration):
    dependencies = [("roadmaps", "0001_initial"), ("tpm", "0002_append_only")]

    operations = append_only.operations(
        "roadmaps_actual",
        "roadmaps_baseline",
        "roadmaps_baselineitem",
        "roadmaps_estimate",
        "roadmaps_forecastmoves",
        "roadmaps_forecastrun",
        "roadmaps_itemforecast",
        "roadmaps_itemmove",
        "roadmaps_learnedestimate",
        "roadmaps_learning",
        "roadmaps_objectiveforecast",
        "roadmaps_teamdrag",
    )
