"""Loading the sample: two years in the order in which they happened, all of it or nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey, Model
from django.utils import timezone

from roadmaps.models import ForecastRun, Scenario
from tpm import history, revisions
from tpm.models import Change, Checked, Product
from tpm.sample import changes, checks
from tpm.sample.clock import Calendar
from tpm.sample.debt import add_debt
from tpm.sample.decisions import add_decisions, bind_cells
from tpm.sample.finished import add_finished_work
from tpm.sample.following import look_after, this_morning
from tpm.sample.histories import add_history
from tpm.sample.people import FIRST_DAY, Passwords, SignIn, World, make_world
from tpm.sample.plan import AIMS, add_plan
from tpm.sample.priorities import add_priorities
from tpm.sample.records import add_records
from tpm.sample.saved import add_views
from tpm.sample.scale import fill_up
from tpm.sample.scans import add_scans
from tpm.sample.together import work_together
from tradeoffs.models import Decision

KEY, NAME = "CHK", "Checkout"
PURPOSE = "Sample: how a merchant's customers pay. Look around, change things, remove it at will."
PLAN_SEED = 20_261_125


@dataclass(frozen=True)
class Loaded:
    product: Product
    sign_ins: list[SignIn]


def load(*, key: str = KEY, items: int | None = None, later: bool = False) -> Loaded | None:
    """Load the sample, all of it or nothing; sets the clock of this process meanwhile.

    items:   open items to fill the plan up to; None for the sample as it was written
    later:   whether today's lessons and forecast are left to a worker, as after any change; until
             it has made them the pages show those of a week ago, and say so
    returns: None when it is there already
    raises:  ValidationError when another product has this key
    """
    known = Product.objects.filter(key=key).first()
    if known is not None and known.is_sample:
        return None
    if known is not None:
        raise ValidationError(f"{known.name} has the key {key}: choose another one for the sample.")
    with (
        Passwords() as passwords,
        transaction.atomic(),
        revisions.without_messages(),
        rules_kept_by_the_database(),
        garbage_left_lying(),
        history.written_together(),
    ):
        world = make_past(key, passwords, items, later=later)
        sign_ins = passwords.store(world.users, world.calendar.moment(-7, 17))
    newest = ForecastRun.objects.filter(product=world.product)[0]
    if later:
        revisions.send("roadmaps.refresh_learning", world.product.pk)  # and the forecast after it
    else:
        revisions.send("roadmaps.explain_forecast", newest.pk)
    revisions.send("roadmaps.refresh_priorities", world.product.pk)
    for scenario in Scenario.objects.filter(product=world.product).values_list("pk", flat=True):
        revisions.send("roadmaps.refresh_scenario", scenario)
    for decision in Decision.objects.filter(product=world.product).values_list("pk", flat=True):
        revisions.send("tradeoffs.refresh_robustness", decision)
    return Loaded(world.product, sign_ins)


@contextmanager
def rules_kept_by_the_database() -> Iterator[None]:
    """Inside, constraints are not looked up before each write: a fifth of the time goes there.

    They are only asked beforehand for the sake of their sentences, and nobody is typing here.
    """
    with (
        patch.object(Model, "validate_constraints", lambda *_, **__: None),
        patch.object(Checked, "validate_constraints", lambda *_, **__: None),
        patch.object(Model, "validate_unique", lambda *_, **__: None),
        patch.object(ForeignKey, "validate", lambda *_, **__: None),
    ):
        yield


@contextmanager
def garbage_left_lying() -> Iterator[None]:
    """Inside, no circles are looked for in memory: a tenth of the time goes there."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def make_past(key: str, passwords: Passwords, items: int | None, *, later: bool = False) -> World:
    """Two years in the order in which they happened."""
    calendar = Calendar(timezone.localdate())
    with calendar.ago(-FIRST_DAY, 8):
        product = make_product(key)
        world = make_world(calendar, product, passwords)
    add_finished_work(world)
    plan = add_plan(world)
    changes.add_effects(world, plan)
    checks.add_checks(world, plan)
    add_priorities(world, plan)
    owed = add_debt(world, plan)
    if items is not None:
        fill_up(world, plan, items)
    decided = add_decisions(world, plan, owed)
    add_records(world, decided)
    work_together(world, decided)
    look_after(world, plan, decided)
    changes.commit(world, plan)
    changes.first_week(world, plan)
    changes.measure(world, plan, {aim.ref: aim.now for aim in AIMS})
    changes.forecast(world, 7, hour=5)
    with world.calendar.ago(6, 10), history.through(Change.Door.PAGE):
        bind_cells(world, plan, decided)
    changes.second_week(world, plan, owed)
    changes.talk(world, plan, owed, decided)
    changes.scenarios(world)
    changes.share(world)
    if not later:
        changes.forecast(world, 0, hour=2, learn=True)
    changes.explain(world, plan, decided)
    this_morning(world)
    add_scans(world)
    add_history(world)
    add_views(world)
    return world


def make_product(key: str) -> Product:
    product = Product(key=key, purpose=PURPOSE, is_sample=True, plan_seed=PLAN_SEED)
    product.name = NAME if key == KEY else f"{NAME} {key}"
    product.full_clean()
    product.save()
    return product
