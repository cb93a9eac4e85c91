"""Who works on the sample product: three teams, their days, their parts of the system, accounts."""

import datetime
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from tpm.models import (
    Absence,
    CalendarEntry,
    CapacityPolicy,
    Component,
    Level,
    Membership,
    Person,
    Product,
    Role,
    Team,
    TeamShare,
    User,
)
from tpm.sample.clock import Calendar
from tpm.sample.removal import mark

DOMAIN = "checkout.example"
YEARS = 2
FIRST_DAY = -365 * YEARS - 30

TEAMS = (("Payments", 0.7), ("Platform", 0.7), ("Mobile", 0.65))
PEOPLE = {
    "Payments": ("Ilya Renko", "Sana Novak", "Tom Berg", "Priya Nair"),
    "Platform": ("Lena Park", "Ana Weiss", "Jonas Weber", "Tomás Vidal"),
    "Mobile": ("Jun Okada", "Ema Kral", "Diego Marín"),
}
OTHERS = ("Mira Kovač", "Viktor Hale", "Rosa Lind")
PART_TIME = {"Priya Nair": 0.8, "Ema Kral": 0.8}
ACCOUNTS = {
    "planner": ("Mira Kovač", "mira"),
    "member": ("Ilya Renko", "ilya"),
    "lead": ("Lena Park", "lena"),
    "viewer": ("Viktor Hale", "viktor"),
    "administrator": ("Rosa Lind", "rosa"),
}
ABSENCES = (
    ("Ana Weiss", -120, -107), ("Tom Berg", -90, -84), ("Jun Okada", -45, -32),
    ("Priya Nair", 9, 20), ("Ilya Renko", 33, 46), ("Tomás Vidal", 16, 20),
    ("Lena Park", 58, 69), ("Jun Okada", 72, 83), ("Ema Kral", 26, 30),
)  # fmt: skip
HOLIDAYS = (("New Year", 1, 1), ("Labour Day", 5, 1), ("Christmas", 12, 25), ("Christmas", 12, 26))
DRAG_LIMITS = {"Payments": 0.15, "Platform": 0.15}
"""Debt budgets: Payments is above its own."""
POLICIES = (("Payments", -300, 0.15, 0.0), ("Payments", -120, 0.15, 0.05),
            ("Platform", -200, 0.2, 0.1))  # fmt: skip
"""Team, first day, share for debt, share for what nobody planned; Mobile has none."""
FREEZE = ("No releases in the peak week", 40, 46)
COMPONENTS = (
    ("billing", "Billing", "Payments", ("billing/", "invoices/")),
    ("rails", "Payment rails", "Payments", ("rails/",)),
    ("ledger", "Ledger", "Payments", ("ledger/",)),
    ("settlement", "Settlement", "Payments", ("settlement/",)),
    ("fraud", "Fraud rules", "Payments", ("fraud/",)),
    ("orchestrator", "Orchestrator", "Platform", ("orchestrator/",)),
    ("orders", "Orders", "Platform", ("orders/",)),
    ("catalog", "Catalogue", "Platform", ("catalog/", "prices/")),
    ("vault", "Card vault", "Platform", ("vault/",)),
    ("api", "Merchant API", "Platform", ("api/", "webhooks/")),
    ("infra", "Infrastructure", "Platform", ("infra/", "deploy/")),
    ("admin", "Admin console", "Platform", ("admin/",)),
    ("app", "App", "Mobile", ("app/",)),
    ("wallet", "Wallet kit", "Mobile", ("wallet/",)),
    ("mobile-ci", "Mobile build", "Mobile", ("mobile-ci/", "pipelines/")),
)


@dataclass
class World:
    """What the other parts of the sample build on."""

    calendar: Calendar
    product: Product
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    @property
    def planner(self) -> User:
        return self.users["planner"]

    @property
    def member(self) -> User:
        return self.users["member"]

    @property
    def lead(self) -> User:
        return self.users["lead"]


@dataclass(frozen=True)
class SignIn:
    """A new account: the password is known here and nowhere else."""

    role: str
    username: str
    password: str


