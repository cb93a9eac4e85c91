"""Finds any record by its kind and number, for history, comments and search."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import Http404

VisibleTo = Callable[..., models.QuerySet]

_kinds: dict[str, VisibleTo] = {}


def register(label: str, visible_to: VisibleTo) -> None:
    """label: such as roadmaps.item; visible_to: (user) -> rows that the user may see."""
    _kinds[label] = visible_to


def labels() -> list[str]:
    """The kinds of all records that can be found."""
    return list(_kinds)


def rows(user, label: str) -> models.QuerySet | None:
    """The records of a kind that a user may see; None where no app has such a kind."""
    return _kinds[label](user) if label in _kinds else None


def find(user, label: str, pk: int) -> Any:
    """A record with a product and an address of its own.

    raises: Http404 when there is no such record for this user
    """
    if label not in _kinds:
        raise Http404
    found = _kinds[label](user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
