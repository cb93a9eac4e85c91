"""The matrix of one decision, weighed: rows of the database as plain numbers and sentences."""

import copy
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import isclose
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects

from tradeoffs import queries
from tradeoffs.maths import agreement, robustness, scales, statement, verdicts, weighing
from tradeoffs.maths.ranges import Typed
from tradeoffs.maths.verdicts import Verdict
from tradeoffs.models import (
    BallotScore,
    Criterion,
    Decision,
    Option,
    Robustness,
    Score,
    ScoringRound,
)

SAME = 5e-4
"""Half a tenth of a percent: what a slider or a typed share is exact to."""

UNSEEN: statement.Run = ("You score this unseen", True)
Key = tuple[int, int]
"""Ids of an option and a criterion."""


@dataclass(frozen=True)
class Matrix:
    """Options across, criteria down; a cell without a score is None.

    run:      the newest stored draws, whether or not they are of this matrix
    scorers:  what each scorer said, by name, once it may be seen
    shown_at: since when it may be
    unseen:   whether whoever reads it scores it blind, so that it holds no cell and no draws
    """

    decision: Decision
    options: list[Option]
    criteria: list[Criterion]
    scores: dict[Key, Score]
    run: Robustness | None = None
    scorers: Mapping[str, Mapping[Key, weighing.Range]] = field(default_factory=dict)
    shown_at: datetime.datetime | None = None
    unseen: bool = False

    def score(self, option: Option, criterion: Criterion) -> Score | None:
        return self.scores.get((option.pk, criterion.pk))

    @property
    def cells(self) -> int:
        return len(self.options) * len(self.criteria)

    @cached_property
    def scales(self) -> list[weighing.Criterion]:
        return [scale_of(criterion) for criterion in self.criteria]

    @cached_property
    def ranges(self) -> list[list[weighing.Range | None]]:
        """What every number of the answer is made of: the cells that the draws take, in one."""
        return [[robustness.one_range(cell) for cell in row] for row in self.cell_inputs]

    @property
    def scored(self) -> int:
        """Cells that somebody scored, in the matrix or in the round that is shown."""
        return sum(cell is not None for row in self.ranges for cell in row)

    def taken(self, i: int, j: int) -> Typed | None:
        """What the answer takes a cell as, by indexes of its option and criterion."""
        found = self.ranges[i][j]
        if found is None:
            return None
        alone = found.p10 == found.p50 == found.p90
        ends = (None, None) if alone else (found.p10, found.p90)
        return Typed(ends[0], found.p50, ends[1])

    @cached_property
    def weighed(self) -> weighing.Weighing | None:
        """The totals, or None while there is nothing to weigh."""
        if not self.options or not any(c.weight for c in self.criteria):
            return None
        return weighing.weigh(self.scales, self.ranges)

    @cached_property
    def is_enough(self) -> bool:
        """Whether so much is scored that an option may be named."""
        return self.weighed is not None and verdicts.is_enough(self.weighed, limits())

    @cached_property
    def verdict(self) -> Verdict | None:
        return self.judged(self.result) if self.weighed else None

    def judged(self, result: Mapping[str, Any]) -> Verdict | None:
        """The verdict with these draws; without any, what needs none."""
        if self.weighed is None:
            return None
        first = None
        if result and self.weighed.ranked:
            leader = self.weighed.ranked[0]
            if leader in result["in_play"]:
                first = result["ranks"][result["in_play"].index(leader)][0]
        return verdicts.verdict(
            self.weighed,
            first=first,
            draws=self.inputs["draws"],
            agreement=self.agreement,
            scorers=len(self.scorers),
            limits=limits(),
        )

    @cached_property
    def agreement(self) -> float | None:
        """Kendall's W of the orders that the scorers' own numbers give, None under two of them."""
        return agreement.concordance(list(self.totals_by_scorer.values()))

    @cached_property
    def totals_by_scorer(self) -> dict[str, list[float]]:
        """What the totals would be if only this person had scored; the rest at the middle."""
        if self.weighed is None:
            return {}
        found = {}
        for name, said in self.scorers.items():
            rows = [[said.get((o.pk, c.pk)) for c in self.criteria] for o in self.options]
            found[name] = [t.middle for t in weighing.weigh(self.scales, rows).totals]
        return found

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """All that the draws follow from, as JSON keeps it."""
        product = self.decision.product
        wanted = settings.DECISION_DRAWS
        return {
            "options": [option.name for option in self.options],
            "criteria": [
                {
                    "name": c.name,
                    "worst": c.worst,
                    "best": c.best,
                    "weight": c.weight,
                    "must": c.must,
                    "points": c.points,
                    "quantity": bool(c.unit),
                }
                for c in self.criteria
            ],
            "cells": self.cell_inputs,
            "kappa": settings.DECISION_KAPPA,
            "draws": robustness.draws_for(len(self.options), len(self.criteria), wanted),
            "seed": (product.plan_seed + self.decision.number) % 2**62,
        }

    @cached_property
    def cell_inputs(self) -> list[list[Any]]:
        return [[self.cell_input(o, c) for c in self.criteria] for o in self.options]

    def cell_input(self, option: Option, criterion: Criterion) -> Any:
        """Each scorer's range where the group's count, else the one of the matrix."""
        said = self.said_together(option, criterion)
        if said:
            return [[r.p10, r.p50, r.p90] for r in said]
        one = as_range(self.score(option, criterion))
        return None if one is None else [one.p10, one.p50, one.p90]

    def said_together(self, option: Option, criterion: Criterion) -> list[weighing.Range]:
        """What several scorers said of a cell; nothing where the matrix knows better."""
        place = (option.pk, criterion.pk)
        said = [cells[place] for cells in self.scorers.values() if place in cells]
        if len(said) < 2 or self.outdated(self.score(option, criterion), said):
            return []
        return said

    def note(self, option: Option, criterion: Criterion) -> str:
        """Where the number of a cell comes from."""
        if together := len(self.said_together(option, criterion)):
            return f"mean of {together} scorers"
        score = self.score(option, criterion)
        return score.note if score else ""

    def outdated(self, score: Score | None, said: list[weighing.Range]) -> bool:
        """Whether a cell follows a published number, or has another one since the round was shown.

        The group's own means, written into the matrix, are no other number.
        """
        own = as_range(score)
        if score is None or own is None:
            return False
        if score.is_bound:
            return True
        mean = robustness.mean_range(said)
        ends = ((own.p10, mean.p10), (own.p50, mean.p50), (own.p90, mean.p90))
        is_mean = all(isclose(a, b, abs_tol=1e-12) for a, b in ends)
        return not is_mean and self.shown_at is not None and score.number_since > self.shown_at

    @cached_property
    def inputs_hash(self) -> str:
        return robustness.digest(self.inputs)

    @cached_property
    def is_fresh(self) -> bool:
        """Whether the stored draws are of this matrix."""
        if self.run is None:
            return False
        # A round that was shown since changed the answer, whether or not a version counts it yet.
        shown = self.shown_at is not None and self.shown_at > self.run.at
        same = self.run.version == self.decision.version and not shown
        return same or self.run.inputs_hash == self.inputs_hash

    @property
    def result(self) -> dict[str, Any]:
        """The stored draws, or nothing where they are of another matrix."""
        return self.run.result if self.run is not None and self.is_fresh else {}

    @property
    def leader(self) -> Option | None:
        """The option with the highest total, or None where none is scored or several are equal."""
        if self.verdict is None or self.verdict.is_tie:
            return None
        return self.options[self.verdict.winner]

    @cached_property
    def horizons(self) -> dict[int, str]:
        """Who leads over 3 and over 24 months, where a criterion counts over one of them."""
        if not any(c.horizon for c in self.criteria) or not self.is_enough:
            return {}
        return {months: self.leader_over(months) for months in Criterion.Horizon.values}

    def leader_over(self, months: int) -> str:
        """The leader without what counts over another time; empty where nothing leads."""
        within = [j for j, c in enumerate(self.criteria) if c.horizon in (None, months)]
        if not any(self.criteria[j].weight for j in within) or not self.options:
            return ""
        rows = [[row[j] for j in within] for row in self.ranges]
        found = weighing.weigh([self.scales[j] for j in within], rows)
        first = [self.options[i].name for i in found.ranked if found.ranks[i] == 1]
        return " and ".join(first)

    @cached_property
    def verdict_runs(self) -> list[statement.Run]:
        return self.sentence_of(self.verdict)

    def sentence_of(self, verdict: Verdict | None) -> list[statement.Run]:
        if self.unseen:
            return [UNSEEN, (": what the matrix holds is shown after the round.", False)]
        return statement.verdict_sentence(
            verdict,
            options=[o.name for o in self.options],
            criteria=[c.name for c in self.criteria],
            missing=self.cells - self.scored,
            scored=self.scored,
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
            leads=decision.chosen is None,
        )


