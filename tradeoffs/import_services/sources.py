"""Where records come from: a folder, a zip archive, or pasted text. Nothing else is opened."""

import datetime
import posixpath
import re
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tradeoffs.records import Skipped
from tradeoffs.records.parsing import parse
from tradeoffs.records.words import MAX_BYTES, decode

MOST_FILES = 2_000
MOST_BYTES = 64 * 1024 * 1024
MOST_PACKED = 20 * 1024 * 1024
LONGEST_PATH = 300
HIDDEN = (".git", "node_modules", "__MACOSX")
GIT_SECONDS = 20


class Refused(Exception):
    """Why a whole source cannot be taken, as a sentence."""


@dataclass(slots=True)
class Source:
    """files: path inside the collection and bytes. skipped: what was not even opened.

    days: path -> day of its first commit, where a repository knows it
    """

    name: str
    files: list[tuple[str, bytes]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    days: dict[str, datetime.date] = field(default_factory=dict)


def from_folder(folder: Path, name: str = "") -> Source:
    """Every file of a folder and those inside it; links are not followed.

    raises: Refused when there is no such folder
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.")
    source = Source(name or folder.resolve().name or "records")
    size = 0
    for path in walk(folder):
        inside = path.relative_to(folder).as_posix()
        if path.is_symlink():
            source.skipped.append(Skipped(inside, "It is a link."))
            continue
        length = path.stat().st_size
        if why := too_much(inside, length, len(source.files), size):
            source.skipped.append(Skipped(inside, why))
            continue
        try:
            source.files.append((inside, path.read_bytes()))
        except OSError as error:
            source.skipped.append(Skipped(inside, f"It cannot be opened: {error.strerror}."))
            continue
        size += length
    source.days = git_days(folder)
    return source


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in HIDDEN:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)
        elif path.is_file() or path.is_symlink():
            yield path


def too_much(path: str, length: int, files: int, size: int) -> str:
    """Why a file is not read; empty where it may be."""
    if not path.lower().endswith((".md", ".markdown")):
        return "It is no Markdown file."
    if len(path) > LONGEST_PATH:
        return f"Its path is longer than {LONGEST_PATH} characters."
    if length > MAX_BYTES:
        return f"It is {length / 1024 / 1024:.1f} MB long; a record has at most 1 MB."
    if files >= MOST_FILES:
        return f"Only the first {MOST_FILES:,} files are read."
    if size + length > MOST_BYTES:
        return f"Only the first {MOST_BYTES // 1024 // 1024} MB are read."
    return ""


def git_days(folder: Path) -> dict[str, datetime.date]:
    """The day on which each file was first committed; nothing where no repository is at hand."""
    command = ["git", "-C", str(folder), "log", "--reverse", "--diff-filter=A", "--relative",
               "--format=%x00%as", "--name-only", "--", "."]  # fmt: skip
    try:
        told = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, datetime.date] = {}
    for commit in told.stdout.decode(errors="replace").split("\x00")[1:]:
        day, *paths = commit.splitlines()
        for path in filter(None, paths):
            found.setdefault(path, datetime.date.fromisoformat(day))
    return found


def from_zip(file: IO[bytes], name: str = "") -> Source:
    """Every file of an archive, never more of one than it may hold.

    raises: Refused when it is no archive that can be read
    """
    source = Source(name or "records")
    size = 0
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("This is no zip archive that can be read.") from error
    for member in members:
        if member.is_dir() or hidden(member.filename):
            continue
        path, why = inner_path(member)
        why = why or too_much(path, member.file_size, len(source.files), size)
        if why:
            source.skipped.append(Skipped(path, why))
            continue
        try:
            with archive.open(member) as opened:
                data = opened.read(MAX_BYTES + 1)
        except Exception as error:
            source.skipped.append(Skipped(path, f"It cannot be unpacked ({type(error).__name__})."))
            continue
        if len(data) > MAX_BYTES or size + len(data) > MOST_BYTES:
            source.skipped.append(Skipped(path, "It unpacks to more than it says it does."))
            continue
        size += len(data)
        source.files.append((path, data))
    strip_common_folder(source)
    drop_repeated(source)
    return source


def hidden(path: str) -> bool:
    return any(part in HIDDEN or (part.startswith(".") and part not in (".", ".."))
               for part in path.replace("\\", "/").split("/"))  # fmt: skip


def inner_path(member: zipfile.ZipInfo) -> tuple[str, str]:
    """The path inside the archive, and why it is not taken."""
    raw = member.filename.replace("\\", "/")
    shown = re.sub(r"[\x00-\x1f\x7f]", "?", raw)[:LONGEST_PATH]
    if raw.startswith("/") or re.match(r"^[A-Za-z]:", raw) or ".." in raw.split("/"):
        return shown, "Its path leads out of the archive."
    if shown != raw[:LONGEST_PATH]:
        return shown, "Its path holds control characters."
    if stat.S_ISLNK(member.external_attr >> 16):
        return shown, "It is a link."
    if member.flag_bits & 0x1:
        return shown, "It is encrypted."
    return posixpath.normpath(raw), ""


def strip_common_folder(source: Source) -> None:
    """An archive of one folder names the same files as the folder itself."""
    folders = {path.split("/", 1)[0] if "/" in path else "" for path, _ in source.files}
    if len(folders) == 1 and "" not in folders:
        source.files = [(path.split("/", 1)[1], data) for path, data in source.files]
        strip_common_folder(source)


def drop_repeated(source: Source) -> None:
    """An archive may hold one path twice: the last one counts, as for every unpacker."""
    last = dict(source.files)
    if len(last) < len(source.files):
        source.skipped.append(Skipped("", "Paths stand twice; the last of each is read."))
        source.files = list(last.items())


def from_text(text: str, *, path: str = "", name: str = "pasted") -> Source:
    """One record as text. path: its file name, else made from its title

    raises: Refused when the text is too long or the name is none
    """
    data = text.encode()
    if not text.strip():
        raise Refused("Paste the text of a record.")
    if len(data) > MAX_BYTES:
        raise Refused("A record has at most 1 MB.")
    if not path:
        title = parse("pasted.md", decode(data)[0]).title
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80] or "record"
        path = f"{slug}.md"
    if "/" in path or "\\" in path or path.startswith(".") or len(path) > 120:
        raise Refused("Give the file a plain name, such as 0007-use-redis.md.")
    if not path.lower().endswith((".md", ".markdown")):
        path += ".md"
    return Source(name, [(path, data)])
