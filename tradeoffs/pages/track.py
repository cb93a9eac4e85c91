"""Rows of what is to be looked at again, and the board of how predictions did."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from tpm import formats
from tpm.models import Product
from tpm.svg import drawing, el, pct, text
from tradeoffs import following, queries_follow, reality, track_record
from tradeoffs.models import Decision, Firing, Prediction
from tradeoffs.services.predicting import outcome_said, said

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Fired:
    firing: Firing
    decision: Decision
    words: str
    says: str
    since: str
    owner: str
    url: str
    mine: bool
    """Whether the reader may answer."""
    reaffirm_url: str
    revise_url: str


def fired(
    rows: Sequence[Firing], labels: dict[str, str], user, today: datetime.date
) -> list[Fired]:
    found = []
    for row in rows:
        trigger, decision = row.trigger, row.trigger.decision
        args = [decision.key, row.pk]
        found.append(
            Fired(
                firing=row,
                decision=decision,
                words=following.waits_for(trigger, labels),
                says=row.says,
                since=formats.day(row.fired_at, today=today),
                owner=str(trigger.owner or ""),
                url=reverse("tradeoffs:decision-follow-up", args=[decision.key]),
                mine=queries_follow.may_answer(trigger, user),
                reaffirm_url=reverse("tradeoffs:firing-reaffirm", args=args),
                revise_url=reverse("tradeoffs:firing-revise", args=args),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Due:
    decision: Decision
    says: str
    url: str


def due(rows: Sequence[Decision], today: datetime.date) -> list[Due]:
    """Decisions to look back on, and why today."""
    open_ones = Prediction.objects.filter(decision__in=rows, outcome=None, due_on__lte=today)
    counts: dict[int, int] = {}
    for pk in open_ones.values_list("decision_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    found = []
    for row in rows:
        parts = []
        if row.check_on is not None and row.check_on <= today:
            parts.append(f"To be checked {formats.day(row.check_on, today=today)}.")
        n = counts.get(row.pk, 0)
        if n:
            parts.append(f"{n} prediction{'' if n == 1 else 's'} to check.")
        found.append(Due(row, " ".join(parts), reverse("tradeoffs:look-back", args=[row.key])))
    return found


def board(product: Product, user) -> dict:
    """The team's record in a product, and the reader's own; nothing below the guard.

    Whoever predicted is named nowhere: a person's record is shown to that person alone.
    """
    rows = list(queries_follow.checked_predictions(product))
    again, answered = queries_follow.same_again(product)
    return {
        "guard": track_record.GUARD,
        "team": record_of(rows),
        "own": record_of([row for row in rows if row.by_id == user.pk]),
        "reversed": track_record.share(*queries_follow.reversals(product)),
        "accepted": queries_follow.reversals(product)[1],
        "again": track_record.share(again, answered),
        "answered": answered,
        "newest": [line(row) for row in rows[:SHOWN]],
        "waiting": Prediction.objects.filter(
            decision__product=product, decision__state="accepted", outcome=None
        ).count(),
    }


def record_of(rows: Sequence[Prediction]) -> dict:
    pairs = [(row.chance, row.outcome) for row in rows if row.chance is not None]
    ranges = [(row.p10, row.p50, row.p90, row.outcome) for row in rows if row.p50 is not None]
    found = track_record.chances(pairs)  # type: ignore[arg-type]
    return {
        "n": len(rows),
        "n_chances": len(pairs),
        "n_numbers": len(ranges),
        "chances": found,
        "curve": curve(found) if found else "",
        "bins": bins(found) if found else [],
        "numbers": track_record.numbers(ranges),  # type: ignore[arg-type]
        "leanings": track_record.leanings(
            [(row.quality, row.p50, row.outcome) for row in rows if row.p50 is not None]  # type: ignore[misc]
        ),
    }


def line(row: Prediction) -> dict:
    assert row.outcome is not None
    kept = reality.kept(chance=row.chance, low=row.p10, high=row.p90, outcome=row.outcome)
    return {"row": row, "said": said(row), "outcome": outcome_said(row, row.outcome), "kept": kept}


def bins(found: track_record.Chances) -> list[dict]:
    """The curve as a table."""
    return [
        {
            "said": f"{one.chance * 100:.0f} %",
            "came": f"{one.came_true * 100:.0f} %",
            "between": f"{low * 100:.0f}–{high * 100:.0f} %",
            "n": one.n,
        }
        for one, (low, high) in found.curve
    ]


HEIGHT, TOP, FOOT = 220, 8, 24


def curve(found: track_record.Chances) -> SafeString:
    """What was said, left to right, against how often it came true; right on the line is best."""
    room = HEIGHT - TOP - FOOT

    def y(share: float) -> float:
        return TOP + (1 - share) * room

    shapes = ""
    for share in (0.0, 0.5, 1.0):
        shapes += el("line", class_="track", x1="8%", x2="98%", y1=y(share), y2=y(share))
        shapes += text(f"{share * 100:.0f} %", class_="t-3", x=0, y=y(share) + 4)
        label = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        shapes += text(
            f"{share * 100:.0f} %",
            class_="t-3",
            x=pct(across(share)),
            y=HEIGHT - 6,
            text_anchor=label,
        )
    shapes += el("line", class_="s-2", x1=pct(across(0)), x2=pct(across(1)), y1=y(0), y2=y(1))
    for one, (low, high) in found.curve:
        x = pct(across(one.chance))
        shapes += el("line", class_="edge", x1=x, x2=x, y1=y(low), y2=y(high))
        shapes += el("circle", class_="med", cx=x, cy=y(one.came_true), r=5)
    return drawing(
        shapes, height=HEIGHT, title="What we said, and how often it came true",
        desc="; ".join(f"said {b['said']}, came true {b['came']} of {b['n']}" for b in bins(found)),
    )  # fmt: skip


def across(share: float) -> float:
    return 0.08 + 0.9 * share
