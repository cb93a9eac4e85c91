"""Sentences made from a decision's data: the Y-statement and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from tradeoffs.maths import verdicts
from tradeoffs.maths.verdicts import Verdict
from tradeoffs.maths.weighing import TIE, Weighing

WORDS = {
    verdicts.CLEAR: "Clear",
    verdicts.MODERATE: "Moderate",
    verdicts.CLOSE: "Close call",
    verdicts.CONTESTED: "Contested",
}
Run = tuple[str, bool]
"""A piece of a sentence, and whether it is one of the facts that the sentence is made of."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an option gains and what it gives up, as indexes of criteria, weightiest first."""

    gains: tuple[int, ...]
    gives_up: tuple[int, ...]


def balance(weighing: Weighing, option: int, *, most: int = 2) -> Balance:
    """Compare an option, criterion by criterion, with the best and the average of the others.

    gains:    criteria on which it does better than the others do on average
    gives_up: the criteria on which another option does better, worst loss first, at most one
              fewer than the gains shown
    """
    others = [i for i in range(len(weighing.totals)) if i != option]
    mine = weighing.totals[option].parts
    if not others:
        return Balance((), ())
    gains, losses = [], []
    for j, part in enumerate(mine):
        theirs = [weighing.totals[i].parts[j].middle for i in others]
        if weighing.worths[option][j] is None:
            continue
        gains.append((part.middle - sum(theirs) / len(theirs), j))
        losses.append((part.middle - max(theirs), j))
    best = sorted((g for g in gains if g[0] > TIE), key=lambda g: (-g[0], g[1]))[:most]
    kept = {j for _, j in best}
    worst = sorted(loss for loss in losses if loss[0] < -TIE and loss[1] not in kept)
    return Balance(tuple(j for _, j in best), tuple(j for _, j in worst[: max(1, most - 1)]))


def y_statement(
    *,
    situation: str = "",
    concern: str = "",
    option: str = "",
    others: Sequence[str] = (),
    gains: Sequence[str] = (),
    gives_up: Sequence[str] = (),
    decided: bool = False,
    leads: bool = False,
) -> list[Run]:
    """Say the whole decision in one sentence (Zdun et al., IEEE Software 30(6), 2013).

    "In the context of ..., facing ..., we decided for ... and neglected ..., to achieve ...,
    accepting ...": what is not known is left out.

    option:  the chosen, proposed or leading option; empty while nothing leads
    leads:   nobody proposed it: it is only what the matrix puts first so far
    returns: runs of text; those marked true are facts
    """
    runs: list[Run] = []
    if situation:
        runs += [("In the context of ", False), (_clause(situation), True), (", ", False)]
    if concern:
        opening = "facing " if runs else "Facing "
        runs += [(opening, False), (_clause(concern), True), (", ", False)]
    if not option:
        runs += [("we weigh " if runs else "We weigh ", False), *_listed(others), (".", False)]
        return runs if others else []
    if leads:
        return runs + _leading(option, others, gains, gives_up, begins=not runs)
    if decided:
        runs += [("we decided for " if runs else "We decided for ", False), (option, True)]
    else:
        runs += [(option, True), (" is proposed", False)]
    if others:
        runs += [(" and neglected " if decided else " over ", False), *_listed(others)]
    if gains:
        runs += [(", to achieve better ", False), *_listed([_word(name) for name in gains])]
    if gives_up:
        runs += [(", accepting less good ", False), *_listed([_word(name) for name in gives_up])]
    return [*runs, (".", False)]


def _leading(
    option: str,
    others: Sequence[str],
    gains: Sequence[str],
    gives_up: Sequence[str],
    *,
    begins: bool,
) -> list[Run]:
    """What the matrix says so far: nobody has proposed anything."""
    runs: list[Run] = [
        ("So far " if begins else "so far ", False),
        (option, True),
        (" leads", False),
    ]
    if others:
        runs += [(" over ", False), *_listed(others)]
    if gains:
        runs += [(", better on ", False), *_listed([_word(name) for name in gains])]
    if gives_up:
        runs += [(", less good on ", False), *_listed([_word(name) for name in gives_up])]
    return [*runs, (".", False)]


