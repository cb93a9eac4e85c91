"""The import pages: upload, preview, apply, report, undo; without a script."""

import uuid
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from roadmaps import import_services
from roadmaps.importing import MAX_BYTES
from roadmaps.models import Item
from tpm import uploads
from tpm.models import Job

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
LINEAR = SAMPLES / "linear_export_25col_2023.csv"
NEW = "/p/PAY/import/"
AMBIGUOUS = b"Key,Title,Status,Due\nA-1,One,Todo,3/4/2025\n"


@pytest.fixture
def page(client_of, ada):
    return client_of(ada)


def upload(page, data=None, name="export.csv"):
    data = LINEAR.read_bytes() if data is None else data
    return page.post(NEW, {"file": SimpleUploadedFile(name, data)})


def text(response):
    return unescape(response.content.decode())


def run_newest():
    job = Job.objects.order_by("-pk").first()
    (import_services.run_undo if job.kind == import_services.UNDO else import_services.run_import)(
        job.pk
    )
    job.refresh_from_db()
    return job


def test_the_upload_page_states_the_limits(page):
    shown = text(page.get(NEW))
    assert "Up to 30 MB and 20,000 rows" in shown
    assert 'enctype="multipart/form-data"' in shown


def test_an_upload_leads_to_its_preview_and_writes_no_item(page):
    answer = upload(page)
    assert answer.status_code == 302
    shown = text(page.get(answer.url))
    assert "Linear CSV, 10 rows to import. Nothing is written yet." in shown
    assert "First Claw" in shown
    assert "3 rows with points" in shown
    assert not Item.objects.exists()


def test_looking_at_a_preview_twice_changes_nothing(page):
    url = upload(page).url
    first, second = text(page.get(url)), text(page.get(url))
    assert first.count("<tr>") == second.count("<tr>")
    assert not Job.objects.exists()


def test_applying_makes_a_job_and_its_report_shows_what_was_done(page):
    url = upload(page).url
    answer = page.post(url, {"days_per_point": "2"})
    job = Job.objects.get()
    assert answer.url == reverse("roadmaps:import-report", args=["PAY", job.pk])
    assert "waiting for the worker" in text(page.get(answer.url))
    assert run_newest().state == Job.State.DONE
    shown = text(page.get(answer.url))
    assert "Undo this import" in shown
    assert "<dt>Created</dt><dd>10</dd>" in shown
    assert Item.objects.get(source_key="CLA-5").estimates.get().p50_days == 16


def test_the_report_asks_for_itself_until_the_import_has_ended(page):
    url = page.post(upload(page).url).url
    fragment = text(page.get(url, headers={"HX-Request": "true"}))
    assert 'hx-trigger="load delay:2s"' in fragment
    assert "<html" not in fragment
    run_newest()
    assert "load delay" not in text(page.get(url, headers={"HX-Request": "true"}))


def test_undo_takes_the_import_back_and_is_offered_once(page):
    url = page.post(upload(page).url).url
    run_newest()
    assert page.post(f"{url}undo/").status_code == 302
    assert run_newest().kind == import_services.UNDO
    assert set(Item.objects.values_list("state", flat=True)) == {"dropped"}
    shown = text(page.get(url))
    assert "Undo this import" not in shown
    assert "Taken back" in shown
    assert "nothing left to take back" in text(page.post(f"{url}undo/", follow=True))


def test_a_second_upload_of_the_same_file_stays_as_it_is(page):
    page.post(upload(page).url)
    run_newest()
    shown = text(page.get(upload(page).url))
    assert "<dt>Unchanged</dt><dd>10</dd>" in shown
    assert "<dt>Created</dt><dd>0</dd>" in shown


