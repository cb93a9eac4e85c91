"""Reading histories: from a repository the operator named, or from an uploaded log."""

import datetime
from collections.abc import Callable, Iterable
from itertools import batched
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from debt.mining import bots, filelists, logs
from debt.mining.codeowners import Kept
from debt.mining.commits import Commit, day_of
from debt.mining.gathering import DAY, KNOWN, Change, Gathered, Terms, gather
from debt.mining.git import Repository
from debt.mining.ids import Ids
from debt.mining.mining import Mined, mine
from debt.models import DebtItem, HistoryRun, MinedChange
from debt.queries import histories as reads
from debt.refresh import make_due
from debt.services.history_figures import refresh_figures
from debt.services.owners import note_owners
from tpm import history
from tpm.models import Component, Product

AT_ONCE = 500
MOST_FILES = MOST_MOVED = 20_000
WHOLE = 2
"""The newest readings of a repository that hold all of their files."""
Progress = Callable[[int], None]


class Overtaken(Exception):
    """Another reading of the same repository ended meanwhile; nothing of this one is kept."""


def nothing(_done: int) -> None:
    """Progress that nobody watches."""


def read_repository(
    product: Product,
    path: Path,
    *,
    by,
    component: Component | None = None,
    name: str = "",
    branch: str = "",
    since: datetime.date | None = None,
    progress: Progress = nothing,
) -> HistoryRun:
    """Read what is new of a repository, or all of it where it was rewritten.

    component: where the whole repository is one component
    name:      what it is called here; else after its folder
    raises:    mining.git.Refused, Overtaken, ValidationError
    """
    name = (name or name_of(path))[:200]
    earlier = reads.live_runs(product, name)
    known = next((run for run in earlier if run.source == HistoryRun.Source.REPOSITORY), None)
    uploads = [run for run in earlier if run.source == HistoryRun.Source.UPLOAD]
    begins = None if since is None else int(at_midnight(since).timestamp())
    with Repository(
        path, seconds=settings.HISTORY_SECONDS, links=settings.HISTORY_LINKS
    ) as repository:
        found = mine(
            repository,
            terms_of(product, component, name, uploads),
            known_tip=known.tip if known else "",
            branch=branch,
            since=begins,
            progress=progress,
        )
        notes = notes_of(repository, found)
    if known is not None and found.after == found.tip:
        note_owners(known, found.owners)
        return still_the_same(product, known)
    run = HistoryRun(
        product=product, component=component, repository=name, by=by,
        source=HistoryRun.Source.REPOSITORY, tip=found.tip or "", after=found.after,
        rewritten=found.rewritten, notes=notes,
    )  # fmt: skip
    before = earlier[0] if found.after else None  # an upload's files hold those before it
    replaced = earlier if not found.after else []
    files = files_of(found.gathered, found.lines or None, before)
    return keep(
        run, found.gathered, files, owners=found.owners, after=earlier[:1], replaced=replaced,
        progress=progress,
    )  # fmt: skip


def read_log(
    product: Product,
    file: BinaryIO,
    *,
    by,
    repository: str,
    component: Component | None = None,
    progress: Progress = nothing,
) -> HistoryRun | None:
    """Read an uploaded log. returns: None where every commit of it was known already

    raises: mining.logs.Unreadable, Overtaken, ValidationError
    """
    repository = repository.strip()[:200]
    earlier = reads.live_runs(product, repository)
    found = gathered(product, file, repository, component, earlier, progress)
    if not found.counted and found.left_out[KNOWN]:
        return None
    run = HistoryRun(
        product=product, component=component, repository=repository, by=by,
        source=HistoryRun.Source.UPLOAD, tip=found.changes[0].id if found.changes else "",
        notes=future_note(found),
    )  # fmt: skip
    files = files_of(found, None, earlier[0] if earlier else None)
    return keep(run, found, files, after=earlier[:1], replaced=[], progress=progress)


