"""Checks: what their state is on a day, and what they keep from being done."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from roadmaps import queries, services
from roadmaps.models import Check, CheckEvidence, CheckTemplate, Item
from tests.roadmaps.import_helpers import line
from tpm.editing import EditConflict
from tpm.models import Change, Component, Person

DAY = datetime.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def item(make_item, team) -> Item:
    return make_item(team=team, title="Vault")


@pytest.fixture
def make_check(item, mel):
    def make(**fields) -> Check:
        kind = {"kind": "security", "sentence": "Reviewed by somebody else"}
        return services.add_check(fields.pop("on", item), by=mel, **(kind | fields))

    return make


@pytest.fixture
def check(make_check) -> Check:
    return make_check()


def state_of(check: Check, day: datetime.date) -> str:
    return queries.with_state(Check.objects.filter(pk=check.pk), day).get().state


# What state it is in


def test_a_check_without_evidence_is_open(check, today):
    assert state_of(check, today) == "open"


def test_evidence_meets_it(check, mel, today):
    services.add_evidence(check, by=mel, text="Seen by Lena")
    assert state_of(check, today) == "met"


def test_evidence_counts_up_to_its_last_day(check, mel, today):
    services.add_evidence(check, by=mel, text="Certificate", valid_until=today + DAY)
    assert state_of(check, today + DAY) == "met"
    assert state_of(check, today + 2 * DAY) == "expired"


def test_one_piece_that_still_counts_is_enough(check, mel, today):
    services.add_evidence(check, by=mel, text="Old", valid_until=today)
    services.add_evidence(check, by=mel, text="New", valid_until=today + 9 * DAY)
    assert state_of(check, today + DAY) == "met"


def test_evidence_for_good_outlasts_any_day(check, mel, today):
    services.add_evidence(check, by=mel, text="Until tomorrow", valid_until=today + DAY)
    services.add_evidence(check, by=mel, text="For good")
    assert state_of(check, today + 999 * DAY) == "met"


def test_withdrawn_evidence_shows_nothing(check, mel, today):
    piece = services.add_evidence(check, by=mel, text="Wrong report")
    services.withdraw_evidence(piece, by=mel, why="It is of another release")
    assert state_of(check, today) == "open"
    assert CheckEvidence.objects.filter(pk=piece.pk).exists()


def test_an_exception_counts_up_to_its_last_day(check, lena, today):
    services.except_check(check, by=lena, reason="Booked for March", until=today + DAY)
    assert state_of(check, today + DAY) == "excepted"
    assert state_of(check, today + 2 * DAY) == "open"


def test_the_newest_exception_counts(check, lena, today):
    services.except_check(check, by=lena, reason="Long", until=today + 90 * DAY)
    services.except_check(check, by=lena, reason="Shorter after all", until=today)
    assert state_of(check, today + DAY) == "open"


def test_evidence_goes_before_an_exception(check, mel, lena, today):
    services.except_check(check, by=lena, reason="Later", until=today + DAY)
    services.add_evidence(check, by=mel, text="Done now")
    assert state_of(check, today) == "met"


def test_ten_checks_cost_one_query(make_check, today, django_assert_num_queries):
    for _ in range(10):
        make_check()
    with django_assert_num_queries(1):
        assert len(queries.with_state(Check.objects.all(), today)) == 10


# What it keeps from being done


def test_an_item_with_an_open_check_is_not_done_and_says_which(item, check, ada):
    with pytest.raises(ValidationError, match="1 check is open: “Reviewed by somebody else”"):
        services.move_item(item, by=ada, state="done")
    item.refresh_from_db()
    assert item.state == "planned"


def test_many_open_checks_are_counted_and_some_named(item, make_check, ada):
    for number in range(6):
        make_check(sentence=f"Rule {number}")
    with pytest.raises(ValidationError, match=r"6 checks are open: “Rule 0”.*“Rule 3” and 2 more"):
        services.move_item(item, by=ada, state="done")


def test_evidence_that_ran_out_keeps_it_from_being_done(item, check, mel, ada, monkeypatch, today):
    services.add_evidence(check, by=mel, text="Old report", valid_until=today)
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + DAY)
    with pytest.raises(ValidationError, match="1 check is open"):
        services.move_item(item, by=ada, state="done", on=today)


@pytest.mark.parametrize("state", ["idea", "in_progress", "dropped"])
def test_an_open_check_stands_in_the_way_of_nothing_else(item, check, ada, state):
    services.move_item(item, by=ada, state=state)
    assert item.state == state


def test_with_evidence_it_is_done(item, check, mel, ada):
    services.add_evidence(check, by=mel, text="https://example.org/report")
    services.move_item(item, by=ada, state="done")
    assert item.state == "done"


def test_with_an_exception_it_is_done(item, check, lena, ada, today):
    services.except_check(check, by=lena, reason="Next month", until=today)
    services.move_item(item, by=ada, state="done")
    assert item.state == "done"


def test_a_dropped_check_asks_nothing(item, check, lena, ada):
    services.drop_check(check, by=lena, why="The page has no script")
    services.move_item(item, by=ada, state="done")
    assert item.state == "done"


def test_another_finish_of_done_work_is_not_refused(item, check, ada, today):
    Item.objects.filter(pk=item.pk).update(state="done", finished_on=today)
    item.refresh_from_db()
    services.move_item(item, by=ada, state="done", on=today - DAY)
    assert item.finished_on == today - DAY


def test_an_import_brings_done_work_and_says_what_is_open(bring, mel):
    bring(line())
    item = Item.objects.get()
    services.add_check(item, by=mel, kind="security", sentence="Reviewed")
    report = bring(line(status="Done"))
    item.refresh_from_db()
    assert item.state == "done"
    assert f"Done with open checks: {item.key}." in report["notes"]


# Adding, changing, dropping


def test_numbers_count_up_on_the_item_and_are_never_given_again(make_check, lena):
    first = make_check()
    services.drop_check(first, by=lena, why="Twice the same")
    assert (first.number, make_check().number) == (1, 2)


def test_a_date_is_agreed_unless_the_law_says_so(make_check, today):
    assert make_check(due_on=today).due_because == "agreed"
    assert make_check(due_on=today, due_because="legal").due_because == "legal"
    assert make_check(due_because="legal").due_because == ""


def test_done_work_gets_no_more_checks(item, make_check, ada):
    services.move_item(item, by=ada, state="done")
    with pytest.raises(ValidationError, match="Checks are added to open work"):
        make_check()


def test_somebody_of_another_product_owns_no_check(make_check, grace):
    with pytest.raises(ValidationError, match="does not work for"):
        make_check(owner=Person.objects.get(user=grace))


def test_an_edit_from_an_old_version_is_refused(check, ada):
    services.edit_check(check, by=ada, version=1, sentence="Reviewed by two")
    with pytest.raises(EditConflict):
        services.edit_check(check, by=ada, version=1, sentence="Reviewed by three")


def test_a_date_taken_away_takes_its_reason_along(make_check, ada, today):
    check = make_check(due_on=today, due_because="legal")
    services.edit_check(check, by=ada, version=None, due_on=None)
    assert check.due_because == ""


@pytest.mark.parametrize("why", ["", "  "])
def test_dropping_asks_for_a_reason(check, lena, why):
    with pytest.raises(ValidationError, match="Say why"):
        services.drop_check(check, by=lena, why=why)


def test_nothing_more_happens_to_a_dropped_check(check, lena, today):
    services.drop_check(check, by=lena, why="No script")
    with pytest.raises(ValidationError, match="was dropped"):
        services.add_evidence(check, by=lena, text="Late")
    with pytest.raises(ValidationError, match="was dropped"):
        services.except_check(check, by=lena, reason="Late", until=today)


def test_everything_is_told_in_the_history_of_the_item(item, check, mel, ada, lena, today):
    piece = services.add_evidence(check, by=mel, text="Seen")
    services.withdraw_evidence(piece, by=mel, why="Not this one")
    services.except_check(check, by=lena, reason="March", until=today)
    services.edit_check(check, by=ada, version=None, sentence="Seen by two")
    services.drop_check(check, by=lena, why="No script")
    told = Change.objects.filter(subject_type="roadmaps.item", subject_id=item.pk)
    assert list(told.order_by("pk").values_list("action", flat=True)) == [
        "created",
        "added a check",
        "added evidence",
        "withdrew evidence",
        "made an exception",
        "edited a check",
        "dropped a check",
    ]


def test_an_edit_of_a_check_is_no_hand_edit_of_the_item(item, check, ada):
    services.edit_check(check, by=ada, version=None, owner=ada.person)
    assert list(Change.objects.latest("pk").fields) == ["check 1 owner"]


def test_the_plan_needs_no_new_forecast(item, check, mel, product):
    before = product.__class__.objects.get(pk=product.pk).revision
    services.add_evidence(check, by=mel, text="Seen")
    assert product.__class__.objects.get(pk=product.pk).revision == before


# Evidence and exceptions


def test_an_address_is_a_link_and_anything_else_a_note(check, mel):
    assert services.add_evidence(check, by=mel, text="https://example.org/a").kind == "link"
    assert services.add_evidence(check, by=mel, text="See https://example.org/a").kind == "note"


def test_a_file_keeps_its_name_but_not_its_place(check, mel, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    piece = services.add_evidence(
        check, by=mel, file=ContentFile(b"report", name="../../etc/report.pdf")
    )
    assert (piece.kind, piece.text) == ("file", "report.pdf")
    assert piece.file.name.startswith(f"checks/{check.item.product_id}/")
    assert "report" not in piece.file.name


def test_a_file_over_the_limit_is_refused(check, mel, monkeypatch):
    monkeypatch.setattr("roadmaps.services.checks.MOST_BYTES", 3)
    with pytest.raises(ValidationError, match="A file has at most"):
        services.add_evidence(check, by=mel, file=ContentFile(b"four", name="a.txt"))


def test_evidence_is_something(check, mel):
    with pytest.raises(ValidationError):
        services.add_evidence(check, by=mel, text="  ")


def test_evidence_that_has_run_out_is_not_taken(check, mel, today):
    with pytest.raises(ValidationError, match="run out"):
        services.add_evidence(check, by=mel, text="Old", valid_until=today - DAY)


def test_a_piece_is_withdrawn_once(check, mel):
    piece = services.add_evidence(check, by=mel, text="Seen")
    services.withdraw_evidence(piece, by=mel, why="Wrong")
    with pytest.raises(ValidationError, match="withdrawn already"):
        services.withdraw_evidence(piece, by=mel, why="Wrong")


def test_an_exception_ends_today_or_later(check, lena, today):
    with pytest.raises(ValidationError, match="today or later"):
        services.except_check(check, by=lena, reason="March", until=today - DAY)


def test_an_exception_has_a_reason(check, lena, today):
    with pytest.raises(ValidationError):
        services.except_check(check, by=lena, reason=" ", until=today)


def test_the_database_keeps_evidence_and_exceptions(check, mel, lena, today):
    piece = services.add_evidence(check, by=mel, text="Seen")
    row = services.except_check(check, by=lena, reason="March", until=today)
    for kept in (piece, row):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            type(kept).objects.filter(pk=kept.pk).update(by=lena)
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            kept.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "taste"},
        {"sentence": ""},
        {"due_because": "legal"},
        {"due_on": datetime.date(2030, 1, 1)},
    ],
)
def test_the_database_refuses_what_is_no_check(item, wrong):
    fields = {"item": item, "number": 9, "kind": "quality", "sentence": "It holds"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.create(**fields)


# Templates


@pytest.fixture
def make_template(product, ada):
    def make(sentence: str, **fields) -> CheckTemplate:
        where = fields.pop("in_product", product)
        kind = fields.pop("kind", "quality")
        return services.create_template(where, by=ada, kind=kind, sentence=sentence, **fields)

    return make


def offered(item: Item) -> list[str]:
    return [template.sentence for template in queries.fitting_templates(item)]


def test_a_template_fits_by_the_kind_of_the_item(item, make_template):
    make_template("For bets", item_kinds=["bet"])
    make_template("For features", item_kinds=["feature", "bet"])
    assert offered(item) == ["For features"]


def test_a_template_fits_by_a_component_of_the_item(item, make_template, product):
    vault, app = (Component.objects.create(key=key, name=key) for key in ("vault", "app"))
    item.components.set([vault])
    make_template("For the app", components=[app])
    make_template("For both", components=[app, vault])
    assert offered(item) == ["For both"]


def test_templates_of_the_workspace_are_offered_in_every_product(
    item, make_template, other_product
):
    make_template("Everywhere", in_product=None)
    make_template("Elsewhere", in_product=other_product)
    assert offered(item) == ["Everywhere"]


def test_a_retired_template_is_offered_no_more(item, make_template, ada):
    services.retire_template(make_template("Old"), by=ada)
    assert offered(item) == []


def test_its_sentence_can_be_used_again_once_it_is_retired(make_template, ada):
    first = make_template("Tested")
    with pytest.raises(ValidationError, match="has a template with this sentence"):
        make_template("Tested")
    services.retire_template(first, by=ada)
    make_template("Tested")


def test_applying_twice_adds_nothing(item, make_template, mel):
    make_template("A")
    make_template("B")
    assert len(services.apply_templates(item, by=mel)) == 2
    assert services.apply_templates(item, by=mel) == []


def test_what_was_dropped_comes_back_only_by_hand(item, make_template, mel, lena):
    template = make_template("A")
    (check,) = services.apply_templates(item, by=mel)
    services.drop_check(check, by=lena, why="Not here")
    assert services.apply_templates(item, by=mel) == []
    assert len(services.apply_templates(item, by=mel, templates=[template])) == 1


def test_a_check_stays_as_it_is_when_its_template_changes(item, make_template, mel, ada):
    template = make_template("A")
    (check,) = services.apply_templates(item, by=mel)
    services.edit_template(template, by=ada, version=1, sentence="B")
    check.refresh_from_db()
    assert check.sentence == "A"


# Files


def test_files_of_a_removed_product_go_with_the_sweep(
    check, mel, root, product, settings, tmp_path, monkeypatch
):
    from tpm.services import purge_product

    settings.MEDIA_ROOT = tmp_path
    services.add_evidence(check, by=mel, file=ContentFile(b"report", name="a.pdf"))
    later = timezone.now() + datetime.timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert services.sweep_files() == 0
    purge_product(product, by=root)
    assert services.sweep_files() == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_fresh_file_may_wait_for_its_row(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "checks/1").mkdir(parents=True)
    (tmp_path / "checks/1/loose").write_bytes(b"x")
    assert services.sweep_files() == 0
