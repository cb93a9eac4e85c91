"""What a way of weighing comes to, in words, and what was typed into each way before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from tradeoffs.maths import statement, weights
from tradeoffs.maths.weights import ACCEPTABLE, EDITIONS
from tradeoffs.models import Criterion, Decision, Weighting
from tradeoffs.services.weights import computed

FIELDS = ("weight-", "pair-")
KEPT, MOST = "weighed", 8
SAME = 1e-6


def said(
    criteria: Sequence[Criterion], shares: Sequence[float], judged: weights.Judged | None
) -> dict[str, Any]:
    """What the method makes of it: shares, and how consistent judgements in pairs are."""
    pairs = sorted(zip(criteria, shares, strict=True), key=lambda pair: -pair[1])
    found: dict[str, Any] = {
        "shares": [(c.name, statement.percent(round(share, 3))) for c, share in pairs]
    }
    if judged is None or judged.cr is None:
        return found
    found |= {
        "ratio": f"{judged.cr:.2f}",
        "edition": EDITIONS[judged.edition],
        "consistent": judged.acceptable,
        "acceptable": f"{ACCEPTABLE:.2f}",
    }
    if judged.worst is not None and judged.implied is not None and not judged.acceptable:
        first, second = (criteria[place] for place in judged.worst)
        ratio = judged.implied if judged.implied >= 1 else 1 / judged.implied
        way = (first, second) if judged.implied >= 1 else (second, first)
        found |= {
            "worst": f"{first.name} against {second.name}",
            "implied": f"{way[0].name} {ratio:.1f} times {way[1].name}",
            "worst_id": f"id_pair-{first.pk}-{second.pk}",
        }
    return found


def contradiction(decision: Decision, criteria: Sequence[Criterion]) -> dict[str, Any] | None:
    """Of weights that came from pairs which contradict each other: what `said` tells of them.

    None where they agree, and where the weights have changed since they were judged in pairs
    """
    row = Weighting.objects.filter(decision=decision, method=Weighting.Method.AHP).first()
    if row is None or row.ratio is None or row.ratio <= ACCEPTABLE:
        return None
    try:
        shares, judged = computed(list(criteria), row.method, row.said)
    except ValidationError:
        return None
    pairs = zip(criteria, shares, strict=True)
    if any(abs(criterion.weight - share) > SAME for criterion, share in pairs):
        return None
    found = said(criteria, shares, judged)
    return found if "worst" in found else None


def of_start(criteria: Sequence[Criterion], form) -> dict[str, Any] | None:
    """What the values come to with which a form opens; None where nothing was said yet."""
    if not form.began:
        return None
    try:
        return said(criteria, *computed(list(criteria), form.method, form.began))
    except ValidationError:
        return None


def fields_of(row: Weighting | None) -> dict[str, str]:
    """What was said to a method, by the names of its form's fields."""
    if row is None:
        return {}
    if row.method == Weighting.Method.AHP:
        return {f"pair-{name.replace(':', '-')}": str(ratio) for name, ratio in row.said.items()}
    return {f"weight-{pk}": f"{float(x):.6g}" for pk, x in row.said.items()}


def keep(session, decision: Decision, method: str, posted: Mapping[str, Any], version: int) -> None:
    """Keep what is typed into one method while another is looked at; of a few decisions each."""
    kept = {key: one for key, one in session.get(KEPT, {}).items() if key != decision.key}
    mine = session.get(KEPT, {}).get(decision.key, {})
    values = {name: str(posted[name])[:40] for name in posted if name.startswith(FIELDS)}
    mine[method] = {"version": version, "values": values}
    session[KEPT] = dict([*kept.items(), (decision.key, mine)][-MOST:])


def start(
    session, decision: Decision, method: str, stored: Weighting | None, version: int
) -> dict[str, str]:
    """What a form begins with: what was typed here, else what was saved by this method.

    version: of the weights; what somebody saved by this method since comes before what was typed
    """
    mine = session.get(KEPT, {}).get(decision.key, {}).get(method)
    saved = stored if stored is not None and stored.method == method else None
    if mine and (saved is None or mine["version"] == version):
        return mine["values"]
    return fields_of(saved)
