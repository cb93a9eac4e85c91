"""Whose a file is: what its path, CODEOWNERS and history say, each with where it says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from debt import quick_add
from debt.mining import codeowners
from debt.mining.codeowners import Rule
from debt.mining.scopes import scope_of
from debt.models import OwnerName, OwnersFile
from debt.pace_of_changes import owners_in
from debt.queries import current_model
from debt.queries.figures import stories_of
from debt.queries.histories import Told, live_runs, weights_by
from tpm.formats import number
from tpm.models import Component, Person, Product, Team
from tpm.roles import components_of, people_of, products_visible_to, teams_of

MOST_EVIDENCE = 100
"""So many files are asked for one item at most where a program names them."""
LEAST_CHANGES = 3
"""So many changes of a file touch a team's code before history says that it is theirs."""


def files_that_count(**of: Any) -> QuerySet[OwnersFile]:
    """The CODEOWNERS that counts of each repository: the one that its newest reading found, else
    the one that somebody gave. One that could not be read stands where nothing was given.
    """
    mine = {"product": OuterRef("product"), "repository": OuterRef("repository")}
    live = OwnersFile.objects.filter(
        run__ready=True, run__undone_at=None, run__replaced_by=None
    ).order_by()
    newest = live.exclude(Exists(live.filter(**mine, run_id__gt=OuterRef("run_id"))))
    found = newest.exclude(place="")
    given = OwnersFile.objects.filter(**mine, run=None, gone=False).order_by()
    counts = (
        Q(pk__in=found.filter(note="").values("pk"))
        | Q(run=None, gone=False) & ~Exists(found.filter(**mine, note=""))
        | Q(pk__in=found.exclude(note="").values("pk")) & ~Exists(given)
    )
    rows = OwnersFile.objects.filter(counts, **of).select_related("product", "run", "by")
    # Of the reading its commit is shown; the files of a large repository are a thousand times that.
    large = ("run__files", "run__months", "run__moved", "run__notes", "run__left_out")
    return rows.defer(*large).order_by("repository")


def names_visible_to(user) -> QuerySet[OwnerName]:
    rows = OwnerName.objects.filter(product__in=products_visible_to(user), gone=False)
    return rows.select_related("product", "team", "person")


def files_of(product: Product) -> list[OwnersFile]:
    """The CODEOWNERS that counts of each repository of a product, by its name; each text is read
    once it is asked for.
    """
    return list(files_that_count(product=product).defer("text"))


def parsed(row: OwnersFile) -> codeowners.File:
    """What a CODEOWNERS says."""
    return codeowners.read(row.text, gitlab=row.place.startswith(".gitlab/"))


class Names:
    """Whom the names in a CODEOWNERS mean: what was said of them, else who is called so here."""

    def __init__(self, product: Product) -> None:
        self.teams = {team.pk: team for team in teams_of(product)}
        self.people = {person.pk: person for person in people_of(product).select_related("user")}
        self.said = {row.name: row for row in OwnerName.objects.filter(product=product, gone=False)}
        self._team: dict[str, set[int]] = defaultdict(set)
        for pk, team in self.teams.items():
            for word in (team.slug, slugify(team.name), team.name):
                self._team[word.casefold()].add(pk)
        self._person: dict[str, set[int]] = defaultdict(set)
        for pk, person in self.people.items():
            words = [person.email]
            if person.user is not None:
                words += [f"@{person.user.username}", person.user.email]
            for word in words:
                if word:
                    self._person[word.casefold()].add(pk)

    def meaning(self, owner: str) -> Team | Person | None:
        """Who is meant; None where nobody here is, or more than one."""
        row = self.said.get(owner.casefold())
        if row is not None:
            return self.teams.get(row.team_id or 0) or self.people.get(row.person_id or 0)
        return self.called_so(owner)

    def called_so(self, owner: str) -> Team | Person | None:
        """Who has this name here, whatever was said of it."""
        name = owner.casefold()
        if name.startswith("@@"):  # a role of GitLab, such as @@maintainers
            return None
        person = alone(self._person.get(name, ()))
        if person is not None:
            return self.people[person]
        team = alone(self._team.get(name[1:].rpartition("/")[2], ())) if name[0] == "@" else None
        return self.teams[team] if team is not None else None


def alone(found: Iterable[int]) -> int | None:
    """The only one of them."""
    rows = list(found)
    return rows[0] if len(rows) == 1 else None


