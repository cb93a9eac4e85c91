"""Reports and comments taken in by a command."""

import json

import pytest
from django.core.management import CommandError, call_command

from debt.models import Scan
from tests.debt.scans.conftest import counts, report_of

pytestmark = pytest.mark.django_db


def call(capsys, *words):
    call_command(*map(str, words), "--json")
    return json.loads(capsys.readouterr().out)


def test_the_command_takes_a_report_in(billing, root, tmp_path, capsys):
    path = tmp_path / "report.sarif"
    path.write_text(json.dumps(report_of(1, 2)))
    words = ("import_scan", path, "--component", "billing", "--complete")
    assert counts(call(capsys, *words, "--dry-run")) == {"new": 2}
    assert len(call(capsys, *words)["new"]) == 2
    assert [row["reason"] for row in call(capsys, *words)["kept"]] == ["found by its message"] * 2


def test_the_command_names_what_there_is(billing, root, tmp_path):
    with pytest.raises(CommandError, match=r"There is no component x\. There are: billing"):
        call_command("import_scan", __file__, "--component", "x")


def test_a_file_that_is_cut_off_takes_nothing_in(billing, root, tmp_path):
    path = tmp_path / "report.sarif"
    path.write_text(json.dumps(report_of(1, 2))[:-20])
    with pytest.raises(CommandError, match="cut off"):
        call_command("import_scan", str(path), "--component", "billing")
    assert not Scan.objects.exists()


def test_comments_of_a_folder_are_taken_in_as_one_more_source(billing, root, tmp_path, capsys):
    (tmp_path / "a.py").write_text("# TODO: one\n# FIXME: two\n")
    words = ("scan_todos", tmp_path, "--component", "billing")
    assert counts(call(capsys, *words)) == {"new": 2}
    (tmp_path / "a.py").write_text("\n# TODO: one\n")
    assert counts(call(capsys, *words)) == {"moved": 1, "closed": 1}
