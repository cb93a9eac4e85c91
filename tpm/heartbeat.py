"""Signs of life of the worker and of beat, each written by itself."""

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from tpm.models import Heartbeat

log = logging.getLogger(__name__)

WORKER, BEAT, ROUND = "worker", "beat", "round"
EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(seconds=60)


def sign(name: str) -> None:
    """Note that this part is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def age(name: str) -> timedelta | None:
    """How long ago this part gave its last sign, or None when it never did."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return None if at is None else max(timezone.now() - at, timedelta())


class Pulse(threading.Thread):
    """Signs for one part as long as the process lives; a database that is away is waited for."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"pulse of {name}", daemon=True)
        self.part = name

    def run(self) -> None:
        while True:
            try:
                sign(self.part)
            except DatabaseError as error:
                log.warning("no heartbeat of the %s: %s", self.part, error)
            finally:
                connection.close()
            time.sleep(EVERY.total_seconds())
