"""Dependencies: from the bar that is waited for to the bar that waits.

Arrows leave a bar along one shared trunk. Each window of rows carries those whose upper end is in
it; where the other end is not shown, or far away, a stub with its key remains.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tpm.svg import esc, num

FARTHEST_ROWS = 60
TRUNK = 11
"""Pixels before the end of a bar at which its arrows leave."""
CURVE = 5
HALF = 7
"""Half the height of a bar."""


class Link(NamedTuple):
    """pred, succ: ids of items."""

    pred: int
    succ: int
    pred_key: str
    succ_key: str
    kind: str = "FS"


@dataclass(frozen=True, slots=True)
class End:
    """Where a bar lies. index: its line in the grid; y: its middle."""

    index: int
    y: float
    left: float
    right: float


def chain_of(item: int, links: Iterable[Link]) -> set[tuple[int, int]]:
    """The links over which an item waits, and over which others wait for it."""
    before, after = defaultdict(list), defaultdict(list)
    for link in links:
        before[link.succ].append(link.pred)
        after[link.pred].append(link.succ)
    found = set()
    for side, ends in ((before, 0), (after, 1)):
        seen, waiting = {item}, [item]
        while waiting:
            here = waiting.pop()
            for other in side[here]:
                found.add((here, other) if ends else (other, here))
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return found


def is_near(a: End, b: End) -> bool:
    return abs(a.index - b.index) <= FARTHEST_ROWS


def arrow(
    link: Link, a: End, b: End, *, weight: str = "", state: str = "", on: bool, told: bool = True
) -> str:
    """One link, its head in the same path. weight: w2 or w3; state: risk or viol."""
    path, head = route(link.kind, a, b)
    classes = looks("link dep", weight, state, on=on)
    return f'<path class="{classes}"{ends_of(link) if told else ""} d="{path}{head}"/>'


def looks(*names: str, on: bool) -> str:
    """Classes of a link; the last name is its state, and what is broken is never faint."""
    kept = (*names, "keep" if names[-1] else "", "on" if on else "")
    return " ".join(filter(None, kept))


def ends_of(link: Link) -> str:
    """What a script needs to follow a chain."""
    return f' data-from="{esc(link.pred_key)}" data-to="{esc(link.succ_key)}"'


def route(kind: str, a: End, b: End) -> tuple[str, str]:
    """(path, head) from the finish or start of a to the start or finish of b."""
    out, into = kind[0], kind[1]
    if out == "F" and into == "S":
        return finish_to_start(a, b)
    leave = a.right if out == "F" else a.left
    meet, inward = (b.left, 1) if into == "S" else (b.right, -1)
    beyond = 10 * inward
    # A trunk outside of both ends, on the side from which the arrow comes in.
    sides = (leave, meet) if (out == "F") == (inward < 0) else (meet, meet)
    trunk = (min if inward > 0 else max)(sides) - beyond
    path = f"M{num(leave)} {num(a.y)}H{num(trunk)}V{num(b.y)}H{num(meet - 5 * inward)}"
    return path, sideways(meet, b.y, inward)


def finish_to_start(a: End, b: End) -> tuple[str, str]:
    down = 1 if b.y > a.y else -1
    trunk = max(a.right - TRUNK, min(a.left + 2, a.right))
    begin = f"M{num(trunk)} {num(a.y + HALF * down)}"
    if b.left >= trunk + CURVE + 3:
        turn = f"V{num(b.y - CURVE * down)}q0 {CURVE * down} {CURVE} {CURVE * down}"
        return f"{begin}{turn}H{num(b.left - 4)}", sideways(b.left, b.y, 1)
    if trunk <= b.right:
        # It starts before the trunk: the arrow falls on it from above, or rises from below.
        tip = b.y - HALF * down
        return f"{begin}V{num(tip - 4 * down)}", upright(trunk, tip, down)
    turn = f"V{num(b.y - CURVE * down)}q0 {CURVE * down} {-CURVE} {CURVE * down}"
    return f"{begin}{turn}H{num(b.right + 4)}", sideways(b.right, b.y, -1)


def sideways(x: float, y: float, inward: int) -> str:
    """A head of strokes alone, a triangle and one within it: together they look filled."""
    back, inner = num(x - 5.5 * inward), num(x - 4.5 * inward)
    return (
        f"M{back} {num(y - 3)}v6l{4 * inward}-3z"
        f"M{inner} {num(y - 1.3)}v2.6l{num(1.8 * inward)}-1.3z"
    )


def upright(x: float, y: float, down: int) -> str:
    back, inner = num(y - 5.5 * down), num(y - 4.5 * down)
    return (
        f"M{num(x - 3)} {back}h6l-3 {4 * down}zM{num(x - 1.3)} {inner}h2.6l-1.3 {num(1.8 * down)}z"
    )


def stub(link: Link, b: End, *, count: int, state: str = "", on: bool, told: bool = True) -> str:
    """What a bar waits for where that is not shown: a short arrow with the key of the other."""
    words = link.pred_key if count == 1 else f"{link.pred_key} +{count - 1}"
    ends = ends_of(link) if told else ""
    tail = f"M{num(b.left - 14)} {num(b.y)}H{num(b.left - 4)}"
    fits = b.left - 18 > len(words) * 6.4
    text = (
        f'<text class="{looks("link t-3", state, on=on)}"{ends} '
        f'x="{num(b.left - 18)}" y="{num(b.y + 4)}" text-anchor="end">{esc(words)}</text>'
        if fits
        else ""
    )
    return (
        f'<path class="{looks("link stub dep", state, on=on)}"{ends} '
        f'd="{tail}{sideways(b.left, b.y, 1)}"/>{text}'
    )


@dataclass(frozen=True)
class Web:
    """All links of a page, and the bars that they may meet."""

    links: list[Link]
    ends: Mapping[int, End]
    states: Mapping[tuple[int, int], str]
    """Links that are broken (`viol`) or shaky (`risk`)."""
    weights: Mapping[tuple[int, int], str]
    chain: set[tuple[int, int]]
    told: bool = True
    """Whether each arrow says between which items it runs."""

    def drawn(self, first: int, last: int, top: float, width: int, height: int) -> str:
        """The links of the lines from first to last, moved so that `top` is 0."""
        body = self.body(first, last)
        if not body:
            return ""
        chained = " has-chain" if self.chain else ""
        return (
            f'<svg class="tl-links{chained}" width="{width}" height="{height}" aria-hidden="true">'
            f'<g transform="translate(0 {num(-top)})">{body}</g></svg>'
        )

    def body(self, first: int, last: int) -> str:
        parts = [drawn for link in self.links for drawn in self.one(link, first, last)]
        return "".join([*parts, *self.stubs(first, last)])

    def one(self, link: Link, first: int, last: int) -> list[str]:
        a, b = self.ends.get(link.pred), self.ends.get(link.succ)
        if a is None or b is None or not is_near(a, b):
            return []
        if not first <= min(a.index, b.index) <= last:
            return []
        pair = (link.pred, link.succ)
        state, weight = self.states.get(pair, ""), self.weights.get(pair, "")
        on = pair in self.chain
        return [arrow(link, a, b, weight=weight, state=state, on=on, told=self.told)]

    def stubs(self, first: int, last: int) -> list[str]:
        hidden: dict[int, list[Link]] = defaultdict(list)
        for link in self.links:
            a, b = self.ends.get(link.pred), self.ends.get(link.succ)
            if b is None or not first <= b.index <= last:
                continue
            if a is None or not is_near(a, b):
                hidden[link.succ].append(link)
        return [
            stub(
                links[0],
                self.ends[succ],
                count=len(links),
                state=next(filter(None, (self.states.get((x.pred, succ), "") for x in links)), ""),
                on=any((x.pred, succ) in self.chain for x in links),
                told=self.told,
            )
            for succ, links in hidden.items()
        ]
