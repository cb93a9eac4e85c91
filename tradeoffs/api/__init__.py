"""Decisions over REST: the same services, rules and sentences as the pages."""

from . import decisions, files, follow


def register(router) -> None:
    """Add this app's resources to the API."""
    for resources in (decisions, files, follow):
        resources.register(router)
