"""Rows of a table that look like debt which is in the register already."""

from collections import defaultdict
from functools import cached_property
from math import ceil
from typing import NamedTuple

from debt import queries
from debt.models import DebtItem
from tpm.models import Product


class Known(NamedTuple):
    """Debt that a row is held against."""

    key: str
    title: str
    external_key: str
    words: set[str]


class Likeness:
    """The open debt of a product by the words of its titles; read once, when first asked for."""

    def __init__(self, product: Product) -> None:
        self.product = product

    @cached_property
    def known(self) -> list[Known]:
        rows = DebtItem.objects.filter(product=self.product, state__in=DebtItem.DRAGS)
        named = rows.order_by("pk").values_list("key", "title", "external_key")
        return [Known(*row, queries.words_of(row[1])) for row in named]

    @cached_property
    def by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.known):
            for word in one.words:
                found[word].append(place)
        return found

    @cached_property
    def by_title(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.known):
            found[plain(one.title)].append(place)
        return found

    def of(self, title: str, external_key: str) -> Known | None:
        """Debt whose title is the same, or has most of the same words; else None.

        Two with a key of another tracker each are two by what that tracker says.
        """
        words = queries.words_of(title)
        places = [*self.by_title.get(plain(title), []), *self.near(words)]
        for place in places:
            other = self.known[place]
            if external_key and other.external_key:
                continue
            if plain(other.title) == plain(title) or queries.are_alike(words, other.words):
                return other
        return None

    def near(self, words: set[str]) -> list[int]:
        """All that can be alike: with one of these words at least, of which the rarest do.

        Whatever shares the most of n words has one of any n − ⌈least share · n⌉ + 1 of them.
        """
        if len(words) < queries.FEWEST_WORDS:
            return []
        rare = sorted(words, key=lambda word: (len(self.by_word.get(word, ())), word))
        most = len(words) - ceil(queries.ALIKE * len(words)) + 1
        found = {place for word in rare[:most] for place in self.by_word.get(word, ())}
        return sorted(found)


def plain(title: str) -> str:
    """A title without case and odd spaces."""
    return " ".join(title.casefold().split())
