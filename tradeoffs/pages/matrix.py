"""What the matrix of a decision shows, as ready strings."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString

from tpm import formats
from tradeoffs import bindings, evidence, unseen
from tradeoffs.maths import ranges, statement
from tradeoffs.maths.weighing import Total, Weighing, Worth
from tradeoffs.matrix import Key, Matrix
from tradeoffs.models import Criterion, Option
from tradeoffs.pages import drawing

ORDINALS = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth")


@dataclass(frozen=True, slots=True)
class Head:
    """One option, on top of its column."""

    option: Option
    standing: str
    leads: bool
    beaten_by: str
    url: str
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    value: str
    unit: str
    between: str
    note: str
    by: object
    whisker: SafeString
    url: str
    id: str
    falls_short: bool
    text: str = ""
    evidence: str = ""
    evidence_url: str = ""
    evidence_page: str = ""
    comments: int = 0
    comment_url: str = ""
    evidence_age: str = ""
    bound: str = ""
    newer: str = ""
    apart: str = ""
    beaten: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the cells, and is no part of the matrix.

    newer: bound cells whose number has moved since it was taken, by id of the score
    pages: of records that are evidence, by key
    talk:  how many comments a cell has, and the first of them, by ids of option and criterion
    """

    newer: Mapping[int, bindings.Reading] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    talk: Mapping[Key, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion and its cells; starts: the name of the group that begins with it."""

    criterion: Criterion
    starts: str
    group_share: str
    share: str
    bar: SafeString
    scale: str
    flat: bool
    url: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Sum:
    """The foot of one option's column."""

    total: str
    between: str
    whisker: SafeString | str
    made_of: SafeString | str


@dataclass(frozen=True, slots=True)
class Grid:
    heads: list[Head]
    lines: list[Line]
    sums: list[Sum]
    scored: int
    cells: int
    horizons: str = ""
    unseen: bool = False

    @property
    def totals(self) -> list[tuple[Head, Sum]]:
        """Options with their totals, best first."""
        pairs = zip(self.heads, self.sums, strict=True)
        return sorted(pairs, key=lambda pair: (pair[0].rank is None, pair[0].rank or 0))


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    bar: SafeString
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two options and what each criterion adds to the lead of the first."""

    first: Option
    second: Option
    steps: list[Step]
    lead: str
    options: list[Option] = field(default_factory=list)


def grid(matrix: Matrix, beside: Beside | None = None) -> Grid:
    """The matrix, the chosen option first and criteria by group; cells without a score say so."""
    weighed = matrix.weighed
    most = max((c.weight for c in matrix.criteria), default=0)
    across, lines, group = in_order(matrix), [], ""
    for j in by_group(matrix.criteria):
        criterion = matrix.criteria[j]
        starts = criterion.group if criterion.group != group else ""
        group = criterion.group
        within = sum(c.weight for c in matrix.criteria if c.group == group)
        lines.append(
            Line(
                criterion=criterion,
                starts=starts,
                group_share=statement.percent(within) if starts else "",
                share=statement.percent(criterion.weight),
                bar=drawing.weight_bar(criterion.weight, most),
                scale=scale_of(criterion),
                flat=weighed is not None and j in weighed.flat,
                url=reverse("tradeoffs:criterion-edit", args=[matrix.decision.key, criterion.pk]),
                cells=[cell(matrix, i, j, beside or Beside()) for i in across],
            )
        )
    return Grid(
        heads=[head(matrix, i) for i in across],
        lines=lines,
        sums=[foot(matrix, weighed, i) for i in across] if weighed and not matrix.unseen else [],
        scored=matrix.scored,
        cells=matrix.cells,
        horizons=horizons(matrix),
        unseen=matrix.unseen,
    )


def in_order(matrix: Matrix) -> list[int]:
    """Indexes of the options as they stand across: the chosen one first."""
    chosen = matrix.decision.chosen_id
    return sorted(range(len(matrix.options)), key=lambda i: matrix.options[i].pk != chosen)


def by_group(criteria: list[Criterion]) -> list[int]:
    """Indexes of the criteria, those of one group together, groups as they first appear."""
    first: dict[str, int] = {}
    for place, criterion in enumerate(criteria):
        first.setdefault(criterion.group, place if criterion.group else -1)
    return sorted(range(len(criteria)), key=lambda j: first[criteria[j].group])


def horizons(matrix: Matrix) -> str:
    """Who leads over 3 and over 24 months, and whether that is somebody else."""
    found = matrix.horizons
    if not found or not all(found.values()):
        return ""
    short, long = found[3], found[24]
    if short == long:
        return f"{short} leads over 3 months and over 24."
    return f"{short} leads over 3 months, {long} over 24: the longer view changes the winner."


def scale_of(criterion: Criterion) -> str:
    worst, best = ranges.number(criterion.worst), ranges.number(criterion.best)
    text = f"{worst} worst, {best} best"
    if criterion.points:
        text += ", by value points"
    if criterion.horizon:
        text += f", over {criterion.get_horizon_display()}"
    return text if criterion.must is None else f"{text}, must reach {ranges.number(criterion.must)}"


def head(matrix: Matrix, i: int) -> Head:
    option, weighed = matrix.options[i], matrix.weighed
    words, leads, beaten = [], False, ""
    if weighed is not None:
        words.append(standing(matrix, weighed, i))
        leads = matrix.is_enough and weighed.ranks[i] == 1
        winner = weighed.beaten_by[i]
        beaten = "" if winner is None else matrix.options[winner].name
    chosen = matrix.decision.chosen_id == option.pk
    if chosen:
        words.append("proposed" if matrix.decision.is_open else "chosen")
    return Head(
        option=option,
        standing=", ".join(words).capitalize() or "Not scored",
        leads=chosen or (leads and matrix.decision.chosen_id is None),
        beaten_by=beaten,
        rank=weighed.ranks[i] if weighed and matrix.is_enough else None,
        url=reverse("tradeoffs:option-edit", args=[matrix.decision.key, option.pk]),
    )


def standing(matrix: Matrix, weighed: Weighing, i: int) -> str:
    """The rank in a word, or why there is none."""
    total, rank = weighed.totals[i], weighed.ranks[i]
    if matrix.unseen:
        return unseen.HIDDEN
    if total.fails:
        names = " and ".join(matrix.criteria[j].name for j in total.fails)
        return f"out: falls short on {names}"
    if rank is None:
        return "not scored"
    if not matrix.is_enough:
        return f"{total.scored} of {len(total.parts)} scored"
    tied = weighed.ranks.count(rank) > 1
    if rank == 1:
        return "tied for the lead" if tied else "leads"
    return ORDINALS[rank].lower() if rank < len(ORDINALS) else f"place {rank}"


def cell(matrix: Matrix, i: int, j: int, beside: Beside) -> Cell:
    option, criterion = matrix.options[i], matrix.criteria[j]
    score, taken = matrix.score(option, criterion), matrix.taken(i, j)
    together = bool(matrix.said_together(option, criterion))
    proof = score.evidence if score else ""
    count, first = beside.talk.get((option.pk, criterion.pk), (0, 0))
    worth: Worth | None = None
    fails, beaten = False, False
    if matrix.weighed is not None:
        beaten = matrix.weighed.beaten_by[i] is not None
        worth = matrix.weighed.worths[i][j]
        fails = j in matrix.weighed.totals[i].fails
    return Cell(
        name=f"{option.name}, {criterion.name}",
        value=ranges.number(taken.p50) if taken else "",
        unit=(criterion.unit or "of 9") if taken else "",
        between=between(taken),
        note=matrix.note(option, criterion),
        by=score.by if score and not together else None,
        whisker=drawing.whisker(worth),
        url=reverse("tradeoffs:score-edit", args=[matrix.decision.key, option.pk, criterion.pk]),
        id=f"cell-{option.pk}-{criterion.pk}",
        falls_short=fails,
        text=ranges.show(score.p10, score.p50, score.p90) if score else "",
        evidence=proof,
        evidence_url=proof if evidence.is_address(proof) else "",
        evidence_page=beside.pages.get(proof, ""),
        comments=count,
        comment_url=f"{matrix.decision.get_absolute_url()}#comment-{first}" if count else "",
        evidence_age=age_of(score.evidence_on) if score and proof else "",
        bound=formats.when(score.read_at) if score and score.is_bound else "",
        newer=newer_words(beside.newer.get(score.pk)) if score else "",
        apart=disagreement(matrix, i, j),
        beaten=beaten,
    )


def age_of(day: datetime.date | None) -> str:
    """Of when evidence is; nobody guesses it."""
    return "of no stated day" if day is None else f"from {formats.day(day)}"


def newer_words(reading: bindings.Reading | None) -> str:
    return "" if reading is None else f"{ranges.number(reading.value)} now"


def disagreement(matrix: Matrix, i: int, j: int) -> str:
    """How far the scorers of one cell lie apart, of its scale: some, or much."""
    place = (matrix.options[i].pk, matrix.criteria[j].pk)
    scale = matrix.scales[j]
    values = [scale.value(said[place].p50) for said in matrix.scorers.values() if place in said]
    apart = max(values) - min(values) if len(values) > 1 else 0
    return "strong" if apart >= 0.5 else "some" if apart >= 0.25 else ""


def between(score: ranges.Typed | None) -> str:
    if score is None:
        return ""
    if score.p10 is None or score.p90 is None:
        return "no range"
    return f"{ranges.number(score.p10)}–{ranges.number(score.p90)}"


def foot(matrix: Matrix, weighed: Weighing, i: int) -> Sum:
    total = weighed.totals[i]
    if not total.scored:
        return Sum("Not scored", "", "", "")
    names = [criterion.name for criterion in matrix.criteria]
    title = f"What the total of {matrix.options[i].name} is made of"
    return Sum(
        total=total_text(total),
        between=f"{total.low:.2f}–{total.high:.2f}",
        whisker=drawing.total_whisker(total),
        made_of=drawing.contributions(total.parts, names, title=title),
    )


def total_text(total: Total) -> str:
    if total.is_complete:
        return f"{total.middle:.2f}"
    return f"{total.floor:.2f} to {total.ceiling:.2f}"


def comparison(matrix: Matrix, first: int | None, second: int | None) -> Comparison | None:
    """Two options, by id; by default the leader and the one behind it."""
    weighed, verdict = matrix.weighed, matrix.verdict
    if weighed is None or verdict is None or len(weighed.ranked) < 2:
        return None
    index: dict[int | None, int] = {option.pk: i for i, option in enumerate(matrix.options)}
    a = index.get(first, verdict.winner)
    b = index.get(second, weighed.ranked[1])
    if a == b:
        b = next(i for i in weighed.ranked if i != a)
    steps = weighed.difference(a, b)
    most = max(abs(step) for _, step in steps)
    options = matrix.options
    return Comparison(
        first=options[a],
        second=options[b],
        steps=[step_of(matrix, weighed, (a, b), j, step, most) for j, step in steps],
        lead=signed(sum(step for _, step in steps)),
        options=[options[i] for i in range(len(options)) if weighed.totals[i].scored],
    )


def step_of(
    matrix: Matrix, weighed: Weighing, pair: tuple[int, int], j: int, step: float, most: float
) -> Step:
    unknown = [matrix.options[i].name for i in pair if weighed.worths[i][j] is None]
    return Step(
        name=matrix.criteria[j].name,
        bar=drawing.difference(step, most, known=not unknown),
        text=signed(step),
        note=f"{' and '.join(unknown)} not scored, taken at the middle" if unknown else "",
    )


def signed(value: float) -> str:
    """Three decimals with a sign; a true minus."""
    text = f"{value:+.3f}"
    return "0.000" if text[1:] == "0.000" else text.replace("-", "−")
