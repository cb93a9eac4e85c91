"""A timeline that tells no more than was chosen, and is read with nobody's rights."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from roadmaps.facts import Facts
from roadmaps.timeline import arrows, backdrop, capacity
from roadmaps.timeline.bars import Detail
from roadmaps.timeline.lanes import Lane, Row, Window
from roadmaps.timeline.page import Timeline, found_rows
from roadmaps.timeline.rows import Head
from roadmaps.timeline.words import Saying


@dataclass
class SharedTimeline(Timeline):
    """What is not told is taken out of the rows before anything is drawn from them."""

    facts: Facts

    @cached_property
    def rows(self) -> list[Row]:
        found = found_rows(
            self.product, self.address, self.user, self.fresh.run, self.choices, self.parts,
            at_once=self.at_once,
        )  # fmt: skip
        return [told(row, self.facts) for row in found]

    @cached_property
    def links(self) -> list[arrows.Link]:
        """Only between items that are shown: a key is as telling as a title."""
        shown = {row.id for row in self.rows}
        every = Timeline.links.func(self)  # type: ignore[attr-defined]
        return [link for link in every if {link.pred, link.succ} <= shown]

    @cached_property
    def closures(self) -> list[backdrop.Closure]:
        every = Timeline.closures.func(self)  # type: ignore[attr-defined]
        return every if self.facts.teams else [replace(each, name="") for each in every]

    @cached_property
    def strips(self) -> list[capacity.Strip]:
        """How busy people are is for those who plan."""
        return []

    def details(self, shown: list[Window]) -> dict[int, Detail]:
        gone: dict[str, Any] = {} if self.facts.debt else {"drag": 0.0}
        if not self.facts.targets:
            gone["baseline"] = None  # what was promised, as targets are
        if not self.facts.effort:
            gone["range"] = None
        return {pk: detail._replace(**gone) for pk, detail in super().details(shown).items()}

    def objective_head(self, lane: Lane, objective) -> Head:
        head = super().objective_head(lane, objective)
        return head if self.facts.targets else replace(head, target=None, said=Saying())


def told(row: Row, facts: Facts) -> Row:
    """The same row without what is not told."""
    gone: dict[str, object] = {}
    if not facts.targets:
        gone |= {"target": None, "run_target": None, "chance": None}
    if not facts.effort:
        # How far work came is drawn from its effort.
        gone["days"] = None
        if row.state == "in_progress":
            gone["started_on"] = None
    if not facts.teams:
        gone |= {"team_name": None, "beside": ""}
    return row._replace(**gone) if gone else row  # type: ignore[arg-type]
