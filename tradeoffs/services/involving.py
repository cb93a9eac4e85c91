"""Who is heard before a decision and told of it after, without judging it."""

import zlib
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.editing import EditConflict
from tpm.models import Person
from tpm.roles import people_of
from tradeoffs.models import Decision, Involved

Role = Involved.Role


class ToldConflict(EditConflict):
    """Somebody said anew who is told, after these lists were read."""

    def __init__(
        self, decision: Decision, theirs: Mapping[Person, str], mine: Mapping[Person, str]
    ) -> None:
        super().__init__(decision, {})
        self.theirs, self.mine = names_of(theirs), names_of(mine)


def names_of(parts: Mapping[Person, str]) -> dict[str, str]:
    """Role to the names of those who have it."""
    return {
        role: ", ".join(sorted(person.name for person, part in parts.items() if part == role))
        for role in Role.values
    }


def told_version(rows: Iterable[Involved]) -> int:
    """One number for who has which part, 0 for nobody: another one where anybody's part differs."""
    parts = sorted(f"{row.person_id} {row.role}" for row in rows)
    return zlib.crc32("\n".join(parts).encode())


@transaction.atomic
def involve(
    decision: Decision, *, by, consulted: Iterable[Person], informed: Iterable[Person],
    version: int | None = None,
) -> list[str]:  # fmt: skip
    """Say who is consulted and who is informed; both are told once it is decided.

    version: of who was told when it was read, `told_version`; None: whoever it was
    returns: names of those whose part changed
    raises:  ValidationError for somebody outside the product, or in both parts; EditConflict when
             somebody said it anew meanwhile
    """
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    wanted: dict[Person, str] = dict.fromkeys(consulted, str(Role.CONSULTED))
    twice = [person.name for person in informed if person in wanted]
    if twice:
        raise ValidationError({"informed": f"Consulted already, and so told: {', '.join(twice)}."})
    wanted |= dict.fromkeys(informed, str(Role.INFORMED))
    rows = {row.person: row for row in locked.involved.select_related("person")}
    new = {person.pk for person in wanted} - {person.pk for person in rows}
    if new - set(people_of(locked.product).values_list("pk", flat=True)):
        raise ValidationError("Name people who work on this product.")
    theirs = {person: row.role for person, row in rows.items()}
    now = told_version(rows.values())
    if version is not None and version != now and theirs != wanted:
        locked.version = now  # what "save mine" has read then
        raise ToldConflict(locked, theirs, wanted)
    changes: dict[str, tuple] = {}
    for person, row in rows.items():
        role = wanted.get(person)
        if role == row.role:
            continue
        changes[person.name] = (row.get_role_display(), Role(role).label if role else None)
        if role is None:
            row.delete()
        else:
            row.role = role
            row.save(update_fields=["role"])
    for person, role in wanted.items():
        if person not in rows:
            Involved.objects.create(decision=locked, person=person, role=role, asked_by=by)
            changes[person.name] = (None, Role(role).label)
    if changes:
        history.record(locked, by=by, action="said who is told", changes=changes)
    return list(changes)


def note_seen(decision: Decision, *, by) -> int:
    """Somebody has seen that a decision was made. returns: how many notices that ends

    Before it is decided there is nothing to have seen.
    """
    if Decision.objects.filter(pk=decision.pk, state__in=Decision.OPEN).exists():
        return 0
    mine = decision.involved.filter(person__user=by, seen_at=None)
    return mine.update(seen_at=timezone.now())
