"""Bringing records of decisions into a product: preview, apply, report, undo.

Reading the files themselves is `tradeoffs.records`; here they meet the database.
"""

from .background import (
    IMPORT,
    UNDO,
    may_undo,
    run_import,
    run_undo,
    start_import,
    start_undo,
    undo_of,
)
from .sources import Refused, Source, from_folder, from_text, from_zip
from .whole import import_records, preview_records

__all__ = [
    "IMPORT",
    "UNDO",
    "Refused",
    "Source",
    "from_folder",
    "from_text",
    "from_zip",
    "import_records",
    "may_undo",
    "preview_records",
    "run_import",
    "run_undo",
    "start_import",
    "start_undo",
    "undo_of",
]
