from celery import shared_task

from tpm import heartbeat


@shared_task(name="tpm.heartbeat", expires=300)
def note_round() -> None:
    """Show that a scheduled message goes all the way: beat, broker, worker, database."""
    heartbeat.sign(heartbeat.ROUND)
