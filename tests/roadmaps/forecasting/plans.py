"""Small plans to forecast: a Monday, a team of full-time people, items of one sure size."""

from datetime import date, timedelta

from roadmaps.forecasting import Plan, PlanItem, PlanMember, PlanTeam, Triple

MONDAY = date(2027, 1, 4)


def day(offset: int) -> date:
    """A day so many calendar days after the Monday of the forecast."""
    return MONDAY + timedelta(offset)


def sure(days: float) -> Triple:
    """A range without spread."""
    return Triple(days, days, days)


def people(count: int, **fields) -> tuple[PlanMember, ...]:
    return tuple(PlanMember(person, **fields) for person in range(1, count + 1))


def team(id: int = 1, count: int = 1, **fields) -> PlanTeam:
    return PlanTeam(**{"id": id, "name": f"Team {id}", "members": people(count), **fields})


def item(id: int, days: float | Triple | None = 1.0, **fields) -> PlanItem:
    """An item of team 1 that takes so many person-days, or a range of them."""
    spread = sure(days) if isinstance(days, int | float) else days
    known = {"id": id, "key": f"PAY-{id}", "team": 1, "rank": id, "range": spread, "typed": spread}
    return PlanItem(**{**known, **fields})


def plan(*items: PlanItem, **fields) -> Plan:
    return Plan(**{"today": MONDAY, "items": items, "teams": (team(),), **fields})
