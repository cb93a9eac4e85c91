"""The pages that bring records in and take them out."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.tradeoffs.records.collections import files_of
from tpm.models import Job
from tradeoffs import import_services
from tradeoffs.import_services import Source
from tradeoffs.models import Decision, RecordFile, StatusWord

RECORD = "# 7. Use Redis\n\n## Status\n\nAccepted\n\n## Context\n\n<script>alert(1)</script>\n"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def new(product):
    return reverse("tradeoffs:import-new", args=[product.key])


def archive(files: dict[str, bytes]) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return SimpleUploadedFile("adr.zip", out.getvalue(), content_type="application/zip")


def follow(client, response):
    """The preview, its POST, and the report of the job, which runs at once here."""
    preview = client.get(response.headers["Location"])
    assert not Decision.objects.exists()
    name = preview.context["name"]
    done = client.post(preview.request["PATH_INFO"], {"collection": name})
    job = Job.objects.latest("pk")
    import_services.run_import(job.pk)
    return preview, client.get(done.headers["Location"])


def test_pasted_text_is_previewed_and_then_imported(client, lena, new):
    client.force_login(lena)
    response = client.post(new, {"text": RECORD})
    preview, report = follow(client, response)
    assert b"use-redis.md" in preview.content
    assert b"Nothing is written yet" in preview.content
    assert RecordFile.objects.get().path == "use-redis.md"
    assert b"Undo this import" in report.content


def test_an_archive_becomes_a_collection_of_its_name(client, lena, new):
    client.force_login(lena)
    response = client.post(new, {"file": archive(dict(files_of("modernisation-platform")))})
    _, report = follow(client, response)
    assert Decision.objects.count() == 45
    assert RecordFile.objects.first().collection.name == "adr"
    assert b"README.md" in report.content


def test_what_was_imported_can_be_taken_back(client, lena, new, product):
    client.force_login(lena)
    follow(client, client.post(new, {"text": RECORD}))
    job = Job.objects.get(kind=import_services.IMPORT)
    client.post(reverse("tradeoffs:import-undo", args=[product.key, job.pk]))
    import_services.run_undo(Job.objects.get(kind=import_services.UNDO).pk)
    assert not Decision.objects.exists()
    page = client.get(reverse("tradeoffs:import-report", args=[product.key, job.pk]))
    assert b"Undo this import" not in page.content


@pytest.mark.parametrize(
    "data", [{}, {"text": "  "}, {"text": RECORD, "name": "../a.md"}], ids=["none", "blank", "name"]
)
def test_what_cannot_be_read_is_said_on_the_form(client, lena, new, data):
    client.force_login(lena)
    response = client.post(new, data)
    assert response.status_code == 422


def test_a_file_that_is_no_archive_is_refused(client, lena, new):
    client.force_login(lena)
    response = client.post(new, {"file": SimpleUploadedFile("a.zip", b"PK\x03\x04no")})
    assert response.status_code == 422
    assert b"no zip archive" in response.content


def test_a_script_in_a_record_is_text_on_its_page(client, lena, product):
    source = Source("adr", [("0007-use-redis.md", RECORD.encode())])
    import_services.import_records(product, source, by=lena)
    client.force_login(lena)
    page = client.get(Decision.objects.get().get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "Status in the file" in page


def test_a_member_may_not_import(client, mel, new):
    client.force_login(mel)
    assert client.get(new).status_code == 403


def test_the_archive_of_an_export_holds_the_bytes(client, lena, product):
    name = "identus-cloud-agent"
    import_services.import_records(product, Source(name, files_of(name)), by=lena)
    client.force_login(lena)
    response = client.get(reverse("tradeoffs:export-zip", args=[product.key]))
    data = dict(files_of(name))
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        names = [n for n in packed.namelist() if n.endswith(".md")]
        assert len(names) == 22
        assert all(packed.read(n) == data[n.split("/")[-1]] for n in names)


def test_one_decision_can_be_copied_in_three_forms(client, vic, accepted):
    client.force_login(vic)
    page = client.get(reverse("tradeoffs:decision-copy", args=[accepted.key])).content.decode()
    assert "## Decision Outcome" in page
    assert "## Status" in page
    assert f"[{accepted.key} " in page
    text = client.get(reverse("tradeoffs:decision-export", args=[accepted.key]), {"as": "nygard"})
    assert text.content.startswith(b"# 1. ")


def test_an_administrator_maps_a_word_and_takes_it_away(client, root, mel):
    url = reverse("tradeoffs:status-word-list")
    client.force_login(mel)
    assert client.post(url, {"word": "parked", "state": "draft"}).status_code == 403
    client.force_login(root)
    assert client.post(url, {"word": " Parked ", "state": "deprecated"}).status_code == 302
    word = StatusWord.objects.get(word="parked")
    edit = reverse("tradeoffs:status-word-edit", args=[word.pk])
    assert client.post(edit, {"word": "parked", "state": "accepted"}).status_code == 302
    assert client.post(edit, {"remove": "1"}).status_code == 302
    assert not StatusWord.objects.filter(word="parked").exists()


def test_a_word_stands_once(client, root):
    client.force_login(root)
    response = client.post(
        reverse("tradeoffs:status-word-list"), {"word": "accepted", "state": "draft"}
    )
    assert response.status_code == 422


def test_the_api_imports_lists_and_gives_text(client, lena, product):
    client.force_login(lena)
    body = {
        "product": product.key, "collection": "adr", "dry_run": True,
        "files": [{"path": "0007-use-redis.md", "text": RECORD}],
    }  # fmt: skip
    url = reverse("decision-import-list")
    dry = client.post(url, body, content_type="application/json")
    assert (dry.status_code, dry.json()["counts"]["created"]) == (200, 1)
    assert not Decision.objects.exists()
    body["dry_run"] = False
    assert client.post(url, body, content_type="application/json").status_code == 201
    (row,) = client.get(reverse("decision-file-list"), {"product": product.key}).json()["results"]
    assert (row["raw_status"], row["source_number"]) == ("Accepted", 7)
    text = client.get(reverse("decision-record-detail", args=[row["decision"]]))
    assert text.content.decode() == RECORD


def test_the_api_refuses_paths_that_lead_out(client, lena, product):
    client.force_login(lena)
    body = {"product": product.key, "collection": "a", "files": [{"path": "../a.md", "text": "x"}]}
    response = client.post(reverse("decision-import-list"), body, content_type="application/json")
    assert response.status_code == 400
