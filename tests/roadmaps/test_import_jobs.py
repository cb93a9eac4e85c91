"""Imports as jobs, their undoing as one, and the downloads of their reports."""

import json
import uuid
from datetime import date, timedelta

import pytest

from roadmaps import import_services, services
from roadmaps.import_services import reports
from roadmaps.import_services.applying import Importer
from roadmaps.importing import check_size
from roadmaps.models import Item, ItemLink
from roadmaps.services.teams import Part, parts_of
from tests.roadmaps.import_helpers import HEADER, SAMPLES, got, line
from tpm import jobs, uploads
from tpm.jobs import requeue_lost
from tpm.models import Change, Job


def start(product, ada, path, **options):
    upload = uploads.store(
        [path.read_bytes()], name=path.name, product_key=product.key, by=ada, judge=check_size
    )
    return import_services.start_import(product, upload, by=ada, options=options), upload


def test_a_job_ends_done_with_its_report_and_lets_go_of_the_upload(product, ada):
    job, upload = start(product, ada, SAMPLES / "jira_server_2020.csv")
    import_services.run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (Job.State.DONE, 4, 4)
    assert job.report["created"] == 4
    assert not upload.path.exists()
    json.dumps(job.report)


def test_a_job_that_was_cut_off_is_taken_up_and_counts_all(product, ada, monkeypatch):
    job, _ = start(product, ada, SAMPLES / "linear_export_25col_2023.csv")
    whole = Importer._second_pass

    def killed(self, done):
        raise KeyboardInterrupt

    monkeypatch.setattr(Importer, "_second_pass", killed)
    with pytest.raises(KeyboardInterrupt):
        import_services.run_import(job.pk)
    monkeypatch.setattr(Importer, "_second_pass", whole)
    assert requeue_lost(silent_for=timedelta()) == [job]
    import_services.run_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["created"], job.report["parents"]) == (Job.State.DONE, 10, 2)
    assert Item.objects.count() == 10


def test_a_cancelled_job_says_what_stays(product, ada, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *(line(n) for n in range(1200))]))
    job, _ = start(product, ada, path)

    class Cancelling(jobs.Running):
        def progress(self, done, total=None, note=""):
            Job.objects.filter(pk=job.pk).update(cancel_asked=True)
            super().progress(done, total, note)

    original, jobs.Running = jobs.Running, Cancelling
    try:
        import_services.run_import(job.pk)
    finally:
        jobs.Running = original
    job.refresh_from_db()
    assert (job.state, job.report["created"]) == (Job.State.CANCELLED, 500)
    assert "stopped" in job.report
    assert import_services.may_undo(job)


