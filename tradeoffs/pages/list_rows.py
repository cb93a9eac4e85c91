"""Rows of the decision list: what follows from the matrix is kept beside each decision.

A list of a hundred weighs nothing: the answer is looked up, and only what changed since is weighed.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tpm.marks import badge_html
from tpm.svg import esc
from tpm.templatetags.tpm import avatar
from tradeoffs import heard, matrix, queries, queries_follow, unseen
from tradeoffs.models import Decision, Drift, Robustness, Summary
from tradeoffs.pages import rows
from tradeoffs.pages.follow import most_pressing
from tradeoffs.reality import Real

FORM = 5
"""Counts up when what is kept changes its form or its words."""
COLUMNS = ("pk", "key", "title", "state", "version", "due_on", "check_on", "decided_at",
           "driver_name", "stamp", "kept", "drawn_at", "agreed_at", "leads_now",
           "led_then", "unseen_cells")  # fmt: skip


def wanted(decisions: QuerySet[Decision], viewer) -> QuerySet:
    """The columns of a row, in one query."""
    decisions = queries.seen_by(viewer, decisions)
    runs = Robustness.objects.filter(decision=OuterRef("pk"), frozen=False)
    drifts = Drift.objects.filter(decision=OuterRef("pk"), ended_at=None)
    return decisions.annotate(
        driver_name=F("driver__name"),
        stamp=F("summary__stamp"),
        kept=F("summary__data"),
        drawn_at=Subquery(runs.values("at")[:1]),
        agreed_at=F("updated_at"),
        leads_now=Subquery(drifts.values("leader")[:1]),
        led_then=Subquery(drifts.values("leader_then")[:1]),
    ).values(*COLUMNS)


def of(found: Iterable[dict[str, Any]], *, today: datetime.date) -> list[rows.Row]:
    """Rows of `wanted`, weighing only those whose summary is of another moment."""
    listed = list(found)
    stamps = {row["pk"]: stamp_of(row) for row in listed}
    kept = {row["pk"]: row["kept"] for row in listed if row["stamp"] == stamps[row["pk"]]}
    missing = [row["pk"] for row in listed if row["pk"] not in kept]
    if missing:
        kept |= weigh(missing, stamps, {row["pk"]: row["kept"] or {} for row in listed})
    accepted = {
        row["pk"]: row["check_on"] for row in listed if row["state"] == Decision.State.ACCEPTED
    }
    real = queries_follow.realities(accepted, today)
    return [one(row, covered(row, kept[row["pk"]]), today, real.get(row["pk"])) for row in listed]


def covered(row: dict[str, Any], kept: dict[str, str]) -> dict[str, str]:
    """What is kept of a matrix, without what a scorer of it must not see yet."""
    if not row["unseen_cells"]:
        return kept
    return kept | {
        "summary": "", "verdict": "", "winner": unseen.HIDDEN.capitalize(), "total": "", "bar": "",
        "beside": "",
    }  # fmt: skip


def stamp_of(row: dict[str, Any]) -> str:
    """Names all that a summary follows from: the decision, its draws, and the limits of words."""
    drawn = row["drawn_at"].timestamp() if row["drawn_at"] else 0
    limits = hash(matrix.limits()) & 0xFFFFFFFF
    return f"{FORM}:{row['version']}:{row['agreed_at'].timestamp()}:{drawn}:{limits}"


def weigh(
    pks: Sequence[int], stamps: dict[int, str], before: dict[int, dict[str, str]]
) -> dict[int, dict[str, str]]:
    """Weigh decisions anew, and keep what came of it beside what else is kept of them."""
    decisions = queries.with_matrix(Decision.objects.filter(pk__in=pks), viewer=None)
    marks = {
        pk: {heard.MARK: said[heard.MARK]} for pk, said in before.items() if heard.MARK in said
    }
    found = {row.pk: {**marks.get(row.pk, {}), **summary(row)} for row in decisions}
    made = [Summary(decision_id=pk, stamp=stamps[pk], data=data) for pk, data in found.items()]
    try:
        with transaction.atomic():
            Summary.objects.bulk_create(
                made, update_conflicts=True, unique_fields=["decision"],
                update_fields=["stamp", "data"],
            )  # fmt: skip
    except DatabaseError:
        pass  # somebody else keeps the same at this moment: the next look will find it
    return found


def summary(decision: Decision) -> dict[str, str]:
    """What a row says of a matrix, as plain text and a drawing."""
    row = rows.of(decision, today=datetime.date.min)
    weighed = matrix.of(decision)
    return {
        "summary": row.summary,
        "criteria": row.criteria,
        "verdict": weighed.verdict.word if weighed.verdict else "",
        "winner": row.winner,
        "total": row.total,
        "beside": row.beside,
        "bar": str(row.bar),
    }


def one(
    row: dict[str, Any], kept: dict[str, str], today: datetime.date, real: Real | None = None
) -> rows.Row:
    due, due_class, due_more = rows.due_of(
        row["state"], row["due_on"], row["check_on"], row["decided_at"], today
    )
    word = kept["verdict"]
    verdict: SafeString | str = ""
    if word in rows.VERDICTS:
        label, tint, icon = rows.VERDICTS[word]
        verdict = badge_html(word, label, tint, icon)
    return rows.Row(
        key=row["key"],
        url=reverse("tradeoffs:decision-detail", args=[row["key"]]),
        title=row["title"],
        summary=kept["summary"],
        criteria=kept["criteria"],
        state=states(row["state"], real, drifted(row["leads_now"], row["led_then"])),
        verdict=verdict,
        winner=kept["winner"],
        total=kept["total"],
        beside=kept["beside"],
        bar=mark_safe(kept["bar"]),  # noqa: S308 - drawn by `drawing.lead_bar`, kept by us
        driver=row["driver_name"] or "",
        due=due,
        due_class=due_class,
        due_more=due_more,
    )


def drifted(now: str | None, then: str | None) -> str:
    """What today's numbers would change, of a decision that drifted."""
    if not now:
        return ""
    return _("Barely wins now") if now == then else _("%s would win now") % now


