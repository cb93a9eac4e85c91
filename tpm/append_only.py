"""Triggers that keep history as it was: no UPDATE ever, DELETE only under a removal permit.

SQLite drops triggers when a later migration rebuilds the table: add the operation again there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.migrations.operations.base import Operation

from tpm.models import RemovalPermit

REFUSED_UPDATE = "{table} is append-only: add a new row instead."
REFUSED_DELETE = "{table} is append-only: rows leave only with their whole product."

POSTGRES = (
    """
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
""",
)
POSTGRES_BACK = (
    """
DROP TRIGGER IF EXISTS {table}_append_only ON {table};
DROP FUNCTION IF EXISTS {table}_append_only();
""",
)
SQLITE = (
    """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{update}'); END
""",
    """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM tpm_removalpermit)
BEGIN SELECT RAISE(ABORT, '{delete}'); END
""",
)
SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
)


class AppendOnly(Operation):
    """Make one table append-only on SQLite and PostgreSQL, also where it was so before.

    Reads no models: a data migration would have all of them rendered anew for each table.
    """

    reduces_to_sql = False
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label, state) -> None:
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        self.execute(schema_editor, POSTGRES if is_postgres(schema_editor) else SQLITE)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        self.execute(schema_editor, POSTGRES_BACK if is_postgres(schema_editor) else SQLITE_BACK)

    def execute(self, schema_editor, statements: tuple[str, ...]) -> None:
        words = {
            "table": self.table,
            "update": REFUSED_UPDATE.format(table=self.table),
            "delete": REFUSED_DELETE.format(table=self.table),
        }
        for statement in statements:
            schema_editor.execute(statement.format(**words), params=None)

    def describe(self) -> str:
        return f"Make {self.table} append-only"


def is_postgres(schema_editor) -> bool:
    return schema_editor.connection.vendor == "postgresql"


def operations(*tables: str) -> list[Operation]:
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
