from celery import current_app, shared_task

from tpm import heartbeat, jobs, revisions


@shared_task(name="tpm.heartbeat", ignore_result=True)
def note_round() -> None:
    """Show that a scheduled message goes all the way: beat, broker, worker, database."""
    heartbeat.sign(heartbeat.ROUND)


@shared_task(name="tpm.sweep_jobs", ignore_result=True)
def sweep_jobs() -> None:
    """Send again the jobs whose message or worker was lost."""
    for job in jobs.requeue_lost():
        revisions.send(current_app.conf.tpm_job_tasks[job.kind], job.pk)
