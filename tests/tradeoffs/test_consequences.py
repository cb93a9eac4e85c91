"""Consequences are objects: each bad one is handled, or somebody accepts it by name."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from roadmaps.models import Item
from tpm.editing import EditConflict
from tpm.models import Change
from tradeoffs import services
from tradeoffs.models import Consequence, Decision, Review


@pytest.fixture
def harm(in_review, mel) -> Consequence:
    """A bad and high consequence of a decision in review."""
    return services.add_consequence(
        in_review, by=mel, kind="bad", text="Replay ends after 14 days", quality="Flexibility",
        severity="high", owner=mel.person,
    )  # fmt: skip


def approve(decision, lena):
    decision.refresh_from_db()
    return services.review(
        decision, by=lena, version=None, verdict=Review.Verdict.APPROVE, reason="Yes",
        chosen=decision.options.first(),
    )  # fmt: skip


def test_a_consequence_is_told_in_the_history(harm, in_review):
    told = Change.objects.filter(subject_id=in_review.pk, action="wrote down a consequence")
    assert told.get().fields == {"bad": [None, harm.text]}


def test_a_bad_and_high_consequence_stops_acceptance_until_it_is_handled(harm, in_review, lena):
    approve(in_review, lena)
    with pytest.raises(ValidationError, match="Handle what is bad and high, or name who accepts"):
        services.accept_decision(in_review, by=lena, version=None)
    in_review.refresh_from_db()
    assert in_review.state == Decision.State.IN_REVIEW
    services.become_decision(harm, by=lena)
    services.accept_decision(in_review, by=lena, version=None)
    assert in_review.state == Decision.State.ACCEPTED


@pytest.mark.parametrize("fields", [{"kind": "good"}, {"severity": "medium"}, {"kind": "neutral"}])
def test_what_is_not_both_bad_and_high_stops_nothing(in_review, lena, mel, fields):
    start = {"kind": "bad", "severity": "high", "text": "It costs a little"}
    services.add_consequence(in_review, by=mel, **(start | fields))
    approve(in_review, lena)
    assert in_review.state == Decision.State.ACCEPTED


def test_accepting_it_without_mitigation_needs_a_name_and_a_reason(harm, in_review, lena, grace):
    with pytest.raises(ValidationError, match="Name who accepts it"):
        services.accept_consequence(harm, by=lena, person=None, why="It is rare")
    with pytest.raises(ValidationError, match="Say why"):
        services.accept_consequence(harm, by=lena, person=lena.person, why="  ")
    with pytest.raises(ValidationError, match="who works on this product"):
        services.accept_consequence(harm, by=lena, person=grace.person, why="It is rare")
    services.accept_consequence(harm, by=lena, person=lena.person, why="It is rare")
    assert (harm.accepted_by, harm.accepted_why) == (lena.person, "It is rare")
    approve(in_review, lena)
    assert in_review.state == Decision.State.ACCEPTED


def test_the_database_refuses_an_acceptance_without_a_name(harm):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consequence.objects.filter(pk=harm.pk).update(handled_as="accepted")


def test_it_becomes_an_item_in_one_action_and_is_tracked_back(harm, ada):
    item = services.become_item(harm, by=ada)
    assert (item.title, item.owner) == (harm.text, harm.owner)
    assert harm.decision.key in item.description
    assert (harm.handled_as, harm.handled_key) == ("item", item.key)


def test_it_becomes_a_follow_up_decision_in_one_action(harm, mel):
    follow_up = services.become_decision(harm, by=mel)
    assert follow_up.state == Decision.State.DRAFT
    assert harm.decision.key in follow_up.context
    assert harm.handled_key == follow_up.key


def test_two_presses_make_one_item(harm, ada):
    services.become_item(harm, by=ada)
    with pytest.raises(ValidationError, match="handled already"):
        services.become_item(harm, by=ada)
    assert Item.objects.filter(title=harm.text).count() == 1


def test_only_a_bad_one_is_handled(in_review, mel):
    good = services.add_consequence(in_review, by=mel, kind="good", text="Faster")
    with pytest.raises(ValidationError, match="Only a bad consequence"):
        services.become_decision(good, by=mel)


def test_an_edit_carries_its_version(harm, mel):
    services.edit_consequence(harm, by=mel, version=1, fields={"severity": "medium"})
    with pytest.raises(EditConflict):
        services.edit_consequence(harm, by=mel, version=1, fields={"severity": "low"})


def test_what_was_accepted_is_frozen_but_for_its_owner(harm, in_review, lena, mel):
    services.become_decision(harm, by=mel)
    approve(in_review, lena)
    harm = Consequence.objects.get(pk=harm.pk)
    with pytest.raises(ValidationError, match="frozen"):
        services.edit_consequence(harm, by=mel, version=None, fields={"text": "Less"})
    with pytest.raises(ValidationError, match="frozen"):
        services.remove_consequence(harm, by=mel)
    assert services.edit_consequence(harm, by=lena, version=None, fields={"owner": lena.person})


def test_one_found_after_acceptance_says_so_and_may_change(in_review, lena, mel):
    approve(in_review, lena)
    later = services.add_consequence(in_review, by=mel, text="The disk fills up")
    assert later.found_later
    services.edit_consequence(later, by=mel, version=None, fields={"text": "The disk fills"})
    services.remove_consequence(later, by=mel)
    assert not in_review.effects.exists()


def test_what_something_came_of_stays(harm, mel):
    services.become_decision(harm, by=mel)
    with pytest.raises(ValidationError, match="it stays"):
        services.remove_consequence(harm, by=mel)
