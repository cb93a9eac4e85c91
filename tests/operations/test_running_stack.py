"""A whole installation, started as people start it, on both set-ups."""

import os
import signal
import urllib.request

import pytest

from tests.services_for_tests import get, wait_for

pytestmark = pytest.mark.integration


def test_every_part_is_ready(running_stack):
    readiness = running_stack.readiness()
    assert readiness["failing"] == []
    assert set(readiness["parts"]) == {"database", "migrations", "broker", "worker", "beat"}


def test_the_process_says_it_is_alive(running_stack):
    assert get(f"{running_stack.url}/healthz") == (200, b"ok\n")


def test_a_message_goes_all_the_way_to_the_worker(running_stack):
    running_stack.sql("DELETE FROM tpm_heartbeat WHERE name = 'round'")
    running_stack.send("tpm.heartbeat")
    wait_for(
        lambda: running_stack.sql("SELECT at FROM tpm_heartbeat WHERE name = 'round'"),
        seconds=20,
        what="the task",
        explain=running_stack.explain,
    )


def test_styles_are_served_compressed_and_for_good(running_stack):
    page = get(f"{running_stack.url}/accounts/login/")[1].decode()
    path = next(part for part in page.split('"') if part.startswith("/static/") and ".css" in part)
    request = urllib.request.Request(running_stack.url + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_killed_part_comes_back(make_stack):
    stack = make_stack("default").start()
    for name in ("worker", "beat", "web"):
        assert_comes_back(stack, name)
    stack.stop()


def assert_comes_back(stack, name: str) -> None:
    killed = stack.kill(name)
    wait_for(lambda: f"{name} was ended by SIGKILL" in stack.log, seconds=10, what="the word")
    wait_for(
        lambda: stack.is_ready() and stack.child(name) not in {None, killed},
        seconds=30,
        what=name,
        explain=stack.explain,
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_everything(make_stack, how):
    stack = make_stack("default").start()
    group = {name: stack.child(name) for name in ("web", "worker", "beat")}
    assert stack.stop(how) == 0
    assert "All stopped" in stack.log
    assert not [name for name, pid in group.items() if group_is_alive(pid)]


def test_children_end_when_their_parent_is_killed(make_stack):
    stack = make_stack("default").start()
    group = {name: stack.child(name) for name in ("web", "worker", "beat")}
    stack.stop(signal.SIGKILL)
    wait_for(
        lambda: not any(group_is_alive(pid) for pid in group.values()),
        seconds=20,
        what="the children to end",
    )


def group_is_alive(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_start_on_the_same_folder_names_the_first_and_stops(default_stack):
    second = default_stack.manage("up", check=False)
    assert second.returncode == 1
    assert f"process {default_stack.process.pid}, {default_stack.url}" in second.stderr


def test_a_taken_port_is_named_and_the_next_one_used(make_stack, default_stack):
    stack = make_stack("default")
    port = int(default_stack.url.rsplit(":", 1)[1])
    stack.start_on(port)
    wait_for(
        lambda: "Open http" in stack.log, seconds=40, what="an address", explain=lambda: stack.log
    )
    assert f"Port {port} is taken: using " in stack.log
    stack.stop()


def test_doctor_says_what_fails_and_the_next_step(make_stack):
    stack = make_stack("default")
    stack.manage("migrate", "--verbosity=0")
    doctor = stack.manage("doctor", check=False)
    assert doctor.returncode == 1
    assert "The worker has never given a sign of life." in doctor.stdout
    assert "Next: Start the worker" in doctor.stdout
    assert "administrator" in doctor.stderr


def test_a_database_that_was_never_migrated_is_not_ready(make_stack):
    doctor = make_stack("default").manage("doctor", "migrations", check=False)
    assert doctor.returncode == 1
    assert "not applied" in doctor.stdout
