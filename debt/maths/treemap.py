"""Rectangles whose areas are amounts, as near to squares as they come.

Bruls, Huizing and van Wijk, *Squarified Treemaps*, 2000: rows are filled along the shorter side as
long as their worst ratio of sides gets better.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """Left, top, width and height, in the unit of the whole."""

    x: float
    y: float
    width: float
    height: float


def squarified(amounts: Sequence[float], whole: Box) -> list[Box]:
    """One box for each amount, in their order; their areas are in proportion and fill the whole.

    amounts: above 0, falling
    raises:  ValueError for amounts that rise or are not above 0, or a whole without area
    """
    if whole.width <= 0 or whole.height <= 0:
        raise ValueError("a map needs room")
    if any(not 0 < each < float("inf") for each in amounts):
        raise ValueError("areas are above zero")
    if any(later > earlier for earlier, later in itertools.pairwise(amounts)):
        raise ValueError("amounts fall from the first to the last")
    total = sum(amounts)
    scale = whole.width * whole.height / total if total else 0.0
    areas = [each * scale for each in amounts]
    found: list[Box] = []
    rest, start = whole, 0
    while start < len(areas):
        side = min(rest.width, rest.height)
        end = start + 1
        while end < len(areas) and worst(areas[start : end + 1], side) <= worst(
            areas[start:end], side
        ):
            end += 1
        boxes, rest = laid(areas[start:end], rest, last=end == len(areas))
        found += boxes
        start = end
    return found


def worst(row: Sequence[float], side: float) -> float:
    """The worst ratio of sides in a row of areas along a side."""
    total = sum(row)
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def laid(row: Sequence[float], room: Box, *, last: bool) -> tuple[list[Box], Box]:
    """A row of areas along the shorter side of the room, and the room that is left."""
    total = sum(row)
    along_height = room.height <= room.width
    side = room.height if along_height else room.width
    other = room.width if along_height else room.height
    depth = other if last else total / side
    boxes, at = [], 0.0
    for area in row:
        length = side * area / total
        if along_height:
            boxes.append(Box(room.x, room.y + at, depth, length))
        else:
            boxes.append(Box(room.x + at, room.y, length, depth))
        at += length
    if along_height:
        return boxes, Box(room.x + depth, room.y, max(0.0, room.width - depth), room.height)
    return boxes, Box(room.x, room.y + depth, room.width, max(0.0, room.height - depth))
