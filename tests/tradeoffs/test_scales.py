import pytest

from tradeoffs.maths.scales import by_sum, columns, minmax, ranks, totals, value_function


@pytest.mark.parametrize(
    ("x", "worth"), [(0.35, 1), (-0.15, 0), (0, 0.1), (0.25, 0.9), (0.1, 2 / 5 * 0.8 + 0.1)]
)
def test_a_rising_value_function_of_the_r_package_smaa(x, worth):
    """gertvv/rsmaa, smaa/tests/pvf.R, pvf3."""
    found = value_function(x, cutoffs=[-0.15, 0, 0.25, 0.35], values=[0, 0.1, 0.9, 1])
    assert found == pytest.approx(worth)


@pytest.mark.parametrize(
    ("x", "worth"),
    [(50, 1), (60, 1 - 2 / 5 * 0.2), (75, 0.8), (90, 0.5), (100, 0), (10, 1), (120, 0)],
)
def test_a_falling_one_is_held_at_its_ends(x, worth):
    """gertvv/rsmaa, smaa/tests/pvf.R, pvf4 and pvf6 (outOfBounds = clip)."""
    found = value_function(x, cutoffs=[50, 75, 90, 100], values=[1, 0.8, 0.5, 0])
    assert found == pytest.approx(worth)


@pytest.mark.parametrize(
    ("cutoffs", "values", "says"),
    [
        ([1], [1], "two points"),
        ([1, 2], [1], "two points"),
        ([2, 1], [0, 1], "must rise"),
        ([1, 1], [0, 1], "must rise"),
        ([1, float("nan")], [0, 1], "finite"),
    ],
)
def test_points_that_make_no_function_are_refused(cutoffs, values, says):
    with pytest.raises(ValueError, match=says):
        value_function(1, cutoffs=cutoffs, values=values)


def test_min_max_turns_a_cost_around():
    assert minmax([10, 20, 15], "min") == [1, 0, 0.5]
    assert minmax([10, 20, 15], "max") == [0, 1, 0.5]


def test_a_column_of_equals_is_worth_1_for_all():
    assert minmax([3, 3], "max") == [1, 1]


def test_the_sum_takes_the_inverse_of_a_cost():
    assert by_sum([1, 3], "max") == [0.25, 0.75]
    assert by_sum([1, 3], "min") == [0.75, 0.25]


def test_a_cost_of_nothing_has_no_inverse():
    with pytest.raises(ValueError, match="no inverse"):
        by_sum([0, 1], "min")


@pytest.mark.parametrize("bad", [[], [[]], [[1], [1, 2]]])
def test_a_matrix_without_a_shape_is_refused(bad):
    with pytest.raises(ValueError, match="at least one option"):
        columns(bad)


def test_numbers_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="finite"):
        minmax([1, float("inf")], "max")


def test_another_direction_is_refused():
    with pytest.raises(ValueError, match="min or max"):
        minmax([1, 2], "up")


def test_equals_share_a_rank():
    assert ranks([0.5, 0.9, 0.5 + 1e-12, 0.1]) == [2, 1, 2, 4]


def test_a_poor_third_option_turns_min_max_around_and_not_fixed_scales():
    """Belton & Gear's rank reversal, Omega 11(3), 1983: why min-max is a quick look only."""
    two = [[1, 9], [4, 5]]
    with_poor = [*two, [9, 1]]
    wins = []
    for rows in (two, with_poor):
        scaled = [minmax(column, "max") for column in columns(rows)]
        wins.append(totals(list(zip(*scaled, strict=True)), [0.55, 0.45])[:2])
    assert (wins[0][0] < wins[0][1]) != (wins[1][0] < wins[1][1])
