"""Which teams an item needs, and how much of it each does."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roadmaps.forecasting import PlanPart
from roadmaps.models import Item, ItemTeam
from tpm import formats, history, operations, revisions
from tpm.editing import EditConflict
from tpm.models import Product, Team
from tpm.roles import teams_of

MOST = 6
"""Teams of one item; more is a whole that wants parts."""
LONGEST = 10_000


class Part(NamedTuple):
    """What one team does of an item. days: only the proportion to the others counts."""

    team: Team
    days: float
    crew: int = 1


def parts_of(item: Item) -> list[Part]:
    """The parts of an item of several teams, its own team first; none where one does it all."""
    return [Part(row.team, row.days, row.crew) for row in item.team_parts]


def in_equal_parts(item: Item, teams: Sequence[Team]) -> list[Part]:
    """Teams that share an item evenly: each has its part of the likely effort, or of one day."""
    newest = item.estimates.first() if item.pk else None
    days = (newest.p50_days if newest else float(len(teams))) / len(teams)
    return [Part(team, days, item.crew if not k else 1) for k, team in enumerate(teams)]


def with_team(parts: Sequence[Part], team: Team) -> list[Part]:
    """The parts when another team is the first: it takes that place, or changes it with its own."""
    first, *others = parts
    for k, each in enumerate(others):
        if each.team.pk == team.pk:
            return [each, *others[:k], first, *others[k + 1 :]]
    return [first._replace(team=team), *others]


def plan_parts(parts: Sequence[Part]) -> tuple[PlanPart, ...]:
    """Parts as the engine reads them; none of one team alone."""
    if len(parts) < 2:
        return ()
    return tuple(PlanPart(part.team.pk, part.days, part.crew) for part in parts)


def words_of(parts: Sequence[Part]) -> str:
    """`Payments 6, Platform 4` for histories and sentences; one team is its name alone."""
    if len(parts) == 1:
        return parts[0].team.name
    return ", ".join(f"{part.team.name} {formats.amount(part.days)}" for part in parts)


_PART = re.compile(r"#?([\w-]+)\s*=\s*([\d.,]+)(?:\s*[x×]\s*(\d+))?")


def parts_from_text(text: str) -> list[tuple[str, float, int]]:
    """(short name, person-days, crew) of each team, from `pay=6 risk=4x2`.

    raises: ValueError with a sentence when the text says nothing of the kind
    """
    found = [
        (slug, float(days.strip(",").replace(",", ".")), int(crew or 1))
        for slug, days, crew in _PART.findall(text)
        if days.strip(",.").replace(",", ".").count(".") <= 1 and days.strip(",.")
    ]
    left = _PART.sub(" ", text).replace(",", " ").split()
    if not found or left:
        raise ValueError(_("Type teams with their person-days, such as pay=6 risk=4."))
    return found


def text_of(parts: Sequence[Part]) -> str:
    """The same text of parts: `pay=6 risk=4x2`."""
    return " ".join(
        f"{part.team.slug}={part.days:g}" + (f"x{part.crew}" if part.crew > 1 else "")
        for part in parts
    )


def names_of(parts: Iterable[Part]) -> str:
    return ", ".join(part.team.name for part in parts)


def check_parts(product: Product, parts: Sequence[Part]) -> None:
    """raises: ValidationError, in words, for parts that no item can have"""
    if len(parts) > MOST:
        raise ValidationError(_("An item names %(n)s teams at the most.") % {"n": MOST})
    seen: set[int] = set()
    serving = set(teams_of(product).values_list("pk", flat=True))
    for part in parts:
        name = {"team": part.team, "product": product}
        if part.team.pk in seen:
            raise ValidationError(_("An item names a team once: %(team)s is twice here.") % name)
        if part.team.pk not in serving:
            raise ValidationError(_("%(team)s does not serve %(product)s.") % name)
        if not 0 < part.days <= LONGEST:
            raise ValidationError(
                _("The part of %(team)s is more than 0 and at most 10,000 person-days.") % name
            )
        if not 1 <= part.crew <= 50:
            raise ValidationError(_("1 to 50 people of %(team)s are at work on it at once.") % name)
        seen.add(part.team.pk)


@transaction.atomic
def share_item(
    item: Item, *, by, parts: Sequence[Part], version: int | None = None, why: str = "",
    action: str = "edited",
) -> bool:  # fmt: skip
    """Say which teams an item needs, the first being its own; one alone does all of it.

    returns: whether anything changed
    raises:  EditConflict when somebody saved first; ValidationError for a team that is named
             twice, does not serve the product, or has no part of it
    """
    Product.objects.select_for_update().get(pk=item.product_id)
    locked = Item.objects.select_for_update().get(pk=item.pk)
    if not parts:
        raise ValidationError(_("Name the team that does it."))
    check_parts(locked.product, parts)
    old = parts_of(locked)
    was = kept(locked, old)
    becomes = kept_parts(parts)
    if was == becomes:
        return False
    if version is not None and version != locked.version:
        raise EditConflict(locked, {"team": parts[0].team})
    own = locked.team
    before = words_of(old) if old else (own.name if own else None)
    store(locked, parts)
    changes: dict[str, tuple] = {"teams": (before, words_of(parts))}
    if own != locked.team:
        changes["team"] = (own, locked.team)  # so that no import takes it back
    history.record(locked, by=by, action=action, changes=changes, why=why)
    operations.note("shared", id=locked.pk, old=was, new=becomes)
    revisions.bump(locked.product_id)
    item.team, item.crew, item.team_days = locked.team, locked.crew, locked.team_days
    item.version = locked.version
    return True


def store(item: Item, parts: Sequence[Part]) -> None:
    """Write the parts of a held item; where one team is left it has no part of its own."""
    first, *others = parts
    item.team, item.crew = first.team, first.crew
    item.team_days = first.days if others else None
    item.version += 1
    item.full_clean()
    item.save()
    item.further_teams.all().delete()
    for part in others:
        row = ItemTeam(item=item, team=part.team, days=part.days, crew=part.crew)
        row.full_clean()
        row.save()


def kept_parts(parts: Sequence[Part]) -> list[list]:
    """Parts as a step of an operation keeps them; the days of one team alone say nothing."""
    several = len(parts) > 1
    return [[part.team.pk, float(part.days) if several else None, part.crew] for part in parts]


def kept(item: Item, parts: Sequence[Part]) -> list[list]:
    return kept_parts(parts) if parts else [[item.team_id, None, item.crew]]


def put_back(item: Item, *, by, here: list[list], there: list[list], action: str) -> None:
    """Give an item the teams that a step kept.

    raises: ValidationError when somebody changed them since, or a team is gone
    """
    locked = Item.objects.select_for_update().get(pk=item.pk)
    if kept(locked, parts_of(locked)) != here:
        raise ValidationError(_("The teams of %(key)s were changed since.") % {"key": item.key})
    if there[0][0] is None:
        clear(locked, by=by, crew=there[0][2], action=action)
        return
    teams = Team.objects.in_bulk([pk for pk, _days, _crew in there])
    if len(teams) < len(there):
        raise ValidationError(_("A team of before is gone."))
    parts = [Part(teams[pk], days or 1.0, crew) for pk, days, crew in there]
    share_item(locked, by=by, parts=parts, action=action)


def clear(item: Item, *, by, crew: int, action: str) -> None:
    """An item of several teams belonged to none before."""
    old = words_of(parts_of(item))
    item.further_teams.all().delete()
    item.team, item.team_days, item.crew = None, None, crew
    item.version += 1
    item.save()
    history.record(item, by=by, action=action, changes={"teams": (old, None)})
    revisions.bump(item.product_id)
