"""Which of the proposed orders was taken: kept with their comparison, so that its page says so."""

from tpm.models import Job, Operation


def note_taken(job: Job, operation: Operation | None, name: str) -> None:
    """Keep with a comparison which of its orders was taken, and by which operation."""
    if operation is not None:
        job.report = {**job.report, "taken": {"order": name, "operation": operation.pk}}
        job.save(update_fields=["report"])


def taken_of(job: Job) -> tuple[str, Operation] | None:
    """The name of the taken order and who took it when; None where none was, or it was undone."""
    noted = job.report.get("taken")
    if not noted:
        return None
    found = Operation.objects.filter(pk=noted["operation"], product=job.product_id, undone_at=None)
    done = found.select_related("by").first()
    return (noted["order"], done) if done else None
