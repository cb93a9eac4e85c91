"""A component with its paths, and reports that are made and taken in."""

import io
import json

import pytest

from debt import scan_services, scans
from debt.scan_services import undoing
from tests.debt.scans.test_reading import result, sarif
from tpm.models import Component


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, repository="pay", path_prefixes=["billing/"]
    )
    component.products.add(product)
    return component


@pytest.fixture
def orders(product, team):
    component = Component.objects.create(
        key="orders", name="Orders", owner_team=team, repository="pay", path_prefixes=["orders/"]
    )
    component.products.add(product)
    return component


def report_of(*lines, path="billing/tax.py", rule="R1", **run):
    """A SARIF report with a result on each of these lines."""
    return sarif(*(result(rule=rule, path=path, line=line) for line in lines), **run)


@pytest.fixture
def take_in(product, billing, mel):
    """Take a report in as Mel, complete unless said otherwise."""

    def bring(report, *, dry_run=False, by=None, complete=True, **said):
        target = scan_services.target_from(
            product, {"component": "billing", "complete": complete} | said, name="report.sarif"
        )
        data = report if isinstance(report, bytes) else json.dumps(report).encode()
        read = scans.read(io.BytesIO(data), target.options)
        if dry_run:
            return scan_services.preview(target, read)
        return scan_services.import_report(target, read, by=by or mel, patience=0)

    return bring


def counts(report):
    """The counts of a report that are not zero."""
    return {name: count for name, count in report["counts"].items() if count}


def undo_scan(scan, *, by):
    """Take the whole upload of a scan back, as the worker does."""
    undo = undoing.Undo(scan.product, scan.batch, by=by, progress=lambda done: None)
    undo.run()
    return undo
