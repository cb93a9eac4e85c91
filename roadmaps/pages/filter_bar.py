"""What stands above the rows: the filter as text, as menus and as chips, and why none are left."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps import finding, language
from roadmaps.filters import NAMES, Choices, ItemFilter, chips, menus_of, named
from roadmaps.finding import Part
from roadmaps.models import Item
from tpm import formats
from tpm.svg import esc

MENU_FORM = "filter-menus"
HINT = 'team:pay -status:done p85>2027-03-01 "two words"'


class Menus:
    """The terms that have a menu, as fields of a form beside the one of the text."""

    def __init__(self, asked: ItemFilter, choices: Choices) -> None:
        self.held: list[language.Term] = []
        self.fields: list[str] = []
        for name, options in menus_of(choices).items():
            value, term = chosen(asked, name, choices)
            known = value in dict(options)
            if term is not None and known:
                self.held.append(term)
            self.fields.append(menu_html(name, options, value if known else ""))

    def __str__(self) -> str:
        return mark_safe("".join(self.fields))  # noqa: S308 - escaped by menu_html


def menu_html(name: str, options: list[tuple[str, str]], chosen_: str) -> str:
    """One labelled menu; written by hand, for a plan has hundreds of options."""
    selected = " selected"
    words = "".join(
        f'<option value="{esc(value)}"{selected if value == chosen_ else ""}>{esc(word)}</option>'
        for value, word in options
    )
    return (
        f'<div class="field"><label for="filter-{name}">{esc(NAMES[name])}</label>'
        f'<select id="filter-{name}" name="{name}" form="{MENU_FORM}">{words}</select></div>'
    )


def chosen(asked: ItemFilter, name: str, choices: Choices) -> tuple[str, language.Term | None]:
    """What the menu of a name shows: the value of its option, and the term behind it."""
    value, term = asked.menu(name)
    if term is None or name in language.WORDS or value.lower() in ("none", "me", "orphan"):
        return value.lower(), term
    found = finding.rows_named(name, choices, value)
    if len(found) != 1:
        return "", None
    return (found[0].slug if name == "team" else str(found[0].pk)), term


def context(
    asked: ItemFilter, parts: list[Part], choices: Choices, path: str,
    also: Mapping[str, str] | None = None,
) -> dict:  # fmt: skip
    """What the template of the bar needs.

    also: the words of the address beside the filter, which stay as they are
    """
    asked = named(asked, parts)
    menus = Menus(asked, choices)
    words = asked.words(q="") | dict(also or {})
    return {
        "menus": menus,
        "filter_text": asked.q,
        "filter_rest": asked.without(*menus.held).q,
        "filter_hint": HINT,
        "problems": [part.problem for part in parts if part.problem],
        "chips": with_words(chips(asked, choices, path, parts), also or {}),
        "hidden": words,
    }


def with_words(found: list[tuple[str, str, str]], also: Mapping[str, str]):
    """Chips whose addresses keep the other words of the page."""
    rest = urlencode(also)
    return [
        (name, word, url + (("&" if "?" in url else "?") + rest if rest else ""))
        for name, word, url in found
    ]


@dataclass(frozen=True)
class Culprit:
    """The term that took away the last rows."""

    sentence: str
    label: str
    asked: ItemFilter
    """The filter without it."""
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return "?" + urlencode(self.asked.words() | dict(self.also), safe=":,")


def culprit(
    asked: ItemFilter, parts: list[Part], items: QuerySet[Item],
    also: Mapping[str, str] | None = None,
) -> Culprit | None:  # fmt: skip
    """The first term after which nothing was left, where dropping it brings rows back.

    items: everything that the filter narrows
    also:  the words of the address beside the filter
    """
    used = [part for part in parts if part.condition is not None]
    implied = [] if asked.asks_state else [Q(state__in=Item.OPEN)]
    conditions = implied + [part.condition for part in used if part.condition is not None]
    counts: dict[str, Count] = {}
    for index in range(len(conditions)):
        counts[f"to_{index}"] = Count("pk", filter=all_of(conditions[: index + 1]))
        others = conditions[:index] + conditions[index + 1 :]
        counts[f"but_{index}"] = Count("pk", filter=all_of(others))
    found = items.aggregate(**counts) if counts else {}
    # What is closed and matches is what was meant; else the term that left nothing.
    order = sorted(
        range(len(conditions)),
        key=lambda index: (index >= len(implied), found[f"to_{index}"] > 0, index),
    )
    for index in order:
        if n := found[f"but_{index}"]:
            found_ = told(asked, used, index - len(implied), n)
            return replace(found_, also=also or {})
    return None


def told(asked: ItemFilter, used: list[Part], index: int, n: int) -> Culprit:
    if index < 0:
        words = ngettext(
            "Only open items are shown; one that is closed matches.",
            "Only open items are shown; %(n)s that are closed match.",
            n,
        ) % {"n": formats.number(n)}
        return Culprit(words, _("Show any state"), asked.adding("status:any"))
    part = used[index]
    name = f"{NAMES.get(part.term.name, part.term.name.upper())} {part.word}"
    words = ngettext(
        "“%(term)s” took away the last rows; without it there is one.",
        "“%(term)s” took away the last rows; without it there are %(n)s.",
        n,
    ) % {"term": name, "n": formats.number(n)}
    return Culprit(words, _("Drop “%s”") % name, asked.without(part.term))


def all_of(conditions: list[Q]) -> Q:
    whole = Q(pk__isnull=False)
    for condition in conditions:
        whole &= condition
    return whole
