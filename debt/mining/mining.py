"""Reading one repository: whole at first, then only what is new; all of it again when rewritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from debt.mining.codeowners import Kept
from debt.mining.gathering import DAY, Gathered, Terms, gather
from debt.mining.git import Repository


@dataclass(frozen=True)
class Mined:
    """What a reading of a repository found.

    tip:       the commit it went up to; None where there is none yet
    after:     the commit it went on from; empty where it read everything
    rewritten: whether it read everything anew because the commit it knew is no ancestor any more
    lines:     lines of each file at the tip, None for what is no text
    owners:    its CODEOWNERS at the tip, None where there is none
    """

    tip: str | None
    after: str
    rewritten: bool
    gathered: Gathered
    lines: dict[str, int | None]
    owners: Kept | None = None


def mine(
    repository: Repository,
    terms: Terms,
    *,
    known_tip: str = "",
    branch: str = "",
    since: int | None = None,
    window: int = 180,
    counts: bool = True,
    progress: Callable[[int], None] = lambda _read: None,
) -> Mined:
    """Read a repository up to its tip.

    terms:     its is_known is asked only where a reading goes on: one of everything replaces all
    known_tip: where the last reading ended; only what came since is read, if that still holds
    since:     seconds since 1970; older commits are left out
    window:    days whose commits are read a second time with their lines and similar renames
    counts:    whether that is done at all, and the lines at the tip are counted
    progress:  told how many commits were read, and every few seconds while git works; may raise
    raises:    git.Refused
    """
    tip = repository.tip(branch)
    if tip is None:
        return Mined(None, "", bool(known_tip), Gathered(), {})
    owners = repository.codeowners(tip)
    goes_on = bool(known_tip) and repository.is_ancestor(known_tip, tip)
    if goes_on and known_tip == tip:
        return Mined(tip, tip, False, Gathered(), {}, owners)
    after = known_tip if goes_on else ""
    if not goes_on:
        terms = replace(terms, is_known=lambda _commit: False)
    read = 0

    def tell(done: int) -> None:
        nonlocal read
        read = done
        progress(done)

    repository.beat = lambda: progress(read)
    closer = {}
    if counts:
        progress(0)
        begins = max(since or 0, terms.now - window * DAY)
        near = repository.log(tip, after=after, since=begins, counts=True)
        closer = {commit.id: commit for commit in near}
    found = gather(
        repository.log(tip, after=after, since=since), terms, closer=closer, progress=tell
    )
    lines = repository.lines(tip) if counts else {}
    return Mined(tip, after, bool(known_tip) and not goes_on, found, lines, owners)
