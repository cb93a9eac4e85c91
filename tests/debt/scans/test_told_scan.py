"""Whoever sends a report over REST is told by which scan it is taken back."""

import pytest

from debt.models import Finding, Scan
from tests.debt.scans.conftest import report_of
from tests.debt.scans.test_scan_pages import (  # noqa: F401 - fixtures
    nothing_sent,
    run_newest,
    send,
    uploads_apart,
)
from tpm.jobs import JobCancelled


def test_whoever_sends_a_report_is_told_how_to_take_it_back(client_of, mel, billing):
    browser, key = client_of(mel), {"Idempotency-Key": "b7"}
    assert "scan" not in send(browser, report_of(1), "?dry_run=1").json()
    sent = send(browser, report_of(1), headers=key).json()
    assert send(browser, report_of(1), headers=key).json()["scan"] == sent["scan"]
    assert browser.post(f"/api/v1/scans/{sent['scan']}/undo/").status_code == 202
    run_newest()
    assert not Finding.objects.exists()


def test_a_report_of_two_tools_is_taken_back_whole_by_the_scan_that_is_told(
    client_of, mel, billing
):
    two = report_of(1)
    two["runs"] += [run | {"tool": {"driver": {"name": "other"}}} for run in two["runs"]]
    browser = client_of(mel)
    sent = send(browser, two).json()
    assert (len(sent["tools"]), Scan.objects.count()) == (2, 2)
    browser.post(f"/api/v1/scans/{sent['scan']}/undo/")
    run_newest()
    assert not Finding.objects.exists()


def test_of_two_at_once_under_one_key_the_second_takes_nothing_in(
    client_of, mel, billing, monkeypatch
):
    """It looked for the key before the first had begun, and begins when the first has ended."""
    browser, key = client_of(mel), {"Idempotency-Key": "b7"}
    first = send(browser, report_of(1), headers=key).json()
    with monkeypatch.context() as early:
        early.setattr("debt.scan_services.applying.told_before", lambda *_: {})
        second = send(browser, report_of(1), headers=key)
    assert second.status_code == 409
    assert "was just taken in" in second.json()["error"][0]
    assert Scan.objects.count() == 1
    assert send(browser, report_of(1), headers=key).json()["scan"] == first["scan"]


def test_the_job_that_takes_a_report_in_tells_its_scan(client_of, mel, billing, monkeypatch):
    monkeypatch.setattr("debt.api.scans.MOST_RESULTS", 1)
    browser = client_of(mel)
    asked = send(browser, report_of(1, 2))
    assert asked.status_code == 202
    run_newest()
    told = browser.get(asked.json()["address"]).json()["report"]
    assert browser.get(f"/api/v1/scans/{told['scan']}/").json()["batch"] == told["batch"]


def test_a_job_that_was_stopped_halfway_tells_its_scan(client_of, mel, billing, monkeypatch):
    monkeypatch.setattr("debt.api.scans.MOST_RESULTS", 1)

    def stop(*_args):
        raise JobCancelled

    monkeypatch.setattr("tpm.jobs.Running.progress", stop)
    browser = client_of(mel)
    asked = send(browser, report_of(1, 2)).json()
    run_newest()
    assert browser.get(asked["address"]).json()["report"]["scan"] == Scan.objects.get().pk


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"'])
def test_a_body_that_is_no_object_names_no_component(client_of, mel, billing, body):
    answer = client_of(mel).post("/api/v1/scans/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json() == {"component": ["Name a component by its key."]}
