"""The zone in which a reader sees moments; days stay those of the workspace."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone


def of_the_workspace() -> str:
    return ""


_name: ContextVar[Callable[[], str]] = ContextVar("zone", default=of_the_workspace)


@contextmanager
def read_in(name: Callable[[], str]) -> Iterator[None]:
    """Inside, moments are shown in the zone of this name; empty means the workspace's.

    name: asked only when a moment is shown, so that a page without one asks nothing
    """
    token = _name.set(name)
    try:
        yield
    finally:
        _name.reset(token)


def local(moment: dt.datetime) -> dt.datetime:
    """A moment in the reader's zone."""
    name = _name.get()()
    return timezone.localtime(moment, zoneinfo.ZoneInfo(name) if name else None)
