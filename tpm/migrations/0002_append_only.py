from django.db import migrations

from tpm import append_only


class Migration(migrations.Migration):
    dependencies = [("tpm", "0001_initial")]

    operations = append_only.operations("tpm_change")
