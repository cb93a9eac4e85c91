"""The page of histories in ready strings."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.models import HistoryRun, OwnersFile
from debt.services.history_jobs import found_words
from tpm import formats

WHY = {
    "by a program": "by programs",
    "more than 30 files": "of more than 30 files",
    "without files": "without files",
    "known already": "known already",
}


@dataclass(frozen=True)
class RunRow:
    """One reading. state: counts, replaced or undone"""

    run: HistoryRun
    said: str
    left_out: str
    days: str
    state: str
    may_undo: bool


def run_rows(runs: Sequence[HistoryRun]) -> list[RunRow]:
    """Readings, the newest first; of each repository the newest one that counts may be undone."""
    seen: set[str] = set()
    rows = []
    for run in runs:
        first = run.is_live and run.repository not in seen
        if run.is_live:
            seen.add(run.repository)
        rows.append(
            RunRow(
                run=run,
                said=found_words(run),
                left_out=left_out_words(run.left_out),
                days=days_of(run),
                state=state_of(run),
                may_undo=first,
            )
        )
    return rows


def left_out_words(left_out: Mapping[str, int]) -> str:
    """`3 by programs, 1 of more than 30 files`."""
    return ", ".join(
        f"{formats.number(count)} {WHY.get(why, why)}" for why, count in left_out.items()
    )


def preview_rows(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What reading a log would find: (name, value) of each."""
    rows = [
        (_("Commits in it"), formats.number(report["commits"])),
        (_("Count as changes"), formats.number(report["changes"])),
        (_("Kept one by one, of the last year"), formats.number(report["kept in full"])),
        (_("Files"), formats.number(report["files"])),
        (_("Of them in a component"), formats.number(report["files of a component"])),
    ]
    if report["from"]:
        first, last = (datetime.date.fromisoformat(report[name]) for name in ("from", "to"))
        rows.append(
            (_("Days"), f"{formats.day(first, year=True)} – {formats.day(last, year=True)}")
        )
    return rows


def days_of(run: HistoryRun) -> str:
    if run.first_day is None or run.last_day is None:
        return ""
    return f"{formats.day(run.first_day, year=True)} – {formats.day(run.last_day, year=True)}"


def state_of(run: HistoryRun) -> str:
    if run.undone_at is not None:
        return _("taken back")
    return _("replaced") if run.replaced_by_id is not None else _("counts")


def owner_words(rows: Sequence[OwnersFile]) -> str:
    """Which repositories have a CODEOWNERS that counts."""
    if not rows:
        return _("No CODEOWNERS is known.")
    return _("Known of %(names)s.") % {"names": ", ".join(row.repository for row in rows)}


def as_of_words(days: Sequence[datetime.datetime]) -> str:
    """Until when the readings of each repository go: one day, or the first and the last."""
    known = sorted({timezone.localdate(day) for day in days})
    if not known:
        return ""
    if len(known) == 1:
        return _("as of %(day)s") % {"day": formats.day(known[0])}
    return _("each repository as of its newest reading, %(first)s to %(last)s") % {
        "first": formats.day(known[0]), "last": formats.day(known[-1]),
    }  # fmt: skip


def spot_rows(spots: Sequence[tuple[str, Hotspot]]) -> list[dict[str, str]]:
    """Files as they are listed; where some have lines, one without has no share of the hottest."""
    some = any(spot.size is not None for _repository, spot in spots)
    return [
        {
            "repository": repository,
            "path": spot.path,
            "touches": formats.number(spot.touches, 1),
            "size": formats.number(spot.size) if spot.size is not None else _("unknown"),
            "heat": "–" if some and spot.size is None else formats.percent(spot.heat),
        }
        for repository, spot in spots
    ]


def pair_rows(pairs: Sequence[tuple[str, Pair]]) -> list[dict[str, str]]:
    return [
        {
            "repository": repository,
            "first": pair.entity,
            "second": pair.coupled,
            "degree": f"{pair.degree} %",
            "shared": formats.number(pair.shared),
        }
        for repository, pair in pairs
    ]


def team_rows(shares: dict[str, float]) -> list[tuple[str, str]]:
    """(team, share of the touches), the largest first; no team last."""
    known = sorted(shares.items(), key=lambda row: (not row[0], -row[1], row[0]))
    return [(team or _("no component’s paths"), formats.percent(share)) for team, share in known]
