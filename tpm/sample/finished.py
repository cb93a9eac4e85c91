"""Two years of finished work, drawn from a fixed seed.

How long each piece took is drawn from the ratios of actual to estimate that public histories of
software work show for its size, so that learning from it meets what it would meet in real life.
"""

import datetime
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from roadmaps.forecasting.ranges import from_p50
from roadmaps.forecasting.workdays import workdays
from roadmaps.models import Actual, Estimate, Item, ItemMove
from tpm import keys
from tpm.sample import vocabulary
from tpm.sample.bulk import Fact, change_of, store
from tpm.sample.clock import at
from tpm.sample.people import COMPONENTS, HOLIDAYS, PEOPLE, World
from tpm.sample.ratios import draw_ratio

SEED = 20_261
WORKDAYS = 500
ENDS = 18  # days before today on which the drawn history stops
DAYS = (0.5, 1, 2, 3, 5, 8, 13)
WEIGHTS = (8, 18, 24, 22, 16, 9, 3)
GAP = 7.2  # working days between two items of one person, on average
SHARE_OF_PAIRS = 0.2
SHARE_NOT_ESTIMATED = 0.07
SHARE_OF_ONE_NUMBERS = 0.25
SHARE_TYPED = 0.6
SHARE_DROPPED = 0.03


@dataclass
class Piece:
    """One piece of finished work, in working days since the history began."""

    title: str
    kind: str
    team: str
    component: str
    owner: str
    author: str  # role of the account that wrote its estimate
    crew: int
    starts: int
    ends: int  # last day of work
    person_days: float
    triple: tuple[float, float, float] | None
    one_number: bool
    typed_actual: bool
    lead_days: int  # from its estimate to its start
    dropped: bool = False


@dataclass
class Deck:
    """Titles of one component, each given once."""

    rng: random.Random
    left: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def title(self, component: str, kind: str) -> str:
        pile = self.left.get((component, kind))
        if not pile:
            pile = [
                verb.format(thing)
                for verb in vocabulary.verbs(component, kind)
                for thing in vocabulary.THINGS[component]
            ]
            self.rng.shuffle(pile)
            self.left[component, kind] = pile
        return pile.pop()


def pieces(components: dict[str, list[str]], focus: dict[str, float]) -> list[Piece]:
    """Everything that the teams finished, in the order in which it was started.

    components: keys by team
    focus:      share of a day that goes into plan work, by team
    """
    rng = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    deck = Deck(rng)
    found = [
        piece
        for team in PEOPLE
        for piece in team_pieces(team, components[team], focus[team], rng, deck)
    ]
    return sorted(found, key=lambda piece: (piece.starts, piece.ends, piece.title))


def team_pieces(
    team: str, components: list[str], focus: float, rng: random.Random, deck: Deck
) -> Iterator[Piece]:
    """Fill the days of a team: whoever is free first takes the next piece, or two share it."""
    free = {name: rng.uniform(0, 6) for name in PEOPLE[team]}
    while free:
        likely = rng.choices(DAYS, WEIGHTS)[0]
        crew = 2 if likely >= 3 and rng.random() < SHARE_OF_PAIRS else 1
        workers = sorted(free, key=lambda name: (free[name], name))[:crew]
        starts = math.ceil(max(free[name] for name in workers))
        piece = draw_piece(
            team, components, focus, rng, deck, likely=likely, crew=len(workers), starts=starts
        )
        piece.owner = workers[0]
        for name in workers:
            free[name] = piece.ends + 1 + rng.expovariate(1 / GAP)
        if piece.ends < WORKDAYS:
            yield piece
        free = {name: day for name, day in free.items() if day < WORKDAYS}


def draw_piece(
    team: str,
    components: list[str],
    focus: float,
    rng: random.Random,
    deck: Deck,
    *,
    likely: float,
    crew: int,
    starts: int,
) -> Piece:
    kind = rng.choices(list(vocabulary.KINDS), list(vocabulary.KINDS.values()))[0]
    component = rng.choice(components)
    person_days = round(max(0.1, likely * draw_ratio(rng, likely)), 2)
    length = max(1, math.ceil(person_days / (crew * focus)))
    one_number = rng.random() < SHARE_OF_ONE_NUMBERS
    estimated = rng.random() >= SHARE_NOT_ESTIMATED
    return Piece(
        title=deck.title(component, kind),
        kind=kind,
        team=team,
        component=component,
        owner="",
        author=rng.choice(("planner", "member", "member", "lead", "lead")),
        crew=crew,
        starts=starts,
        ends=starts + length - 1,
        person_days=person_days,
        triple=range_around(likely, one_number, rng) if estimated else None,
        one_number=one_number,
        typed_actual=rng.random() < SHARE_TYPED,
        lead_days=rng.randint(3, 40),
        dropped=rng.random() < SHARE_DROPPED,
    )


