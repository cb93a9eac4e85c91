"""TODO and FIXME comments of a tree."""

import pytest

from debt.scans import Unreadable
from debt.scans.todos import scan


def marks(folder, **options):
    (run,) = scan(folder, **options).runs
    return [(one.rule, one.path, one.line, one.message) for one in run.results]


def test_marks_are_found_with_their_words(tmp_path):
    (tmp_path / "a.py").write_text("x = 1  # TODO(me): round it\n# FIXME\n")
    assert marks(tmp_path) == [
        ("TODO", "a.py", 1, "TODO: round it"), ("FIXME", "a.py", 2, "FIXME"),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["// TODO: a", "/* TODO: a */", "-- TODO: a", "<!-- TODO: a -->"])
def test_comments_of_other_languages_are_read(tmp_path, line):
    (tmp_path / "a").write_text(line)
    assert marks(tmp_path) == [("TODO", "a", 1, "TODO: a")]


@pytest.mark.parametrize("line", ["todo = []", "TODO", "x = 'TODO'", "# TODOS are many"])
def test_a_word_that_is_no_mark_is_passed_over(tmp_path, line):
    (tmp_path / "a.py").write_text(line)
    assert marks(tmp_path) == []


def test_what_is_no_source_is_passed_over(tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.js").write_text("// TODO: a")
    (tmp_path / "a.bin").write_bytes(b"\x00 # TODO: a")
    (tmp_path / "b.py").write_bytes(b"# TODO: \xff")
    (tmp_path / "c.py").symlink_to("/etc/passwd")
    assert marks(tmp_path) == []


def test_a_folder_of_the_repository_stands_before_the_paths(tmp_path):
    (tmp_path / "a.py").write_text("# TODO: a")
    assert marks(tmp_path, within="/billing/")[0][1] == "billing/a.py"


def test_neighbours_are_part_of_the_context(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n# TODO: a\ny = 2\nz = 3\n# TODO: a\n")
    (run,) = scan(tmp_path).runs
    assert len({one.context for one in run.results}) == 2


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="There is no folder"):
        scan(tmp_path / "none")
