"""Writes of the ground floor: one function per thing a person does."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from tpm import append_only, history, revisions
from tpm.editing import edit
from tpm.models import (
    Absence,
    CalendarEntry,
    Component,
    Level,
    Membership,
    Person,
    Product,
    Role,
    Team,
    TeamShare,
    User,
)


@transaction.atomic
def create_administrator(*, username: str, email: str, name: str, password: str) -> User:
    """The first account. raises: ValidationError when somebody was quicker."""
    if User.objects.exists():
        raise ValidationError("There is an administrator already. Sign in.")
    user = User(username=username, email=email, is_superuser=True, is_staff=True)
    user.first_name, _, user.last_name = name.partition(" ")
    user.set_password(password)
    user.full_clean()
    user.save()
    person = Person.objects.create(name=name, email=email, user=user)
    history.record(person, by=user, action="became the administrator")
    return user


def mark_home_seen(user: User) -> None:
    User.objects.filter(pk=user.pk).update(seen_home_at=timezone.now())


@transaction.atomic
def create_product(
    *, by, key: str, name: str, purpose: str = "", is_sample: bool = False
) -> Product:
    """A new plan; whoever makes it leads it."""
    product = Product(key=key, name=name, purpose=purpose, is_sample=is_sample)
    product.full_clean()
    product.save()
    product.plan_seed = product.pk * 7919
    product.save(update_fields=["plan_seed"])
    history.record(product, by=by, action="created")
    person = Person.objects.filter(user=by).first()
    if person is not None:
        Role.objects.create(person=person, product=product, level=Level.LEAD)
    return product


def edit_product(product: Product, *, by, version: int | None, **fields) -> list[str]:
    return edit(product, by=by, version=version, fields=fields)


@transaction.atomic
def purge_product(product: Product, *, by) -> None:
    """Remove a product with all its records and history. Cannot be undone."""
    teams = list(Team.objects.filter(shares__product=product).distinct())
    name, key = product.name, product.key
    with append_only.removal_allowed(f"purge of {key}"):
        for collector in purge_order(product):
            collector.delete()
        product.delete()
    for team in teams:
        revisions.bump_team(team)  # its debt in this product no longer costs it anything
        if not team.shares.exists():
            history.record(team, by=by, action=f"lost its last product, {name}"[:60])


def purge_order(product: Product) -> list[models.QuerySet]:
    """Rows that point to others of the same product with PROTECT leave first."""
    return [
        product.comments.all(),
        product.jobs.all(),
        product.changes.all(),
    ]


@transaction.atomic
def create_team(*, by, name: str, slug: str, focus_share: float) -> Team:
    team = Team(name=name, slug=slug, focus_share=focus_share)
    team.full_clean()
    team.save()
    history.record(team, by=by, action="created")
    return team


@transaction.atomic
def edit_team(team: Team, *, by, version: int | None, **fields) -> list[str]:
    changed = edit(team, by=by, version=version, fields=fields)
    if changed:
        revisions.bump_team(team)
    return changed


@transaction.atomic
def share_team(
    team: Team,
    product: Product,
    *,
    by,
    share: float,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> TeamShare:
    """Let a team serve a product. raises: ValidationError when its shares would pass 100 %."""
    Team.objects.select_for_update().get(pk=team.pk)
    row = TeamShare(team=team, product=product, share=share, starts_on=starts_on, ends_on=ends_on)
    row.full_clean()
    check_shares(row, team.shares.all(), whose=team.name)
    row.save()
    history.record(
        team,
        by=by,
        action=f"serves {product.name}",
        changes={"share": (None, share)},
        product=product,
    )
    revisions.bump(product.pk)
    return row


def check_shares(
    row: TeamShare | Membership, others: Iterable[TeamShare | Membership], *, whose: str
) -> None:
    """raises: ValidationError naming the first day on which a new share passes 100 % with others"""
    rows = [row, *others]
    days = {max(row.starts_on, other.starts_on) for other in rows}
    for day in sorted(day for day in days if row.ends_on is None or day <= row.ends_on):
        total = sum(
            other.share
            for other in rows
            if other.starts_on <= day and (other.ends_on is None or other.ends_on >= day)
        )
        if total > 1 + 1e-9:
            raise ValidationError(
                f"On {day:%d %B %Y} the shares of {whose} reach {total:.0%}. Keep them at 100 %."
            )


@transaction.atomic
def end_team_share(row: TeamShare, *, by) -> None:
    """The team serves the product no longer, from today on; what it did before stays known.

    A share of which no day has passed is removed: it never was in effect.
    """
    last = timezone.localdate() - datetime.timedelta(days=1)
    if row.ends_on is not None and row.ends_on <= last:
        return
    changes = {"share": (row.share, None), "until": (row.ends_on, last)}
    history.record(
        row.team, by=by, action=f"no longer serves {row.product.name}",
        changes=changes, product=row.product,
    )  # fmt: skip
    revisions.bump(row.product_id)
    if row.starts_on > last:
        row.delete()
        return
    row.ends_on = last
    row.full_clean()
    row.save()


@transaction.atomic
def create_person(*, by, name: str, email: str = "") -> Person:
    person = Person(name=name, email=email)
    person.full_clean()
    person.save()
    history.record(person, by=by, action="created")
    return person


@transaction.atomic
def create_account(person: Person, *, by, username: str, password: str) -> User:
    """Let a person sign in. The password is handed over by whoever set it."""
    if person.user_id:
        raise ValidationError("This person has an account already.")
    user = User(username=username, email=person.email)
    user.first_name, _, user.last_name = person.name.partition(" ")
    user.set_password(password)
    user.full_clean()
    user.save()
    person.user = user
    person.save(update_fields=["user", "updated_at"])
    history.record(person, by=by, action="got an account", changes={"username": (None, username)})
    return user


@transaction.atomic
def welcome(user: User) -> Person:
    """The person of an account that somebody made for themselves, so that it can get a role.

    A known person with the same address stays apart: an address that is only typed proves nothing.
    """
    taken = Person.objects.filter(email__iexact=user.email).exists()
    person = Person(name=user.username, email="" if taken else user.email, user=user)
    person.full_clean()
    person.save()
    history.record(person, by=user, action="signed up")
    return person


@transaction.atomic
def close_account(person: Person, *, by) -> None:
    """A leaver no longer signs in: sessions end, tokens are gone, name and work stay.

    raises: ValidationError when there is no open account, or it is one's own
    """
    user = User.objects.select_for_update().filter(person=person, is_active=True).first()
    if user is None:
        raise ValidationError("This person has no open account.")
    if user == by:
        raise ValidationError("Another administrator closes your account.")
    user.is_active = False
    user.set_unusable_password()  # ends every session, also should the account open again
    user.save(update_fields=["is_active", "password"])
    user.api_tokens.all().delete()
    history.record(person, by=by, action="account closed", changes={"account": ("open", "closed")})


@transaction.atomic
def open_account(person: Person, *, by, password: str) -> None:
    """Let somebody whose account was closed sign in again, under the same name."""
    user = User.objects.select_for_update().filter(person=person, is_active=False).first()
    if user is None:
        raise ValidationError("This person has no closed account.")
    user.is_active = True
    user.set_password(password)
    user.save(update_fields=["is_active", "password"])
    history.record(person, by=by, action="account opened", changes={"account": ("closed", "open")})


@transaction.atomic
def edit_person(person: Person, *, by, version: int | None, **fields) -> list[str]:
    return edit(person, by=by, version=version, fields=fields)


@transaction.atomic
def set_role(person: Person, product: Product, *, by, level: str | None) -> None:
    """Give, change or take a role. raises: ValidationError when the last lead would go."""
    row = Role.objects.select_for_update().filter(person=person, product=product).first()
    old = row.level if row else None
    if old == level:
        return
    others = Role.objects.filter(product=product, level=Level.LEAD).exclude(person=person)
    if old == Level.LEAD and not others.exists():
        raise ValidationError(f"{product.name} needs a lead: name another one first.")
    if level is None:
        Role.objects.filter(person=person, product=product).delete()
    else:
        Role.objects.update_or_create(person=person, product=product, defaults={"level": level})
    history.record(person, by=by, action="role", changes={"role": (old, level)}, product=product)


@transaction.atomic
def join_team(
    person: Person,
    team: Team,
    *,
    by,
    share: float,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> Membership:
    """Let a person work in a team. raises: ValidationError when their shares would pass 100 %."""
    Person.objects.select_for_update().get(pk=person.pk)
    row = Membership(person=person, team=team, share=share, starts_on=starts_on, ends_on=ends_on)
    row.full_clean()
    check_shares(row, person.memberships.all(), whose=person.name)
    row.save()
    history.record(team, by=by, action=f"{person.name} joined", changes={"share": (None, share)})
    revisions.bump_team(team)
    return row


@transaction.atomic
def leave_team(row: Membership, *, by, ends_on: datetime.date) -> None:
    row.ends_on = ends_on
    row.full_clean()
    row.save()
    history.record(
        row.team, by=by, action=f"{row.person.name} leaves", changes={"until": (None, ends_on)}
    )
    revisions.bump_team(row.team)


@transaction.atomic
def add_absence(person: Person, *, by, starts_on: datetime.date, ends_on: datetime.date) -> Absence:
    row = Absence(person=person, starts_on=starts_on, ends_on=ends_on)
    row.full_clean()
    row.save()
    history.record(
        person, by=by, action="absence", changes={"absent": (None, f"{starts_on} to {ends_on}")}
    )
    revisions.bump_served_by(*Team.objects.filter(memberships__person=person))
    return row


@transaction.atomic
def remove_absence(row: Absence, *, by) -> None:
    history.record(
        row.person, by=by, action="absence taken back",
        changes={"absent": (f"{row.starts_on} to {row.ends_on}", None)},
    )  # fmt: skip
    revisions.bump_served_by(*Team.objects.filter(memberships__person=row.person))
    row.delete()


@transaction.atomic
def add_calendar_entry(
    team: Team, *, by, kind: str, name: str, starts_on: datetime.date, ends_on: datetime.date
) -> CalendarEntry:
    row = CalendarEntry(team=team, kind=kind, name=name, starts_on=starts_on, ends_on=ends_on)
    row.full_clean()
    row.save()
    history.record(
        team, by=by, action=f"{kind} {name}", changes={"days": (None, f"{starts_on} to {ends_on}")}
    )
    revisions.bump_served_by(team)
    return row


@transaction.atomic
def add_public_holidays(team: Team, *, by, days: Iterable[tuple[datetime.date, str]]) -> int:
    """Give a team these days off, but those it has off already.

    returns: how many were added
    """
    closed = team.calendar_entries.filter(kind=CalendarEntry.Kind.HOLIDAY)
    spans = list(closed.values_list("starts_on", "ends_on"))
    rows = [
        CalendarEntry(
            team=team, kind=CalendarEntry.Kind.HOLIDAY, name=name[:80], starts_on=day, ends_on=day
        )
        for day, name in days
        if not any(first <= day and (last is None or day <= last) for first, last in spans)
    ]
    for row in rows:
        row.full_clean()
    CalendarEntry.objects.bulk_create(rows)
    if rows:
        words = f"{rows[0].starts_on} to {rows[-1].starts_on}"
        history.record(
            team, by=by, action="public holidays", changes={"days": (None, f"{len(rows)}, {words}")}
        )
        revisions.bump_served_by(team)
    return len(rows)


@transaction.atomic
def remove_calendar_entry(row: CalendarEntry, *, by) -> None:
    history.record(
        row.team, by=by, action=f"{row.kind} {row.name} taken back",
        changes={"days": (f"{row.starts_on} to {row.ends_on}", None)},
    )  # fmt: skip
    revisions.bump_served_by(row.team)
    row.delete()


@transaction.atomic
def create_component(*, by, key: str, name: str, products, **fields) -> Component:
    component = Component(key=key, name=name, **fields)
    component.full_clean()
    component.save()
    component.products.set(products)
    history.record(component, by=by, action="created")
    return component


def edit_component(component: Component, *, by, version: int | None, **fields) -> list[str]:
    return edit(component, by=by, version=version, fields=fields)
