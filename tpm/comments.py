"""What people say about a record, and whom they address by an @ and a name."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tpm import history, markdown
from tpm.models import Comment, Mention, Person, Product
from tpm.roles import products_visible_to


def comments_on(subject) -> QuerySet[Comment]:
    """The comments on a record, with those they address."""
    found = Comment.objects.filter(
        subject_type=history.subject_type(subject), subject_id=subject.pk
    )
    return found.select_related("by").prefetch_related("mentions")


def comments_visible_to(user) -> QuerySet[Comment]:
    return Comment.objects.filter(product__in=products_visible_to(user))


def readers_of(product: Product) -> QuerySet[Person]:
    """People whom a comment can address: whoever may read the product."""
    reads = Q(roles__product=product) | Q(user__is_superuser=True)
    gone = Q(user__is_active=False)
    return Person.objects.filter(reads).exclude(gone).select_related("user").distinct()


def begins(person: Person, word: str) -> bool:
    """Whether a name, one of its parts or the user name begins with a folded word."""
    name = markdown.fold(person.name)
    user_name = markdown.fold(person.user.get_username()) if person.user else ""
    return any(text.startswith(word) for text in (name, *name.split(), user_name))


def names_of(people: Iterable[Person]) -> dict[str, Person]:
    """What may stand after an @, as written: name, user name, and a first name of one only.

    A word that could mean two people, in capital or small letters, means neither.
    """
    fold = markdown.fold
    rows = list(people)
    firsts = Counter(fold(person.name.split()[0]) for person in rows if person.name.strip())
    meant: dict[str, set[int]] = defaultdict(set)
    written: dict[str, Person] = {}
    for person in rows:
        words = {person.name}
        if person.user is not None:
            words.add(person.user.get_username())
        first = (person.name.split() or [""])[0]
        if firsts[fold(first)] == 1:
            words.add(first)
        for word in words - {""}:
            meant[fold(word)].add(person.pk)
            written[word] = person
    return {word: person for word, person in written.items() if len(meant[fold(word)]) == 1}


def addressed(body: str, product: Product) -> dict[Person, list[str]]:
    """Whom a text addresses, each with the names as typed; code and links address nobody."""
    if "@" not in body:
        return {}
    names = names_of(readers_of(product))
    if not names:
        return {}
    pattern = markdown.after_an_at(list(names))
    meant = {markdown.fold(word): person for word, person in names.items()}
    found: dict[Person, list[str]] = {}
    for text in markdown.texts(body):
        for match in pattern.finditer(text):
            person = meant.get(markdown.fold(match[1]))
            if person is None:
                continue
            words = found.setdefault(person, [])
            if match[1] not in words:
                words.append(match[1])
    return found


def unknown_names(body: str, product: Product) -> list[str]:
    """Words after an @ that name nobody who may read the product, as typed; each once."""
    if "@" not in body:
        return []
    names = list(names_of(readers_of(product)))
    known = markdown.after_an_at(names) if names else None
    found: dict[str, None] = {}
    for text in markdown.texts(body):
        rest = known.sub(" ", text) if known else text
        found |= dict.fromkeys(match[1] for match in markdown.AN_AT.finditer(rest))
    return list(found)


@transaction.atomic
def comment_on(subject, *, by, body: str) -> Comment:
    comment = Comment(
        product=subject.product,
        subject_type=history.subject_type(subject),
        subject_id=subject.pk,
        by=by,
        body=body,
    )
    comment.full_clean()
    comment.save()
    keep_mentions(comment)
    return comment


@transaction.atomic
def edit_comment(comment: Comment, *, by, body: str) -> None:
    """Change one's words; history says that it happened, without the old ones."""
    comment.body = body
    comment.edited_at = timezone.now()
    comment.full_clean()
    comment.save()
    keep_mentions(comment)
    history.record(history.subject_of(comment), by=by, action="edited a comment")


@transaction.atomic
def delete_comment(comment: Comment, *, by) -> None:
    """The place of the comment stays, its words and whom they told go."""
    Comment.objects.filter(pk=comment.pk).update(body="", deleted_at=timezone.now())
    comment.mentions.all().delete()
    history.record(history.subject_of(comment), by=by, action="deleted a comment")


def keep_mentions(comment: Comment) -> None:
    """Tell whom the words address now: nobody twice, oneself not at all, nobody for old words."""
    found = addressed(comment.body, comment.product)
    comment.mentions.exclude(person__in=found).delete()
    known = {mention.person_id: mention for mention in comment.mentions.all()}
    for person, words in found.items():
        own = person.user_id is not None and person.user_id == comment.by_id
        if person.pk in known:
            Mention.objects.filter(pk=known[person.pk].pk).update(words=words)
        else:
            Mention.objects.create(
                comment=comment, person=person, words=words, seen_at=comment.at if own else None
            )


def unread_by(user, product: Product) -> QuerySet[Mention]:
    """Comments of a product that address somebody who has not marked them as read, newest first."""
    found = Mention.objects.filter(
        person__user=user, seen_at=None, comment__product=product, comment__deleted_at=None
    )
    return found.select_related("comment__by").order_by("-comment__at", "-pk")


def mark_read(user, product: Product, pks: Iterable[int] | None = None) -> int:
    """Mark one's own mentions as read, all of a product or some. returns: how many"""
    found = Mention.objects.filter(person__user=user, seen_at=None, comment__product=product)
    if pks is not None:
        found = found.filter(pk__in=list(pks))
    return found.update(seen_at=timezone.now())
