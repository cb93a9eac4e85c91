"""Findings of scanners in the database: preview, taking in, suggestions, verdicts, undo."""

from .applying import Busy, LetGo, import_report
from .background import (
    IMPORT,
    UNDO,
    may_undo,
    run_import,
    run_undo,
    start_import,
    start_scan_undo,
    start_undo,
    target_from,
    undo_of,
)
from .comparing import preview
from .efforts import RuleRow, efforts_visible_to, rules_of, set_rule_effort
from .judging import Judged, accept_suggestion, close_held, judge, set_flaky
from .previewing import (
    PREVIEW,
    PREVIEW_BYTES,
    is_large,
    preview_of,
    preview_url,
    run_preview,
    start_preview,
)
from .suggestions import (
    Suggestion,
    findings_visible_to,
    proposals,
    scans_visible_to,
    suggestions,
    waiting,
)
from .targets import Target, options_for

__all__ = [
    "IMPORT",
    "PREVIEW",
    "PREVIEW_BYTES",
    "UNDO",
    "Busy",
    "Judged",
    "LetGo",
    "RuleRow",
    "Suggestion",
    "Target",
    "accept_suggestion",
    "close_held",
    "efforts_visible_to",
    "findings_visible_to",
    "import_report",
    "is_large",
    "judge",
    "may_undo",
    "options_for",
    "preview",
    "preview_of",
    "preview_url",
    "proposals",
    "rules_of",
    "run_import",
    "run_preview",
    "run_undo",
    "scans_visible_to",
    "set_flaky",
    "set_rule_effort",
    "start_import",
    "start_preview",
    "start_scan_undo",
    "start_undo",
    "suggestions",
    "target_from",
    "undo_of",
    "waiting",
]
