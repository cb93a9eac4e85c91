"""Triggers that keep history as it was: no UPDATE ever, DELETE only under a removal permit.

SQLite drops triggers when a later migration rebuilds the table: add the operation again there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import migrations, transaction

from tpm.models import RemovalPermit

REFUSED_UPDATE = "{table} is append-only: add a new row instead."
REFUSED_DELETE = "{table} is append-only: rows leave only with their whole product."

POSTGRES = """
CREATE FUNCTION {table}_append_only() RETURNS trigger AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '{update}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM tpm_removalpermit) THEN
        RAISE EXCEPTION '{delete}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$body$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER IF EXISTS {table}_append_only ON {table};
DROP FUNCTION IF EXISTS {table}_append_only();
"""
SQLITE_UPDATE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{update}'); END
"""
SQLITE_DELETE = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM tpm_removalpermit)
BEGIN SELECT RAISE(ABORT, '{delete}'); END
"""


class AppendOnly(migrations.RunPython):
    """Make one table append-only on SQLite and PostgreSQL, also where it was so before."""

    def __init__(self, table: str) -> None:
        self.table = table
        words = {
            "table": table,
            "update": REFUSED_UPDATE.format(table=table),
            "delete": REFUSED_DELETE.format(table=table),
        }

        def add(apps, schema_editor):
            take_away(apps, schema_editor)
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(POSTGRES.format(**words), params=None)
            else:
                schema_editor.execute(SQLITE_UPDATE.format(**words), params=None)
                schema_editor.execute(SQLITE_DELETE.format(**words), params=None)

        def take_away(apps, schema_editor):
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(POSTGRES_BACK.format(**words), params=None)
            else:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update", params=None)
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete", params=None)

        super().__init__(add, take_away)


def operations(*tables: str) -> list[migrations.RunPython]:
    """Migration operations that make these tables append-only."""
    return [AppendOnly(table) for table in tables]


@contextmanager
def removal_allowed(reason: str) -> Iterator[None]:
    """Let append-only rows be removed inside this block; needs an open transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("removal of append-only rows needs a transaction")
    permit = RemovalPermit.objects.create(reason=reason)
    yield
    permit.delete()  # after an error the rollback takes it back
