"""Views that people of the sample keep: for the team, and some of one person alone."""

from debt.views.saved import SHELF as DEBT
from roadmaps.queries.views import SHELF as PLAN
from tpm.sample.people import World
from tradeoffs.views.saved import SHELF as DECISIONS

SHARED = (
    ("Late, by team", "list", "q=is:late&group=team"),
    ("Now, next, later", "board", "by=horizon"),
)


def add_views(world: World) -> None:
    for name, page, query in SHARED:
        PLAN.save(world.product, by=world.planner, name=name, page=page, query=query, shared=True)
    PLAN.save(
        world.product, by=world.planner, name="Still to estimate", page="list",
        query="q=estimate:none",
    )  # fmt: skip
    DECISIONS.save(
        world.product, by=world.planner, name="Hard to undo", page="list", query="tier=3",
        shared=True,
    )  # fmt: skip
    DEBT.save(
        world.product, by=world.planner, name="Architecture, dearest first", page="register",
        query="tab=first&order=interest&tag=arch", shared=True,
    )  # fmt: skip
    DEBT.save(
        world.product, by=world.planner, name="Chores", page="register",
        query="tab=first&order=payback&tag=chore",
    )  # fmt: skip
