"""Public histories of estimated work, read from files in the shapes they are published in.

Three shapes are known by their columns: SiP (`TaskNumber`, `HoursEstimate` ...), CESAW
(`plan_minutes`, `actual_minutes` ...) and Renzo (`estimate`, `actual` in pomodoros). Whatever
else a shape may hold and a file does not is taken as absent: a file without people teaches
nothing about people.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

HOURS_A_DAY = {"sip": 7.0, "cesaw": 8.0, "renzo": 8.0}
DONE = ("FINISHED", "COMPLETED", "RELEASED")
POMODORO_HOURS = 25 / 60


class Task(NamedTuple):
    """One finished task whose estimate was made before its work began."""

    workspace: str
    """Who learns together: a company, or one team of a file with teams."""
    asked_on: date
    """Day from which a forecast is wanted: when it was estimated, or begun."""
    finished_on: date
    estimate: float
    """Person-days, > 0, as is `actual`."""
    actual: float
    person: str = ""
    category: str = ""
    component: str = ""
    project: str = ""
    epic: str = ""


def read_tasks(path: Path) -> list[Task]:
    """The finished tasks of a file, in the order in which forecasts of them were wanted.

    raises: ValueError when the columns are those of no known shape
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        if {"HoursEstimate", "HoursActual"} <= columns:
            found = list(_sip(rows, path.stem))
        elif {"plan_minutes", "actual_minutes"} <= columns:
            found = list(_cesaw(rows, path.stem))
        elif {"estimate", "actual"} <= columns:
            found = list(_renzo(rows, path.stem))
        else:
            raise ValueError(f"{path.name} has no columns of estimates and actuals that are known")
    return sorted(found, key=lambda task: (task.asked_on, task.finished_on))


def _sip(rows: csv.DictReader, name: str) -> Iterator[Task]:
    seen = set()
    for number, row in enumerate(rows):
        key = row.get("TaskNumber") or str(number)
        estimate, actual = _number(row["HoursEstimate"]), _number(row["HoursActual"])
        asked = _day(row.get("EstimateOn") or row.get("StartedOn"))
        finished = _day(row.get("CompletedOn"))
        usable = (row.get("StatusCode") or DONE[0]) in DONE and key not in seen
        if not usable or estimate <= 0 or actual <= 0 or asked is None or finished is None:
            continue
        seen.add(key)
        yield Task(
            name,
            asked,
            max(asked, finished),
            estimate / HOURS_A_DAY["sip"],
            actual / HOURS_A_DAY["sip"],
            person=row.get("DeveloperID") or row.get("AssignedToID") or "",
            category=row.get("SubCategory") or "",
            component=row.get("Category") or "",
            project=row.get("ProjectCode") or "",
            epic=row.get("ProjectBreakdownCode") or "",
        )


def _cesaw(rows: csv.DictReader, name: str) -> Iterator[Task]:
    for row in rows:
        plan, actual = _number(row["plan_minutes"]), _number(row["actual_minutes"])
        started, finished = _day(row.get("started")), _day(row.get("completed"))
        started = started or finished
        if plan <= 0 or actual <= 0 or started is None or finished is None:
            continue
        yield Task(
            f"{name} team {row['team']}" if row.get("team") else name,
            started,
            max(started, finished),
            plan / 60 / HOURS_A_DAY["cesaw"],
            actual / 60 / HOURS_A_DAY["cesaw"],
            person=row.get("person") or "",
            category=row.get("phase") or "",
            component=row.get("process") or "",
            project=row.get("project") or "",
            epic=row.get("wbs") or "",
        )


def _renzo(rows: csv.DictReader, name: str) -> Iterator[Task]:
    hours = POMODORO_HOURS / HOURS_A_DAY["renzo"]
    for row in rows:
        estimate, actual, day = _number(row["estimate"]), _number(row["actual"]), _day(row["date"])
        if (row.get("done") or "1") != "1" or estimate <= 0 or actual <= 0 or day is None:
            continue
        tags = (row.get("tags") or "").split()
        yield Task(
            name,
            day,
            day,
            estimate * hours,
            actual * hours,
            category=tags[0] if tags else "",
            component=tags[1] if len(tags) > 1 else "",
        )


def _number(text: str | None) -> float:
    return float(text or 0)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
