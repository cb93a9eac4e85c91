"""Decisions from files: our own, and how those of the sample lean on each other."""

from pathlib import Path

from tpm.sample.people import World
from tradeoffs import import_services, services
from tradeoffs.models import Decision

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
COLLECTION = "tpm"
DAYS_AGO = 60
LEANS = (("bus", "depends on", "gateway"), ("bus", "relates to", "edge"),
         ("login", "depends on", "risk"), ("edge", "clarifies", "sheet"))  # fmt: skip


def add_records(world: World, decided: dict[str, Decision]) -> None:
    """Import our own `docs/decisions`, where it came along with the program."""
    with world.calendar.ago(8, 11):
        for of, kind, to in LEANS:
            services.relate(decided[of], by=world.planner, kind=kind, to=decided[to])
    if not FOLDER.is_dir():
        return
    with world.calendar.ago(DAYS_AGO, 10):
        source = import_services.from_folder(FOLDER, COLLECTION)
        source.days = {}
        import_services.import_records(world.product, source, by=world.lead)
