"""The same history under two names of repositories: each commit counts once for each part."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import map_parts, pace_of_changes, queries, refresh, services, touched_parts
from debt.models import HistoryFigures, HistoryRun, MinedChange, TeamLedger
from debt.queries import figures as queries_figures
from debt.queries import histories as queries_history
from debt.services import history_figures
from tests.debt.mining.repositories import DAY, Made
from tests.debt.test_histories import log
from tpm.models import Component, Team

TODAY = int(timezone.now().timestamp())
pytestmark = pytest.mark.django_db
ONE = [(f"{n:07x}a", 7 * n + 1, "billing/tax.py", *["web/a.js"] * (n % 2)) for n in range(24)]


def model():
    return queries.current_model().parameters


def read_as(product, name, *commits):
    return services.read_log(product, log(*commits), by=None, repository=name)


@pytest.fixture
def parts(product, team, billing):
    web = Component.objects.create(
        key="web", name="Web", owner_team=Team.objects.create(name="Web", slug="web"),
        path_prefixes=["web/"],
    )  # fmt: skip
    web.products.add(product)
    return billing, web


@pytest.fixture
def once(product, parts):
    """What one repository says, before a second one has the same."""
    read_as(product, "shop", *ONE)
    return said(product)


def said(product):
    """All that is gathered of components and teams: on the map now and then, and of figures."""
    day = touched_parts.month_ends(timezone.localdate())[-2]
    whole = [map_parts.whole_of(product, model(), on).parts for on in (None, day)]
    rows = [[(part.changes, part.rate, part.lines) for part in found] for found in whole]
    return rows, queries_figures.shares_in(queries_figures.figures_of(product)), touches(product)


def touches(product):
    sums = {}
    for row in queries_history.touches_of_teams(product, model()):
        for team, count in row.items():
            sums[team] = sums.get(team, 0) + count
    return sums


def close(one, other):
    assert one[0] == [[pytest.approx(part) for part in found] for found in other[0]]
    assert one[1] == pytest.approx(other[1])
    assert one[2] == pytest.approx(other[2])


def test_a_second_name_adds_nothing(product, once):
    assert once[0][0][0][0] == 24
    read_as(product, "mirror", *ONE)
    close(said(product), once)


def test_it_adds_nothing_where_nothing_is_kept(product, once):
    read_as(product, "mirror", *ONE)
    HistoryFigures.objects.update(story={}, year={})
    now, then = once[0]
    for day, rows in ((None, now), (touched_parts.month_ends(timezone.localdate())[-2], then)):
        found = map_parts.whole_of(product, model(), day).parts
        assert [(part.changes, part.rate) for part in found] == [
            pytest.approx(row[:2]) for row in rows
        ]


def test_abbreviated_ids_are_the_same_commits(product, once):
    read_as(product, "mirror", *[(f"{id_}{'0' * 32}", *rest) for id_, *rest in ONE])
    close(said(product), once)


def test_what_only_the_second_one_has_is_added(product, once):
    read_as(product, "mirror", *ONE, ("fffffff1", 2, "billing/b.py"))
    found = map_parts.whole_of(product, model()).parts
    assert [part.changes for part in found] == [25, 12]


def test_a_component_of_the_second_one_alone_keeps_its_changes(product, parts):
    read_as(product, "shop", *ONE)
    Component.objects.filter(key="web").update(repository="mirror")
    services.refresh_figures(product)
    read_as(product, "mirror", *ONE)
    found = map_parts.whole_of(product, model()).parts
    assert [part.changes for part in found] == [24, 12]


def test_lines_of_a_mirror_count_once(product, parts, tmp_path):
    made = Made(tmp_path / "shop")
    made.commit({"billing/a.py": "1\n2\n3\n"}, at=TODAY - DAY)
    made.commit({"web/a.js": "1\n"}, at=TODAY)
    for name in ("shop", "mirror"):
        services.read_repository(product, made.path, by=None, name=name)
    found = map_parts.whole_of(product, model()).parts
    assert [(part.changes, part.lines) for part in found] == [(1, 3), (1, 1)]


def test_two_repositories_that_share_names_of_files_alone_count_both(product, parts):
    read_as(product, "shop", ("aaaaaa1", 1, "billing/a.py"))
    read_as(product, "other", ("aaaaab1", 1, "billing/a.py"))
    assert map_parts.whole_of(product, model()).parts[0].changes == 2


def with_files(product, name, files, *commits):
    """A repository whose files and lines are known, with changes so many days ago."""
    run = HistoryRun.objects.create(
        product=product, repository=name, source="repository", ready=True, tip="f" * 40,
        files=[[path, lines, 1, "2026-01-01"] for path, lines in files.items()],
        files_in_all=len(files), looked_at=timezone.now(), read=1, counted=1,
    )  # fmt: skip
    for id_, days, *paths in commits:
        at = timezone.now() - datetime.timedelta(days=days)
        MinedChange.objects.create(run=run, commit=id_, at=at, paths=paths)
    services.refresh_figures(product)


def lines(product):
    return map_parts.whole_of(product, model()).parts[0].lines


FILES = {"billing/a.py": 1000, "billing/b.py": 20, "billing/__init__.py": 0}


def test_lines_of_a_quiet_mirror_count_once(product, parts):
    """Neither was changed in the window, so they share no change of it."""
    for name in ("shop", "mirror"):
        with_files(product, name, FILES, ("a" * 40, 250, "billing/a.py"))
    assert lines(product) == 1020


def test_a_quiet_mirror_that_lags_behind_counts_once(product, parts):
    with_files(product, "shop", FILES | {"billing/c.py": 5}, ("b" * 40, 3, "billing/b.py"))
    with_files(product, "mirror", FILES | {"billing/b.py": 15, "billing/c.py": 5})
    assert lines(product) == 1025


def test_a_repository_most_of_whose_files_are_others_is_no_copy(product, parts):
    with_files(product, "shop", FILES)
    with_files(product, "other", {"billing/a.py": 1000, "billing/b.py": 30})
    assert lines(product) == 1020 + 1030


def test_one_shared_change_of_many_makes_no_copy(product, parts):
    """Two repositories that began as one: half a change in common is another program."""
    same, mine, theirs = [(f"{mark * 40}", 5, "billing/a.py") for mark in "abc"]
    with_files(product, "shop", {"billing/a.py": 100}, same, mine)
    with_files(product, "fork", {"billing/a.py": 200}, same, theirs)
    assert lines(product) == 300


def test_empty_files_that_share_their_names_make_no_copy(product, parts):
    empty = {f"billing/{name}/__init__.py": 0 for name in "abcd"}
    with_files(product, "shop", {"billing/a.py": 100, **empty})
    with_files(product, "other", {"billing/a.py": 200, **empty})
    assert lines(product) == 300


def test_the_pace_of_a_team_is_that_of_one_history(product, once, team):
    before = pace_of_changes.ages_of_changes(team, queries_history.stories([product], days=180))
    read_as(product, "mirror", *ONE)
    after = pace_of_changes.ages_of_changes(team, queries_history.stories([product], days=180))
    assert sorted(after) == sorted(before)
    assert len(after) == 24


def test_two_items_of_two_names_lose_an_hour_once(product, once, make_debt, team):
    """As two items in one repository do: the drag of both is below the sum of each alone."""
    read_as(product, "mirror", *[(*commit, f"copy/{commit[2]}") for commit in ONE])
    for path in ("billing/tax.py", "copy/billing/tax.py"):
        make_debt(slow_down="much", paths=[path], interest=None, scored=False)
    refresh.refresh_scores(team.pk)
    shares = TeamLedger.objects.get(team=team).shares.values()
    assert len(shares) == 2
    assert sum(after for after, _, _ in shares) < 0.9 * sum(alone for _, alone, _ in shares)


def test_the_kept_figures_of_one_follow_the_readings_of_the_other(product, once, monkeypatch):
    read_as(product, "mirror", *ONE)
    assert services.products_behind() == []
    first = product.history_runs.get(repository="shop")
    services.undo_run(first, by=None)
    found = map_parts.whole_of(product, model()).parts
    assert [part.changes for part in found] == [24, 12]
    monkeypatch.setattr(history_figures, "refresh_figures", lambda _product: 0)
    read_as(product, "third", ("ffffff1", 1, "billing/a.py"))
    assert map_parts.whole_of(product, model()).parts[0].changes == 25


def test_the_reading_and_its_preview_say_so(product, once):
    found = services.preview_log(product, log(*ONE), repository="mirror")
    (note,) = found["notes"]
    assert note.startswith("24 of its 24 changes of the last year are known as those of shop")
    assert read_as(product, "mirror", *ONE).notes == [note]


# months that are over


def times_fetched(product, day):
    with CaptureQueriesContext(connection) as asked:
        map_parts.whole_of(product, model(), day)
    return sum('FROM "debt_minedchange"' in each["sql"] for each in asked)


def test_a_past_month_is_kept_and_reads_no_change(product, once, parts):
    for day in touched_parts.month_ends(timezone.localdate()):
        kept = map_parts.whole_of(product, model(), day).parts
        assert times_fetched(product, day) == 0
        HistoryFigures.objects.update(year={})
        assert times_fetched(product, day) == 1
        anew = map_parts.whole_of(product, model(), day).parts
        assert [(p.changes, p.rate, p.lines) for p in kept] == [
            (p.changes, pytest.approx(p.rate), p.lines) for p in anew
        ]
        HistoryFigures.objects.update(inputs="older")
        services.refresh_figures(product)


def test_any_day_of_half_a_year_is_kept_and_one_before_is_read_anew(product, once):
    first = touched_parts.month_ends(timezone.localdate())[0]
    assert times_fetched(product, timezone.localdate() - datetime.timedelta(days=3)) == 0
    assert times_fetched(product, first) == 0
    assert times_fetched(product, first - datetime.timedelta(days=1)) == 1


def test_whose_a_file_is_counts_as_it_is_now(product, once, parts):
    day = touched_parts.month_ends(timezone.localdate())[-1]
    Component.objects.filter(key="web").update(path_prefixes=["billing/"])
    Component.objects.filter(key="billing").update(path_prefixes=["none/"])
    found = {part.component.key: part for part in map_parts.whole_of(product, model(), day).parts}
    assert found["web"].changes > 0
    assert found["billing"].changes is None


def test_the_files_of_a_past_month_read_no_change(product, once, parts, client_of, vic):
    visitor, page = client_of(vic), f"/p/PAY/debt/map/?component={parts[0].key}&month=4"
    with CaptureQueriesContext(connection) as asked:
        kept = visitor.get(page).context["files"]
    assert not any('FROM "debt_minedchange"' in each["sql"] for each in asked)
    HistoryFigures.objects.update(year={})
    assert visitor.get(page).context["files"] == kept
    assert kept


def test_the_next_month_has_the_figures_computed_again(product, once, monkeypatch):
    assert services.products_behind() == []
    later = timezone.localdate() + datetime.timedelta(days=32)
    monkeypatch.setattr("debt.queries.figures.timezone.localdate", lambda: later)
    assert services.products_behind() == [product.pk]


# one is looked at again, the other is not


def test_a_repository_that_drops_old_changes_leaves_the_other_right(product, parts, monkeypatch):
    """The window of the first one moves on; what is kept of the second one is of before."""
    begin = timezone.now() - datetime.timedelta(days=10)
    monkeypatch.setattr(timezone, "now", lambda: begin)
    old = [(f"{n:07x}a", 184 - n, "billing/tax.py") for n in range(3)]
    new = [(f"{n:07x}b", 5 + n, "billing/tax.py") for n in range(6)]
    for name in ("shop", "mirror"):
        read_as(product, name, *old)
        read_as(product, name, *new)
    newest = product.history_runs.filter(repository="shop").latest("pk")
    monkeypatch.setattr(timezone, "now", lambda: begin + datetime.timedelta(days=6))
    services.histories.still_the_same(product, newest)
    kept = map_parts.whole_of(product, model()).parts[0].changes
    HistoryFigures.objects.all().delete()
    assert kept == map_parts.whole_of(product, model()).parts[0].changes == 6


def test_a_new_second_name_has_the_first_computed_anew(product, once, parts):
    """Until then nothing kept says which of their commits are the same."""
    before = HistoryFigures.objects.get().inputs
    read_as(product, "mirror", *ONE)
    rows = HistoryFigures.objects.order_by("repository")
    assert before not in [row.inputs for row in rows]
    assert rows[0].story["ids"] == rows[1].story["ids"] != []
    assert times_fetched(product, None) == 0


def test_figures_of_an_older_version_are_not_read(product, once):
    for row in HistoryFigures.objects.all():
        row.story = {name: kept for name, kept in row.story.items() if name != "version"}
        row.save()
    assert times_fetched(product, None) == 1
