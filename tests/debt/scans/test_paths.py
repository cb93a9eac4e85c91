"""Paths of reports: relative to the checkout, or refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.scans.paths import of_uri, settle
from debt.scans.results import Options, Result, Run
from tests.debt.scans.test_reading import read, result, sarif


def settled(*raw, **options):
    run = Run("Lint", results=[Result(n, "R", "Said", raw=path) for n, path in enumerate(raw)])
    settle(run, Options(**options))
    return [one.path for one in run.results], [row.reason for row in run.refused]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src//a.py", "./src//a.py"),
        ("src\\a.py", "src/a.py"),
        ("src/a%20b.py", "src/a b.py"),
        ("file:///builds/g/p/a.py", "/builds/g/p/a.py"),
        ("file:/builds/g/p/a.py", "/builds/g/p/a.py"),
        ("file:///C:/code/a.c", "c:/code/a.c"),
        ("C:\\code\\a.c", "c:/code/a.c"),
    ],
)
def test_an_address_becomes_a_path(uri, path):
    assert of_uri(uri) == (path, "")


def test_an_address_of_the_web_is_a_place_and_no_path():
    assert of_uri("https://example.org/a.cs") == ("", "https://example.org/a.cs")


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/builds/acme/requests/requests/api.py", "requests/api.py"),
        ("/home/runner/work/app/app/src/a.py", "src/a.py"),
        ("/github/workspace/a.py", "a.py"),
        ("/src/a.py", "a.py"),
        ("./src//a.py", "src/a.py"),
    ],
)
def test_the_checkout_of_a_build_server_is_known(raw, path):
    assert settled(raw) == ([path], [])


def test_a_prefix_counts_before_everything():
    assert settled("/builds/a/b/c/d.py", prefix="file:///builds/a/b/c/") == (["d.py"], [])


def test_what_lies_outside_the_prefix_is_refused():
    paths, reasons = settled("/home/me/app/a.py", "/home/you/a.py", prefix="/home/me/app")
    assert paths == ["a.py"]
    assert reasons == ["an absolute path outside the checkout; say its folder as the prefix"]


def test_a_folder_of_the_component_shows_where_the_checkout_begins():
    assert settled("/home/me/x/billing/tax.py", folders=("billing/",)) == (["billing/tax.py"], [])


def test_the_folder_that_all_share_is_the_last_guess():
    assert settled("/home/me/app/a.py", "/home/me/app/b/c.py")[0] == ["a.py", "b/c.py"]


def test_the_checkout_of_the_scan_before_is_taken_again():
    assert settled("/home/me/app/b/c.py", root="/home/me/app/")[0] == ["b/c.py"]


@pytest.mark.parametrize("raw", ["/etc/passwd", "/usr/lib/x.py", "/a.py", "C:/Windows/x.c"])
def test_an_absolute_path_of_no_checkout_is_refused(raw):
    paths, reasons = settled(raw)
    assert paths == []
    assert "absolute" in reasons[0]


@pytest.mark.parametrize(
    "raw", ["../a.py", "src/../../a.py", "src/..", "/builds/a/b/../c.py", "src/%2e%2e/a.py"]
)
def test_a_path_that_steps_out_is_refused(raw):
    assert settled(raw) == ([], ["a path that steps out of its folder (..)"])


def test_a_path_that_is_too_long_is_refused():
    assert settled("a/" * 300 + "b.py")[1] == ["a path of more than 500 characters"]


def test_bases_lie_in_bases():
    row = result()
    row["locations"][0]["physicalLocation"]["artifactLocation"] = {"uri": "a.c", "uriBaseId": "SRC"}
    bases = {"SRC": {"uri": "src/", "uriBaseId": "ROOT"}, "ROOT": {"description": {}}}
    assert read(sarif(row, originalUriBaseIds=bases)).runs[0].results[0].path == "src/a.c"


def test_bases_that_lie_in_each_other_end():
    row = result()
    row["locations"][0]["physicalLocation"]["artifactLocation"] = {"uri": "a.c", "uriBaseId": "A"}
    bases = {"A": {"uri": "a/", "uriBaseId": "B"}, "B": {"uri": "b/", "uriBaseId": "A"}}
    assert read(sarif(row, originalUriBaseIds=bases)).runs[0].results[0].path == "b/a/a.c"


@given(st.lists(st.text(max_size=40), max_size=6))
def test_no_text_becomes_a_path_that_leaves_the_checkout(raws):
    paths, reasons = settled(*raws)
    assert len(paths) + len(reasons) == len(raws)
    for path in paths:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
