"""Pages and API of scans: upload, preview, job, history, suggestions, findings."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from debt import scan_services
from debt.models import DebtItem, Finding, Scan
from debt.scan_services import applying
from tests.debt.scans.conftest import report_of
from tests.debt.scans.test_reading import result, sarif
from tpm.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads_apart(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def nothing_sent(monkeypatch):
    """Jobs run when the test says so."""
    monkeypatch.setattr("tpm.revisions.enqueue", lambda *_, **more: None)


def page(name, *args):
    return reverse(f"debt:{name}", args=["PAY", *args])


def file(report, name="report.sarif"):
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    return SimpleUploadedFile(name, data)


def upload(browser, report, **more):
    sent = {"component": "billing", "file": file(report)} | more
    return browser.post(page("scan-list"), sent)


def text_of(response):
    return response.content.decode()


def run_newest():
    job = Job.objects.order_by("-pk").first()
    run = scan_services.run_undo if job.kind == scan_services.UNDO else scan_services.run_import
    run(job.pk)
    job.refresh_from_db()
    return job


def test_a_member_goes_from_upload_to_report_and_back(client_of, mel, billing):
    browser = client_of(mel)
    preview = upload(browser, report_of(3, 4), complete="on")
    assert preview.status_code == 302
    shown = text_of(browser.get(preview.url))
    assert "Nothing is written yet" in shown
    assert "billing/tax.py:3" in shown
    assert not Finding.objects.exists()
    taken = browser.post(preview.url, {"component": "billing", "complete": "on"})
    job = run_newest()
    assert (job.state, job.report["counts"]["new"], job.done) == ("done", 2, 2)
    assert Scan.objects.get().complete is True
    assert "Take it back" in text_of(browser.get(taken.url))
    browser.post(page("scan-undo", job.pk))
    assert run_newest().state == "done"
    assert not Finding.objects.exists()


def test_what_cannot_be_read_is_not_kept_and_says_why(client_of, mel, billing, tmp_path):
    answer = upload(client_of(mel), b'{"runs": [')
    assert answer.status_code == 422
    assert "cut off" in text_of(answer)
    assert not list((tmp_path / "imports").glob("*"))


def test_a_report_that_is_being_taken_in_shows_how_far(client_of, mel, billing):
    browser = client_of(mel)
    preview = upload(browser, report_of(3))
    taken = browser.post(preview.url, {"component": "billing"})
    shown = text_of(browser.get(taken.url))
    assert "waiting for the worker" in shown
    assert 'hx-trigger="load delay:2s"' in shown


def test_a_suggestion_becomes_debt_in_one_press(client_of, mel, take_in):
    take_in(report_of(1, 2))
    browser = client_of(mel)
    assert "Make debt" in text_of(browser.get(page("scan-list")))
    answer = browser.post(page("suggestion-accept"), {"rule": "R1", "component": "billing"})
    item = DebtItem.objects.get()
    assert answer.url == item.get_absolute_url()
    shown = text_of(browser.get(answer.url))
    assert "2 open, 0 gone" in shown
    assert "billing/tax.py:1" in shown


def test_an_item_whose_findings_are_all_gone_asks_whether_it_is_fixed(client_of, mel, take_in):
    take_in(report_of(1))
    browser = client_of(mel)
    browser.post(page("suggestion-accept"), {"rule": "R1", "component": "billing"})
    take_in(report_of())
    shown = text_of(browser.get(DebtItem.objects.get().get_absolute_url()))
    assert "is it fixed?" in shown


def test_a_viewer_is_offered_nothing_to_press(client_of, vic, take_in):
    take_in(report_of(1))
    shown = text_of(client_of(vic).get(page("scan-list")))
    assert "R1" in shown
    assert "Make debt" not in shown
    assert "Upload and preview" not in shown


def test_a_lead_says_that_a_rule_is_no_debt(client_of, lena, take_in):
    take_in(report_of(1))
    browser = client_of(lena)
    sent = {"rule": "R1", "component": "billing", "verdict": "false_positive", "why": "Tests"}
    assert browser.post(page("suggestion-dismiss"), sent).status_code == 302
    assert Finding.objects.get().verdict == "false_positive"
    assert "Nothing waits" in text_of(browser.get(page("scan-list")))


def test_a_lead_judges_what_tools_leave_out(client_of, lena, take_in):
    take_in(sarif(result(suppressions=[{"kind": "external"}])))
    browser = client_of(lena)
    sent = {"proposed": "1", "verdict": "accepted", "why": "Known"}
    browser.post(page("suggestion-dismiss"), sent)
    assert Finding.objects.get().verdict == "accepted"


def test_what_is_held_is_closed_by_a_person(client_of, mel, take_in):
    take_in(report_of(*range(1, 43)))
    take_in(report_of(1))
    scan = Scan.objects.order_by("-pk").first()
    browser = client_of(mel)
    assert "41 findings wait for you" in text_of(browser.get(page("scan-detail", scan.pk)))
    browser.post(page("scan-act", scan.pk), {"act": "close"})
    assert Finding.objects.filter(state="closed").count() == 41


def test_a_scan_from_a_build_is_taken_back_on_its_page(client_of, mel, take_in):
    take_in(report_of(1))
    answer = client_of(mel).post(page("scan-act", Scan.objects.get().pk), {"act": "undo"})
    job = run_newest()
    assert answer.url == reverse("tpm:job-detail", args=[job.pk])
    assert job.report["page"] == page("scan-detail", Scan.objects.get().pk)
    assert not Finding.objects.exists()
    assert Scan.objects.get().state == "undone"


def test_findings_are_listed_by_rule_and_state(client_of, vic, take_in):
    take_in(sarif(result(rule="R1", text="One"), result(rule="R2", text="Two")))
    take_in(sarif(result(rule="R1", text="One")))
    browser = client_of(vic)
    shown = text_of(browser.get(page("finding-list")))
    assert "One" in shown
    assert "Two" not in shown
    assert "Two" in text_of(browser.get(page("finding-list") + "?state=closed&rule=R2"))


def test_words_of_a_report_are_shown_as_words(client_of, mel, take_in):
    nasty = "<b>&\"'"
    take_in(sarif(result(rule=nasty, text=nasty, path=f"billing/{nasty}.py")))
    browser = client_of(mel)
    scan = Scan.objects.get()
    for address in (page("scan-list"), page("finding-list"), page("scan-detail", scan.pk)):
        assert "<b>&" not in text_of(browser.get(address))


@pytest.mark.parametrize("times", [1, 3])
def test_more_findings_take_no_more_queries(
    client_of, vic, take_in, django_assert_max_num_queries, times
):
    take_in(sarif(*(result(rule=f"R{n}", line=n) for n in range(10 * times))))
    browser = client_of(vic)
    for name, most in (("scan-list", 16), ("finding-list", 14)):
        with django_assert_max_num_queries(most):
            browser.get(page(name))


# -- API -------------------------------------------------------------------------------------------


def send(browser, report, query="", headers=None, **more):
    sent = {"component": "billing", "file": file(report)} | more
    return browser.post(f"/api/v1/scans/{query}", sent, headers=headers or {})


def test_a_build_sends_a_report(client_of, mel, billing):
    browser = client_of(mel)
    dry = send(browser, report_of(1, 2), "?dry_run=1")
    assert (dry.status_code, dry.json()["counts"]["new"]) == (200, 2)
    assert not Scan.objects.exists()
    done = send(browser, report_of(1, 2), complete="true")
    assert (done.status_code, len(done.json()["new"])) == (201, 2)
    again = send(browser, report_of(1), complete="true").json()
    assert [row["reason"] for row in again["closed"]] == ["no longer in a complete report"]


def test_the_same_key_takes_nothing_in_twice(client_of, mel, billing):
    browser = client_of(mel)
    first = send(browser, report_of(1), headers={"Idempotency-Key": "b7"})
    second = send(browser, report_of(1), headers={"Idempotency-Key": "b7"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert Scan.objects.count() == 1


def test_a_key_that_could_not_be_kept_whole_is_refused(client_of, mel, billing):
    long = send(client_of(mel), report_of(1), headers={"Idempotency-Key": "x" * 101})
    assert (long.status_code, long.json()) == (
        400, {"Idempotency-Key": ["At most 100 characters."]},
    )  # fmt: skip
    assert not Scan.objects.exists()


def test_a_busy_scope_is_told_at_once(client_of, mel, billing, take_in, monkeypatch):
    take_in(report_of(1))
    Scan.objects.update(state="applying", beat_at=timezone.now())
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("it waited"))
    answer = send(client_of(mel), report_of(1, 2))
    assert answer.status_code == 409
    assert "Another report of the same scope" in answer.json()["error"][0]


def test_a_report_that_is_ended_from_outside_says_so(client_of, mel, billing, monkeypatch):
    beat = applying.Importer.beat

    def ended(self):
        Scan.objects.update(state="stopped")
        beat(self)

    monkeypatch.setattr(applying.Importer, "beat", ended)
    answer = send(client_of(mel), report_of(1))
    assert answer.status_code == 409
    assert "ended while it was being taken in" in answer.json()["error"][0]


def test_a_report_that_is_refused_says_why(client_of, mel, billing):
    answer = send(client_of(mel), b'{"a": 1}')
    assert answer.status_code == 422
    assert "no report that is read here" in answer.json()["error"][0]


def test_a_component_of_another_product_is_not_seen(client_of, grace, billing):
    assert send(client_of(grace), report_of(1)).status_code == 404


def test_a_scan_is_read_and_taken_back(client_of, mel, take_in):
    take_in(report_of(1))
    browser = client_of(mel)
    (scan,) = browser.get("/api/v1/scans/?product=PAY").json()["results"]
    assert scan["counts"]["new"] == 1
    assert browser.get("/api/v1/findings/?product=PAY&rule=R1").json()["results"][0]["line"] == 1
    asked = browser.post(f"/api/v1/scans/{scan['id']}/undo/")
    assert asked.status_code == 202
    assert Finding.objects.count() == 1
    twice = browser.post(f"/api/v1/scans/{scan['id']}/undo/").json()
    assert twice["job"] == asked.json()["job"]
    run_newest()
    told = browser.get(asked.json()["address"]).json()
    assert told["state"] == "done"
    assert told["report"] == {
        "page": page("scan-detail", scan["id"]),
        "findings removed": 1, "findings put back": 0, "left as they are": [],
    }  # fmt: skip
    assert browser.post(f"/api/v1/scans/{scan['id']}/undo/").status_code == 409


def test_a_scan_that_is_being_taken_in_is_not_taken_back(client_of, mel, take_in):
    take_in(report_of(1))
    Scan.objects.update(state="applying", beat_at=timezone.now())
    browser, scan = client_of(mel), Scan.objects.get()
    assert browser.post(f"/api/v1/scans/{scan.pk}/undo/").status_code == 409
    browser.post(page("scan-act", scan.pk), {"act": "undo"})
    assert not Job.objects.exists()


def test_an_undo_whose_scope_became_busy_says_so_and_may_come_again(client_of, mel, take_in):
    take_in(report_of(1))
    scan = Scan.objects.get()
    client_of(mel).post(page("scan-act", scan.pk), {"act": "undo"})
    other = Scan.objects.create(scope=scan.scope, product=scan.product, batch=uuid.uuid4())
    job = run_newest()
    assert job.state == "failed"
    assert "is being taken in" in job.report["error"]
    other.delete()
    client_of(mel).post(page("scan-act", scan.pk), {"act": "undo"})
    assert run_newest().state == "done"
    assert not Finding.objects.exists()


def test_a_large_report_is_left_to_the_worker(client_of, mel, billing):
    browser = client_of(mel)
    answer = send(browser, report_of(*range(1, 2002)), complete="true")
    assert answer.status_code == 202
    assert not Finding.objects.exists()
    assert run_newest().state == "done"
    told = browser.get(answer.json()["address"]).json()
    assert (told["state"], told["report"]["counts"]["new"]) == ("done", 2001)
    assert Scan.objects.get().complete is True


def test_a_report_of_2000_results_is_taken_in_at_once(client_of, mel, billing):
    assert send(client_of(mel), report_of(*range(1, 2001))).status_code == 201


def test_a_large_file_is_not_even_read_within_the_request(client_of, mel, billing, monkeypatch):
    monkeypatch.setattr("debt.api.scans.MOST_BYTES", 10)
    monkeypatch.setattr("debt.scans.read", lambda *_: pytest.fail("it was read"))
    assert send(client_of(mel), report_of(1)).status_code == 202


def test_a_large_report_that_cannot_be_read_says_why_in_its_job(
    client_of, mel, billing, monkeypatch
):
    monkeypatch.setattr("debt.api.scans.MOST_BYTES", 3)
    browser = client_of(mel)
    address = send(browser, b'{"runs": [').json()["address"]
    run_newest()
    told = browser.get(address).json()
    assert (told["state"], "cut off" in told["report"]["error"]) == ("failed", True)


def test_a_job_of_another_product_is_not_seen(client_of, mel, grace, billing):
    address = send(client_of(mel), report_of(*range(1, 2002))).json()["address"]
    assert client_of(grace).get(address).status_code == 404


def test_a_suggestion_is_accepted_over_the_api(client_of, mel, take_in):
    take_in(report_of(1))
    browser = client_of(mel)
    (found,) = browser.get("/api/v1/scan-suggestions/?product=PAY").json()
    assert (found["rule"], found["component"], found["findings"]) == ("R1", "billing", 1)
    made = browser.post(
        "/api/v1/scan-suggestions/",
        {"product": "PAY", "rule": "R1", "component": "billing"},
        content_type="application/json",
    )
    assert made.status_code == 201
    assert Finding.objects.get().item.key == made.json()["key"]
