"""Which column is which: names by case, product generation and language."""

import re
from dataclasses import dataclass

from .rows import PROBLEM_COLUMN
from .words import plain

CUSTOM = re.compile(
    r"\s*(?:custom field|campo personalizado|champs? personnalisée?s?|benutzerdefiniertes feld"
    r"|campo personalizzato)\s*\((.*)\)\s*$",
    re.IGNORECASE | re.DOTALL,
)
LINK = re.compile(
    r"\s*(?P<way>outward|inward|enlace de (?:la )?incidencia (?:saliente|entrante)"
    r"|(?:link|vínculo|ligação) (?:de saída|de entrada|externo|interno)(?: d[ao] \w+)?)"
    r"(?: issue link)?\s*\((?P<type>.*)\)\s*$",
    re.IGNORECASE | re.DOTALL,
)
UPDATED = "when the source last changed it; it would make every import a change"
OUTWARD = ("outward", "saliente", "saída", "externo")
BLOCKING_TYPES = frozenset(
    ["blocks", "blocker", "blocking", "blocked", "bloquea", "bloqueo", "bloqueia", "bloqueio"]
)


def _names(table: str) -> dict[str, str]:
    """Read lines of "field: name|name" into plain name -> field; a field may have many lines."""
    result = {}
    for line in table.strip().splitlines():
        field, _, names = line.strip().partition(":")
        for name in names.split("|"):
            result[plain(name)] = field
    return result


JIRA = _names("""
key: issue key|key|clave de incidencia|clave|chave da item|chave do item|chave da issue
key: clé de ticket|vorgangsschlüssel
id: issue id|id de la incidencia|id de incidencia|id da item|id do item|id da issue
title: summary|resumen|resumo|résumé|zusammenfassung
description: description|descripción|descrição|beschreibung
kind: issue type|tipo de incidencia|tipo de item|tipo do item|tipo de problema|type de ticket
kind: vorgangstyp
state: status|estado|état
category: status category|categoría de estado|categoría del estado|categoria do status
category_changed: status category changed|categoría de estado cambiada
category_changed: categoria do status alterada
resolution: resolution|resolución|resolução
priority: priority|prioridad|prioridade
owner: assignee|persona asignada|responsable|responsável
created: created|creada|creado|criado|criada
finished: resolved|resuelta|resuelto|resolvido|resolvida
due: due date|fecha de vencimiento|fecha límite|data limite|data de vencimento
estimated_seconds: original estimate|estimación original|estimativa original
spent_seconds: time spent|tiempo trabajado|tiempo empleado|tempo gasto
parent_key: parent key|clave principal|chave pai|chave principal
parent_id: parent|parent id|principal|id principal|pai|id do pai
parent_title: parent summary|resumen principal|resumo pai|epic link summary
labels: labels|etiquetas|categorias
components: components|component/s|componentes
sprint: sprint
url: url|issue url
""")
JIRA_CUSTOM = _names("""
points: story points|puntos de historia|pontos de história
points_team: story point estimate|estimación de puntos de historia
points_team: estimativa de pontos de história
start_on: start date|target start|fecha de inicio|data de início
started: actual start
due: target end
epic_link: epic link|vínculo de las épicas|enlace de épica|link do épico
parent_title: epic link summary
rank: rank|rango|classificação
""")
JIRA_IGNORED = dict.fromkeys(
    ("updated", "actualizada", "actualizado", "atualizado", "atualizado a"), UPDATED
) | _names("""
about the project, not the item: project key|project name|project type|project lead
about the project, not the item: project lead id|project description|project url
about the project, not the item: clave del proyecto|nombre del proyecto|tipo de proyecto
about the project, not the item: responsable del proyecto|id del responsable del proyecto
about the project, not the item: descripción del proyecto|chave do projeto|nome do projeto
about the project, not the item: tipo de projeto|líder do projeto|id do líder do projeto
about the project, not the item: descrição do projeto
when somebody looked, not part of the item: last viewed|última visualización|visto por última vez
when somebody looked, not part of the item: última visualização
a derived sum; totals are never typed: Σ original estimate|Σ remaining estimate|Σ time spent
a derived sum; totals are never typed: work ratio|Σ estimación original|Σ estimación restante
a derived sum; totals are never typed: Σ tiempo empleado|Σ tiempo trabajado|ratio de trabajo
a derived sum; totals are never typed: proporción de trabajo|Σ da estimativa original
a derived sum; totals are never typed: Σ da estimativa restante|Σ do tempo gasto
a derived sum; totals are never typed: proporção de trabalho
""")
JIRA_NAMES = JIRA_CUSTOM | JIRA
LINEAR = _names("""
key: id|identifier
id: uuid
team: team
title: title
description: description
state: status
points: estimate
priority: priority
owner: assignee
labels: labels
sprint: cycle name
created: created
started: started
finished: completed
canceled: canceled|cancelled
archived: archived
due: due date
parent_key: parent issue
blocks: blocks|blocking
blocked_by: blocked by
url: url
""")
LINEAR_ONLY = {"cycle number", "cycle name", "canceled", "archived", "parent issue", "team"}
LINEAR_IGNORED = {"updated": UPDATED}
TABLE = _names("""
key: key|id|issue key|item key|iid|number|identifier|code|clave|chave
url: url|link
title: title|name|summary|item|task|issue|título|titulo|nombre|resumen|resumo|nome
description: description|body|notes|details|descripción|descrição
kind: type|kind|issue type|item type|tipo
state: status|state|estado
priority: priority|prioridad|prioridade
owner: assignee|assignees|owner|responsible|persona asignada|responsable|responsável
team: team|equipo|equipe
days: estimate days|estimate (days)|person days|effort (days)|effort days|days|días|dias
points: points|story points|estimate|effort|puntos|pontos
created: created|created at|created date|creada|criado
started: started|started at|actual start
finished: completed|finished|closed|closed at|resolved|done at|completed at
start_on: start date|start|not before|fecha de inicio|data de início
due: due|due date|target date|deadline|end date|fecha de vencimiento|data limite
parent_key: parent|parent key|parent issue|parent iid|epic
labels: labels|label|tags|etiquetas
components: component|components
sprint: sprint|iteration|cycle
blocks: blocks|blocking
blocked_by: blocked by|depends on|dependencies
""")
LISTS = frozenset(("labels", "components", "blocks", "blocked_by"))
SEVERAL = LISTS | {"sprint", "parent_id", "parent_title", "id"}


