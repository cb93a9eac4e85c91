"""A bad consequence becomes deliberate debt, with its decision as the cause."""

import pytest
from django.core.exceptions import ValidationError

from debt import services
from debt.maths.ranges import Range
from debt.models import DebtItem
from tradeoffs import services as decisions
from tradeoffs.models import Review


@pytest.fixture
def harm(product, mel):
    decision = decisions.draft_decision(
        product, by=mel, title="Which bus?", options=["Outbox", "Broker"]
    )
    return decisions.add_consequence(
        decision, by=mel, kind="bad", severity="high", text="The table outgrows its disk",
        owner=mel.person,
    )  # fmt: skip


def test_it_is_deliberate_and_tracked_back(harm, mel):
    item = services.become_debt(
        harm, by=mel, interest=Range(0.3, 0.8, 1.6), principal=Range(4, 6, 11)
    )
    assert (item.decision, item.consequence, item.owner) == (harm.decision, harm, mel.person)
    assert item.is_deliberate
    assert item.tags == ["deliberate"]
    assert item.principal == Range(4, 6, 11)
    assert (harm.handled_as, harm.handled_key) == ("debt", item.key)


def test_two_presses_make_one_item(harm, mel):
    services.become_debt(harm, by=mel)
    with pytest.raises(ValidationError, match="handled already"):
        services.become_debt(harm, by=mel)
    assert DebtItem.objects.count() == 1


def test_then_the_decision_can_be_accepted(harm, mel, lena):
    decision = harm.decision
    services.become_debt(harm, by=mel)
    decisions.submit_for_review(decision, by=mel, version=None)
    decisions.review(
        decision, by=lena, version=None, verdict=Review.Verdict.APPROVE, reason="Yes",
        chosen=decision.options.first(),
    )  # fmt: skip
    assert decision.state == "accepted"