def range_around(likely: float, one_number: bool, rng: random.Random) -> tuple[float, float, float]:
    """A range as people type it: round numbers, and too narrow."""
    if one_number:
        triple = from_p50(likely)
        return triple.p10, triple.p50, triple.p90
    low, high = likely * rng.uniform(0.55, 0.8), likely * rng.uniform(1.35, 2.1)
    step = 0.5 if likely < 5 else 1
    return (
        max(0.25, round(low / step) * step),
        float(likely),
        max(likely, round(high / step) * step),
    )


def history_days(today: datetime.date) -> list[datetime.date]:
    """The last working days before the drawn history ends, oldest first."""
    closed = {(month, day) for _, month, day in HOLIDAYS}
    days: list[datetime.date] = []
    day = today - datetime.timedelta(days=ENDS)
    while len(days) < WORKDAYS:
        if day.weekday() < 5 and (day.month, day.day) not in closed:
            days.append(day)
        day -= datetime.timedelta(days=1)
    return days[::-1]


def add_finished_work(world: World) -> list[Item]:
    """Store the drawn history with its moves, estimates, actuals and changes."""
    components = {
        name: [key for key, _, owner, _ in COMPONENTS if owner == name] for name in world.teams
    }
    focus = {name: team.focus_share for name, team in world.teams.items()}
    drawn = pieces(components, focus)
    days = history_days(world.calendar.today)
    numbers = keys.next_keys(world.product, "item", len(drawn))
    items = Item.objects.bulk_create(
        item_of(world, piece, days, number, key)
        for piece, (number, key) in zip(drawn, numbers, strict=True)
    )
    pairs = list(zip(items, drawn, strict=True))
    through = Item.components.through
    through.objects.bulk_create(
        through(item_id=item.pk, component_id=world.components[piece.component].pk)
        for item, piece in pairs
    )
    store(fact for item, piece in pairs for fact in facts_of(world, item, piece, days))
    return items


def item_of(world: World, piece: Piece, days: list[datetime.date], number: int, key: str) -> Item:
    created = at(estimated_on(piece, days), 9)
    last = at(days[piece.ends], 16)
    return Item(
        product=world.product,
        number=number,
        key=key,
        title=piece.title,
        kind=piece.kind,
        state=Item.State.DROPPED if piece.dropped else Item.State.DONE,
        owner=world.people[piece.owner],
        team=world.teams[piece.team],
        crew=piece.crew,
        rank=number,
        started_on=days[piece.starts],
        finished_on=None if piece.dropped else days[piece.ends],
        created_at=created,
        updated_at=last,
    )


def estimated_on(piece: Piece, days: list[datetime.date]) -> datetime.date:
    day = days[piece.starts] - datetime.timedelta(days=piece.lead_days)
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def facts_of(world: World, item: Item, piece: Piece, days: list[datetime.date]) -> Iterator[Fact]:
    """Everything that happened to one piece of work, in order."""
    author = world.users[piece.author]
    asked, began, ended = (
        at(estimated_on(piece, days), 9), at(days[piece.starts], 10), at(days[piece.ends], 16),
    )  # fmt: skip

    planned, started = Item.State.PLANNED.value, Item.State.IN_PROGRESS.value
    last = Item.State.DROPPED.value if piece.dropped else Item.State.DONE.value
    yield change_of(item, asked, author, "created", {"title": [None, item.title]})
    for state, moment in ((planned, asked), (started, began), (last, ended)):
        yield ItemMove(item=item, state=state, on=moment.date(), at=moment, by=author)
    if piece.triple is not None:
        low, likely, high = piece.triple
        yield Estimate(
            item=item,
            by=author,
            at=asked,
            one_number=piece.one_number,
            p10_days=low,
            p50_days=likely,
            p90_days=high,
        )
        yield change_of(item, asked, author, "estimated", {"estimate": [None, [low, likely, high]]})
    yield change_of(item, began, author, "moved", {"state": [planned, started]})
    yield change_of(item, ended, author, "moved", {"state": [started, last]})
    if not piece.dropped:
        typed = piece.typed_actual
        spent = piece.person_days if typed else derived_days(world, piece, days)
        source = Actual.Source.TYPED if typed else Actual.Source.DERIVED
        yield Actual(item=item, person_days=spent, source=source, at=ended, by=author)
        yield change_of(item, ended, author, "took", {"person-days": [None, spent]})


def derived_days(world: World, piece: Piece, days: list[datetime.date]) -> float:
    """As the item's own service derives it from the days in progress, of a team all present."""
    focus = world.teams[piece.team].focus_share
    return round(max(1, workdays(days[piece.starts], days[piece.ends])) * piece.crew * focus, 2)
