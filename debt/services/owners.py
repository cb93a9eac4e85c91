"""CODEOWNERS of repositories, and whom their names mean here."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from debt import owning
from debt.mining import codeowners
from debt.models import HistoryRun, OwnerName, OwnersFile
from tpm import formats, history
from tpm.editing import EditConflict
from tpm.models import Person, Product, Team
from tpm.roles import people_of, teams_of

MOST_GIVEN = 100
"""Repositories of one product whose CODEOWNERS people gave: each path is asked of all of them."""


@transaction.atomic
def note_owners(run: HistoryRun, kept: codeowners.Kept | None) -> None:
    """Keep what a reading found. The same as before writes nothing; safe to run twice.

    kept: None where its repository has no CODEOWNERS
    """
    found = (kept.place, codeowners.decoded(kept.content), kept.why) if kept else ("", "", "")
    live = OwnersFile.objects.filter(
        product=run.product_id, repository=run.repository, run__ready=True, run__undone_at=None,
        run__replaced_by=None,
    )  # fmt: skip
    before = live.order_by("-run_id").first()
    if (before.place, before.text, before.note) == found if before else kept is None:
        return
    place, text, note = found
    OwnersFile.objects.update_or_create(
        run=run,
        defaults={
            "product_id": run.product_id, "repository": run.repository, "place": place,
            "text": text, "note": note, **said_in(text, place),
        },
    )  # fmt: skip


def said_in(text: str, place: str = "") -> dict[str, Any]:
    """What a CODEOWNERS says, as it is kept beside its text: a list reads ten of 20,000 lines."""
    found = codeowners.read(text, gitlab=place.startswith(".gitlab/"))
    lines = Counter(owner for rule in found.rules for owner in rule.owners)
    return {
        "gitlab": found.gitlab,
        "rules": sum(bool(rule.owners) for rule in found.rules),
        "owners": [list(counted) for counted in lines.items()],
        "problems": [list(problem) for problem in found.problems],
    }


@transaction.atomic
def give_owners(
    product: Product, *, by, repository: str, text: str, version: int = 0
) -> OwnersFile | None:
    """Say the CODEOWNERS of a repository that the server cannot read; no text takes it away.

    version: of the row that was looked at; 0: there was none
    raises:  EditConflict where somebody gave another one meanwhile, ValidationError
    """
    repository, text = repository.strip(), text.replace("\0", "")
    same = OwnersFile.objects.filter(product=product, repository=repository, run=None)
    kept = same.select_for_update().first()
    row = there(kept)
    if (row.version if row else 0) != version:
        nothing = OwnersFile(product=product, repository=repository, version=0)
        raise EditConflict(row or nothing, {"text": text})
    if row is not None and row.text == text:
        return row
    lines = row.rules if row else None
    if not text.strip():
        if row is None:
            raise ValidationError({"text": _("Paste the lines of the file, or choose it.")})
        row.text, row.by, row.gone, row.version = "", by, True, row.version + 1
        put(row, said_in(""))
        row.save()
        tell(product, by, f"CODEOWNERS of {repository}", lines, None)
        return None
    check_given(product, repository, text)
    if row is None:
        check_room(product)
    row = kept or OwnersFile(product=product, repository=repository, version=0)
    row.text, row.by, row.gone, row.version = text, by, False, row.version + 1
    put(row, said_in(text))
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise EditConflict(same.get(), {"text": text}) from taken
    tell(product, by, f"CODEOWNERS of {repository}", lines, row.rules)
    return row


def there[Row: (OwnersFile, OwnerName)](kept: Row | None) -> Row | None:
    """What was said, unless it was taken back."""
    return None if kept is None or kept.gone else kept


def put(row: OwnersFile, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def check_room(product: Product) -> None:
    """raises: ValidationError where as many files are given as one product has room for"""
    if OwnersFile.objects.filter(product=product, run=None, gone=False).count() >= MOST_GIVEN:
        words = _("%(n)s repositories have a file that was given: take one away first.")
        raise ValidationError({"repository": words % {"n": formats.number(MOST_GIVEN)}})


def check_given(product: Product, repository: str, text: str) -> None:
    """raises: ValidationError for a text that is none, and where a reading found the file"""
    for row in owning.files_that_count(product=product, repository=repository).defer("text"):
        if row.run_id is not None and not row.note:
            raise ValidationError(
                {"repository": _("%(place)s of %(name)s is read from git: change it there.")
                 % {"place": row.place, "name": repository}}
            )  # fmt: skip
    if len(text.encode()) > codeowners.MOST_BYTES:
        raise ValidationError({"text": _("It is larger than 1 MB.")})
    found = codeowners.read(text)
    if not found.rules:
        why = _("No line of it names a pattern, such as: /billing/ @acme/payments")
        if found.problems:
            first = found.problems[0]
            why += " " + _("Line %(n)s: %(why)s") % {
                "n": formats.number(first.line), "why": first.why,
            }  # fmt: skip
        raise ValidationError({"text": why})


@transaction.atomic
def say_owner_name(
    product: Product, *, by, name: str, team: Team | None, person: Person | None, version: int = 0
) -> OwnerName | None:
    """Say whom a name in a CODEOWNERS means; neither: whoever is called so, as before.

    version: of the row that was looked at; 0: there was none
    raises:  EditConflict where somebody said so meanwhile, ValidationError
    """
    name = name.strip().casefold()
    same = OwnerName.objects.filter(product=product, name=name)
    kept = same.select_for_update().first()
    row = there(kept)
    mine = {"team": team, "person": person}
    if (row.version if row else 0) != version:
        raise EditConflict(row or OwnerName(product=product, name=name, version=0), mine)
    old = (row.team or row.person) if row else None
    if old == (team or person) and not (team and person):
        return row
    if row is not None and team is None and person is None:
        row.team, row.person, row.gone, row.version = None, None, True, row.version + 1
        row.save()
        tell(product, by, name, old, None)
        return None
    check_name(name)
    if team is not None and not teams_of(product).filter(pk=team.pk).exists():
        raise ValidationError(_("This team does not work for %(name)s.") % {"name": product.name})
    if person is not None and not people_of(product).filter(pk=person.pk).exists():
        raise ValidationError(_("This person does not work for %(name)s.") % {"name": product.name})
    row = kept or OwnerName(product=product, name=name, version=0)
    row.team, row.person, row.gone, row.version = team, person, False, row.version + 1
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise EditConflict(same.get(), mine) from taken
    tell(product, by, name, old, team or person)
    return row


def check_name(name: str) -> None:
    """raises: ValidationError for a word that no CODEOWNERS can name: it would never be met"""
    try:
        codeowners.owners_in([name])
    except ValueError as problem:
        raise ValidationError({"name": str(problem)}) from None


def tell(product: Product, by, what: str, old: object, new: object) -> None:
    history.record(product, by=by, action="changed", changes={what[:200]: (
        None if old is None else str(old), None if new is None else str(new),
    )})  # fmt: skip
