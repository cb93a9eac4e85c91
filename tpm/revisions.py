"""The database is the queue: a row is due where its revision differs from the one computed.

Messages only make it quick. A lost message costs a minute, until the sweep finds the row.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from tpm.models import Product, Team

log = logging.getLogger(__name__)
_silent: ContextVar[bool] = ContextVar("silent", default=False)


def enqueue(task: str, *args, once_in: int = 0) -> None:
    """Send a task once the transaction has committed; a dead broker is logged, never raised.

    once_in: seconds in which the same message is sent once; what comes after it the sweep finds
    """
    if not _silent.get():
        transaction.on_commit(lambda: send_once(once_in, task, *args))


def send_once(seconds: int, task: str, *args) -> None:
    if seconds and not cache.add(f"sent-{task}-{args!r}".replace(" ", ""), 1, seconds):
        return
    send(task, *args)


@contextmanager
def without_messages() -> Iterator[None]:
    """Inside, nothing is sent: whoever writes very much at once leaves the rest to the sweep."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def send(task: str, *args) -> bool:
    try:
        current_app.send_task(task, args=args, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("could not send %s%r, the sweep will find it: %s", task, args, error)
        return False
    return True


def mark(*product_ids: int) -> None:
    """Make forecasts due without a message: for one of many transactions, the last one bumps."""
    Product.objects.filter(pk__in=product_ids).update(revision=F("revision") + 1)


def bump(*product_ids: int) -> None:
    """Make these plans' forecasts due, in the transaction that changes their inputs."""
    mark(*product_ids)
    for product_id in set(product_ids):
        enqueue("roadmaps.refresh_forecast", product_id)


def bump_team(team: Team) -> None:
    """Make due what is computed from a team's capacity: its scores, and the plans it serves."""
    Team.objects.filter(pk=team.pk).update(revision=F("revision") + 1)
    enqueue("debt.refresh_scores", team.pk)
    bump_served_by(team)


def bump_served_by(*teams: Team) -> None:
    """Make due every plan that these teams serve."""
    bump(
        *Product.objects.filter(team_shares__team__in=teams).distinct().values_list("pk", flat=True)
    )
