"""The table of status words, which administrators change."""

from django.db import transaction

from tpm import history
from tradeoffs.models import StatusWord


@transaction.atomic
def set_status_word(
    *, by, word: str, state: str, trial: bool = False, row: StatusWord | None = None
) -> StatusWord:
    """Say which state a word of files means.

    raises: ValidationError when it stands there already
    """
    changed = StatusWord.objects.get(pk=row.pk) if row else StatusWord()
    before = (changed.word, changed.state) if row else (None, None)
    changed.word, changed.state, changed.trial = word, state, trial
    changed.full_clean()
    changed.save()
    changes = {"word": (before[0], word), "state": (before[1], state)}
    history.record(changed, by=by, action="mapped a status", changes=changes)
    return changed


@transaction.atomic
def remove_status_word(row: StatusWord, *, by) -> None:
    """Files with this word stand as drafts from now on, and say so."""
    history.record(row, by=by, action="unmapped a status", changes={"word": (row.word, None)})
    row.delete()
