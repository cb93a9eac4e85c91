"""The classical analyses and what is derived from touches."""

import json

import pytest

from benchmarks import history_analyses
from debt.mining import analyses, bots, hotspots, owners, trailers
from debt.mining.analyses import Pair, Thresholds
from debt.mining.commits import Commit, Touch
from debt.mining.scopes import Story
from debt.mining.touches import gamma_quantile, touch_rate


def commit(id, files, *, day=1, author="a"):
    return Commit(id, day * 86_400, author, "", [Touch(path, None, 2, 1) for path in files])


HISTORY = [commit(f"{n}", ["a", "b"], day=n // 2) for n in range(6)] + [
    commit("x", ["a", "c"], day=9, author="b"),
    commit("y", ["b"], day=9),
]


def test_revisions_count_commits():
    assert analyses.revisions(HISTORY) == [("a", 7), ("b", 7), ("c", 1)]


def test_coupling_is_shared_over_the_mean_of_both():
    (pair,) = analyses.coupling(analyses.change_sets(HISTORY), Thresholds())
    assert pair == Pair("a", "b", 85, 7, 6)


def test_coupling_rounds_the_degree_down_and_the_mean_up():
    sets = [["a", "b"]] * 5 + [["a"]] * 2
    (pair,) = analyses.coupling(sets, Thresholds())
    assert (pair.degree, pair.average) == (83, 6)


@pytest.mark.parametrize(
    "limits",
    [{"revisions": 8}, {"shared": 7}, {"least": 86}, {"most": 84}, {"change_set": 1}],
)
def test_each_threshold_of_coupling_leaves_the_pair_out(limits):
    assert analyses.coupling(analyses.change_sets(HISTORY), Thresholds(**limits)) == []


def test_large_change_sets_count_for_nothing_in_coupling():
    large = [[f"f{n}" for n in range(31)]] * 9
    assert analyses.coupling(large, Thresholds()) == []


def test_soc_adds_up_who_came_along():
    assert analyses.soc(analyses.change_sets(HISTORY), Thresholds()) == [
        ("a", 7), ("b", 6), ("c", 1),
    ]  # fmt: skip


def test_churn_of_a_day_counts_its_commits_once():
    assert analyses.abs_churn(HISTORY)[-1] == ("1970-01-10", 6, 3, 2)


def test_churn_of_a_file():
    assert analyses.entity_churn(HISTORY)[0] == ("a", 14, 7, 7)


def test_authors_are_counted_and_never_named():
    assert analyses.authors(HISTORY)[0] == ("a", 2, 7)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text(
        "[abc1] Ann 2026-01-02 Two\n1\t2\ta,b.py\n-\t-\tb.png\n\n"
        "[abc0] Bo 2026-01-01 One\n3\t0\t{x => y}/c.py\n"
    )
    return path


@pytest.mark.parametrize(
    ("analysis", "first"),
    [
        ("revisions", "entity,n-revs"),
        ("coupling", "entity,coupled,degree,average-revs"),
        ("abs-churn", "date,added,deleted,commits"),
        ("entity-churn", "entity,added,deleted,commits"),
        ("authors", "entity,n-authors,n-revs"),
        ("soc", "entity,soc"),
    ],
)
def test_columns_are_the_classical_ones(log, capsys, analysis, first):
    assert history_analyses.main([str(log), "--analysis", analysis]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first


def test_names_with_commas_are_quoted(log, capsys):
    history_analyses.main([str(log), "--analysis", "entity-churn"])
    assert capsys.readouterr().out.splitlines()[1:] == [
        "{x => y}/c.py,3,0,1", '"a,b.py",1,2,1', "b.png,0,0,1",
    ]  # fmt: skip


def test_json_has_an_object_for_each_row(log, capsys):
    history_analyses.main([str(log), "--analysis", "abs-churn", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told[0] == {"date": "2026-01-01", "added": 3, "deleted": 0, "commits": 1}


def test_renames_are_followed_where_asked(log, capsys):
    history_analyses.main([str(log), "--renames", "follow"])
    assert "y/c.py,1" in capsys.readouterr().out


def test_thresholds_are_options(log, capsys):
    history_analyses.main([str(log), "-a", "coupling", "--min-revs", "1", "--min-shared-revs", "1"])
    assert capsys.readouterr().out.splitlines()[1:] == ['"a,b.py",b.png,100,1']


def test_what_is_no_log_ends_with_a_sentence(tmp_path, capsys):
    path = tmp_path / "x"
    path.write_text("hello\n")
    assert history_analyses.main([str(path)]) == 1
    assert "no log of git" in capsys.readouterr().err


def test_hotspots_are_touches_times_size():
    found = hotspots.hotspots({"a": 4, "b": 2, "c": 1}, {"a": 10, "b": 100, "c": None})
    assert [(spot.path, spot.heat) for spot in found] == [("b", 1.0), ("c", 0.5), ("a", 0.2)]


def test_hotspots_without_any_size_are_touches():
    assert [spot.heat for spot in hotspots.hotspots({"a": 4, "b": 2}, {})] == [1.0, 0.5]


def test_strongly_coupled_files_lie_outside_the_scope():
    pairs = [Pair("a", "b", 80, 9, 8), Pair("a", "c", 40, 9, 5), Pair("c", "d", 90, 9, 8)]
    assert hotspots.strongly_coupled(["a", "b"], pairs) == {"c": 40}


def test_the_longest_prefix_owns_a_file():
    whose = owners.Owners([("billing/", "billing"), ("billing/tax", "tax"), ("a.py", "one")])
    files = ["billing/x.py", "billing/tax/de/x.py", "billing_old/x.py", "a.py"]
    assert [whose.of(path) for path in files] == ["billing", "tax", None, "one"]


def test_an_empty_prefix_owns_the_rest():
    assert owners.Owners([("", "all"), ("a/", "a")]).of("b/c.py") == "all"


def test_shares_of_parts_sum_to_one():
    whose = owners.Owners([("a", "A"), ("b", "B")])
    found = owners.shares({"a/1": 3.0, "b/1": 1.0, "c": 1.0}, whose)
    assert found == {"A": 0.6, "B": 0.2, None: 0.2}


CHANGES = [(30, ["a", "b", "x", "y"]), (20, ["x"]), (10, ["a"])]


def test_touches_of_a_scope_count_each_change_once():
    found = Story(CHANGES).touching(frozenset({"a", "b"}))
    assert (found.at, found.share) == ((30, 10), 0.75)


def test_a_scope_nobody_touched_has_no_changes():
    assert Story(CHANGES, files=["z"]).touching(frozenset({"z"})).at == ()


@pytest.mark.parametrize(
    ("scopes", "files"),
    [
        (["pay/tax.py"], {"pay/tax.py"}),
        (["pay/tax.py:12-19"], {"pay/tax.py"}),
        (["./pay/"], {"pay/tax.py", "pay/de/a.py"}),
        (["pay"], {"pay/tax.py", "pay/de/a.py"}),
        (["old/tax.py"], {"pay/tax.py"}),
        (["old"], {"pay/tax.py"}),
        (["gone.py"], set()),
        (["pay/de", "old/tax.py"], {"pay/de/a.py", "pay/tax.py"}),
        ([""], {"pay/tax.py", "pay/de/a.py", "payroll.py"}),
    ],
)
def test_files_of_a_scope(scopes, files):
    story = Story(
        [(1, ["pay/tax.py", "payroll.py"])],
        files=["pay/de/a.py"],
        moved={"old/tax.py": "pay/tax.py"},
    )
    assert story.files_in(scopes) == files


def test_an_old_name_is_found_as_a_file_and_in_its_folder_alone():
    """Among names that begin alike: `-` stands before the slash and 0 after it."""
    old = ["a", "a-b/x", "a.py", "a/b/c", "a/d", "a0/e", "b"]
    story = Story([], files=[f"new{name}" for name in old], moved={x: f"new{x}" for x in old})
    for scope, was in (("a", ["a", "a/b/c", "a/d"]), ("a/b", ["a/b/c"]), ("a.py", ["a.py"])):
        assert story.files_in([scope]) == {f"new{name}" for name in was}
    assert story.files_in(["c"]) == frozenset()


def test_the_touch_rate_of_the_worked_example():
    # debt.md 2.2: W = 180 d and H = 90 d give 3.199 months
    found = touch_rate([1.0, 0.5, 0.25], months=3.199, prior=0.5)
    assert found.changes == 3
    assert found.rate == pytest.approx(1.75 / 3.199)
    assert found.low < found.rate < found.high


def test_quantiles_of_a_gamma():
    # An exponential is Gamma(1): its quantile is −ln(1 − p)
    assert gamma_quantile(0.9, 1) == pytest.approx(2.302585093, abs=1e-9)
    assert gamma_quantile(0.1, 1) == pytest.approx(0.105360516, abs=1e-9)
    # χ² with 10 degrees of freedom is 2 · Gamma(5); 15.98718 is its 90th percentile
    assert 2 * gamma_quantile(0.9, 5) == pytest.approx(15.98718, abs=1e-5)


@pytest.mark.parametrize(("share", "shape"), [(0, 1), (1, 1), (0.5, 0)])
def test_a_quantile_of_nonsense_is_refused(share, shape):
    with pytest.raises(ValueError, match="quantile"):
        gamma_quantile(share, shape)


def test_a_rate_over_no_time_is_refused():
    with pytest.raises(ValueError, match="window"):
        touch_rate([], months=0, prior=0.5)


@pytest.mark.parametrize(
    ("message", "taps"),
    [
        ("x\n\nDebt: PAY-D42 1h", [("PAY-D42", 60)]),
        ("Debt: PAY-D1 15min\nDebt: PAY-D2 1.5 h", [("PAY-D1", 15), ("PAY-D2", 90)]),
        ("Debt: PAY-D1 99d", []),
        ("Debt: PAY-D1", []),
        ("debt: PAY-D1 1h", []),
        ("See Debt: PAY-D1 1h", []),
        ("Debt: PAY-1 1h", []),
    ],
)
def test_trailers(message, taps):
    assert trailers.taps_of(message) == taps


def test_programs_are_told_by_patterns_of_choice():
    is_bot = bots.judge(["release-*"])
    assert is_bot("Release-Train <x@y>")
    assert not is_bot("dependabot[bot] <x@y>")
