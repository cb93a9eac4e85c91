"""Logs of any size over REST: a dry run by the worker, read in without being sent again."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from debt.models import HistoryRun
from debt.services import history_jobs
from tests.debt.mining.repositories import Made
from tpm import uploads
from tpm.models import Job

pytestmark = pytest.mark.django_db
API = "/api/v1/history-runs/"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


def log(commits: int) -> str:
    day = timezone.localdate() - datetime.timedelta(days=1)
    return "".join(
        f"[{k:07x}] Ann {day} x\n1\t1\tfolder/of/some/depth/file{k % 50}.py\n\n"
        for k in range(commits)
    )


LARGE = log(20_000)
"""Above 1 MB."""


@pytest.fixture
def send(api, ada, product):
    def go(text: str, *, dry=False, user=None, **more):
        file = SimpleUploadedFile("log.txt", text.encode())
        body = {"product": "PAY", "repository": "code", "file": file} | more
        return api(user or ada).post(API + "?dry_run=1" * dry, body)

    return go


def read_in(api, user, job: int):
    body = {"product": "PAY", "preview": job}
    return api(user).post(API, body, format="json")


def test_a_dry_run_of_a_large_log_is_a_job_with_the_report_of_the_page(send, api, ada):
    assert len(LARGE) > 1024 * 1024
    answer = send(LARGE, dry=True)
    assert answer.status_code == 202
    history_jobs.run_preview(answer.json()["job"])
    told = api(ada).get(answer.json()["address"]).json()
    assert told["state"] == "done"
    assert (told["report"]["commits"], told["report"]["files"]) == (20_000, 50)
    assert "Ann" not in str(told["report"])
    assert not HistoryRun.objects.exists()


def test_what_a_dry_run_looked_into_is_read_in_without_being_sent_again(
    send, api, ada, monkeypatch
):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    early = read_in(api, ada, job)
    assert early.status_code == 409
    assert "is not done" in early.json()["error"][0]
    history_jobs.run_preview(job)
    started = read_in(api, ada, job)
    assert started.status_code == 202
    history_jobs.run_reading(started.json()["job"])
    assert api(ada).get(started.json()["address"]).json()["state"] == "done"
    run = HistoryRun.objects.get()
    assert (run.repository, run.counted) == ("code", 3)
    assert not list(uploads.folder().glob("*.upload"))
    again = read_in(api, ada, job)
    assert again.status_code == 409
    assert "is gone" in again.json()["error"][0]


def test_the_component_that_was_said_is_that_of_the_reading(
    send, api, ada, billing, monkeypatch
):  # fmt: skip
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True, component="billing").json()["job"]
    history_jobs.run_preview(job)
    history_jobs.run_reading(read_in(api, ada, job).json()["job"])
    assert HistoryRun.objects.get().component == billing


def test_a_large_log_is_read_without_a_dry_run_too(send, api, ada):
    answer = send(LARGE)
    assert answer.status_code == 202
    history_jobs.run_reading(answer.json()["job"])
    assert HistoryRun.objects.get().read == 20_000


def test_a_large_log_may_be_text_and_a_very_large_one_is_told_to_be_a_file(api, ada, product):
    body = {"product": "PAY", "repository": "code", "log": LARGE}
    assert api(ada).post(f"{API}?dry_run=1", body, format="json").status_code == 202
    for form in ("json", "multipart"):
        answer = api(ada).post(API, body | {"log": "x" * (3 * 1024 * 1024 + 1)}, format=form)
        assert (answer.status_code, answer.json()) == (
            413, {"error": ["More than 3 MB of text: send it as a file, as multipart/form-data."]},
        )  # fmt: skip


def test_a_preview_that_failed_is_not_read_in_and_says_why(send, api, ada, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send("\n" * 50, dry=True).json()["job"]
    history_jobs.run_preview(job)
    assert Job.objects.get(pk=job).state == "failed"
    refused = read_in(api, ada, job)
    assert refused.status_code == 409
    assert refused.json()["error"] == ["The log holds no commit."]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preview": 1, "log": "x"}, "log"),
        ({}, "log"),
        ({"log": "x"}, "repository"),
        ({"preview": 0}, "preview"),
    ],
)
def test_one_thing_is_sent(api, ada, product, body, field):
    answer = api(ada).post(API, {"product": "PAY"} | body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()


def test_a_previewed_log_is_let_go_of(send, api, ada, vic, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    history_jobs.run_preview(job)
    body = {"product": "PAY", "preview": job}
    assert api(vic).post(f"{API}discard/", body, format="json").status_code == 403
    for _twice in range(2):
        assert api(ada).post(f"{API}discard/", body, format="json").status_code == 204
    assert not list(uploads.folder().glob("*.upload"))
    assert "is gone" in read_in(api, ada, job).json()["error"][0]
    other = api(ada).post(f"{API}discard/", body | {"preview": job + 1}, format="json")
    assert other.status_code == 404


def test_a_log_that_a_reading_waits_for_is_kept(send, api, ada, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    history_jobs.run_preview(job)
    started = read_in(api, ada, job).json()["job"]
    body = {"product": "PAY", "preview": job}
    kept = api(ada).post(f"{API}discard/", body, format="json")
    assert (kept.status_code, kept.json()) == (
        409, {"error": [f"Job {started} is about to read it: cancel that first."]},
    )  # fmt: skip
    history_jobs.run_reading(started)
    assert Job.objects.get(pk=started).state == "done"
    assert HistoryRun.objects.get().counted == 3


def test_a_reading_that_was_cancelled_holds_no_log(send, api, ada, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    history_jobs.run_preview(job)
    started = read_in(api, ada, job).json()["job"]
    api(ada).post(f"/api/v1/jobs/{started}/cancel/")
    again = read_in(api, ada, job).json()["job"]
    assert again != started
    api(ada).post(f"/api/v1/jobs/{again}/cancel/")
    body = {"product": "PAY", "preview": job}
    assert api(ada).post(f"{API}discard/", body, format="json").status_code == 204
    assert not list(uploads.folder().glob("*.upload"))


def test_a_log_that_is_read_in_twice_at_once_is_one_job(send, api, ada, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    history_jobs.run_preview(job)
    first, second = read_in(api, ada, job), read_in(api, ada, job)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["job"] == second.json()["job"]
    assert Job.objects.filter(kind=history_jobs.READ).count() == 1


def test_a_preview_of_another_product_is_not_there(send, api, grace, other_product, monkeypatch):
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    job = send(log(3), dry=True).json()["job"]
    history_jobs.run_preview(job)
    answer = api(grace).post(API, {"product": "OPS", "preview": job}, format="json")
    assert answer.status_code == 404


def test_a_repository_that_the_operator_named_is_read(api, ada, vic, settings, tmp_path, product):
    made = Made(tmp_path / "code")
    made.commit({"a.py": "1\n"}, at=int(timezone.now().timestamp()))
    settings.HISTORY_REPOSITORIES = [("PAY", "", made.path)]
    address = f"{API}named/"
    assert api(vic).get(address, {"product": "PAY"}).json() == [
        {"name": "code", "component": None}
    ]  # fmt: skip
    body = {"product": "PAY", "name": "code"}
    assert api(vic).post(address, body, format="json").status_code == 403
    answer = api(ada).post(address, body, format="json")
    assert answer.status_code == 202
    history_jobs.run_reading(answer.json()["job"])
    assert HistoryRun.objects.get().source == "repository"
    other = api(ada).post(address, body | {"name": "else"}, format="json")
    assert (other.status_code, other.json()) == (
        400,
        {"name": ["No repository else is named here."]},
    )
