"""Whom a file names as consulted or informed, where we know them, and whom it would name now."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.utils import timezone

from tpm.models import Person, Product
from tpm.roles import people_of
from tradeoffs.models import Decision, Involved, RecordFile
from tradeoffs.records import Record

ROLES = tuple(Involved.Role.values)
Told = dict[str, dict[str, int]]
"""Role to the names of a file, each with the person that it stood for when it was read."""


def known_people(product: Product) -> dict[str, int]:
    """People of the product by name in small letters; a name that two share names neither."""
    rows = list(people_of(product).values_list("name", "pk"))
    often = Counter(name.casefold() for name, _pk in rows)
    return {name.casefold(): pk for name, pk in rows if often[name.casefold()] == 1}


def read_from(record: Record, known: dict[str, int]) -> Told:
    """The names that stand for somebody; the others stay in the file alone, nothing is invented.

    Who is named twice has the first of both parts.
    """
    found: Told = {}
    taken: set[int] = set()
    for role in ROLES:
        for name in record.people.get(role, ()):
            pk = known.get(name.casefold())
            if pk is not None and pk not in taken:
                taken.add(pk)
                found.setdefault(role, {})[name] = pk
    return found


def rows_of(decision: Decision, told: Told, *, by) -> list[Involved]:
    """What was decided before it was imported is no news to anybody."""
    seen = None if decision.is_open else timezone.now()
    return [
        Involved(decision=decision, person_id=pk, role=role, asked_by=by, seen_at=seen)
        for role, names in told.items()
        for pk in names.values()
    ]


def follow(decision: Decision, before: Told, now: Told, *, by) -> None:
    """Another version of the file: whom it no longer names leaves, whom it newly names joins.

    What was said here about anybody else stays.
    """
    was, new = pairs(before), pairs(now)
    for pk, role in was - new:
        decision.involved.filter(person=pk, role=role).delete()
    fresh = dict(new - was)
    alive = set(Person.objects.filter(pk__in=fresh).values_list("pk", flat=True))
    present = set(decision.involved.values_list("person", flat=True))
    rows = rows_of(decision, now, by=by) if fresh else []
    Involved.objects.bulk_create(
        row for row in rows
        if row.person_id in fresh and row.person_id in alive - present
    )  # fmt: skip


def pairs(told: Told) -> set[tuple[int, str]]:
    return {(pk, role) for role, names in told.items() for pk in names.values()}


def named_now(decision: Decision, file: RecordFile, record: Record) -> dict[str, list[str]]:
    """Whom the file would name now, by role: only roles that differ from what it says."""
    found = {}
    involved = involved_in(decision)
    for role in ROLES:
        said, read = record.people.get(role, []), file.told.get(role, {})
        here = {row.person_id: row.person.name for row in involved if row.role == role}
        gone = still_people(pk for pk in read.values() if pk not in here)
        names = [name for name in said if read.get(name) not in gone]
        known = {name.casefold() for name in names}
        names += [
            name for pk, name in here.items()
            if pk not in read.values() and name.casefold() not in known
        ]  # fmt: skip
        if names != said:
            found[role] = names
    return found


def still_people(pks: Iterable[int]) -> set[int]:
    """Those of them that are people still: whoever is deleted was not taken out of a decision."""
    wanted = list(pks)
    return (
        set(Person.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    )


def involved_in(decision: Decision) -> list[Involved]:
    """Who is told of a decision, with their names; reads nothing where that was prefetched."""
    prefetch_related_objects([decision], "involved__person")
    return list(decision.involved.all())
