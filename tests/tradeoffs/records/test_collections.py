"""The counts that the SOURCES.md of each collection gives."""

from collections import Counter

import pytest

from tests.tradeoffs.records.collections import NAMES, files_of
from tradeoffs.records import Edge, encode, read

IDENTUS, JUSTICE = (read(files_of(name)) for name in NAMES)
BY_PATH = {record.path: record for record in [*IDENTUS.records, *JUSTICE.records]}


def test_identus_has_22_records():
    assert len(IDENTUS.records) == 22
    assert IDENTUS.statuses() == {"accepted": 18, "no status": 3, "draft": 1}
    assert {record.style for record in IDENTUS.records} == {"log4brains"}


def test_identus_passes_over_what_is_no_record():
    names = {skipped.path for skipped in IDENTUS.skipped}
    assert names == {"README.md", "index.md", "template.md", "SOURCES.md"}
    assert all(skipped.why for skipped in IDENTUS.skipped)


def test_the_templates_choices_are_no_status_and_no_edge():
    holes = [record for record in IDENTUS.records if record.status.name == "no status"]
    assert all("superseded by" in record.status.raw for record in holes)
    assert [record.status.state for record in holes] == ["", "", ""]
    assert IDENTUS.edges == []


def test_identus_dates_are_those_of_the_files():
    said = [record for record in IDENTUS.records if record.dated_by == "file"]
    assert Counter("[" in record.date_raw for record in said) == {False: 13, True: 4}
    named = [record for record in IDENTUS.records if record.dated_by == "file name"]
    assert Counter(bool(record.date_raw) for record in named) == {True: 3, False: 2}


def test_three_records_of_one_day_keep_apart():
    assert len([r for r in IDENTUS.records if r.path.startswith("20230206-")]) == 3


def test_modernisation_platform_has_45_records():
    assert len(JUSTICE.records) == 45
    assert JUSTICE.statuses() == {"accepted": 35, "rejected": 6, "proposed": 2, "superseded": 2}
    assert all(record.dated_by == "file" for record in JUSTICE.records)
    assert {skipped.path for skipped in JUSTICE.skipped} == {"README.md", "SOURCES.md"}


def test_raw_statuses_are_kept_with_their_pictures():
    assert len({record.status.raw for record in JUSTICE.records}) == 5


def test_superseded_without_by_is_an_edge():
    assert JUSTICE.edges == [
        Edge(
            "0004-use-bash-node-python-as-core-languages.md",
            "0019-use-bash-go-as-core-languages.md",
        )
    ]


def test_a_web_address_in_the_status_is_a_link_out_of_the_collection():
    (other,) = JUSTICE.others
    assert other.of == "0025-non-standard-user-infrastructure.md"
    assert (other.link.kind, other.link.is_web, other.to) == ("superseded by", True, "")


def test_a_title_with_the_number_of_another_record_is_told():
    record = BY_PATH["0031-llms-will-be-hosted-on-the-analytical-platform.md"]
    assert record.number == 31
    assert "Its title says 30, its file name 31." in record.warnings


@pytest.mark.parametrize("name", NAMES)
def test_text_and_encoding_give_the_bytes_again(name):
    data = dict(files_of(name))
    for file in read(files_of(name)).files:
        assert encode(file.record.text, file.encoding) == data[file.record.path]