def states(state: str, real: Real | None, drift: str) -> SafeString:
    """The state on paper, and under it in words the most pressing thing that is so."""
    so = (drift, "c-warn") if drift else most_pressing(real)
    if so is None:
        return badge_html(state)
    words, tone = so
    return mark_safe(  # noqa: S308 - a badge of ours, and words that are escaped
        f'{badge_html(state)}<small class="so {tone}">{esc(words)}</small>'
    )


def html(listed: Sequence[rows.Row], *, nobody: str, select: str) -> SafeString:
    """The lines of the table. select: words before the key of what a box selects"""
    return mark_safe("".join(line(row, nobody, select) for row in listed))  # noqa: S308


def line(row: rows.Row, nobody: str, select: str) -> str:
    """One line: every text goes through `esc`, badges and drawings are markup of ours."""
    won = (
        f'<span class="w"><span>{esc(row.winner)}</span><b>{esc(row.total)}</b></span>{row.bar}'
        if row.total
        else f'<span class="faint">{esc(row.winner)}</span>'
    )
    if row.beside:
        won += f'<small class="faint">{esc(row.beside)}</small>'
    driver = avatar(row.driver) if row.driver else f'<span class="faint">{esc(nobody)}</span>'
    verdict = row.verdict or '<span class="faint">–</span>'
    return (
        f'<tr data-row><td class="bx"><input type="checkbox" form="bulk" name="key" '
        f'value="{esc(row.key)}" aria-label="{esc(select)} {esc(row.key)}"></td>'
        f'<th scope="row"><a href="{esc(row.url)}" title="{esc(row.summary)}">{esc(row.title)}</a>'
        f'<span class="sub-line"><span class="key">{esc(row.key)}</span>'
        f"<span>{esc(row.criteria)}</span></span></th>"
        f'<td class="narrow">{row.state}</td><td class="narrow rob">{verdict}</td>'
        f'<td class="win">{won}</td><td class="narrow own">{driver}</td>'
        f'<td class="due"><span class="{row.due_class}">{esc(row.due)}</span>'
        f"<small>{esc(row.due_more)}</small></td></tr>"
    )
