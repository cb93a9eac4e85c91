"""Any order of moves, votes and edits: nothing is accepted without the quorum of its tier."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tpm.editing import EditConflict
from tpm.models import Level, Role
from tradeoffs import services
from tradeoffs.models import Decision, Review, ReviewPlan, Score

PEOPLE = ("mel", "ada", "lena", "sana")
VERDICTS = list(Review.Verdict.values)
ANYBODY = st.sampled_from(PEOPLE)
ANSWERS = st.sampled_from(
    [("", ""), ("reversible", "local"), ("reversible", "wide"), ("irreversible", "wide")]
)
STEPS = st.one_of(
    st.tuples(st.just("vote"), ANYBODY, st.sampled_from(VERDICTS)),
    st.tuples(st.just("vote"), ANYBODY, st.just("approve")),
    st.tuples(st.just("accept"), ANYBODY, st.none()),
    st.tuples(st.sampled_from(["submit", "withdraw", "edit", "score", "reopen"]), ANYBODY,
              st.none()),
    st.tuples(st.just("tier"), ANYBODY, st.tuples(st.sampled_from([None, 0, 1, 2, 3]), ANSWERS)),
    st.tuples(st.just("role"), st.sampled_from(PEOPLE[1:]), st.sampled_from(["viewer", ""])),
    st.tuples(st.sampled_from(["replace", "keep"]), ANYBODY, st.none()),
    st.tuples(st.just("plan"), ANYBODY, st.sampled_from(["count", "approver"])),
    st.tuples(st.just("approver"), ANYBODY, ANYBODY),
    st.tuples(st.sampled_from(["withdraw objection", "overrule"]), ANYBODY, st.none()),
)  # fmt: skip
MINIMUM = {None: 1, 0: 0, 1: 1, 2: 2, 3: 2}
LEVELS = {"mel": Level.MEMBER, "ada": Level.PLANNER, "lena": Level.LEAD, "sana": Level.LEAD}


def take(decision, step, user, what, users, old):
    if step == "vote":
        services.review(decision, by=user, version=None, verdict=what, reason="so")
    elif step == "accept":
        services.accept_decision(decision, by=user, version=None, why="so")
    elif step == "submit":
        services.submit_for_review(decision, by=user, version=None)
    elif step == "withdraw":
        services.withdraw(decision, by=user, version=None)
    elif step == "edit":
        edit(decision, user, context=f"Context {decision.version}")
    elif step == "tier":
        edit(decision, user, tier=what[0], undoing=what[1][0], reach=what[1][1])
    elif step == "approver":
        edit(decision, user, approver=users[what].person)
    elif step == "score":
        option, criterion = decision.options.first(), decision.criteria.first()
        value = 1 + decision.version % 9
        services.score_cell(option, criterion, by=user, version=None, p50=value)
    elif step == "reopen":
        services.reopen(decision, by=user, version=None, why="so")
    elif step == "role":
        Role.objects.filter(person=user.person).delete()
        if what:
            Role.objects.create(person=user.person, product=decision.product, level=what)
    elif step == "replace":
        services.note_replacement(decision, by=user, old=old)
    elif step == "keep":
        for row in decision.replaces.all():
            services.remove_replacement(row, by=user)
    elif step == "plan":
        plan = ReviewPlan.objects.filter(decision=decision).first()
        services.plan_review(
            decision, by=user, version=plan.version if plan else 0, rule=what,
            needed=2, today=datetime.date(2026, 3, 2),
        )  # fmt: skip
    else:
        row = Review.objects.filter(decision=decision, verdict="object", ended=None).first()
        if row is not None:
            end = services.overrule if step == "overrule" else services.withdraw_objection
            end(row, by=user, reason="so")


def edit(decision, user, **fields):
    services.edit_decision(decision, by=user, version=None, fields=fields)


def all_that_is_judged(decision):
    """The columns, read here and not by the app; acceptance itself writes the reasons."""
    columns = ("title", "context", "constraints", "consequences", "confirmation", "chosen_id",
               "tier", "undoing", "reach", "approver_id")  # fmt: skip
    found = Decision.objects.filter(pk=decision.pk).values(*columns).get()
    scores = Score.objects.filter(option__decision=decision).order_by("option", "criterion")
    found["scores"] = list(scores.values_list("option", "criterion", "p10", "p50", "p90"))
    found["weights"] = list(decision.criteria.order_by("pk").values_list("pk", "weight"))
    found["options"] = list(decision.options.order_by("pk").values_list("pk", "name"))
    found["replaces"] = sorted(decision.replaces.values_list("old", flat=True))
    return found


def could_approve(decision):
    levels = (Level.MEMBER, Level.PLANNER, Level.LEAD)
    roles = Role.objects.filter(product=decision.product, level__in=levels)
    return set(roles.values_list("person__user", flat=True)) - {decision.author_id}


@pytest.mark.parametrize("tier", [None, 0, 1, 2, 3])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_no_path_leads_to_accepted_without_the_quorum_of_the_tier(
    make_decision, score, mel, ada, lena, product, tier, steps, world
):
    users = world
    for name, level in LEVELS.items():
        Role.objects.update_or_create(
            person=users[name].person, product=product, defaults={"level": level}
        )
    decision, old = ready(make_decision, score, mel, lena, tier), noted(make_decision, lena)
    services.ask_reviewers(decision, by=mel, people=[ada.person])
    services.submit_for_review(decision, by=mel, version=None)
    last = {}
    for step, name, what in steps:
        before = decision.state
        seen = all_that_is_judged(decision)
        try:
            with transaction.atomic():
                take(decision, step, users[name], what, users, old)
        except (ValidationError, PermissionDenied, EditConflict):
            continue
        decision = Decision.objects.get(pk=decision.pk)
        if step == "vote":
            last[users[name].pk] = (what, all_that_is_judged(decision))
        if decision.state == "rejected":
            last = {}
        as_note = decision.tier == 0 and (before, decision.state) == ("draft", "accepted")
        if decision.state != before and not as_note:
            assert decision.state in Decision.MOVES[before]
        if before == decision.state == "in_review":
            assert MINIMUM[decision.tier] >= MINIMUM[seen["tier"]]
        if decision.state == "accepted":
            now, able = all_that_is_judged(decision), could_approve(decision)
            approved = {pk for pk, said in last.items()
                        if said[0] in ("approve", "conditions") and said[1] == now}  # fmt: skip
            assert len(approved & able) >= min(MINIMUM[decision.tier], len(able))
            assert not Review.objects.filter(decision=decision, verdict="object", ended=None)
            assert decision.decided_by in (lena, users["sana"])
            assert decision.closings.filter(kind="accepted").count() == 1
            old.refresh_from_db()
            assert (old.state == "superseded") == bool(now["replaces"])
            break


def ready(make_decision, score, mel, lena, tier):
    """As complete as any tier asks for, and not yet in review."""
    answers = {"undoing": "reversible", "reach": "local"} if tier == 0 else {}
    decision = make_decision(
        tier=tier, context="So it is", confirmation="Count", due_on="2030-01-01",
        approver=lena.person, **answers,
    )  # fmt: skip
    for option in decision.options.all():
        score(decision, option.name, "Cost", 5)
    decision.refresh_from_db()
    edit(decision, mel, chosen=decision.options.first())
    return decision


def noted(make_decision, lena):
    """An accepted decision that another one may replace."""
    note = make_decision(tier=0, undoing="reversible", reach="local", reasons="So")
    edit(note, lena, chosen=note.options.first())
    services.accept_decision(note, by=lena, version=None)
    return note


@pytest.fixture
def world(mel, ada, lena, make_user, product):
    """A second lead beside Lena."""
    sana = make_user("Sana")
    Role.objects.create(person=sana.person, product=product, level=Level.LEAD)
    return {"mel": mel, "ada": ada, "lena": lena, "sana": sana}
