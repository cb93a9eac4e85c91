"""Reads of blind scoring: nothing of a round but its progress until it is shown to all."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import QuerySet

from tpm.models import Person, Role
from tradeoffs import matrix
from tradeoffs.maths import agreement, ranges, verdicts
from tradeoffs.models import Ballot, BallotScore, Criterion, Decision, Option, ScoringRound
from tradeoffs.standing import ABLE


class NotShown(LookupError):
    """Somebody asked for the scores of a round that is not over."""


@dataclass(frozen=True, slots=True)
class Said:
    """One scorer's cell; `worth` lies between 0 and 1."""

    person: Person
    score: Any
    worth: float


@dataclass(frozen=True, slots=True)
class Cell:
    """What all scorers said of one cell, and how far apart they are from 0 to 1."""

    option: Option
    criterion: Criterion
    said: list[Said]
    spread: agreement.Spread
    middle: ranges.Typed


@dataclass(frozen=True, slots=True)
class Ranking:
    """One scorer's totals, and the option that leads by them; empty where several do."""

    person: Person
    totals: list[float]
    leader: str
    leader_without: str


@dataclass(frozen=True, slots=True)
class Results:
    """cells: largest disagreement first; concordance: Kendall's W, None where it says nothing."""

    round: ScoringRound
    done: int
    asked: int
    options: list[Option]
    cells: list[Cell]
    rankings: list[Ranking]
    concordance: float | None


def offered_scorers(decision: Decision) -> QuerySet[Person]:
    """Who can score: everybody with an account and the role member or above, the author too."""
    roles = Role.objects.filter(product=decision.product_id, level__in=ABLE)
    return Person.objects.filter(pk__in=roles.values("person"), user__is_active=True)


def is_shown(row: ScoringRound, today: datetime.date) -> bool:
    """Whether everybody may see the scores: all are in, or the last day is over."""
    return row.revealed_at is not None or row.due_on < today


def progress(row: ScoringRound) -> tuple[int, int]:
    """How many have handed in, of how many: all that is told before a round is shown."""
    done = list(row.ballots.values_list("handed_in", flat=True))
    return sum(done), len(done)


def running(decision: Decision, today: datetime.date) -> ScoringRound | None:
    """The round in which people still score unseen, if there is one."""
    rows = decision.rounds.order_by("-number")
    return next((row for row in rows if not is_shown(row, today)), None)


def newest(decision: Decision) -> ScoringRound | None:
    return decision.rounds.order_by("-number").first()


def newest_shown(decision: Decision, today: datetime.date) -> ScoringRound | None:
    rows = decision.rounds.order_by("-number")
    return next((row for row in rows if is_shown(row, today)), None)


def own_scores(row: ScoringRound, user) -> tuple[Ballot | None, dict[tuple[int, int], BallotScore]]:
    """One's own ballot and its cells, which nobody else may read before the round is shown."""
    ballot = row.ballots.select_related("person").filter(person__user=user).first()
    if ballot is None:
        return None, {}
    return ballot, {(score.option_id, score.criterion_id): score for score in ballot.scores.all()}


def results(decision: Decision, row: ScoringRound, today: datetime.date) -> Results:
    """What everybody said. raises: NotShown before all are in or the last day is over"""
    if not is_shown(row, today):
        raise NotShown
    grid = matrix.whole(decision)  # its scales alone: the cells are those of the round
    ballots = list(row.ballots.select_related("person").prefetch_related("scores"))
    scored: list[tuple[Person, matrix.Matrix]] = []
    for ballot in ballots:
        if not ballot.handed_in:
            continue  # kept for later and never handed in: nobody's word yet
        own = {(score.option_id, score.criterion_id): score for score in ballot.scores.all()}
        if own:
            scored.append((ballot.person, replace(grid, scores=cast(Any, own), scorers={})))
    return Results(
        round=row,
        done=sum(ballot.handed_in for ballot in ballots),
        asked=len(ballots),
        options=grid.options,
        cells=cells(grid, scored),
        rankings=(rankings := ranked(grid, scored)),
        concordance=agreement.concordance([ranking.totals for ranking in rankings]),
    )


def cells(grid: matrix.Matrix, scored: list[tuple[Person, matrix.Matrix]]) -> list[Cell]:
    found = []
    for i, option in enumerate(grid.options):
        for j, criterion in enumerate(grid.criteria):
            said = []
            for person, own in scored:
                score = own.scores.get((option.pk, criterion.pk))
                worth = own.weighed.worths[i][j] if own.weighed else None
                if score is not None and worth is not None:
                    said.append(Said(person, score, worth.middle))
            if said:
                spread = agreement.spread([one.worth for one in said])
                middle = mean_of([one.score for one in said])
                found.append(Cell(option, criterion, said, spread, middle))
    return sorted(found, key=lambda cell: -cell.spread.sd)


def mean_of(scores: Sequence[BallotScore]) -> ranges.Typed:
    """The mean of each quantile, which keeps how sure people are (Vincent averaging; Lichtendahl,
    Grushka-Cockayne and Winkler, "Is it better to average probabilities or quantiles?", Management
    Science 59(7), 2013). Without any range it is one number alone."""

    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    middle = mean([score.p50 for score in scores])
    if all(score.p10 is None for score in scores):
        return ranges.Typed(None, middle, None)
    low = mean([score.p50 if score.p10 is None else score.p10 for score in scores])
    high = mean([score.p50 if score.p90 is None else score.p90 for score in scores])
    return ranges.Typed(min(low, middle), middle, max(high, middle))


def ranked(grid: matrix.Matrix, scored: list[tuple[Person, matrix.Matrix]]) -> list[Ranking]:
    people = [(person, own.weighed) for person, own in scored if own.weighed is not None]
    totals = [[total.middle for total in weighed.totals] for _, weighed in people]
    without = agreement.winners_without(totals) if len(totals) > 1 else [[] for _ in totals]
    return [
        Ranking(
            person=person,
            totals=own,
            leader=name_of(grid, [i for i, x in enumerate(own) if max(own) - x <= 1e-9])
            if verdicts.is_enough(weighed, matrix.limits())
            else "",
            leader_without=name_of(grid, without[index]),
        )
        for index, ((person, weighed), own) in enumerate(zip(people, totals, strict=True))
    ]


def name_of(grid: matrix.Matrix, leaders: list[int]) -> str:
    return grid.options[leaders[0]].name if len(leaders) == 1 else ""
