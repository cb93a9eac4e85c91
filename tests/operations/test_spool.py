"""The folder queue keeps a message until its task has ended."""

import multiprocessing
from pathlib import Path

import pytest
from kombu import Connection

from tpm import spool


@pytest.fixture
def root(tmp_path) -> Path:
    return tmp_path / "queue"


@pytest.fixture
def link(root):
    with Connection("filesystem://localhost", transport_options=spool.folders(root)) as link:
        yield link


def put(link, body) -> None:
    link.Producer(serializer="json").publish(body, routing_key="tasks")


def take(link):
    """The next message, or None."""
    return link.default_channel.basic_get("tasks")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_message_arrives_as_it_was_sent(link):
    put(link, {"id": 7, "title": 'ü <b>&"'})
    assert take(link).decode() == {"id": 7, "title": 'ü <b>&"'}


def test_messages_arrive_in_the_order_sent(link):
    for number in range(20):
        put(link, number)
    assert [take(link).decode() for _ in range(20)] == list(range(20))


def test_nothing_half_written_is_ever_seen(link, root):
    (root / "waiting" / ".1_half.tasks.msg").write_text('{"body": ')
    assert take(link) is None


def test_a_message_in_hand_is_kept_until_it_is_acknowledged(link, root):
    put(link, 1)
    message = take(link)
    assert len(names(root / "claimed")) == 1
    message.ack()
    assert names(root / "claimed") == []
    assert names(root / "waiting") == []


def test_a_rejected_message_waits_again_once(link, root):
    put(link, 1)
    take(link).reject(requeue=True)
    assert len(names(root / "waiting")) == 1
    assert names(root / "claimed") == []


def test_a_channel_that_closes_puts_back_what_it_had_in_hand(root):
    with Connection("filesystem://localhost", transport_options=spool.folders(root)) as link:
        put(link, 1)
        take(link)
    assert len(names(root / "waiting")) == 1
    assert names(root / "claimed") == []


@pytest.mark.thorough
def test_what_a_dead_worker_had_in_hand_waits_again(link, root):
    put(link, 1)
    take(link)
    assert in_another_process(spool.take_over, root) is True
    assert len(names(root / "waiting")) == 1
    assert names(root / "claimed") == []


def test_a_second_worker_beside_a_living_one_takes_nothing_over(link, root):
    put(link, 1)
    assert spool.take_over(root) is True
    take(link)
    assert in_another_process(spool.take_over, root) is False
    assert len(names(root / "claimed")) == 1


def test_a_file_that_is_no_message_is_dropped_and_the_next_one_served(link, root):
    (root / "waiting" / "0_junk.tasks.msg").write_text("not json")
    put(link, 2)
    assert take(link).decode() == 2
    assert [name for name in names(root / "claimed") if "junk" in name] == []


def test_the_number_of_waiting_messages_is_told(link):
    put(link, 1)
    put(link, 2)
    assert link.default_channel.queue_declare("tasks").message_count == 2


def in_another_process(function, *arguments):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)
