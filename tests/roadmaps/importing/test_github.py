"""GitHub's REST answer: pages, pull requests, milestones, and what is no such answer."""

import json
from datetime import UTC, date, datetime

import pytest

from roadmaps import importing
from roadmaps.importing import Options, Unreadable


def issue(number=1, **fields):
    return {
        "number": number,
        "title": f"Issue {number}",
        "state": "open",
        "repository_url": "https://api.github.com/repos/acme/app",
        "html_url": f"https://github.com/acme/app/issues/{number}",
        "created_at": "2025-01-02T03:04:05Z",
    } | fields


def read(document, **options):
    return importing.read(json.dumps(document).encode(), Options(**options))


def test_pull_requests_are_passed_over_and_counted():
    parsed = read([issue(1), issue(2, pull_request={"url": "…"}), issue(3)])
    assert [row.key for row in parsed.rows] == ["1", "3"]
    assert parsed.skipped == {"pull requests": 1}


def test_pages_one_after_the_other_are_one_list():
    pages = json.dumps([issue(1)]) + "\n" + json.dumps([issue(2)])
    assert [row.key for row in importing.read(pages.encode()).rows] == ["1", "2"]


def test_a_list_of_pages_is_one_list():
    assert len(read([[issue(1)], [issue(2)]]).rows) == 2


def test_a_recorded_answer_is_read_through():
    assert len(read([{"method": "get", "status": 200, "response": [issue(1), issue(2)]}]).rows) == 2


def test_closed_is_done_on_its_day():
    row = read([issue(state="closed", closed_at="2025-02-01T00:00:00Z")]).rows[0]
    assert (row.state, row.finished) == ("done", datetime(2025, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_closed_without_doing_it_is_dropped(reason):
    assert read([issue(state="closed", state_reason=reason)]).rows[0].state == "dropped"


def test_a_milestone_gives_the_target_and_its_name():
    row = read([issue(milestone={"title": "v2", "due_on": "2025-06-01T07:00:00Z"})]).rows[0]
    assert (row.target, row.extra["Milestone"]) == (date(2025, 6, 1), "v2")


def test_labels_give_kind_and_priority():
    labels = [{"name": "tech debt"}, {"name": "priority: high"}]
    row = read([issue(labels=labels)]).rows[0]
    assert (row.kind, row.priority, row.labels) == ("debt", "high", ["tech debt", "priority: high"])


def test_the_first_of_several_owners_owns_and_the_rest_are_kept():
    row = read([issue(assignees=[{"login": "ada"}, {"login": "mel"}])]).rows[0]
    assert (row.owner_name, row.extra["Assignees"]) == ("ada", ["ada", "mel"])


def test_two_repositories_may_use_the_same_number():
    other = issue(1, repository_url="https://api.github.com/repos/acme/lib")
    parsed = read([issue(1), other])
    assert [row.instance for row in parsed.rows] == ["acme/app", "acme/lib"]


def test_the_instance_can_be_said():
    assert read([issue(1)], instance="acme/renamed").rows[0].instance == "acme/renamed"


def test_half_a_surrogate_and_nul_are_taken_out():
    data = b'[{"number": 1, "title": "a\\ud800b\\u0000c", "state": "open"}]'
    assert importing.read(data).rows[0].title == "a\ufffdb\ufffdc"


def test_values_of_the_wrong_type_are_no_accident():
    odd = issue(labels="x", assignees={"a": 1}, milestone=[1], user=3, body=["b"], type=4)
    row = read([odd]).rows[0]
    assert (row.description, row.labels, row.target) == ("", [], None)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"message": "Bad credentials"}, "This is a JSON object"),
        ([1, 2], "not of GitHub issues"),
        ([{"name": "x"}], "not of GitHub issues"),
        ([], "The list of issues is empty"),
    ],
)
def test_other_json_is_refused_in_words(document, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(document)


def test_json_that_is_cut_off_is_refused():
    whole = json.dumps([issue(1), issue(2)])
    for end in (20, len(whole) // 2, len(whole) - 1):
        with pytest.raises(Unreadable, match=r"cut off|cannot be read"):
            importing.read(whole[:end].encode())


def test_json_nested_absurdly_is_refused():
    with pytest.raises(Unreadable):
        importing.read(b"[" * 200_000)
    with pytest.raises(Unreadable):
        importing.read(b"[" + b"9" * 5000 + b"]")
