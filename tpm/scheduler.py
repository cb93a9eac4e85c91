"""Beat that gives a sign of life on its own tick, whether or not a worker listens."""

import logging
import time

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection

from tpm import heartbeat

log = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    _signed: float | None = None

    def tick(self, *args, **kwargs) -> float:
        now = time.monotonic()
        if self._signed is None or now - self._signed >= heartbeat.EVERY.total_seconds():
            self._signed = now
            try:
                heartbeat.sign(heartbeat.BEAT)
            except DatabaseError as error:
                log.warning("no heartbeat of beat: %s", error)
            finally:
                connection.close()
        return super().tick(*args, **kwargs)
