"""Figures beside a verdict say what its sentence says, and one point is one."""

import pytest

from tests.tradeoffs.reading import read
from tradeoffs import matrix
from tradeoffs.maths import statement
from tradeoffs.pages import robustness as robustness_page


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (0.0104, "1 point"), (-0.01, "1 point"), (0.0149, "1 point"), (0.02, "2 points"),
        (0.0096, "1 point"), (0.004, "0.4 points"), (0.00001, "under 0.1 points"),
        (0.5, "50 points"),
    ],
)  # fmt: skip
def test_a_move_of_a_weight_in_points(move, says):
    assert robustness_page.points(move) == says


def test_a_small_lead_is_the_same_in_the_figures_and_in_the_sentence(decision, score):
    for criterion, (outbox, kafka) in {"Scalability": (5, 5.05), "Cost": (5, 5)}.items():
        score(decision, "Outbox", criterion, outbox)
        score(decision, "Kafka", criterion, kafka)
    weighed = matrix.of(read(decision))
    found = robustness_page.page(weighed, {}, ran="now")
    (lead,) = [value for name, value, *_ in found.figures if name.startswith("Lead over")]
    assert lead == "0.003"
    assert f"Kafka leads by {lead}" in statement.text(found.headline)
