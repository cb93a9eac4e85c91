"""What Home tells of comments: those that address whoever looks."""

from collections import defaultdict

from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.text import Truncator

from tpm import comments, markdown, panels, subjects
from tpm.models import Mention

SHOWN = 6
EXCERPT = 160  # characters


@panels.register("home.needs", order=10)
def mentions(request, product, subject) -> str | None:
    """Comments that address this person and are not marked as read."""
    unread = comments.unread_by(request.user, product).filter(seen_by(request.user))
    found = list(unread[: SHOWN + 1])
    about = subjects_of(request.user, found)
    rows = [
        {"mention": row, "comment": row.comment, "subject": subject, "says": excerpt(row)}
        for row in found[:SHOWN]
        if (subject := about.get((row.comment.subject_type, row.comment.subject_id)))
    ]
    if not rows:
        return None
    count = len(found) if len(found) <= SHOWN else unread.count()
    context = {"rows": rows, "count": count, "product": product}
    return render_to_string("tpm/home_mentions.html", context, request)


def seen_by(user) -> Q:
    """Mentions in comments on records that the person may see."""
    found = Q(pk__in=[])
    for label in subjects.labels():
        rows = subjects.rows(user, label)
        if rows is not None:
            found |= Q(comment__subject_type=label, comment__subject_id__in=rows.values("pk"))
    return found


def subjects_of(user, mentions: list[Mention]) -> dict[tuple[str, int], models.Model]:
    """What these comments are about, as far as the person may see it: one query a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in mentions:
        wanted[row.comment.subject_type].add(row.comment.subject_id)
    found: dict[tuple[str, int], models.Model] = {}
    for label, pks in wanted.items():
        rows = subjects.rows(user, label)
        for subject in () if rows is None else rows.filter(pk__in=pks):
            found[label, subject.pk] = subject
    return found


def excerpt(mention: Mention) -> str:
    """The beginning of a comment as plain words."""
    words = " ".join("".join(markdown.texts(mention.comment.body)).split())
    return Truncator(words).chars(EXCERPT)
