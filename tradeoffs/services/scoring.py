"""Blind scoring: people score apart, nobody sees anything of it before all do.

Until a round is shown, nothing that others can read changes when somebody scores: no history, no
version, no time. Only how many of how many are done is told.
"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tpm import history
from tpm.models import Person
from tradeoffs import blind
from tradeoffs.maths import ranges
from tradeoffs.models import Ballot, BallotScore, Decision, ScoringRound
from tradeoffs.services.filling import Fill, fill_cells
from tradeoffs.services.holding import hold
from tradeoffs.services.revealing import reveal


@transaction.atomic
def open_round(
    decision: Decision, *, by, people: Iterable[Person], due_on: datetime.date,
    today: datetime.date,
) -> ScoringRound:  # fmt: skip
    """Let several people score the matrix unseen.

    raises: ValidationError with fewer than two scorers, without a matrix, for a day that is over,
            or when there was a round already
    """
    locked, scorers = hold(decision), list({person.pk: person for person in people}.values())
    if locked.rounds.exists():
        raise ValidationError("A round was opened already: score once more instead.")
    if not locked.options.exists() or not locked.criteria.exists():
        raise ValidationError("Name options and criteria first: there is no cell to score.")
    if len(scorers) < 2:
        raise ValidationError({"people": "Ask at least two people: one alone has no spread."})
    allowed = set(blind.offered_scorers(locked).values_list("pk", flat=True))
    outside = [person.name for person in scorers if person.pk not in allowed]
    if outside:
        raise ValidationError(
            {"people": f"{', '.join(outside)} cannot score: they need an account and the role "
             "member."}
        )  # fmt: skip
    return start(locked, by=by, people=scorers, due_on=due_on, today=today, number=1)


def start(
    decision: Decision, *, by, people: list[Person], due_on: datetime.date,
    today: datetime.date, number: int,
) -> ScoringRound:  # fmt: skip
    if due_on < today:
        raise ValidationError({"due_on": "This day is over: give the scorers some time."})
    row = ScoringRound(decision=decision, number=number, opened_by=by, due_on=due_on)
    row.full_clean()
    row.save()
    Ballot.objects.bulk_create(Ballot(round=row, person=person) for person in people)
    names = ", ".join(sorted(person.name for person in people))
    change = {"scorers": (None, names)}
    history.record(decision, by=by, action=f"opened scoring round {number}", changes=change)
    return row


@transaction.atomic
def open_second_round(
    decision: Decision, *, by, due_on: datetime.date, today: datetime.date
) -> ScoringRound:
    """Let the same people score once more, knowing the first round; each change says why."""
    locked = hold(decision)
    first = locked.rounds.filter(number=1).first()
    if first is None or not blind.is_shown(first, today):
        raise ValidationError("People score once more after the first round has been shown.")
    if locked.rounds.filter(number=2).exists():
        raise ValidationError("People scored twice already: one second round is all there is.")
    people = [ballot.person for ballot in first.ballots.select_related("person")]
    second = start(locked, by=by, people=people, due_on=due_on, today=today, number=2)
    for ballot in second.ballots.all():
        before = BallotScore.objects.filter(ballot__round=first, ballot__person=ballot.person_id)
        BallotScore.objects.bulk_create(
            BallotScore(
                ballot=ballot, option_id=score.option_id, criterion_id=score.criterion_id,
                p10=score.p10, p50=score.p50, p90=score.p90,
            )
            for score in before
        )  # fmt: skip
    return second


def own_ballot(row: ScoringRound, user, today: datetime.date) -> Ballot:
    """The ballot of this person, locked. raises: when they have none, or the round is over"""
    ballots = Ballot.objects.select_for_update(of=("self",)).select_related("round__decision")
    ballot = ballots.filter(round=row, person__user=user).first()
    if ballot is None:
        raise PermissionDenied("You were not asked to score in this round.")
    if blind.is_shown(ballot.round, today) or not ballot.round.decision.is_open:
        raise ValidationError("This round is over: its scores stay as they are.")
    return ballot


@transaction.atomic
def score_blind(
    row: ScoringRound,
    *,
    by,
    cells: dict[tuple[int, int], ranges.Typed | None],
    reasons: dict[tuple[int, int], str] | None = None,
    hand_in: bool = False,
    today: datetime.date,
) -> Ballot:
    """Save one's own scores; handing in the last ballot shows the round.

    cells:   (option, criterion) ids to what was typed; None: not scored
    reasons: why a cell of the second round differs from one's first
    raises:  ValidationError off the scale, or for a change without a reason; PermissionDenied
    """
    # The round is locked first, so that two last ballots cannot both miss that they are the last.
    ScoringRound.objects.select_for_update(of=("self",)).get(pk=row.pk)
    ballot = own_ballot(row, by, today)
    decision = ballot.round.decision
    options = {option.pk: option for option in decision.options.all()}
    criteria = {criterion.pk: criterion for criterion in decision.criteria.all()}
    said = dict(reasons or {})
    own = {
        (score.option_id, score.criterion_id): score
        for score in ballot.scores.select_related("option", "criterion")
    }
    first = scored_first(ballot)
    written = []
    for (option_pk, criterion_pk), typed in cells.items():
        place = option_pk, criterion_pk
        option, criterion = options.get(option_pk), criteria.get(criterion_pk)
        if option is None or criterion is None:
            raise ValidationError("Score the cells of this decision.")
        score = own.get(place) or BallotScore(ballot=ballot, option=option, criterion=criterion)
        if typed is not None:
            put(score, typed, said.get(place, ""), first.get(place))
            written.append(score)
        elif score.pk is not None:
            score.delete()
    BallotScore.objects.bulk_create(score for score in written if score.pk is None)
    changed = [score for score in written if place_of(score) in own]
    BallotScore.objects.bulk_update(changed, ["p10", "p50", "p90", "reason"])
    if hand_in:
        hand_in_ballot(ballot, today=today)
    return ballot


def place_of(score: BallotScore) -> tuple[int, int]:
    return score.option_id, score.criterion_id


def scored_first(ballot: Ballot) -> dict[tuple[int, int], BallotScore]:
    """What the same person scored in the first round, for a ballot of the second."""
    if ballot.round.number != 2:
        return {}
    rows = BallotScore.objects.filter(
        ballot__round__decision=ballot.round.decision_id, ballot__round__number=1,
        ballot__person=ballot.person_id,
    )  # fmt: skip
    return {place_of(score): score for score in rows}


def put(score: BallotScore, typed: ranges.Typed, reason: str, before: BallotScore | None) -> None:
    """Fill in one cell of a ballot, which the caller writes. before: that of the first round"""
    where = f"{score.option.name}, {score.criterion.name}"
    now = (typed.p10, typed.p50, typed.p90)
    if before is not None and now != (before.p10, before.p50, before.p90) and not reason.strip():
        raise ValidationError(f"{where}: say why you score it otherwise now.")
    ends = [end for end in now if end is not None]
    if not score.criterion.unit and not 1 <= min(ends) <= max(ends) <= 9:
        raise ValidationError(f"{where}: a score without a unit lies between 1 and 9.")
    score.p10, score.p50, score.p90 = now
    score.reason = reason.strip()
    score.full_clean()


def hand_in_ballot(ballot: Ballot, *, today: datetime.date) -> None:
    if not ballot.scores.exists():
        raise ValidationError("Score at least one cell before you hand in.")
    Ballot.objects.filter(pk=ballot.pk).update(handed_in=True)
    ballot.handed_in = True
    if not ballot.round.ballots.filter(handed_in=False).exists():
        reveal(ballot.round, by=None)


@transaction.atomic
def take_group_scores(decision: Decision, *, by, today: datetime.date) -> int:
    """Write the group's middle of each cell into the matrix; what each person said stays.

    Bound cells keep their number.

    returns: how many cells changed
    """
    locked = hold(decision)
    row = blind.newest_shown(locked, today)
    if row is None:
        raise ValidationError("No round has been shown yet.")
    fills = [
        Fill(
            cell.option.name, cell.criterion.name, cell.middle,
            note=f"mean of {len(cell.said)} scorers, round {row.number}",
        )
        for cell in blind.results(locked, row, today).cells
    ]  # fmt: skip
    return fill_cells(decision, by=by, cells=fills, version=None)
