"""What a shared page shows beside its drawing: the list and the objectives as ready rows."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps import queries, verdict
from roadmaps.filters import Choices
from roadmaps.models import Item, Objective, ShareLink
from roadmaps.pages import item_table
from roadmaps.pages import objectives as objective_page
from roadmaps.queries.dates import matching_chance
from roadmaps.timeline.address import Address
from roadmaps.timeline.shared import SharedTimeline
from roadmaps.timeline.whole import whole_address
from tpm import formats
from tpm.models import Person, Product
from tpm.svg import esc

NOBODY = AnonymousUser()


def address_of(link: ShareLink) -> Address:
    """The view that a link keeps, read with nobody's eyes."""
    address = Address.read(QueryDict(link.query))
    # “Me” is nobody here, and a term that names what is gone shows nothing rather than all.
    address = replace(address, asked=replace(address.asked, strict=True))
    untold = {"team": not link.facts.teams, "owner": not link.facts.owners, "component": True}
    if untold.get(address.lanes):
        address = replace(address, lanes="objective", shut=())
    return replace(address, scenario=0)


def kept_query(product: Product, query: str, by) -> str:
    """What of an address a link keeps. “Mine” becomes whose it is: a link has no reader."""
    address = whole_address(Address.read(QueryDict(query)))
    person = Person.objects.filter(user=by).values_list("pk", flat=True).first()
    # What is not understood narrows nothing where the link is made, but would where it is read.
    parts = address.asked.parts(Item.objects.filter(product=product), by, Choices.of(product))
    asked = address.asked.without(*(part.term for part in parts if part.condition is None))
    address = replace(address, asked=asked.saying_who(person), view="")
    return address.query().removeprefix("?")


class SharedPage:
    """Everything that one link shows, from the product alone."""

    def __init__(self, link: ShareLink) -> None:
        self.link = link
        self.facts = link.facts
        self.address = address_of(link)
        self.line = SharedTimeline(link.product, self.address, NOBODY, self.facts)

    @cached_property
    def list_head(self) -> list[str]:
        return [head for head, is_told in self.columns if is_told]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        told = self.facts
        return [
            (_("Key"), True), (_("Title"), True), (_("State"), True), (_("Objective"), True),
            (_("Team"), told.teams), (_("Owner"), told.owners), (_("Effort"), told.effort),
            (_("P50"), told.dates), (_("P85"), told.dates), (_("Target"), told.targets),
        ]  # fmt: skip

    @cached_property
    def list_rows(self) -> SafeString:
        found = item_table.matching(
            self.link.product, self.address.asked, NOBODY, self.line.fresh.run
        )
        shown = [is_told for _head, is_told in self.columns]
        return html_rows(
            [cell for cell, is_told in zip(cells(item), shown, strict=True) if is_told]
            for item in found
        )

    @cached_property
    def objective_head(self) -> list[str]:
        told = self.facts
        heads = [
            (_("Objective"), True), (_("Open items"), True), (_("P50"), told.dates),
            (_("P85"), told.dates), (_("Target"), told.targets),
        ]  # fmt: skip
        return [head for head, is_told in heads if is_told]

    @property
    def objectives(self) -> QuerySet[Objective]:
        """Open ones; where the link narrows the plan, those that its items work for."""
        found = Objective.objects.filter(product=self.link.product, closed_on=None)
        if not self.address.asked.narrows:
            return found
        whole = Item.objects.filter(product=self.link.product)
        shown = self.address.asked.apply(whole, NOBODY, Choices.of(self.link.product))
        return found.filter(pk__in=queries.objectives_of(self.link.product, shown))

    @cached_property
    def objective_rows(self) -> SafeString:
        """Open objectives; where the link narrows the plan, those that its items work for."""
        told, run = self.facts, self.line.fresh.run
        dates = queries.objective_forecasts(run)
        rows = []
        for each in self.objectives:
            row = dates.get(each.pk)
            line = [each.title, formats.number(row.open_items) if row else formats.UNKNOWN]
            if told.dates:
                line += [day(row.p50 if row else None), day(row.p85 if row else None)]
            if told.targets:
                line.append(target(each.target_date, objective_page.matching(each, row)))
            rows.append(line)
        return html_rows(rows, head=0)


def cells(item) -> list[str]:
    """The text of every column, in their order."""
    done = item.state == Item.State.DONE
    return [
        item.key,
        item.title,
        str(item.get_state_display()),
        item.objective.title if item.objective else "",
        team_words(item),
        item.owner.name if item.owner else "",
        formats.day_range(item.p10_days, item.p50_days, item.p90_days)
        if item.p50_days is not None
        else "",
        day(item.finished_on if done else item.date_p50),
        day(item.finished_on if done else item.date_p85),
        target(item.target_date, None if done else matching_chance(item)),
    ]


def team_words(item) -> str:
    names = [row.team.name for row in item_table.beside(item)]
    if item.team is None or not names:
        return item.team.name if item.team else ""
    return _("%(team)s with %(teams)s") % {"team": item.team.name, "teams": ", ".join(names)}


def day(value) -> str:
    return formats.day(value) if value else ""


def target(value, chance: float | None) -> str:
    if value is None:
        return ""
    words = formats.day(value)
    return words if chance is None else f"{words}, {verdict.chance_text(chance)}"


def html_rows(rows: Iterable[list[str]], head: int = 1) -> SafeString:
    """Rows of a table; every text is escaped here. head: the column that names the row"""
    lines = []
    for row in rows:
        tags = ("th" if at == head else "td" for at in range(len(row)))
        found = (
            f'<th scope="row">{esc(cell)}</th>' if tag == "th" else f"<td>{esc(cell)}</td>"
            for tag, cell in zip(tags, row, strict=True)
        )
        lines.append(f"<tr>{''.join(found)}</tr>")
    return mark_safe("".join(lines))  # noqa: S308 - every cell is escaped
