"""What happened since the plan was committed: the two weeks that moved its dates."""

import datetime

from django.utils import timezone

from debt import services as debt_services
from debt.models import DebtItem
from debt.services.badges import make_badge
from roadmaps import services
from roadmaps.models import Baseline, CapacityEffect, ForecastRun, Item, Sharing
from roadmaps.queries.slips import slips_of
from tpm import history
from tpm.comments import comment_on
from tpm.models import Change
from tpm.sample.debt import score_teams
from tpm.sample.people import World
from tpm.sample.plan import Plan, Work, add_item
from tpm.services import add_absence
from tradeoffs.models import Decision

COMMITTED = 14  # days ago
ADDED = (
    Work("clauses", "Evidence for the two new clauses", "Payments", "4..7..12", "cards",
         Item.Kind.COMPLIANCE, components=("vault", "api"), owner="Priya Nair", made=-10,
         before="keys", horizon="now",
         text="The assessor asked for requirements 3.5.1.2 and 12.3.1 as well."),
    Work("failed", "Pages for failed instant transfers", "Payments", "3..5..9", "instant",
         after=("adapter",), components=("rails", "app"), owner="Sana Novak", made=-9,
         before="refunds"),
    Work("replay", "Replay of lost order events", "Platform", "2..4..7", "fast",
         Item.Kind.PLATFORM, components=("orders",), owner="Ana Weiss", made=-9, before="load"),
)  # fmt: skip


STRETCH = ("autofill",)


def commit(world: World, plan: Plan) -> Baseline:
    """Learn, score and forecast as of two weeks ago, and commit to what came out."""
    forecast(world, COMMITTED, hour=6, reason=ForecastRun.Reason.NIGHTLY, learn=True)
    with world.calendar.ago(COMMITTED, 16), history.through(Change.Door.PAGE):
        day = world.calendar.workday(-COMMITTED)
        return services.commit_baseline(
            world.product,
            by=world.planner,
            name=f"Plan of {day.day} {day:%B}",
            stretch=[plan.items[ref].pk for ref in STRETCH],
        )


def forecast(
    world: World,
    days: int,
    *,
    hour: int,
    reason: str = ForecastRun.Reason.CHANGE,
    learn: bool = False,
) -> ForecastRun:
    """Score debt, learn and forecast as the worker does, so many days ago.

    What is forecast today scores past forecasts as well: only the newest scores are kept.
    """
    score_teams(world, days)
    with world.calendar.ago(days, hour) as moment, history.through(Change.Door.TASK):
        day = moment.date()
        if learn:
            services.refresh_learning(world.product.pk, as_of=day, score_past=days == 0)
        services.refresh_forecast(world.product.pk, reason=reason, as_of=day)
    return ForecastRun.objects.filter(product=world.product)[0]


def share(world: World) -> None:
    """The lead lets planners share; the planner gives the steering group a link, and READMEs their
    badges.
    """
    with world.calendar.ago(5, 10), history.through(Change.Door.PAGE):
        services.set_sharing(world.product, by=world.lead, who=Sharing.Who.PLANNER, version=None)
        services.share_plan(
            world.product,
            by=world.planner,
            name="Steering group",
            shows=["timeline", "objectives"],
            tells=["dates", "targets"],
            expires_on=timezone.localdate() + datetime.timedelta(days=90),
        )
        for component in (None, world.components["settlement"]):
            make_badge(
                world.product, by=world.planner, component=component,
                expires_on=timezone.localdate() + datetime.timedelta(days=360),
            )  # fmt: skip


def add_effects(world: World, plan: Plan) -> None:
    with world.calendar.ago(27, 12), history.through(Change.Door.PAGE):
        services.add_capacity_effect(
            plan.items["hire"],
            by=world.lead,
            team=world.teams["Payments"],
            kind=CapacityEffect.Kind.PEOPLE,
            p10=0.4,
            p50=0.8,
            p90=1.0,
        )


