"""Previews of large reports: read by the worker, with progress; small ones within the request."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from debt import scan_services
from debt.models import Finding, Scan
from debt.scan_services import previewing
from tests.debt.scans.conftest import counts, report_of
from tests.debt.scans.test_scan_pages import (  # noqa: F401 - fixtures
    nothing_sent,
    page,
    text_of,
    upload,
    uploads_apart,
)
from tpm import jobs, uploads
from tpm.models import Job

API = "/api/v1/scans/"


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr(previewing, "PREVIEW_BYTES", 100)
    monkeypatch.setattr(scan_services, "PREVIEW_BYTES", 100)


@pytest.fixture
def browser(client_of, mel, billing):
    return client_of(mel)


def read_newest():
    job = Job.objects.filter(kind=scan_services.PREVIEW).first()
    scan_services.run_preview(job.pk)
    job.refresh_from_db()
    return job


def test_a_large_report_is_read_by_the_worker(browser):
    answer = upload(browser, report_of(3, 4), complete="on")
    waits = text_of(browser.get(answer.url))
    assert "waiting for the worker" in waits
    assert "Take it in" not in waits
    job = read_newest()
    assert (job.state, counts(job.report)) == (Job.State.DONE, {"new": 2})
    assert job.report["page"] == answer.url
    shown = text_of(browser.get(answer.url))
    assert "2 results" in shown
    assert "Take it in" in shown
    assert not Finding.objects.exists()


def test_what_was_previewed_is_taken_in(browser):
    answer = upload(browser, report_of(3, 4), complete="on")
    read_newest()
    again = browser.get(answer.url).context["again"]
    taken = browser.post(answer.url, dict(again))
    job = Job.objects.filter(kind=scan_services.IMPORT).get()
    assert taken.url == page("scan-report", job.pk)
    scan_services.run_import(job.pk)
    assert Scan.objects.get().complete
    assert Finding.objects.count() == 2


def test_nothing_is_taken_in_before_it_was_read(browser):
    answer = upload(browser, report_of(3))
    assert browser.post(answer.url, {"component": "billing"}).url == answer.url
    assert not Job.objects.filter(kind=scan_services.IMPORT).exists()


def test_another_way_to_read_it_is_another_job_and_the_same_way_is_none(browser):
    answer = upload(browser, report_of(3))
    read_newest()
    other = browser.get(answer.url + "&branch=next")
    assert "was not read in this way yet" in text_of(other)
    said = {"component": "billing", "branch": "next", "read": "1"}
    moved = browser.post(answer.url, said)
    assert moved.url == answer.url + "&branch=next"
    browser.post(answer.url, said)
    assert Job.objects.filter(kind=scan_services.PREVIEW).count() == 2
    read_newest()
    assert "Take it in" in text_of(browser.get(moved.url))


def test_what_cannot_be_read_says_why_on_the_page(browser):
    answer = upload(browser, b'{"version": "2.1.0", "runs": [' + b" " * 200)
    job = read_newest()
    assert job.state == Job.State.FAILED
    shown = text_of(browser.get(answer.url))
    assert "it was cut off" in shown
    assert "Take it in" not in shown


def test_a_reading_that_was_cancelled_can_be_asked_for_again(browser):
    answer = upload(browser, report_of(3))
    jobs.cancel(Job.objects.get(kind=scan_services.PREVIEW))
    assert "The reading was stopped." in text_of(browser.get(answer.url))
    browser.post(answer.url, {"component": "billing", "read": "1"})
    assert read_newest().state == Job.State.DONE


def test_the_page_is_loaded_again_when_the_reading_ends(browser):
    answer = upload(browser, report_of(3))
    asks = {"headers": {"HX-Request": "true"}}
    waiting = browser.get(answer.url, **asks)
    assert "hx-get" in text_of(waiting)
    assert "<html" not in text_of(waiting)
    read_newest()
    assert browser.get(answer.url, **asks).headers["HX-Refresh"] == "true"


def test_the_reading_tells_how_far_it_is_and_may_be_cancelled(browser, monkeypatch):
    monkeypatch.setattr(previewing, "STEP", 100)
    upload(browser, report_of(*range(200)))
    job = Job.objects.get(kind=scan_services.PREVIEW)
    told = []

    def progress(self, done, total=None, note=""):
        told.append(done)
        if len(told) == 2:
            raise jobs.JobCancelled

    monkeypatch.setattr(jobs.Running, "progress", progress)
    job = read_newest()
    assert job.state == Job.State.CANCELLED
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] <= job.total


def send(client, report, query=""):
    data = json.dumps(report).encode()
    sent = {"component": "billing", "file": SimpleUploadedFile("r.sarif", data)}
    return client.post(API + query, sent)


def test_a_large_dry_run_of_the_api_is_a_job_with_the_same_answer(browser, monkeypatch):
    answer = send(browser, report_of(3, 4), "?dry_run=1")
    assert answer.status_code == 202
    job = read_newest()
    asked = browser.get(reverse("scan-job", args=[job.pk])).json()
    assert asked["state"] == "done"
    assert not list(uploads.folder().iterdir())
    monkeypatch.setattr(scan_services, "PREVIEW_BYTES", 10**6)
    small = send(browser, report_of(3, 4), "?dry_run=1")
    assert small.status_code == 200
    assert asked["report"] == small.json()
    assert not Finding.objects.exists()
