"""Earlier decisions like a title that is typed, in every product that the person sees."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from tpm.marks import badge_html
from tpm.models import Product
from tradeoffs import queries
from tradeoffs.maths import similar
from tradeoffs.models import Decision, Option, Review

LONGEST = 200
State = Decision.State


@dataclass(frozen=True, slots=True)
class Earlier:
    """One decision like it, and what became of it."""

    key: str
    title: str
    url: str
    state: SafeString
    says: str


def like(user, product: Product, title: str, *, without: str = "") -> list[Earlier]:
    """The most alike, best first. without: the key of the decision that is being written"""
    title = title.strip()
    if len(title) < 3:
        return []
    visible = queries.decisions_visible_to(user).filter(could_be_like(title)).exclude(key=without)
    names: dict[int, list[str]] = {}
    options = Option.objects.filter(decision__in=visible)
    for pk, name in options.values_list("decision_id", "name"):
        names.setdefault(pk, []).append(name)
    rows = visible.values_list("pk", "title", "situation", "concern")
    texts = [
        similar.Text(pk, asked, " ".join([*names.get(pk, ()), situation, concern]))
        for pk, asked, situation, concern in rows
    ]
    found = [pk for pk, _score in similar.like(title, texts)]
    said = Review.objects.filter(verdict=Review.Verdict.REJECT).order_by("-pk")
    decisions = (
        Decision.objects.select_related("chosen", "product")
        .prefetch_related(Prefetch("reviews", said), "replaced_by__new")
        .in_bulk(found)
    )
    return [row_of(decisions[pk]) for pk in found]


def could_be_like(title: str) -> Q:
    """What the database leaves to be compared: whatever holds a part of one of the title's words.

    All that `similar.like` would find is among it.
    """
    parts = similar.parts(title)
    found, named = Q(pk=None), Q(pk=None)
    for run in parts.runs:
        found |= Q(title__icontains=run)
    for start in parts.starts:
        found |= Q(title__istartswith=start) | Q(title__iregex=rf"[^\w]{start}")
    for stem in parts.stems:
        found |= Q(title__icontains=stem) | Q(situation__icontains=stem)
        found |= Q(concern__icontains=stem)
        named |= Q(name__icontains=stem)
    return found | Q(pk__in=Option.objects.filter(named).values("decision"))


def row_of(decision: Decision) -> Earlier:
    return Earlier(
        decision.key,
        decision.title,
        decision.get_absolute_url(),
        badge_html(decision.state),
        Truncator(outcome(decision)).chars(LONGEST),
    )


def outcome(decision: Decision) -> str:
    """What was chosen, or why it was rejected, or what took its place."""
    if decision.state == State.REJECTED:
        reasons = [review.reason for review in decision.reviews.all()] or [decision.reasons]
        return " ".join(reasons[0].split())
    if decision.state == State.SUPERSEDED:
        newer = [f"{row.new.key} {row.new.title}" for row in decision.replaced_by.all()]
        return "Replaced by " + ", ".join(newer) if newer else ""
    chosen = decision.chosen.name if decision.chosen else ""
    because = " ".join(decision.reasons.split())
    return f"{chosen}: {because}" if chosen and because else chosen or because
