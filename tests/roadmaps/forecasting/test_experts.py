"""The two experts and the tables they make."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting.ranges import LEVELS, POINTS
from roadmaps.forecasting.ratios import PRIOR_RATIOS, About, Finished, weighted_table
from roadmaps.forecasting.ratios.hierarchy import hierarchy_tables
from roadmaps.forecasting.ratios.sample import NOBODY, UNKNOWN, Sample, sample_of
from roadmaps.forecasting.ratios.similar import HALF_LIFE, carried, similar_tables, weights
from roadmaps.forecasting.ratios.tables import kaplan_meier, mixed, weighted_tables, widened
from roadmaps.forecasting.scoring_rules import quantiles

TODAY = date(2027, 1, 4)
DAY = TODAY.toordinal()


def history(*ratios: float, **fields) -> list[Finished]:
    return [
        Finished(TODAY - timedelta(10), 5 * ratio, 5.0, id=k, **fields)
        for k, ratio in enumerate(ratios)
    ]


def sample(rows: list[Finished]) -> Sample:
    return sample_of(rows, PRIOR_RATIOS)


def target(of: Sample, about: About, days: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    return np.log([days]), of.codes_of([about])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 99), st.floats(0.1, 3), st.booleans()), min_size=1, max_size=20
    )
)
def test_many_tables_at_once_equal_the_one_of_plain_python(rows):
    rows = sorted(rows, key=lambda row: (row[0], row[2]))
    values, weight, is_open = (np.array(column) for column in zip(*rows, strict=True))
    [table] = weighted_tables(values, weight[None], is_open)
    assert np.mean(np.isclose(table, weighted_table(rows))) > 0.98


def test_kaplan_meier_gives_an_open_ones_mass_to_what_is_larger():
    masses = kaplan_meier(np.ones((1, 4)), np.array([False, True, False, False]))
    assert masses[0] == pytest.approx([1 / 4, 0, 3 / 8, 3 / 8])


def test_a_mixture_keeps_the_atom_that_only_one_has():
    atom, smooth = np.zeros((1, POINTS)), np.linspace(1, 2, POINTS)[None]
    table = mixed(atom, smooth, 0.6)
    assert quantiles(table, 0.59) == [0]
    assert quantiles(table, 0.62) >= [1]
    assert mixed(smooth, smooth, 0.3) == pytest.approx(smooth, abs=0.01)


def test_weights_sum_to_one_with_those_of_the_prior():
    of = sample(history(1, 2, 3, person=1, epic=2))
    own, prior = weights(of, *target(of, About(person=1, epic=2, category="feature")), DAY)
    assert own.sum() + prior.sum() == pytest.approx(1)


def test_what_shares_more_weighs_more():
    rows = history(1.0, person=1) + history(2.0, person=2)
    of = sample(rows)
    own, _ = weights(of, *target(of, About(person=2)), DAY)
    assert own[0, np.argmax(of.ratio)] > 2 * own[0, np.argmin(of.ratio)]


def test_what_is_older_weighs_less_by_its_half_life():
    rows = [*history(1.0), Finished(TODAY - timedelta(10 + int(HALF_LIFE)), 10.0, 5.0)]
    of = sample(rows)
    own, _ = weights(of, *target(of, About()), DAY)
    assert own[0, np.argmin(of.ratio)] == pytest.approx(2 * own[0, np.argmax(of.ratio)])


def test_an_estimate_of_another_size_says_little():
    of = sample([*history(1.0), Finished(TODAY - timedelta(10), 200.0, 100.0)])
    own, _ = weights(of, *target(of, About()), DAY)
    assert own[0, np.argmin(of.ratio)] > 50 * own[0, np.argmax(of.ratio)]


def test_absent_and_unknown_values_equal_nothing():
    of = sample(history(1.0, person=None))
    assert of.codes_of([About(person=None), About(person=9)])[0].tolist() == [NOBODY, UNKNOWN]
    both = [weights(of, *target(of, About(person=person)), DAY).own for person in (None, 9)]
    assert both[0] == pytest.approx(both[1])


def test_a_ratio_is_carried_to_a_larger_estimate_by_the_slope():
    of = sample(history(3.0))
    assert carried(of, np.log(5.0))[0] == pytest.approx(np.log(3))
    assert carried(of, np.log(10.0))[0] == pytest.approx(np.log(3) + of.slope * np.log(2))


def test_the_slope_is_that_of_a_long_history_only():
    assert sample([]).slope == 0
    assert sample(history(*[1.0] * 36)).slope == pytest.approx(-0.125)
    assert sample(history(*[1.0] * 3564)).slope == pytest.approx(-0.2475)


def test_of_an_estimate_beyond_all_others_the_slope_goes_no_further():
    of = sample(history(2.0, 3.0, 4.0))
    huge, larger = carried(of, np.log(5000.0)), carried(of, np.log(50_000.0))
    assert huge == pytest.approx(larger)
    tables = hierarchy_tables(of, np.log([5000.0, 50_000.0]), of.codes_of([About()] * 2), DAY)
    assert tables[0] == pytest.approx(tables[1])


def test_an_item_that_took_what_was_estimated_stays_so_at_any_size():
    of = sample(history(1.0))
    assert carried(of, np.log(500.0))[0] == 0


def test_targets_of_several_sizes_keep_their_places():
    of = sample([*history(1.0, 1.5, person=1), *history(3.0, person=2)])
    sizes, people = [5.0, 1.0, 5.0], [About(1), About(2), About(2)]
    together, likest = similar_tables(of, np.log(sizes), of.codes_of(people), DAY, likest=1)
    for k, (size, about) in enumerate(zip(sizes, people, strict=True)):
        alone, first = similar_tables(of, *target(of, about, size), DAY, likest=1)
        assert together[k] == pytest.approx(alone[0])
        assert likest[k] == first[0]


def test_no_target_gets_no_table():
    of = sample(history(1.0))
    codes = of.codes_of([])
    assert similar_tables(of, np.empty(0), codes, DAY)[0].shape == (0, POINTS)
    assert hierarchy_tables(of, np.empty(0), codes, DAY).shape == (0, POINTS)


def test_the_likest_items_are_the_ones_of_the_same_person_and_size():
    of = sample([*history(1.0, 1.1, person=1), *history(3.0, 3.1, person=2)])
    _, places = similar_tables(of, *target(of, About(person=2)), DAY, likest=2)
    assert of.ratio[places[0]] == pytest.approx(np.log([3.0, 3.1]))


def test_the_hierarchy_adds_the_effects_of_person_and_kind():
    rows = []
    for person, slow in ((1, 1.0), (2, 2.0)):
        for kind, hard in (("bet", 2.0), ("feature", 1.0)):
            rows += history(*[slow * hard] * 60, person=person, kind=kind)
    of = sample(rows)
    tables = hierarchy_tables(
        of, np.log([5.0] * 2), of.codes_of([About(1, "feature"), About(2, "bet")]), DAY
    )
    low, high = quantiles(tables, 0.5)
    assert low == pytest.approx(0, abs=0.15)
    assert high == pytest.approx(np.log(4), abs=0.2)


def test_the_hierarchy_shrinks_a_group_of_one_and_knows_that_it_is_uncertain():
    rows = [*history(*[0.8, 1.0, 1.25] * 30, person=1), *history(8.0, person=2)]
    of = sample(rows)
    tables = hierarchy_tables(of, np.log([5.0] * 2), of.codes_of([About(1), About(2)]), DAY)
    steady, new = quantiles(tables, 0.5)
    assert steady < new < np.log(8)
    widths = quantiles(tables, 0.9) - quantiles(tables, 0.1)
    assert widths[1] >= widths[0] * 0.9


def test_the_hierarchy_learns_whose_large_estimates_are_too_low():
    rows = []
    for person, steep in ((1, 0.0), (2, 0.5)):
        for days in (1.0, 5.0, 25.0) * 40:
            rows.append(
                Finished(
                    TODAY - timedelta(10), days * (days / 5) ** steep, days, id=1, person=person
                )
            )
    of = sample(rows)
    tables = hierarchy_tables(of, np.log([25.0] * 2), of.codes_of([About(1), About(2)]), DAY)
    even, low = quantiles(tables, 0.5)
    assert even == pytest.approx(0, abs=0.15)
    assert low == pytest.approx(0.5 * np.log(5), abs=0.15)


def test_the_hierarchy_hears_the_last_month_first():
    def found(last: float) -> float:
        old = [Finished(TODAY - timedelta(40 + k), 5.0 * (1 + k % 3), 5.0, id=k) for k in range(90)]
        new = [Finished(TODAY - timedelta(5), 5.0 * last, 5.0, id=k) for k in range(20)]
        of = sample(old + new)
        return float(quantiles(hierarchy_tables(of, *target(of, About()), DAY), 0.5)[0])

    assert found(6.0) > found(2.0) + 20 / 110 * np.log(3)


def test_the_hierarchy_without_history_is_the_prior():
    of = sample([])
    [table] = hierarchy_tables(of, *target(of, About(person=1)), DAY)
    assert list(table) == sorted(table)
    assert table[0] < 0 < table[-1]


def test_tables_ascend():
    of = sample(history(0.2, 1, 1, 1, 3, 9, person=1))
    for table in (
        similar_tables(of, *target(of, About(person=1)), DAY)[0],
        hierarchy_tables(of, *target(of, About(person=1)), DAY),
    ):
        assert table.shape == (1, len(LEVELS))
        assert (np.diff(table) >= -1e-12).all()


def test_widening_leaves_an_atom_where_items_really_end():
    table = np.concatenate([np.linspace(-2, -0.1, 60), np.zeros(60), np.linspace(0.1, 2, 137)])
    wide = widened(table[None], 1.2)
    assert np.sum(wide == 0) > 40
    assert quantiles(wide, 0.9) > quantiles(table, 0.9)
    assert quantiles(wide, 0.1) < quantiles(table, 0.1)
    assert widened(table[None], 1.0)[0] == pytest.approx(table)
