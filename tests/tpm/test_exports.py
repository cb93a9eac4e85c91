"""Tables as files: typed cells, no formulas, and the same cells when they are read again."""

import csv
import datetime
import io
import json

import openpyxl
import pytest

from tpm import exports

HEAD = ("key", "title", "days", "day", "none")
ROWS = [
    ("PAY-1", "=1+1", 2.5, datetime.date(2027, 3, 4), None),
    ("PAY-2", "https://example.org", 3, datetime.date(2026, 1, 1), None),
    ("PAY-3", "<b>&\"' ü 支払 🙂", 0, None, ""),
]
DANGEROUS = ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "  =1"]


def sheet_of(rows) -> openpyxl.worksheet.worksheet.Worksheet:
    file = io.BytesIO()
    exports.write_sheet(file, "Items", HEAD, rows)
    return openpyxl.load_workbook(file)["Items"]


def csv_rows(rows) -> list[list[str]]:
    text = "".join(exports.csv_pieces(HEAD, rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_a_workbook_that_is_opened_again_has_the_same_cells():
    sheet = sheet_of(ROWS)
    found = [
        [value.date() if isinstance(value, datetime.datetime) else value for value in row]
        for row in sheet.iter_rows(values_only=True)
    ]
    assert found[0] == list(HEAD)
    assert found[1:] == [[None if cell == "" else cell for cell in row] for row in ROWS]


def test_numbers_and_days_of_a_workbook_are_such_cells():
    _, _, days, day, _ = sheet_of(ROWS)[2]
    assert (days.data_type, day.data_type) == ("n", "d")


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    cell = sheet_of([("PAY-1", text, 1, None, None)])["B2"]
    assert cell.data_type == "s"


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_is_a_formula(text):
    assert csv_rows([("PAY-1", text, 1, None, None)])[1][1] == f"'{text}"


def test_a_csv_says_numbers_and_days_plainly():
    assert csv_rows(ROWS)[1] == ["PAY-1", "'=1+1", "2.5", "2027-03-04", ""]


def test_a_csv_of_many_rows_comes_in_pieces():
    pieces = list(exports.csv_pieces(HEAD, ROWS * 200))
    assert len(pieces) > 2
    assert len(list(csv.reader(io.StringIO("".join(pieces))))) == 601


@pytest.mark.parametrize("count", [0, 1, 500])
def test_json_holds_every_row_by_name(count):
    text = "".join(exports.json_pieces({"product": "PAY"}, HEAD, ROWS[:1] * count))
    found = json.loads(text)
    assert found["product"] == "PAY"
    assert len(found["rows"]) == count
    if count:
        assert found["rows"][0] == {
            "key": "PAY-1", "title": "=1+1", "days": 2.5, "day": "2027-03-04", "none": None
        }  # fmt: skip
