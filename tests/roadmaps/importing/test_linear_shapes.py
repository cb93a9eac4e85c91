"""Linear's 30 and 34 column shapes and its quirks."""

from datetime import UTC, date, datetime

from roadmaps import importing


def names(text):
    """Split a header as it is printed."""
    return text.replace("\n", "").split(",")


BASE = names("""
ID,Team,Title,Description,Status,Estimate,Priority,Project ID,Project,Creator,
Assignee,Labels,Cycle Number,Cycle Name,Cycle Start,Cycle End,Created,Updated,Started,
Triaged,Completed,Canceled,Archived,Due Date,Parent issue,Initiatives,
Project Milestone ID,Project Milestone,SLA Status
""")
THIRTY = [*BASE, "Roadmaps"]
THIRTY_FOUR = [
    *BASE,
    "UUID",
    "Time in status (minutes)",
    "Related to",
    "Blocked by",
    "Duplicate of",
]


def read(*rows, header=THIRTY_FOUR):
    lines = [",".join(f'"{name}"' for name in header)]
    for row in rows:
        cells = {"ID": "ENG-1", "Title": "One", "Status": "Todo", "Team": "Core"} | row
        lines.append(",".join('"' + cells.get(n, "").replace('"', '""') + '"' for n in header))
    return importing.read("\n".join(lines).encode())


def test_both_newer_shapes_are_recognised():
    assert len(THIRTY) == 30
    assert len(THIRTY_FOUR) == 34
    assert read({}).source == read({}, header=THIRTY).source == "linear"


def test_iso_dates_of_newer_exports():
    row = read(
        {"Created": "2025-02-06T05:00:00.000Z", "Due Date": "2025-03-01T00:00:00.000Z"}
    ).rows[0]
    assert row.created == datetime(2025, 2, 6, 5, tzinfo=UTC)
    assert row.target == date(2025, 3, 1)


def test_blocked_by_becomes_links_from_the_blockers():
    parsed = read({"Blocked by": "ENG-2, ENG-3"}, {"ID": "ENG-2"}, {"ID": "ENG-3"})
    assert parsed.blocking == [("ENG-2", "ENG-1"), ("ENG-3", "ENG-1")]


def test_the_header_may_spell_id_and_blocks_otherwise():
    header = ["Id", "Team", "Title", "Status", "Archived", "Canceled", "Blocks", "Blocked By"]
    parsed = read(
        {"Id": "ENG-1", "Blocks": "ENG-2"}, {"Id": "ENG-2", "Blocked By": "ENG-1"}, header=header
    )
    assert parsed.source == "linear"
    assert parsed.blocking == [("ENG-1", "ENG-2")]


def test_related_and_duplicates_are_kept_by_name():
    extra = read({"Related to": "ENG-7", "Duplicate of": "ENG-8"}).rows[0].extra
    assert extra == {"Related to": "ENG-7", "Duplicate of": "ENG-8"}


def test_the_protecting_quote_is_taken_off_again():
    titles = ["'=SUM(A1)", "'+1", "'-1", "'@here", "'quoted' words"]
    rows = read(*({"ID": f"ENG-{n}", "Title": t} for n, t in enumerate(titles))).rows
    assert [row.title for row in rows] == ["=SUM(A1)", "+1", "-1", "@here", "'quoted' words"]


def test_labels_in_one_cell_are_split():
    assert read({"Labels": "Bug, Tech debt"}).rows[0].labels == ["Bug", "Tech debt"]


def test_a_label_that_names_a_kind_gives_the_kind():
    assert read({"Labels": "Urgent customer, Tech debt"}).rows[0].kind == "debt"


def test_canceled_is_a_moment_and_drops_the_item_without_a_start():
    row = read({"Status": "Canceled", "Canceled": "2025-02-06T05:00:00Z"}).rows[0]
    assert (row.state, row.finished) == ("dropped", datetime(2025, 2, 6, 5, tzinfo=UTC))
    assert row.started is None


def test_an_archived_done_row_stays_done():
    row = read({"Status": "Done", "Archived": "2025-02-06T05:00:00Z"}).rows[0]
    assert (row.state, row.archived) == ("done", True)


def test_no_priority_is_none():
    assert read({"Priority": "No priority"}).rows[0].priority == ""


def test_the_uuid_names_the_row_too():
    assert read({"UUID": "0b9e"}).rows[0].ids == ("0b9e",)


def test_a_row_that_names_itself_as_parent_is_reported():
    parsed = read({"Parent issue": "ENG-1"})
    assert parsed.rows[0].parent == ""
    assert parsed.problems[0].sentence == "ENG-1 names itself as its parent."
