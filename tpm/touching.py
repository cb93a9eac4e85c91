"""What each app knows of components, for a page that shows several of them side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tpm.models import Component, Product


@dataclass(frozen=True)
class Fact:
    """One thing to know of a component, as ready words. weight: how many records it stands for."""

    words: str
    url: str = ""
    key: str = ""
    weight: int = 0


@dataclass(frozen=True)
class Column:
    """What one app says of some components. says: of all together, as a sentence, or nothing."""

    heading: str
    none: str
    of: Mapping[int, Sequence[Fact]]
    says: str = ""


Offer = Callable[..., Column | None]
_offers: list[tuple[int, Offer]] = []


def offer(order: int) -> Callable[[Offer], Offer]:
    """Register a function (user, product, components) -> Column, or None with nothing to say."""

    def add(made: Offer) -> Offer:
        _offers.append((order, made))
        _offers.sort(key=lambda row: row[0])
        return made

    return add


def columns(user, product: Product, components: Sequence[Component]) -> list[Column]:
    """What every app says, in a few queries whatever the number of components."""
    if not components:
        return []
    found = (made(user, product, components) for _, made in _offers)
    return [column for column in found if column is not None]