def gathered(
    product: Product,
    file: BinaryIO,
    repository: str,
    component: Component | None,
    earlier: list[HistoryRun],
    progress: Progress,
) -> Gathered:
    """What a log holds beside the readings before it. raises: mining.logs.Unreadable"""
    terms = terms_of(product, component, repository, earlier)
    found = gather(logs.read(file), terms, progress=progress)
    if not found.read:
        raise logs.Unreadable("The log holds no commit.")
    return found


def preview_log(
    product: Product,
    file: BinaryIO,
    *,
    repository: str,
    component: Component | None = None,
    progress: Progress = nothing,
) -> dict[str, Any]:
    """What reading a log would find. Nothing is written, and no author is told.

    raises: mining.logs.Unreadable
    """
    repository = repository.strip()[:200]
    earlier = reads.live_runs(product, repository)
    found = gathered(product, file, repository, component, earlier, progress)
    whose = reads.owners_of(product, repository, component)
    return {
        "commits": found.read,
        "changes": found.counted,
        "kept in full": len(found.changes),
        "from": str(found.first_day or ""),
        "to": str(found.last_day or ""),
        "files": len(found.files),
        "files of a component": sum(whose.of(path) is not None for path in found.files),
        "left out": dict(found.left_out),
        "notes": [*future_note(found), *known_elsewhere(product, repository, found)],
    }


def known_elsewhere(product: Product, repository: str, found: Gathered) -> list[str]:
    """A sentence for each repository of another name that knows most of these commits.

    Most and not any: abbreviated ids of two repositories may begin alike.
    """
    runs = [run for run in reads.live_runs(product) if run.repository != repository]
    said = []
    for name in sorted({run.repository for run in runs}):
        same = [run for run in runs if run.repository == name]
        kept = MinedChange.objects.filter(run__in=same)
        ids = Ids(kept.values_list("commit", flat=True).iterator())
        n = sum(change.id in ids for change in found.changes)
        if n and 2 * n > len(found.changes):
            said.append(
                f"{n:,} of its {len(found.changes):,} changes of the last year are known as those "
                f"of {name}: each counts once, for the component and the team. Files of both names "
                f"are listed all the same: name it {name} to add only what is new."
            )
    return said


def terms_of(
    product: Product, component: Component | None, repository: str, earlier: list[HistoryRun]
) -> Terms:
    """How this product gathers a history. earlier: readings whose commits are known"""
    whose = reads.owners_of(product, repository, component)
    is_known = known_in(earlier) if earlier else lambda _commit: False
    return Terms(
        now=int(timezone.now().timestamp()),
        is_bot=bots.judge([*bots.PATTERNS, *settings.HISTORY_BOTS]),
        part_of=lambda path: part.key if (part := whose.of(path)) else None,
        is_known=is_known,
        hours_per_day=product.hours_per_day,
    )


def known_in(earlier: Iterable[HistoryRun]) -> Callable[[Commit], bool]:
    """Whether a commit was read before: by its id, abbreviated or not, or by its day."""
    runs = list(earlier)
    kept = MinedChange.objects.filter(run__in=runs)
    ids = Ids(kept.values_list("commit", flat=True).iterator())
    spans = [(run.first_day, run.last_day) for run in runs if run.first_day and run.last_day]
    oldest = int(timezone.now().timestamp()) - Terms.keep * DAY

    def is_known(commit: Commit) -> bool:
        if commit.at < oldest:
            day = day_of(commit.at)
            return any(first <= day <= last for first, last in spans)
        return commit.id in ids

    return is_known


