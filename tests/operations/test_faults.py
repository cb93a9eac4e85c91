"""A killed worker or a dead broker costs time, never a result."""

import logging
import os
from unittest import mock

import pytest
import redis
from celery.worker import state
from kombu.message import Message

from tests.services_for_tests import Redis, Stack, free_port, get, wait_for
from tpm.celery import EndsTheDeaf

pytestmark = pytest.mark.integration

CHANGE = "UPDATE tpm_product SET revision = revision + 1"


def change(stack: Stack) -> None:
    """Make every plan due and tell the worker."""
    stack.sql(CHANGE)
    for (product,) in stack.sql("SELECT id FROM tpm_product"):
        stack.send("roadmaps.refresh_forecast", product)


def in_hand(stack: Stack) -> bool:
    """Whether the worker has taken a message that it has not acknowledged."""
    if stack.kind == "default":
        return any((stack.data / "queue" / "claimed").iterdir())
    with redis.Redis.from_url(stack.env["BROKER_URL"]) as broker:
        return bool(broker.hlen("unacked"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A Redis that may be stopped: nobody else uses it."""
    server = Redis(free_port(), tmp_path_factory.mktemp("broker"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["default", "production"])
def planned(request, make_stack):
    """A running stack with a plan that takes the worker a good part of a second."""
    extra = {}
    if request.param == "production":
        extra["BROKER_URL"] = request.getfixturevalue("broker").url()
    stack = make_stack(request.param, TPM_SWEEP_SECONDS="5", **extra)
    stack.manage("migrate", "--verbosity", "0")
    stack.manage("load_sample", "--items", "300", "--verbosity", "0")
    stack.start()
    change(stack)
    stack.wait_until_current()
    yield stack
    stack.stop()


def test_a_worker_killed_during_a_recompute_loses_nothing(planned):
    change(planned)
    wait_for(lambda: in_hand(planned), seconds=20, what="the worker to begin")
    planned.kill("worker")
    assert not planned.is_current()
    planned.wait_until_current()
    if planned.kind == "default":  # Redis keeps a lost message for an hour: the sweep is quicker
        wait_for(lambda: not in_hand(planned), seconds=100, what="the last acknowledgement")
    assert "worker was ended by SIGKILL" in planned.log


@pytest.mark.parametrize("planned", ["production"], indirect=True)
def test_a_dead_broker_only_delays(planned, broker):
    broker.stop()
    planned.sql(CHANGE)
    sent = "import time; from tpm import revisions; began = time.monotonic(); "
    sent += "revisions.send('tpm.heartbeat'); answer = time.monotonic() - began"
    assert planned.django(sent) < 5
    assert get(f"{planned.url}/accounts/login/")[0] == 200
    assert "broker" in planned.readiness()["failing"]
    assert not planned.is_current()
    broker.start()
    planned.wait_until_current()


def test_a_worker_that_could_not_acknowledge_ends_to_be_started_anew(monkeypatch):
    monkeypatch.setattr(state, "should_stop", None)
    log = logging.Logger("celery.worker.request")
    log.addHandler(EndsTheDeaf(logging.ERROR))
    log.error("Task %s failed", "x")
    assert state.should_stop is None
    message = Message(body="", delivery_tag="x", channel=None)
    monkeypatch.setattr(message, "ack", mock.Mock(side_effect=ConnectionError("gone")))
    message.ack_log_error(log, (ConnectionError,))
    assert state.should_stop == os.EX_TEMPFAIL
