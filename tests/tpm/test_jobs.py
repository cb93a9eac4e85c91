"""A job ends, whatever happens to its message or its worker."""

from datetime import timedelta

import pytest
from django.db import transaction
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


def lose(job: Job) -> None:
    """Let a running job show no sign of life for too long, and be queued again."""
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - LONG)
    assert jobs.requeue_lost() == [job]


@pytest.mark.parametrize(
    "error", [None, jobs.JobRefused("No."), jobs.JobCancelled(), jobs.JobTaken(), ValueError()]
)
def test_a_slow_worker_does_not_end_what_another_one_has_done(error):
    job = make_job()
    with jobs.running(job.pk) as slow:
        lose(job)
        with jobs.running(job.pk) as second:
            second.report["rows"] = 3
        slow.report["rows"] = 1
        if error:
            raise error
    job.refresh_from_db()
    assert (job.state, job.report, job.takes) == (Job.State.DONE, {"rows": 3}, 2)


def test_a_slow_worker_does_not_end_what_another_one_is_at():
    job = make_job()
    with jobs.running(job.pk) as first:
        lose(job)
        taken = jobs.running(job.pk)
        second = taken.__enter__()
        with pytest.raises(jobs.JobTaken):
            first.progress(1)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.RUNNING, 0)
    second.progress(2)
    taken.__exit__(None, None, None)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 2)


def test_a_worker_that_was_believed_lost_goes_on_where_no_other_one_is_at_it():
    job = make_job()
    with jobs.running(job.pk) as running:
        lose(job)
        running.progress(1)
        with jobs.running(job.pk) as second:
            assert second is None
    job.refresh_from_db()
    assert (job.state, job.done, job.takes) == (Job.State.DONE, 1, 1)


def test_what_must_not_be_written_twice_is_written_by_the_last_take_alone():
    job = make_job()
    with jobs.running(job.pk) as first:
        with transaction.atomic():
            jobs.hold(first.job)
        lose(job)
        with jobs.running(job.pk) as second:
            with pytest.raises(jobs.JobTaken), transaction.atomic():
                jobs.hold(first.job)
            with transaction.atomic():
                jobs.hold(second.job)


def test_the_sweep_sends_a_lost_job_to_the_task_of_its_kind(monkeypatch):
    job = make_job(silent_for=LONG)
    sent = []
    monkeypatch.setattr("tpm.revisions.send", lambda task, *args: sent.append((task, args)))
    sweep_jobs()
    assert sent == [("roadmaps.import_items", (job.pk,))]
