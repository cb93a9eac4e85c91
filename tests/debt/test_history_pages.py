"""Reading histories from the page, over the API and by night."""

import datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import tasks
from debt.models import HistoryFigures, HistoryRun, MinedChange
from debt.pages import histories as history_page
from debt.queries import figures as queries_figures
from debt.queries import histories as reads
from debt.services import histories, history_jobs
from tests.debt.mining.repositories import Made
from tpm import formats, jobs, uploads
from tpm.models import Job

PAGE = "/p/PAY/debt/history/"
API = "/api/v1/history-runs/"
TODAY = int(timezone.now().timestamp())


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def page(client_of, ada):
    return client_of(ada)


@pytest.fixture
def made(tmp_path, settings):
    """A repository that the operator named for Payments."""
    made = Made(tmp_path / "code")
    made.commit({"a.py": "1\n"}, at=TODAY)
    settings.HISTORY_REPOSITORIES = [("PAY", "", made.path)]
    return made


def log(n=1):
    day = timezone.localdate() - datetime.timedelta(days=1)
    return "".join(f"[{k:07x}] Ann {day} x\n1\t1\ta<b>.py\n2\t0\tb.py\n\n" for k in range(n))


def send(page, text=None, name="log.txt", **fields):
    """Send a log; the answer leads to its preview."""
    data = log(6) if text is None else text
    file = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
    return page.post(PAGE, {"file": file, "repository": "code"} | fields)


def preview():
    job = Job.objects.filter(kind=history_jobs.PREVIEW).first()
    history_jobs.run_preview(job.pk)
    job.refresh_from_db()
    return job


def upload(page, text=None, **fields):
    """Send a log, look at its preview and have it read in."""
    answer = send(page, text, **fields)
    if answer.status_code != 302:
        return answer
    assert preview().state == "done"
    return page.post(answer.url)


def run_newest():
    job = Job.objects.order_by("-pk").first()
    (history_jobs.run_undo if job.kind == history_jobs.UNDO else history_jobs.run_reading)(job.pk)
    job.refresh_from_db()
    return job


def text(response):
    return unescape(response.content.decode())


def test_the_page_without_a_reading_says_what_scores_use(page):
    assert "scores use what people declared" in text(page.get(PAGE))


def test_an_uploaded_log_is_read_by_the_worker(page):
    answer = upload(page)
    job = run_newest()
    assert answer.url == f"/jobs/{job.pk}/"
    assert (job.state, job.report["outcome"]) == ("done", "6 changes of 6 commits.")
    assert HistoryRun.objects.get().repository == "code"