def first_week(world: World, plan: Plan) -> None:
    """Re-estimated, dropped, added, finished: the week after the commitment."""
    items, calendar = plan.items, world.calendar
    with calendar.ago(12, 11), history.through(Change.Door.PAGE):
        services.estimate_from_text(items["adapter"], by=world.planner, text="15..28..50")
        say(world, items["adapter"], "planner", "The rulebook has 41 clauses that we did not "
            "count. @Ilya, thank you for going through all of them with me.")  # fmt: skip
    with calendar.ago(11, 15), history.through(Change.Door.PAGE):
        services.move_item(
            items["loyalty"], by=world.planner, state=Item.State.DROPPED, on=calendar.workday(-11),
            why="No merchant asked for it in the last six talks.",
        )  # fmt: skip
    for work in ADDED:
        add_item(world, plan, work)
    with calendar.ago(9, 16), history.through(Change.Door.PAGE):
        services.link_items(items["clauses"], items["attested"], by=world.planner)
        services.link_items(items["states"], items["carts"], by=world.planner, lag_days=3)
    with calendar.ago(8, 17), history.through(Change.Door.PAGE):
        services.move_item(
            items["outbox"], by=world.member, state=Item.State.DONE, on=calendar.workday(-8),
            person_days=11,
        )  # fmt: skip
        say(world, items["outbox"], "lead", "All writers use it. The sync still runs beside it "
            "until the bus is decided.")  # fmt: skip


def second_week(world: World, plan: Plan, owed: dict[str, DebtItem]) -> None:
    """A person away, larger estimates, work finished, debt confirmed: the days up to now."""
    items, calendar = plan.items, world.calendar
    with calendar.ago(6, 9), history.through(Change.Door.PAGE):
        add_absence(
            world.people["Sana Novak"],
            by=world.lead,
            starts_on=calendar.day(12),
            ends_on=calendar.day(39),
        )
    with calendar.ago(6, 15), history.through(Change.Door.PAGE):
        services.estimate_from_text(items["scripts"], by=world.planner, text="8..12..20")
        services.estimate_from_text(items["adapter"], by=world.lead, text="10..16..28")
        services.estimate_from_text(items["carts"], by=world.lead, text="9..14..22")
    with calendar.ago(5, 10), history.through(Change.Door.PAGE):
        services.estimate_from_text(items["scripts"], by=world.member, text="9..17..32")
        say(world, items["scripts"], "member", "Three tag managers load scripts we have never "
            "seen. Each needs an owner before it can be written down. @Mira Kovač, whom do I "
            "ask?")  # fmt: skip
    with calendar.ago(4, 13), history.through(Change.Door.PAGE):
        services.estimate_from_text(items["adapter"], by=world.member, text="18..34..64")
        say(world, items["adapter"], "member", "The sandbox rejects 9 % of calls on weekdays. I "
            "would not go below 15 d until the bank fixes that. @Lena, you said 10: what did I "
            "miss?")  # fmt: skip
        services.move_item(
            items["adapter"], by=world.member, state=Item.State.IN_PROGRESS,
            on=calendar.workday(-4),
        )  # fmt: skip
    with calendar.ago(3, 16), history.through(Change.Door.PAGE):
        services.move_item(
            items["train"], by=world.member, state=Item.State.DONE, on=calendar.workday(-3)
        )
        debt_services.confirm_interest(owed["retries"], by=world.member)
        owed["retries"].refresh_from_db()
        debt_services.add_evidence(
            owed["retries"], by=world.member, text="Third incident this quarter: 40 minutes."
        )
    with calendar.ago(2, 11), history.through(Change.Door.PAGE):
        services.edit_item(
            items["payouts"], by=world.planner, version=None, horizon="next",
            why="Two merchants wait for it.",
        )  # fmt: skip


