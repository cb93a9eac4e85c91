"""What stands around every tab of a decision: its head, its state and its rail."""

from django.db.models import Q
from django.utils import timezone

from tpm import formats
from tradeoffs import ceremony, matrix, queries, waiting_cost
from tradeoffs.models import Decision, Supersession
from tradeoffs.pages import follow as follow_page
from tradeoffs.pages import record as record_page
from tradeoffs.pages import rows
from tradeoffs.views import tabs
from tradeoffs.views.common import crumbs, next_steps


def frame(request, decision: Decision, tab: str) -> dict:
    """The context of `tradeoffs/record.html` and `tradeoffs/rail.html`.

    decision: read with its matrix (`decision_for(…, matrix=True)`); tab: a name of `tabs.TABS`
    """
    weighed = matrix.of(decision)
    due, due_class, due_more = rows.next_due(decision, timezone.localdate())
    steps = next_steps(request.user, decision)
    plan = getattr(decision, "review_plan", None)
    items = queries.items_with_dates(decision)
    ends = Q(old=decision) | Q(new=decision)
    chain = list(Supersession.objects.filter(ends).select_related("old", "new"))
    label = str(dict(tabs.TABS)[tab]) if tab != "detail" else ""
    return {
        "product": decision.product,
        "crumbs": crumbs(decision, (label, "")) if label else crumbs(decision),
        "tab_label": label,
        "tabs": tabs.strip(decision, tab, counts(decision, weighed)),
        "decision": decision,
        "matrix": weighed,
        "verdict_badge": rows.verdict_badge(weighed.verdict),
        "can": steps,
        "who_moves_it": ceremony.who_moves_it(request.user, decision, steps),
        "tier_says": ceremony.tier_says(decision),
        "tier_asks": ceremony.tier_asks(decision.tier) if decision.is_open else [],
        "answers_due": plan.due_on if plan and decision.is_open else None,
        "due": due,
        "due_class": due_class,
        "due_more": due_more,
        "stages": record_page.stages(decision, formats.day, due if decision.due_on else ""),
        "items": items,
        "waiting_cost": waiting_cost.of(decision, [item for item, _p85 in items]),
        "involved": list(decision.involved.select_related("person")),
        "components": decision.components.all(),
        "reviewers": decision.reviewers.select_related("person"),
        "replaces": [row for row in chain if row.new_id == decision.pk],
        "replaced_by": [row for row in chain if row.old_id == decision.pk],
    } | follow_page.rail(decision, request.user, timezone.localdate())


def counts(decision: Decision, weighed: matrix.Matrix) -> dict[str, str]:
    """What stands beside the names of the tabs."""
    told = weighed.cells and not weighed.unseen
    scored = f"{weighed.scored} of {weighed.cells}" if told else ""
    return {"history": f"v{decision.version}", "matrix": scored}
