"""Which finding of a report is one that is known already: in stages, whatever the order.

Each stage looks only at what the ones before left over. None looks at severity, absolute paths or
help texts, which tools change as they please.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from debt.scans.pairing import pairs
from debt.scans.results import Result, masked

SHARED_ENOUGH = 0.5
"""Share of the findings of a file that must be those of another for it to be its new name."""

FINGERPRINT, TEXT, MESSAGE, RENAME = (
    "its fingerprint", "the text of its line", "its message", "a renamed file",
)  # fmt: skip


@dataclass(slots=True)
class Known:
    """A finding that is stored. closed_days: days since it was closed; None while it is open"""

    id: int
    rule: str
    message: str
    path: str = ""
    place: str = ""
    line: int | None = None
    column: int = 0
    fingerprints: tuple[tuple[str, str], ...] = ()
    context: str = ""
    closed_days: int | None = None
    missing: int = 0
    masked: str = field(default="")

    def __post_init__(self) -> None:
        self.masked = masked(self.message)

    @property
    def is_open(self) -> bool:
        return self.closed_days is None


@dataclass(frozen=True, slots=True)
class Match:
    known: Known
    result: Result
    by: str


Finding = Known | Result


def place_in_file(finding: Finding) -> tuple:
    """An order of findings that depends on nothing but themselves."""
    return (
        finding.line or 0, finding.column, finding.message, finding.context, finding.fingerprints,
    )  # fmt: skip


def where(finding: Finding) -> tuple[str, str]:
    return finding.path, finding.place


class Matcher:
    """Matches the results of one run with what is known of its scope.

    results: what no known finding was found for, by position
    """

    def __init__(self, known: Iterable[Known], results: Sequence[Result]) -> None:
        self.all_results = results
        self.paths = {result.path for result in results}
        self.results = dict(enumerate(results))
        ordered = sorted(known, key=lambda one: (*place_in_file(one), one.id))
        self.known = {one.id: one for one in ordered}
        self.matches: list[Match] = []

    def run(self, renames: Mapping[str, str], *, complete: bool) -> list[Match]:
        """All stages in turn.

        renames:  old path -> new path, as history knows them
        complete: whether a file that is not in the report has no findings any more
        """
        self.by_fingerprint()
        self.by_place(TEXT, lambda one: one.context and (one.rule, *where(one), one.context))
        self.by_place(MESSAGE, lambda one: (one.rule, *where(one), one.masked))
        new_names = dict(renames)
        if complete:
            new_names = self.guessed_names() | new_names
        if new_names:
            self.by_new_name(new_names)
        return self.matches

    def by_fingerprint(self) -> None:
        """A fingerprint counts where it is the only one of its kind, in the report and here."""
        counts = Counter(
            (one.rule, *mark) for one in self.all_results for mark in set(one.fingerprints)
        )
        names = {name for one in self.all_results for name, _ in one.fingerprints}
        for name in sorted(names, key=lambda name: (not name.startswith("fingerprints/"), name)):
            for open_ones in (True, False):
                stored: dict[Hashable, list[int]] = defaultdict(list)
                for one in self.known.values():
                    if one.is_open == open_ones:
                        for mark in one.fingerprints:
                            if mark[0] == name:
                                stored[one.rule, *mark].append(one.id)
                for position, result in list(self.results.items()):
                    for mark in result.fingerprints:
                        key = (result.rule, *mark)
                        ids = stored.get(key, ()) if mark[0] == name else ()
                        if len(ids) == 1 and counts[key] == 1 and ids[0] in self.known:
                            self.match(ids[0], position, FINGERPRINT)
                            break

    def by_place(self, by: str, key: Callable[[Finding], Hashable]) -> None:
        """Findings with the same key: the nearest lines, in their order; open ones first.

        key: empty where a finding does not take part
        """
        for open_ones in (True, False):
            groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
            for one in self.known.values():
                if one.is_open == open_ones and (found := key(one)):
                    groups[found][0].append(one.id)
            if not groups:
                continue
            for position, result in self.results.items():
                if (found := key(result)) and found in groups:
                    groups[found][1].append(position)
            for ids, positions in groups.values():
                self.pair(ids, positions, by)

    def pair(self, ids: Sequence[int], positions: list[int], by: str) -> None:
        positions.sort(key=lambda position: place_in_file(self.results[position]))
        here = [self.known[pk].line or 0 for pk in ids]
        there = [self.results[position].line or 0 for position in positions]
        for i, j in pairs(here, there):
            self.match(ids[i], positions[j], by)

    def match(self, pk: int, position: int, by: str) -> None:
        self.matches.append(Match(self.known.pop(pk), self.results.pop(position), by))

    def by_new_name(self, names: Mapping[str, str]) -> None:
        """The same two stages with the old names replaced by the new ones."""

        def now(one: Finding) -> str:
            return names.get(one.path, one.path) if isinstance(one, Known) else one.path

        def renamed(one: Finding) -> bool:
            return not isinstance(one, Known) or one.path in names

        self.by_place(
            RENAME, lambda one: renamed(one) and one.context and (one.rule, now(one), one.context)
        )
        self.by_place(RENAME, lambda one: renamed(one) and (one.rule, now(one), one.masked))

    def guessed_names(self) -> dict[str, str]:
        """Files that are gone and files that are new with the same findings.

        A pair counts where each is the other's best and nobody else's is as good; with a name of
        its own a new file needs two findings in common.
        """
        stored_paths = {one.path for one in self.known.values()}
        stored_paths |= {match.known.path for match in self.matches}
        gone: dict[str, Counter[Hashable]] = defaultdict(Counter)
        new: dict[str, Counter[Hashable]] = defaultdict(Counter)
        for one in self.known.values():
            if one.is_open and one.path and one.path not in self.paths:
                gone[one.path][one.rule, one.masked] += 1
        for result in self.results.values():
            if result.path and result.path not in stored_paths:
                new[result.path][result.rule, result.masked] += 1
        scores = likeness(gone, new)
        best_old = the_best(scores, 0)
        best_new = the_best(scores, 1)
        return {old: name for old, name in best_old.items() if best_new.get(name) == old}


def likeness(
    gone: Mapping[str, Counter[Hashable]], new: Mapping[str, Counter[Hashable]]
) -> dict[tuple[str, str], tuple[bool, float]]:
    """How alike two files are: whether they have one name, and the share that they have in common.

    Only files that share a finding are compared.
    """
    having: dict[Hashable, list[str]] = defaultdict(list)
    for path, findings in new.items():
        for finding in findings:
            having[finding].append(path)
    found: dict[tuple[str, str], tuple[bool, float]] = {}
    for old, findings in gone.items():
        near = {path for finding in findings if len(having[finding]) < 50
                for path in having[finding]}  # fmt: skip
        for path in near:
            shared = (findings & new[path]).total()
            share = shared / max(findings.total(), new[path].total())
            same_name = old.rpartition("/")[2] == path.rpartition("/")[2]
            if share >= SHARED_ENOUGH and (same_name or shared > 1):
                found[old, path] = same_name, share
    return found


def the_best(scores: Mapping[tuple[str, str], tuple[bool, float]], side: int) -> dict[str, str]:
    """For each path of one side the one partner that is better than all others."""
    by_path: dict[str, list[tuple[tuple[bool, float], str]]] = defaultdict(list)
    for pair, score in scores.items():
        by_path[pair[side]].append((score, pair[1 - side]))
    found = {}
    for path, partners in by_path.items():
        partners.sort(reverse=True)
        if len(partners) == 1 or partners[0][0] > partners[1][0]:
            found[path] = partners[0][1]
    return found
