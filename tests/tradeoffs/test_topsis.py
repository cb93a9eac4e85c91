import pytest

from tradeoffs.maths.topsis import closeness

MOUNTAINS = [[1, 3000], [2, 3750], [5, 4500]]
"""Risk (less is better) and altitude: Opricovic & Tzeng, EJOR 156(2), 2004, section 5."""


def test_the_mountain_climber_by_vector_normalisation():
    """Also what pymcdm 1.4.0 gives with vector_normalization."""
    found = closeness(MOUNTAINS, [0.5, 0.5], ["min", "max"])
    assert found == pytest.approx([0.76214058, 0.72217783, 0.23785942])


def test_the_mountain_climber_by_min_max_has_another_winner():
    """What pymcdm 1.4.0 gives by default."""
    found = closeness(MOUNTAINS, [0.5, 0.5], ["min", "max"], normalisation="minmax")
    assert found == pytest.approx([0.5, 0.61721778, 0.5])


def test_an_option_best_at_everything_is_the_ideal():
    assert closeness([[9, 1], [1, 9]], [1, 1], ["max", "min"]) == [1, 0]


@pytest.mark.parametrize("normalisation", ["vector", "minmax"])
def test_equal_options_and_a_single_one_are_0(normalisation):
    assert closeness([[3], [3]], [1], ["max"], normalisation=normalisation) == [0, 0]
    assert closeness([[3, 4]], [1, 1], ["max", "min"], normalisation=normalisation) == [0]


@pytest.mark.parametrize(
    ("weights", "directions", "says"),
    [
        ([1], ["max", "max"], "one weight"),
        ([0, 0], ["max", "max"], "weigh"),
        ([1, 1], ["up", "max"], "min or max"),
    ],
)
def test_what_does_not_fit_is_refused(weights, directions, says):
    with pytest.raises(ValueError, match=says):
        closeness([[1, 2], [2, 1]], weights, directions)


def test_another_normalisation_is_refused():
    with pytest.raises(ValueError, match="vector or minmax"):
        closeness([[1], [2]], [1], ["max"], normalisation="sum")
