"""The page of CODEOWNERS in ready strings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import owning
from debt.models import OwnersFile
from tpm import formats
from tpm.models import Person, Product, Team

NAMES_SHOWN, PROBLEMS_SHOWN = 200, 50


def file_rows(rows: Sequence[OwnersFile]) -> list[dict[str, Any]]:
    """Each CODEOWNERS that counts: where it comes from, what it says and what is not understood."""
    found = []
    for row in rows:
        lines = ngettext("%(n)s line names owners", "%(n)s lines name owners", row.rules)
        problems = [
            {"line": formats.number(line), "text": text, "why": why}
            for line, text, why in row.problems[:PROBLEMS_SHOWN]
        ]
        found.append(
            {
                "row": row,
                "where": where_of(row),
                "said": row.note or lines % {"n": formats.number(row.rules)},
                "gitlab": row.gitlab,
                "problems": problems,
                "more": formats.number(len(row.problems) - len(problems))
                if len(row.problems) > len(problems)
                else "",
            }
        )
    return found


def where_of(row: OwnersFile) -> str:
    if row.run is not None:
        return _("%(place)s, read from git at %(tip)s") % {
            "place": row.place, "tip": row.run.tip[:10],
        }  # fmt: skip
    return _("given by a person")


def name_rows(product: Product, rows: Sequence[OwnersFile]) -> tuple[list[dict[str, Any]], int]:
    """Every owner of the files, those that mean nobody here first. returns: rows, and how many more

    What is said of a name that no file has any more stands among them: it can be taken back.
    """
    names = owning.Names(product)
    lines: Counter[str] = Counter()
    written: dict[str, str] = {}
    for row in rows:
        for owner, count in row.owners:
            written.setdefault(owner.casefold(), owner)
            lines[owner.casefold()] += count
    found: list[dict[str, Any]] = []
    for name in {*lines, *names.said}:
        said, who = names.said.get(name), names.meaning(name)
        found.append(
            {
                "name": written.get(name, name),
                "lines": lines[name],
                "count": formats.number(lines[name]),
                "who": str(who) if who is not None else "",
                "usual": usual_words(names.called_so(name)),
                "chosen": value_of(who) if said else "",
                "said": said is not None,
                "version": said.version if said else 0,
            }
        )
    found.sort(key=lambda row: (bool(row["who"]), -row["lines"], row["name"]))
    return found[:NAMES_SHOWN], max(0, len(found) - NAMES_SHOWN)


def usual_words(who: Team | Person | None) -> str:
    """The first choice: whoever is called so."""
    if who is None:
        return _("nobody here")
    return _("%(who)s, by name") % {"who": who}


def value_of(who: Team | Person | None) -> str:
    if isinstance(who, Team):
        return f"team:{who.slug}"
    return f"person:{who.pk}" if who is not None else ""


def choices(product: Product) -> list[tuple[str, list[tuple[str, str]]]]:
    """Teams and people that a name can mean, in two groups."""
    names = owning.Names(product)
    teams = sorted((str(team), value_of(team)) for team in names.teams.values())
    people = sorted((str(person), value_of(person)) for person in names.people.values())
    return [
        (word, [(value, label) for label, value in rows])
        for word, rows in ((_("Teams"), teams), (_("People"), people))
    ]


def whose_words(product: Product, path: str) -> list[tuple[str, str]]:
    """Whose debt in a file would be: (what, who and from where)."""
    found = owning.Suggester(product).of([], files=[path])
    rows: list[tuple[str, Any, str]] = [
        (_("Component"), found.component, _("from its paths")),
        (_("Team"), found.team, found.team_why or _("it owns the component")),
        (_("Owner"), found.owner, found.owner_why),
    ]
    nobody, nothing = _("nobody is named"), _("none has this path")
    return [
        (what, f"{who}, {why}" if who is not None else nobody if place else nothing)
        for place, (what, who, why) in enumerate(rows)
    ]


def with_typed(rows: list[dict[str, Any]], typed: Mapping[str, str], error: str) -> bool:
    """Keep what was chosen for a name and refused, with the reason, in its row. returns: whether
    it has one
    """
    name = typed.get("name", "").casefold()
    mine = [row for row in rows if row["name"].casefold() == name]
    for row in mine:
        row["chosen"], row["error"] = typed.get("who", ""), error
    return bool(mine)
