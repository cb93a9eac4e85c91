"""Whom a file means: people of the workspace by address or name, teams of the product by name."""

from collections import Counter
from dataclasses import dataclass

from roadmaps.importing import ImportRow
from tpm import history
from tpm.models import Person, Product, Team
from tpm.roles import people_of, teams_of

LONGEST_NAME = 120


@dataclass(frozen=True)
class NewPerson:
    """Somebody that applying would make: named like a person, without an account."""

    name: str
    email: str
    pk: None = None
    user: None = None

    def __str__(self) -> str:
        return self.name


class Who:
    """Resolves the people and teams of one file; makes missing people only when it may.

    made:    (name, address) -> somebody who is new with this file
    unknown: name of a team -> rows; the team is not one of this product
    """

    def __init__(self, product: Product, *, by, may_make: bool):
        self.product = product
        self.by = by
        self.may_make = may_make
        self.made: dict[tuple[str, str], Person | NewPerson] = {}
        self.unknown: Counter[str] = Counter()
        self.by_email: dict[str, Person | NewPerson] = {}
        self.by_name: dict[str, list[Person | NewPerson]] = {}
        for person in Person.objects.select_related("user"):
            self._remember(person)
        self.near = set(people_of(product).values_list("pk", flat=True))
        self.teams: dict[str, Team] = {}
        for team in teams_of(product):
            self.teams |= {team.slug.casefold(): team, team.name.casefold(): team}

    def _remember(self, person: Person | NewPerson) -> None:
        for email in (person.email, person.user.email if person.user else ""):
            if email:
                self.by_email[email.casefold()] = person
        self.by_name.setdefault(person.name.casefold(), []).append(person)

    def owner(self, row: ImportRow) -> Person | NewPerson | None:
        """The owner that a row names; None where it names nobody.

        raises: LookupError with a sentence when several people could be meant
        """
        email = row.owner_email if len(row.owner_email) <= 254 else ""
        name = (row.owner_name or email.partition("@")[0])[:LONGEST_NAME]
        if not name:
            return None
        if email and email.casefold() in self.by_email:
            return self.by_email[email.casefold()]
        found = [] if email else self.by_name.get(name.casefold(), [])
        if len(found) > 1:
            found = [person for person in found if person.pk in self.near] or found
        if len(found) > 1:
            raise LookupError(f"{len(found)} people are called {name}; the owner is left as it is.")
        if found:
            return found[0]
        return self._make(name, email)

    def _make(self, name: str, email: str) -> Person | NewPerson:
        known = self.made.get((name.casefold(), email))
        if known is None:
            known = self._new(name, email)
            self.made[name.casefold(), email] = known
        return known

    def _new(self, name: str, email: str) -> Person | NewPerson:
        if not self.may_make:
            somebody = NewPerson(name, email)
            self._remember(somebody)
            return somebody
        person = Person.objects.create(name=name, email=email)
        history.record(
            person,
            by=self.by,
            action="imported",
            changes={"name": (None, name)},
            product=self.product,
        )
        self._remember(person)
        return person

    def team(self, row: ImportRow) -> Team | None:
        """The team of this product that a row names, or None; what is unknown is counted."""
        if not row.team:
            return None
        team = self.teams.get(row.team.strip().casefold())
        if team is None:
            self.unknown[row.team[:80]] += 1
        return team
