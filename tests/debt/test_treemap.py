"""Rectangles whose areas are amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths.treemap import Box, squarified

PAPER = [6, 6, 4, 3, 2, 2, 1]
"""The example of Bruls, Huizing and van Wijk (2000), in a rectangle of 6 by 4."""


def test_the_example_of_the_paper():
    boxes = squarified(PAPER, Box(0, 0, 6, 4))
    assert boxes[:2] == [Box(0, 0, 3, 2), Box(0, 2, 3, 2)]
    assert boxes[2] == pytest.approx(Box(3, 0, 12 / 7, 7 / 3))
    assert boxes[3] == pytest.approx(Box(3 + 12 / 7, 0, 9 / 7, 7 / 3))


@given(st.lists(st.floats(0.01, 1e4), max_size=40), st.floats(10, 2000), st.floats(10, 2000))
def test_areas_are_in_proportion_and_fill_the_whole_without_overlap(amounts, width, height):
    amounts.sort(reverse=True)
    boxes = squarified(amounts, Box(0, 0, width, height))
    for amount, box in zip(amounts, boxes, strict=True):
        share = box.width * box.height / (width * height)
        assert share == pytest.approx(amount / sum(amounts), rel=1e-6, abs=1e-9)
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.x + box.width <= width * (1 + 1e-6)
        assert box.y + box.height <= height * (1 + 1e-6)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) <= 1e-6 * max(width, height)


def test_nothing_gives_nothing():
    assert squarified([], Box(0, 0, 1, 1)) == []


@pytest.mark.parametrize("amounts", [[1, 2], [0], [-1], [float("inf")], [float("nan")]])
def test_amounts_that_rise_or_are_nothing_are_refused(amounts):
    with pytest.raises(ValueError):
        squarified(amounts, Box(0, 0, 1, 1))


def test_a_whole_without_room_is_refused():
    with pytest.raises(ValueError, match="room"):
        squarified([1], Box(0, 0, 0, 1))
