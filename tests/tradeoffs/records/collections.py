"""Real collections of records, as (path, bytes)."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "adr"
NAMES = ("identus-cloud-agent", "modernisation-platform")


def files_of(name: str) -> list[tuple[str, bytes]]:
    root = FOLDER / name
    return [
        (path.relative_to(root).as_posix(), path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file()
    ]
