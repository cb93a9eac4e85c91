"""Reads of the roadmap."""

from .items import (
    items_visible_to,
    latest_estimates,
    links_of,
    objectives_visible_to,
    with_effort,
)

__all__ = [
    "items_visible_to",
    "latest_estimates",
    "links_of",
    "objectives_visible_to",
    "with_effort",
]