def test_a_hand_edit_is_shown_in_the_preview(page, ada):
    from roadmaps import services

    first = b"Key,Title,Status\nA-1,Theirs,Todo\n"
    page.post(upload(page, first).url)
    run_newest()
    services.edit_item(Item.objects.get(), by=ada, version=None, title="Ours")
    shown = text(page.get(upload(page, first.replace(b"Theirs", b"Newer")).url))
    assert "Edited here and changed in the file" in shown
    assert "Ours" in shown


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 x", "This is a PDF document"),
        (b"PK\x03\x04x", "Excel workbook"),
        (b"<html><body>x</body></html>", "a web page (HTML)"),
        (b'{"message": "no"}', "This is a JSON object"),
        (b'Key,Title\nA,"x', "looks cut off"),
        (b"a,b\n1,2\n", "No column looks like a title"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_not_kept(page, data, sentence):
    before = set(uploads.folder().iterdir())
    answer = upload(page, data)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert set(uploads.folder().iterdir()) == before


def test_a_file_over_the_limit_is_refused(page):
    answer = upload(page, b"x" * (MAX_BYTES + 1))
    assert answer.status_code == 422
    assert "the limit is 30 MB" in text(answer)


def test_no_file_at_all_is_refused(page):
    assert "Choose a file." in text(page.post(NEW))


def test_a_question_is_shown_and_holds_applying_back(page):
    url = upload(page, AMBIGUOUS).url
    shown = text(page.get(url))
    assert "is the day or the month first?" in shown
    assert page.post(url).status_code == 422
    assert not Job.objects.exists()
    page.post(url, {"dates": "day"})
    run_newest()
    assert str(Item.objects.get().target_date) == "2025-04-03"


def test_options_live_in_the_address_and_go_along_with_applying(page):
    url = upload(page, b"Key,Title,Status\nA-1,One,Parked\n").url
    shown = text(page.get(f"{url}?state:Parked=in_progress"))
    assert '<input type="hidden" name="state:Parked" value="in_progress">' in shown
    page.post(url, {"state:Parked": "in_progress"})
    run_newest()
    assert Item.objects.get().state == "in_progress"


def test_an_option_that_makes_no_sense_is_refused_in_words(page):
    url = upload(page).url
    answer = page.get(f"{url}?zone=Mars/Base")
    assert answer.status_code == 422
    assert "There is no such zone" in text(answer)
    answer = page.get(f"{url}?source=github")
    assert answer.status_code == 422
    assert "This is not JSON" in text(answer)


def test_markup_in_a_file_is_text_on_the_page(page):
    nasty = "<b>&\"'"
    data = f"Key,Title,Status,<i>x\nA<u>1,{nasty.replace(chr(34), '')},<s>odd,<em>\n"
    raw = page.get(upload(page, data.encode()).url).content.decode()
    for tag in ("<b>&'", "<i>x", "<u>1", "<s>odd", "<em>"):
        assert tag not in raw


def test_an_upload_can_be_discarded(page):
    url = upload(page).url
    page.post(f"{url}discard/")
    assert page.get(url).status_code == 404


def test_an_upload_that_never_was_is_not_found(page):
    assert page.get(f"{NEW}{uuid.uuid4()}/").status_code == 404


def test_an_upload_of_one_product_is_none_of_another(page, client_of, grace):
    token = upload(page).url.rstrip("/").rsplit("/", 1)[1]
    assert client_of(grace).get(f"/p/OPS/import/{token}/").status_code == 404


def test_downloads_are_attachments_that_run_nothing(page):
    data = b"Key,Title,Status\nA-1,One,Todo\nA-1,=cmd(),Todo\n"
    url = page.post(upload(page, data).url).url
    job = run_newest()
    assert job.report["files"] == ["left-out", "problems"]
    answer = page.get(f"{url}left-out.csv")
    assert "attachment" in answer["Content-Disposition"]
    assert "'=cmd()" in b"".join(answer.streaming_content).decode()
    assert page.get(f"{url}problems.csv").status_code == 200
    assert page.get(f"{url}passwd.csv").status_code == 404


@pytest.mark.parametrize("path", ["", "jobs/1/", "jobs/1/left-out.csv"])
def test_roles_guard_the_pages(client_of, product, vic, mel, grace, path):
    job = Job.objects.create(pk=1, kind="import", title="x", product=product, by=vic)
    assert client_of(vic).get(NEW + path).status_code == 403
    assert client_of(mel).get(NEW + path).status_code == 403
    assert client_of(grace).get(NEW + path).status_code == 404
    assert job.pk == 1


def test_a_member_cannot_undo(client_of, mel, page):
    url = page.post(upload(page).url).url
    run_newest()
    assert client_of(mel).post(f"{url}undo/").status_code == 403
    assert Item.objects.filter(state="planned").exists()


def test_the_pages_of_an_import_say_where_they_stand_and_its_report_leads_to_its_items(page):
    preview = upload(page).url
    assert '<a href="/p/PAY/import/">Import</a>' in text(page.get(preview))
    page.post(preview)
    job = run_newest()
    report = text(page.get(reverse("roadmaps:import-report", args=["PAY", job.pk])))
    assert f"/p/PAY/items/?state=any&imported={job.report['batch']}" in report
