"""Pages that show several apps are composed of panels that each app registers."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

Panel = Callable[..., str | None]

PLACES = (
    "home.needs", "home.changed", "item", "debt", "decision", "decision.links", "consequence",
    "component", "search",
    "product.settings", "team",
)  # fmt: skip


@dataclass(frozen=True)
class Registered:
    order: int
    render: Panel


_panels: dict[str, list[Registered]] = defaultdict(list)


def register(place: str, order: int = 50) -> Callable[[Panel], Panel]:
    """Register a function (request, product, subject) -> HTML or None for a place.

    raises: ValueError when there is no such place
    """
    if place not in PLACES:
        raise ValueError(f"no place {place!r}: one of {', '.join(PLACES)}")

    def add(render: Panel) -> Panel:
        _panels[place].append(Registered(order, render))
        _panels[place].sort(key=lambda panel: panel.order)
        return render

    return add


def render_all(place: str, request, product, subject=None) -> list[str]:
    """The HTML of every panel of a place that has something to show."""
    shown = (panel.render(request, product, subject) for panel in _panels[place])
    return [html for html in shown if html]
