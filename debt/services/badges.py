"""Badges: making one, taking it back, and what one shows."""

import datetime
import secrets

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from debt import map_measures, map_parts, queries
from debt.badge import Letters
from debt.models import Badge
from roadmaps.models import Sharing
from roadmaps.queries.sharing import who_shares
from roadmaps.services.sharing import LONGEST
from tpm import formats, history
from tpm.models import Component, Product
from tpm.tokens import digest

PREFIX = "tpmb_"
KEEP_SECONDS = 300
"""How long what a badge shows is kept here, and by whoever fetched it."""


@transaction.atomic
def make_badge(
    product: Product, *, by, component: Component | None, expires_on: datetime.date
) -> tuple[Badge, str]:
    """A new badge, and its token, which is given once and never stored.

    raises: ValidationError when sharing is off, or the component is none of the product's
    """
    Product.objects.select_for_update().get(pk=product.pk)
    if who_shares(product) == Sharing.Who.OFF:
        raise ValidationError(_("Sharing is off in this product. A lead switches it on."))
    if component is not None and not product.components.filter(pk=component.pk).exists():
        raise ValidationError({"component": _("%s does not use this component.") % product.name})
    today = timezone.localdate()
    if expires_on > today + LONGEST:
        raise ValidationError({"expires_on": _("A badge opens for a year at most.")})
    token = PREFIX + secrets.token_urlsafe(32)
    badge = Badge(
        product=product, component=component, made_by=by, made_on=today, expires_on=expires_on,
        digest=digest(token),
    )  # fmt: skip
    badge.full_clean()
    badge.save()
    changes = {"badge": (None, str(badge)), "expires_on": (None, expires_on)}
    history.record(product, by=by, action="made a badge", changes=changes)
    return badge, token


def markdown_of(badge: Badge, address: str) -> str:
    """The drawing as a README shows it."""
    return f"![{_('Debt of %s') % badge}]({address})"


@transaction.atomic
def revoke_badge(badge: Badge, *, by) -> bool:
    """Close a badge for good. returns: False when it was closed already"""
    if not Badge.objects.filter(pk=badge.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    badge.refresh_from_db()
    history.record(
        badge.product, by=by, action="revoked a badge", changes={"badge": (str(badge), None)}
    )
    return True


def badge_of(token: str) -> Badge | None:
    """The badge that a token opens today: not revoked, not over, in a product that shares."""
    found = Badge.objects.filter(
        digest=digest(token),
        revoked_at=None,
        expires_on__gte=timezone.localdate(),
        product__sharing__who__in=[Sharing.Who.LEAD, Sharing.Who.PLANNER],
    )
    uses = Q(component=None) | Q(component__products__pk=F("product"))
    return found.filter(uses).select_related("product", "component").first()


def note_use(badge: Badge) -> None:
    """Keep the day on which a badge was last shown, and nothing of who asked for it."""
    today = timezone.localdate()
    if badge.last_used_on != today:
        Badge.objects.filter(pk=badge.pk).update(last_used_on=today)


def letters_of(badge: Badge) -> Letters:
    """What a badge shows; kept for some minutes, since a README may be read very often."""
    kept = f"debt-badge-{badge.product_id}"
    known = cache.get(kept)
    if known is None or badge.component_id not in known:  # or the component came since
        known = letters_by_component(badge.product)
        cache.set(kept, known, KEEP_SECONDS)
    return known[badge.component_id]


def letters_by_component(product: Product) -> dict[int | None, Letters]:
    """Letters of each component, and under None those of the product: as its map shows them, and
    as of the day on which the oldest drag among them was computed.
    """
    model = queries.current_model().parameters
    whole = map_parts.whole_of(product, model)
    day = timezone.localdate() if whole.as_of is None else timezone.localdate(whole.as_of)
    as_of = formats.day(day, year=True)
    rows = {None: (product.name, map_measures.of_product(product, whole, model))} | {
        part.component.pk: (
            part.component.name,
            map_measures.of_part(part, whole, model, product.hours_per_day),
        )
        for part in whole.parts
    }
    words = map_measures.share_words
    return {
        pk: Letters(name, of.drag_letter, words(of.drag), of.ratio_letter, words(of.ratio), as_of)
        for pk, (name, of) in rows.items()
    }
