"""Real parts for tests: private servers, and whole stacks on both set-ups.

    def test_something(running_stack):            # runs on SQLite + folder, then PostgreSQL + Redis
        running_stack.django("from tpm.models import Product; answer = Product.objects.count()")
        page.goto(running_stack.url)

`default_stack` and `production_stack` are the same for one set-up. A missing program skips the
test and says so; with CI=true it fails it, so that nothing goes untested in silence.
"""

import json
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from celery import Celery

from tpm import spool

ROOT = Path(__file__).resolve().parent.parent
# Of one source and version with the first, the shell has no windows: each page of a test would else
# start a window with its toolbar, which takes longer than many a page.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

LOGGED = 20_000
"""Characters of a stack's log that a failing test shows."""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def program(*names: str) -> str | None:
    """The path of the first of these programs, also where Debian hides PostgreSQL's."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
        hidden = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
        if hidden:
            return str(hidden[-1])
    return None


def needed(*names: str) -> str:
    """The path of a program that a test needs; without it the test is skipped, or fails in CI."""
    found = program(*names)
    if found is None:
        sentence = f"{names[0]} is not installed here"
        pytest.fail(f"CI=true, but {sentence}.") if in_ci() else pytest.skip(sentence)
    return found


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(condition, *, seconds: float, what: str, explain=lambda: "") -> None:
    """Look every 50 ms until the condition holds; fail with what was awaited when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s for {what}\n{explain()}")
        time.sleep(0.05)


def end(process: subprocess.Popen, *, how=signal.SIGTERM, seconds: float = 20) -> int:
    """End a process that we started; returns its exit status."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def get(url: str, *, seconds: float = 5) -> tuple[int, bytes]:
    """The status and body of a page; (0, b"") when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()
    except (urllib.error.URLError, OSError):
        return 0, b""


# PostgreSQL and Redis


@dataclass
class Postgres:
    port: int
    password: str
    user: str = "postgres"

    def url(self, name: str) -> str:
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{name}"

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def create_database(self, name: str = "") -> str:
        """A new, empty database; returns its address."""
        name = name or f"tpm_{secrets.token_hex(4)}"
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        return self.url(name)