def scenarios(world: World) -> None:
    """Two things the planner would like to know before the next talk."""
    with world.calendar.ago(1, 15), history.through(Change.Door.PAGE):
        more = services.create_scenario(
            world.product, by=world.planner, name="Two more in Payments",
            question="Does hiring before the peak bring PCI DSS in on time?",
        )  # fmt: skip
        people = {"do": "people", "team": world.teams["Payments"].slug, "people": 2}
        services.add_change(more, by=world.planner, asked=people)
        services.edit_scenario(more, by=world.planner, version=None, shared=True)
    with world.calendar.ago(1, 16), history.through(Change.Door.PAGE):
        less = services.create_scenario(
            world.product, by=world.planner, name="Debt paid off first",
            question="What if Payments lost nothing to debt?",
        )  # fmt: skip
        paid = {"do": "drag", "team": world.teams["Payments"].slug, "share": 0.0}
        services.add_change(less, by=world.planner, asked=paid)


def measure(world: World, plan: Plan, values: dict[str, float]) -> None:
    """What the objectives have reached by now."""
    with world.calendar.ago(7, 8), history.through(Change.Door.PAGE):
        for ref, value in values.items():
            services.edit_objective(
                plan.aims[ref], by=world.planner, version=None, current_value=value
            )


SLIPPED = (
    # what slipped, the reason, whether the decision on the bus explains it, words
    ("plan", "people", False, "Payments is one short for a month, and half of the plan is theirs."),
    ("cards", "scope", False, "The assessor asked for two requirements more."),
    ("live", "people", False, "The identity check waits for the same three people."),
    ("adapter", "estimate", False, "The rulebook has 41 clauses that nobody had counted."),
    ("scripts", "scope", False, "Three tag managers load scripts that we had never seen."),
    ("carts", "waiting", True, "Nobody builds the read model before the bus is chosen."),
    ("attested", "scope", False, "It follows the script inventory."),
    ("golive", "priority", False, "The instant rail came first."),
)


def explain(world: World, plan: Plan, decided: dict[str, Decision]) -> None:
    """Why some of what was committed came later; the rest still waits for a reason."""
    newest = ForecastRun.objects.filter(product=world.product)[0]
    slips = {slip.of: slip for slip in slips_of(world.product, newest)}
    named = {ref: f"o{aim.pk}" for ref, aim in plan.aims.items()}
    named |= {ref: item.key for ref, item in plan.items.items()}
    for ref, reason, is_decided, words in SLIPPED:
        slip = slips.get(named.get(ref, ref))
        if slip is None:
            continue
        key = decided["bus"].key if is_decided else ""
        with history.through(Change.Door.PAGE):
            services.give_slip_reason(
                world.product, by=world.planner, slip=slip, reason=reason, decision_key=key,
                words=words,
            )  # fmt: skip


def talk(world: World, plan: Plan, owed: dict[str, DebtItem], decided: dict[str, Decision]) -> None:
    """Words on debt, decisions and the rest of the plan."""
    for days, subject, role, words in (
        (17, decided["bus"], "lead", "My replay of the peak with six readers topped out at 700 "
         "orders a second. We planned for 900. Show me 900, or score it down."),
        (13, decided["bus"], "planner", "I lowered the P10 to 700. With two readers it did 2,400; "
         "the truth is in how many readers we end up with."),
        (10, decided["bus"], "member", "The managed queue has no score for security. "
         "@Mira Kovač, who asks?"),
        (9, owed["retries"], "member", "The debit loop gives up after 3 tries, the refund loop "
         "after 30. Nobody remembers why."),
        (8, owed["webview"], "lead", "Planned. Every week it stays costs Mobile about half a day."),
        (6, owed["file"], "planner", "Leave it. Nobody has touched it since spring."),
        (5, plan.items["assessor"], "lead", "The day is fixed. If the inventory is not ready we "
         "show what we have. @Rosa, the badge for the assessor is yours."),
        (3, plan.items["vault"], "member", "Rotation ran twice in staging. `vault rotate` takes "
         "**38 minutes**, twice what we allow. @Lena"),
        (2, plan.items["kyc"], "planner", "Contract signed; access from the first of the month."),
    ):  # fmt: skip
        with world.calendar.ago(days, 14):
            say(world, subject, role, words)


def say(world: World, subject, role: str, words: str) -> None:
    comment_on(subject, by=world.users[role], body=words)
