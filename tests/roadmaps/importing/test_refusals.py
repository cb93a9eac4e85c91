"""Files that are not what they claim: one clear sentence each, and never another exception."""

import io
import json
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roadmaps import importing
from roadmaps.importing import MAX_BYTES, MAX_ROWS, Options, Unreadable


def workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b" \r\n\t\n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"\x00" * 5000, "The file is empty"),
        (workbook(), "a zip archive or an Excel workbook"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        (b"<html><table><tr><td>Issue key</td></tr></table>", "a web page"),
        (b"<?xml version='1.0'?><rss></rss>", "XML"),
        (b'{"issues": []}', "a JSON object"),
        (b"Summary,Issue key\n", "no rows below it"),
        (b"foo,bar\n1,2\n", "No column looks like a title"),
        (b"\n\n", "The file is empty"),
        (b",,,\n1,2,3\n", "first row is blank"),
        (bytes(range(1, 32)) * 50, "control characters"),
        (b'Key,Title\nA-1,"never closed', "ends inside a quoted cell"),
        (b"Key,Title,Status\nA-1,x,Done\nA-2,y", "stops after 2 of 3 cells"),
        ("Key,Title\nA-1,größe".encode() * 20 + b"\xc3", "cut off"),
        (b"\xff\xfeK\x00e", "damaged or cut off"),
    ],
)
def test_what_the_file_is_instead_is_said(data, sentence):
    with pytest.raises(Unreadable, match=sentence):
        importing.read(data)


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "junk.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(Unreadable, match=r"The file is 50.0 MB; the limit is 30.0 MB"):
        importing.read_path(path)


@pytest.mark.thorough
def test_junk_just_under_the_limit_is_refused():
    for junk in (b"," * MAX_BYTES, b"x" * MAX_BYTES, b"\xff" * MAX_BYTES):
        with pytest.raises(Unreadable):
            importing.read(junk)


def test_too_many_rows_are_refused():
    data = b"Key,Title\n" + b"".join(b"A-%d,x\n" % n for n in range(MAX_ROWS + 1))
    with pytest.raises(Unreadable, match="more than 20,000 rows"):
        importing.read(data)


def test_a_source_that_does_not_exist_is_refused():
    with pytest.raises(Unreadable, match="There is no source “trello”"):
        importing.read(b"Key,Title\nA,b\n", Options(source="trello"))


def test_json_said_to_be_jira_is_refused():
    with pytest.raises(Unreadable, match="This is JSON"):
        importing.read(b"[]", Options(source="jira"))
    with pytest.raises(Unreadable, match="This is not JSON"):
        importing.read(b"Key,Title\nA,b\n", Options(source="github"))


def test_a_file_full_of_formulas_is_text():
    data = b"Key,Title,Status\n" + b"".join(b"=cmd(%d),=cmd()|x!A0,=cmd()\n" % n for n in range(50))
    parsed = importing.read(data)
    assert len(parsed.rows) == 50
    assert parsed.rows[0].title == "=cmd()|x!A0"


def only_sentences(data, options=None):
    """Read, and let nothing pass but rows or a refusal; any other exception fails the test."""
    try:
        parsed = importing.read(data, options)
    except Unreadable:
        return
    left_out = sum(problem.left_out for problem in parsed.problems)
    assert len(parsed.rows) + left_out + sum(parsed.skipped.values()) >= parsed.records


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"[")
@example(b"sep=\x00\r\n")
@example(b'"')
def test_random_bytes_end_in_rows_or_a_sentence(data):
    only_sentences(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["jira", "linear", "table", "github"]))
def test_random_bytes_end_so_for_every_source(data, source):
    only_sentences(data, Options(source=source))


HEADER = b"Summary,Issue key,Issue id,Issue Type,Status,Created,Due date,Original estimate,Sprint\n"
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["22/Sep/25 9:26 AM", "3/4/2025", "=cmd()", "144000", "ABC-1", '"', "1e999", "-0"]
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=10), min_size=1, max_size=6))
def test_random_cells_under_a_real_header_never_raise(rows):
    body = "\n".join(",".join(row) for row in rows)
    only_sentences(HEADER + body.encode("utf-8", "surrogatepass"))


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["number", "title", "state", "labels", "milestone", "user", "response"]
                ),
                inner,
                max_size=7,
            )
        ),
        max_leaves=20,
    )
)
def test_random_json_never_raises(document):
    only_sentences(json.dumps([document]).encode())
