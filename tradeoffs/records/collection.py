"""Many files: which are records, how they lead to each other, and what was odd."""

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import statuses
from .links import Link, number_of, path_of
from .parsing import Record, parse
from .statuses import SHIPPED, Words
from .words import Unreadable, decode, is_hole

KINDS = (".md", ".markdown")
PASSED_OVER = {
    "readme": "a readme", "index": "an index", "template": "a template", "_index": "an index",
    "adr-template": "a template", "changelog": "a changelog", "contributing": "a guide",
    "license": "a licence", "sources": "a list of sources",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skipped:
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Edge:
    """new takes the place of old; both are paths of the collection."""

    old: str
    new: str


@dataclass(slots=True)
class File:
    """A record with what gives its bytes again. digest: SHA-256 of the bytes, hex"""

    record: Record
    encoding: str
    digest: str


@dataclass(frozen=True, slots=True)
class Other:
    """A link that is no replacement inside the collection. to: a path of it, or empty"""

    of: str
    link: Link
    to: str


@dataclass(slots=True)
class Collection:
    files: list[File] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)
    suggestions: list[Other] = field(default_factory=list)
    loops: list[Edge] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        return [file.record for file in self.files]

    def statuses(self) -> dict[str, int]:
        found = Counter(record.status.name for record in self.records)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def read(files: Iterable[tuple[str, bytes]], words: Words = SHIPPED) -> Collection:
    """Read (path, bytes) of a folder; a file that cannot be read is a row of `skipped`."""
    found = Collection()
    for path, data in sorted(files):
        why = passed_over(path)
        if why:
            found.skipped.append(Skipped(path, why))
            continue
        try:
            text, encoding = decode(data)
            record = parse(path, text, words)
        except Unreadable as refusal:
            found.skipped.append(Skipped(path, str(refusal)))
            continue
        except Exception as error:
            found.skipped.append(Skipped(path, f"It could not be read ({type(error).__name__})."))
            continue
        if why := no_record(record):
            found.skipped.append(Skipped(path, why))
            continue
        found.files.append(File(record, encoding, hashlib.sha256(data).hexdigest()))
    connect(found)
    return found


def passed_over(path: str) -> str:
    """Why a name alone says that this is no record; empty for what may be one."""
    name = posixpath.basename(path).lower()
    if not name.endswith(KINDS):
        return "It is no Markdown file."
    stem = name.rsplit(".", 1)[0]
    if stem in PASSED_OVER:
        return f"It is {PASSED_OVER[stem]}."
    folders = posixpath.dirname(path).lower().split("/")
    if "templates" in folders or re.fullmatch(r"(?:0+[-_])?(?:adr[-_])?template.*", stem):
        return "It is a template."
    return ""


def no_record(record: Record) -> str:
    if not record.text.strip("\ufeff \t\r\n"):
        return "It is empty."
    if is_hole(record.title):
        return "It is a template: its title is still to be filled in."
    if not record.evidence:
        return "It is no decision record: no status, no number in its name, none of the sections."
    return ""


def connect(found: Collection) -> None:
    """Find where links lead; say of numbers that stand twice and of links that lead nowhere."""
    by_path = {record.path: record for record in found.records}
    slugs: dict[str, list[str]] = {}
    numbers: dict[int, list[str]] = {}
    for record in found.records:
        slugs.setdefault(posixpath.basename(record.path).rsplit(".", 1)[0], []).append(record.path)
        for number in {record.number, record.title_number}:
            if number is not None:
                numbers.setdefault(number, []).append(record.path)
    for number, paths in sorted(numbers.items()):
        if len(paths) > 1:
            for path in paths:
                others = ", ".join(p for p in paths if p != path)
                by_path[path].warnings.append(f"The number {number} is also that of {others}.")
    seen: set[Edge] = set()
    for record in found.records:
        for link in record.links:
            to = "" if link.is_web else resolve(link, record, by_path, slugs, numbers)
            if to == record.path:
                record.warnings.append("It links to itself.")
                continue
            if to and (link.replaces or link.replaced_by):
                edge = Edge(record.path, to) if link.replaced_by else Edge(to, record.path)
                if edge not in seen:
                    seen.add(edge)
                    found.edges.append(edge)
                continue
            if not to and not link.is_web:
                record.warnings.append(f"“{link.label or link.target}” leads to no record here.")
            found.others.append(Other(record.path, link, to))
        for link in record.suggestions:
            to = resolve(link, record, by_path, slugs, {})
            if to and to != record.path:
                found.suggestions.append(Other(record.path, link, to))
    found.edges, found.loops = without_loops(found.edges)
    for edge in found.loops:
        by_path[edge.new].warnings.append(
            f"That it replaces {edge.old} would go round in a circle: left out."
        )
    tell_of_one_sided(found, by_path)


def resolve(link: Link, record: Record, by_path, slugs, numbers) -> str:
    """The path that a link means: by path, by slug, else by a number that only one has."""
    path = path_of(link.target, record.path)
    if path in by_path:
        return path
    slug = posixpath.basename(link.target.split("#")[0])
    slug = re.sub(r"\.(md|markdown)$", "", slug, flags=re.IGNORECASE)
    if len(slugs.get(slug, ())) == 1:
        return slugs[slug][0]
    number = number_of(link.target)
    paths = numbers.get(number, []) if number is not None else []
    if len(paths) == 1:
        return paths[0]
    if len(paths) > 1:
        record.warnings.append(f"“{link.target}” could mean {' or '.join(paths)}.")
    return ""


def without_loops(edges: list[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Edges in order, each kept unless those before it lead back already."""
    older: dict[str, list[str]] = {}
    kept, loops = [], []
    for edge in edges:
        queue, reached = [edge.old], set()
        while queue:
            at = queue.pop()
            if at not in reached:
                reached.add(at)
                queue += older.get(at, [])
        if edge.new in reached:
            loops.append(edge)
            continue
        older.setdefault(edge.new, []).append(edge.old)
        kept.append(edge)
    return kept, loops


def tell_of_one_sided(found: Collection, by_path: dict[str, Record]) -> None:
    replaced = {edge.old: edge.new for edge in found.edges}
    for old, new in replaced.items():
        status = by_path[old].status
        if status.state == "accepted":
            by_path[old].warnings.append(
                f"{new} says that it replaces this one, whose status is {status.name}."
            )
    told = set(replaced)
    told |= {o.of for o in found.others if o.link.replaced_by}
    for record in found.records:
        if record.status.state == "superseded" and record.path not in told:
            record.warnings.append("It is superseded, and does not say by which record.")


__all__ = ["Collection", "Edge", "File", "Other", "Skipped", "read", "statuses"]
