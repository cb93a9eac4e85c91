from celery import current_app, shared_task

from tpm import heartbeat, jobs, revisions, undo_jobs


@shared_task(name="tpm.heartbeat", ignore_result=True)
def note_round() -> None:
    """Show that a scheduled message goes all the way: beat, broker, worker, database."""
    heartbeat.sign(heartbeat.ROUND)


@shared_task(name="tpm.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    """Send again the jobs whose message or worker was lost."""
    for job in jobs.requeue_lost():
        revisions.send(current_app.conf.tpm_job_tasks[job.kind], job.pk)


@shared_task(name="tpm.run_undo_job", ignore_result=True, acks_late=True)
def run_undo_job(job_id: int) -> None:
    undo_jobs.run(job_id)
