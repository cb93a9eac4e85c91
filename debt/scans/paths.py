"""Where a finding lies: paths relative to the checkout, or a reason why there is none."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from debt.scans.results import LONGEST_PATH, Options, Refused, Result, Run, dig, text

SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")
DRIVE = re.compile(r"/?([a-zA-Z]):/")
CHECKOUTS = re.compile(
    r"/(?:builds/[^/]+/[^/]+/|home/runner/work/[^/]+/[^/]+/|__w/[^/]+/[^/]+/|github/workspace/"
    r"|bitbucket/pipelines/agent/build/|usr/src/app/|var/lib/jenkins/workspace/[^/]+/"
    r"|var/jenkins_home/workspace/[^/]+/|home/circleci/project/|drone/src/|workspace/"
    r"|workspaces/[^/]+/|src/)(?=.)"
)
SYSTEM = re.compile(r"/(etc|usr|lib|lib64|bin|sbin|dev|proc|sys|boot|run)/|[a-z]:/windows/")
OUTSIDE = "an absolute path outside the checkout; say its folder as the prefix"


def of_uri(uri: str) -> tuple[str, str]:
    """A location of a report as (path with slashes, place that is no file).

    `file:///C:/code/a%20b.c` is `C:/code/a b.c`, an address of the web is a place.
    """
    uri = text(uri, LONGEST_PATH * 4)
    scheme = SCHEME.match(uri)
    if scheme and len(scheme[1]) > 1:
        if scheme[1].lower() != "file":
            return "", uri[:LONGEST_PATH]
        uri = unquote(uri[5:])
        if uri.startswith("//"):
            uri = uri[2:]
            uri = uri if uri.startswith("/") or not uri or uri[1:2] == ":" else f"//{uri}"
    elif "%" in uri:
        uri = unquote(uri)
    path = text(uri.replace("\\", "/"), LONGEST_PATH * 4)
    drive = DRIVE.match(path)
    return (f"{drive[1].lower()}:/{path[drive.end() :]}" if drive else path), ""


def is_absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"


def base_of(name: str, bases: Mapping[str, Any]) -> str:
    """The folder that a base id of SARIF stands for; empty where the report does not say.

    Bases may lie in other bases; one that is not resolved is the root of the checkout.
    """
    parts: list[str] = []
    seen: set[str] = set()
    while name and name not in seen and len(seen) < 20:
        seen.add(name)
        path, _ = of_uri(dig(bases, name, "uri") or "")
        if path:
            parts.insert(0, path.rstrip("/") + "/")
        if is_absolute(path):
            break
        name = text(dig(bases, name, "uriBaseId"), LONGEST_PATH)
    return "".join(parts)


def tidy(path: str) -> str:
    """A path without doubled slashes and without steps that stay where they are."""
    lead = "/" if path.startswith("/") else ""
    return lead + "/".join(part for part in path.split("/") if part not in ("", "."))


def settle(run: Run, options: Options) -> None:
    """Make every path of a run relative to the checkout, and refuse rows where none is found."""
    found: list[Result] = []
    for result in run.results:
        result.raw, place = of_uri(result.raw)
        result.place = result.place or place
        if not is_absolute(result.raw) and result.base:
            result.raw = result.base + result.raw
        result.raw = tidy(result.raw)
    root = Roots(run.results, options)
    run.root = root.guessed
    for result in run.results:
        path, reason = root.relative(result)
        if reason:
            run.refused.append(refusal(result, reason))
        else:
            result.path = path
            found.append(result)
    run.results = found


def refusal(result: Result, reason: str) -> Refused:
    return Refused(
        result.number, result.rule, result.raw[:LONGEST_PATH], result.line, result.message, reason
    )


class Roots:
    """Finds where the checkout begins in absolute paths.

    In this order: the folder that was said, that of a build server, that of the scan before, the
    one that the report gives, a folder of the component, and the folder that all of them share.

    guessed: the folder that was made out, where it was not said
    """

    def __init__(self, results: Iterable[Result], options: Options) -> None:
        self.options = options
        said, _ = of_uri(options.prefix)
        self.said = tidy(said).rstrip("/") + "/" if said else ""
        unknown = {
            result.raw for result in results if is_absolute(result.raw) and not self.known(result)
        }
        self.guessed = self.shared(unknown) if unknown and not self.said else ""

    def shared(self, paths: set[str]) -> str:
        """The folder that every one of these lies in; empty where that is no folder of anybody."""
        open_ones = [path for path in paths if not SYSTEM.match(path.lower())]
        if not open_ones:
            return ""
        before = self.options.root
        if before and all(path.startswith(before) for path in open_ones):
            return before
        first, last = min(open_ones).split("/")[:-1], max(open_ones).split("/")[:-1]
        same = 0
        while same < min(len(first), len(last)) and first[same] == last[same]:
            same += 1
        folder = "/".join(first[:same]) + "/"
        return "" if folder in ("/", "//") else folder

    def relative(self, result: Result) -> tuple[str, str]:
        """returns: (path, "") or ("", why not)"""
        raw = result.raw
        if ".." in raw.split("/"):
            return "", "a path that steps out of its folder (..)"
        if is_absolute(raw):
            root = self.root_of(result)
            if not root or len(raw) == len(root):
                return "", OUTSIDE
            raw = raw[len(root) :]
        if len(raw) > LONGEST_PATH:
            return "", f"a path of more than {LONGEST_PATH} characters"
        if any(ord(character) < 32 for character in raw):
            return "", "a path with control characters"
        return raw, ""

    def root_of(self, result: Result) -> str:
        """The beginning of an absolute path that is the checkout; empty where it is not known."""
        guess = self.guessed if not SYSTEM.match(result.raw.lower()) else ""
        return self.known(result) or (guess if result.raw.startswith(guess) else "")

    def known(self, result: Result) -> str:
        """The same without a guess."""
        raw = result.raw
        if self.said:
            return self.said if raw.startswith(self.said) else ""
        server = CHECKOUTS.match(raw)
        if server:
            return server[0]
        if is_absolute(result.base) and raw.startswith(result.base):
            return result.base
        for folder in self.options.folders:
            inside = raw.find(f"/{folder.strip('/')}/")
            if folder.strip("/") and inside >= 0:
                return raw[: inside + 1]
        return ""
