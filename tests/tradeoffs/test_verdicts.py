import pytest

from tests.tradeoffs.test_stability import matrix
from tradeoffs.maths.verdicts import Limits, coverage, verdict
from tradeoffs.maths.weighing import Criterion, Range, weigh

FIRM, NEAR = [0.7, 0.3], [0.56, 0.44]
ROWS = [[1, 0], [0, 1]]


def word(weights, rows=ROWS, **options):
    return verdict(matrix(weights, rows), **options).word


def test_first_in_most_draws_and_far_from_a_flip_is_clear():
    assert word(FIRM, first=0.8) == "clear"


def test_a_weight_near_its_edge_is_moderate_at_most():
    """Now 56 %, edge 50 %: 11 % of the weight."""
    assert word(NEAR, first=0.95) == "moderate"


def test_first_in_fewer_draws_is_moderate():
    assert word(FIRM, first=0.79) == "moderate"


@pytest.mark.parametrize(
    ("weights", "first"), [(FIRM, 0.59), ([0.54, 0.46], 0.95), ([0.5, 0.5], 0.5)]
)
def test_first_in_few_draws_or_a_small_lead_is_a_close_call(weights, first):
    assert word(weights, first=first) == "close_call"


def test_a_lead_is_measured_on_the_fixed_scale_not_on_the_present_options():
    """0.09 of 1, though it is all there is between the two."""
    assert word([1], [[0.59], [0.5]], first=0.99) == "close_call"


def test_scorers_who_disagree_come_first():
    assert word(FIRM, first=0.99, agreement=0.49, scorers=5) == "contested"
    assert word(FIRM, first=0.99, agreement=0.5, scorers=5) == "clear"


def test_before_the_draws_are_made_only_what_needs_none_is_said():
    assert word(FIRM) == "pending"
    assert word([0.54, 0.46]) == "close_call"
    assert word(FIRM, agreement=0.2, scorers=3) == "contested"


def test_the_limits_are_settings():
    assert word(FIRM, first=0.7, limits=Limits(clear_first=0.7)) == "clear"


def test_a_single_option_is_not_judged():
    assert word([1, 1], [[1, 0]], first=1) == "alone"


def test_the_lead_and_the_runner_up_are_named():
    result = verdict(matrix([0.55, 0.45], ROWS))
    assert (result.winner, result.runner_up) == (0, 1)
    assert result.lead == pytest.approx(0.1)


def test_a_tie_is_told():
    result = verdict(matrix([0.5, 0.5], ROWS))
    assert (result.is_tie, result.tied, result.critical) == (True, (0, 1), None)


def test_an_option_that_is_out_challenges_nobody():
    criteria = [Criterion("A", 0, 1, 0.55, must=0.5), Criterion("B", 0, 1, 0.45)]
    rows = [[Range(1, 1, 1), Range(0, 0, 0)], [Range(0, 0, 0), Range(1, 1, 1)]]
    result = verdict(weigh(criteria, rows))
    assert (result.winner, result.runner_up, result.critical) == (0, None, None)


def test_an_unscored_cell_that_could_change_the_leader_is_told():
    result = verdict(matrix([1, 1], [[0.8, 0.5], [0.7, None]]))
    assert (result.missing, result.could) == (1, (1,))


THREE = [0.5, 0.3, 0.2]


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        # one of twelve cells, though the one that weighs most
        ([[0.9, None, None], *[[None] * 3] * 3], 0),
        # all of one option: there is nothing to compare it with
        ([[0.9, 0.9, 0.9], [None] * 3], 0),
        # two whole options of four are half of all
        ([[0.9, 0.9, 0.9], [0.8, 0.8, 0.8], [None] * 3, [None] * 3], 0.5),
        # one in front is known by a fifth of its weight alone
        ([[0.9, 0.9, 0.9], [None, None, 1.0], [0.1, 0.1, 0.1]], 0.2),
        ([[0.9, 0.9, None], [0.8, None, 0.2]], 0.7),
        ([[0.9, None, None]], 0.5),
    ],
)
def test_what_is_known_is_the_least_of_all_together_and_of_the_two_in_front(rows, known):
    found = matrix(THREE, rows)
    assert coverage(found) == pytest.approx(known)
    assert (verdict(found) is None) == (known < 0.5)


def test_whoever_is_out_needs_no_more_scores():
    criteria = [Criterion("A", 0, 1, 0.5, must=0.5), Criterion("B", 0, 1, 0.5)]
    whole, out = [Range(1, 1, 1), Range(0, 0, 0)], [Range(0, 0, 0), None]
    assert coverage(weigh(criteria, [whole, whole, out])) == 1


def test_how_much_has_to_be_scored_is_a_setting():
    found = matrix(THREE, [[0.9, 0.9, None], [0.8, 0.8, None]])
    assert verdict(found, limits=Limits(coverage=0.9)) is None
    assert verdict(found, limits=Limits(coverage=0.8)) is not None


def test_nothing_scored_gives_no_verdict():
    assert verdict(matrix([1], [[None], [None]])) is None
