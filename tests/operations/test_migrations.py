"""A new database takes one step; an older one takes each, and comes to the same."""

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
executor.loader.replace_migrations = False
executor.loader.build_graph()
steps = [key for each in executor.loader.replacements.values() for key in each.replaces]
last = {app: (app, name) for app, name in sorted(steps)}
executor.migrate(list(last.values()))
"""
SCHEMA = """
import django, json; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    print(json.dumps(cursor.fetchall()))
"""


def python(code: str, data) -> str:
    env = clean_environment(
        TPM_DATA_DIR=str(data), DJANGO_SETTINGS_MODULE="tpm.settings", PYTHONPATH=str(ROOT)
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def migrate(data) -> None:
    code = "import django; django.setup(); from django.core.management import call_command; "
    python(code + "call_command('migrate', verbosity=0)", data)


def schema(data) -> dict[tuple[str, str], list[str]]:
    """By kind and name, the parts of what made it: in a table the order of columns may differ."""
    rows = json.loads(python(SCHEMA, data).splitlines()[-1])
    return {(kind, name): parts(sql) if kind == "table" else [sql] for kind, name, sql in rows}


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
    migrate(older)  # what the steps replaced counts as done
    assert schema(older) == schema(new)
