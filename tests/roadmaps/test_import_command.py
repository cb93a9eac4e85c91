"""`manage.py import_items`: the same report as the page, on the console."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from roadmaps.models import Item

LINEAR = Path(__file__).parents[1] / "data" / "imports" / "linear_export_25col_2023.csv"


def run(*arguments):
    out = StringIO()
    call_command("import_items", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_dry_run_reports_and_writes_nothing(product, root):
    said = run(LINEAR, "--product", "PAY", "--dry-run")
    assert "Nothing is written" in said
    assert "created: 10" in said
    assert not Item.objects.exists()


def test_it_imports_and_says_the_same(product, root):
    preview = json.loads(run(LINEAR, "--product", "PAY", "--dry-run", "--json"))
    done = json.loads(run(LINEAR, "--product", "pay", "--json"))
    assert Item.objects.count() == 10
    assert done.pop("batch")
    assert done == preview


def test_points_zone_and_person_can_be_said(product, ada):
    options = ("--days-per-point", "2", "--zone", "Europe/Lisbon", "--by", "ada")
    run(LINEAR, "--product", "PAY", *options)
    assert Item.objects.get(source_key="CLA-5").estimates.get().by == ada


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((LINEAR, "--product", "NOPE"), "There is no product NOPE. There are: PAY"),
        (("nowhere.csv", "--product", "PAY"), "There is no file nowhere.csv"),
        ((LINEAR, "--product", "PAY", "--source", "github"), "This is not JSON"),
        ((LINEAR, "--product", "PAY", "--zone", "Mars"), "There is no time zone"),
        ((LINEAR, "--product", "PAY", "--by", "nobody"), "There is no active user nobody"),
    ],
)
def test_what_cannot_be_done_is_said(product, root, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_without_an_administrator_a_user_must_be_named(product):
    with pytest.raises(CommandError, match="name a user with --by"):
        run(LINEAR, "--product", "PAY")
