"""Which parents and links a file adds to the plan, by the keys it uses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from roadmaps.import_services.hands import NOTHING, hands_of
from roadmaps.import_services.linking import Wiring, wire
from roadmaps.import_services.matching import CHUNK, STUB_ID, Matcher
from roadmaps.importing import ImportRow
from roadmaps.models import Item, ItemLink

Name = tuple[str, str]


@dataclass(slots=True)
class Stub:
    """An item that the file names without holding it."""

    instance: str
    key: str
    title: str
    named_by: str


@dataclass(slots=True)
class SecondPass:
    """The second pass: stubs to make, then parents and links between numbers.

    node:   (instance, key) -> number: a primary key, or a negative number where none exists yet
    kept:   (key here, field, here, file) of parents and links that somebody changed by hand
    real:   negative number -> primary key, once the item exists
    """

    node: dict[Name, int]
    stubs: list[Stub] = field(default_factory=list)
    wiring: Wiring = field(default_factory=Wiring)
    kept: list[tuple[str, str, str, str]] = field(default_factory=list)
    real: dict[int, int] = field(default_factory=dict)


class Wirer:
    """Plans the second pass from the plan as it is; writes nothing."""

    def __init__(self, matcher: Matcher):
        self.matcher = matcher
        self.parsed = matcher.parsed
        self.items = {
            item.pk: item
            for item in Item.objects.filter(product=matcher.product).only(
                "key", "parent_id", "source", "source_instance", "source_key", "product_id"
            )
        }
        self.plan = SecondPass(node={})
        for item in self.items.values():
            if item.source == self.parsed.source and item.source_key:
                self.plan.node[item.source_instance, item.source_key] = item.pk
        self.names: dict[int, str] = {pk: item.key for pk, item in self.items.items()}
        self.said: dict[int, str] = {}

    def run(self) -> SecondPass:
        """Plan stubs, parents and links of the whole file."""
        rows = self.parsed.rows
        for row in rows:
            self._number(row)
        instance_of = {row.key: row.instance for row in rows}
        by_key = {(row.instance, row.key): row for row in rows}
        parents = [
            (by_key[row.instance, row.key], self._target(row, row.parent, row.parent_title))
            for row in rows
            if row.parent
        ]
        links = []
        for blocker, blocked in self.parsed.blocking:
            instance = instance_of.get(blocked, instance_of.get(blocker, ""))
            here = by_key.get((instance, blocked)) or by_key[instance, blocker]
            links.append((self._target(here, blocker), self._target(here, blocked)))
        self._wire(parents, links)
        return self.plan

    def _number(self, row: ImportRow) -> None:
        names = [row.key, *(STUB_ID + name for name in row.ids)]
        known = next((n for k in names if (n := self.plan.node.get((row.instance, k)))), None)
        if known is None:
            known = -len(self.names) - 1
            self.names[known] = row.key
        self.plan.node[row.instance, row.key] = known
        self.said[known] = row.key

    def _target(self, row: ImportRow, reference: str, title: str = "") -> int:
        """The number of what a row refers to; a stub where the plan does not hold it."""
        key = reference
        if self.parsed.source == "jira" and reference.isdigit():
            key = STUB_ID + reference
        name = (row.instance, key[:200])
        if name not in self.plan.node:
            number = -len(self.names) - 1
            self.plan.node[name] = number
            self.names[number] = reference
            self.plan.stubs.append(Stub(*name, title or reference, row.key))
        self.said.setdefault(self.plan.node[name], reference)
        return self.plan.node[name]

    def _wire(self, parents: Sequence, links: Sequence) -> None:
        hands = self._hands([row for row, _ in parents], links)
        tree = dict.fromkeys(self.plan.node.values()) | {
            pk: item.parent_id for pk, item in self.items.items()
        }
        links_here = ItemLink.objects.filter(successor__product=self.matcher.product)
        present = set(links_here.values_list("predecessor_id", "successor_id"))
        new_parents = [
            (child, parent)
            for row, parent in parents
            if tree[child := self.plan.node[row.instance, row.key]] != parent
            and self._may_move(child, parent, hands)
        ]
        new_links = [
            pair
            for pair in dict.fromkeys(links)
            if pair not in present and self._may_link(pair, hands)
        ]
        self.plan.wiring = wire(tree, list(present), new_parents, new_links, self._say)

    def _say(self, number: int) -> str:
        """An item as the file names it, where it does: the same before and after it exists here."""
        return self.said.get(number, self.names[number])

    def _hands(self, rows: Sequence[ImportRow], links: Sequence) -> dict:
        touched = {self.plan.node[row.instance, row.key] for row in rows}
        touched.update(successor for _, successor in links)
        ids = sorted(number for number in touched if number > 0)
        hands: dict = {}
        for start in range(0, len(ids), CHUNK):
            hands |= hands_of(ids[start : start + CHUNK])
        return hands

    def _may_move(self, child: int, parent: int, hands: dict) -> bool:
        hand = hands.get(child, NOTHING)
        if "parent" not in hand.before or self.matcher.take_file:
            return True
        before = hand.before["parent"]
        if before != self.names[parent]:
            here = self.items[child].parent_id
            shown = self.names[here] if here else "none"
            self.plan.kept.append((self.names[child], "parent", shown, self.names[parent]))
        return False

    def _may_link(self, pair: tuple[int, int], hands: dict) -> bool:
        predecessor, successor = pair
        if predecessor == successor:
            return False
        taken_away = f"{self.names[predecessor]} FS" in hands.get(successor, NOTHING).unlinked
        if taken_away:
            words = (self.names[successor], "waits for", "none", self.names[predecessor])
            self.plan.kept.append(words)
        return not taken_away or self.matcher.take_file
