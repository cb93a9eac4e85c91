import pytest

from tradeoffs.maths.swaps import CRITERION, OPTION, Swap, pugh, reduced, swapped

OFFICES = [[0.2, 0.8, 0.5], [0.9, 0.4, 0.5], [0.2, 0.7, 0.5], [0.5, 0.9, 0.5]]


def test_beaten_options_and_equal_criteria_are_struck_in_turn():
    found = reduced(OFFICES)
    assert [(s.kind, s.index, s.by) for s in found.steps] == [
        (OPTION, 0, 3), (OPTION, 2, 3), (CRITERION, 2, None),
    ]  # fmt: skip
    assert (found.options, found.criteria) == ((1, 3), (0, 1))


def test_a_step_can_be_taken_back():
    found = reduced(OFFICES, kept={(OPTION, 2), (CRITERION, 2)})
    assert (found.options, found.criteria) == ((1, 2, 3), (0, 1, 2))
    assert [s.kept for s in found.steps] == [False, True, True]


def test_what_is_not_scored_is_neither_beaten_nor_equal():
    assert reduced([[None, 0.5], [0.9, 0.6]]).steps == ()
    assert reduced([[0.5, None], [0.9, None]]).options == (0, 1)


def test_two_equal_options_both_stay():
    assert reduced([[0.5, 0.5], [0.5, 0.5]]).options == (0, 1)


def test_an_even_swap_makes_a_criterion_irrelevant():
    """Hammond, Keeney & Raiffa, HBR 76(2), 1998: make all equal on one, paying on another."""
    after = swapped(OFFICES, [Swap(1, 1, 0.9, 0, 0.4)])
    assert reduced(after).options == (3,)
    assert OFFICES[1] == [0.9, 0.4, 0.5]


@pytest.mark.parametrize("swap", [Swap(0, 0, 1.2, 1, 0.5), Swap(0, 0, 0.5, 0, 0.5)])
def test_a_swap_off_the_scale_or_with_itself_is_refused(swap):
    with pytest.raises(ValueError, match="swap"):
        swapped(OFFICES, [swap])


def test_pugh_counts_signs_against_the_datum():
    rows = pugh([[0.5, 0.5, None], [0.9, 0.52, 0.3], [0.1, 0.9, 0.3]], datum=0)
    assert [row.signs for row in rows] == [(0, 0, None), (1, 0, None), (-1, 1, None)]
    assert [(row.better, row.worse, row.net) for row in rows] == [(0, 0, 0), (1, 0, 1), (1, 1, 0)]


def test_a_datum_is_one_of_the_options():
    with pytest.raises(ValueError, match="one of the options"):
        pugh([[1]], datum=1)


def test_an_option_that_is_out_beats_nobody():
    found = reduced([[0.9, 0.9], [0.5, 0.6], [0.6, 0.5]], out={0})
    assert found.steps == ()
    assert found.options == (1, 2)
