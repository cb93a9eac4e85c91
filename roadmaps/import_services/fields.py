"""What one row of a file wants its item to be."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from roadmaps.forecasting import Triple, from_p50
from roadmaps.importing import ImportRow, Options, ParsedFile
from roadmaps.models import Item

LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 100_000
MOST_DAYS = 10_000
NUMBER_AT_END = re.compile(r"(\d{1,40})$")
GIVEN_BY = {
    "title": "title",
    "description": "description",
    "kind": "kind",
    "state": "state",
    "category": "state",
    "owner": "owner",
    "team": "team",
    "start on": "not_before",
    "due": "target_date",
    "target": "target_date",
    "parent key": "parent",
    "parent id": "parent",
    "epic link": "parent",
}
NAMED_ONLY = "Named only"
COMPOSED = {"Labels", "Components", "Sprint", "Priority", "Link", "Created", "Points"} | {
    "Team",
    "Archived",
    "Full title",
    NAMED_ONLY,
}


@dataclass(slots=True)
class Wish:
    """Fields that the file gives, and effort; everything else is left as it is.

    on: the day of the item's state, where the file knows it
    """

    fields: dict[str, Any]
    extra: dict[str, Any]
    range: Triple | None = None
    spent_days: float | None = None
    started_on: datetime.date | None = None
    finished_on: datetime.date | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def given_fields(parsed: ParsedFile) -> frozenset[str]:
    """Fields of an item for which the file has a column with something in it."""
    columns = {column.used_as for column in parsed.columns if column.use == "used"}
    given = {GIVEN_BY[name] for name in columns if name in GIVEN_BY}
    if parsed.source in ("linear", "github") and "labels" in columns:
        given.add("kind")
    return frozenset(given)


def kept_names(parsed: ParsedFile) -> frozenset[str]:
    """Names of extra values that this file speaks for: one that is gone from it is taken away."""
    kept = {column.used_as for column in parsed.columns if column.use == "kept"}
    return frozenset(kept.union(COMPOSED))


def wish_of(row: ImportRow, given: frozenset[str], options: Options, today: datetime.date) -> Wish:
    """Turn a neutral row into fields of our item; owner and team are added by the matcher."""
    wish = Wish(fields={}, extra=_extra(row))
    title = row.title
    if len(title) > LONGEST_TITLE:
        wish.extra["Full title"] = title
        title = title[: LONGEST_TITLE - 1] + "…"
        wish.problems.append(("title", f"The title is cut to {LONGEST_TITLE} characters."))
    description = row.description
    if len(description) > LONGEST_DESCRIPTION:
        description = description[:LONGEST_DESCRIPTION]
        sentence = f"The description is cut to {LONGEST_DESCRIPTION:,} characters."
        wish.problems.append(("description", sentence))
    ours = {
        "title": title,
        "description": description,
        "kind": row.kind,
        "state": row.state,
        "not_before": row.not_before,
        "target_date": row.target,
    }
    wish.fields = {name: value for name, value in ours.items() if name in given}
    _effort(wish, row, options)
    _days(wish, row, ZoneInfo(options.zone), today)
    return wish


def source_number(key: str) -> str:
    """The number that a key ends with: 12 of PAY-12."""
    match = NUMBER_AT_END.search(key)
    return match[1] if match else ""


def _extra(row: ImportRow) -> dict[str, Any]:
    composed = {
        "Labels": row.labels,
        "Components": row.components,
        "Sprint": row.sprint,
        "Priority": row.priority.capitalize(),
        "Link": row.url,
        "Created": str(row.created.date()) if row.created else "",
        "Archived": "yes" if row.archived else "",
    }
    return {name: value for name, value in composed.items() if value} | row.extra


def _effort(wish: Wish, row: ImportRow, options: Options) -> None:
    days = row.estimate
    if row.estimate is not None and row.estimate_unit == "points":
        wish.extra["Points"] = f"{row.estimate:g}"
        rate = options.days_per_point
        days = row.estimate * rate if rate else None
    if days is not None:
        if 0 < days <= MOST_DAYS:
            wish.range = from_p50(days)
        else:
            sentence = f"An estimate of {days:g} person-days is left out: 0 to {MOST_DAYS:,} count."
            wish.problems.append(("estimate", sentence))
    if row.spent_days is not None:
        if row.spent_days <= MOST_DAYS:
            wish.spent_days = row.spent_days
        else:
            sentence = f"Time spent of {row.spent_days:g} person-days is left out."
            wish.problems.append(("time spent", sentence))


def _days(wish: Wish, row: ImportRow, zone: ZoneInfo, today: datetime.date) -> None:
    """Days of start and finish where they are; a day to come is not one of either."""
    for name, moment in (("started_on", row.started), ("finished_on", row.finished)):
        if moment is None:
            continue
        day = moment.astimezone(zone).date()
        if day > today:
            if day > today + datetime.timedelta(days=1):
                wish.problems.append((name, f"{day} has not come yet; today stands in."))
            day = today
        setattr(wish, name, day)
    if wish.started_on and wish.finished_on and wish.started_on > wish.finished_on:
        wish.problems.append(("started_on", "It ended before it started; the start is left out."))
        wish.started_on = None


def dated(
    wish: Wish, state: str, item: Item | None, today: datetime.date
) -> dict[str, datetime.date | None]:
    """Start and finish that fit a state, from the file, else as they are, else today."""
    started = wish.started_on or (item.started_on if item else None)
    finished = wish.finished_on or (item.finished_on if item else None)
    if state == Item.State.DONE:
        finished = finished or today
        started = started if started and started <= finished else None
        return {"started_on": started, "finished_on": finished}
    if state == Item.State.IN_PROGRESS:
        return {"started_on": started or today, "finished_on": None}
    if state == Item.State.DROPPED:
        return {"started_on": started, "finished_on": None}
    return {"started_on": None, "finished_on": None}