@dataclass(slots=True)
class Column:
    """One name of a header, with every position it stands at.

    use:   "used", "kept" or "ignored"
    field: what it is used as
    """

    name: str
    use: str
    field: str = ""
    note: str = ""
    places: int = 0
    filled: int = 0
    junk: int = 0


def source_of(header: list[str]) -> str:
    """Guess the source from the names of the columns; "" where no title is among them."""
    names = {plain(name) for name in header}
    jira = {JIRA[name] for name in names if name in JIRA}
    if {"key", "title"} <= jira and ("kind" in jira or "id" in jira):
        return "jira"
    ours = {
        "cycle number",
        "cycle name",
        "canceled",
        "archived",
        "parent issue",
        "team",
        "roadmaps",
    }
    if {"id", "title", "status"} <= names and len(ours & names) >= 3:
        return "linear"
    if any(TABLE.get(name) == "title" for name in names):
        return "table"
    return ""


def known_names(header: list[str]) -> int:
    """Count the names that some importer understands."""
    names = [plain(name) for name in header]
    return sum(name in JIRA or name in LINEAR or name in TABLE for name in names)


def column_of(name: str, source: str) -> Column:
    """Decide what one column is for, by its name alone."""
    name = name.strip().lstrip("\ufeff")
    if name == PROBLEM_COLUMN:
        return Column(name, "ignored", note="the reason of an earlier import")
    if source == "linear":
        return _named(name, name, LINEAR, LINEAR_IGNORED)
    if source == "table":
        return _named(name, name, TABLE, {})
    if link := LINK.match(name):
        return _link(name, link)
    if custom := CUSTOM.match(name):
        return _named(name, custom[1].strip(), JIRA_CUSTOM, {})
    if name and not name[0].isalnum():
        return Column(name, "kept", name, note="a name that starts with a broken character")
    return _named(name, name, JIRA_NAMES, JIRA_IGNORED)


def _named(name: str, inner: str, used: dict[str, str], ignored: dict[str, str]) -> Column:
    folded = plain(inner)
    if folded in used:
        return Column(name, "used", used[folded])
    if folded in ignored:
        return Column(name, "ignored", note=ignored[folded])
    if not folded:
        return Column(name or "(no name)", "ignored", note="a column without a name")
    return Column(name, "kept", inner)


def _link(name: str, link: re.Match[str]) -> Column:
    """A link blocks only where its type says so; every other type is kept as a named value."""
    if plain(link["type"]) not in BLOCKING_TYPES:
        return Column(name, "kept", name, note="a link that orders nothing")
    outward = any(word in link["way"].casefold() for word in OUTWARD)
    return Column(name, "used", "blocks" if outward else "blocked_by")
