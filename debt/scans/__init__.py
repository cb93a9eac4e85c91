"""Reports of scanners: read whatever the tool, matched with what is known, planned."""

from .reading import detect, read, read_path
from .results import (
    FORMATS,
    MAX_BYTES,
    MAX_RESULTS,
    Options,
    Refused,
    Report,
    Result,
    Run,
    Unreadable,
)

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_RESULTS",
    "Options",
    "Refused",
    "Report",
    "Result",
    "Run",
    "Unreadable",
    "detect",
    "read",
    "read_path",
]