def verdict_sentence(
    verdict: Verdict | None,
    *,
    options: Sequence[str],
    criteria: Sequence[str],
    missing: int = 0,
    scored: int = 0,
) -> list[Run]:
    """Say how firm the answer is, who leads, by how much, and which weight would change that.

    missing, scored: cells, for where there is no verdict
    """
    if verdict is None and scored and missing:
        cells = "1 cell is" if missing == 1 else f"{missing} cells are"
        return [("Not enough scored", True), (f": {cells} open, so no option leads yet.", False)]
    if verdict is None:
        return [("Nothing is scored yet", True), (", so no option leads.", False)]
    name = options[verdict.winner]
    if verdict.runner_up is None:
        return [(f"{name} is the only option in play", True), (".", False)]
    runs: list[Run] = []
    if verdict.word in WORDS:
        runs += [(f"{WORDS[verdict.word]}.", True), (" ", False)]
    if verdict.is_tie:
        tied = [options[i] for i in verdict.tied]
        runs += [*_listed(tied), (" are tied", True), (". Any change of weight decides it.", False)]
    else:
        runs += [
            (f"{name} leads by {gap(verdict.lead)}", True),
            (f" over {options[verdict.runner_up]}. ", False),
            *_flip(verdict, options, criteria),
        ]
    return runs + _draws(verdict, name) + _agreement(verdict) + _open_cells(verdict, options)


def _draws(verdict: Verdict, name: str) -> list[Run]:
    if verdict.first is None:
        return []
    opening = f" {name} is first in " if verdict.is_tie else " First in "
    return [
        (opening, False),
        (f"{verdict.first * 100:.0f} %", True),
        (f" of {verdict.draws:,} plausible weightings and scores.", False),
    ]


def _agreement(verdict: Verdict) -> list[Run]:
    if verdict.agreement is None:
        return []
    said = f" Agreement between {verdict.scorers} scorers is {verdict.agreement:.2f}"
    return [(f"{said}, where 1 is full.", False)]


def gap(lead: float) -> str:
    """A lead with two decimals, or three where two would round it away."""
    if lead >= 0.005:
        return f"{lead:.2f}"
    return f"{lead:.3f}" if lead >= 0.0005 else "less than 0.001"


def _flip(verdict: Verdict, options: Sequence[str], criteria: Sequence[str]) -> list[Run]:
    if verdict.critical is None:
        return [("No single weight changes that.", False)]
    one = verdict.critical
    _, edge, challenger = one.edges()[0]
    bound = "at most" if edge > one.weight else "at least"
    side = "above" if edge > one.weight else "below"
    return [
        ("It stays first while ", False),
        (criteria[one.criterion], True),
        (f" weighs {bound} ", False),
        (percent(edge), True),
        (f" (now {percent(one.weight)}); {side} that {options[challenger]} takes over.", False),
    ]


def _open_cells(verdict: Verdict, options: Sequence[str]) -> list[Run]:
    if not verdict.missing:
        return []
    cells = "1 cell is" if verdict.missing == 1 else f"{verdict.missing} cells are"
    runs: list[Run] = [(f" {cells} not scored and taken at the middle", False)]
    if verdict.could:
        names = [options[i] for i in verdict.could]
        runs += [("; scored well, ", False), *_listed(names, "or"), (" could lead", False)]
    return [*runs, (".", False)]


def percent(share: float) -> str:
    """A share as percent, with one decimal where whole percent would say something else."""
    points = round(share * 100, 1)
    return f"{points:.0f} %" if points == round(points) else f"{points:.1f} %"


def scaled(names: Sequence[str], points: Sequence[float], shares: Sequence[float]) -> str:
    """What became of typed weights that did not add to 100, or nothing where they did."""
    total = sum(points)
    if abs(total - 100) < 0.05:
        return ""
    parts = [f"{name} {percent(share)}" for name, share in zip(names, shares, strict=True)]
    return f"Your weights added to {total:g}; scaled to 100 %: {', '.join(parts)}."


def text(runs: Sequence[Run]) -> str:
    """The sentence without its marks."""
    return "".join(piece for piece, _ in runs)


def _listed(names: Sequence[str], last: str = "and") -> list[Run]:
    runs: list[Run] = []
    for place, name in enumerate(names):
        if place:
            runs.append((f" {last} " if place == len(names) - 1 else ", ", False))
        runs.append((name, True))
    return runs


def _clause(sentence: str) -> str:
    return sentence.strip().rstrip(".,;")


def _word(name: str) -> str:
    """A criterion inside a sentence: its first letter small, unless it is an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
