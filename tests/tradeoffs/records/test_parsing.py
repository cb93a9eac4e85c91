"""Styles and oddities of single files, each after a real or documented one."""

import datetime

import pytest

from tradeoffs.records import Unreadable, dates, decode, parse, read
from tradeoffs.records.words import is_hole

ADR_TOOLS = """# 3. Third Record

Date: 12/02/2016

## Status

Superceded by [4. Fourth](0004-fourth.md)

Amends [1. First](0001-first.md)

## Context

Facts.

## Decision

We will do it.

## Consequences

Less to run.
"""

MADR_4 = """---
status: "superseded by ADR-0123"
date: 2024-03-05
decision-makers: [Ada, "Lena M."]
consulted: Mel
custom-key: kept
---

# Use Postgres

## Context and Problem Statement

Where do orders live?

## Decision Drivers

* Speed

## Considered Options

* Postgres
* SQLite

## Decision Outcome

Chosen option: "Postgres", because it takes many writers.

### Consequences

* Good, because it is known
* Bad, because it has to be run

### Confirmation

A load test.

## Pros and Cons of the Options

### Postgres

* Good, because it scales

## More Information

See [the other one](0009-other.md).
"""

MADR_3 = """---
status: "superseded by [ADR-0005](0005-example.md)"
deciders: Ada
---
# Title

## Context and Problem Statement

Text.

## Validation

A test.
"""

LOG4BRAINS = """# Use X

- Status: superseded by [20220101-use-y](20220101-use-y.md)
- Deciders: Ada, Lena
- Date: 2021-05-06
- Tags: one two

Technical Story: PAY-1

## Context and Problem Statement

Text.

## Links

- Refined by [z](20230101-z.md)
- Supersedes [20200101-w](20200101-w.md)
"""

BOLD = """# 7. A title

**Status.** Accepted.

**Context.** Why it came up.

**Decision.** (c). It is simple.

**How we know.** A test.
"""


def test_adr_tools():
    record = parse("doc/adr/0003-third-record.md", ADR_TOOLS)
    assert (record.style, record.number, record.title) == ("adr-tools", 3, "Third Record")
    assert record.status.state == "superseded"
    assert [(link.kind, link.target) for link in record.links] == [
        ("superseded by", "0004-fourth.md"),
        ("amends", "0001-first.md"),
    ]
    assert (record.context, record.reasons) == ("Facts.", "We will do it.")
    assert record.consequences == "Less to run."
    assert record.day is None
    assert "“12/02/2016” is not read as a day." in record.warnings


def test_madr_4():
    record = parse("0010-use-postgres.md", MADR_4)
    assert record.style == "MADR 4"
    assert record.status.name == "superseded"
    assert [(link.kind, link.target) for link in record.links] == [("superseded by", "123")]
    assert record.people == {"deciders": ["Ada", "Lena M."], "consulted": ["Mel"]}
    assert (record.options, record.chosen) == (["Postgres", "SQLite"], "Postgres")
    assert record.reasons == "it takes many writers."
    assert record.consequences.startswith("* Good, because it is known")
    assert (record.confirmation, record.described) == (
        "A load test.",
        {"Postgres": "* Good, because it scales"},
    )
    assert record.extra == {"custom-key": "kept"}
    assert [link.target for link in record.suggestions] == ["0009-other.md"]


def test_madr_3():
    record = parse("0004-title.md", MADR_3)
    assert (record.style, record.status.state) == ("MADR 3", "superseded")
    assert record.links[0].target == "0005-example.md"
    assert record.confirmation == "A test."


def test_log4brains():
    record = parse("20210506-use-x.md", LOG4BRAINS)
    assert (record.style, record.number, record.tags) == ("log4brains", None, ["one", "two"])
    assert [(link.kind, link.where) for link in record.links] == [
        ("superseded by", "status"),
        ("refined by", "links"),
        ("supersedes", "links"),
    ]
    assert record.extra["technical story"] == "PAY-1"


def test_bold_labels_are_sections():
    record = parse("0007-a-title.md", BOLD)
    assert (record.style, record.status.name) == ("Nygard", "accepted")
    assert record.context == "Why it came up."
    assert record.reasons == "(c). It is simple."
    assert record.confirmation == "A test."


def test_both_ends_of_a_replacement_are_one_edge():
    old = "# 1. Old\n\n## Status\n\nSuperseded by [2. New](0002-new.md)\n\n## Context\n\nx\n"
    new = "# 2. New\n\n## Status\n\nAccepted\n\nSupersedes [1. Old](0001-old.md)\n\n## Context\n\nx"
    found = read([("0001-old.md", old.encode()), ("0002-new.md", new.encode())])
    assert [(edge.old, edge.new) for edge in found.edges] == [("0001-old.md", "0002-new.md")]


def test_a_circle_of_replacements_is_broken_and_told():
    text = "# {n}. A\n\n## Status\n\nSuperseded by [{m}](000{m}-a.md)\n"
    files = [(f"000{n}-a.md", text.format(n=n, m=n % 3 + 1).encode()) for n in (1, 2, 3)]
    found = read(files)
    assert len(found.edges) == 2
    assert len(found.loops) == 1
    assert any("circle" in warning for record in found.records for warning in record.warnings)


