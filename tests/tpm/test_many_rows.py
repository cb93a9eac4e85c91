"""One statement that writes some fields of many rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt.models import Finding, Scan, ScanScope
from tpm.many_rows import update_rows
from tpm.models import Component


@pytest.fixture
def findings(product):
    component = Component.objects.create(key="billing", name="Billing")
    scope = ScanScope.objects.create(product=product, component=component, tool="Lint")
    return [
        Finding.objects.create(product=product, scope=scope, rule=f"R{n}", path="a.py", line=n)
        for n in range(3)
    ]


def test_all_kinds_of_values_arrive(findings, product):
    first, second, third = findings
    now = timezone.now()
    scan = Scan.objects.create(
        scope=first.scope, product=product, batch="0" * 32, state=Scan.State.DONE
    )
    first.message, first.fingerprints = "it's “5 %” \\ \n {}", [["a/v1", 'x"y']]
    first.state, first.closed_at, first.effort_minutes = "closed", now, 2.5
    first.last_scan, first.line = scan, None
    second.message, second.fingerprints, second.column = "", [], 2**31 - 1
    fields = ["message", "fingerprints", "state", "closed_at", "effort_minutes", "last_scan",
              "line", "column"]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        update_rows([first, second], fields)
    assert len(asked) == 1
    for row in (first, second):
        written = Finding.objects.get(pk=row.pk)
        for name in fields:
            assert getattr(written, name) == getattr(row, name)
    assert Finding.objects.get(pk=third.pk).line == 2


def test_other_fields_stay(findings):
    first = findings[0]
    first.message, first.path = "said", "elsewhere.py"
    update_rows([first], ["message"])
    first.refresh_from_db()
    assert (first.message, first.path) == ("said", "a.py")


def test_a_row_that_is_gone_stays_gone(findings):
    Finding.objects.filter(pk=findings[0].pk).delete()
    for row in findings:
        row.message = "said"
    update_rows(findings, ["message"])
    assert Finding.objects.filter(message="said").count() == 2


@pytest.mark.parametrize("fields", [[], ["message"]])
def test_nothing_to_write_asks_nothing(findings, fields):
    with CaptureQueriesContext(connection) as asked:
        update_rows([] if fields else findings, fields)
    assert len(asked) == 0
