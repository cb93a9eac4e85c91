"""The decisions about this product itself, brought into the sample from the files they lie in."""

from pathlib import Path

from tpm.sample.people import World
from tradeoffs import import_services

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
COLLECTION = "tpm"
DAYS_AGO = 60


def add_records(world: World) -> None:
    """Import our own `docs/decisions`, where it came along with the program."""
    if not FOLDER.is_dir():
        return
    with world.calendar.ago(DAYS_AGO, 10):
        source = import_services.from_folder(FOLDER, COLLECTION)
        source.days = {}
        import_services.import_records(world.product, source, by=world.lead)
