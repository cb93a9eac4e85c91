"""Named people and small makers.

Ada plans, Lena leads, Mel is a member, Vic views, Grace may not see.
"""

import datetime
import gc
import itertools
import sys

import pytest

from tests.services_for_tests import (  # noqa: F401 - fixtures and hooks for every test
    browser,
    chromium,
    default_stack,
    make_stack,
    postgres_server,
    production_stack,
    pytest_collection_modifyitems,
    pytest_runtest_makereport,
    redis_server,
    running_stack,
)
from tpm.models import Level, Membership, Person, Product, Role, Team, TeamShare, User


def pytest_configure(config):
    """Hashing passwords slowly is for those who steal them; and no test is timed."""
    import hypothesis
    from django.conf import settings

    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish(session):
    """What was loaded by now stays: no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(autouse=True)
def nothing_kept():
    """What one test laid out, or forecast, has the same keys as what the next one does."""
    for name in ("roadmaps.timeline.kept", "roadmaps.gestures"):
        if name in sys.modules:
            sys.modules[name].forget()


PASSWORD = "a long enough sentence"
numbers = itertools.count(1)


@pytest.fixture
def make_user(db):
    def make(name: str, **fields) -> User:
        user = User.objects.create_user(
            username=name.lower(), email=f"{name.lower()}@example.org", password=PASSWORD, **fields
        )
        Person.objects.create(name=name, email=user.email, user=user)
        return user

    return make


@pytest.fixture
def make_product(db):
    def make(**fields) -> Product:
        number = next(numbers)
        product = Product.objects.create(
            **{"key": f"P{number}", "name": f"Product {number}", "plan_seed": 7} | fields
        )
        return product

    return make


@pytest.fixture
def make_team(db):
    """A team of `people` full-time people that serves the product fully since 2020."""

    def make(product: Product | None = None, *, people: int = 3, **fields) -> Team:
        number = next(numbers)
        team = Team.objects.create(
            **{"name": f"Team {number}", "slug": f"team-{number}", "focus_share": 1.0} | fields
        )
        since = datetime.date(2020, 1, 1)
        if product is not None:
            TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
        for index in range(people):
            person = Person.objects.create(name=f"{team.name} person {index + 1}")
            Membership.objects.create(team=team, person=person, share=1, starts_on=since)
        return team

    return make


@pytest.fixture
def product(make_product) -> Product:
    return make_product(key="PAY", name="Payments")


@pytest.fixture
def other_product(make_product) -> Product:
    return make_product(key="OPS", name="Operations")


@pytest.fixture
def team(make_team, product) -> Team:
    return make_team(product, name="Rails", slug="rails")


def with_level(user: User, product: Product, level: str) -> User:
    Role.objects.create(person=user.person, product=product, level=level)
    return user


@pytest.fixture
def vic(make_user, product) -> User:
    """A viewer of Payments."""
    return with_level(make_user("Vic"), product, Level.VIEWER)


@pytest.fixture
def mel(make_user, product) -> User:
    """A member of Payments."""
    return with_level(make_user("Mel"), product, Level.MEMBER)


@pytest.fixture
def ada(make_user, product) -> User:
    """A planner of Payments."""
    return with_level(make_user("Ada"), product, Level.PLANNER)


@pytest.fixture
def lena(make_user, product) -> User:
    """A lead of Payments."""
    return with_level(make_user("Lena"), product, Level.LEAD)


@pytest.fixture
def grace(make_user, other_product) -> User:
    """A lead of Operations, who may not see Payments."""
    return with_level(make_user("Grace"), other_product, Level.LEAD)


@pytest.fixture
def root(make_user) -> User:
    """The administrator of the workspace."""
    return make_user("Root", is_superuser=True, is_staff=True)


@pytest.fixture
def client_of(client):
    """A browser of somebody, signed in."""
    from django.test import Client

    def sign_in(user: User) -> Client:
        visitor = Client()
        visitor.force_login(user)
        return visitor

    return sign_in


@pytest.fixture
def make_item(db, product, make_user):
    """An item made by the service; fields as in roadmaps.services.create_item."""
    from roadmaps import services

    def make(*, by: User | None = None, in_product: Product | None = None, **fields):
        author = by or User.objects.filter(username="maker").first() or make_user("Maker")
        title = fields.pop("title", f"Item {next(numbers)}")
        return services.create_item(in_product or product, by=author, title=title, **fields)

    return make
