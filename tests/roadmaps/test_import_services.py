"""A file's items in a plan: created once, updated later, hand edits kept."""

import uuid
from datetime import date

import pytest

from roadmaps import import_services, services
from roadmaps.importing import Options, Unreadable
from roadmaps.models import Actual, Estimate, Item, ItemLink
from tests.roadmaps.import_helpers import HEADER, SAMPLES, counts, got, line
from tpm.models import Change, Person


@pytest.fixture
def preview(product, ada, tmp_path):
    def look(*lines, path=None, header=HEADER, **options):
        if path is None:
            path = tmp_path / f"{uuid.uuid4()}.csv"
            path.write_text("\n".join([header, *lines]) + "\n")
        return import_services.preview_file(product, path, by=ada, options=Options(**options))[1]

    return look


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("jira_server_2020.csv", {"created": 4}),
        ("linear_export_25col_2023.csv", {"created": 10, "parents": 2, "people made": 1}),
        ("github_rest_issues_page1.json", {"created": 3}),
    ],
)
def test_a_sample_comes_in_whole_and_a_second_time_changes_nothing(bring, sample, expected):
    assert counts(bring(path=SAMPLES / sample)) == expected
    before = list(Item.objects.order_by("pk").values())
    again = bring(path=SAMPLES / sample)
    assert counts(again) == {"unchanged": expected["created"]}
    assert list(Item.objects.order_by("pk").values()) == before


def test_the_preview_says_what_applying_does_and_writes_nothing(bring, preview):
    path = SAMPLES / "linear_export_25col_2023.csv"
    seen = preview(path=path)
    assert not Item.objects.exists()
    assert not Person.objects.filter(email="tester@example.com").exists()
    assert not Change.objects.filter(door="import").exists()
    done = bring(path=path)
    same = (
        "created",
        "updated",
        "unchanged",
        "parents",
        "links",
        "people made",
        "columns",
        "words",
    )
    assert {name: seen.report[name] for name in same} == {name: done[name] for name in same}


def test_linear_rows_become_items(bring, product):
    bring(path=SAMPLES / "linear_export_25col_2023.csv")
    one = Item.objects.get(source_key="CLA-1")
    assert (one.title, one.state, one.started_on) == (
        "First Claw",
        "in_progress",
        date(2023, 2, 11),
    )
    assert (one.parent.source_key, one.owner.email) == ("CLA-4", "tester@example.com")
    assert (one.source_number, one.extra["Sprint"], one.extra["Points"]) == ("1", "Cycle 1", "5")
    done = Item.objects.get(source_key="CLA-9")
    assert (done.state, done.finished_on) == ("done", date(2023, 2, 11))


def test_items_follow_the_order_of_the_file_at_the_end_of_the_plan(bring, make_item):
    first = make_item()
    bring(line(2), line(1))
    assert [item.source_key for item in Item.objects.order_by("rank")] == ["", "ABC-2", "ABC-1"]
    assert first.rank < got(2).rank


def test_keys_are_ours_and_without_gaps(bring):
    bring(line(1), line(2))
    assert {got(1).key, got(2).key} == {"PAY-1", "PAY-2"}


def test_an_estimate_in_seconds_is_a_lone_number_of_person_days(bring):
    bring(line(estimate="144000"))
    estimate = got().estimates.get()
    assert (estimate.p50_days, estimate.one_number, estimate.source) == (5, True, "imported")


def test_points_are_kept_until_somebody_says_what_one_is_worth(bring):
    path = SAMPLES / "linear_export_25col_2023.csv"
    bring(path=path)
    assert not Estimate.objects.exists()
    report = bring(path=path, days_per_point=0.5)
    assert counts(report) == {"updated": 3, "unchanged": 7}
    assert Item.objects.get(source_key="CLA-5").estimates.get().p50_days == 4


def test_finished_work_brings_what_it_took(bring):
    bring(line(status="Done", resolved="20/Mar/25 9:00 AM", spent="72000"))
    actual = got().actuals.get()
    assert (actual.person_days, actual.source) == (2.5, "imported")
    assert got().finished_on == date(2025, 3, 20)


def test_what_finished_work_took_is_derived_where_only_its_days_are_known(bring):
    header = "ID,Team,Title,Status,Archived,Canceled,Started,Completed"
    bring("A-1,,x,Done,,,2025-03-03T09:00:00Z,2025-03-07T17:00:00Z", header=header)
    actual = Actual.objects.get()
    assert (actual.person_days, actual.source) == (5, "derived")


def test_finished_work_without_any_days_records_nothing(bring):
    bring(line(status="Done"))
    assert not Actual.objects.exists()
    assert got().finished_on == date.today()


def test_a_second_file_updates_what_changed_in_it(bring):
    bring(line(title="Old", due="1/Mar/26"))
    report = bring(line(title="New", due="2/Mar/26", estimate="28800"))
    assert counts(report) == {"updated": 1}
    assert (got().title, got().target_date) == ("New", date(2026, 3, 2))
    assert got().version == 2
    assert got().estimates.get().p50_days == 1


