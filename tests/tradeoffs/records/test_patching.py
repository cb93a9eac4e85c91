"""An edit patches its section, and not a byte elsewhere."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tradeoffs.records.collections import NAMES, files_of
from tests.tradeoffs.records.test_parsing import ADR_TOOLS, BOLD, LOG4BRAINS, MADR_3, MADR_4
from tradeoffs.records import decode, parse, patch, read

TEXTS = {
    "0003-third-record.md": ADR_TOOLS,
    "0010-use-postgres.md": MADR_4,
    "0004-title.md": MADR_3,
    "20210506-use-x.md": LOG4BRAINS,
    "0007-a-title.md": BOLD,
}
FIELDS = ("title", "context", "reasons", "consequences", "confirmation")
SEEN = ("title", "context", "constraints", "options", "chosen", "reasons", "consequences",
        "confirmation", "described")  # fmt: skip
words = st.text(string.ascii_letters + string.digits + " .,", min_size=1, max_size=60).map(
    lambda text: "a" + " ".join(text.split()) + "z"
)


def seen(record) -> dict:
    return {name: getattr(record, name) for name in SEEN}


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_part_changes_alone(path, name):
    text = TEXTS[path]
    before = parse(path, text)
    after = parse(path, patch(text, {name: "New words."}, path=path))
    assert seen(after) == seen(before) | {name: "New words."}
    assert after.status == before.status
    assert after.links == before.links


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("name", FIELDS)
def test_the_rest_of_the_bytes_stay(path, name):
    text = TEXTS[path]
    span = parse(path, text).spans.get(name)
    if span is None:
        return
    changed = patch(text, {name: "New words."}, path=path)
    assert changed.startswith(text[: span[0]])
    assert changed.endswith(text[span[1] :])


@pytest.mark.parametrize("path", TEXTS)
def test_a_status_changes_in_the_style_of_its_file(path):
    after = parse(path, patch(TEXTS[path], {"status": "deprecated"}, path=path))
    assert after.status.name == "deprecated"
    assert seen(after) == seen(parse(path, TEXTS[path]))


def test_front_matter_keeps_its_quotes_and_its_other_lines():
    changed = patch(MADR_4, {"status": "rejected"})
    assert 'status: "rejected"\ndate: 2024-03-05\n' in changed
    assert "custom-key: kept" in changed


def test_windows_line_ends_stay():
    text = ADR_TOOLS.replace("\n", "\r\n")
    changed = patch(text, {"context": "one\ntwo"})
    assert "one\r\ntwo" in changed
    assert "\n" not in changed.replace("\r\n", "")


def test_an_added_option_is_a_bullet_after_the_others():
    changed = patch(MADR_4, {"options": ["Postgres", "SQLite", "Files"]})
    assert "* Postgres\n* SQLite\n* Files\n\n## Decision Outcome" in changed
    assert changed.replace("* Files\n", "", 1) == MADR_4


def test_a_section_that_was_missing_opens_in_its_place():
    text = (
        "# 1. T\n\n## Status\n\nAccepted\n\n## Context\n\nx\n\n## Decision\n\ny\n\n## Notes\n\nz\n"
    )
    changed = patch(text, {"consequences": "c"})
    assert "## Decision\n\ny\n\n## Consequences\n\nc\n\n## Notes\n\nz\n" in changed


def test_a_choice_that_was_missing_is_named():
    text = "# T\n\n## Considered Options\n\n* A\n* B\n\n## Decision Outcome\n\nit is small.\n"
    record = parse("0001-t.md", patch(text, {"chosen": "B"}))
    assert (record.chosen, record.reasons) == ("B", "it is small.")


@given(path=st.sampled_from(list(TEXTS)), name=st.sampled_from(FIELDS), value=words)
@settings(max_examples=60, deadline=None)
def test_any_words_come_back(path, name, value):
    after = parse(path, patch(TEXTS[path], {name: value}, path=path))
    assert getattr(after, name) == value


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_record_or_a_reason(data):
    found = read([("0001-x.md", data)])
    assert len(found.records) + len(found.skipped) == 1


LINES = st.sampled_from(
    ["# 1. T", "## Status", "Accepted", "## Context", "---", "status: x", "- a", "* [b](c.md)",
     "```", "<!--", "-->", "**Decision.** x", "## Decision Outcome", 'Chosen option: "a", because',
     "## Considered Options", "### Consequences", "", "\t", "{x}", "Date: 1/2/2003", "===",
     "\ufeff",
     "Superseded by ADR-1", "supersedes [1](0001-x.md)", "| a | b |", "&a *a", "- Status: [a|b|c]"]
)  # fmt: skip


@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200, deadline=None)
def test_any_lines_are_read_and_left_as_they_are(lines, end):
    text = end.join(lines)
    record = parse("0001-x.md", text)
    assert record.text == text
    assert all(0 <= a <= b <= len(text) for a, b in record.spans.values())
    assert patch(text, {}) == text
    read([("0001-x.md", text.encode()), ("0002-y.md", text.encode())])


@pytest.mark.parametrize("name", NAMES)
def test_a_real_record_takes_each_edit_in_its_own_section(name):
    for path, data in files_of(name):
        if not path[:4].isdigit():
            continue
        text, _ = decode(data)
        before = parse(path, text)
        for part in ("context", "reasons", "consequences"):
            after = parse(path, patch(text, {part: "New words."}, path=path))
            assert getattr(after, part) == "New words.", (path, part)
            others = {k: v for k, v in seen(before).items() if k not in (part, "described")}
            assert {k: v for k, v in seen(after).items() if k in others} == others, (path, part)
