"""What others tell the plan about a team's capacity, as plain numbers."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from roadmaps.models import CapacityEffect, Item, TeamDrag
from tpm import history, operations, revisions
from tpm.models import Team


@transaction.atomic
def add_capacity_effect(
    item: Item,
    *,
    by,
    team: Team,
    kind: str,
    p10: float,
    p50: float,
    p90: float,
    until: datetime.date | None = None,
) -> CapacityEffect:
    """When this item is done, the team gets capacity back or loses it.

    raises: ValidationError when the range is out of order
    """
    effect = CapacityEffect(item=item, team=team, kind=kind, p10=p10, p50=p50, p90=p90, until=until)
    effect.full_clean()
    effect.save()
    note_effect(effect, there=True)
    changes = {f"{kind} of {team.name}": (None, (p10, p50, p90))}
    history.record(item, by=by, action="changes capacity", changes=changes)
    revisions.bump(item.product_id)
    return effect


@transaction.atomic
def remove_capacity_effects(item: Item, *, by) -> None:
    """Finishing this item no longer changes any team's capacity."""
    for effect in item.capacity_effects.select_related("team"):
        changes = {
            f"{effect.kind} of {effect.team.name}": ((effect.p10, effect.p50, effect.p90), None)
        }
        history.record(item, by=by, action="no longer changes capacity", changes=changes)
        note_effect(effect, there=False)
        effect.delete()
        revisions.bump(item.product_id)


def note_effect(effect: CapacityEffect, *, there: bool) -> None:
    """Tell of an effect that is there now, or no longer."""
    operations.note(
        "capacity",
        id=effect.item_id,
        team=effect.team_id,
        effect=effect.kind,
        range=[effect.p10, effect.p50, effect.p90],
        until=operations.raw(effect.until),
        there=there,
    )


@transaction.atomic
def put_effect(step: operations.Step, *, by, there: bool) -> None:
    """Let finishing an item change a team's capacity as a step says, or no longer.

    raises: Refused where the effect is another one by now
    """
    item = Item.objects.filter(pk=step["id"]).first()
    team = Team.objects.filter(pk=step["team"]).first()
    if item is None or team is None:
        raise operations.Refused(_("The item or the team whose capacity it changed is gone."))
    p10, p50, p90 = step["range"]
    same = item.capacity_effects.filter(team=team, kind=step["effect"])
    as_kept = same.filter(p10=p10, p50=p50, p90=p90, until=step["until"])
    if (same if there else as_kept).exists() == there:
        words = {"key": item.key, "team": team.name}
        raise operations.Refused(
            _("What %(key)s does to the capacity of %(team)s was changed since.") % words
        )
    if there:
        until = datetime.date.fromisoformat(step["until"]) if step["until"] else None
        add_capacity_effect(
            item, by=by, team=team, kind=step["effect"], p10=p10, p50=p50, p90=p90, until=until
        )
    else:
        effect = as_kept.select_related("team")[0]
        changes = {f"{effect.kind} of {team.name}": ((p10, p50, p90), None)}
        history.record(item, by=by, action="no longer changes capacity", changes=changes)
        effect.delete()
        revisions.bump(item.product_id)


@transaction.atomic
def record_team_drag(
    team: Team,
    *,
    p10: float,
    p50: float,
    p90: float,
    capped: bool = False,
    history: Sequence[tuple[datetime.date, float]] = (),
) -> TeamDrag | None:
    """The share of a team's capacity lost to interest; every plan it serves becomes due.

    history: (day, mean drag from that day on), oldest first
    returns: None when nothing changed since the newest row
    """
    steps = [[str(day), round(drag, 6)] for day, drag in history]
    newest = team.drags.first()
    fields = {"p10": round(p10, 6), "p50": round(p50, 6), "p90": round(p90, 6), "capped": capped}
    if (
        newest
        and newest.history == steps
        and all(getattr(newest, name) == value for name, value in fields.items())
    ):
        return None
    drag = TeamDrag(team=team, history=steps, **fields)
    drag.full_clean(exclude=["team"])  # it was read a moment ago
    drag.save()
    revisions.bump_served_by(team)
    return drag
