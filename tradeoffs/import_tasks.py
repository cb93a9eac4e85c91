"""When imports of records are done: on a message, never on a schedule."""

from celery import shared_task

from tradeoffs import import_services


@shared_task(name="tradeoffs.import_records", ignore_result=True, acks_late=True)
def import_records(job_id: int) -> None:
    import_services.run_import(job_id)


@shared_task(name="tradeoffs.undo_import", ignore_result=True, acks_late=True)
def undo_import(job_id: int) -> None:
    import_services.run_undo(job_id)
