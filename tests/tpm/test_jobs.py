"""A job ends, whatever happens to its message or its worker."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tpm import jobs
from tpm.models import Job
from tpm.tasks import sweep_jobs

pytestmark = pytest.mark.django_db


def make_job(*, silent_for: timedelta = timedelta(), **fields) -> Job:
    job = jobs.create("import", "Import plan.csv", product=None, by=None)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - silent_for, **fields)
    job.refresh_from_db()
    return job


LONG = jobs.LOST_AFTER + timedelta(minutes=1)


def test_a_job_that_ran_is_done():
    job = make_job()
    with jobs.running(job.pk) as running:
        running.report["rows"] = 3
    job.refresh_from_db()
    assert (job.state, job.report) == (Job.State.DONE, {"rows": 3})


def test_a_second_message_for_a_running_job_is_ignored():
    job = make_job()
    with jobs.running(job.pk), jobs.running(job.pk) as second:
        assert second is None


def test_a_job_whose_message_was_lost_is_sent_again():
    job = make_job(silent_for=LONG)
    assert jobs.requeue_lost() == [job]


def test_it_is_sent_once_and_then_given_time():
    make_job(silent_for=LONG)
    jobs.requeue_lost()
    assert jobs.requeue_lost() == []


def test_a_job_whose_worker_was_lost_is_queued_again():
    job = make_job(silent_for=LONG, state=Job.State.RUNNING, beat_at=timezone.now() - LONG)
    assert jobs.requeue_lost() == [job]
    with jobs.running(job.pk) as running:
        assert running is not None


def test_a_job_that_shows_signs_of_life_is_left_alone():
    make_job(silent_for=LONG, state=Job.State.RUNNING, beat_at=timezone.now())
    assert jobs.requeue_lost() == []


def test_a_lost_job_that_was_cancelled_ends():
    job = make_job(
        silent_for=LONG,
        state=Job.State.RUNNING,
        beat_at=timezone.now() - LONG,
        cancel_asked=True,
    )
    assert jobs.requeue_lost() == []
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_the_sweep_sends_a_lost_job_to_the_task_of_its_kind(monkeypatch):
    job = make_job(silent_for=LONG)
    sent = []
    monkeypatch.setattr("tpm.revisions.send", lambda task, *args: sent.append((task, args)))
    sweep_jobs()
    assert sent == [("roadmaps.import_items", (job.pk,))]
