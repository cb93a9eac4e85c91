"""The debt of the sample: what hurts, since when, what was decided about it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django.utils import timezone

from debt import queries, refresh, services
from debt.maths import contagion
from debt.maths.ranges import Range
from debt.models import DebtItem, DebtTap, Interest, ScopeSize
from roadmaps.services import edit_item, rank_item
from tpm import history
from tpm.models import Change
from tpm.sample.people import World
from tpm.sample.plan import Plan

LOW, HIGH = 0.6, 1.65  # P10 and P90 of an interest, as a share of its P50
EVENTS = Interest.Kind.EVENTS


@dataclass(frozen=True)
class Owed:
    """A debt item; months count back from today."""

    ref: str
    title: str
    component: str
    owner: str
    interest: float | None  # person-days a month, P50
    principal: tuple[float, float, float] | None
    months: float  # since it hurts
    logged: int  # days ago
    size: str = ""
    kind: str = Interest.Kind.CHANGES
    contagion: str = ""
    risk: tuple[str, int, float] | None = None
    tags: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    text: str = ""


OWED = (
    # Pays back inside a year
    Owed("statements", "Bank statements matched by hand", "settlement", "Tom Berg", 2.0, (2, 3, 6),
         17, 150, kind=EVENTS, risk=("people", 2, 0.5), tags=("chore",),
         shown_by=("settlement/match.py", "Two people, every Monday and Thursday."),
         text="Four times in five the amount and the reference agree, and nobody needed to look."),
    Owed("signing", "Release signing needs a person", "mobile-ci", "Jun Okada", 1.6, (2, 4, 7),
         14, 170, kind=EVENTS, risk=("delivery", 2, 0.5), tags=("chore",),
         shown_by=("mobile-ci/sign.sh", "mobile-ci/README.md")),
    Owed("prices", "Price list cache cleared by hand", "catalog", "Lena Park", 0.8, (1, 2, 3), 9,
         120, kind=EVENTS, shown_by=("catalog/cache.py",)),
    Owed("screenshots", "Screenshot tests fail at random", "mobile-ci", "Ema Kral", 1.5, (3, 6, 11),
         8, 210, contagion="slow", shown_by=("mobile-ci/screenshots/", "app/tests/pay_sheet.kt")),
    Owed("contract", "No contract tests for the bank rails", "rails", "Ilya Renko", 1.7, (4, 7, 12),
         15, 240, risk=("reliability", 3, 0.5), shown_by=("rails/client.py",)),
    Owed("retries", "Retries written by hand", "rails", "Ilya Renko", 1.3, (5, 9, 17), 19, 420,
         contagion="fast", risk=("reliability", 3, 0.6), tags=("arch",),
         shown_by=("rails/transfer.py", "rails/debit.py", "rails/refund.py"),
         text="Every rail has its own loop with its own idea of when to give up. Three incidents "
         "this year began in one of them."),
    Owed("slow-tests", "Orchestrator tests need 41 minutes", "orchestrator", "Lena Park", 1.9,
         (4, 8, 14), 17, 330, contagion="slow", shown_by=("orchestrator/tests/",)),
    Owed("rounding", "Rounding in three places", "ledger", "Sana Novak", 0.9, (2, 4, 7), 11, 270,
         risk=("compliance", 2, 0.4), shown_by=("ledger/money.py", "billing/tax.py")),
    Owed("basket", "Basket kept in two stores", "app", "Ema Kral", 1.2, (8, 14, 25), 10, 280,
         contagion="fast", risk=("reliability", 2, 0.5), shown_by=("app/basket/",)),
    Owed("webview", "Old web view in the pay flow", "app", "Jun Okada", 2.0, (10, 18, 33), 24, 500,
         contagion="slow", risk=("reliability", 3, 0.7), shown_by=("app/pay/webview.kt",),
         text="Half of all crashes begin here."),
    Owed("events", "Order events have no schema", "orders", "Ana Weiss", 1.7, (8, 14, 25), 11, 300,
         contagion="slow", tags=("arch",), shown_by=("orders/events.py",)),
    # Does not pay back inside a year
    Owed("tax", "Tax rules are hard-wired in billing", "billing", "Priya Nair", 1.6, (8, 15, 30),
         20, 440, contagion="slow", risk=("compliance", 2, 0.5), tags=("arch",),
         shown_by=("billing/tax.py", "Three rates changed last year, each with a release.")),
    Owed("address", "Address form copied per country", "app", "Ema Kral", 0.9, (5, 9, 17), 12, 230,
         contagion="slow", shown_by=("app/address/",)),
    Owed("kit", "Wallet kit two versions back", "wallet", "Jun Okada", 0.8, (5, 9, 16), 8, 190,
         risk=("security", 2, 0.3), shown_by=("wallet/build.gradle",)),
    Owed("refunds", "Refund states kept in two tables", "ledger", "Sana Novak", 1.2, (9, 16, 29),
         11, 260, risk=("reliability", 2, 0.4), shown_by=("ledger/refunds.py",)),
    Owed("network", "Network rules kept in two places", "infra", "Tomás Vidal", 0.8, (6, 11, 19),
         0.6, 18, risk=("security", 2, 0.4), shown_by=("infra/network/",)),
    Owed("fraud", "Fraud rules ship with the monolith", "fraud", "Sana Novak", 1.1, (8, 14, 26), 16,
         310, shown_by=("fraud/rules.py",)),
    # For risk, not for money
    Owed("vault", "Vault library past support", "vault", "Ana Weiss", 0.7, (10, 20, 40), 7, 180,
         risk=("security", 4, 0.8), shown_by=("vault/requirements.txt",),
         text="The maker stops fixes next summer."),
    # One question each
    Owed("signatures", "Webhook signatures checked in five ways", "api", "Lena Park", None, None, 1,
         26, size="M", shown_by=("api/webhooks/",)),
    Owed("symbols", "Crash reports without symbols", "mobile-ci", "Diego Marín", None, None, 2, 47),
    # Frozen: leave it
    Owed("file", "Settlement is one 4,000-line file", "settlement", "Tom Berg", 0.1, (20, 40, 90),
         60, 560, shown_by=("settlement/settle.py",),
         text="Ugly, and nobody has had to touch it since spring."),
    Owed("admin", "Admin console on an old framework", "admin", "Ana Weiss", 0.12, (30, 55, 110),
         50, 540, shown_by=("admin/",)),
    # Closed
    Owed("logs", "Debug log fields written twice", "infra", "Jonas Weber", 0.6, (2, 4, 6), 14, 320,
         shown_by=("infra/logging.py",)),
    Owed("flags", "Feature flags that nobody removes", "app", "Ema Kral", 1.1, (3, 6, 11), 18, 300,
         shown_by=("app/flags.py",)),
    Owed("kiosk", "Kiosk mode nobody sells any more", "app", "Diego Marín", 0.3, (3, 6, 12), 22,
         400, shown_by=("app/kiosk/",)),
    Owed("colours", "Two shades of blue in the app", "app", "Ema Kral", None, None, 3, 90),
)  # fmt: skip


SAID_AGAIN = (
    (120, "slow-tests", 2.3),
    (55, "slow-tests", 1.7),
    (100, "retries", 1.7),
    (45, "retries", 2.1),
    (80, "basket", 1.5),
    (30, "basket", 1.9),
    (50, "webview", 2.3),
)  # days ago, debt, person-days a month


TAPPED = (
    ("flags", (185, 178, 171, 160, 152, 140, 128, 117, 60), 45),
    ("retries", (44, 37, 36, 22, 20, 12, 5, 4, 1), 30),
    ("slow-tests", (18, 11, 6, 3, 2), 15),
)  # debt, days ago, minutes


GROWN = (
    ("retries", ((3, 12, 2), (3, 12, 2), (4, 12, 2), (4, 12, 2), (4, 13, 2), (4, 13, 2))),
    ("slow-tests", ((1, 41, 6), (1, 42, 6), (1, 42, 6), (1, 43, 6), (1, 43, 7), (1, 44, 7))),
    ("events", ((2, 9, 4), (2, 9, 4), (2, 9, 4), (2, 9, 4))),
)  # debt, its evidence, files and coupled files in each of the last months


PAID_FIRST = (
    (28, "retries", "contract"),
    (27, "tax", "rounding"),
    (26, "kit", "vault"),
)  # days ago, debt, what it needs paid first


def add_debt(world: World, plan: Plan) -> dict[str, DebtItem]:
    """Log, judge, score and settle the debt, each on its day, up to when the plan was committed."""
    found: dict[str, DebtItem] = {}
    steps: list[tuple[int, Callable[[], object]]] = [
        (owed.logged, partial(log, world, found, owed)) for owed in OWED
    ]
    steps += [(days, partial(score_teams, world, days)) for days in (130, 60)]
    steps += [
        (days, partial(declare, world, found, ref, interest)) for days, ref, interest in SAID_AGAIN
    ]
    steps += settlements(world, found)
    steps += [(days, partial(need, world, found, ref, first)) for days, ref, first in PAID_FIRST]
    steps.append((34, partial(plan_work, world, plan, found)))
    steps.append((13, partial(grow, found)))
    steps.append((12, partial(tap_and_look_back, found)))
    for days, step in sorted(steps, key=lambda step: -step[0]):
        with world.calendar.ago(days, 11), history.through(Change.Door.PAGE):
            step()
    return found


def log(world: World, found: dict[str, DebtItem], owed: Owed) -> None:
    component = world.components[owed.component]
    low, mid, high = owed.principal or (None, None, None)
    dimension, level, chance = owed.risk or ("", None, None)
    by = world.lead if component.owner_team == world.teams["Platform"] else world.member
    found[owed.ref] = services.log_debt_item(
        world.product,
        by=by,
        title=owed.title,
        paths=owed.shown_by,
        hurts_since=world.calendar.workday(-max(round(owed.months * 30.4), owed.logged)),
        description=owed.text,
        component=component,
        owner=world.people[owed.owner],
        principal_p10_days=low,
        principal_p50_days=mid,
        principal_p90_days=high,
        size=owed.size,
        contagion=owed.contagion,
        risk_dimension=dimension,
        risk_level=level,
        risk_probability=chance,
        tags=list(owed.tags),
    )
    if owed.interest is not None:
        services.declare_interest(
            found[owed.ref], by=by, days=around(owed.interest), kind=owed.kind
        )


def around(interest: float) -> Range:
    return Range(round(interest * LOW, 2), interest, round(interest * HIGH, 2))


def declare(world: World, found: dict[str, DebtItem], ref: str, interest: float) -> None:
    """Somebody looked again: it costs more, or less, than was thought."""
    services.declare_interest(found[ref], by=world.member, days=around(interest))


def need(world: World, found: dict[str, DebtItem], ref: str, first: str) -> None:
    """Somebody saw that one cannot be paid before the other."""
    services.add_need(found[ref], by=world.member, needed=found[first])


def settlements(world: World, found: dict[str, DebtItem]) -> list[tuple[int, Callable[[], object]]]:
    """What was accepted, paid, given up or found to be none: days ago, and the step."""

    def later(do: Callable[..., object], ref: str, **fields: object) -> Callable[[], object]:
        def step() -> None:
            found[ref].refresh_from_db()
            do(found[ref], by=world.lead, version=None, **fields)

        return step

    day = world.calendar.workday
    return [
        (85, later(services.declare_not_debt, "colours", why="Taste: it slows nobody.")),
        (107, later(services.mark_paid, "flags", why="Each flag has a last day now.")),
        (75, later(services.accept_until, "kit", until=day(52),
                   why="The upgrade is in the plan; two versions back still get fixes.")),
        (70, later(services.accept_until, "address", until=day(98), ceiling=1.1,
                   why="No new country before spring.")),
        (66, later(services.accept_until, "vault", until=None, trigger="support ends",
                   why="Its replacement waits for the rotation of the vault.")),
        (20, later(services.mark_paid, "logs", why="Took 5 d; half of the volume is gone.")),
        (20, later(services.write_off, "kiosk", why="Gone with the kiosk itself.")),
    ]  # fmt: skip


def tap_and_look_back(found: dict[str, DebtItem]) -> None:
    """What hurt between two other things, and what became of the pay-off of a quarter ago."""
    today = timezone.now() + datetime.timedelta(days=12)
    with_days = ((ref, days, minutes) for ref, ages, minutes in TAPPED for days in ages)
    rows = [
        DebtTap(item=found[ref], minutes=minutes, at=today - datetime.timedelta(days=days),
                source=DebtTap.Source.PAGE)
        for ref, days, minutes in with_days
    ]  # fmt: skip
    DebtTap.objects.bulk_create(rows)
    services.look_back(found["flags"].pk)


def grow(found: dict[str, DebtItem]) -> None:
    """How large three of them were at the beginning of each of the last months."""
    model = queries.current_model().parameters
    newest = queries.month_of(timezone.localdate())
    for ref, sizes in GROWN:
        months: list[tuple[int, int]] = []
        for place, (evidence, files, coupled) in enumerate(sizes, start=newest - len(sizes) + 1):
            months.append((place, evidence + files + coupled))
            ScopeSize.objects.create(
                item=found[ref], month=place, evidence=evidence, files=files, coupled=coupled,
                slope=contagion.measured(months, model),
            )  # fmt: skip


def score_teams(world: World, days: int) -> None:
    """Score every team's debt as it was so many days ago."""
    with world.calendar.ago(days, 3) as moment:
        for team in world.teams.values():
            ledger = refresh.TeamLedger.objects.get(team=team)
            model = queries.current_model()
            found = refresh.compute(team, model, reason="nightly", at=moment)
            dated = [at_moment(score, moment) for score in found.scores]
            refresh.store(replace(found, scores=dated), ledger=ledger, began=moment, at=moment)


def at_moment(score, moment):
    """Rows that are stored in bulk are dated one by one."""
    score.at = moment
    return score


def plan_work(world: World, plan: Plan, found: dict[str, DebtItem]) -> None:
    """Two debts became work in the plan."""
    titles = {
        "webview": ("Remove the old web view", "crash", "now", "start"),
        "fraud": ("Fraud check off the hot path", "fast", "next", "refunds"),
    }
    for ref, (title, aim, horizon, before) in titles.items():
        found[ref].refresh_from_db()
        work = services.plan_it(found[ref], by=world.planner, version=None, title=title)
        edit_item(
            work,
            by=world.planner,
            version=None,
            objective=plan.aims[aim],
            horizon=horizon,
            why="It is what this objective waits for.",
        )
        rank_item(work, by=world.planner, before=plan.items[before])
        plan.items[ref] = work
