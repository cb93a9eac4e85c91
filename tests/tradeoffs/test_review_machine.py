"""Any order of moves, votes and edits: nothing is accepted without the quorum of its tier."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tpm.editing import EditConflict
from tpm.models import Level, Role
from tradeoffs import content, services
from tradeoffs.models import Decision, Review

PEOPLE = ("mel", "ada", "lena", "sana")
VERDICTS = [verdict for verdict in Review.Verdict.values if verdict != "reject"]
STEPS = st.one_of(
    st.tuples(st.just("vote"), st.sampled_from(PEOPLE), st.sampled_from(VERDICTS)),
    st.tuples(st.just("accept"), st.sampled_from(PEOPLE), st.none()),
    st.tuples(st.sampled_from(["submit", "withdraw", "edit", "score", "resign"]),
              st.just("mel"), st.none()),
    st.tuples(st.sampled_from(["withdraw objection", "overrule"]), st.sampled_from(PEOPLE),
              st.none()),
)  # fmt: skip
MINIMUM = {None: 1, 0: 0, 1: 1, 2: 2, 3: 2}


def take(decision, step, user, verdict):
    if step == "vote":
        services.review(decision, by=user, version=None, verdict=verdict, reason="so")
    elif step == "accept":
        services.accept_decision(decision, by=user, version=None, why="so")
    elif step == "submit":
        services.submit_for_review(decision, by=user, version=None)
    elif step == "withdraw":
        services.withdraw(decision, by=user, version=None)
    elif step == "edit":
        fields = {"context": f"Context {decision.version}"}
        services.edit_decision(decision, by=user, version=None, fields=fields)
    elif step == "score":
        option, criterion = decision.options.first(), decision.criteria.first()
        value = 1 + decision.version % 9
        services.score_cell(option, criterion, by=user, version=None, p50=value)
    elif step == "resign":
        services.reopen(decision, by=user, version=None, why="so")
    else:
        row = Review.objects.filter(decision=decision, verdict="object", ended=None).first()
        if row is not None:
            end = services.overrule if step == "overrule" else services.withdraw_objection
            end(row, by=user, reason="so")


def approvals_by_hand(decision):
    """Who approved exactly what is there, by their last word, counted without the app's rules."""
    before = content.of(decision)
    before["text"]["reasons"] = None
    found = set()
    for user in {review.by for review in decision.reviews.all()}:
        last = decision.reviews.filter(by=user).order_by("-pk").first()
        seen = content.read(last.seen)
        seen["text"]["reasons"] = None
        if last.verdict in ("approve", "conditions") and seen == before:
            found.add(user)
    return found - {decision.author}


@pytest.mark.parametrize("tier", [None, 0, 1, 2, 3])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=3, max_size=10))
def test_no_path_leads_to_accepted_without_the_quorum_of_the_tier(
    make_decision, score, mel, ada, lena, make_user, product, tier, steps, world
):
    users = world
    decision = make_decision(tier=tier, context="So it is", confirmation="Count", due_on=None)
    Decision.objects.filter(pk=decision.pk).update(due_on="2030-01-01", chosen=None)
    for option in decision.options.all():
        score(decision, option.name, "Cost", 5)
    decision.refresh_from_db()
    services.edit_decision(
        decision, by=mel, version=None, fields={"chosen": decision.options.first()}
    )
    services.ask_reviewers(decision, by=mel, people=[ada.person])
    services.submit_for_review(decision, by=mel, version=None)
    for step, name, verdict in steps:
        before = decision.state
        try:
            with transaction.atomic():
                take(decision, step, users[name], verdict)
        except (ValidationError, PermissionDenied, EditConflict):
            pass
        decision = Decision.objects.get(pk=decision.pk)
        noted = tier == 0 and (before, decision.state) == ("draft", "accepted")
        if decision.state != before and not noted:
            assert decision.state in Decision.MOVES[before]
        if decision.state == "accepted":
            assert len(approvals_by_hand(decision)) >= MINIMUM[tier]
            assert not Review.objects.filter(decision=decision, verdict="object", ended=None)
            assert decision.decided_by in (lena, users["sana"])
            assert decision.closings.filter(kind="accepted").count() == 1
            break


@pytest.fixture
def world(mel, ada, lena, make_user, product):
    """A second lead beside Lena."""
    sana = make_user("Sana")
    Role.objects.create(person=sana.person, product=product, level=Level.LEAD)
    return {"mel": mel, "ada": ada, "lena": lena, "sana": sana}
