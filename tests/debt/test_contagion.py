"""How fast debt spreads, by its monthly sizes."""

import datetime
import math

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import queries, refresh, services
from debt.maths import contagion
from debt.models import ScopeSize
from tests.debt import test_measured

mined = test_measured.mined


def grown(rate, months, start=0, first=100.0):
    return [(start + n, round(first * math.exp(rate * n))) for n in range(months)]


def test_the_slope_of_the_logarithm_is_the_growth_a_month():
    assert contagion.measured(grown(0.03, 6, first=10_000), {}) == pytest.approx(0.03, abs=1e-4)


def test_a_month_that_is_missing_stretches_the_line():
    sizes = [(0, 1000), (1, 1020), (4, round(1000 * 1.02**4)), (5, round(1000 * 1.02**5))]
    assert contagion.measured(sizes, {}) == pytest.approx(math.log(1.02), abs=5e-4)


def test_only_the_last_six_months_count():
    old = [(n, 10**n) for n in range(3)]
    assert contagion.measured([*old, *grown(0, 6, start=3)], {}) == 0


@pytest.mark.parametrize("count", [0, 1, 3])
def test_fewer_than_four_months_measure_nothing(count):
    assert contagion.measured(grown(0.05, count), {}) is None


def test_months_of_no_size_are_none_of_them():
    assert contagion.measured([(0, 0), (1, 0), *grown(0.05, 3, start=2)], {}) is None


@pytest.mark.parametrize(("rate", "limited"), [(0.5, 0.10), (-0.5, -0.05), (0.012345, 0.0123)])
def test_growth_is_limited(rate, limited):
    assert contagion.limited(rate, {}) == limited


def test_a_slope_needs_two_places():
    with pytest.raises(ValueError, match="two places"):
        contagion.slope([(1, 2), (1, 3)])


def sizes(item, *totals, last=None):
    """Months with these sizes, the last of them this one."""
    newest = queries.month_of(timezone.localdate()) if last is None else last
    months = []
    for month, size in enumerate(totals, start=newest - len(totals) + 1):
        months.append((month, size))
        ScopeSize.objects.create(
            item=item, month=month, evidence=0, files=size, coupled=0,
            slope=contagion.measured(months, {}),
        )  # fmt: skip


def scored(item):
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    return item.latest_score


def test_four_months_replace_what_was_declared(make_debt):
    item = make_debt(contagion="fast")
    assert item.latest_score.inputs["contagion"] == 0.03
    assert item.latest_score.inputs["sources"]["contagion"] == "declared"
    sizes(item, 100, 101, 102, 103)
    score = scored(item)
    assert score.inputs["contagion"] == pytest.approx(0.0099, abs=1e-3)
    assert score.inputs["sources"]["contagion"] == "measured"


def test_three_months_leave_what_was_declared(make_debt):
    item = make_debt(contagion="slow")
    sizes(item, 100, 150, 200)
    score = scored(item)
    assert (score.inputs["contagion"], score.inputs["sources"]["contagion"]) == (0.01, "declared")


def test_a_month_is_noted_once(make_debt, mined, team):
    item = make_debt(paths=["pay/a.py"])
    assert services.note_sizes(team.pk) == 1
    assert services.note_sizes(team.pk) == 0
    (row,) = item.sizes.all()
    assert row.month == queries.month_of(timezone.localdate())
    assert (row.evidence, row.files, row.coupled) == (0, 1, 1)  # b.py changes with a.py


def test_links_and_notes_are_evidence_and_files_are_not(make_debt, mined, team, mel):
    item = make_debt(paths=["pay/a.py"])
    services.add_evidence(item, by=mel, text="Three incidents began here.")
    services.note_sizes(team.pk)
    assert item.sizes.get().evidence == 1


def test_what_nothing_measures_has_no_size(make_debt, team):
    make_debt(paths=["pay/a.py"])
    assert services.note_sizes(team.pk) == 0


def test_a_new_month_knows_the_slope_up_to_it(make_debt, mined, team):
    item = make_debt(paths=["pay/a.py"])
    sizes(item, 1, 1, 1, last=queries.month_of(timezone.localdate()) - 1)
    services.note_sizes(team.pk)
    newest = item.sizes.latest("month")
    assert newest.size == 2
    assert newest.slope == pytest.approx(math.log(2) * 0.3)


def test_growth_that_nobody_measured_for_months_is_forgotten(make_debt):
    item = make_debt(contagion="slow")
    sizes(item, 100, 110, 120, 130, last=queries.month_of(timezone.localdate()) - 3)
    assert scored(item).inputs["sources"]["contagion"] == "declared"


def test_sizes_make_the_team_due(make_debt, mined, team):
    make_debt(paths=["pay/a.py"])
    refresh.refresh_scores(team.pk)
    assert not queries.due_ledgers().exists()
    services.note_sizes(team.pk)
    assert queries.due_ledgers().exists()


def test_sizes_are_noted_in_as_many_queries_for_more_items(make_debt, mined, team):
    asked = []
    for _round in range(2):
        for _item in range(3):
            make_debt(paths=["pay/a.py"])
        with CaptureQueriesContext(connection) as seen:
            services.note_sizes(team.pk)
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_a_size_is_never_changed(make_debt):
    item = make_debt()
    sizes(item, 10)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ScopeSize.objects.update(files=11)


def test_a_month_has_one_size_and_lies_in_our_time(make_debt):
    item = make_debt()
    sizes(item, 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        sizes(item, 11)
    with pytest.raises(IntegrityError), transaction.atomic():
        sizes(item, 11, last=12)


def test_a_month_is_counted_from_the_year_0():
    assert queries.month_of(datetime.date(2026, 1, 31)) == 2026 * 12
