"""Children stay alive, say who they are, and end together."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.services_for_tests import wait_for
from tpm import web
from tpm.supervisor import LONGEST_WAIT, Child, Supervisor, how_it_ended
from tpm.up import Gate

SLEEP = (sys.executable, "-S", "-c", "import time; print('up', flush=True); time.sleep(60)")


def child(name: str, *command: str) -> Child:
    return Child(name, command, env=dict(os.environ))


@pytest.fixture
def supervise():
    """Supervise children by hand: look and pass output on until the condition holds."""
    made = []

    def start(*children: Child):
        lines: list[str] = []
        supervisor = Supervisor(children, show=lines.append)
        made.append(supervisor)

        def until(condition) -> None:
            def look() -> bool:
                supervisor.look_after_children()
                supervisor.pass_output_on(0.02)
                return condition()

            wait_for(look, seconds=15, what="the children", explain=lambda: str(lines))

        return supervisor, lines, until

    yield start
    for supervisor in made:
        if supervisor.selector.get_map() is not None:  # not ended by the test itself
            supervisor.end_all()


def test_output_carries_the_name_of_its_child(supervise):
    _, lines, until = supervise(child("web", *SLEEP), child("beat", *SLEEP))
    until(lambda: len(lines) == 2)
    assert sorted(lines) == ["beat   | up", "web    | up"]


def test_the_last_words_without_a_newline_are_shown(supervise):
    _, lines, until = supervise(child("web", sys.executable, "-S", "-c", "print('why', end='')"))
    until(lambda: "web    | why" in lines)


@pytest.mark.thorough
def test_a_child_that_dies_is_started_again_and_named(supervise):
    one = child("worker", *SLEEP)
    _, lines, until = supervise(one)
    until(lambda: "worker | up" in lines)
    first = one.process.pid
    one.process.kill()
    until(lambda: one.process.pid != first and lines.count("worker | up") == 2)
    assert "worker was ended by SIGKILL; starting it again in 1 s." in lines


@pytest.mark.thorough
def test_a_silent_child_whose_pipe_outlives_it_is_started_again(supervise):
    outlives = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    outlives += "'import time; time.sleep(20)'], start_new_session=True); "
    outlives += "import time; time.sleep(60)"
    one = child("web", sys.executable, "-S", "-c", outlives)
    supervisor, _, until = supervise(one)
    until(lambda: one.process is not None)
    first = one.process.pid
    wait_for(
        lambda: Path(f"/proc/{first}/task/{first}/children").read_text().strip(),
        seconds=10,
        what="what outlives it",
    )
    one.process.kill()
    until(lambda: one.process.pid != first)
    assert len(supervisor.selector.get_map()) == 1


def test_waits_grow_up_to_half_a_minute():
    one = child("web", "true")
    one.started = now = time.monotonic()
    delays = [one.delay_after_failure(now) for _ in range(8)]
    assert delays == [1, 2, 4, 8, 16, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_after_a_calm_minute_the_next_wait_is_short_again():
    one = child("web", "true")
    one.started = now = time.monotonic()
    one.delay_after_failure(now)
    one.delay_after_failure(now)
    assert one.delay_after_failure(now + 61) == 1


def test_grandchildren_end_too(supervise, tmp_path):
    note = tmp_path / "pid"
    spawn = (
        "import subprocess, sys, time, pathlib; "
        "p = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)']); "
        f"pathlib.Path({str(note)!r}).write_text(str(p.pid)); time.sleep(60)"
    )
    supervisor, _, until = supervise(child("web", sys.executable, "-S", "-c", spawn))
    until(lambda: note.exists() and note.read_text())
    supervisor.end_all()
    wait_for(lambda: not is_running(int(note.read_text())), seconds=5, what="the grandchild")


def test_a_child_that_will_not_end_is_ended_by_force(supervise, monkeypatch):
    monkeypatch.setattr("tpm.supervisor.GRACE", 0.3)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(60)"
    )
    one = child("web", sys.executable, "-S", "-c", deaf)
    supervisor, lines, until = supervise(one)
    until(lambda: "web    | deaf" in lines)
    supervisor.end_all()
    assert one.process.returncode == -9


def test_how_a_child_ended_is_said_in_words():
    assert how_it_ended(3) == "ended with code 3"
    assert how_it_ended(-15) == "was ended by SIGTERM"


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.thorough
def test_the_web_process_answers_only_when_the_gate_is_open(monkeypatch):
    gate = Gate()
    monkeypatch.setenv("TPM_WAIT_FOR", str(gate.waits_on))
    waiting = threading.Thread(target=web.when_ready, args=(None,))
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive()
    gate.open()
    waiting.join(10)
    assert not waiting.is_alive()
    web.when_ready(None)  # started again later, it waits no more
    os.close(gate.waits_on)
