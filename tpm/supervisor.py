"""Keep a few child processes alive, show what they print, and end all of them together."""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

GRACE = 10.0  # seconds that a child has to end by itself
CALM = 60.0  # seconds after which a child that died counts as a first failure again
LONGEST_WAIT = 30.0
LOOK_EVERY = 0.2


def say(line: str) -> None:
    """Print a line; a terminal that went away is no reason to stop."""
    with suppress(OSError, ValueError):
        print(line, flush=True)


def end_with_parent() -> None:
    """On Linux, let this child be told to end when its parent is killed outright."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Child:
    """One supervised process, leader of its own group so that nothing it starts outlives it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.pass_fds = tuple(pass_fds)
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.failures = 0
        self.due: float | None = 0.0  # when to start it; None while it runs

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=end_with_parent,  # safe: this process has one thread
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.started, self.due = time.monotonic(), None

    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """End what is left of the group: the leader, or what it left behind."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def delay_after_failure(self, now: float) -> float:
        """Seconds until the next try: 1, 2, 4 ... 30, and 1 again after a calm minute."""
        self.failures = 1 if now - self.started > CALM else self.failures + 1
        return min(2.0 ** (self.failures - 1), LONGEST_WAIT)


class Supervisor:
    """Runs children until it is asked to stop."""

    def __init__(self, children: Sequence[Child], *, show: Callable[[str], None] = say) -> None:
        self.children = list(children)
        self.show = show
        self.stopping = False
        self.selector = selectors.DefaultSelector()
        self.rest: dict[int, bytes] = {}

    def start(self, child: Child) -> None:
        child.start()
        assert child.process is not None
        assert child.process.stdout is not None
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def run(self, *, each_look: Callable[[], None] = lambda: None) -> None:
        """Keep all children running, until SIGINT, SIGTERM or SIGHUP; then end them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            while not self.stopping:
                self.look_after_children()
                each_look()
                self.pass_output_on(LOOK_EVERY)
        finally:
            self.end_all()

    def stop(self, *_) -> None:
        self.stopping = True

    def look_after_children(self) -> None:
        now = time.monotonic()
        for child in self.children:
            status = child.ended()
            if status is not None and child.due is None:
                child.kill_group()
                self.forget_output(child)
                delay = child.delay_after_failure(now)
                child.due = now + delay
                self.show(f"{child.name} {how_it_ended(status)}; starting it again in {delay:g} s.")
            if child.due is not None and child.due <= now:
                self.start(child)

    def pass_output_on(self, wait: float) -> None:
        """Show whole lines of the children's output, each with the name of its child."""
        if not self.selector.get_map():
            time.sleep(wait)
            return
        for key, _ in self.selector.select(wait):
            self.read(key)

    def read(self, key: selectors.SelectorKey) -> bool:
        """Show the whole lines that are there; returns whether there may be more."""
        try:
            data = os.read(key.fd, 65536)
        except BlockingIOError:
            return False
        *lines, self.rest[key.fd] = (self.rest.get(key.fd, b"") + data).split(b"\n")
        for line in lines:
            self.show_line(key.data, line)
        if not data:
            self.selector.unregister(key.fileobj)
            self.show_line(key.data, self.rest.pop(key.fd))
        return bool(data)

    def show_line(self, child: Child, line: bytes) -> None:
        if line.strip():
            self.show(f"{child.name:<6} | {line.decode(errors='replace')}")

    def forget_output(self, child: Child) -> None:
        """Show what an ended child left in its pipe, then close it."""
        for key in list(self.selector.get_map().values()):
            if key.data is child:
                while self.read(key):
                    pass
                if key.fd in self.selector.get_map():  # somebody still holds the pipe open
                    self.show_line(child, self.rest.pop(key.fd, b""))
                    self.selector.unregister(key.fileobj)
        if child.process is not None and child.process.stdout is not None:
            child.process.stdout.close()

    def end_all(self) -> None:
        """Ask every child to end, wait a little, and end by force what is left."""
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + GRACE
        while any(c.process is not None and c.ended() is None for c in self.children):
            if time.monotonic() > deadline:
                break
            self.pass_output_on(0.05)
        for child in self.children:
            child.kill_group()
            self.forget_output(child)
        self.selector.close()


def how_it_ended(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with code {status}"