def files_of(
    found: Gathered, lines: dict[str, int | None] | None, before: HistoryRun | None
) -> list[list[Any]]:
    """Every file with its lines, changes and last day, the newest change first.

    lines:  of the files at the tip; None where only a log is known
    before: the reading that this one goes on from
    """
    sums: dict[str, list[Any]] = {}
    for path, count, touches, last in before.files if before else ():
        path = found.moved.get(path, path)
        sums[path] = [path, count, touches, last]
    for path, more in found.files.items():
        row = sums.setdefault(path, [path, None, 0, ""])
        row[2] += more.touches
        row[3] = max(row[3], day_of(more.last).isoformat())
    if lines is not None:
        sums = {path: sums.get(path, [path, None, 0, ""]) for path in lines}
        for path, row in sums.items():
            row[1] = lines[path]
    return filelists.in_order(sums.values())


def keep(
    run: HistoryRun,
    found: Gathered,
    files: list[list[Any]],
    *,
    after: list[HistoryRun],
    replaced: list[HistoryRun],
    progress: Progress,
    owners: Kept | None = None,
) -> HistoryRun:
    """Write a reading in short transactions; it counts only once all of it is there.

    after:    the newest reading there was when it began
    replaced: readings that stop counting
    owners:   the CODEOWNERS of a repository, which an upload does not know
    raises:   Overtaken when another one ended meanwhile
    """
    forget_halves(run.product, run.repository)
    run.read, run.counted, run.left_out = found.read, found.counted, dict(found.left_out)
    run.first_day, run.last_day = found.first_day, found.last_day
    run.months = {part: dict(months) for part, months in found.months.items()}
    run.files, run.files_in_all = files[:MOST_FILES], len(files)
    run.moved = followed(found.moved, run.files)
    run.notes = [*run.notes, *known_elsewhere(run.product, run.repository, found)]
    if len(run.moved) < len(found.moved):
        n, most = f"{len(found.moved):,}", f"{len(run.moved):,}"
        run.notes = [*run.notes, f"Of {n} renamed files {most} are followed."]
    run.full_clean(exclude=["by"])
    run.save()
    try:
        for some in batched(found.changes, AT_ONCE):
            rows = [row_of(run, change) for change in some]
            with transaction.atomic():
                MinedChange.objects.bulk_create(rows, ignore_conflicts=True)
            progress(found.read)
        settle(run, after, replaced, owners)
    except BaseException:
        forget(run)
        raise
    refresh_figures(run.product)
    return run


def followed(moved: dict[str, str], files: list[list[Any]]) -> dict[str, str]:
    """Renames that are kept, up to a limit: those of files that are kept come first."""
    if len(moved) <= MOST_MOVED:
        return moved
    kept = {row[0] for row in files}
    return dict(sorted(moved.items(), key=lambda pair: pair[1] not in kept)[:MOST_MOVED])


def row_of(run: HistoryRun, change: Change) -> MinedChange:
    return MinedChange(
        run=run, commit=change.id, at=at_second(change.at), paths=list(change.paths),
        added=change.added, deleted=change.deleted, taps=[list(tap) for tap in change.taps],
    )  # fmt: skip


@transaction.atomic
def settle(
    run: HistoryRun, after: list[HistoryRun], replaced: list[HistoryRun], owners: Kept | None
) -> None:
    """Let a reading count from now on with its CODEOWNERS, which would be gone without it where it
    replaces another, and the scores that it changes be computed anew.
    """
    product = Product.objects.select_for_update().get(pk=run.product_id)
    newest = reads.live_runs(product, run.repository)[:1]
    if [row.pk for row in newest] != [row.pk for row in after]:
        raise Overtaken("Another reading of this repository ended meanwhile. Start it again.")
    HistoryRun.objects.filter(pk__in=[row.pk for row in replaced]).update(replaced_by=run)
    run.ready, run.looked_at = True, timezone.now()
    run.save(update_fields=["ready", "looked_at"])
    if run.source == HistoryRun.Source.REPOSITORY:
        note_owners(run, owners)
    put_away(reads.live_runs(product, run.repository))
    history.record(
        run,
        by=run.by,
        action="read history",
        changes={"changes": (None, run.counted), "up to": (run.after or None, run.tip)},
    )
    make_due(*teams_concerned(product))


