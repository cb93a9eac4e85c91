"""A killed worker or a dead broker costs time, never a result."""

import pytest
import redis

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
    wait_for(lambda: is_current(stack), seconds=100, what="the forecast", explain=stack.explain)


def in_hand(stack: Stack) -> bool:
    """Whether the worker has taken a message that it has not acknowledged."""
    if stack.kind == "default":
        return any((stack.data / "queue" / "claimed").iterdir())
    with redis.Redis.from_url(stack.env["BROKER_URL"]) as broker:
        return bool(broker.hlen("unacked"))


@pytest.fixture
def planned(make_stack):
    """A running stack with a plan that takes the worker a second or two."""

    def start(kind: str, **env: str) -> Stack:
        stack = make_stack(kind, TPM_SWEEP_SECONDS="5", **env)
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("load_sample", "--items", "800", "--verbosity", "0")
        stack.start()
        change(stack)
        wait_until_current(stack)
        return stack

    return start


@pytest.mark.parametrize("kind", ["default", "production"])
def test_a_worker_killed_during_a_recompute_loses_nothing(planned, kind):
    stack = planned(kind)
    change(stack)
    wait_for(lambda: in_hand(stack), seconds=20, what="the worker to begin")
    stack.kill("worker")
    assert not is_current(stack)
    wait_until_current(stack)
    if kind == "default":  # Redis gives a lost message out again after an hour; the sweep is quicker
        wait_for(lambda: not in_hand(stack), seconds=30, what="the last acknowledgement")
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