class Suggestion(NamedTuple):
    """Whose debt in some files would be. The words say from where; empty: the component's own."""

    component: Component | None = None
    team: Team | None = None
    team_why: str = ""
    owner: Person | None = None
    owner_why: str = ""

    def words(self, *, team: bool = True, owner: bool = True) -> str:
        """A sentence for the history of an item. team, owner: whether they were taken"""
        said = []
        if team and self.team is not None and self.team_why:
            said.append(_("Team %(name)s, %(why)s.") % {"name": self.team, "why": self.team_why})
        if owner and self.owner is not None:
            said.append(_("Owner %(name)s, %(why)s.") % {"name": self.owner, "why": self.owner_why})
        return " ".join(said)


def folders_of(product: Product) -> set[str]:
    """The folders at the top of what its components are made of."""
    prefixes = components_of(product).values_list("path_prefixes", flat=True)
    return {prefix.strip("/").partition("/")[0] for each in prefixes for prefix in each}


class _File(NamedTuple):
    """A file or folder. repository: that its link names, as it is called here; empty: unknown"""

    path: str
    repository: str = ""

    def may_lie_in(self, repository: str) -> bool:
        return not (self.repository and repository) or self.repository == repository


@dataclass
class _Asked:
    """What was found so far for some files."""

    team: Team | None = None
    team_why: str = ""
    owner: Person | None = None
    owner_why: str = ""


