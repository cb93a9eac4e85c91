"""The graph of what replaced and what leans on what: a drawing, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tpm.models import Product
from tpm.svg import el, esc
from tradeoffs import queries
from tradeoffs.maths import chains
from tradeoffs.models import Decision, DecisionLink, Supersession

MOST = 300
WIDE, HIGH = 240, 40
STEP_X, STEP_Y = 310, 56
LETTERS = 30
EDGE = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One link, as the table says it."""

    of: Decision
    says: str
    to: Decision
    chain: bool


@dataclass(frozen=True, slots=True)
class Graph:
    lines: list[Line]
    drawing: SafeString | str
    nodes: int
    more: int


def graph(user, product: Product) -> Graph:
    """All links between decisions of a product; at most 300 of them are drawn."""
    visible = queries.decisions_visible_to(user).filter(product=product)
    rows = visible.only("key", "title", "state", "number").order_by("number").in_bulk()
    lines = []
    pairs = Supersession.objects.filter(old__in=visible, new__in=visible)
    for old, new in pairs.values_list("old", "new").order_by("pk"):
        lines.append(Line(rows[new], _("replaces"), rows[old], True))
    drawn = {(line.of.pk, line.to.pk) for line in lines}
    links = DecisionLink.objects.filter(decision__in=visible, to__in=visible, suggested=False)
    for of, kind, to in links.values_list("decision", "kind", "to").order_by("pk"):
        if (of, to) not in drawn:
            lines.append(Line(rows[of], kind, rows[to], False))
    joined = {one.pk for line in lines for one in (line.of, line.to)}
    shown = [rows[pk] for pk in sorted(joined, key=lambda pk: rows[pk].number)][:MOST]
    return Graph(lines, draw(shown, lines), len(shown), max(0, len(joined) - MOST))


def draw(nodes: Sequence[Decision], lines: Sequence[Line]) -> SafeString | str:
    """Lanes of decisions that replaced each other; dashed lines lead to what one leans on."""
    if not nodes:
        return ""
    placed = chains.layout(
        [node.pk for node in nodes],
        [(line.to.pk, line.of.pk) for line in lines if line.chain],
        [(line.of.pk, line.to.pk) for line in lines if not line.chain],
    )
    width = placed.columns * STEP_X - (STEP_X - WIDE) + 2 * EDGE
    height = placed.rows * STEP_Y - (STEP_Y - HIGH) + 2 * EDGE
    bands = [band(placed, first, rows, width - 4) for first, rows in placed.lanes]
    edges = [
        edge(placed.places[line.of.pk], placed.places[line.to.pk], line)
        for line in lines
        if line.of.pk in placed.places and line.to.pk in placed.places
    ]
    boxes = [box(node, placed.places[node.pk]) for node in nodes]
    arrow = el(
        "marker", el("path", d="M0 0 L8 4 L0 8 z", class_="gr-tip"), id="gr-arrow", refX=8, refY=4,
        markerWidth=8, markerHeight=8, orient="auto",
    )  # fmt: skip
    words = _("Which decision replaces which and leans on which; the table below says the same")
    inside = [el("title", esc(words)), el("defs", arrow), *bands, *edges, *boxes]
    svg = el(
        "svg", "".join(inside), class_="gr", width=width, height=height,
        viewBox=f"0 0 {width} {height}", role="group",
    )  # fmt: skip
    return mark_safe(svg)  # noqa: S308 - every text went through esc


def band(placed: chains.Layout, first: int, rows: int, width: int) -> str:
    """The ground of a lane in which something was replaced; none behind a decision alone."""
    if sum(first <= place.row < first + rows for place in placed.places.values()) < 2:
        return ""
    height = rows * STEP_Y - (STEP_Y - HIGH) + 12
    top = EDGE + first * STEP_Y - 6
    return el("rect", class_="gr-lane", x=2, y=top, width=width, height=height, rx=4)


def corner(place: chains.Place) -> tuple[int, int]:
    return EDGE + place.column * STEP_X, EDGE + place.row * STEP_Y


def edge(of: chains.Place, to: chains.Place, line: Line) -> str:
    """From what came first to what came of it, with its words as the title."""
    (x1, y1), (x2, y2) = corner(to), corner(of)
    y1, y2 = y1 + HIGH // 2, y2 + HIGH // 2
    start, end = (x1 + WIDE, x2) if x2 > x1 else (x1 + WIDE, x2 + WIDE + 12)
    bend = max(24, abs(end - start) // 2)
    turn = end - bend if x2 > x1 else end + bend
    path = f"M{start} {y1} C{start + bend} {y1} {turn} {y2} {end} {y2}"
    says = el("title", esc(f"{line.of.key} {line.says} {line.to.key}"))
    kind = "gr-line" if line.chain else "gr-line gr-lean"
    return el("path", says, class_=kind, d=path, marker_end="url(#gr-arrow)")


def box(node: Decision, place: chains.Place) -> str:
    x, y = corner(place)
    title = node.title
    if len(title) > LETTERS:
        title = title[: LETTERS - 1].rstrip() + "…"
    inside = "".join(
        [
            el("title", esc(f"{node.key} {node.title}")),
            el("rect", class_=f"gr-box gr-{node.state}", x=x, y=y, width=WIDE, height=HIGH, rx=4),
            el(
                "text",
                esc(f"{node.key} · {node.get_state_display()}"),
                class_="gr-key",
                x=x + 8,
                y=y + 15,
            ),
            el("text", esc(title), class_="gr-title", x=x + 8, y=y + 31),
        ]
    )
    return el("a", inside, href=node.get_absolute_url())
