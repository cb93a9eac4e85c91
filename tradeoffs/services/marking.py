"""Marks of what decisions in review say now, kept so that a list works none of them out."""

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from tradeoffs import content, heard
from tradeoffs.models import Decision, Review, Summary, Version


def unmarked() -> QuerySet[Decision]:
    """Decisions in review that somebody judged, and that changed since their mark was kept."""
    judged = Review.objects.filter(decision=OuterRef("pk"), amendment=None, seen__isnull=False)
    kept = Version.objects.filter(decision=OuterRef("pk"), number=OuterRef("version"))
    noted = Summary.objects.annotate(
        mark=KeyTextTransform(heard.MARK, "data"), stem=stem(OuterRef("version"))
    ).filter(decision=OuterRef("pk"), mark__startswith=F("stem"))
    in_review = Decision.objects.filter(state=Decision.State.IN_REVIEW)
    return in_review.filter(Exists(judged), ~Exists(kept), ~Exists(noted))


def stem(version: OuterRef) -> Concat:
    """How the note of a mark begins that is of this version."""
    return Concat(Cast(version, CharField()), Value(":"), output_field=CharField())


@transaction.atomic
def keep_mark(decision_id: int) -> bool:
    """Work out what a decision says now, and keep the mark of that until its next change.

    Beside the summary of the list. Safe to run twice, or at once.

    returns: False when it is gone, or its mark is known already
    """
    rows = Decision.objects.select_for_update(of=("self",))
    decision = rows.filter(pk__in=unmarked().filter(pk=decision_id).values("pk")).first()
    if decision is None:
        return False
    mark = f"{decision.version}:{content.now(decision).mark}"
    row, _made = Summary.objects.get_or_create(
        decision=decision, defaults={"stamp": "", "data": {}}
    )
    row.data = {**row.data, heard.MARK: mark}
    row.save(update_fields=["data"])
    return True
