"""Many items from pasted lines: names resolved, tried as a whole, then made as one operation."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roadmaps import outline
from roadmaps.forecasting import ranges
from roadmaps.models import Item, Objective
from roadmaps.outline import Line
from roadmaps.queries.names import Choices, rows_named
from roadmaps.services.links import link_items
from roadmaps.services.quick import plan_item
from tpm import revisions
from tpm.models import Product, Team


@dataclass
class Draft:
    """A line with what its words name.

    waits: items of the plan, and indexes of other lines, that this waits for
    """

    line: Line
    teams: list[Team] = field(default_factory=list)
    objective: Objective | None = None
    kind: str = Item.Kind.FEATURE
    waits: list[Item | int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    key: str = ""

    @property
    def kind_word(self) -> str:
        return str(Item.Kind(self.kind).label)

    @property
    def team_words(self) -> str:
        return ", ".join(str(team) for team in self.teams)

    @property
    def waits_words(self) -> str:
        return ", ".join(self.line.waits)


def drafts_of(product: Product, text: str, *, by) -> list[Draft]:
    """What a text would make, each problem at its line. Nothing is left behind."""
    drafts = resolved(product, outline.parse(text))
    if not any(draft.problems for draft in drafts):
        with revisions.without_messages(), transaction.atomic():
            make(product, drafts, by=by)
            transaction.set_rollback(True)
    return drafts


def plan_outline(product: Product, drafts: list[Draft], *, by) -> list[Item]:
    """Make all items of an outline, with what they wait for.

    raises: ValidationError where one cannot be made: then none is
    """
    with transaction.atomic():
        with revisions.without_messages():
            items = make(product, drafts, by=by)
        if problems := [problem for draft in drafts for problem in draft.problems]:
            raise ValidationError(problems)
        revisions.bump(product.pk)
    return items


def resolved(product: Product, lines: list[Line]) -> list[Draft]:
    names = Choices.of(product)
    titles: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        titles.setdefault(line.title.casefold(), []).append(index)
    wanted = {word.upper() for line in lines for word in line.waits}
    known = {item.key: item for item in names.items.filter(key__in=wanted)}
    return [draft_of(index, line, names, titles, known) for index, line in enumerate(lines)]


def draft_of(
    index: int, line: Line, names: Choices, titles: dict[str, list[int]], known: dict[str, Item]
) -> Draft:
    draft = Draft(line)
    if line.problem:
        draft.problems.append(PROBLEMS[line.problem]() % {"about": line.about})
    if line.estimate:
        try:
            ranges.parse(line.estimate)
        except ValueError as error:
            draft.problems.append(str(error))
    for word, _days in line.teams:
        team = one_named("team", word, names, draft)
        if team is not None:
            draft.teams.append(team)
    draft.objective = one_named("objective", line.objective, names, draft)
    if line.kind:
        if line.kind.lower() in Item.Kind.values:
            draft.kind = line.kind.lower()
        else:
            words = {"kind": line.kind, "there": ", ".join(Item.Kind.values)}
            draft.problems.append(_("There is no kind “%(kind)s”. There is %(there)s.") % words)
    for word in line.waits:
        found = [other for other in titles.get(word.casefold(), []) if other != index]
        if word.upper() in known:
            draft.waits.append(known[word.upper()])
        elif len(found) == 1:
            draft.waits.append(found[0])
        elif found:
            draft.problems.append(_("Several lines have the title “%s”.") % word)
        else:
            draft.problems.append(
                _("“%s” is neither the key of an item nor the title of another line.") % word
            )
    return draft


PROBLEMS = {
    "title": lambda: _("“%(about)s” has no title."),
    "long": lambda: _("Keep the title under 300 characters: “%(about)s…”."),
    "days": lambda: _(
        "“%(about)s”: behind the = stand the person-days of the team, such as #pay=6."
    ),
    "twice": lambda: _("“%(about)s” is a second one of its kind: an item has only one."),
}


def one_named(name: str, word: str, names: Choices, draft: Draft):
    """The row that a word names best. Where it is none, or several, the draft says so."""
    if not word:
        return None
    found = rows_named(name, names, word)
    if len(found) == 1:
        return found[0]
    there = [getattr(row, "slug", None) or str(row) for row in getattr(names, f"{name}s")][:8]
    what = _("team") if name == "team" else _("objective")
    words = {"what": what, "word": word, "there": ", ".join(there) or _("none yet")}
    if found:
        words["there"] = ", ".join(str(row) for row in found[:8])
        draft.problems.append(_("“%(word)s” may be several: %(there)s.") % words)
    else:
        draft.problems.append(_("There is no %(what)s “%(word)s”. There is %(there)s.") % words)
    return None


def make(product: Product, drafts: list[Draft], *, by) -> list[Item]:
    """Make the items, then the links; what a rule refuses becomes a problem of its line."""
    items: list[Item] = []
    for draft in drafts:
        item = tried(draft, lambda draft=draft: made(product, draft, items, by))
        if item is None:
            return []
        draft.key = item.key
        items.append(item)
    for draft, item in zip(drafts, items, strict=True):
        for other in draft.waits:
            first = items[other] if isinstance(other, int) else other
            tried(draft, lambda first=first, item=item: link_items(first, item, by=by))
    return items


def made(product: Product, draft: Draft, items: list[Item], by) -> Item:
    line = draft.line
    parent = items[line.parent] if line.parent is not None else None
    days = [said for _word, said in line.teams]
    return plan_item(
        product, by=by, title=line.title, estimate=line.estimate, teams=draft.teams, days=days,
        objective=draft.objective, kind=draft.kind, parent=parent,
    )  # fmt: skip


def tried(draft: Draft, step):
    """What a step makes; None where a rule refuses it, with the reason at the line."""
    try:
        with transaction.atomic():
            return step()
    except ValidationError as error:
        draft.problems += error.messages
    except ValueError as error:
        draft.problems.append(str(error))
    return None
