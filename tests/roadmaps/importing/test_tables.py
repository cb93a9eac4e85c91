"""Delimiters, encodings, quoting and plain tables."""

import codecs
from datetime import date

import pytest

from roadmaps import importing
from roadmaps.importing import Options

LINES = 'Key;Title;Status\r\nA-1;Größe, "klein";Done\r\nA-2;Zwei\r\n'.replace('"klein"', "klein")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    parsed = importing.read(
        delimiter.join(("Key", "Title")).encode() + b"\nA-1" + delimiter.encode() + b"x\n"
    )
    assert (parsed.delimiter, parsed.rows[0].title) == (delimiter, "x")


def test_a_spreadsheet_may_name_its_delimiter_in_the_first_line():
    parsed = importing.read(b"sep=;\r\nKey;Title\r\nA-1;x, y\r\n")
    assert parsed.rows[0].title == "x, y"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (LINES.encode(), "utf-8"),
        (codecs.BOM_UTF8 + LINES.encode(), "utf-8"),
        (LINES.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"), "utf-16"),
        (LINES.encode("utf-16-le"), "utf-16-le"),
        (LINES.encode("utf-16-be"), "utf-16-be"),
        (LINES.encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_gives_the_same_rows(data, encoding):
    parsed = importing.read(data)
    assert parsed.encoding == encoding
    assert [row.title for row in parsed.rows] == ["Größe, klein", "Zwei"]


def test_reading_as_latin_text_is_told():
    assert any("not UTF-8" in note for note in importing.read(LINES.encode("cp1252")).notes)


def test_nul_characters_are_removed_and_counted():
    parsed = importing.read(b"Key,Title\nA-1,a\x00b\x00c\n")
    assert parsed.rows[0].title == "abc"
    assert "NUL characters were removed, as no text can hold them: 2." in parsed.notes


def test_line_ends_of_an_old_mac_are_line_ends():
    assert len(importing.read(b"Key,Title\rA-1,x\rA-2,y\r").rows) == 2


def test_blank_rows_are_passed_over_and_counted_and_numbers_stay_true():
    parsed = importing.read(b"Key,Title\nA-1,x\n,\nA-2,y\n,\n,\n")
    assert [row.number for row in parsed.rows] == [2, 4]
    assert parsed.skipped == {"blank rows": 1}


def test_odd_quoting_is_read_as_it_stands_and_told():
    parsed = importing.read(b'Key,Title\nA-1,"a" b\nA-2,c\n')
    assert [row.title for row in parsed.rows] == ["a b", "c"]
    assert any("quoted oddly" in note for note in parsed.notes)


def test_a_table_typed_by_hand_may_drop_its_last_cells():
    assert importing.read(LINES.encode()).rows[1].state == "planned"


def test_a_project_view_of_github_is_keyed_by_its_address():
    data = "Title\tURL\tAssignees\tStatus\tLabels\n"
    data += "One\thttps://x/1\tada, mel\tIn Progress\tbug, infra\n"
    row = importing.read(data.encode()).rows[0]
    assert (row.key, row.state, row.owner_name) == ("https://x/1", "in_progress", "ada")
    assert (row.labels, row.extra["Owners"]) == (["bug", "infra"], ["ada", "mel"])


def test_without_key_or_address_the_title_stands_in_and_that_is_told():
    parsed = importing.read(b"Title,Status\nOne,Done\n")
    assert parsed.rows[0].key == "One"
    assert any("No column holds a key" in note for note in parsed.notes)


def test_a_table_may_give_person_days():
    row = importing.read(b"Key,Title,Estimate (days)\nA-1,x,2.5\n").rows[0]
    assert (row.estimate, row.estimate_unit) == (2.5, "person-days")


def test_two_columns_of_one_meaning_are_both_there_in_the_end():
    parsed = importing.read(b"ID,Key,Title\n1,A-1,x\n")
    assert (parsed.rows[0].key, parsed.rows[0].extra) == ("1", {"Key": "A-1"})
    assert parsed.columns[1].use == "kept"


def test_the_source_can_be_overridden():
    data = b"Issue key,Issue id,Summary,Status\nA-1,1,x,Done\n"
    assert importing.read(data).source == "jira"
    assert importing.read(data, Options(source="table")).source == "table"


def test_due_dates_that_can_be_read_two_ways_are_asked_for():
    data = b"Key,Title,Due\nA-1,x,3/4/2025\n"
    parsed = importing.read(data)
    assert [question.option for question in parsed.questions] == ["day_first"]
    assert (parsed.rows[0].target, parsed.problems) == (None, [])
    assert importing.read(data, Options(day_first=True)).rows[0].target == date(2025, 4, 3)
    assert importing.read(data, Options(day_first=False)).rows[0].target == date(2025, 3, 4)
