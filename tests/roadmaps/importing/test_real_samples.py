"""The three licensed exports, counted exactly."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from roadmaps import importing

SAMPLES = Path(__file__).parents[2] / "data" / "imports"


@pytest.fixture(scope="module")
def jira():
    return importing.read_path(SAMPLES / "jira_server_2020.csv")


@pytest.fixture(scope="module")
def linear():
    return importing.read_path(SAMPLES / "linear_export_25col_2023.csv")


@pytest.fixture(scope="module")
def github():
    return importing.read_path(SAMPLES / "github_rest_issues_page1.json")


def uses(parsed):
    return {
        use: sum(column.use == use for column in parsed.columns)
        for use in ("used", "kept", "ignored")
    }


def test_jira_gives_four_rows_from_27_columns(jira):
    assert (jira.source, jira.records, len(jira.rows), len(jira.columns)) == ("jira", 4, 4, 27)
    assert uses(jira) == {"used": 8, "kept": 3, "ignored": 16}
    assert jira.problems == []


def test_jira_reads_the_24_hour_server_dates(jira):
    assert jira.rows[0].created == datetime(2020, 6, 25, 12, 44, tzinfo=UTC)
    assert any("zone" in note for note in jira.notes)


def test_jira_keeps_a_description_of_several_lines_whole(jira):
    assert jira.rows[2].description.startswith("Dear test,\n\nMay sdgs.\n\nLocal Time 6:57 pm")
    assert jira.rows[2].description.endswith("Much appreciated! =)")


def test_jira_row_numbers_are_those_of_a_spreadsheet(jira):
    assert [row.number for row in jira.rows] == [2, 3, 4, 5]


def test_linear_gives_ten_rows_from_25_columns(linear):
    assert (linear.source, linear.records, len(linear.rows)) == ("linear", 10, 10)
    assert uses(linear) == {"used": 17, "kept": 6, "ignored": 2}
    assert linear.problems == []


def test_linear_states_follow_the_status_words(linear):
    states = {row.key: row.state for row in linear.rows}
    assert states == {
        "CLA-1": "in_progress",
        "CLA-2": "dropped",
        "CLA-3": "idea",
        "CLA-4": "idea",
        "CLA-5": "planned",
        "CLA-6": "planned",
        "CLA-7": "planned",
        "CLA-8": "dropped",
        "CLA-9": "done",
        "CLA-10": "dropped",
    }


def test_linear_parents_are_found_in_the_file(linear):
    parents = {row.key: row.parent for row in linear.rows if row.parent}
    assert parents == {"CLA-1": "CLA-4", "CLA-7": "CLA-6"}


def test_linear_due_date_is_a_day_and_is_not_shifted(linear):
    assert linear.rows[6].target == date(2023, 3, 10)


def test_linear_estimates_are_points_and_the_report_says_so(linear):
    points = {row.key: row.estimate for row in linear.rows if row.estimate_unit == "points"}
    assert points == {"CLA-1": 5, "CLA-5": 8, "CLA-7": 3}
    assert any(note.startswith("3 rows with points, from 3 to 8") for note in linear.notes)


def test_linear_archived_open_rows_come_in_as_dropped_and_are_told(linear):
    assert [row.key for row in linear.rows if row.archived] == ["CLA-8"]
    assert "1 row archived before being done: read as dropped." in linear.notes


def test_linear_owner_is_an_e_mail_address(linear):
    assert linear.rows[0].owner_email == "tester@example.com"
    assert linear.rows[1].owner_email == ""


def test_github_gives_three_issues_with_their_repository(github):
    assert (github.source, github.records, len(github.rows)) == ("github", 3, 3)
    assert {row.instance for row in github.rows} == {"octokit-fixture-org/paginate-issues"}
    assert [row.key for row in github.rows] == ["13", "12", "11"]
    assert github.problems == []


def test_github_reports_every_key_of_the_issues(github):
    assert len(github.columns) == 28
    assert uses(github) == {"used": 13, "kept": 2, "ignored": 13}
    assert all(column.note for column in github.columns if column.use == "ignored")
