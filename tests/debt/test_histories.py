"""Readings of histories as they are kept, gone on with, taken back, and what they say of debt."""

import datetime
import io
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import services
from debt.mining import logs
from debt.mining.git import Refused
from debt.models import HistoryRun, MinedChange, TeamLedger
from debt.queries import histories as reads
from debt.services import histories
from tests.debt.mining.repositories import DAY, Made
from tpm.models import Change, Component

TODAY = int(timezone.now().timestamp())


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "pay")


@pytest.fixture
def billing(product, team):
    row = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/"]
    )
    row.products.add(product)
    return row


def read(product, made, by=None, **options):
    return services.read_repository(product, made.path, by=by, **options)


def log(*commits):
    lines = []
    for id_, days_ago, *paths in commits:
        day = timezone.localdate() - datetime.timedelta(days=days_ago)
        lines.append(f"[{id_}] Ann {day} Change")
        lines += [f"3\t1\t{path}" for path in paths]
        lines.append("")
    return io.BytesIO("\n".join(lines).encode())


def read_log(product, *commits, **options):
    return services.read_log(product, log(*commits), by=None, repository="pay", **options)


def test_a_reading_keeps_the_changes_of_the_last_year(product, made, ada):
    made.commit({"billing/a.py": "1\n"}, at=TODAY - 500 * DAY)
    tip = made.commit({"billing/a.py": "2\n"}, at=TODAY - DAY)
    run = read(product, made, ada)
    assert (run.repository, run.tip, run.counted) == ("pay", tip, 2)
    assert [change.paths for change in run.changes.all()] == [["billing/a.py"]]
    assert run.files == [["billing/a.py", 1, 2, str(run.last_day)]]


def test_changes_are_summed_by_component_and_month(product, made, billing):
    made.commit({"billing/a.py": "1\n"}, at=TODAY - 500 * DAY)
    made.commit({"other.py": "1\n"}, at=TODAY - DAY)
    run = read(product, made)
    assert run.months == {"billing": {f"{run.first_day:%Y-%m}": 1}}


def test_a_whole_repository_may_be_one_component(product, made, billing):
    made.commit({"a.py": "1\n"}, at=TODAY)
    assert list(read(product, made, component=billing).months) == ["billing"]


def test_a_reading_is_told_in_history(product, made, ada):
    made.commit({"a.py": "1\n"}, at=TODAY)
    read(product, made, ada)
    assert Change.objects.filter(action="read history", by=ada, product=product).exists()