def test_a_job_on_a_bad_file_fails_with_the_sentence(product, ada, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"%PDF-1.7")
    job, _ = start(product, ada, path)
    import_services.run_import(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.report["error"].startswith("This is a PDF document")


def test_a_job_without_its_upload_fails_with_a_sentence(product, ada):
    job, upload = start(product, ada, SAMPLES / "jira_server_2020.csv")
    uploads.forget(upload)
    import_services.run_import(job.pk)
    job.refresh_from_db()
    assert job.report["error"] == "The uploaded file is gone. Upload it again."


def undo(report_or_job, product, ada):
    job = report_or_job
    second = import_services.start_undo(job, by=ada)
    import_services.run_undo(second.pk)
    second.refresh_from_db()
    return second


@pytest.fixture
def imported(product, ada, tmp_path):
    def bring_by_job(*lines):
        path = tmp_path / f"{uuid.uuid4()}.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        job, _ = start(product, ada, path)
        import_services.run_import(job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.report
        return job

    return bring_by_job


def test_undo_drops_what_was_made_and_takes_links_away(imported, product, ada):
    job = imported(line(1, blocks="ABC-2", parent="ABC-2"), line(2))
    done = undo(job, product, ada)
    assert done.state == Job.State.DONE
    assert {item.state for item in Item.objects.all()} == {"dropped"}
    assert got(1).parent is None
    assert not ItemLink.objects.exists()
    assert done.report["items dropped"] == 2


def test_undo_restores_what_an_update_changed(imported, product, ada):
    imported(line(1, title="Old", who="Bo", due="1/Mar/26", l1="a", estimate="28800"))
    job = imported(line(1, title="New", who="Cy", due="2/Mar/26", l1="b", status="In Progress"))
    undo(job, product, ada)
    item = got()
    assert (item.title, item.owner.name, item.target_date) == ("Old", "Bo", date(2026, 3, 1))
    assert (item.state, item.started_on, item.extra["Labels"]) == ("planned", None, ["a"])


def test_undo_puts_an_earlier_estimate_back(imported, product, ada):
    imported(line(1, estimate="28800"))
    job = imported(line(1, estimate="57600"))
    undo(job, product, ada)
    assert got().estimates.first().p50_days == 1


def test_undo_puts_back_what_it_took(imported, product, ada):
    done = {"status": "Done", "resolved": "1/Mar/26"}
    imported(line(1, spent="28800", **done))
    job = imported(line(1, spent="288000", **done))
    report = undo(job, product, ada).report
    newest = got().actuals.first()
    assert (newest.person_days, newest.source, report["items restored"]) == (1, "imported", 1)


def test_undo_lists_an_effort_that_was_not_there_before(imported, product, ada):
    imported(line(1))
    job = imported(line(1, status="Done", resolved="1/Mar/26", spent="28800"))
    left = undo(job, product, ada).report["left as they are"]
    assert [row["why"] for row in left] == ["person-days stays: no record is ever removed"]


def test_undo_run_twice_adds_an_earlier_estimate_once(imported, product, ada):
    imported(line(1, estimate="28800"))
    job = imported(line(1, estimate="57600"))
    second = undo(job, product, ada)
    Job.objects.filter(pk=second.pk).update(state=Job.State.QUEUED, ended_at=None)
    import_services.run_undo(second.pk)
    assert got().estimates.count() == 3


def test_undo_lists_what_somebody_changed_since_and_leaves_it(imported, product, ada):
    job = imported(line(1), line(2))
    services.edit_item(got(1), by=ada, version=None, title="Mine now")
    done = undo(job, product, ada)
    assert done.report["left as they are"] == [{"item": "PAY-1", "why": "edited since"}]
    assert (got(1).state, got(2).state) == ("planned", "dropped")


def test_undo_leaves_a_parent_that_would_now_close_a_loop(imported, product, ada):
    imported(line(1, parent="ABC-2"), line(2), line(3))
    job = imported(line(1, parent="ABC-3"))
    services.edit_item(got(2), by=ada, version=None, parent=got(1))
    done = undo(job, product, ada)
    assert done.report["left as they are"][0]["why"].startswith("parent stays")
    assert got(1).parent == got(3)


def test_undo_leaves_a_team_that_no_longer_serves_the_product(imported, product, ada, team, bring):
    header = "ID,Team,Title,Status,Archived,Canceled"
    bring("A-1,rails,x,Todo,,", header=header)
    report = bring("A-1,,x,Todo,,", "A-2,rails,y,Todo,,", header=header)
    team.shares.all().delete()
    job = Job.objects.create(
        kind="import", title="x", product=product, by=ada, arguments={"batch": report["batch"]}
    )
    left = undo(job, product, ada).report["left as they are"]
    assert [row["item"] for row in left if "does not serve" in row["why"]] == ["PAY-1"]
    assert Item.objects.get(source_key="A-1").team is None


@pytest.mark.parametrize(
    ("named", "then"),
    [
        ("Bb", [("Bb", 5, 2), ("Aa", 3, 1), ("Cc", 2, 1)]),
        ("Dd", [("Dd", 3, 1), ("Bb", 5, 2), ("Cc", 2, 1)]),
        ("", []),
    ],
)
def test_another_first_team_keeps_each_teams_days_and_undo_brings_them_back(
    product, ada, make_team, bring, named, then
):
    aa, bb, cc, _dd = (make_team(product, name=name) for name in ("Aa", "Bb", "Cc", "Dd"))
    header = "ID,Team,Title,Status,Archived,Canceled"
    bring("A-1,Aa,x,Todo,,", "A-2,Aa,y,Todo,,", header=header)
    parts = [Part(aa, 3), Part(bb, 5, 2), Part(cc, 2)]
    services.share_item(Item.objects.get(source_key="A-1"), by=ada, parts=parts)
    report = bring(f"A-1,{named},x,Todo,,", "A-2,Aa,y,Todo,,", header=header)
    assert [
        (part.team.name, *part[1:]) for part in parts_of(Item.objects.get(source_key="A-1"))
    ] == then
    if then:
        line = Change.objects.filter(action="imported again").first()
        assert line.fields["teams"][0] == "Aa 3, Bb 5, Cc 2"
    job = Job.objects.create(
        kind="import", title="x", product=product, by=ada, arguments={"batch": report["batch"]}
    )
    assert undo(job, product, ada).report["left as they are"] == []
    assert parts_of(Item.objects.get(source_key="A-1")) == parts


def test_a_further_team_that_leads_an_item_of_none_keeps_its_days(product, ada, make_team, bring):
    aa, bb, cc = (make_team(product, name=name) for name in ("Aa", "Bb", "Cc"))
    header = "ID,Team,Title,Status,Archived,Canceled"
    bring("A-1,Aa,x,Todo,,", "A-2,Aa,y,Todo,,", header=header)
    parts = [Part(aa, 3), Part(bb, 5, 2), Part(cc, 2)]
    services.share_item(Item.objects.get(source_key="A-1"), by=ada, parts=parts)
    for name in ("", "Bb", "Cc"):
        bring(f"A-1,{name},x,Todo,,", "A-2,Aa,y,Todo,,", header=header)
    assert parts_of(Item.objects.get(source_key="A-1")) == [Part(cc, 2), Part(bb, 5, 2)]


@pytest.mark.thorough
def test_undoing_a_thousand_rows_takes_few_queries(
    imported, product, ada, django_assert_max_num_queries
):
    job = imported(*(line(n, blocks=f"ABC-{n + 1}") for n in range(1000)))
    with django_assert_max_num_queries(60):
        done = undo(job, product, ada)
    assert done.report["items dropped"] == 1001
    assert done.report["links taken away"] == 1000


def test_undo_is_offered_once(imported, product, ada):
    job = imported(line(1))
    assert import_services.may_undo(job)
    undo(job, product, ada)
    assert not import_services.may_undo(job)


def test_undo_run_twice_does_no_harm(imported, product, ada):
    job = imported(line(1))
    second = undo(job, product, ada)
    Job.objects.filter(pk=second.pk).update(state=Job.State.QUEUED, ended_at=None)
    import_services.run_undo(second.pk)
    second.refresh_from_db()
    assert (second.state, second.report["left as they are"]) == (Job.State.DONE, [])


def test_importing_again_after_an_undo_brings_the_items_back(imported, product, ada):
    job = imported(line(1, parent="ABC-2"), line(2))
    undo(job, product, ada)
    report = imported(line(1, parent="ABC-2"), line(2)).report
    assert (report["updated"], report["parents"]) == (2, 1)
    assert (got(1).state, got(1).parent) == ("planned", got(2))


def test_rows_left_out_can_be_downloaded_safely_and_come_back_fixed(imported, product, ada, bring):
    job = imported(line(1), line(2, key="", title="=cmd()"))
    assert job.report["files"] == ["left-out", "problems"]
    text = reports.file_of(job.pk, "left-out").read_text()
    assert "'=cmd()" in text
    fixed = text.replace(",1002,", "ABC-2,1002,", 1)
    header, *lines = fixed.strip().splitlines()
    bring(*lines, header=header)
    assert got(2).title == "=cmd()"
    assert "Import problem" not in got(2).extra