class Suggester:
    """Answers for one product; what it needs is read once, and only when it is asked for.

    times: so many times what one question may cost, for who asks for many files
    """

    def __init__(self, product: Product, *, times: int = 1) -> None:
        self.product = product
        self.steps = codeowners.Steps(times)
        self._rules: dict[tuple[int, str], list[Rule]] = {}
        self._code: dict[str, tuple[set[int], dict[int, set[int]]]] = {}

    def of(
        self, texts: Iterable[str], *, files: Iterable[str] = (), component: Component | None = None
    ) -> Suggestion:
        """What files, links to code and folders say: CODEOWNERS first, then the component's owner,
        then history.

        texts:     as typed; sentences and other links say nothing
        files:     what is known to be files, whatever they are called
        component: where it is known already; else the one that the paths lie in
        """
        texts, known = list(texts), list(files)
        component = component or self.component_of([*texts, *known])
        asked = [file for text in texts if (file := self._file_in(text))]
        asked += [_File(path) for path in known]
        found = _Asked()
        for file in asked:
            if found.team is None or found.owner is None:
                self._ask_owners(file, component, asked, found)
        if found.team is None and component is not None and component.owner_team_id is not None:
            found.team = self.names.teams.get(component.owner_team_id)
        if found.team is None and asked:
            self._ask_history(asked, component, found)
        return Suggestion(component, found.team, found.team_why, found.owner, found.owner_why)

    def component_of(self, texts: Iterable[str]) -> Component | None:
        """The component with the longest path prefix that one of these files, or of the files that
        links to a code host show, lies under.
        """
        files = [self._linked(text) or _File(text) for text in texts]
        found: tuple[int, Component] | None = None
        for component in self.components if files else ():
            paths = [file.path for file in files if file.may_lie_in(component.repository)]
            for prefix in component.path_prefixes:
                bare = prefix.strip("/")
                if any(path == bare or path.startswith(f"{bare}/") for path in paths) and (
                    found is None or len(bare) > found[0]
                ):
                    found = (len(bare), component)
        return found[1] if found else None

    def _linked(self, text: str) -> _File | None:
        """The file that a link to a code host shows."""
        found = quick_add.in_link(text)
        if found is None:
            return None
        address, path = f"/{found[0]}".casefold(), found[1]
        fits = [name for name in self.repositories if address.endswith(f"/{name}".casefold())]
        return _File(path, max(fits, key=len, default=""))

    def _file_in(self, text: str) -> _File | None:
        """The file or folder that a text names; None for a sentence or another link."""
        if text.startswith(("http://", "https://")):
            return self._linked(text)
        if quick_add.is_path(text, self.folders if "/" in text else ()):
            return _File(text)
        may_be = " " not in text or "/" in text  # `run`, and `docs/My page.md`
        return _File(text) if may_be and any(one.knows(text) for one in self.told) else None

    @cached_property
    def folders(self) -> set[str]:
        return folders_of(self.product)

    @cached_property
    def repositories(self) -> set[str]:
        """What repositories are called here."""
        names = {row.repository for row in self.files}
        names |= {row.repository for row in self.components}
        return (names | {run.repository for run in live_runs(self.product)}) - {""}

    @cached_property
    def components(self) -> list[Component]:
        return list(self.product.components.select_related("owner_team"))

    @cached_property
    def names(self) -> Names:
        return Names(self.product)

    @cached_property
    def files(self) -> list[OwnersFile]:
        return list(files_that_count(product=self.product).exclude(text="").defer("text"))

    @cached_property
    def told(self) -> list[Told]:
        return stories_of(self.product.pk, current_model().parameters)

    def _ask_owners(
        self, file: _File, component: Component | None, asked: Sequence[_File], found: _Asked
    ) -> None:
        for row in self._files_for(component, file, asked):
            if (row.pk, file.path) not in self._rules:
                self._rules[row.pk, file.path] = rules_for(row, file.path, self.steps)
            for rule in self._rules[row.pk, file.path]:
                for owner in rule.owners:
                    who = self.names.meaning(owner)
                    if isinstance(who, Team) and found.team is None:
                        found.team, found.team_why = who, self._line_words(row, rule)
                    elif isinstance(who, Person) and found.owner is None:
                        found.owner, found.owner_why = who, self._line_words(row, rule)

    def _files_for(
        self, component: Component | None, file: _File, asked: Sequence[_File]
    ) -> list[OwnersFile]:
        """The CODEOWNERS that speaks of a file: that of the repository that its link or its
        component names, else of the one that knows most of what is asked for. A line for everything
        would speak of any: none, where several say different things and nothing decides.
        """
        name = file.repository or (component.repository if component is not None else "")
        rows = [row for row in self.files if name in ("", row.repository)]
        if len(rows) > 1:
            known = {
                one.repository: len(known_of(one, asked))
                for one in self.told
                if one.may_hold(component)
            }
            most = max(known.values(), default=0)
            rows = [row for row in rows if most and known.get(row.repository) == most]
        return rows[:1] if len(rows) < 2 or len({row.text for row in rows}) == 1 else []

    def _line_words(self, row: OwnersFile, rule: Rule) -> str:
        words = {"n": number(rule.line), "name": row.repository}
        if len(self.files) > 1:
            return _("from CODEOWNERS of %(name)s, line %(n)s") % words
        return _("from CODEOWNERS line %(n)s") % words

    def _ask_history(
        self, asked: Sequence[_File], component: Component | None, found: _Asked
    ) -> None:
        """The team whose code changes most together with these files. People are never counted."""
        told = [one for one in self.told if one.may_hold(component)]
        for one in sorted(told, key=lambda one: -len(known_of(one, asked))):
            files = one.story.files_in(known_of(one, asked))
            if not files:
                continue
            near, touched = self._code_of_teams(one)
            inside = near.intersection(one.story.touching(files).places)
            counts = sorted(
                ((len(inside & places), -pk) for pk, places in touched.items()), reverse=True
            )
            most, *others = counts or [(0, 0)]
            if most[0] >= LEAST_CHANGES and (not others or others[0][0] < most[0]):
                found.team = self.names.teams[-most[1]]
                found.team_why = _("from history: %(n)s of %(all)s changes touch its code") % {
                    "n": number(most[0]), "all": number(len(inside)),
                }  # fmt: skip
            return

    def _code_of_teams(self, told: Told) -> tuple[set[int], dict[int, set[int]]]:
        """The changes of the window, and of each team those that touch its code."""
        if told.repository not in self._code:
            near = set(weights_by(told, told.looked_at, current_model().parameters))
            whose = owners_in(told, self.components)
            touched: dict[int, set[int]] = defaultdict(set)
            for path, places in told.story.places().items():
                team = whose.of(path)
                if team in self.names.teams:
                    touched[team].update(near.intersection(places))
            self._code[told.repository] = near, touched
        return self._code[told.repository]


def known_of(told: Told, asked: Iterable[_File]) -> list[str]:
    """Those of some files that a repository knows."""
    paths = [file.path for file in asked if file.may_lie_in(told.repository)]
    return [path for path in paths if told.story.files_in([path])]


def rules_for(row: OwnersFile, path: str, steps: codeowners.Steps) -> list[Rule]:
    """The lines of a CODEOWNERS that count for a path as somebody typed it, `a.py:12` too.

    What has no dot in its name may be a folder without its slash.
    """
    bare = scope_of(path)
    asked = [f"{bare}/"] if path.endswith("/") else [bare]
    if asked == [bare] and "." not in bare.rpartition("/")[2]:
        asked.append(f"{bare}/")
    found: dict[str, Rule] = {}
    try:
        for each in asked:
            for rule in parsed(row).of(each, steps):
                known = found.get(rule.section)
                if known is None or known.line < rule.line:
                    found[rule.section] = rule
    except codeowners.TooLong:
        return []
    return sorted(found.values(), key=lambda rule: (rule.optional, -rule.line))
