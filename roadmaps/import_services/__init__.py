"""Bringing a file's items into a plan: preview, apply, report, undo.

Reading the file itself is `roadmaps.importing`; here it meets the database.
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
from .previewing import Preview
from .whole import import_file, options_from, preview_file

__all__ = [
    "IMPORT",
    "UNDO",
    "Preview",
    "import_file",
    "may_undo",
    "options_from",
    "preview_file",
    "run_import",
    "run_undo",
    "start_import",
    "start_undo",
    "undo_of",
]