def test_a_state_that_moves_in_the_file_moves_and_is_dated(bring):
    bring(line())
    bring(line(status="Done", resolved="20/Mar/25 9:00 AM"))
    assert [(m.state, m.on) for m in got().moves.all()][1] == ("done", date(2025, 3, 20))


def test_a_value_that_left_the_file_leaves_the_item(bring):
    bring(line(1, due="1/Mar/26", l1="a", l2="b"), line(2, due="1/Mar/26", l1="c"))
    bring(line(1), line(2, due="1/Mar/26", l1="c"))
    assert got().target_date is None
    assert "Labels" not in got().extra


def test_a_column_that_the_file_does_not_have_clears_nothing(bring):
    bring(line(text="Words", due="1/Mar/26", who="Bo"))
    bring("ABC-1,1001,One,To Do", header="Issue key,Issue id,Summary,Status")
    assert (got().description, got().target_date) == ("Words", date(2026, 3, 1))
    assert got().owner.name == "Bo"


def test_a_hand_edit_stays_where_the_file_did_not_change(bring, ada):
    bring(line(title="Theirs"))
    services.edit_item(got(), by=ada, version=None, title="Ours")
    report = bring(line(title="Theirs"))
    assert counts(report) == {"unchanged": 1}
    assert report["hand edits kept"] == []
    assert got().title == "Ours"


def test_a_hand_edit_stays_and_is_shown_where_the_file_changed_too(bring, preview, ada):
    bring(line(title="Theirs"))
    services.edit_item(got(), by=ada, version=None, title="Ours")
    expected = [{"item": "PAY-1", "field": "title", "here": "Ours", "in the file": "Theirs, new"}]
    changed = line(title='"Theirs, new"')
    assert preview(changed).report["hand edits kept"] == expected
    assert bring(changed)["hand edits kept"] == expected
    assert got().title == "Ours"


def test_the_file_may_win_over_hand_edits_when_somebody_says_so(bring, ada):
    bring(line(title="Theirs"))
    services.edit_item(got(), by=ada, version=None, title="Ours")
    bring(line(title="Newer"), take_file=True)
    assert got().title == "Newer"


def test_a_state_moved_by_hand_stays_with_its_days(bring, ada):
    bring(line())
    services.move_item(got(), by=ada, state="in_progress", on=date(2025, 5, 1))
    report = bring(line(status="Done", resolved="20/Mar/26 9:00 AM"))
    assert report["hand edits kept"][0]["field"] == "state"
    assert (got().state, got().started_on, got().finished_on) == (
        "in_progress",
        date(2025, 5, 1),
        None,
    )


def test_an_estimate_typed_here_stays_and_is_shown(bring, ada):
    bring(line(estimate="28800"))
    services.estimate_item(got(), by=ada, p10_days=2, p50_days=3, p90_days=9)
    assert counts(bring(line(estimate="28800"))) == {"unchanged": 1}
    report = bring(line(estimate="57600"))
    assert report["hand edits kept"][0]["field"] == "estimate"
    assert got().estimates.first().p50_days == 3


def test_an_actual_typed_here_stays(bring, ada):
    bring(line(status="Done", resolved="20/Mar/25 9:00 AM"))
    services.record_actual(got(), by=ada, person_days=7)
    bring(line(status="Done", resolved="20/Mar/25 9:00 AM", spent="28800"))
    assert got().actuals.first().person_days == 7


def test_parents_and_links_come_in_a_second_pass(bring):
    report = bring(line(1, blocks="ABC-2", parent="ABC-3"), line(2), line(3))
    assert counts(report) == {"created": 3, "parents": 1, "links": 1}
    assert got(1).parent == got(3)
    link = ItemLink.objects.get()
    assert (link.predecessor, link.successor, link.kind) == (got(1), got(2), "FS")


def test_what_is_named_but_not_in_the_file_becomes_a_named_idea(bring):
    report = bring(line(1, blocks="ABC-8", parent="ABC-9"))
    assert counts(report) == {"created": 1, "items named only": 2, "parents": 1, "links": 1}
    assert (got(9).state, got(9).title) == ("idea", "ABC-9")
    assert got(9).extra == {"Named only": "by ABC-1; not in the file itself"}


def test_a_named_idea_is_filled_by_the_file_that_brings_it(bring):
    bring(line(1, parent="ABC-9"))
    report = bring(line(9, title="The parent"))
    assert counts(report) == {"updated": 1}
    assert (got(9).title, got(9).state, got(9).extra) == ("The parent", "planned", {})


def test_a_parent_known_by_its_number_only_is_found_again(bring):
    header = "Issue key,Issue id,Summary,Status,Parent,Parent summary"
    bring("ABC-1,1001,One,To Do,1009,The parent", header=header)
    stub = Item.objects.get(source_key="id:1009")
    assert stub.title == "The parent"
    bring(line(9, title="Parent"))
    stub.refresh_from_db()
    assert (stub.source_key, stub.title) == ("ABC-9", "Parent")
    assert Item.objects.count() == 2


