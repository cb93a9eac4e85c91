"""A plan as large as a benchmark asks for: further items of the same kinds, linked and grouped."""

import random
from collections.abc import Iterator

from roadmaps import services
from roadmaps.models import Item
from tpm.sample.finished import Deck
from tpm.sample.people import COMPONENTS, PEOPLE, World
from tpm.sample.plan import Plan, Work, add_items

SEED = 20_262
GROUP = 12  # items under one parent
AIM_SIZE = 60  # items of one objective
SHARE_LINKED = 0.35
SHARE_NOT_ESTIMATED = 0.08
SHARE_OF_TARGETS = 0.1
DAYS = ("1..2..4", "2..3..6", "3..5..9", "4..7..12", "5..9..17", "3", "5")
KINDS = (Item.Kind.FEATURE, Item.Kind.FEATURE, Item.Kind.PLATFORM, Item.Kind.DEBT)


def fill_up(world: World, plan: Plan, wanted: int) -> None:
    """Add items until the plan has so many open ones."""
    missing = wanted - world.product.items.filter(state__in=Item.OPEN).count()
    if missing <= 0:
        return
    with world.calendar.ago(100, 10):
        for number in range(1, missing // AIM_SIZE + 2):
            plan.aims[f"more-{number}"] = services.create_objective(
                world.product,
                by=world.planner,
                title=f"Programme {number}",
                target_date=world.calendar.workday(150 + 60 * number),
            )
    add_items(world, plan, list(works(missing)))


def works(count: int) -> Iterator[Work]:
    """So many items: every group has a parent, and links lead from earlier items to later ones."""
    rng = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    deck = Deck(rng)
    parent = ""
    earlier: list[str] = []
    for number in range(count):
        ref, aim = f"more-{number}", f"more-{number // AIM_SIZE + 1}"
        component, _, team, _ = rng.choice(COMPONENTS)
        kind = rng.choice(KINDS)
        if number % GROUP == 0:
            parent, earlier = ref, []
            yield Work(ref, f"Group {number // GROUP + 1}: {component}", team, "", aim, kind)
            continue
        linked = earlier and rng.random() < SHARE_LINKED
        yield Work(
            ref,
            deck.title(component, kind),
            team,
            "" if rng.random() < SHARE_NOT_ESTIMATED else rng.choice(DAYS),
            aim,
            kind,
            parent=parent,
            after=(rng.choice(earlier),) if linked else (),
            components=(component,),
            owner=rng.choice(PEOPLE[team]),
            horizon=rng.choice(("now", "next", "later")),
            target=rng.randrange(60, 600) if rng.random() < SHARE_OF_TARGETS else 0,
        )
        earlier.append(ref)