def put_away(live: list[HistoryRun]) -> None:
    """Of readings but the newest two, keep only how their files differ from those of the next one.

    live: readings of a repository that count, the newest first
    """
    if len(live) > WHOLE and isinstance(live[WHOLE].files, list):
        live[WHOLE].files = filelists.way_back(live[WHOLE - 1].files, live[WHOLE].files)
        live[WHOLE].save(update_fields=["files"])


def bring_back(live: list[HistoryRun]) -> None:
    """Give the second newest reading its files as they were, once one after it was taken back."""
    for place in range(1, min(WHOLE, len(live))):
        if isinstance(live[place].files, dict):
            live[place].files = filelists.gone_back(live[place - 1].files, live[place].files)
            live[place].save(update_fields=["files"])


def still_the_same(product: Product, run: HistoryRun) -> HistoryRun:
    """Note that nothing is new as of now: what is old weighs less."""
    with transaction.atomic():
        run.looked_at = timezone.now()
        HistoryRun.objects.filter(pk=run.pk).update(looked_at=run.looked_at)
        make_due(*teams_concerned(product))
    refresh_figures(product)
    return run


def teams_concerned(product: Product) -> set[int | None]:
    """Teams with debt in the product that drags."""
    dragging = DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
    return set(dragging.order_by().values_list("team_id", flat=True).distinct())


def forget(run: HistoryRun) -> None:
    """Take a reading out again that was never wholly written."""
    remove_changes(run, nothing)
    HistoryRun.objects.filter(pk=run.pk).delete()


def forget_halves(product: Product, repository: str) -> None:
    """Take out what a reading left that was killed on its way, a day ago or longer."""
    yesterday = timezone.now() - datetime.timedelta(days=1)
    halves = HistoryRun.objects.filter(product=product, repository=repository, ready=False)
    for half in halves.filter(at__lt=yesterday):
        forget(half)


def may_undo(run: HistoryRun) -> bool:
    """Whether a reading counts, and no later one of its repository goes on from it."""
    return run.is_live and reads.live_runs(run.product, run.repository)[0].pk == run.pk


def undo_run(run: HistoryRun, *, by, progress: Progress = nothing) -> None:
    """Take a reading back; those it replaced count again.

    raises: ValidationError where it does not count any more, or a later one goes on from it
    """
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=run.product_id)
        run.refresh_from_db()
        if not may_undo(run):
            raise ValidationError("Take back the newest reading of the repository first.")
        run.undone_at = timezone.now()
        run.save(update_fields=["undone_at"])
        HistoryRun.objects.filter(replaced_by=run).update(replaced_by=None)
        bring_back(reads.live_runs(product, run.repository))
        history.record(run, by=by, action="took back history")
        make_due(*teams_concerned(product))
    refresh_figures(product)
    remove_changes(run, progress)


def remove_changes(run: HistoryRun, progress: Progress) -> None:
    """Delete the changes of a reading, some at a time."""
    done = 0
    while some := list(run.changes.order_by().values_list("pk", flat=True)[:AT_ONCE]):
        MinedChange.objects.filter(pk__in=some).delete()
        done += len(some)
        progress(done)


def notes_of(repository: Repository, found: Mined) -> list[str]:
    notes = future_note(found.gathered)
    if repository.is_shallow:
        notes.append("The clone is shallow: what is older than its edge is unknown.")
    if found.rewritten:
        notes.append("The commit known before is gone: everything was read anew.")
    return notes


def future_note(found: Gathered) -> list[str]:
    n = found.in_future
    said = "1 change is" if n == 1 else f"{n:,} changes are"
    return [f"{said} dated in the future and count from that day on."] if n else []


def name_of(path: Path) -> str:
    """A repository's name after its folder."""
    folder = path.resolve()
    return (folder.parent if folder.name == ".git" else folder).name.removesuffix(".git")


def at_second(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def at_midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
