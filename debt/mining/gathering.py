"""One pass over commits, the newest first: what is kept of each, what is left out and why."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from debt.mining import bots, trailers
from debt.mining.commits import Commit, day_of
from debt.mining.renames import Names
from debt.mining.trailers import Tap

MOST_FILES = 30  # of a commit that says something; code-maat's limit
BOT, GIANT, EMPTY, KNOWN = "by a program", "more than 30 files", "without files", "known already"
DAY = 86_400


class Change(NamedTuple):
    """One commit that counts, without its author.

    paths:   what its files are called today
    added:   lines, None where they were not counted
    """

    id: str
    at: int
    paths: tuple[str, ...]
    added: int | None
    deleted: int | None
    taps: tuple[Tap, ...]


@dataclass(slots=True)
class FileSum:
    """How often one file was touched in the whole history, and last when (seconds)."""

    touches: int = 0
    last: int = 0
    added: int = 0
    deleted: int = 0


@dataclass
class Gathered:
    """What one pass found.

    changes: those that are kept in full, the newest first
    months:  part of the system -> "2026-11" -> changes, over the whole history
    moved:   names at the oldest commit -> names today
    """

    read: int = 0
    counted: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    files: dict[str, FileSum] = field(default_factory=dict)
    months: dict[str, Counter[str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    in_future: int = 0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a history is gathered.

    now:      seconds since 1970; what is dated later is kept and told
    keep:     days for which each change is kept in full; older ones only count in sums
    part_of:  the part of the system that a file belongs to
    is_known: whether a commit was gathered before
    """

    now: int
    keep: int = 366
    most_files: int = MOST_FILES
    is_bot: Callable[[str], bool] = field(default_factory=bots.judge)
    part_of: Callable[[str], str | None] = lambda _path: None
    is_known: Callable[[Commit], bool] = lambda _commit: False
    hours_per_day: float = 8.0


def why_left_out(commit: Commit, terms: Terms) -> str | None:
    """Why a commit does not count as a change, or None."""
    if not commit.touches:
        return EMPTY
    if terms.is_bot(commit.author):
        return BOT
    if len(commit.touches) > terms.most_files:
        return GIANT
    return KNOWN if terms.is_known(commit) else None


def gather(
    commits: Iterable[Commit],
    terms: Terms,
    *,
    closer: Mapping[str, Commit] | None = None,
    progress: Callable[[int], None] = lambda _read: None,
) -> Gathered:
    """Gather commits that come with the newest first.

    closer:   commits read a second time with their lines; they stand in for the ones of that id
    progress: told now and then how many commits were read; may raise to stop
    """
    found, names = Gathered(), Names()
    same = closer or {}
    strings: dict[str, str] = {}
    oldest = terms.now - terms.keep * DAY
    for plain in commits:
        commit = same.get(plain.id, plain)
        found.read += 1
        if found.read % 2000 == 0:
            progress(found.read)
        why = why_left_out(commit, terms)
        if why is None:
            called = [names.today(touch.path) for touch in commit.touches]
            called = [strings.setdefault(path, path) for path in called]
            count(found, commit, called, terms)
            if commit.at >= oldest:
                found.changes.append(change_of(commit, called, terms))
        else:
            found.left_out[why] += 1
        names.pass_by(commit.touches)
    found.moved = names.moved()
    progress(found.read)
    return found


def count(found: Gathered, commit: Commit, called: list[str], terms: Terms) -> None:
    """Add one change to the sums. called: what each of its files is called today"""
    paths = set(called)
    found.counted += 1
    if commit.at > terms.now:
        found.in_future += 1
    for path in paths:
        sums = found.files.get(path)
        if sums is None:
            sums = found.files[path] = FileSum()
        sums.touches += 1
        sums.last = max(sums.last, commit.at)
    for path, touch in zip(called, commit.touches, strict=True):
        if touch.added is not None:
            found.files[path].added += touch.added
            found.files[path].deleted += touch.deleted or 0
    day = day_of(commit.at)
    found.first_day = min(found.first_day or day, day)
    found.last_day = max(found.last_day or day, day)
    for part in {terms.part_of(path) for path in paths}:
        if part is not None:
            found.months.setdefault(part, Counter())[f"{day:%Y-%m}"] += 1


def change_of(commit: Commit, called: list[str], terms: Terms) -> Change:
    known = [touch for touch in commit.touches if touch.added is not None]
    return Change(
        commit.id,
        commit.at,
        tuple(dict.fromkeys(called)),
        sum(touch.added or 0 for touch in known) if known else None,
        sum(touch.deleted or 0 for touch in known) if known else None,
        tuple(trailers.taps_of(commit.message, hours_per_day=terms.hours_per_day)),
    )