def test_a_number_that_two_records_have_leads_nowhere():
    text = b"# 1. A\n\n## Status\n\nAccepted\n"
    last = b"# 2. B\n\n## Status\n\nSuperseded by ADR-1\n"
    found = read([("0001-a.md", text), ("0001-b.md", text), ("0002-c.md", last)])
    assert found.edges == []
    assert any("could mean" in warning for warning in found.records[2].warnings)


def test_a_bad_file_stops_no_other():
    good = b"# 1. A\n\n## Status\n\nAccepted\n"
    found = read(
        [
            ("0001-a.md", good),
            ("0002-nul.md", b"# a\x00b"),
            ("0003-huge.md", b"# 3. Huge\n\n## Status\n\nAccepted\n\n" + b"| a | b |\n" * 600_000),
            ("0004-empty.md", b""),
            ("0005-pic.png", b"\x89PNG"),
        ]
    )
    assert [record.path for record in found.records] == ["0001-a.md"]
    assert {skipped.path: bool(skipped.why) for skipped in found.skipped} == {
        "0002-nul.md": True,
        "0003-huge.md": True,
        "0004-empty.md": True,
        "0005-pic.png": True,
    }


@pytest.mark.parametrize(
    "front",
    [
        "status: [unclosed",
        "a: &a [x]\nb: *a",
        "status: !!python/object/apply:os.system ['true']",
        "- a\n- list",
        "[" * 5000,
    ],
)
def test_front_matter_that_cannot_be_read_is_told(front):
    record = parse("0001-x.md", f"---\n{front}\n---\n# A title\n\n## Context\n\nText.\n")
    assert record.title == "A title"
    assert record.context == "Text."


def test_marks_line_ends_and_odd_blanks():
    text = "\ufeff# 2.\u00a0Title\n\n## Status\n\n✅\u00a0Accepted\n\n## Context\n\na\nb\n"
    text = text.replace("\n", "\r\n")
    record = parse("0002-title.md", text)
    assert (record.title, record.status.name) == ("Title", "accepted")
    assert record.context == "a\nb"


def test_headings_in_code_and_comments_are_none():
    text = "# T\n\n## Context\n\n```\n## Decision\n```\n<!--\n## Decision\n-->\nend\n"
    record = parse("0001-t.md", text)
    assert record.reasons == ""
    assert record.context.endswith("end")


def test_a_file_without_a_title_takes_its_name():
    record = parse("0012-use-redis.md", "Status: accepted\n\n## Context\n\nx\n")
    assert record.title == "Use redis"
    assert "It has no heading of level 1." in record.warnings


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-01-02", (2020, 1, 2)),
        ("[2020-1-2]", (2020, 1, 2)),
        ("2020-01-02T10:00:00Z", (2020, 1, 2)),
        ("31/12/2019", (2019, 12, 31)),
        ("12/31/2019", (2019, 12, 31)),
        ("05/05/2019", (2019, 5, 5)),
        ("03/04/2019", None),
        ("3rd March 2020", (2020, 3, 3)),
        ("Mar 3, 2020", (2020, 3, 3)),
        ("2020-13-01", None),
        ("soon", None),
    ],
)
def test_dates(text, day):
    assert dates.read(text) == (datetime.date(*day) if day else None)


@pytest.mark.parametrize(
    ("raw", "name", "state"),
    [
        ("✅ Accepted", "accepted", "accepted"),
        ("**Approved** on 2020-01-02", "approved", "accepted"),
        ("Experimental", "experimental", "accepted"),
        ("⌛️ Superseded [0019](0019-x.md)", "superseded", "superseded"),
        ("Superceded by [3](0003.md)", "superseded", "superseded"),
        ("in review", "in review", "in_review"),
        ("Parked", "parked", ""),
        ("{proposed | accepted | rejected}", "no status", ""),
        ("[ accepted | deprecated ]", "no status", ""),
        ("proposed | accepted | rejected", "no status", ""),
        ("not accepted", "not accepted", "rejected"),
    ],
)
def test_statuses(raw, name, state):
    status = parse("0001-x.md", f"# X\n\n## Status\n\n{raw}\n").status
    assert (status.raw, status.name, status.state) == (raw, name, state)


def test_what_is_left_to_fill_in():
    assert is_hole("{title}")
    assert is_hole("[Describe the context] <!-- optional -->")
    assert not is_hole("[a link](to.md)")
    assert not is_hole("Option {a} or the rest")


@pytest.mark.parametrize("data", [b"caf\xe9", b"\xff\xfe\x9d", "é\r\n".encode()])
def test_bytes_come_back(data):
    text, encoding = decode(data)
    assert text.encode(encoding) == data


def test_what_is_no_text():
    with pytest.raises(Unreadable, match="no text"):
        decode(b"a\x00b")