def unprivileged() -> dict:
    """Popen's arguments that drop root's rights: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def private_postgres(
    initdb: str, postgres: str, *, user: str = "postgres", password: str = ""
) -> Iterator[Postgres]:
    """A PostgreSQL of our own while the block runs: no durability, a password of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tpm-pg-"))
    server = Postgres(free_port(), password or secrets.token_urlsafe(12), user)
    rights = unprivileged()
    if rights:
        os.chown(folder, rights["user"], rights["group"])
    password_file = folder / "password"
    password_file.write_text(server.password)
    password_file.chmod(0o644)
    options = (f"--username={user}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")
    made = subprocess.run(
        [initdb, "-D", folder / "db", *options, f"--pwfile={password_file}", "--no-sync"],
        cwd=folder,
        capture_output=True,
        text=True,
        **rights,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
    own = (f"port={server.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [postgres, "-D", folder / "db", *(f"-c{setting}" for setting in quick + own)],
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **rights,
        )
    try:
        wait_for(
            server.answers,
            seconds=20,
            what="PostgreSQL",
            explain=lambda: (folder / "log").read_text(),
        )
        yield server
    finally:
        end(process, how=signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server():
    """A private PostgreSQL for this run."""
    with private_postgres(needed("initdb"), needed("postgres")) as server:
        yield server


@dataclass
class Redis:
    port: int
    folder: Path
    process: subprocess.Popen | None = None
    used: int = 0

    def start(self) -> None:
        command = (needed("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1")
        self.process = subprocess.Popen(
            [*command, "--save", "", "--appendonly", "no", "--dir", self.folder],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self.answers, seconds=10, what="Redis")

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)

    def answers(self) -> bool:
        with socket.socket() as sock:
            sock.settimeout(1)
            return sock.connect_ex(("127.0.0.1", self.port)) == 0

    def url(self) -> str:
        """The address of a database of this server that nobody else uses."""
        self.used += 1
        return f"redis://127.0.0.1:{self.port}/{self.used % 16}"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """A private Redis for this run, in memory only. It may be stopped and started by a test."""
    server = Redis(free_port(), tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


# Whole stacks


# Reads lines of code with values and answers each with a line.
FORKS = """
import json, os, sys, traceback
import django
django.setup()
told = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code, values = json.loads(line)
        names = {"answer": None, **values}
        try:
            exec(code, names)
            answer = json.dumps({"answer": names["answer"]}, default=str)
        except BaseException:
            answer = json.dumps({"error": traceback.format_exc()})
        print(answer, file=told, flush=True)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        print(json.dumps({"error": f"ended with {status}"}), file=told, flush=True)
"""

BEHIND = """
SELECT count(*) FROM tpm_product AS product
LEFT JOIN roadmaps_planstatus AS status ON status.product_id = product.id
WHERE status.revision IS NULL OR status.revision <> product.revision
"""


@dataclass
class Stack:
    """Web, worker and beat, started by `manage.py up` on a data folder of their own."""

    kind: str
    data: Path
    env: dict[str, str]
    url: str = ""
    process: subprocess.Popen | None = None
    forks: subprocess.Popen[str] | None = None

    @property
    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def start(self) -> "Stack":
        """Start on a free port and wait until every part is ready."""
        self.start_on(free_port())
        wait_for(self.is_ready, seconds=150, what=f"the {self.kind} stack", explain=self.explain)
        return self

    def start_on(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        with open(self.data.parent / f"{self.data.name}.log", "a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env={**self.env, "PORT": str(port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready(self) -> bool:
        return get(f"{self.url}/readyz")[0] == 200

    def is_current(self) -> bool:
        """Whether every plan's newest forecast is of the plan as it is."""
        return self.sql(BEHIND) == [(0,)]

    def wait_until_current(self) -> None:
        wait_for(self.is_current, seconds=200, what="the forecast", explain=self.explain)

    def explain(self) -> str:
        return f"{get(f'{self.url}/readyz')[1].decode()}\n{self.log}"

    def readiness(self) -> dict:
        """What /readyz says, parsed."""
        return json.loads(get(f"{self.url}/readyz")[1] or b"{}")

    def stop(self, how=signal.SIGTERM) -> int:
        assert self.process is not None
        return end(self.process, how=how, seconds=40)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run a management command against this stack's data."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def django(self, code: str, **values):
        """Run code with Django and these values at hand; returns what it leaves in `answer`.

        Each runs in a process of its own, forked from one that has loaded Django once.
        """
        if self.forks is None:
            with open(self.data.parent / f"{self.data.name}.asked.log", "a") as log:
                self.forks = subprocess.Popen(
                    [sys.executable, "-c", FORKS],
                    cwd=ROOT,
                    env={**self.env, "DJANGO_SETTINGS_MODULE": "tpm.settings"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        asked, told = self.forks.stdin, self.forks.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps([code, values]) + "\n")
        asked.flush()
        ready, _, _ = select.select([told], [], [], 120)
        assert ready, f"no answer within two minutes to {code}"
        answer = json.loads(told.readline())
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def sql(self, statement: str) -> list[tuple]:
        """Run one statement on the stack's database, without the seconds that Django takes."""
        if "DATABASE_URL" in self.env:
            link = psycopg2.connect(self.env["DATABASE_URL"])
        else:
            link = sqlite3.connect(self.data / "tpm.sqlite3", timeout=20)
        try:
            cursor = link.cursor()
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            link.commit()
            return rows
        finally:
            link.close()

    def copy_to(self, folder: Path) -> None:
        """Leave database and key of a running stack on SQLite in a new folder."""
        folder.mkdir()
        with (
            closing(sqlite3.connect(self.data / "tpm.sqlite3", timeout=20)) as mine,
            closing(sqlite3.connect(folder / "tpm.sqlite3")) as copy,
        ):
            mine.backup(copy)
        shutil.copy(self.data / "tpm-secret-key", folder)

    def send(self, task: str, *arguments) -> None:
        """Send a task to the stack's worker."""
        folder = "BROKER_URL" not in self.env
        with Celery(broker=self.env.get("BROKER_URL", "filesystem://localhost")) as sender:
            if folder:
                sender.conf.broker_transport_options = spool.folders(self.data / "queue")
            sender.send_task(task, args=arguments, ignore_result=True)

    def child(self, name: str) -> int | None:
        """The process id of the web, worker or beat process while it runs."""
        assert self.process is not None
        word = {"web": "gunicorn"}.get(name, name).encode()
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in children.split():
            with suppress(OSError):
                if word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    return int(pid)
        return None

    def kill(self, name: str) -> int:
        """SIGKILL the web, worker or beat process; returns the id it had."""
        pid = self.child(name)
        assert pid is not None, self.log
        os.kill(pid, signal.SIGKILL)
        return pid


def clean_environment(**values: str) -> dict[str, str]:
    """This environment without the app's own settings, plus these."""
    ours = ("TPM_", "DATABASE_", "BROKER_", "PORT", "DJANGO_", "CELERY_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **values}


@pytest.fixture(scope="session")
def make_stack(tmp_path_factory, request):
    """make_stack("default" or "production", sample=False, **settings) -> a Stack not yet started.

    All stacks end with the run; the prepared static files are shared.
    """
    made = []
    static = tmp_path_factory.mktemp("static")

    def make(kind: str, *, sample: bool = False, **values: str) -> Stack:
        data = tmp_path_factory.mktemp(f"{kind}-stack")
        env = {
            "TPM_DATA_DIR": str(data),
            "TPM_STATIC_DIR": str(static),
            "TPM_SAMPLE": "1" if sample else "0",
            "TPM_WEB_WORKERS": "1",
        }
        if kind == "production":
            env["DATABASE_URL"] = request.getfixturevalue("postgres_server").create_database()
            env["BROKER_URL"] = request.getfixturevalue("redis_server").url()
        stack = Stack(kind, data, clean_environment(**env | values))
        made.append(stack)
        return stack

    yield make
    for stack in made:
        if stack.forks is not None:
            stack.forks.communicate()  # nothing more is asked
    running = [
        stack for stack in made if stack.process is not None and stack.process.poll() is None
    ]
    for stack in running:
        stack.process.send_signal(signal.SIGTERM)
    for stack in running:
        stack.process.wait(40)


@pytest.fixture(scope="session")
def default_stack(make_stack):
    """An empty workspace on SQLite and the folder queue, running."""
    return make_stack("default").start()


@pytest.fixture(scope="session")
def production_stack(make_stack):
    """An empty workspace on PostgreSQL and Redis, running."""
    return make_stack("production").start()


@pytest.fixture(scope="session", params=["default", "production"])
def running_stack(request):
    """An empty workspace, running: once on each set-up."""
    return request.getfixturevalue(f"{request.param}_stack")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return needed(*CHROMIUM_NAMES)


@pytest.fixture(scope="session")
def browser(chromium):
    """A real, headless Chromium through Playwright; a test opens its own contexts in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root may not use Chromium's sandbox; the pages are our own.
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


def pytest_collection_modifyitems(config, items) -> None:
    """With TPM_TEST_ONLY, keep those that touch the database, or (`pure`) those that do not."""
    wanted = os.environ.get("TPM_TEST_ONLY")
    if wanted not in ("database", "pure"):
        return
    kept, left = [], []
    for item in items:
        fixtures = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        touches = bool(fixtures or item.get_closest_marker("django_db"))
        (kept if touches == (wanted == "database") else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A test that fails shows what the stacks it ran on have logged: that is gone with them."""
    report = yield
    if report.failed:
        for stack in item.funcargs.values():
            if isinstance(stack, Stack):
                title = f"end of the log of the {stack.kind} stack"
                report.sections.append((title, stack.log[-LOGGED:]))
    return report