@cache
def limits() -> verdicts.Limits:
    return verdicts.Limits(**settings.VERDICT_LIMITS)


def scale_of(criterion: Criterion) -> weighing.Criterion:
    return weighing.Criterion(
        criterion.name,
        criterion.worst,
        criterion.best,
        criterion.weight,
        criterion.must,
        tuple((x, v) for x, v in criterion.points or ()),
        bool(criterion.unit),
    )


def as_range(score: Score | BallotScore | None) -> weighing.Range | None:
    """A score as the maths takes it: one number alone has no spread."""
    if score is None:
        return None
    if score.p10 is None or score.p90 is None:
        return weighing.Range(score.p50, score.p50, score.p50)
    return weighing.Range(score.p10, score.p50, score.p90)


def of(decision: Decision) -> Matrix:
    """The matrix of a decision as its reader may see it: all that is shown or answered comes here.

    Reads nothing more where `queries.with_matrix` has prefetched.
    raises: Uncovered where the decision was read without asking who reads it (`queries.seen_by`)
    """
    return made(decision, unseen=decision.unseen)


def whole(decision: Decision) -> Matrix:
    """The matrix with all its cells, for work of which nobody reads a cell: marks and draws.

    A test lists who may call it.
    """
    return made(decision, unseen=False)


def made(decision: Decision, *, unseen: bool) -> Matrix:
    options, shown = list(decision.options.all()), shown_round(decision)
    if not unseen:
        prefetch_related_objects(options, "scores")
    return Matrix(
        decision=decision,
        options=options,
        criteria=list(decision.criteria.all()),
        scores={
            (score.option_id, score.criterion_id): score
            for option in ([] if unseen else options)
            for score in option.scores.all()
        },
        run=None if unseen else next((r for r in decision.runs.all() if not r.frozen), None),
        scorers=scorers_of(shown) if shown else {},
        shown_at=shown.shown_at if shown else None,
        unseen=unseen,
    )


