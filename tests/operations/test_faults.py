"""A killed worker or a dead broker costs time, never a result."""

import pytest

from tests.services_for_tests import Redis, Stack, free_port, get, wait_for

pytestmark = pytest.mark.integration

CHANGE = "UPDATE tpm_product SET revision = revision + 1"
BEHIND = """
SELECT count(*) FROM tpm_product AS product
LEFT JOIN roadmaps_planstatus AS status ON status.product_id = product.id
WHERE status.revision IS NULL OR status.revision <> product.revision
"""


def is_current(stack: Stack) -> bool:
    return stack.sql(BEHIND) == [(0,)]


def change(stack: Stack) -> None:
    """Make every plan due and tell the worker."""
    stack.sql(CHANGE)
    for (product,) in stack.sql("SELECT id FROM tpm_product"):
        stack.send("roadmaps.refresh_forecast", product)


def wait_until_current(stack: Stack) -> None:
    # The sweep looks each minute; the computation itself takes a second or two.
    wait_for(lambda: is_current(stack), seconds=100, what="the forecast", explain=stack.explain)


@pytest.fixture
def planned(make_stack):
    """A running stack with a plan that takes the worker a second or two."""

    def start(kind: str, **env: str) -> Stack:
        stack = make_stack(kind, **env)
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("load_sample", "--items", "800", "--verbosity", "0")
        stack.start()
        stack.sql(CHANGE)
        wait_until_current(stack)
        return stack

    return start


def test_a_worker_killed_during_a_recompute_loses_nothing(planned):
    stack = planned("default")
    claimed = stack.data / "queue" / "claimed"
    change(stack)
    wait_for(lambda: any(claimed.iterdir()), seconds=20, what="the worker to begin")
    stack.kill("worker")
    assert not is_current(stack)
    wait_until_current(stack)
    wait_for(lambda: not any(claimed.iterdir()), seconds=30, what="the last acknowledgement")
    assert "worker was ended by SIGKILL" in stack.log
    stack.stop()


def test_a_dead_broker_only_delays(planned, tmp_path):
    broker = Redis(free_port(), tmp_path)
    broker.start()
    stack = planned("production", BROKER_URL=broker.url())
    broker.stop()
    stack.sql(CHANGE)
    sent = "import time; from tpm import revisions; began = time.monotonic(); "
    sent += "revisions.send('tpm.heartbeat'); answer = time.monotonic() - began"
    assert stack.django(sent) < 5
    assert get(f"{stack.url}/accounts/login/")[0] == 200
    assert "broker" in stack.readiness()["failing"]
    assert not is_current(stack)
    broker.start()
    wait_until_current(stack)
    stack.stop()
    broker.stop()
