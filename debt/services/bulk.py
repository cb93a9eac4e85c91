"""One change of many debt items: each by its own service."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from debt.models import DebtItem
from debt.services.items import change_item, declare_principal
from tpm import formats, revisions
from tpm.bulk import BulkChange, Report, Unchanged
from tpm.models import Product


def change_one(item: DebtItem, version: int | None, change: BulkChange, *, by) -> None:
    """raises: Unchanged, ValidationError or EditConflict where it stays as it is"""
    do, value = change.do, change.value
    if do == "size":
        changed = declare_principal(
            item, by=by, version=version, days=None, size=value, why=change.why
        )
    elif do in ("tag", "untag"):
        changed = change_item(
            item, by=by, version=version, why=change.why, tags=tagged(item, do, value)
        )
    else:
        changed = change_item(item, by=by, version=version, why=change.why, **{do: value})
    if not changed:
        raise Unchanged(_("it is so already"))


def tagged(item: DebtItem, do: str, tags: list[str]) -> list[str]:
    """Its tags with these, or without them."""
    if do == "tag":
        return list(dict.fromkeys([*item.tags, *tags]))
    return [tag for tag in item.tags if tag not in tags]


def shown(item: DebtItem, do: str) -> str:
    """What a change is about, as it stands."""
    if do == "state":
        return str(item.get_state_display())
    if do in ("tag", "untag"):
        return ", ".join(item.tags) or _("none")
    if do == "size":
        if item.principal:
            return formats.day_range(*item.principal)
        return item.size or _("not said")
    return str(getattr(item, do) or _("none"))


def told(report: Report, change: BulkChange) -> str:
    """What was done, as the name of its operation."""
    count = len(report.changed)
    if count == 1:
        item, before, after = report.changed[0]
        return f"{item.key}: {before} → {after}"
    words = {"n": formats.number(count), "what": NAMES[change.do]()}
    if change.do in ("tag", "untag"):
        words["tags"] = ", ".join(change.value)
        if change.do == "tag":
            return _("%(n)s debt items are tagged %(tags)s.") % words
        return _("%(n)s debt items are no longer tagged %(tags)s.") % words
    words["value"] = report.changed[0][2] if report.changed else ""
    return _("%(n)s debt items: %(what)s is %(value)s now.") % words


def score_anew(_product: Product, report: Report) -> None:
    """One message for each team, after many changes that sent none."""
    for team_id in {item.team_id for item, _before, _after in report.changed} - {None}:
        revisions.enqueue("debt.refresh_scores", team_id)


NAMES: dict[str, Callable[[], str]] = {
    "state": lambda: _("state"),
    "team": lambda: _("team"),
    "component": lambda: _("component"),
    "owner": lambda: _("owner"),
    "size": lambda: _("size"),
    "tag": lambda: _("tag"),
    "untag": lambda: _("tag"),
}
