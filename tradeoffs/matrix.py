"""The matrix of one decision, weighed: rows of the database as plain numbers and sentences."""

from dataclasses import dataclass
from functools import cached_property

from tradeoffs import statement, weighing
from tradeoffs.models import Criterion, Decision, Option, Score
from tradeoffs.verdicts import Verdict, verdict


@dataclass(frozen=True)
class Matrix:
    """Options across, criteria down; a cell without a score is None."""

    decision: Decision
    options: list[Option]
    criteria: list[Criterion]
    scores: dict[tuple[int, int], Score]

    def score(self, option: Option, criterion: Criterion) -> Score | None:
        return self.scores.get((option.pk, criterion.pk))

    @property
    def cells(self) -> int:
        return len(self.options) * len(self.criteria)

    @cached_property
    def weighed(self) -> weighing.Weighing | None:
        """The totals, or None while there is nothing to weigh."""
        if not self.options or not any(c.weight for c in self.criteria):
            return None
        scales = [
            weighing.Criterion(c.name, c.worst, c.best, c.weight, c.must) for c in self.criteria
        ]
        rows = [[as_range(self.score(o, c)) for c in self.criteria] for o in self.options]
        return weighing.weigh(scales, rows)

    @cached_property
    def verdict(self) -> Verdict | None:
        return verdict(self.weighed) if self.weighed else None

    @property
    def leader(self) -> Option | None:
        """The option with the highest total, or None where none is scored or several are equal."""
        if self.verdict is None or self.verdict.is_tie:
            return None
        return self.options[self.verdict.winner]

    @cached_property
    def verdict_runs(self) -> list[statement.Run]:
        return statement.verdict_sentence(
            self.verdict,
            options=[o.name for o in self.options],
            criteria=[c.name for c in self.criteria],
        )

    @cached_property
    def statement_runs(self) -> list[statement.Run]:
        """The decision in one sentence: what was chosen, or what is proposed or leads so far."""
        decision = self.decision
        option = decision.chosen or self.leader
        gains: list[str] = []
        gives_up: list[str] = []
        if option is not None and self.weighed is not None:
            found = statement.balance(self.weighed, self.options.index(option))
            gains = [self.criteria[j].name for j in found.gains]
            gives_up = [self.criteria[j].name for j in found.gives_up]
        return statement.y_statement(
            situation=decision.situation,
            concern=decision.concern,
            option=option.name if option else "",
            others=[o.name for o in self.options if o != option],
            gains=gains,
            gives_up=gives_up,
            decided=decision.chosen is not None and not decision.is_open,
        )


def as_range(score: Score | None) -> weighing.Range | None:
    """A score as the maths takes it: one number alone has no spread."""
    if score is None:
        return None
    if score.p10 is None or score.p90 is None:
        return weighing.Range(score.p50, score.p50, score.p50)
    return weighing.Range(score.p10, score.p50, score.p90)


def of(decision: Decision) -> Matrix:
    """The matrix of a decision; reads nothing more where `queries.with_matrix` has prefetched."""
    options = list(decision.options.all())
    return Matrix(
        decision=decision,
        options=options,
        criteria=list(decision.criteria.all()),
        scores={
            (score.option_id, score.criterion_id): score
            for option in options
            for score in option.scores.all()
        },
    )
