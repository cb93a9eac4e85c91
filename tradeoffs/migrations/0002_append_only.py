from django.db import migrations

from tpm import append_only
from tradeoffs.freezing import Freeze

MOVES = {
    "draft": ("in_review",),
    "in_review": ("draft", "accepted", "rejected"),
    "accepted": ("superseded", "deprecated"),
    "rejected": ("draft",),
    "deprecated": ("superseded",),
}


class Migration(migrations.Migration):
    dependencies = [("tradeoffs", "0001_initial"), ("tpm", "0002_append_only")]

    operations = [*append_only.operations("tradeoffs_review"), Freeze(MOVES)]
