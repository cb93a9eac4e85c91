"""Asking git about a repository that nobody vouches for: read only, no shell, none of its settings.

git runs in an empty directory of its own that borrows the objects of the repository. Whatever the
repository's config, hooks, attributes, replacements or helpers say is so never read; nothing is
checked out, nothing is fetched, and a run that takes too long is ended.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import selectors
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from debt.mining import codeowners, stream
from debt.mining.codeowners import Kept
from debt.mining.commits import Commit, readable

CHUNK = 1 << 18
BEAT = 10.0  # seconds
SMALL = 64 * 1024  # of HEAD, a ref or a .git file
ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
REF = re.compile(r"refs/(?:[A-Za-z0-9_#@+=.,%-]+/)*[A-Za-z0-9_#@+=.,%-]+\Z")
OFF = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.bigFileThreshold=16m",
    "core.commitGraph=true",
    "protocol.allow=never",
    "diff.renameLimit=1000",
    "gc.auto=0",
    "maintenance.auto=false",
)
BIG_BLOB, BIG_TREE = 64 * 1024 * 1024, 2 * 1024 * 1024 * 1024  # bytes whose lines are not counted


class Refused(Exception):
    """The repository cannot be read; the message is a sentence for the user."""


class Repository:
    """One repository, bare or with a work tree, open for reading inside a `with`.

    seconds: how long one question to git may take
    borrows: whether it may take objects from elsewhere on the disk, as forks on a server do
    links:   folders besides its own that its work tree may lead into
    beat:    called every few seconds while git works; may raise to stop
    raises:  Refused where there is no repository, or one that leads out of its own directory
    """

    def __init__(
        self,
        path: Path,
        *,
        seconds: float = 900.0,
        borrows: bool = False,
        links: Iterable[Path] = (),
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.beat = beat
        self.seconds = seconds
        allowed = [folder.resolve() for folder in (path, *links)]
        self.git_dir = within(allowed, git_dir_of(path), path)
        self.common = within(allowed, common_dir_of(self.git_dir), path)
        self.objects = self.common / "objects"
        if not self.objects.is_dir() or not self.objects.resolve().is_relative_to(
            self.common.resolve()
        ):
            raise Refused(f"{path} is no git repository.")
        if not borrows and any(
            (self.objects / "info" / name).exists() for name in ("alternates", "http-alternates")
        ):
            raise Refused(f"{path} borrows objects from elsewhere; `git repack -a -d` ends that.")
        refuse_links_out(self.objects, path)
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Repository:
        self._home = tempfile.TemporaryDirectory(prefix="tpm-history-")
        home = Path(self._home.name)
        for name in ("objects/info", "objects/pack", "refs/heads"):
            (home / name).mkdir(parents=True)
        (home / "HEAD").write_text("ref: refs/heads/none\n")
        tip = self.tip()
        wide = tip is not None and len(tip) == 64
        (home / "config").write_text(
            "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
            + ("[extensions]\n\tobjectFormat = sha256\n" if wide else "")
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._home is not None
        self._home.cleanup()

    @property
    def is_shallow(self) -> bool:
        """Whether its history was cut off when it was cloned."""
        return is_plain(self.common / "shallow")

    def tip(self, branch: str = "") -> str | None:
        """Id of the commit a branch, or else HEAD, stands on; None where there is no commit yet.

        raises: Refused where the branch does not exist or its name is none
        """
        if branch:
            name = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
            found = self._ref(name)
            if found is None:
                raise Refused(f"There is no branch {branch} in {self.path}.")
            return found
        said = small_text(self.git_dir / "HEAD").strip()
        if ID.match(said):
            return said
        return self._ref(said.removeprefix("ref:").strip()) if said.startswith("ref:") else None

    def _ref(self, name: str) -> str | None:
        if not REF.match(name) or ".." in name:
            raise Refused(f"{self.path} names a branch that cannot be one.")
        for folder in (self.git_dir, self.common):
            said = small_text(folder / name).strip() if is_plain(folder / name) else ""
            if ID.match(said):
                return said
        packed = self.common / "packed-refs"
        if is_plain(packed):
            with packed.open("rb") as lines:
                for line in lines:
                    id_, _, ref = line.rstrip(b"\r\n").partition(b" ")
                    if ref == name.encode() and ID.match(id_.decode("ascii", "replace")):
                        return id_.decode()
        if (self.common / "reftable").exists():
            raise Refused(f"{self.path} keeps its branches in a reftable, which is not read.")
        return None

    # questions

    def has(self, commit: str) -> bool:
        """Whether a commit is there."""
        return bool(ID.match(commit)) and self._code("cat-file", "-e", f"{commit}^{{commit}}") == 0

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether the history of one commit holds another one."""
        return self.has(old) and self._code("merge-base", "--is-ancestor", old, new) == 0

    def log(
        self,
        tip: str,
        *,
        after: str = "",
        since: int | None = None,
        counts: bool = False,
        most: int | None = None,
    ) -> Iterator[Commit]:
        """Commits that are no merges, the newest first; without counts each before its parents.

        after:   a commit whose own history is left out
        since:   seconds since 1970; older ones are left out, wherever they stand
        counts:  with lines added and deleted, and similar files taken for renamed; else exact
                 renames only
        most:    how many, at most
        raises:  Refused when git gives up or takes too long
        """
        mark = secrets.token_hex(8).encode()
        words = ["log", "-z", "--no-merges", "--no-color", "--no-ext-diff"]
        words += ["--no-textconv", "--no-show-signature", "--no-notes", "--no-mailmap"]
        words += ["--encoding=UTF-8", f"--format={stream.format_of(mark)}"]
        # Sorting reads every commit before the first is written: only names need it.
        words += ["--numstat", "-M"] if counts else ["--name-status", "-M100%", "--topo-order"]
        if since is not None:
            words.append(f"{self._since_word()}={max(since, 100_000_000)}")
        if most is not None:
            words.append(f"--max-count={most}")
        words += [tip, *([f"^{after}"] if after else []), "--"]
        yield from stream.read(self._chunks(words), mark, counts=counts)

    def lines(self, tip: str) -> dict[str, int | None]:
        """Lines of each file at a commit; None for what is no text, or too much to count."""
        sizes: dict[str, int | None] = {}
        biggest = total = 0
        for field in cut(self._chunks(["ls-tree", "-r", "-l", "-z", tip]), b"\0"):
            about, _, name = field.partition(b"\t")
            words = about.split()
            if len(words) == 4 and words[1] == b"blob":
                sizes[readable(name)] = None
                size = int(words[3]) if words[3].isdigit() else 0
                biggest, total = max(biggest, size), total + size
        if biggest > BIG_BLOB or total > BIG_TREE or not sizes:
            return sizes
        asked = ["grep", "-I", "-c", "-z", "--full-name", "--no-textconv", "-e", "", tip, "--"]
        rest = b""
        for field in cut(self._chunks(asked, ends=(0, 1)), b"\0"):
            count, _, following = field.partition(b"\n")
            if rest and count.isdigit():
                sizes[readable(rest.partition(b":")[2])] = int(count)
                rest = following
            else:
                rest = field
        return sizes

    def codeowners(self, tip: str) -> Kept | None:
        """The CODEOWNERS of a commit, from the first place that has one; None where none has."""
        asked = ["ls-tree", "-l", "-z", "--full-tree", tip, *codeowners.PLACES]
        found = {}
        for field in cut(self._chunks(asked), b"\0"):
            about, _, name = field.partition(b"\t")
            found[readable(name)] = about.split()
        for place in codeowners.PLACES:
            mode, kind, id_, size = found.get(place, (b"", b"", b"", b""))
            if kind != b"blob":
                continue
            if mode == b"120000":
                return Kept(place, b"", "It is a link, which is not followed.")
            if not size.isdigit() or int(size) > codeowners.MOST_BYTES:
                most = codeowners.MOST_BYTES // 1_000_000
                return Kept(place, b"", f"It is larger than {most} MB and was not read.")
            return Kept(place, b"".join(self._chunks(["cat-file", "blob", id_.decode()])))
        return None

    # running

    def _since_word(self) -> str:
        """The option that looks at every date; before git 2.37 the first old one ends the log."""
        said = b"".join(self._chunks(["version"])).decode("ascii", "replace")
        version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
        return "--since-as-filter" if version >= (2, 37) else "--since"

    def _command(self, words: Iterable[str]) -> list[str]:
        safe = f"safe.directory={self.common.resolve()}"
        options = [word for pair in (safe, *OFF) for word in ("-c", pair)]
        return ["git", "--no-pager", *options, *words]

    def _environment(self) -> dict[str, str]:
        assert self._home is not None, "open the repository in a with"
        home = self._home.name
        made = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "LC_ALL": "C",
            "GIT_DIR": home,
            "GIT_OBJECT_DIRECTORY": str(self.objects.resolve()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "none",
        }
        if self.is_shallow:
            made["GIT_SHALLOW_FILE"] = str((self.common / "shallow").resolve())
        return made

    def _code(self, *words: str) -> int:
        try:
            return subprocess.run(
                self._command(words), env=self._environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=self.seconds,
                check=False, cwd=self._environment()["HOME"],
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Refused(f"git took longer than {self.seconds:.0f} s.") from error
        except OSError as error:
            raise Refused("git is not installed here.") from error

    def _chunks(self, words: Iterable[str], ends: tuple[int, ...] = (0,)) -> Iterator[bytes]:
        """What git writes, in pieces; it is ended when the reader stops or time is over."""
        with tempfile.TemporaryFile() as errors:
            try:
                process = subprocess.Popen(
                    self._command(words), env=self._environment(), stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
                    cwd=self._environment()["HOME"],
                )  # fmt: skip
            except OSError as error:
                raise Refused("git is not installed here.") from error
            late = threading.Event()

            def stop() -> None:
                late.set()
                kill(process)  # what it wrote ends then, and so does its reader

            timer = threading.Timer(self.seconds, stop)
            timer.daemon = True
            timer.start()
            try:
                yield from self._pieces(process)
                process.wait()
            finally:
                timer.cancel()
                end(process)
            if late.is_set():
                raise Refused(f"git took longer than {self.seconds:.0f} s.")
            if process.returncode not in ends:
                errors.seek(0)
                said = errors.read(2000).decode("utf-8", "replace").strip().splitlines()
                raise Refused(f"git gave up: {said[-1][:200] if said else process.returncode}")

    def _pieces(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """What a process writes, to its end; while it is silent and while it is not, a beat."""
        assert process.stdout is not None
        told = time.monotonic()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while True:
                if waiting.select(BEAT):
                    chunk = os.read(process.stdout.fileno(), CHUNK)
                    if not chunk:
                        return
                    yield chunk
                if time.monotonic() - told >= BEAT:
                    self.beat()
                    told = time.monotonic()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill git and whatever it started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def end(process: subprocess.Popen[bytes]) -> None:
    """End git and whatever it started."""
    kill(process)
    if process.stdout is not None:
        process.stdout.close()


def cut(chunks: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """Pieces of a stream between marks."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(mark)
        yield from whole
    if rest:
        yield rest


def is_plain(path: Path) -> bool:
    """Whether something is a file, and no pipe or device that would never end."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def small_text(path: Path) -> str:
    """The beginning of a small file; empty where there is none."""
    if not is_plain(path):
        return ""
    with path.open("rb") as file:
        return file.read(SMALL).decode("utf-8", "replace")


def within(allowed: Iterable[Path], target: Path, path: Path) -> Path:
    """A folder that a repository leads to, if it lies inside a resolved one that is allowed.

    path:   of the repository, for the message; it does not say where it leads
    raises: Refused
    """
    resolved = target.resolve()
    if not any(resolved.is_relative_to(folder) for folder in allowed):
        raise Refused(
            f"{path} leads to a folder outside of it. Read the repository that its work tree"
            " belongs to, or allow that folder in TPM_HISTORY_LINKS."
        )
    return resolved


def refuse_links_out(objects: Path, path: Path) -> None:
    """See that git reads nothing from elsewhere: it follows links among the objects.

    path:   of the repository, for the message; it does not say where they lead
    raises: Refused
    """
    root = objects.resolve()
    folders = [root]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        if not Path(entry.path).resolve().is_relative_to(root):
                            raise Refused(f"Links among the objects of {path} lead out of it.")
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
        except OSError as error:
            raise Refused(f"The objects of {path} cannot be read.") from error


def git_dir_of(path: Path) -> Path:
    """Where a repository keeps its things: itself when bare, else .git, or where that file leads.

    raises: Refused where there is none
    """
    if is_plain(path / "HEAD") and (path / "objects").is_dir():
        return path
    inside = path / ".git"
    if inside.is_dir() and is_plain(inside / "HEAD"):
        return inside
    said = small_text(inside)
    if said.startswith("gitdir:"):
        led = (path / said.removeprefix("gitdir:").strip()).resolve()
        if is_plain(led / "HEAD"):
            return led
    raise Refused(f"{path} is no git repository.")


def common_dir_of(git_dir: Path) -> Path:
    """Where a work tree keeps what it shares with the others of its repository."""
    said = small_text(git_dir / "commondir").strip()
    return (git_dir / said).resolve() if said else git_dir
