"""The decisions of the sample: accepted, replaced, refused, disputed and barely begun."""

import datetime
from typing import Any

from django.utils import timezone

from debt.models import DebtItem
from debt.services import change_item
from tpm import history
from tpm.models import Change, User
from tpm.sample.following import answer_for, foretell
from tpm.sample.foretold import SMALL
from tpm.sample.people import World
from tpm.sample.plan import Plan
from tpm.sample.questions import QUESTIONS, Question
from tradeoffs import services, tiers
from tradeoffs.maths import ranges
from tradeoffs.models import Decision, ReviewPlan, Score
from tradeoffs.services import weighing
from tradeoffs.services.asking import due_after


def add_decisions(world: World, plan: Plan, owed: dict[str, DebtItem]) -> dict[str, Decision]:
    """Draft, weigh and judge them, each step on its day."""
    found: dict[str, Decision] = {}
    for question in sorted((*QUESTIONS, *SMALL), key=lambda one: -one.drafted):
        author = world.users[question.author]
        with world.calendar.ago(question.drafted, 10), history.through(Change.Door.PAGE):
            found[question.ref] = draft(world, plan, question, found)
        with world.calendar.ago(question.drafted - 1, 14), history.through(Change.Door.PAGE):
            weigh(world, question, found[question.ref])
            foretell(world, question.ref, found[question.ref])
            owed |= answer_for(world, plan, question.ref, found[question.ref])
        for days, step, reason in question.steps:
            with world.calendar.ago(days, 15), history.through(Change.Door.PAGE):
                take(world, found[question.ref], author, step, reason)
        for ref in question.debt:
            with world.calendar.ago(max(1, question.drafted - 2), 16), history.through("page"):
                owed[ref].refresh_from_db()
                change_item(
                    owed[ref], by=author, version=None, decision=found[question.ref],
                    why="This decision is about it.",
                )  # fmt: skip
    return found


def draft(world: World, plan: Plan, question: Question, found: dict[str, Decision]) -> Decision:
    decision = services.draft_decision(
        world.product,
        by=world.users[question.author],
        title=question.title,
        options=[choice.name for choice in question.choices],
        criteria=[axis.name for axis in question.axes],
        items=[plan.items[ref] for ref in question.items if ref in plan.items],
        replaces=found.get(question.replaces),
        tier=question.tier,
        driver=world.users[question.author].person,
        approver=world.lead.person,
        due_on=None if question.due is None else world.calendar.workday(question.due),
        check_on=None if question.check is None else world.calendar.workday(question.check),
        **question.text,
    )
    decision.components.set(world.components[key] for key in question.components)
    return decision


def weigh(world: World, question: Question, decision: Decision) -> None:
    """Set the scales and the weights, score the cells, and propose an option."""
    by = world.users[question.author]
    criteria, options = list(decision.criteria.all()), list(decision.options.all())
    scales = []
    for criterion, axis in zip(criteria, question.axes, strict=True):
        fields = {"unit": axis.unit, "worst": axis.worst, "best": axis.best,
                  "must": axis.must, "group": axis.group, "horizon": axis.horizon}  # fmt: skip
        if axis.measure:
            fields["measure"] = axis.measure
        scales.append((criterion, fields))
    services.edit_criteria(decision, by=by, changes=scales)
    weights = {row.pk: axis.points for row, axis in zip(criteria, question.axes, strict=True)}
    services.set_weights(decision, by=by, weights=weights, version=None)
    rows = []
    for option, choice in zip(options, question.choices, strict=True):
        if choice.text:
            services.edit_option(option, by=by, version=None, fields={"description": choice.text})
        rows += [
            Score(
                option=option,
                criterion=criterion,
                by=by,
                **points(cell),
                **evidence_of(world, question, option.name, criterion.name),
            )
            for criterion, cell in zip(criteria, choice.cells, strict=True)
            if cell
        ]
    score(decision, by, rows)
    if question.proposed:
        chosen = next(option for option in options if option.name == question.proposed)
        decision.refresh_from_db()
        services.edit_decision(decision, by=by, version=None, fields={"chosen": chosen})


def evidence_of(world: World, question: Question, option: str, criterion: str) -> dict[str, Any]:
    """Where the number of a cell comes from, and of which day that is."""
    for name, axis, address, days in question.evidence:
        if (name, axis) == (option, criterion):
            day = world.calendar.today - datetime.timedelta(days=days)
            return {"evidence": address, "evidence_on": day}
    return {}


def bind_cells(world: World, plan: Plan, decided: dict[str, Decision]) -> None:
    """Let some cells follow the forecast of an item, once there is one."""
    for question in QUESTIONS:
        for option, criterion, item, kind in question.bound:
            decision = decided[question.ref]
            services.bind_cell(
                decision.options.get(name=option),
                decision.criteria.get(name=criterion),
                by=world.users[question.author],
                version=None,
                code=f"roadmaps.item:{plan.items[item].pk}:{kind}",
            )


def score(decision: Decision, by: User, rows: list[Score]) -> None:
    """Fill a whole matrix at once, which its author did in one afternoon."""
    for row in rows:
        row.clean()
    Score.objects.bulk_create(rows)
    for option in dict.fromkeys(row.option for row in rows):
        said = {
            f"{option.name}, {row.criterion.name}": (None, weighing.said(row))
            for row in rows
            if row.option == option
        }
        history.record(decision, by=by, action="scored", changes=said)


def points(cell: str) -> dict[str, float | None]:
    """One number, or low..likely..high."""
    low, mid, high = ranges.read(cell)
    return {"p10": low, "p50": mid, "p90": high}


def plan_review(world: World, decision: Decision, author: User) -> None:
    """Five working days to answer, and as many approvals as the tier asks for."""
    if ReviewPlan.objects.filter(decision=decision).exists():
        return
    today = timezone.localdate()
    services.plan_review(
        decision, by=author, version=0, rule=ReviewPlan.Rule.COUNT,
        needed=max(1, tiers.approvals(decision.tier)),
        due_on=decision.due_on or due_after(decision, 5, today=today), today=today,
    )  # fmt: skip


def take(world: World, decision: Decision, author, step: str, reason: str) -> None:
    """Ask for a review, say what a reviewer thinks (`member: object`), or what the lead does."""
    decision.refresh_from_db()
    who, _, verdict = step.rpartition(": ")
    if step == "ask":
        second = world.users["member" if author == world.planner else "planner"].person
        services.ask_reviewers(decision, by=author, people=[second, world.lead.person])
        plan_review(world, decision, author)
        said = "Check the numbers that you know best: the matrix is what we argue about."
        services.submit_for_review(decision, by=author, version=None, why=said)
    else:
        by = world.users[who] if who else world.lead
        services.review(decision, by=by, version=None, verdict=verdict, reason=reason)
