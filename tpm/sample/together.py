"""What people do together on the sample's decisions: an objection, an amendment, a blind round."""

from django.utils import timezone

from tpm import history
from tpm.models import Change
from tpm.sample.people import World
from tradeoffs import services
from tradeoffs.maths import ranges
from tradeoffs.models import Anchor, Decision

BALLOTS = {
    "planner": ("8..9..9", "4..5..6", "6..7..8",
                "3..4..5", "7..8..8", "3", "6..7..8", "2..3..5", "4"),
    "member": ("7..8..9", "2..3..5", "5..6..7",
               "3..4..6", "8..9..9", "3", "7..8..9", "2..2..3", "3"),
}  # fmt: skip
"""Security, development time and cost of each option of the question about signing in."""


def work_together(world: World, decided: dict[str, Decision]) -> None:
    """Each step on its day, through the same services as people."""
    score_apart(world, decided["bus"])
    object_to(world, decided["bus"])
    amend(world, decided["edge"], decided["rails"])
    score_unseen(world, decided["login"])


LEANINGS = {
    "planner": (0.0, -0.1, 0.1, 0.0),
    "member": (-0.3, 0.45, -0.2, 0.2),
    "lead": (-0.15, -0.35, 0.0, 0.4),
}
"""How much better than the matrix each scorer of the bus finds each option, of its whole scale."""


def score_apart(world: World, bus: Decision) -> None:
    """Three people score the bus unseen, and do not agree on the order."""
    people = [world.users[name].person for name in LEANINGS]
    options, criteria = list(bus.options.all()), list(bus.criteria.all())
    found = {(s.option_id, s.criterion_id): s for o in options for s in o.scores.all()}
    with world.calendar.ago(19, 9), history.through(Change.Door.PAGE):
        row = services.open_round(
            bus, by=world.planner, people=people, due_on=world.calendar.workday(1),
            today=timezone.localdate(),
        )  # fmt: skip
    for days, (name, leaning) in zip((18, 18, 17), LEANINGS.items(), strict=True):
        cells: dict[tuple[int, int], ranges.Typed | None] = {}
        for option, shift in zip(options, leaning, strict=True):
            for criterion in criteria:
                score = found.get((option.pk, criterion.pk))
                if score is not None:
                    ends = criterion.worst, criterion.best
                    moved = score.p50 + shift * (ends[1] - ends[0])
                    likely = round(min(max(ends), max(min(ends), moved)), 1)
                    cells[option.pk, criterion.pk] = ranges.Typed(None, likely, None)
        with world.calendar.ago(days, 14), history.through(Change.Door.PAGE):
            services.score_blind(
                row, by=world.users[name], hand_in=True, today=timezone.localdate(), cells=cells
            )


def object_to(world: World, bus: Decision) -> None:
    """An approval that a new number made stale, and an objection that nobody has answered."""
    outbox = bus.options.get(name="Outbox in the database")
    peak = bus.criteria.get(name="Scalability")
    with world.calendar.ago(15, 11), history.through(Change.Door.PAGE):
        services.review(
            bus, by=world.lead, version=None, verdict="approve", chosen=outbox,
            reason="Fine by me while the table is split before next summer.",
        )  # fmt: skip
    with world.calendar.ago(11, 10), history.through(Change.Door.PAGE):
        services.score_cell(
            outbox, peak, by=world.planner, version=None, p10=500, p50=1200, p90=2900,
            note="replay of the peak, six readers",
        )  # fmt: skip
    with world.calendar.ago(10, 9), history.through(Change.Door.PAGE):
        services.review(
            bus, by=world.member, version=None, verdict="object", chosen=None,
            reason="The outbox topped out at 420 orders a second on my replay of the peak, with "
            "six readers. Show me 900 with the table split, or score it down.",
        )  # fmt: skip
        services.comment_at(
            bus, by=world.member, option=outbox, criterion=peak,
            body="Which replay is the 1,200 from? Mine had the ledger reading, too.",
        )  # fmt: skip
    with world.calendar.ago(9, 14), history.through(Change.Door.PAGE):
        done = services.comment_at(
            bus, by=world.lead, section="constraints",
            body="Does nobody on call hold for next year, too?",
        )  # fmt: skip
        services.settle_comment(done.comment, by=world.planner, state=Anchor.State.KEPT)


def amend(world: World, edge: Decision, rails: Decision) -> None:
    """A typo put right, an amendment that was judged, and one that waits."""
    with world.calendar.ago(40, 10), history.through(Change.Door.PAGE):
        services.fix_typo(
            edge, by=world.member, section="consequences", reason="A letter is missing.",
            new="A wrong price lives for up to one minute longer.",
        )  # fmt: skip
    with world.calendar.ago(30, 10), history.through(Change.Door.PAGE):
        row = services.propose_amendment(
            edge, by=world.planner, section="confirmation",
            new="P95 of price lists below 60 ms a month after release, and below 80 ms on the day "
            "of a campaign.",
            reason="The first campaign day was slow although the month was fine.",
        )  # fmt: skip
    for days, by, why in (
        (29, world.member, "Agreed."),
        (28, world.lead, "That is when it counts."),
    ):
        with world.calendar.ago(days, 11), history.through(Change.Door.PAGE):
            services.review_amendment(row, by=by, verdict="approve", reason=why)
    with world.calendar.ago(3, 15), history.through(Change.Door.PAGE):
        services.propose_amendment(
            rails, by=world.planner, section="consequences",
            new="Retries are written once per rail until they share a part; the shared part is "
            "planned.",
            reason="The shared part has its place in the plan now.",
        )  # fmt: skip


def score_unseen(world: World, login: Decision) -> None:
    """Two of three have scored, and nobody sees how."""
    cells = [(option.pk, criterion.pk) for option in login.options.all()
             for criterion in login.criteria.all()]  # fmt: skip
    people = [world.planner.person, world.member.person, world.lead.person]
    with world.calendar.ago(5, 9), history.through(Change.Door.PAGE):
        row = services.open_round(
            login, by=world.member, people=people, due_on=world.calendar.workday(8),
            today=timezone.localdate(),
        )  # fmt: skip
    for days, name in ((4, "planner"), (2, "member")):
        with world.calendar.ago(days, 13), history.through(Change.Door.PAGE):
            services.score_blind(
                row, by=world.users[name], hand_in=True, today=timezone.localdate(),
                cells=dict(zip(cells, map(ranges.read, BALLOTS[name]), strict=True)),
            )  # fmt: skip
