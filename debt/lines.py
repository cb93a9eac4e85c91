"""One typed line, from whichever door it comes: the page, the API or a command."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from debt import queries, quick_add, services
from debt.models import DebtItem, HistoryRun
from debt.owning import Suggester, folders_of
from tpm import formats, operations
from tpm.models import Operation, Product, Team
from tpm.roles import people_of, teams_of

PRESSED_AGAIN = datetime.timedelta(seconds=10)
"""The very same line of one person within this is one wish: Enter pressed twice, a slow answer."""


def read(product: Product, text: str) -> quick_add.QuickLine:
    """What a line says, with the words of the newest model, the teams and people of the product."""
    teams = {team.slug: team.name for team in teams_of(product)}
    people = {}
    if "@" in text:
        rows = people_of(product).values_list("pk", "name", "user__username")
        people = {str(pk): (name, account or "") for pk, name, account in rows}
    folders = folders_of(product) if "/" in text else ()
    return quick_add.parse(text, queries.current_model().parameters, teams, people, folders)


def fields_of(product: Product, line: quick_add.QuickLine) -> dict[str, Any]:
    """What a line says as `services.log_debt_item` takes it."""
    return {
        "title": line.title,
        "interest": line.interest,
        "paths": line.paths,
        "team": teams_of(product).filter(slug=line.team).first() if line.team else None,
        "owner": people_of(product).filter(pk=int(line.owner)).first() if line.owner else None,
        "size": line.size or "",
        "slow_down": line.slow_down or "",
        "probability": line.probability or "",
        "tags": list(line.tags),
    }


def team_of(product: Product, line: quick_add.QuickLine) -> Team | None:
    """The team that would pay: the one that is named, else whose the files shown are."""
    if line.team:
        return teams_of(product).filter(slug=line.team).first()
    return Suggester(product).of(line.paths).team if line.paths else None


def waits_for_history(product: Product, line: quick_add.QuickLine) -> bool:
    """Whether a line says how much longer a change takes, and nothing says how often one comes."""
    if not line.slow_down or line.interest is not None:
        return False
    runs = HistoryRun.objects.filter(product=product, ready=True, undone_at=None)
    return not runs.exists()


def log(product: Product, text: str, *, by) -> DebtItem:
    """Log what a line says. raises: ValidationError"""
    line = read(product, text)
    if not line.title:
        raise ValidationError("Say in a few words what hurts.")
    return services.log_debt_item(product, by=by, **fields_of(product, line))


@transaction.atomic
def log_once(product: Product, text: str, *, by) -> tuple[DebtItem, Operation | None]:
    """Log what a line says as one operation, which one Undo takes back; sent again, it is found.

    Two requests at once wait for each other at the product's row: the second finds what the first
    logged.
    raises: ValidationError
    """
    Product.objects.select_for_update().get(pk=product.pk)
    if there := logged_just_now(product, text, by=by):
        return there
    with operations.recorded(product, by=by, ability="log_debt") as done:
        item = log(product, text, by=by)
        done.words = formats.ended(_("Logged %(key)s %(title)s") % {
            "key": item.key, "title": item.title
        })  # fmt: skip
        done.steps[0] |= {"line": text, "page": item.get_absolute_url()}
    return item, done.operation


def logged_just_now(product: Product, text: str, *, by) -> tuple[DebtItem, Operation] | None:
    """What the very same line logged seconds ago, where it was not taken back."""
    since = timezone.now() - PRESSED_AGAIN
    for operation in Operation.objects.filter(
        product=product, by=by, at__gte=since, undone_at=None
    ):
        step = operation.steps[0]
        if step["kind"] == "debt.logged" and step.get("line") == text:
            item = DebtItem.objects.filter(pk=step["id"]).first()
            if item is not None:
                return item, operation
    return None


def evidence_of(line: quick_add.QuickLine, text: str) -> list[str]:
    """What a line brings to an item that exists already: its files and links, else its words."""
    return list(line.paths) or [line.title or text]