def test_a_large_log_that_waits_on_the_disk_is_read(page, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    upload(page, log(40))
    assert run_newest().report["outcome"] == "40 changes of 40 commits."


def test_a_log_in_utf_16_is_read(page):
    upload(page, log(2).encode("utf-16"))
    assert run_newest().state == "done"


def test_a_log_over_the_limit_is_refused(page, monkeypatch):
    monkeypatch.setattr("debt.forms.histories.MAX_BYTES", 100)
    assert "larger than" in text(upload(page, log(9)))


def test_the_file_is_gone_once_it_is_read(page):
    upload(page)
    run_newest()
    assert not list(uploads.folder().iterdir())


def test_the_page_shows_readings_hotspots_and_coupling(page):
    upload(page)
    run_newest()
    shown = page.get(PAGE).content.decode()
    assert "6 changes of 6 commits" in shown
    assert "Hotspots" in shown
    assert "Change together" in shown
    assert "a&lt;b&gt;.py" in shown
    assert "a<b>.py" not in shown


def test_a_member_reads_why_there_is_no_form(page, client_of, mel):
    html = page.get(PAGE).content.decode()
    assert 'type="file"' in html
    told = text(client_of(mel).get(PAGE))
    assert 'type="file"' not in told
    assert "To read the history of a repository in Payments you need the role planner." in told
    assert "Ada has it." in told


def test_a_member_reads_which_repositories_are_read_by_night(page, client_of, mel, made):
    assert "Read now" in page.get(PAGE).content.decode()
    told = text(client_of(mel).get(PAGE))
    assert '<p class="mt2">code</p>' in told
    assert "history/read/" not in told


def test_a_file_without_lines_stands_after_those_with_lines_and_has_no_share():
    row = HistoryFigures(
        repository="code", hotspots=[["new.py", 9.0, None, 1.0], ["a.py", 4.0, 50, 0.5]]
    )
    spots = queries_figures.hotspots_in([row], 20)
    assert [(one.path, one.heat) for _, one in spots] == [("a.py", 1.0), ("new.py", 1.0)]
    shown = history_page.spot_rows(spots)
    assert [(one["path"], one["heat"]) for one in shown] == [("a.py", "100 %"), ("new.py", "–")]


def test_hotspots_say_the_days_of_all_repositories():
    days = [datetime.datetime(2026, 11, day, 12, tzinfo=datetime.UTC) for day in (30, 27)]
    assert history_page.as_of_words(days[:1]) == f"as of {formats.day(days[0].date())}"
    said = history_page.as_of_words(days)
    assert said.startswith("each repository as of its newest reading, ")
    assert said.endswith(f"{formats.day(days[1].date())} to {formats.day(days[0].date())}")


def test_a_preview_says_what_would_be_read_and_writes_nothing(page):
    bot = "[aaaaaaa] renovate[bot] 2026-01-05 x\n1\t1\tc.py\n\n"
    answer = send(page, log(6) + bot)
    assert "waiting for the worker" in text(page.get(answer.url))
    job = preview()
    assert job.report == {
        "page": answer.url, "commits": 7, "changes": 6, "kept in full": 6, "files": 2,
        "files of a component": 0, "left out": {"by a program": 1}, "notes": [],
        "from": job.report["from"], "to": job.report["from"],
    }  # fmt: skip
    shown = text(page.get(answer.url))
    assert "Left out: 1 by programs." in shown
    assert "Read it in" in shown
    assert "Ann" not in shown
    assert "renovate" not in shown
    assert not HistoryRun.objects.exists()


def test_a_preview_tells_what_is_known_already(page):
    upload(page)
    run_newest()
    answer = send(page)
    preview()
    shown = text(page.get(answer.url))
    assert "Nothing of it would count." in shown
    assert "6 known already" in shown


def test_a_log_is_not_read_in_before_its_preview(page):
    answer = send(page)
    assert page.post(answer.url).status_code == 200
    assert not Job.objects.filter(kind=history_jobs.READ).exists()


def test_a_log_is_let_go(page):
    answer = send(page)
    assert page.post(f"{answer.url}discard/").url == PAGE
    assert not list(uploads.folder().iterdir())
    assert page.get(answer.url).status_code == 404
    assert preview().report["error"].startswith("The uploaded file is gone")


def test_a_log_that_is_about_to_be_read_is_kept_and_read_once(page):
    answer = send(page)
    preview()
    first, second = page.post(answer.url), page.post(answer.url)
    assert first.url == second.url
    kept = page.post(f"{answer.url}discard/", follow=True)
    assert kept.redirect_chain[-1][0] == first.url
    assert "It is being read. Cancel that to let go of the file." in text(kept)
    assert list(uploads.folder().glob("*.upload"))


def test_a_preview_that_ends_has_its_page_loaded_again(page):
    answer = send(page)
    asks = {"headers": {"HX-Request": "true"}}
    assert "hx-get" in text(page.get(answer.url, **asks))
    preview()
    assert page.get(answer.url, **asks).headers["HX-Refresh"] == "true"


def test_a_preview_of_a_log_that_ends_without_a_commit_says_so(page):
    answer = send(page, "[aaaaaaa] Ann 2026-01-05 x\n")
    preview()
    shown = text(page.get(answer.url))
    assert "1 without files" in shown


def test_the_same_log_again_is_nothing_new(page):
    upload(page)
    run_newest()
    upload(page)
    assert run_newest().report["outcome"] == "Nothing new: every commit of it was known."


@pytest.mark.parametrize("said", ["hello\n", "a,b\n1,2\n", "{}"])
def test_what_is_no_log_is_refused_at_once(page, said):
    answer = upload(page, said)
    assert answer.status_code == 422
    assert "It is no log of git" in text(answer)
    assert not Job.objects.exists()


def test_a_cancelled_reading_leaves_nothing(page):
    upload(page)
    Job.objects.update(cancel_asked=True)
    assert run_newest().state == "cancelled"
    assert not HistoryRun.objects.exists()


def test_a_reading_cancelled_on_its_way_leaves_nothing(page, monkeypatch):
    upload(page)
    gather = histories.gather

    def cancelled_meanwhile(*words, **options):
        Job.objects.update(cancel_asked=True)
        return gather(*words, **options)

    monkeypatch.setattr(histories, "gather", cancelled_meanwhile)
    assert run_newest().state == "cancelled"
    assert not HistoryRun.objects.exists()
    assert not MinedChange.objects.exists()


def test_a_reading_whose_file_is_gone_says_so(page):
    upload(page)
    for path in uploads.folder().iterdir():
        path.unlink()
    job = run_newest()
    assert (job.state, job.report["error"]) == (
        "failed", "The uploaded file is gone. Upload it again.",
    )  # fmt: skip


def test_a_reading_is_taken_back(page, product):
    upload(page)
    run_newest()
    page.post(f"{PAGE}{HistoryRun.objects.get().pk}/undo/")
    assert run_newest().state == "done"
    assert reads.live_runs(product) == []
    assert "taken back" in text(page.get(PAGE))


def test_an_older_reading_is_not_taken_back(page):
    upload(page)
    run_newest()
    first = HistoryRun.objects.get()
    upload(page, "[fffffff] Ann 2026-01-01 x\n1\t1\tc.py\n")
    run_newest()
    page.post(f"{PAGE}{first.pk}/undo/")
    assert not Job.objects.filter(kind=history_jobs.UNDO).exists()


def test_two_uploads_at_once_count_once(page, monkeypatch):
    upload(page)
    upload(page)
    first, second = Job.objects.filter(kind=history_jobs.READ).order_by("pk")
    settle = histories.settle

    def after_the_other(*of):
        monkeypatch.setattr(histories, "settle", settle)
        history_jobs.run_reading(second.pk)
        settle(*of)

    monkeypatch.setattr(histories, "settle", after_the_other)
    history_jobs.run_reading(first.pk)
    first.refresh_from_db()
    assert "Another reading of this repository ended meanwhile" in first.report["error"]
    assert HistoryRun.objects.count() == 1
    assert MinedChange.objects.count() == 6


def test_a_repository_that_the_operator_named_is_read(page, made):
    assert "Read now" in text(page.get(PAGE))
    page.post(f"{PAGE}read/", {"name": "code"})
    assert run_newest().report["outcome"] == "1 change of 1 commit."


@pytest.mark.parametrize("name", ["/etc", "../code", "other", ""])
def test_nothing_else_on_the_disk_is_read(page, made, name):
    assert page.post(f"{PAGE}read/", {"name": name}).status_code == 404
    assert not Job.objects.exists()


def test_a_repository_of_another_product_is_not_read(page, made, settings):
    settings.HISTORY_REPOSITORIES = [("OPS", "", made.path)]
    assert page.post(f"{PAGE}read/", {"name": "code"}).status_code == 404


def test_a_folder_that_is_no_repository_fails_in_a_sentence(page, settings, tmp_path):
    settings.HISTORY_REPOSITORIES = [("PAY", "", tmp_path)]
    page.post(f"{PAGE}read/", {"name": tmp_path.name})
    assert run_newest().report["error"].endswith("is no git repository.")


def test_the_night_reads_what_the_operator_named(product, made, monkeypatch):
    monkeypatch.setattr(tasks.read_named, "delay", tasks.read_named)
    tasks.nightly_histories()
    assert HistoryRun.objects.get().by is None


def test_a_night_without_the_repository_is_logged(product, settings, tmp_path, caplog):
    settings.HISTORY_REPOSITORIES = [("PAY", "", tmp_path / "gone")]
    tasks.read_named(product.pk, "gone")
    assert "could not read the history of gone" in caplog.text


# the API


def test_a_log_goes_up_as_a_file(page, product):
    file = SimpleUploadedFile("log.txt", log(2).encode())
    answer = page.post(API, {"product": "PAY", "repository": "code", "file": file})
    assert answer.status_code == 202
    assert run_newest().pk == answer.json()["job"]
    (run,) = page.get(API, {"product": "PAY"}).json()["results"]
    assert (run["repository"], run["counted"], run["counts"]) == ("code", 2, True)


def test_a_log_goes_up_as_text(page, product):
    body = {"product": "PAY", "repository": "code", "log": log(1)}
    assert page.post(API, body, content_type="application/json").status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        {"repository": "code"},
        {"log": "[abc1] A 2026-01-01 x\n"},
        {"repository": "code", "log": "hello"},
        {"repository": "code", "log": "[abc1] A 2026-01-01 x\n", "component": "none"},
    ],
)
def test_what_is_wrong_with_a_log_is_said(page, product, body):
    answer = page.post(API, {"product": "PAY"} | body, content_type="application/json")
    assert answer.status_code == 400


