"""Links from one record to others: what is said beside each, and where it leads."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from .statuses import SPELLINGS, is_replaced
from .words import is_hole, plain, without_comments

LINK = re.compile(r"\[([^\]\n]*)\]\(\s*<?([^)\s>]*)>?(?:\s+\"[^\"]*\")?\s*\)")
NAMED = re.compile(
    r"\bADRs?[-\s#]*0*(\d{1,6})\b|(?<![\w/#.-])#?0*(\d{1,6})(?![\w.-])", re.IGNORECASE
)
WEB = re.compile(r"https?://[^\s)>\]]+", re.IGNORECASE)
JOINT = re.compile(r"^[\s,;&+]*(?:and|,|&)?[\s,;:&]*$", re.IGNORECASE)
NUMBER = re.compile(r"^0*(\d{1,6})(?=[-_.\s]|$)")
PLACEHOLDERS = ("xxx", "link type", "yyyymmdd-xxx.md", "link to adr")

REPLACED_BY = ("superseded by", "replaced by", "obsoleted by")
REPLACES = ("supersedes", "replaces", "obsoletes", "supersede", "replace")


@dataclass(frozen=True, slots=True)
class Link:
    """kind: the words beside it, in small letters. where: status, links, front matter or text."""

    kind: str
    target: str
    label: str
    where: str

    @property
    def is_web(self) -> bool:
        return bool(re.match(r"[a-z][a-z0-9+.-]*:", self.target, re.IGNORECASE))

    @property
    def replaced_by(self) -> bool:
        return self.kind in REPLACED_BY

    @property
    def replaces(self) -> bool:
        return self.kind in REPLACES


def kind_of(words: str) -> str:
    """The verb beside a link, in one spelling; "see" where there is none."""
    said = plain(words).lower().strip(" .:;,-–—([")
    for wrong, right in SPELLINGS.items():
        said = re.sub(rf"\b{wrong}\b", right, said)
    said = re.sub(r"^[^\w]+", "", said)
    if said in ("superseded", "replaced", "obsoleted"):
        said += " by"
    for verb in (*REPLACED_BY, *REPLACES):
        if said.startswith(verb) or said.endswith(f" {verb}"):
            return verb
    return " ".join(said.split())[:60] or "see"


def of_line(line: str, where: str) -> Iterator[Link]:
    """Links of one line of a status or a list of links; one verb may stand before several."""
    text = without_comments(line)
    at, kind = 0, ""
    for hit in LINK.finditer(text):
        between = text[at : hit.start()].lstrip(" \t*+-")
        if not (kind and JOINT.match(between)):
            kind = kind_of(between)
        at = hit.end()
        label, target = plain(hit[1]), hit[2].strip()
        if target and not is_placeholder(label, target):
            yield Link(kind, target, label, where)
    rest = LINK.sub(" ", text)
    if where != "links" and at == 0:
        yield from bare(rest, where)


def bare(text: str, where: str) -> Iterator[Link]:
    """References without a link, such as "superseded by ADR-0123"."""
    said = plain(text)
    verb = re.match(
        r"^\W*((?:superseded|superceded|replaced|obsoleted)(?:\s+by)?|supersedes|supercedes"
        r"|replaces|obsoletes|amends|amended by|clarifies|clarified by)\b(.*)$",
        said,
        re.IGNORECASE,
    )
    if not verb or is_hole(text) or "|" in said:
        return
    kind, rest = kind_of(verb[1]), verb[2]
    for web in WEB.findall(rest):
        yield Link(kind, web.rstrip(".,"), web, where)
    for hit in NAMED.finditer(WEB.sub(" ", rest)):
        number = hit[1] or hit[2]
        yield Link(kind, number, hit[0].strip(), where)


def is_placeholder(label: str, target: str) -> bool:
    return label.lower() in PLACEHOLDERS or target.lower() in PLACEHOLDERS or is_hole(f"{target}")


def of_status(lines: list[str], where: str) -> Iterator[Link]:
    """Links of a status: each line may say one; prose after "superseded" gives its first link."""
    replaced = any(is_replaced(line) for line in lines)
    told = False
    for line in lines:
        found = list(of_line(line, where))
        for link in found:
            if link.kind == "see" or len(link.kind.split()) > 5:
                if not replaced or told:
                    continue
                link = Link("superseded by", link.target, link.label, where)
            told = told or link.replaced_by
            yield link


def in_text(text: str) -> Iterator[Link]:
    """Links to other Markdown files in prose: suggestions, no edges."""
    for hit in LINK.finditer(without_comments(text)):
        target = hit[2].split("#")[0]
        if target.lower().endswith((".md", ".markdown")) and "://" not in target:
            label = plain(hit[1])
            if not is_placeholder(label, target):
                yield Link("mentions", target, label, "text")


def path_of(target: str, of: str) -> str:
    """Where a relative link of a file leads inside its folder."""
    bare_target = unquote(target.split("#")[0].split("?")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(of), bare_target))


def number_of(target: str) -> int | None:
    """The number that a name begins with, as adr-tools reads it."""
    found = NUMBER.match(posixpath.basename(unquote(target)))
    return int(found[1]) if found else None
