"""What a reader of an item's dates has to know beside them, in sentences."""

import datetime

from django.utils.translation import gettext as _

from roadmaps.models import Item, ItemLink
from roadmaps.pages.item import ItemPage
from tpm import formats
from tpm.models import Membership, Team, TeamShare


def notes(page: ItemPage) -> list[str]:
    """The most surprising first; none for what is not simulated."""
    if page.dates is None or page.fresh.run is None:
        return []
    found = [*unlimited(page), *past_pin(page), *too_early(page)]
    if page.dates.overload:
        found.append(
            _("It is pinned, and starts without a free place in %(share)s of trials.")
            % {"share": formats.percent(page.dates.overload)}
        )
    if page.dates.violated:
        found.append(
            _("It starts before what it waits for has ended in %(share)s of trials.")
            % {"share": formats.percent(page.dates.violated)}
        )
    if not (page.dates.p50 and page.dates.p85 and page.dates.p95):
        found.append(
            _("No picture of its finish: one of the dates lies beyond ten years, and no further "
              "than that is looked.")
        )  # fmt: skip
    return found


def unlimited(page: ItemPage) -> list[str]:
    """Why no place limits when it starts, where none does."""
    item = page.item
    if item.kind == Item.Kind.MILESTONE or page.children:
        return []
    if item.team is None:
        return [
            _("No team: nothing limits when it starts, so its dates are early. Give it a team, and "
              "it waits for a place.")
        ]  # fmt: skip
    return [note for team in teams_at_work(page) for note in unlimited_in(item, team)]


def teams_at_work(page: ItemPage) -> list[Team]:
    """Its own team, and those beside it."""
    own = [page.item.team] if page.item.team else []
    return [part.team for part in page.parts] or own


def unlimited_in(item: Item, at_work: Team) -> list[str]:
    """Why this team's places do not limit when it starts, where they do not."""
    team = {"team": at_work.name}
    if not TeamShare.objects.filter(team=at_work, product=item.product_id).exists():
        return [
            _("%(team)s does not serve this product: nothing limits when it starts, so its dates "
              "are early.") % team
        ]  # fmt: skip
    if not Membership.objects.filter(team=at_work).exists():
        return [
            _("Nobody is recorded in %(team)s: nothing limits when it starts, so its dates are "
              "early. Add its people, and it waits for a place.") % team
        ]  # fmt: skip
    return []


def past_pin(page: ItemPage) -> list[str]:
    """A pinned day that has passed without a start."""
    item, run = page.item, page.fresh.run
    if run is None or not item.pinned or item.state != Item.State.PLANNED:
        return []
    if item.not_before is None or item.not_before >= run.as_of:
        return []
    day = {"day": formats.day(item.not_before)}
    return [_("It is pinned to %(day)s, which has passed: it starts now.") % day]


def too_early(page: ItemPage) -> list[str]:
    """A target before what the item waits for is likely to end."""
    target = page.item.target_date
    if target is None:
        return []
    late = []
    for link in page.links[0]:
        other = page.other_dates.get(link.predecessor_id)
        if link.kind == ItemLink.Kind.FS and other and other.p50 and other.p50 > target:
            late.append((other.p50, link.predecessor.key))
    return [says(key, day, target) for day, key in sorted(late, reverse=True)[:1]]


def says(key: str, day: datetime.date, target: datetime.date) -> str:
    return _(
        "%(key)s, which it waits for, ends on %(day)s at P50, after its target of %(target)s."
    ) % {"key": key, "day": formats.day(day), "target": formats.day(target)}