def test_a_reading_is_taken_back_over_the_api(page, product):
    upload(page)
    run_newest()
    pk = HistoryRun.objects.get().pk
    assert page.post(f"{API}{pk}/undo/").status_code == 202
    run_newest()
    assert page.get(f"{API}{pk}/").json()["counts"] is False
    assert page.post(f"{API}{pk}/undo/").status_code == 400


def test_the_page_reads_no_change(page):
    upload(page)
    run_newest()
    with CaptureQueriesContext(connection) as asked:
        shown = page.get(PAGE).content.decode()
    assert "Change together" in shown
    assert not any('FROM "debt_minedchange"' in each["sql"] for each in asked)


def test_the_page_takes_as_many_queries_for_many_readings(page, django_assert_max_num_queries):
    for n in range(3):
        upload(page, f"[fffffff{n}] Ann 2026-01-01 x\n1\t1\tc.py\n")
        run_newest()
    page.get(PAGE)
    with django_assert_max_num_queries(25):
        page.get(PAGE)


def test_a_dry_run_over_the_api_says_what_a_log_holds(client_of, ada, monkeypatch):
    client = client_of(ada)
    body = {"product": "PAY", "repository": "code", "log": log(3)}

    def send():
        return client.post(API + "?dry_run=1", body, content_type="application/json")

    answer = send()
    assert answer.status_code == 200
    assert (answer.json()["commits"], answer.json()["files"]) == (3, 2)
    assert not Job.objects.exists()
    assert not HistoryRun.objects.exists()
    monkeypatch.setattr("debt.api.histories.MOST_DRY_BYTES", 10)
    assert send().status_code == 202  # test_history_api.py goes on from there
    assert not HistoryRun.objects.exists()


