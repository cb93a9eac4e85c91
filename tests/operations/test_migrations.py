"""A new database is made at once; an older one takes each migration, and comes to the same."""

import json
import subprocess
import sys

import pytest

from tests.services_for_tests import ROOT, clean_environment

pytestmark = pytest.mark.integration

STEPS = """
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
"""
SCHEMA = """
import django, json; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    print(json.dumps(cursor.fetchall()))
"""

ROWS = """
import django, json; django.setup()
from django.apps import apps
from django.conf import settings
models = [model for app in settings.OUR_APPS for model in apps.get_app_config(app).get_models()]
print(json.dumps({model._meta.label: model._base_manager.count() for model in models}))
"""
ON_POSTGRESQL = """
import django, json; django.setup()
from django.db import connection
ASKED = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
    "column_default, is_identity, generation_expression FROM information_schema.columns "
    "WHERE table_schema = 'public'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)
found = []
with connection.cursor() as cursor:
    for statement in ASKED:
        cursor.execute(statement)
        found += [[str(value) for value in row] for row in cursor.fetchall()]
others = ("auth_", "account_", "django_")  # their authors choose how wide a key is
print(json.dumps(sorted(row for row in found if not row[0].startswith(others))))
"""


def python(code: str, data, **settings: str) -> str:
    env = clean_environment(
        TPM_DATA_DIR=str(data),
        DJANGO_SETTINGS_MODULE="tpm.settings",
        PYTHONPATH=str(ROOT),
        **settings,
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def migrate(data, **settings: str) -> None:
    code = "import django; django.setup(); from django.core.management import call_command; "
    python(code + "call_command('migrate', verbosity=0)", data, **settings)


def schema(data) -> dict[tuple[str, str], list[str]]:
    """By kind and name, the parts of what made it: in a table the order of columns may differ."""
    rows = json.loads(python(SCHEMA, data).splitlines()[-1])
    return {(kind, name): parts(sql) if kind == "table" else [sql] for kind, name, sql in rows}


def rows(data) -> dict[str, int]:
    """How many rows each of our tables begins with."""
    return json.loads(python(ROWS, data).splitlines()[-1])


def parts(sql: str) -> list[str]:
    """What stands between the outermost commas of a table's brackets, in alphabetical order."""
    body, found, depth, quote = sql[sql.index("(") + 1 : sql.rindex(")")], [""], 0, ""
    for letter in body:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        if letter == "," and not depth and not quote:
            found.append("")
        else:
            found[-1] += letter
    return sorted(each.strip() for each in found)


def test_parts_of_a_table_are_told_apart():
    sql = 'CREATE TABLE "a" ("b" text CHECK ("b" IN (\'x,y\', \'z\')), "c" integer)'
    assert parts(sql) == ["\"b\" text CHECK (\"b\" IN ('x,y', 'z'))", '"c" integer']


def test_an_older_database_comes_to_what_a_new_one_has(tmp_path):
    new, older = tmp_path / "new", tmp_path / "older"
    new.mkdir()
    older.mkdir()
    migrate(new)
    python(STEPS, older)
    assert schema(older) == schema(new)
    assert rows(older) == rows(new)


def test_the_same_holds_on_postgresql(tmp_path, postgres_server):
    new, older = ({"DATABASE_URL": postgres_server.create_database()} for _ in range(2))
    migrate(tmp_path, **new)
    python(STEPS, tmp_path, **older)
    made, taken = (json.loads(python(ON_POSTGRESQL, tmp_path, **each)) for each in (new, older))
    assert made == taken
