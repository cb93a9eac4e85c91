"""The comments on a decision, each with the part it speaks of; what is open comes first."""

from dataclasses import dataclass

from tpm.comments import comments_on
from tpm.models import Comment
from tpm.roles import can
from tradeoffs.models import Anchor, Decision, Section


@dataclass(frozen=True, slots=True)
class Line:
    comment: Comment
    anchor: Anchor | None

    @property
    def is_open(self) -> bool:
        return self.anchor is not None and self.anchor.state == Anchor.State.OPEN


@dataclass(frozen=True, slots=True)
class Talk:
    """parts: what a comment can be about, in groups: (group, [(value, name)])."""

    lines: list[Line]
    parts: list[tuple[str, list[tuple[str, str]]]]
    open: int
    may: bool


def of(user, decision: Decision) -> Talk:
    anchors = {row.comment_id: row for row in decision.anchors.all()}
    lines = [Line(comment, anchors.get(comment.pk)) for comment in comments_on(decision)]
    lines.sort(key=lambda line: not line.is_open)
    return Talk(
        lines=lines,
        parts=parts(decision),
        open=sum(line.is_open for line in lines),
        may=can(user, "comment", decision.product),
    )


def of_cells(decision: Decision) -> dict[tuple[int, int], tuple[int, int]]:
    """How many comments each cell has, and which is the first of those that are open, if any.

    returns: by ids of the option and the criterion; cells without a comment are left out
    """
    rows = decision.anchors.filter(
        option__isnull=False, criterion__isnull=False, comment__deleted_at=None
    ).order_by("comment")
    found: dict[tuple[int, int], list[tuple[bool, int]]] = {}
    for row in rows:
        place = (row.option_id or 0, row.criterion_id or 0)
        found.setdefault(place, []).append((row.state != Anchor.State.OPEN, row.comment_id))
    return {place: (len(said), min(said)[1]) for place, said in found.items()}


def parts(decision: Decision) -> list[tuple[str, list[tuple[str, str]]]]:
    options, criteria = list(decision.options.all()), list(decision.criteria.all())
    groups = [
        ("Section", [(f"section-{value}", label) for value, label in Section.choices]),
        ("Option", [(f"option-{option.pk}", option.name) for option in options]),
        ("Criterion", [(f"criterion-{criterion.pk}", criterion.name) for criterion in criteria]),
        (
            "Cell",
            [
                (f"cell-{option.pk}-{criterion.pk}", f"{option.name}, {criterion.name}")
                for option in options
                for criterion in criteria
            ],
        ),
    ]
    return [(name, choices) for name, choices in groups if choices]
