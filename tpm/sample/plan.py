"""The open plan as it was committed two weeks ago: objectives, items, links and targets."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from roadmaps import services
from roadmaps.forecasting.ranges import Triple, from_p50, parse
from roadmaps.models import Estimate, Item, ItemLink, ItemMove, ItemTeam, Objective
from roadmaps.services.ranks import next_rank
from tpm import history, keys
from tpm.models import Change, User
from tpm.sample.bulk import Fact, change_of, store
from tpm.sample.people import World

LINKED = 28  # days ago

Kind, State = Item.Kind, Item.State


@dataclass(frozen=True)
class Aim:
    """An objective; days count from today."""

    ref: str
    title: str
    measure: str
    unit: str
    baseline: float
    now: float
    target: float
    days: int
    owner: str
    why: str


AIMS = (
    Aim("fast", "Checkout under 300 ms", "P95 of the pay call", "ms", 412, 338, 300, 110,
        "Lena Park", "Every 100 ms on the pay call costs about one basket in a hundred."),
    Aim("instant", "Instant transfers and wallets", "Rails and wallets live", "", 3, 8, 14, 190,
        "Mira Kovač", "Merchants ask for money within seconds, and for the wallets buyers have."),
    Aim("cards", "PCI DSS 4.0.1", "Requirements met, of 64", "", 38, 51, 64, 86,
        "Ana Weiss", "Without the attestation we may not store cards after the assessor's date."),
    Aim("crash", "Crash-free on mobile", "Sessions without a crash", "%", 98.9, 99.3, 99.7, 137,
        "Jun Okada", "One session in ninety still ends in a crash, most of them in the pay flow."),
    Aim("live", "Merchants live in a day", "Sign-up to first payment", "d", 6.2, 3.4, 1, 230,
        "Tom Berg", "Half of the merchants who wait more than three days never come back."),
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """An item; days count from today, negative for the past."""

    ref: str
    title: str
    team: str
    days: str = ""  # quick text: low..likely..high, or one number; empty: nobody said yet
    aim: str = ""
    kind: str = Kind.FEATURE
    state: str = State.PLANNED
    parent: str = ""
    after: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    owner: str = ""
    crew: int = 1
    horizon: str = "next"
    started: int = 0
    not_before: int = 0
    pinned: bool = False
    target: int = 0
    made: int = -60
    before: str = ""  # what it was put before in the order, where it came later
    text: str = ""
    helps: bool = False  # its aim can be met without it
    parts: tuple[tuple[str, float], ...] = ()  # what each of several teams does, its own first


RUNNING: dict[str, Any] = {"state": State.IN_PROGRESS, "horizon": "now"}
WORK = (
    # Checkout under 300 ms
    Work("outbox", "Event outbox for orders", "Platform", "5..8..14", "fast", Kind.PLATFORM,
         components=("orders",), owner="Ana Weiss", started=-24, made=-80, **RUNNING,
         text="Order and event are written in one transaction, so that none is lost."),
    Work("split", "Split the orchestrator", "Platform", "", "fast", Kind.PLATFORM,
         components=("orchestrator",), owner="Lena Park", horizon="now", made=-80,
         text="One process decides, routes and retries. Each of the three becomes its own part."),
    Work("states", "Payment states behind one interface", "Platform", "3..5..9", "fast",
         Kind.PLATFORM, parent="split", components=("orchestrator",), owner="Lena Park",
         started=-17, **RUNNING),
    Work("failover", "Provider fail-over in its own process", "Platform", "4..7..12", "fast",
         Kind.PLATFORM, parent="split", after=("states",), components=("orchestrator",),
         owner="Jonas Weber"),
    Work("retire", "Retire the old orchestrator calls", "Platform", "2..3..6", "fast",
         Kind.PLATFORM, parent="split", after=("failover",), components=("orchestrator", "api"),
         owner="Tomás Vidal"),
    Work("carts", "Read model for carts", "Platform", "8..13..24", "fast", Kind.PLATFORM,
         after=("outbox",), components=("orders", "catalog"), owner="Ana Weiss", target=84,
         text="Carts are read from a table made for it, not from five joins."),
    Work("cache", "Edge cache for price lists", "Platform", "2..4..8", "fast", Kind.PLATFORM,
         components=("catalog", "infra"), owner="Jonas Weber", started=-20, **RUNNING),
    Work("trips", "Fewer round trips on the pay page", "Mobile", "3..5..9", "fast",
         components=("app",), owner="Diego Marín"),
    Work("load", "Load test at three times the peak", "Platform", "2..3..6", "fast", Kind.PLATFORM,
         after=("carts", "cache"), components=("infra",), owner="Tomás Vidal"),
    Work("budget", "Latency budget holds", "", "", "fast", Kind.MILESTONE,
         after=("load", "retire", "trips"), target=110),
    # PCI DSS 4.0.1
    Work("vault", "Rotate the card vault", "Platform", "5..9..16", "cards", Kind.COMPLIANCE,
         components=("vault",), owner="Tomás Vidal", started=-22, target=20, **RUNNING),
    Work("keys", "Key ceremony with two keepers", "Platform", "1..2..3", "cards", Kind.COMPLIANCE,
         after=("vault",), components=("vault",), owner="Ana Weiss", not_before=16),
    Work("scripts", "Script inventory of the pay page", "Payments", "6..11..22", "cards",
         Kind.COMPLIANCE, components=("api", "app"), owner="Priya Nair", target=58, horizon="now",
         text="Requirements 6.4.3 and 11.6.1: every script on the page is known, justified and "
         "watched."),
    Work("access", "Access review tooling", "Platform", "4..7..13", "cards", Kind.COMPLIANCE,
         components=("admin", "vault"), owner="Jonas Weber", horizon="now"),
    Work("seen", "Log who opens a card record", "Platform", "3..5..9", "cards", Kind.COMPLIANCE,
         components=("vault", "admin"), owner="Ana Weiss"),
    Work("segments", "Network segments drawn and tested", "Platform", "3..6..12", "cards",
         Kind.COMPLIANCE, components=("infra",), owner="Tomás Vidal"),
    Work("assessor", "Assessor on site", "Platform", "3", "cards", Kind.COMPLIANCE,
         after=("scripts", "access"), owner="Ana Weiss", not_before=47, pinned=True,
         text="Booked: the assessor comes on this day, whatever we have ready."),
    Work("attested", "PCI DSS 4.0.1 attested", "", "", "cards", Kind.MILESTONE,
         after=("assessor", "keys", "seen", "segments", "scripts"), target=86),
    Work("hire", "Bring a new engineer into Payments", "Payments", "2..4..7", "", Kind.PLATFORM,
         owner="Priya Nair", not_before=30, text="From then on Payments has one person more."),
    # Instant transfers and wallets
    Work("adapter", "Instant transfer adapter", "Payments", "12..22..40", "instant", crew=2,
         components=("rails", "ledger", "api"), owner="Ilya Renko", target=70,
         horizon="now", text="The first instant rail: **ten seconds** from order to booking, "
         "every day of the year.\n\n- rulebook clauses mapped to tests\n- booking before answer\n"
         "- recall within ten days"),
    Work("bank", "Sandbox bank in the test pipeline", "Payments", "2..4..7", "instant",
         Kind.PLATFORM, components=("rails",), owner="Sana Novak", started=-16, **RUNNING),
    Work("kit", "Wallet kit upgrade", "Mobile", "4..7..12", "instant", Kind.PLATFORM,
         components=("wallet",), owner="Jun Okada", started=-19, target=30, **RUNNING),
    Work("wallets", "Two more wallets in the pay sheet", "Mobile", "5..9..16", "instant",
         after=("kit",), components=("wallet", "app"), owner="Jun Okada",
         parts=(("Mobile", 6), ("Payments", 3))),
    Work("refunds", "Refunds across rails", "Payments", "6..10..19", "instant",
         after=("adapter",), components=("ledger", "rails"), owner="Sana Novak"),
    Work("reports", "Settlement reports per rail", "Payments", "4..8..15", "instant",
         after=("adapter",), components=("settlement",), owner="Tom Berg", horizon="later"),
    Work("open3", "Open in Germany, the Netherlands and France", "Payments", "", "instant",
         owner="Mira Kovač", horizon="later"),
    Work("tax3", "Tax rates of three countries", "Payments", "3..5..9", "instant", parent="open3",
         components=("billing",), owner="Priya Nair"),
    Work("words3", "The pay page in three languages", "Mobile", "2..4..7", "instant",
         parent="open3", components=("app",), owner="Ema Kral"),
    Work("days3", "Bank holidays of three countries", "Payments", "1..2..4", "instant",
         parent="open3", after=("adapter",), components=("rails",), owner="Tom Berg"),
    Work("open2", "Open in Spain and Italy", "Payments", "", "instant", horizon="later",
         after=("open3",), owner="Mira Kovač"),
    # Crash-free on mobile
    Work("offline", "Offline basket", "Mobile", "8..14..26", "crash", components=("app",),
         owner="Ema Kral", target=110),
    Work("train", "Weekly release train", "Mobile", "2..4..8", "crash", Kind.PLATFORM,
         components=("mobile-ci",), owner="Jun Okada", started=-18, **RUNNING),
    Work("symbols", "Crash reports with symbols", "Mobile", "1..2..3", "crash", Kind.PLATFORM,
         components=("mobile-ci",), owner="Diego Marín", horizon="now"),
    Work("start", "Start without a network", "Mobile", "4..7..13", "crash", components=("app",),
         after=("offline",), owner="Ema Kral"),
    Work("autofill", "Address autofill", "Mobile", "3..5..9", "crash", components=("app",),
         owner="Diego Marín", horizon="later"),
    Work("access2", "The pay sheet without a mouse or sight", "Mobile", "3..6..10", "crash",
         Kind.COMPLIANCE, components=("app",), owner="Ema Kral", horizon="later"),
    # Merchants live in a day
    Work("kyc", "Self-serve identity check", "Payments", "8..15..30", "live", not_before=35,
         components=("api", "fraud"), owner="Tom Berg", text="The contract with the vendor "
         "starts next month; nothing can begin before."),
    Work("sandbox", "Sandbox keys at sign-up", "Platform", "", "live", components=("api",),
         owner="Lena Park"),
    Work("payouts", "Payout schedule settings", "Payments", "4..8..14", "live",
         components=("settlement", "admin"), owner="Tom Berg", horizon="later"),
    Work("guide", "Guided first payment", "Platform", "4..7..12", "live", after=("sandbox",),
         components=("api", "admin"), owner="Lena Park", horizon="later",
         parts=(("Platform", 4), ("Payments", 3))),
    Work("fees", "Fee calculator on the sign-up page", "Payments", "2..3..5", "live", helps=True,
         components=("billing",), owner="Priya Nair", horizon="later"),
    Work("contract", "Contracts signed online", "Payments", "5..9..18", "live", Kind.BET,
         components=("api",), owner="Tom Berg", horizon="later"),
    Work("golive", "First merchant live in a day", "", "", "live", Kind.MILESTONE,
         after=("kyc", "guide", "payouts"), target=230),
    # Without an objective
    Work("schema", "Schema for order events", "Platform", "5..9..17", "", Kind.DEBT,
         after=("outbox",), components=("orders",), owner="Ana Weiss"),
    Work("upgrade", "Database two versions up", "Platform", "3..5..10", "", Kind.PLATFORM,
         components=("infra", "ledger"), owner="Jonas Weber", not_before=48),
    Work("restore", "Backups restored every week", "Platform", "3", "", Kind.PLATFORM,
         components=("infra",), owner="Tomás Vidal", horizon="later"),
    Work("oncall", "One board for whoever is on call", "Platform", "", "", Kind.PLATFORM,
         components=("infra",), owner="Jonas Weber", horizon="later"),
    Work("rails-tests", "Contract tests for the bank rails", "Payments", "4..7..12", "", Kind.DEBT,
         components=("rails",), owner="Ilya Renko", after=("bank",)),
    Work("loyalty", "Loyalty points in the basket", "Mobile", "6..11..20", "", Kind.BET,
         components=("app",), owner="Jun Okada"),
    Work("winter", "Winter release", "", "", "", Kind.MILESTONE, after=("cache", "kit", "bank"),
         target=38, horizon="now"),
    # Ideas
    Work("sourced", "Event-sourced ledger", "Payments", "20..40..80", "", Kind.BET, State.IDEA,
         components=("ledger",), horizon="later", made=-150),
    Work("ship", "Captures per shipment", "Payments", "", "", state=State.IDEA,
         components=("orders", "ledger"), horizon="later", made=-120),
    Work("exempt", "Exemptions from strong authentication", "Payments", "", "", state=State.IDEA,
         components=("rails",), horizon="later", made=-90),
    Work("links", "Pay by link", "Platform", "4..8..15", "", state=State.IDEA,
         components=("api",), horizon="later", made=-50),
    Work("gift", "Gift cards", "", "", "", Kind.BET, State.IDEA, horizon="later", made=-45),
    Work("watch", "Pay on a watch", "Mobile", "", "", Kind.BET, State.IDEA, horizon="later",
         made=-30),
)  # fmt: skip


@dataclass
class Plan:
    """What was made, by the short names used here."""

    aims: dict[str, Objective]
    items: dict[str, Item]


def add_plan(world: World) -> Plan:
    """The open plan, as it stood when it was committed."""
    plan = Plan({}, {})
    with world.calendar.ago(110, 10), history.through(Change.Door.PAGE):
        for aim in AIMS:
            plan.aims[aim.ref] = services.create_objective(
                world.product,
                by=world.planner,
                title=aim.title,
                description=aim.why,
                measure=aim.measure,
                unit=aim.unit,
                baseline_value=aim.baseline,
                current_value=aim.baseline,
                target_value=aim.target,
                target_date=world.calendar.workday(aim.days),
                owner=world.people[aim.owner],
            )
    add_items(world, plan, WORK)
    return plan


def add_items(world: World, plan: Plan, works: Sequence[Work]) -> None:
    """Store items with all that happened to them, in bulk: a plan has up to thousands."""
    numbers = keys.next_keys(world.product, "item", len(works))
    ranks = count(next_rank(world.product))
    numbered = list(zip(works, numbers, ranks, strict=False))
    for is_part in (False, True):
        chosen = [row for row in numbered if bool(row[0].parent) == is_part]
        made = Item.objects.bulk_create(
            Item(number=number, key=key, rank=rank, **fields_of(world, plan, work))
            for work, (number, key), rank in chosen
        )
        plan.items |= {row[0].ref: item for row, item in zip(chosen, made, strict=True)}
    pairs = [(plan.items[work.ref], work) for work in works]
    ItemTeam.objects.bulk_create(
        ItemTeam(item=item, team=world.teams[team], days=days)
        for item, work in pairs
        for team, days in work.parts[1:]
    )
    through = Item.components.through
    through.objects.bulk_create(
        through(item_id=item.pk, component_id=world.components[key].pk)
        for item, work in pairs
        for key in work.components
    )
    store(fact for item, work in pairs for fact in facts_of(world, item, work))
    linked = [(plan.items[ref], plan.items[work.ref]) for work in works for ref in work.after]
    ItemLink.objects.bulk_create(
        ItemLink(predecessor=first, successor=then) for first, then in linked
    )
    asked = world.calendar.moment(-LINKED, 11)
    store(
        change_of(then, asked, world.planner, "linked", {"waits for": [None, f"{first.key} FS"]})
        for first, then in linked
    )


def fields_of(world: World, plan: Plan, work: Work) -> dict[str, Any]:
    day, moment = world.calendar.workday, world.calendar.moment
    return {
        "product": world.product,
        "title": work.title,
        "description": work.text,
        "kind": work.kind,
        "state": work.state,
        "horizon": work.horizon,
        "owner": world.people.get(work.owner),
        "team": world.teams.get(work.team),
        "team_days": work.parts[0][1] if work.parts else None,
        "objective": plan.aims.get(work.aim),
        "helps": work.helps,
        "parent": plan.items.get(work.parent),
        "crew": work.crew,
        "not_before": day(work.not_before) if work.not_before else None,
        "pinned": work.pinned,
        "target_date": day(work.target) if work.target else None,
        "started_on": day(work.started) if work.started else None,
        "created_at": moment(work.made, 9),
        "updated_at": moment(work.started or work.made, 10),
    }


def facts_of(world: World, item: Item, work: Work) -> Iterator[Fact]:
    """Everything that happened to one item before the plan was committed."""
    asked = world.calendar.moment(work.made, 9)
    first = State.IDEA if work.state == State.IDEA else State.PLANNED
    yield change_of(item, asked, world.planner, "created", {"title": [None, item.title]})
    yield ItemMove(item=item, state=first, on=asked.date(), at=asked, by=world.planner)
    if work.days:
        by = world.lead if work.team == "Platform" else world.member
        yield from estimate_of(item, world.calendar.moment(work.made + 2, 14), by, work.days)
    if work.started:
        began = world.calendar.moment(work.started, 10)
        yield ItemMove(item=item, state=State.IN_PROGRESS, on=began.date(), at=began, by=world.lead)
        yield change_of(
            item, began, world.lead, "moved", {"state": [State.PLANNED.value, item.state]}
        )


def estimate_of(item: Item, moment: datetime.datetime, by: User, text: str) -> Iterator[Fact]:
    """An estimate as it was typed: low..likely..high, or one number."""
    typed = parse(text)
    triple = typed if isinstance(typed, Triple) else from_p50(typed)
    low, likely, high = triple
    yield Estimate(
        item=item,
        by=by,
        at=moment,
        one_number=typed is not triple,
        p10_days=low,
        p50_days=likely,
        p90_days=high,
    )
    yield change_of(item, moment, by, "estimated", {"estimate": [None, list(triple)]})


def add_item(world: World, plan: Plan, work: Work) -> Item:
    """Create, estimate and link one item through the services, on its day."""
    with world.calendar.ago(-work.made, 9), history.through(Change.Door.PAGE):
        fields = fields_of(world, plan, work)
        for stored in ("product", "title", "created_at", "updated_at"):
            del fields[stored]
        item = services.create_item(
            world.product,
            by=world.planner,
            title=work.title,
            components=[world.components[key] for key in work.components],
            on=world.calendar.workday(work.made),
            **fields,
        )
        services.estimate_from_text(item, by=world.member, text=work.days)
        for ref in work.after:
            services.link_items(plan.items[ref], item, by=world.planner)
        if work.before:
            services.rank_item(item, by=world.planner, before=plan.items[work.before])
    plan.items[work.ref] = item
    return item