def shown_round(decision: Decision) -> ScoringRound | None:
    """The newest round that everybody may see; never a running one."""
    rounds = getattr(decision, "shown_rounds", None)
    if rounds is None:
        rounds = list(queries.shown_rounds().filter(decision=decision)[:1])
    return rounds[0] if rounds else None


def scorers_of(shown: ScoringRound) -> dict[str, dict[Key, weighing.Range]]:
    """What each scorer said in a round that is shown."""
    found: dict[str, dict[Key, weighing.Range]] = {}
    for ballot in (ballot for ballot in shown.ballots.all() if ballot.handed_in):
        cells = {(s.option_id, s.criterion_id): as_range(s) for s in ballot.scores.all()}
        said = {place: cell for place, cell in cells.items() if cell is not None}
        if said:
            found[named(ballot.person.name, found)] = said
    return found


def named(name: str, taken: Mapping[str, Any]) -> str:
    """A name of its own for each of several people of one name."""
    return name if name not in taken else named(f"{name} ·", taken)


def ranks_by_scorer(matrix: Matrix) -> dict[str, list[int]]:
    """The rank of each option if only this person had scored."""
    return {name: scales.ranks(totals) for name, totals in matrix.totals_by_scorer.items()}


def reweighed(matrix: Matrix, points: Mapping[int, float]) -> Matrix | None:
    """The matrix with other weights, by id of the criterion; those left out stay as they are.

    A weight that comes out as it was stays exactly that, so that the draws are those stored.

    returns: None where nothing weighs anything
    """
    try:
        shares = weighing.normalise([points.get(c.pk, c.weight * 100) for c in matrix.criteria])
    except ValueError:
        return None
    criteria = []
    for criterion, share in zip(matrix.criteria, shares, strict=True):
        other = copy.copy(criterion)
        if abs(other.weight - share) >= SAME:
            other.weight = share
        criteria.append(other)
    return replace(matrix, criteria=criteria)
