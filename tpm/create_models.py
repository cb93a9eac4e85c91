"""Creating many tables in one step of a migration."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Create the tables of many models, which may point at each other, in any order.

    One `CreateModel` after the other has Django render everything related anew for each: half of
    what a new database took. Here all are known before the first table is made. What points at a
    table that comes later is legal: SQLite looks at use, PostgreSQL adds foreign keys at the end.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, *models: CreateModel) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list, dict]:
        return type(self).__name__, list(self.models), {}

    def state_forwards(self, app_label, state) -> None:
        state.__dict__.pop("apps", None)  # rendered again when it is asked for
        for each in self.models:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for each in self.models:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for each in reversed(self.models):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"
