"""The benchmark of schedules reads PSPLIB files, checks what it made and names its keys."""

import json

import pytest

from benchmarks import schedule_quality

FILE = """\
projects                      :  1
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    0
  3      1     4       2    1
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
   3    1
************************************************************************
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.sm").write_text(FILE, encoding="utf-8")
    return tmp_path


def run(monkeypatch, *words) -> int:
    monkeypatch.setattr("sys.argv", ["schedule_quality", *(str(word) for word in words)])
    return schedule_quality.main()


def test_a_file_is_read_with_its_links_turned_round(folder):
    problem = schedule_quality.read_sm(folder / "tiny.sm")
    assert problem.durations == (0, 3, 4, 0)
    assert problem.capacities == (3, 1)
    assert problem.predecessors == ((), (0,), (0,), (1, 2))


def test_the_gap_to_the_table_is_printed_under_the_agreed_keys(folder, monkeypatch, capsys):
    table = folder / "best.csv"
    table.write_text("file,best_known_makespan\ntiny.sm,7\n", encoding="utf-8")
    assert run(monkeypatch, folder, "--seconds", 0.1, "--best", table, "--json") == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    (row,) = result["instances"]
    assert row.pop("seconds") < 5
    assert row == {
        "file": "tiny.sm",
        "makespan": 7,
        "lower_bound": 7,
        "best": 7,
        "gap_percent": 0.0,
        "feasible": True,
    }
    assert result["mean_gap_percent"] == 0
    assert "searched by" in printed.err


def test_without_a_table_there_is_no_gap(folder, monkeypatch, capsys):
    assert run(monkeypatch, folder, "--seconds", 0.1) == 0
    assert "mean gap: None" in capsys.readouterr().out


def test_a_schedule_that_breaks_something_fails_the_benchmark(folder, monkeypatch, capsys):
    monkeypatch.setattr(schedule_quality, "faults", lambda problem, starts: ["Too many at once."])
    assert run(monkeypatch, folder, "--seconds", 0.1) == 1
    assert "Too many at once." in capsys.readouterr().err


def test_a_replan_is_timed(monkeypatch, capsys):
    assert run(monkeypatch, "--replan", 40, "--runs", 1, "--json") == 0
    assert json.loads(capsys.readouterr().out)["same"]["places_changed"] == 0


def test_a_file_without_a_block_is_named(folder):
    (folder / "bad.sm").write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.sm"):
        schedule_quality.read_sm(folder / "bad.sm")
