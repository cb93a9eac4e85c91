from django.core.management import call_command
from django.db import migrations

TABLE = "tpm_cache"


def add_table(apps, schema_editor):
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop_table(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    """All processes count tries to sign in together."""

    dependencies = [("tpm", "0002_append_only")]

    operations = [migrations.RunPython(add_table, drop_table)]
