"""A new database, made at once from the models as they are.

Taking every migration has Django build the models anew after each change of a table: most of a
first start, and of the start of every test run, went there. A database that is not new takes its
migrations; a test holds what both come to against each other.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model


def is_new(connection) -> bool:
    return not connection.introspection.table_names()


def make(connection) -> None:
    """All tables, then what our migrations do beside tables; every migration counts as applied.

    Other apps' migrations change rows at most, of which there are none.
    """
    loader = MigrationLoader(connection)
    applied = MigrationRecorder.Migration
    state: Any = SimpleNamespace(apps=apps, clear_delayed_apps_cache=lambda: None)
    with connection.schema_editor() as editor:
        models: list[type[Model]] = [*apps.get_models(), applied]
        for model in models:
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
        # What points at a table follows the tables: rows come after it.
        for statement in editor.deferred_sql:
            editor.execute(statement)
        editor.deferred_sql.clear()
        for app, operation in beside_tables(loader):
            operation.database_forwards(app, editor, state, state)
        applied.objects.using(connection.alias).bulk_create(
            applied(app=app, name=name) for app, name in loader.disk_migrations
        )


def beside_tables(loader: MigrationLoader) -> Iterator[tuple[str, Operation]]:
    """(app, operation) of our own in their order: first rows, triggers."""
    ours = {app.label for app in apps.get_app_configs() if app.name in settings.OUR_APPS}
    seen: set[tuple[str, str]] = set()
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key in seen or key[0] not in ours:
                continue
            seen.add(key)
            for operation in loader.graph.nodes[key].operations:
                own = not type(operation).__module__.startswith("django.")
                if own or isinstance(operation, RunPython | RunSQL):
                    yield key[0], operation