def test_a_reading_that_was_taken_up_by_another_worker_leaves_it_the_file(page, monkeypatch):
    upload(page)
    job = Job.objects.get(kind=history_jobs.READ)
    read_log = histories.read_log

    def lost(*_args, progress, **_more):
        monkeypatch.setattr(histories, "read_log", read_log)
        Job.objects.update(beat_at=timezone.now() - datetime.timedelta(minutes=4))
        assert jobs.requeue_lost() == [job]
        with jobs.running(job.pk):  # another worker takes it up, and is killed
            pass
        progress(1)

    monkeypatch.setattr(histories, "read_log", lost)
    history_jobs.run_reading(job.pk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, ended_at=None)
    history_jobs.run_reading(job.pk)
    job.refresh_from_db()
    assert (job.state, job.takes) == (Job.State.DONE, 3)
    assert HistoryRun.objects.count() == 1


def test_a_history_known_under_another_name_is_said_before_it_is_read(page):
    upload(page)
    run_newest()
    answer = send(page, repository="copy")
    assert preview().state == "done"
    said = text(page.get(answer.url))
    assert "6 of its 6 changes of the last year are known as those of code" in said
    assert "each counts once, for the component and the team." in said
    assert "name it code to add only what is new." in said
    answer = send(page, repository="code")
    preview()
    assert "counts once" not in text(page.get(answer.url))
