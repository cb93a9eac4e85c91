"""Another first team of items that need several, for many of them at once."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects

from roadmaps.models import Item, ItemTeam
from roadmaps.services.teams import parts_of, with_team, words_of
from tpm.models import Team


class Lead(NamedTuple):
    """What another first team brings with it.

    fields:  of the item, to be written together with its team
    changes: what history says beside the team
    """

    fields: dict[str, Any]
    changes: dict[str, tuple[str, str]]


NOTHING_MORE = Lead({}, {})


def change_leads(named: Iterable[tuple[Item, Team | None]]) -> dict[int, Lead]:
    """Write the further teams of held items that get another first team, and only those.

    A further team changes places with the first, each with its own days and people, as the
    services do it. So the way back is to name the team of before.

    named:   items as they are, each with its team to be; no team at all leaves the others as they
             are, for when there is one again
    returns: what is still to be written, by item id
    """
    pairs = [(item, team) for item, team in named if team is not None]
    prefetch_related_objects([item for item, _ in pairs], "further_teams__team")
    leads: dict[int, Lead] = {}
    turned, twice = [], []
    for item, team in pairs:
        rows = list(item.further_teams.all())
        twice += [row.pk for row in rows if row.team_id == item.team_id]
        row = next((row for row in rows if row.team_id == team.pk), None)
        if old := parts_of(item):
            first, *_others = new = with_team(old, team)
            if row is not None:
                row.team, row.days, row.crew = old[0]
                turned.append(row)
            changes = {"teams": (words_of(old), words_of(new))}
            leads[item.pk] = Lead({"crew": first.crew, "team_days": first.days}, changes)
        elif row is not None:  # it had no first team
            leads[item.pk] = Lead({"crew": row.crew, "team_days": row.days}, {})
    if twice:
        ItemTeam.objects.filter(pk__in=twice).delete()
    if turned:
        ItemTeam.objects.bulk_update(turned, ["team", "days", "crew"])
    return leads
