"""Decision records as files: reading, patching and writing Markdown, on plain values.

Styles: adr-tools and other Nygard variants, MADR 2, 3 and 4, log4brains. `collection.read` takes
many files and never stops at a bad one; `patching.patch` changes a section and leaves every other
byte as it was.
"""

from .collection import Collection, Edge, Skipped, read
from .parsing import Record, parse
from .patching import patch
from .statuses import Word, Words
from .words import Unreadable, decode, encode

__all__ = [
    "Collection",
    "Edge",
    "Record",
    "Skipped",
    "Unreadable",
    "Word",
    "Words",
    "decode",
    "encode",
    "parse",
    "patch",
    "read",
]
