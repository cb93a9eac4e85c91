"""Debt over REST: the same services, rules and sentences as the pages."""

from . import (
    badges,
    bulk,
    consequences,
    csv_import,
    economics,
    efforts,
    findings,
    histories,
    items,
    map,
    owner,
    scans,
    totals,
    views,
)


def register(router) -> None:
    """Add this app's resources to the API."""
    for resources in (
        items,
        bulk,
        csv_import,
        map,
        findings,
        totals,
        views,
        badges,
        consequences,
        histories,
        economics,
        scans,
        efforts,
        owner,
    ):
        resources.register(router)
