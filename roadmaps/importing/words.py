"""The trackers' words for state, kind and priority, in our words."""

import unicodedata
from collections.abc import Mapping

from .rows import WordCount

STATES = ("idea", "planned", "in_progress", "done", "dropped")
KINDS = ("feature", "platform", "bet", "debt", "compliance", "milestone")
LONGEST = 200
PRIORITIES = ("urgent", "high", "medium", "low")

_STATE_WORDS = {
    "idea": "backlog|triage|idea|ideas|draft|icebox|proposed|needs triage|funnel"
    "|under consideration|pendiente de analisis|rascunho|ideia|ideias",
    "planned": "to do|todo|open|new|reopened|ready|planned|selected for development|accepted"
    "|ready for development|next|unstarted|on deck|por hacer|tareas por hacer|pendiente|abierto"
    "|abierta|nuevo|reabierto|a fazer|tarefas pendentes|pendente|aberto|aberta|itens pendentes"
    "|seleccionado para desarrollo|selecionado para desenvolvimento",
    "in_progress": "in progress|doing|started|active|in review|review|code review|in development"
    "|in testing|testing|in test|qa|in qa|blocked|on hold|waiting|verify|verification|deploying"
    "|ready for review|ready for test|ready for qa|ready for release|in process|under review"
    "|en curso|en progreso|en revision|en pruebas|bloqueado|bloqueada|em andamento|em progresso"
    "|em revisao|em teste|em desenvolvimento",
    "done": "done|closed|complete|completed|resolved|finished|released|shipped|deployed|merged|live"
    "|finalizada|finalizado|hecho|listo|cerrado|cerrada|resuelto|resuelta|completado|completada"
    "|concluido|concluida|feito|itens concluidos|fechado|fechada|resolvido|resolvida|entregue",
    "dropped": "canceled|cancelled|duplicate|rejected|declined|wont do|wont fix|not planned"
    "|abandoned|invalid|obsolete|cancelado|cancelada|descartado|descartada|rechazado|rechazada|duplicado"
    "|duplicada|rejeitado|rejeitada",
}
_DROPPED_BY = (
    "wont do|wont fix|duplicate|cannot reproduce|declined|incomplete|invalid|obsolete|rejected"
    "|known error|not a bug|canceled|cancelled|abandoned|no se hara|duplicado|duplicada"
    "|no se puede reproducir|rechazado|nao sera feito|nao e possivel reproduzir|recusado"
)
_RESOLUTIONS_DROPPED = frozenset(_DROPPED_BY.split("|"))
_UNRESOLVED = ("unresolved", "sin resolver", "nao resolvido")
_KIND_WORDS = {
    "feature": "feature|story|user story|task|epic|bug|improvement|new feature|sub task|subtask"
    "|enhancement|defect|change|request|issue|historia|tarea|tarefa|subtarea|subtarefa|error|erro"
    "|mejora|melhoria|epica|epico|funcionalidad|funcionalidade|initiative|support|incident",
    "platform": "platform|infrastructure|infra|devops|operations|tooling|plataforma",
    "bet": "bet|spike|experiment|research|hypothesis|investigation|discovery|experimento",
    "debt": "debt|tech debt|technical debt|refactor|refactoring|maintenance|chore|deuda tecnica"
    "|divida tecnica|debito tecnico",
    "compliance": "compliance|security|vulnerability|audit|privacy|risk|legal",
    "milestone": "milestone|release|launch|hito|marco",
}
_PRIORITY_WORDS = {
    "urgent": "urgent|highest|blocker|critical|p0|immediate|mas alta|bloqueador|critica|critico"
    "|urgente|muito alta|priority critical",
    "high": "high|major|p1|important|alta|alto|priority high",
    "medium": "medium|normal|moderate|p2|media|medio|media alta|priority medium",
    "low": "low|lowest|minor|trivial|p3|p4|baja|bajo|baixa|mas baja|muito baixa|menor|priority low",
    "": "no priority|none|not prioritized|unprioritized|undefined|sin prioridad|sem prioridade",
}


def plain(word: str) -> str:
    """Fold case, accents and punctuation away: "Won't-Do " becomes "wont do".

    Only the start of a long text is looked at: no word of any table is longer.
    """
    folded = unicodedata.normalize("NFKD", word[:LONGEST].casefold())
    letters = (c for c in folded if not unicodedata.combining(c) and c not in "'’´`")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def _table(groups: Mapping[str, str]) -> dict[str, str]:
    return {word: ours for ours, words in groups.items() for word in words.split("|")}


STATE_OF, KIND_OF, PRIORITY_OF = map(_table, (_STATE_WORDS, _KIND_WORDS, _PRIORITY_WORDS))


class WordReader:
    """Reads one kind of word for a whole file and counts how each was read.

    table:    plain word -> ours
    fallback: what an unknown word becomes, counted as a guess
    chosen:   the person's own reading, over the table
    """

    def __init__(self, table: Mapping[str, str], fallback: str, chosen: Mapping[str, str] = {}):
        self.table = table
        self.fallback = fallback
        self.chosen = {plain(word): ours for word, ours in (chosen or {}).items()}
        self.counts: dict[tuple[str, str], WordCount] = {}

    def read(self, word: str, hint: str = "") -> str:
        """Read one word; the hint decides where the word is unknown."""
        folded = plain(word)
        ours = self.chosen.get(folded)
        guessed = False
        if ours is None:
            ours = self.table.get(folded)
        if ours is None:
            guessed = not hint
            ours = hint or self.fallback
        if word:
            self.count(word, ours, guessed=guessed)
        return ours

    def count(self, word: str, ours: str, *, guessed: bool) -> None:
        """Remember that this word was read so once more."""
        seen = self.counts.get((word, ours))
        if seen is None:
            seen = self.counts[(word, ours)] = WordCount(word, ours, guessed=guessed)
        seen.count += 1

    def report(self) -> list[WordCount]:
        """Give every word with its reading, most frequent first."""
        return sorted(self.counts.values(), key=lambda w: (-w.count, w.word))


def kind_of_labels(labels: list[str]) -> str:
    """Where the source has no types: the first label that names one of our kinds."""
    kinds = (KIND_OF.get(plain(label), "feature") for label in labels)
    return next((kind for kind in kinds if kind != "feature"), "feature")


def drops(resolution: str) -> bool:
    """Whether a Jira resolution says that the work will not be done."""
    return plain(resolution) in _RESOLUTIONS_DROPPED


def resolves(resolution: str) -> bool:
    """Whether a Jira resolution says that the work is closed at all."""
    folded = plain(resolution)
    return bool(folded) and folded not in _UNRESOLVED
