"""Editing in place: one section at a time, kept while it is typed, and merged where two meet."""

from django.core.exceptions import ValidationError
from django.db import transaction

from tpm.editing import edit
from tradeoffs import wording
from tradeoffs.models import Decision, Section, SectionDraft
from tradeoffs.services.holding import hold


class SectionConflict(Exception):
    """Two people changed the same lines of a section.

    base: what both began from; theirs: what is stored now; mine: what was refused
    """

    def __init__(self, section: str, *, base: str, theirs: str, mine: str) -> None:
        self.section, self.base, self.theirs, self.mine = section, base, theirs, mine
        super().__init__("Somebody changed the same lines while you were typing.")


def tidy(text: str) -> str:
    """Line ends as they are stored; browsers send others."""
    return text.replace("\r\n", "\n")


def keep_draft(decision: Decision, *, by, section: str, base: str, text: str) -> SectionDraft:
    """Keep what somebody is typing; it changes nothing of the decision.

    raises: ValidationError for an unknown section, text that is too long, or a frozen decision
    """
    if not decision.is_open:
        hold(decision)
    if section not in Section.values:
        raise ValidationError({"section": f"Name one of: {', '.join(Section.values)}."})
    row = SectionDraft.objects.filter(decision=decision, section=section, by=by).first()
    row = row or SectionDraft(decision=decision, section=section, by=by)
    row.base, row.text = tidy(base), tidy(text)
    row.full_clean(validate_unique=False, validate_constraints=False)
    SectionDraft.objects.update_or_create(
        decision=decision, section=section, by=by, defaults={"base": row.base, "text": row.text}
    )
    return row


def drop_draft(decision: Decision, *, by, section: str) -> None:
    """Throw away what was typed and not saved."""
    SectionDraft.objects.filter(decision=decision, section=section, by=by).delete()


@transaction.atomic
def save_section(decision: Decision, *, by, section: str, base: str, text: str) -> bool:
    """Save one section of an open decision; changes of other lines, or of other sections, stay.

    base:    the text that the writing began from
    returns: whether it was merged with what somebody saved meanwhile
    raises:  SectionConflict when both changed the same lines; ValidationError when it is frozen
    """
    locked = hold(decision)
    if section not in Section.values:
        raise ValidationError({"section": f"Name one of: {', '.join(Section.values)}."})
    theirs = tidy(getattr(locked, section))
    base, mine = tidy(base), tidy(text)
    both = wording.merge(base, mine, theirs)
    if both is None:
        raise SectionConflict(section, base=base, theirs=theirs, mine=mine)
    edit(locked, by=by, version=None, fields={section: both})
    drop_draft(decision, by=by, section=section)
    setattr(decision, section, both)
    decision.version = locked.version
    return both not in (mine, theirs)
