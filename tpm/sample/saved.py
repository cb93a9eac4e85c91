"""Views that people of the sample keep: two for the team, one of the planner alone."""

from roadmaps.services.views import save_view
from tpm.sample.people import World

SHARED = (
    ("Late, by team", "list", "q=is:late&group=team"),
    ("Now, next, later", "board", "by=horizon"),
)


def add_views(world: World) -> None:
    for name, page, query in SHARED:
        save_view(world.product, by=world.planner, name=name, page=page, query=query, shared=True)
    save_view(
        world.product, by=world.planner, name="Still to estimate", page="list",
        query="q=estimate:none",
    )  # fmt: skip
