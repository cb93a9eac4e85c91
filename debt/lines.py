"""One typed line, from whichever door it comes: the page, the API or a command."""

from typing import Any

from django.core.exceptions import ValidationError

from debt import queries, quick_add, services
from debt.models import DebtItem, HistoryRun
from debt.owning import Suggester
from tpm.models import Product, Team
from tpm.roles import people_of, teams_of


def read(product: Product, text: str) -> quick_add.QuickLine:
    """What a line says, with the words of the newest model, the teams and people of the product."""
    teams = {team.slug: team.name for team in teams_of(product)}
    people = {}
    if "@" in text:
        rows = people_of(product).values_list("pk", "name", "user__username")
        people = {str(pk): (name, account or "") for pk, name, account in rows}
    return quick_add.parse(text, queries.current_model().parameters, teams, people)


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


def evidence_of(line: quick_add.QuickLine, text: str) -> list[str]:
    """What a line brings to an item that exists already: its files and links, else its words."""
    return list(line.paths) or [line.title or text]