class Passwords:
    """Generated passwords, hashed in the background: slow on purpose, so it must not add up."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=2)
        self.waiting: dict[str, tuple[str, Future[str]]] = {}

    def __enter__(self) -> "Passwords":
        return self

    def __exit__(self, *_) -> None:
        self.pool.shutdown(cancel_futures=True)

    def generate(self, role: str) -> None:
        password = secrets.token_urlsafe(9)
        self.waiting[role] = (password, self.pool.submit(make_password, password))

    def store(self, users: dict[str, User], last_seen: datetime.datetime) -> list[SignIn]:
        """Give each new account its password, and say it once.

        last_seen: when they last looked at Home, so that it has news
        """
        for role, (_, hashed) in self.waiting.items():
            users[role].password = hashed.result()
            users[role].seen_home_at = last_seen
        User.objects.bulk_update(
            [users[role] for role in self.waiting], ["password", "seen_home_at"]
        )
        return [
            SignIn(role, users[role].username, password)
            for role, (password, _) in self.waiting.items()
        ]


def make_world(calendar: Calendar, product: Product, passwords: Passwords) -> World:
    """Teams, people with their days, components and accounts with roles."""
    world = World(calendar, product)
    since = calendar.day(FIRST_DAY)
    for name, focus in TEAMS:
        slug = free(Team, "slug", name.lower(), product)
        team = Team.objects.create(name=name, slug=slug, focus_share=focus)
        TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
        world.teams[name] = mark(team)
    for name in (*OTHERS, *(name for names in PEOPLE.values() for name in names)):
        world.people[name] = person_of(name)
    Membership.objects.bulk_create(
        Membership(
            team=world.teams[team],
            person=world.people[name],
            share=PART_TIME.get(name, 1),
            starts_on=since,
        )
        for team, names in PEOPLE.items()
        for name in names
    )
    make_days(world)
    CapacityPolicy.objects.bulk_create(
        CapacityPolicy(
            team=world.teams[team], starts_on=calendar.day(first), debt_share=debt,
            unplanned_share=unplanned, drag_limit=DRAG_LIMITS.get(team),
        )
        for team, first, debt, unplanned in POLICIES
    )  # fmt: skip
    make_components(world)
    make_accounts(world, passwords)
    return world


def free(model, column: str, wanted: str, product: Product) -> str:
    """The wanted name, or one with the product's key before it where the name is taken."""
    taken = model.objects.filter(**{column: wanted}).exists()
    return f"{product.key.lower()}-{wanted}" if taken else wanted


def person_of(name: str) -> Person:
    """The sample's person of this name; a second sample finds the first one's."""
    email = f"{ascii_of(name.split()[0]).lower()}@{DOMAIN}"
    known = Person.objects.filter(email=email).first()
    return known or mark(Person.objects.create(name=name, email=email))


def ascii_of(word: str) -> str:
    return word.translate(str.maketrans("áíč", "aic"))


def make_days(world: World) -> None:
    """Absences, public holidays over the past and the coming year, and a freeze."""
    calendar, teams = world.calendar, world.teams.values()
    known = set(Absence.objects.values_list("person_id", "starts_on"))
    Absence.objects.bulk_create(
        Absence(
            person=world.people[name], starts_on=calendar.day(first), ends_on=calendar.day(last)
        )
        for name, first, last in ABSENCES
        if (world.people[name].pk, calendar.day(first)) not in known
    )
    first, last = calendar.day(FIRST_DAY), calendar.day(400)
    days = [
        (name, datetime.date(year, month, day))
        for year in range(first.year, last.year + 1)
        for name, month, day in HOLIDAYS
    ]
    rows = [
        CalendarEntry(team=team, kind="holiday", name=name, starts_on=day, ends_on=day)
        for team in teams
        for name, day in days
        if first <= day <= last
    ]
    name, starts, ends = FREEZE
    rows += [
        CalendarEntry(
            team=team,
            kind="freeze",
            name=name,
            starts_on=calendar.day(starts),
            ends_on=calendar.day(ends),
        )
        for team in teams
        if team.name != "Mobile"
    ]
    CalendarEntry.objects.bulk_create(rows)


def make_components(world: World) -> None:
    for key, name, team, paths in COMPONENTS:
        component = Component.objects.create(
            key=free(Component, "key", key, world.product),
            name=name,
            owner_team=world.teams[team],
            repository="checkout",
            path_prefixes=list(paths),
        )
        component.products.add(world.product)
        world.components[key] = mark(component)


def make_accounts(world: World, passwords: Passwords) -> None:
    """One account per role; no second administrator where the workspace has one."""
    for role, (name, username) in ACCOUNTS.items():
        person = world.people[name]
        is_admin = role == "administrator"
        if person.user is None and is_admin and User.objects.filter(is_superuser=True).exists():
            continue
        if person.user is None:
            person.user = User.objects.create(
                username=free(User, "username", username, world.product),
                first_name=name.split()[0],
                last_name=name.split()[1],
                email=person.email,
                is_superuser=is_admin,
                is_staff=is_admin,
            )
            person.save(update_fields=["user", "updated_at"])
            mark(person.user)
            passwords.generate(role)
        world.users[role] = person.user
        if role in Level.values:
            Role.objects.create(person=person, product=world.product, level=role)
    leads = ("Priya Nair", "Jun Okada")
    Role.objects.bulk_create(
        Role(person=world.people[name], product=world.product, level=Level.LEAD) for name in leads
    )
    engineers = [name for names in PEOPLE.values() for name in names]
    having = set(world.product.roles.values_list("person_id", flat=True))
    Role.objects.bulk_create(
        Role(person=world.people[name], product=world.product, level=Level.MEMBER)
        for name in engineers
        if world.people[name].pk not in having
    )
