"""How large each debt item is this month: the months make its growth."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from debt import queries
from debt.maths import contagion
from debt.models import DebtItem, Evidence, Finding, ScopeSize
from debt.queries import histories as queries_history
from debt.refresh import histories_of, make_due
from tpm.models import Team


def note_sizes(team_id: int) -> int:
    """Keep this month's size of each dragging item that history or a scanner measures.

    Safe to run twice: a month that is known is left alone.

    returns: how many were kept
    """
    team = Team.objects.filter(pk=team_id).first()
    month = queries.month_of(timezone.localdate())
    items = list(
        queries.dragging(team_id).exclude(sizes__month=month).select_related("product", "component")
    )
    if team is None or not items:
        return 0
    rows = sizes_of(team, items, month)
    with transaction.atomic():
        ScopeSize.objects.bulk_create(rows, batch_size=200, ignore_conflicts=True)
        if rows:
            make_due(team_id)
    return len(rows)


def sizes_of(team: Team, items: list[DebtItem], month: int) -> list[ScopeSize]:
    """Of the items that something measures; what is only declared has no size."""
    model = queries.current_model().parameters
    told = histories_of(team, items, model)
    touched = queries_history.touches_of(items, model, told=told)
    shown, found = evidence_of(items), findings_of(items)
    before = queries.sizes_of(items)
    coupled: dict[frozenset[str], int] = {}
    rows = []
    for item in items:
        touches = touched.get(item.pk)
        if touches is None and not found.get(item.pk):
            continue
        files = frozenset() if touches is None else touches.files
        if files and files not in coupled:
            coupled[files] = sum(
                len(queries_history.strongly_coupled(one, files)) for one in told[item.product_id]
            )
        row = ScopeSize(
            item=item,
            month=month,
            evidence=shown.get(item.pk, 0) + found.get(item.pk, 0),
            files=len(files),
            coupled=coupled.get(files, 0),
        )
        row.slope = contagion.measured([*before.get(item.pk, ()), (month, row.size)], model)
        rows.append(row)
    return rows


def evidence_of(items: Iterable[DebtItem]) -> Mapping[int, int]:
    """Links and notes of each item; its files count as its scope."""
    shown = Evidence.objects.filter(item__in=items).exclude(kind=Evidence.Kind.PATH)
    return counted(shown.order_by().values_list("item").annotate(Count("pk")))


def findings_of(items: Iterable[DebtItem]) -> Mapping[int, int]:
    """Open findings of each item that nobody accepted or called false."""
    found = Finding.objects.filter(item__in=items, state=Finding.State.OPEN, verdict="")
    return counted(found.order_by().values_list("item").annotate(Count("pk")))


def counted(rows: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for pk, count in rows:
        counts[pk] += count
    return counts
