"""The default broker: a folder of messages, made safe against a worker that dies.

kombu's filesystem transport shows a message before it is wholly written and forgets it once it is
read. Here a message appears by rename, lies among the claimed ones until it is acknowledged, and
goes back to the waiting ones when the next worker starts.
"""

import fcntl
import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

LONGEST_LOOK = 0.5  # seconds


def folders(root: Path) -> dict[str, Any]:
    """Make the folders of a queue; returns the transport options that name them."""
    waiting, claimed, control = root / "waiting", root / "claimed", root / "control"
    for folder in (waiting, claimed, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(waiting),
        "data_folder_out": str(waiting),
        "processed_folder": str(claimed),
        "control_folder": str(control),
        "store_processed": True,
        "polling_interval": 0.1,
    }


def take_over(root: Path) -> bool:
    """Put back what a dead worker had claimed.

    returns: False when another worker is at work in this folder, and nothing was touched

    The first worker of a folder holds a lock for as long as it lives; another one that starts
    beside it leaves the claimed messages alone.
    """
    global _held
    file = open(root / "worker.lock", "w")  # noqa: SIM115 - open as long as this process lives
    try:
        # A record lock belongs to this process alone: the pool's children do not inherit it.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    _held = file
    for path in sorted((root / "claimed").glob("*.msg")):
        path.rename(root / "waiting" / path.name)
    return True


_held = None


class Channel(filesystem.Channel):
    """A channel whose messages are whole when seen and kept until acknowledged."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._claims: dict[str, str] = {}

    def _put(self, queue, payload, **kwargs) -> None:  # type: ignore[override]
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        hidden = os.path.join(self.data_folder_out, f".{name}")
        try:
            with open(hidden, "w", encoding="utf-8") as file:
                file.write(dumps(payload))
            os.rename(hidden, os.path.join(self.data_folder_out, name))
        except OSError as error:
            raise ChannelError(f"Cannot write the message {name} to the queue: {error}") from error
        self._release(payload["properties"]["delivery_tag"])

    def _get(self, queue) -> dict:  # type: ignore[override]
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.startswith(".") or name.partition(".")[2] != f"{queue}.msg":
                continue
            claimed = os.path.join(self.processed_folder, name)
            try:
                os.rename(os.path.join(self.data_folder_in, name), claimed)
            except FileNotFoundError:
                continue  # another worker was quicker
            with open(claimed, encoding="utf-8") as file:
                text = file.read()
            try:
                payload = loads(text)
                self._claims[payload["properties"]["delivery_tag"]] = claimed
            except (ValueError, KeyError, TypeError):
                log.error("dropped %s from the queue: it holds no message", name)
                os.remove(claimed)
                continue
            return payload
        raise Empty

    def basic_ack(self, delivery_tag, multiple=False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._release(delivery_tag)

    def basic_reject(self, delivery_tag, requeue=False) -> None:
        super().basic_reject(delivery_tag, requeue)
        self._release(delivery_tag)

    def _release(self, delivery_tag: str) -> None:
        claimed = self._claims.pop(delivery_tag, None)
        if claimed:
            Path(claimed).unlink(missing_ok=True)


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection, timeout=None):  # type: ignore[override]
        # The worker looks between two waits whether it should end: do not let it wait for long.
        return super().drain_events(connection, timeout=min(timeout or LONGEST_LOOK, LONGEST_LOOK))


TRANSPORT_ALIASES["filesystem"] = "tpm.spool:Transport"
