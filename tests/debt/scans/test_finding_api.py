"""Findings over REST: what is held is closed, what is no debt is said, tools are marked."""

import pytest

from debt import scan_services
from debt.models import Finding, Scan
from tests.debt.scans.conftest import counts, report_of
from tests.debt.scans.test_reading import result, sarif

pytestmark = pytest.mark.django_db
SCANS, DISMISS = "/api/v1/scans/", "/api/v1/scan-suggestions/dismiss/"


def dismiss(api, user, **body):
    said = {"product": "PAY", "verdict": "false_positive", "why": "By design."}
    return api(user).post(DISMISS, said | body, format="json")


def test_what_a_report_held_back_is_closed(take_in, api, mel, vic):
    take_in(report_of(*range(1, 43)))
    take_in(report_of(1))
    address = f"{SCANS}{Scan.objects.order_by('-pk').first().pk}/close-held/"
    assert api(vic).post(address).status_code == 403
    assert api(mel).post(address).json() == {"closed": 41}
    assert Finding.objects.filter(state="open").count() == 1
    assert api(mel).post(address).json() == {"closed": 0}


def test_a_tool_is_marked_as_flaky_and_no_longer(take_in, api, mel):
    take_in(report_of(1, 2))
    address = f"{SCANS}{Scan.objects.get().pk}/flaky/"
    assert api(mel).put(address, {"flaky": True}, format="json").json()["flaky"] is True
    assert counts(take_in(report_of(1))) == {"kept": 1, "held": 1}
    assert api(mel).put(address, {"flaky": False}, format="json").json()["flaky"] is False
    assert api(mel).put(address, {}, format="json").status_code == 400


def test_findings_of_a_suggestion_are_no_debt_with_a_reason(take_in, api, lena, mel, product):
    take_in(report_of(1, 2))
    take_in(report_of(1, rule="R2"), complete=False)
    assert dismiss(api, mel, rule="R1", component="billing").status_code == 403
    told = dismiss(api, lena, rule="R1", component="billing")
    assert (told.status_code, told.json()) == (200, {"changed": 2, "conflicts": []})
    assert [row.rule for row in scan_services.suggestions(product)] == ["R2"]
    assert {row.verdict_why for row in Finding.objects.filter(rule="R1")} == {"By design."}


def test_what_tools_leave_out_is_listed_and_judged(take_in, api, lena, product):
    row = result(path="billing/a.py", suppressions=[{"kind": "inSource"}])
    take_in(sarif(row))
    asked = {"product": "PAY", "proposed": "1"}
    (found,) = api(lena).get("/api/v1/findings/", asked).json()["results"]
    assert found["proposal"] == "left out by a comment in the code"
    assert dismiss(api, lena, proposed=True, verdict="accepted").json()["changed"] == 1
    assert api(lena).get("/api/v1/findings/", asked).json()["results"] == []
    assert api(lena).get("/api/v1/findings/", {"proposed": "1"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rule"),
        ({"rule": "R1", "proposed": True}, "rule"),
        ({"rule": "R1", "why": ""}, "why"),
        ({"rule": "R1", "verdict": "maybe"}, "verdict"),
    ],
)
def test_what_cannot_be_said_of_findings_is_told_at_its_field(api, lena, product, body, field):
    answer = dismiss(api, lena, **body)
    assert answer.status_code == 400
    assert field in answer.json()


def test_a_component_that_is_not_of_the_product_is_not_found(api, lena, product):
    assert dismiss(api, lena, rule="R1", component="nothing").status_code == 404
