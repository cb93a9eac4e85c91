"""Which authors are programs: their commits say nothing of how people work."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Sequence

PATTERNS = (
    "*[[]bot[]]*",
    "*-bot <*",
    "* bot <*",
    "*+bot@*",
    "bot <*",
    "bot@*",
    "dependabot*",
    "renovate*",
    "greenkeeper*",
    "snyk-bot*",
    "github-actions*",
    "gitlab-bot*",
    "pre-commit-ci*",
    "mergify*",
    "weblate*",
    "jenkins <*",
)
"""Shell patterns for `Name <address>`, upper and lower case alike."""


def judge(patterns: Sequence[str] = PATTERNS) -> Callable[[str], bool]:
    """A function that says whether an author is a program."""
    if not patterns:
        return lambda author: False
    any_of = re.compile(
        "|".join(f"(?:{fnmatch.translate(pattern.lower())})" for pattern in patterns)
    )

    @functools.lru_cache(maxsize=4096)
    def is_bot(author: str) -> bool:
        return any_of.match(author.lower()[:400]) is not None

    return is_bot
