"""Sharing a plan by links: who may, making one, taking it back."""

import datetime
import secrets
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps.models import ShareLink, Sharing
from roadmaps.queries.sharing import who_shares
from tpm import history
from tpm.editing import EditConflict, edit
from tpm.models import Product
from tpm.tokens import digest

PREFIX = "tpms_"
LONGEST = datetime.timedelta(days=366)
USUAL = datetime.timedelta(days=30)
SECTIONS = ("timeline", "list", "objectives", "calendar")
FACTS = ("dates", "effort", "owners", "teams", "targets", "debt")


@transaction.atomic
def set_sharing(product: Product, *, by, who: str, version: int | None) -> list[str]:
    """Say who may share a plan by links. Off closes every link until it is on again.

    version: the version that was read; 0 where nobody had said anything yet
    raises:  EditConflict when somebody else said something meanwhile
    """
    Product.objects.select_for_update().get(pk=product.pk)
    row, is_new = Sharing.objects.get_or_create(product=product)
    if is_new or version is None:
        return edit(row, by=by, version=None, fields={"who": who})
    if version == 0 and row.who != who:
        raise EditConflict(row, {"who": who})
    return edit(row, by=by, version=version, fields={"who": who})


@transaction.atomic
def share_plan(
    product: Product,
    *,
    by,
    name: str,
    shows: Collection[str],
    tells: Collection[str],
    expires_on: datetime.date,
    query: str = "",
) -> tuple[ShareLink, str]:
    """A new link, and its token, which is given once and never stored.

    shows, tells: words of SECTIONS and FACTS
    query:        the filter, lanes and zoom of what is shown, as `shared_page.kept_query` keeps it
    raises:       ValidationError when sharing is off, or a constraint is broken
    """
    Product.objects.select_for_update().get(pk=product.pk)
    if who_shares(product) == Sharing.Who.OFF:
        raise ValidationError(_("Sharing is off in this product. A lead switches it on."))
    today = timezone.localdate()
    if expires_on > today + LONGEST:
        raise ValidationError({"expires_on": _("A link opens for a year at most.")})
    token = PREFIX + secrets.token_urlsafe(32)
    link = ShareLink(
        product=product, name=name, made_by=by, made_on=today, expires_on=expires_on,
        digest=digest(token), query=query,
        **{f"shows_{word}": word in shows for word in SECTIONS},
        **{f"tells_{word}": word in tells for word in FACTS},
    )  # fmt: skip
    link.full_clean()
    link.save()
    history.record(
        product, by=by, action="shared by a link",
        changes={
            "link": (None, name), "shows": (None, list(shows)), "tells": (None, list(tells)),
            "expires_on": (None, expires_on),
        },
    )  # fmt: skip
    return link, token


@transaction.atomic
def revoke_link(link: ShareLink, *, by) -> bool:
    """Close a link for good. returns: False when it was closed already"""
    closed = ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    if not closed:
        return False
    link.refresh_from_db()
    history.record(
        link.product, by=by, action="revoked a link", changes={"link": (link.name, None)}
    )
    return True


def note_use(link: ShareLink) -> None:
    """Keep the day on which a link was last opened, and nothing of who opened it."""
    today = timezone.localdate()
    if link.last_used_on != today:
        ShareLink.objects.filter(pk=link.pk).update(last_used_on=today)
