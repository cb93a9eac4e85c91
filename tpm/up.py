"""What `manage.py up` does before and beside the three processes it keeps alive."""

import errno
import fcntl
import hashlib
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django import __version__ as django_version
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tpm import environment as env
from tpm.static_files import Asked
from tpm.supervisor import Child

TRIES = 20  # ports after the wanted one
ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"


class CannotStart(Exception):
    """Why nothing was started, as a sentence for the terminal."""


class Lock:
    """One `up` per data folder: the lock is the process's own and goes with it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self) -> None:
        """raises: CannotStart when another one runs on this folder"""
        self.file = open(self.path, "a+", encoding="utf-8")  # noqa: SIM115 - held while we live
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.seek(0)
            raise CannotStart(
                f"Already running on {self.path.parent}: {self.file.read().strip() or 'starting'}. "
                "Stop that one first, or name another folder in TPM_DATA_DIR."
            ) from None

    def note(self, text: str) -> None:
        self.file.truncate(0)
        self.file.write(text)
        self.file.flush()


def migrate() -> bool:
    """Bring the database up to date; returns whether there was anything to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def collect_static() -> bool:
    """Prepare the static files where any of their sources changed; returns whether it did."""
    mark = settings.STATIC_ROOT / ".prepared-from"
    fingerprint = static_fingerprint()
    if mark.exists() and mark.read_text() == fingerprint:
        return False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(fingerprint)
    return True


def static_fingerprint() -> str:
    """A digest of the static sources' names, sizes and times, and of how they are stored."""
    digest = hashlib.sha256(
        repr((django_version, settings.STORAGES["staticfiles"], settings.STATIC_URL)).encode()
    )
    for finder in get_finders():
        found_files = finder.list(list(Asked.ignore_patterns))
        for path, storage in sorted(found_files, key=lambda found: found[0]):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_sample_once(say: Callable[[str], None]) -> None:
    """Load the sample workspace into a new installation, and never again into this folder."""
    wanted = env.flag("TPM_SAMPLE", True) and "load_sample" in get_commands()
    if not wanted or settings.SIGN_INS_FILE.exists() or get_user_model().objects.exists():
        return
    say("First start: loading the sample workspace.")
    # A worker is about to start: it makes today's forecast while the first page is read.
    call_command("load_sample", later=True, sign_ins=str(settings.SIGN_INS_FILE), verbosity=0)


def sign_ins() -> list[dict[str, str]]:
    """The generated sign-ins of the sample roles, while their accounts are there.

    The file may have been made by hand, to have no sample or other words: what of it names no
    account with a password is left out, and a file that cannot be read stops nobody.
    """
    try:
        written = json.loads(settings.SIGN_INS_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    found = [
        {"role": "", **entry}
        for entry in (written if isinstance(written, list) else [])
        if isinstance(entry, dict) and {"username", "password"} <= set(entry)
    ]
    names = [str(entry["username"]) for entry in found]
    there = set(
        get_user_model().objects.filter(username__in=names).values_list("username", flat=True)
    )
    return [entry for entry in found if entry["username"] in there]


def listen(host: str, wanted: int, say: Callable[[str], None]) -> socket.socket:
    """A listening socket on the wanted port, or on the next free one, which is then named.

    raises: CannotStart when the address is not ours or no port is free
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + TRIES, 65535) + 1):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            sock.listen(128)
        except OSError as error:
            sock.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise CannotStart(f"TPM_BIND is {host!r}: {error.strerror}.") from None
            continue
        if port != wanted:
            say(f"Port {wanted} is taken: using {port}.")
        return sock
    raise CannotStart(f"No free port from {wanted} on: name one in PORT.")


class Gate:
    """Lets the web process load beside the database work, and answer only when that is done.

    A pipe that nothing is written to: it ends when `open` closes our end, or when we are gone.
    """

    def __init__(self) -> None:
        self.waits_on, self._ours = os.pipe()

    def open(self) -> None:
        os.close(self._ours)


def children(sock: socket.socket, gate: Gate) -> list[Child]:
    """The three processes: web, worker and beat."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.setdefault("TPM_LOG_LEVEL", "WARNING")
    python = (sys.executable, "-m")
    celery = (*python, "celery", "--app", "tpm")
    bind = ("--bind", f"fd://{sock.fileno()}")
    web = (*python, "gunicorn", "--config", "python:tpm.web", *bind, "tpm.wsgi:application")
    worker = (*celery, "--quiet", "worker", "--without-gossip", "--without-mingle")
    beat = (*celery, "--quiet", "beat", "--pidfile=")
    return [
        Child(
            "web",
            web,
            env={**environment, "TPM_WAIT_FOR": str(gate.waits_on)},
            pass_fds=[sock.fileno(), gate.waits_on],
        ),
        Child("worker", worker, env={**environment, "PYTHONWARNINGS": ROOT_IS_FINE}),
        Child("beat", beat, env=environment),
    ]


class Welcome:
    """Says where to go once the first page answers, and what to do when it does not."""

    patience = 30.0

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        self.address = address
        self.say = say
        self.started = time.monotonic()
        self.said = False

    def look(self) -> None:
        if self.said:
            return
        if answers(f"{self.address}/healthz"):
            self.said = True
            self.say(self.text())
        elif time.monotonic() - self.started > self.patience:
            self.said = True
            self.say("The web process does not answer yet: its lines above say why.")

    def text(self) -> str:
        lines = ["", f"  Open {self.address}", ""]
        known = sign_ins()
        lines += [
            f"    {entry['role']!s:<9} {entry['username']!s:<9} {entry['password']}"
            for entry in known
        ]
        lines += [
            f"  Passwords were made for this folder and are kept in {settings.SIGN_INS_FILE}."
            if known
            else "  Sign in, or make the first administrator there.",
            "  Ctrl-C ends everything.",
            "",
        ]
        return "\n".join(lines)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=0.5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
