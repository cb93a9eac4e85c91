"""When imports are done: on a message, never on a schedule."""

from celery import shared_task

from roadmaps import import_services


@shared_task(name="roadmaps.import_items", ignore_result=True, acks_late=True)
def import_items(job_id: int) -> None:
    import_services.run_import(job_id)


@shared_task(name="roadmaps.undo_import", ignore_result=True, acks_late=True)
def undo_import(job_id: int) -> None:
    import_services.run_undo(job_id)