def test_the_next_reading_goes_on(product, made):
    first = made.commit({"a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    made.commit({"a.py": None, "b.py": "1\n"}, at=TODAY)
    run = read(product, made)
    assert (run.after, run.counted) == (first, 1)
    (told,) = reads.stories([product], days=180)[product.pk]
    assert sorted(paths for _, paths in told.story.changes) == [("b.py",), ("b.py",)]
    assert [row[:3] for row in run.files] == [["b.py", 1, 2]]


def test_a_reading_without_news_makes_no_row_and_notes_the_day(product, made):
    made.commit({"a.py": "1\n"}, at=TODAY)
    run = read(product, made)
    HistoryRun.objects.update(looked_at=timezone.now() - datetime.timedelta(days=9))
    assert read(product, made).pk == run.pk
    run.refresh_from_db()
    assert run.looked_at > timezone.now() - datetime.timedelta(minutes=5)
    assert HistoryRun.objects.count() == 1


def test_a_rewritten_history_replaces_what_was_read(product, made):
    made.commit({"a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    made.git("checkout", "-q", "--orphan", "again")
    made.commit({"a.py": None, "c.py": "1\n"}, at=TODAY)
    made.git("branch", "-q", "-M", "again", "main")
    run = read(product, made)
    assert run.rewritten
    assert "everything was read anew" in " ".join(run.notes)
    assert reads.live_runs(product) == [run]


def test_a_repository_without_a_commit_is_read(product, made):
    assert read(product, made).counted == 0


def test_a_reading_makes_scores_due(product, made, make_debt, team):
    make_debt()
    before = TeamLedger.objects.get(team=team).revision
    made.commit({"a.py": "1\n"}, at=TODAY)
    read(product, made)
    assert TeamLedger.objects.get(team=team).revision == before + 1


def test_an_undone_reading_no_longer_counts(product, made, ada):
    made.commit({"a.py": "1\n"}, at=TODAY)
    run = read(product, made, ada)
    services.undo_run(run, by=ada)
    assert reads.live_runs(product) == []
    assert not MinedChange.objects.exists()


def test_only_the_newest_reading_of_a_repository_is_taken_back(product, made, ada):
    made.commit({"a.py": "1\n"}, at=TODAY - DAY)
    first = read(product, made)
    made.commit({"a.py": "2\n"}, at=TODAY)
    read(product, made)
    with pytest.raises(ValidationError, match="newest reading"):
        services.undo_run(first, by=ada)


def test_however_many_readings_are_undone_the_files_are_those_of_before(product, made):
    """Also where a file was renamed, and where lines changed."""
    steps = (
        {"a.py": "1\n", "b.py": "1\n"}, {"a.py": "1\n2\n"}, {"c.py": "1\n"}, {"b.py": "9\n"},
        {"a.py": None, "moved.py": "1\n2\n"},
    )  # fmt: skip
    told = []
    for days, files in zip((9, 8, 7, 6, 5), steps, strict=True):
        made.commit(files, at=TODAY - days * DAY)
        run = read(product, made)
        told.append((run, run.files))
    stored = HistoryRun.objects.filter(pk__in=[row.pk for row, _ in told]).order_by("pk")
    assert [type(row.files) for row in stored] == [dict, dict, dict, list, list]
    assert [len(row.files["rows"]) for row in stored[:3]] == [1, 0, 1]  # not all of them again
    while told:
        run, files = told.pop()
        run.refresh_from_db()
        assert run.files == files
        (story,) = reads.stories([product], days=180)[product.pk]
        assert story.files == files
        services.undo_run(run, by=None)
    assert not reads.live_runs(product)


def test_logs_that_are_undone_leave_the_files_of_the_log_before(product):
    runs = [
        read_log(product, (f"{place:x}aaaaaa{place}", 90 - place, f"billing/{place}.py", "all.py"))
        for place in range(1, 6)
    ]
    wanted = [row.files for row in runs]
    for run, files in zip(runs[::-1], wanted[::-1], strict=True):
        run.refresh_from_db()
        assert run.files == files
        services.undo_run(run, by=None)
        if run is runs[1]:  # another one goes on from the one that is left
            more = read_log(product, ("fffffff9", 1, "new.py"))
            assert {row[0] for row in more.files} == {"new.py", "billing/1.py", "all.py"}
            services.undo_run(more, by=None)


def test_what_a_reading_replaced_counts_again_once_it_is_undone(product, made, ada):
    log_run = read_log(product, ("aaaaaaa", 3, "a.py"))
    made.commit({"a.py": "1\n"}, at=TODAY)
    run = read(product, made)
    assert reads.live_runs(product) == [run]
    services.undo_run(run, by=ada)
    assert reads.live_runs(product) == [log_run]


def test_a_reading_that_was_overtaken_leaves_nothing(product, made, monkeypatch):
    made.commit({"a.py": "1\n"}, at=TODAY)
    settle = histories.settle

    def while_another_ends(*of):
        HistoryRun.objects.create(product=product, repository="pay", source="upload", ready=True)
        settle(*of)

    monkeypatch.setattr(histories, "settle", while_another_ends)
    with pytest.raises(services.Overtaken):
        read(product, made)
    assert HistoryRun.objects.count() == 1
    assert not MinedChange.objects.exists()


def test_a_reading_that_is_stopped_leaves_nothing(product, made):
    made.commit({"a.py": "1\n"}, at=TODAY)
    calls = []

    def stop(done):
        calls.append(done)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(product, made, progress=stop)
    assert not HistoryRun.objects.exists()
    assert not MinedChange.objects.exists()


def test_half_a_reading_is_not_seen(product):
    HistoryRun.objects.create(product=product, repository="pay", source="upload")
    assert reads.live_runs(product) == []
    assert reads.stories([product], days=180) == {}


def test_what_a_killed_reading_left_is_taken_out_a_day_later(product):
    for days in (0, 2):
        HistoryRun.objects.create(
            product=product, repository="pay", source="upload",
            at=timezone.now() - datetime.timedelta(days=days),
        )  # fmt: skip
    read_log(product, ("aaaaaaa", 3, "a.py"))
    assert HistoryRun.objects.filter(ready=False).count() == 1


def test_the_same_log_twice_creates_nothing(product):
    read_log(product, ("aaaaaaa", 3, "a.py"))
    assert read_log(product, ("aaaaaaa", 3, "a.py")) is None
    assert HistoryRun.objects.count() == 1


def test_a_later_log_adds_what_is_new(product):
    read_log(product, ("aaaaaaa", 3, "a.py"))
    run = read_log(product, ("bbbbbbb", 1, "b.py"), ("aaaaaaa", 3, "a.py"))
    assert (run.counted, run.left_out) == (1, {"known already": 1})
    (told,) = reads.stories([product], days=180)[product.pk]
    assert len(told.story.changes) == 2


def test_abbreviated_and_whole_ids_are_the_same(product):
    read_log(product, ("abcdef1", 3, "a.py"))
    assert read_log(product, ("abcdef1234567890", 3, "a.py")) is None


def test_commits_that_a_log_told_count_once_when_their_repository_is_read_on(product, made):
    made.commit({"a.py": "1\n"}, at=TODAY - 4 * DAY)
    read(product, made)
    uploaded = made.commit({"a.py": "2\n"}, at=TODAY - 2 * DAY)
    read_log(product, (uploaded[:9], 2, "a.py"))
    made.commit({"a.py": "3\n"}, at=TODAY)
    run = read(product, made)
    assert (run.counted, run.left_out) == (1, {"known already": 1})
    (told,) = reads.stories([product], days=180)[product.pk]
    assert len(told.story.changes) == 3
    assert run.files == [["a.py", 1, 3, str(run.last_day)]]


def test_a_commit_that_two_readings_hold_is_told_once(product):
    for when, commit in ((2, "ab" * 4), (1, "ab" * 20)):  # abbreviated, then whole
        run = HistoryRun.objects.create(
            product=product, repository="pay", source="upload", ready=True
        )
        run.changes.create(commit=commit, at=timezone.now(), paths=[f"{when}.py"])
    (told,) = reads.stories([product], days=180)[product.pk]
    assert [paths for _, paths in told.story.changes] == [("2.py",)]


def test_a_log_tells_the_days_before_it_was_uploaded_for_good(product):
    read_log(product, ("aaaa1", 300, "new.py"), ("aaaa2", 350, "old.py"))
    upload = timezone.now() - datetime.timedelta(days=290)
    HistoryRun.objects.update(looked_at=upload)
    (told,) = reads.stories([product], days=30)[product.pk]
    assert [paths for _, paths in told.story.changes] == [("new.py",)]


def test_a_log_without_a_commit_is_refused(product):
    with pytest.raises(logs.Unreadable, match="no commit"):
        read_log(product)


def test_a_repository_needs_a_name(product):
    with pytest.raises(ValidationError):
        services.read_log(product, log(("abc1", 1, "a.py")), by=None, repository=" ")


def test_changes_of_the_future_are_told(product):
    assert read_log(product, ("abc1", -400, "a.py")).notes == [
        "1 change is dated in the future and count from that day on."
    ]


def test_the_author_is_nowhere_in_the_database(product, made, ada):
    made.commit({"a.py": "1\n"}, "x\n\nDebt: PAY-D1 1h", at=TODAY, author="Zebedee <zeb@x.org>")
    run = read(product, made, ada)
    for row in [*HistoryRun.objects.values(), *MinedChange.objects.values()]:
        told = json.dumps(row, default=str)
        assert "Zebedee" not in told
        assert "zeb@" not in told
    assert run.changes.get().taps == [["PAY-D1", 60.0]]


def test_hotspots_of_a_component(product, made, billing):
    made.commit({"billing/a.py": "1\n" * 50, "billing/b.py": "1\n", "c.py": "1\n"}, at=TODAY)
    read(product, made)
    found = reads.hotspots_of(product, model(), component=billing)
    assert [(name, spot.path, spot.size) for name, spot in found] == [
        ("pay", "billing/a.py", 50), ("pay", "billing/b.py", 1),
    ]  # fmt: skip


def test_coupling_of_a_product(product):
    read_log(product, *[(f"aaaa{n}", n, "a.py", "b.py") for n in range(6)])
    ((name, pair),) = reads.coupling_of(product, model())
    assert (name, pair.entity, pair.coupled, pair.degree) == ("pay", "a.py", "b.py", 100)


def test_touches_fall_to_teams_by_the_paths_of_their_components(product, team, billing):
    read_log(product, ("aaaa1", 1, "billing/a.py"), ("aaaa2", 1, "c.py"))
    (touches,) = reads.touches_of_teams(product, model())
    assert touches.keys() == {team.pk, None}
    assert touches[team.pk] == pytest.approx(touches[None])


def test_files_outside_a_scope_that_change_with_it(product):
    read_log(product, *[(f"aaaa{n}", n, "a.py", "b.py") for n in range(6)])
    (told,) = reads.stories([product], days=180)[product.pk]
    assert reads.strongly_coupled(told, frozenset({"a.py"})) == {"b.py": 100}


def test_what_trailers_say_of_an_item(product, made, make_debt):
    item = make_debt()
    made.commit({"a.py": "1\n"}, f"x\n\nDebt: {item.key} 30min", at=TODAY)
    read(product, made)
    assert [minutes for _, minutes in reads.taps_of(item)] == [30.0]


def test_stories_take_two_queries(product, django_assert_num_queries):
    for n in range(3):
        services.read_log(product, log((f"aaaa{n}", n, "a.py")), by=None, repository=f"r{n}")
    with django_assert_num_queries(2):
        reads.stories([product], days=180)


def test_readings_of_different_days_are_told_from_their_own_day(product, django_assert_num_queries):
    for n, name in enumerate(("old", "new")):
        services.read_log(product, log((f"aaaa{n}", 200, "a.py")), by=None, repository=name)
    old = timezone.now() - datetime.timedelta(days=150)
    HistoryRun.objects.filter(repository="old").update(looked_at=old)
    with django_assert_num_queries(2):
        told = reads.stories([product], days=90)[product.pk]
    assert {one.repository: len(one.ids) for one in told} == {"old": 1, "new": 0}


def model():
    from debt.queries import current_model

    return current_model().parameters


def test_a_work_tree_is_read_where_the_operator_allows_its_repository(
    product, made, tmp_path, settings
):
    made.commit({"a.py": "1\n"}, at=TODAY)
    made.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    with pytest.raises(Refused, match="TPM_HISTORY_LINKS"):
        services.read_repository(product, tmp_path / "tree", by=None)
    settings.HISTORY_LINKS = [made.path]
    assert services.read_repository(product, tmp_path / "tree", by=None).counted == 1


def test_only_the_newest_reading_s_files_are_fetched(product):
    read_log(product, ("aaaa1", 3, "first.py"))
    read_log(product, ("aaaa2", 1, "second.py"))
    old, new = HistoryRun.objects.order_by("pk")
    HistoryRun.objects.filter(pk=old.pk).update(files=[["x" * 4000, None, 1, ""]])
    with CaptureQueriesContext(connection) as asked:
        (told,) = reads.stories([product], days=180)[product.pk]
    assert told.files == new.files
    with connection.cursor() as cursor:
        cursor.execute(asked[0]["sql"])
        assert not any("x" * 4000 in str(value) for row in cursor for value in row)


def test_the_list_of_readings_leaves_large_fields_where_they_are(product):
    read_log(product, ("aaaa1", 3, "first.py"))
    (run,) = reads.live_runs(product)
    assert {"files", "months"} <= run.get_deferred_fields()


def test_renames_are_followed_up_to_a_limit_and_those_of_kept_files_first(
    product, made, monkeypatch
):
    monkeypatch.setattr(histories, "MOST_MOVED", 1)
    made.commit({"a.py": "one\n", "b.py": "two\n"}, at=TODAY - 3 * DAY)
    made.commit({"a.py": None, "b.py": None, "c.py": "one\n", "d.py": "two\n"}, at=TODAY - 2 * DAY)
    made.commit({"c.py": None}, at=TODAY - DAY)
    run = read(product, made)
    assert run.moved == {"b.py": "d.py"}
    assert run.notes == ["Of 2 renamed files 1 are followed."]


# the command


def command(*words):
    out = io.StringIO()
    call_command("mine_history", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_json(product, made, root):
    tip = made.commit({"a.py": "1\n"}, at=TODAY)
    told = json.loads(command(str(made.path), "--product", "pay", "--json"))
    assert (told["tip"], told["changes"], told["kept in full"]) == (tip, 1, 1)


def test_the_command_finds_the_product_of_a_component(made, billing, root):
    made.commit({"a.py": "1\n"}, at=TODAY)
    assert "product: PAY" in command(str(made.path), "--component", "billing")


def test_the_command_reads_from_a_day_on(product, made, root):
    made.commit({"a.py": "1\n"}, at=TODAY - 40 * DAY)
    made.commit({"a.py": "2\n"}, at=TODAY)
    since = timezone.localdate() - datetime.timedelta(days=9)
    told = json.loads(command(str(made.path), "--product", "PAY", f"--since={since}", "--json"))
    assert told["changes"] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--product", "XYZ"], "no product XYZ"),
        (["--component", "xyz"], "no component xyz"),
        ([], "Name the product"),
        (["--product", "PAY", "--branch", "next"], "no branch next"),
    ],
)
def test_the_command_refuses_in_a_sentence(product, made, root, words, says):
    made.commit({"a.py": "1\n"}, at=TODAY)
    with pytest.raises(CommandError, match=says):
        command(str(made.path), *words)
