"""What the query string of the timeline says: filters as in the list, zoom, lanes, selection."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from roadmaps.filters import ItemFilter
from roadmaps.timeline.scale import FIT, ZOOMS
from tpm.words import number_or_none, word_of

LANES = (
    "objective", "team", "state", "kind", "owner", "horizon", "component", "parent", "none",
)  # fmt: skip
LINKS = ("none", "selected", "critical", "all")
MOST_SHUT = 200


@dataclass(frozen=True)
class Address:
    """One view of the plan, as it can be copied and sent."""

    asked: ItemFilter
    zoom: str = "month"
    lanes: str = "objective"
    shut: tuple[str, ...] = ()
    """Names of the lanes that are folded."""
    load: str = ""
    """`off` hides the load of the teams."""
    links: str = "all"
    """Which dependencies are drawn."""
    scenario: int = 0
    """The scenario whose dates are drawn beside the plan's; 0 for none."""
    item: str = ""
    """Key of the selected item."""
    row: int = 1
    """The first row to show, counted from 1."""
    at: datetime.date | None = None
    """The day at the left edge."""
    view: str = ""
    """The saved view that this began as."""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Address":
        """What a query string says; words that mean nothing here are left out."""
        row = asked.get("row", "")
        return cls(
            asked=ItemFilter.read(asked),
            zoom=one_of(asked.get("zoom", ""), (*ZOOMS, FIT), "month"),
            lanes=one_of(asked.get("lanes", ""), LANES, "objective"),
            shut=tuple(filter(None, asked.get("shut", "").split(".")[:MOST_SHUT])),
            links=one_of(asked.get("links", ""), LINKS, "all"),
            scenario=number_or_none(asked.get("scenario", "")) or 0,
            load=one_of(asked.get("load", ""), ("off",), ""),
            item=word_of(asked, "item", 24).upper(),
            row=max(int(row), 1) if row.isdecimal() and len(row) < 7 else 1,
            at=day_of(asked.get("at", "")),
            view=word_of(asked, "view", 20),
        )

    def words(self) -> dict[str, str]:
        """The words beside the filter, those that say nothing left out."""
        return {
            name: value
            for name, value in (
                ("zoom", "" if self.zoom == "month" else self.zoom),
                ("lanes", "" if self.lanes == "objective" else self.lanes),
                ("shut", ".".join(self.shut)),
                ("load", self.load),
                ("links", "" if self.links == "all" else self.links),
                ("scenario", str(self.scenario) if self.scenario else ""),
                ("item", self.item),
                ("row", str(self.row) if self.row > 1 else ""),
                ("at", self.at.isoformat() if self.at else ""),
                ("view", self.view),
            )
            if value
        }

    def query(self, **changes) -> str:
        """The query string with some words changed: `?zoom=year`, or `?` where all is plain."""
        changed = replace(self, **changes)
        both = changed.asked.query().removeprefix("?"), urlencode(changed.words())
        return "?" + "&".join(filter(None, both))

    def folding(self, lane: str) -> str:
        """The query string that folds a lane, or opens it again."""
        others = tuple(name for name in self.shut if name != lane)
        return self.query(shut=others if lane in self.shut else (*others, lane))

    def zoomed(self, step: int) -> str | None:
        """The query string one zoom nearer (-1) or farther (+1); None at either end."""
        names = list(ZOOMS)
        if self.zoom == FIT:
            return self.query(zoom="month" if step < 0 else "year")
        index = names.index(self.zoom) + step
        return self.query(zoom=names[index]) if 0 <= index < len(names) else None


def one_of(value: str, known, otherwise: str) -> str:
    return value if value in known else otherwise


def day_of(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None
