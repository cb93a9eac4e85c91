"""The classical analyses of a history, under their classical columns.

What they count is as Adam Tornhill's code-maat counts it (Your Code as a Crime Scene, 2015), so
that both may be held against each other on the same log: every commit counts, a program's too, and
thresholds act on coupling alone (the size of a change set on soc as well).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from debt.mining.commits import Commit

Row = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """What coupling must reach to be told."""

    revisions: int = 5  # mean of both files
    shared: int = 5  # commits that touch both
    least: float = 30.0  # percent
    most: float = 100.0
    change_set: int = 30  # files of a commit


class Pair(NamedTuple):
    """Two files that change together. degree: shared over the mean of their revisions, percent."""

    entity: str
    coupled: str
    degree: int
    average: int
    shared: int


def revisions(commits: Iterable[Commit]) -> list[Row]:
    """Commits that touch each file, most first."""
    counts = {path: len(ids) for path, ids in _ids_of(commits).items()}
    return [(path, n) for path, n in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


def coupling(change_sets: Iterable[Sequence[str]], limits: Thresholds) -> list[Pair]:
    """Pairs of files that change together, the closest first.

    change_sets: files of each commit
    """
    alone: Counter[str] = Counter()
    sets = []
    for files in change_sets:
        if 0 < len(files) <= limits.change_set:
            each = sorted(set(files))
            alone.update(each)
            sets.append(each)
    often = {path for path, n in alone.items() if n >= limits.shared}
    together: Counter[tuple[str, str]] = Counter()
    for each in sets:
        together.update(itertools.combinations([path for path in each if path in often], 2))
    found = []
    for (first, second), shared in together.items():
        both = alone[first] + alone[second]
        degree = 200 * shared / both
        if (
            shared >= limits.shared
            and both >= 2 * limits.revisions
            and degree >= limits.least
            and math.floor(degree) <= limits.most
        ):
            found.append(Pair(first, second, 200 * shared // both, -(-both // 2), shared))
    return sorted(found, key=lambda pair: (-pair.degree, -pair.average, pair[:2]))


def soc(change_sets: Iterable[Sequence[str]], limits: Thresholds) -> list[Row]:
    """Sum of coupling: how many other files came along in all commits of a file together."""
    sums: Counter[str] = Counter()
    for files in change_sets:
        if 0 < len(files) <= limits.change_set:
            each = set(files)
            for path in each:
                sums[path] += len(each) - 1
    # The classical order is downward in both columns.
    return sorted(sums.items(), key=lambda row: (row[1], row[0]), reverse=True)


def abs_churn(commits: Iterable[Commit]) -> list[Row]:
    """Lines added and deleted, and commits, of each day on which a file changed."""
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    ids: dict[str, set[str]] = defaultdict(set)
    for commit in commits:
        day = f"{commit.day}"
        for touch in commit.touches:
            lines[day][0] += touch.added or 0
            lines[day][1] += touch.deleted or 0
            ids[day].add(commit.id)
    return [(day, *lines[day], len(ids[day])) for day in sorted(ids)]


def entity_churn(commits: Iterable[Commit]) -> list[Row]:
    """Lines added and deleted, and commits, of each file; most added first."""
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    ids: dict[str, set[str]] = defaultdict(set)
    for commit in commits:
        for touch in commit.touches:
            lines[touch.path][0] += touch.added or 0
            lines[touch.path][1] += touch.deleted or 0
            ids[touch.path].add(commit.id)
    order = sorted(ids, key=lambda path: (-lines[path][0], path))
    return [(path, *lines[path], len(ids[path])) for path in order]


def authors(commits: Iterable[Commit]) -> list[Row]:
    """How many people touched each file, and in how many commits; most people first."""
    commits = list(commits)
    people: dict[str, set[str]] = defaultdict(set)
    for commit in commits:
        for touch in commit.touches:
            people[touch.path].add(commit.author)
    ids = _ids_of(commits)
    order = sorted(people, key=lambda path: (-len(people[path]), -len(ids[path]), path))
    return [(path, len(people[path]), len(ids[path])) for path in order]


def change_sets(commits: Iterable[Commit]) -> list[list[str]]:
    """Files of each commit; what stands twice under one id is one commit."""
    sets: dict[str, list[str]] = {}
    for commit in commits:
        sets.setdefault(commit.id, []).extend(touch.path for touch in commit.touches)
    return list(sets.values())


def _ids_of(commits: Iterable[Commit]) -> Mapping[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for commit in commits:
        for touch in commit.touches:
            ids[touch.path].add(commit.id)
    return ids