def test_the_link_that_closes_a_loop_is_left_out_and_named(bring):
    lines = [line(1, blocks="ABC-2"), line(2, blocks="ABC-3"), line(3, blocks="ABC-1")]
    report = bring(*lines)
    assert report["left out because they would close a loop"] == ["ABC-1 waits for ABC-3"]
    assert ItemLink.objects.count() == 2


def test_the_parent_that_closes_a_loop_is_left_out_and_named(bring):
    report = bring(line(1, parent="ABC-2"), line(2, parent="ABC-1"))
    assert report["left out because they would close a loop"] == ["ABC-2 as a part of ABC-1"]


def test_a_link_taken_away_by_hand_is_not_made_again(bring, ada):
    bring(line(1, blocks="ABC-2"), line(2))
    services.unlink_items(ItemLink.objects.get(), by=ada)
    report = bring(line(1, blocks="ABC-2"), line(2))
    assert report["hand edits kept"][0]["field"] == "waits for"
    assert not ItemLink.objects.exists()


def test_a_parent_chosen_by_hand_stays(bring, ada):
    bring(line(1, parent="ABC-2"), line(2), line(3))
    services.edit_item(got(1), by=ada, version=None, parent=got(3))
    assert bring(line(1, parent="ABC-2"), line(2), line(3))["hand edits kept"] == []
    report = bring(line(1, parent="ABC-4"), line(2), line(3), line(4))
    assert report["hand edits kept"][0]["field"] == "parent"
    assert got(1).parent == got(3)


def test_people_are_found_by_address_then_by_name_and_made_without_account(bring, ada):
    bring(line(1, who="ada@example.org"), line(2, who="ada"), line(3, who="New One"))
    assert got(1).owner == got(2).owner == ada.person
    new = got(3).owner
    assert (new.name, new.user, new.roles.count()) == ("New One", None, 0)


def test_an_owner_whose_name_two_people_share_is_left_open_and_told(bring):
    Person.objects.create(name="Sam")
    Person.objects.create(name="Sam")
    report = bring(line(who="Sam"))
    assert got().owner is None
    assert report["problems"][0]["problem"].startswith("2 people are called Sam")


def test_a_team_is_found_by_name_and_an_unknown_one_is_kept_as_a_value(bring, team):
    header = "ID,Team,Title,Status,Archived,Canceled"
    report = bring("A-1,rails,x,Todo,,", "A-2,Nobody,y,Todo,,", header=header)
    assert Item.objects.get(source_key="A-1").team == team
    other = Item.objects.get(source_key="A-2")
    assert (other.team, other.extra["Team"]) == (None, "Nobody")
    assert any("“Nobody” is no team" in note for note in report["notes"])


def test_a_title_that_is_too_long_is_cut_and_kept_whole_beside(bring):
    report = bring(line(title="x" * 400))
    assert len(got().title) == 300
    assert got().extra["Full title"] == "x" * 400
    assert report["problems"][0]["problem"] == "The title is cut to 300 characters."


def test_an_absurd_estimate_is_left_out_and_told(bring):
    report = bring(line(estimate="99999999999"))
    assert not Estimate.objects.exists()
    assert "is left out" in report["problems"][0]["problem"]


def test_formulas_stay_text(bring):
    bring(line(title="=cmd()|x!A0"))
    assert got().title == "=cmd()|x!A0"


def test_a_question_must_be_answered_before_anything_is_written(bring):
    with pytest.raises(Unreadable, match="day or the month first"):
        bring(line(due="3/4/2025"))
    assert not Item.objects.exists()
    bring(line(due="3/4/2025"), day_first=True)
    assert got().target_date == date(2025, 4, 3)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b'{"a": 1}', b"\xff\xfeK\x00e", b"a,b\n1,2\n"])
def test_a_file_that_is_refused_changes_nothing(bring, tmp_path, junk):
    path = tmp_path / "junk"
    path.write_bytes(junk)
    before = (Item.objects.count(), Change.objects.count(), Person.objects.count())
    with pytest.raises(Unreadable):
        bring(path=path)
    assert (Item.objects.count(), Change.objects.count(), Person.objects.count()) == before


def test_history_says_who_and_through_which_door_under_one_batch(bring, ada):
    report = bring(line(1, blocks="ABC-2", title="One"), line(2))
    lines = Change.objects.filter(door="import")
    assert {change.by for change in lines} == {ada}
    assert {str(change.batch) for change in lines} == {report["batch"]}
    first = lines.get(subject_id=got(1).pk, action="imported")
    assert first.fields["title"] == [None, "One"]


def test_the_forecast_becomes_due_once_for_all(bring, product, django_capture_on_commit_callbacks):
    before = product.revision
    with django_capture_on_commit_callbacks() as sent:
        bring(line(1), line(2))
    product.refresh_from_db()
    assert product.revision > before
    assert len(sent) == 1


def test_a_thousand_rows_take_few_queries(bring, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        bring(*(line(n, estimate="28800") for n in range(1000)))


def test_two_products_may_hold_the_same_export(bring, other_product, grace):
    path = SAMPLES / "jira_server_2020.csv"
    bring(path=path)
    import_services.import_file(other_product, path, by=grace, options=Options())
    assert Item.objects.filter(source_key="SMRGR-6275").count() == 2
