"""Who is asked, what counts, what blocks, and when people are reminded."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tpm import history
from tpm.editing import EditConflict
from tpm.models import Component, Level, Membership, Role
from tradeoffs import services, standing
from tradeoffs.models import Decision, Reminder, Review
from tradeoffs.services import asking

TODAY = datetime.date(2026, 3, 2)  # a Monday
NOTE = {"tier": 0, "undoing": "reversible", "reach": "local"}


@pytest.fixture
def asked(in_review, lena, ada):
    """In review at Ada's, who is a planner, and at the leads'."""
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    return in_review


@pytest.fixture
def sana(make_user, product):
    user = make_user("Sana")
    Role.objects.create(person=user.person, product=product, level=Level.LEAD)
    return user


def say(decision, by, verdict="approve", **fields):
    start = {"version": None, "reason": "So I think.", "chosen": decision.options.first()}
    return services.review(decision, by=by, verdict=verdict, **(start | fields))


def propose(decision, by):
    fields = {"chosen": decision.options.first()}
    services.edit_decision(decision, by=by, version=None, fields=fields)


def plan(decision, by, **fields):
    start = {"rule": "count", "needed": 1, "version": 0, "today": TODAY}
    return services.plan_review(decision, by=by, **(start | fields))


# Tiers


def test_the_tier_follows_from_two_answers(decision, mel):
    fields = {"undoing": "irreversible", "reach": "local"}
    services.edit_decision(decision, by=mel, version=None, fields=fields)
    assert decision.tier == 2
    services.edit_decision(decision, by=mel, version=None, fields={"reach": "wide"})
    assert decision.tier == 3


def test_a_tier_may_be_higher_than_the_answers_ask_for_and_not_lower(decision, mel):
    fields = {"undoing": "reversible", "reach": "wide", "tier": 2}
    services.edit_decision(decision, by=mel, version=None, fields=fields)
    assert decision.tier == 2
    with pytest.raises(ValidationError, match="lower than what the two answers ask for"):
        services.edit_decision(decision, by=mel, version=None, fields={"tier": 0})


def test_a_note_is_accepted_by_a_lead_without_a_review(make_decision, lena, mel):
    note = make_decision(**NOTE, options=["Tabs"], reasons="All others use them.")
    propose(note, mel)
    with pytest.raises(PermissionDenied):
        services.accept_decision(note, by=mel, version=None)
    services.accept_decision(note, by=lena, version=None)
    assert note.state == "accepted"


def test_what_the_tier_demands_is_named_when_it_lacks(make_decision, mel, ada, lena, sana):
    decision = make_decision(tier=3)
    services.ask_reviewers(decision, by=mel, people=[ada.person])
    services.submit_for_review(decision, by=mel, version=None)
    say(decision, ada)
    say(decision, sana)
    assert decision.state == "in_review"
    with pytest.raises(ValidationError) as error:
        services.accept_decision(decision, by=lena, version=None, why="x")
    said = " ".join(error.value.messages)
    assert "score each of them" in said
    assert "until when" in said
    assert "how you will check" in said


def test_a_note_answers_both_questions(decision, make_decision, mel):
    with pytest.raises(ValidationError, match="Answer both questions first"):
        services.edit_decision(decision, by=mel, version=None, fields={"tier": 0})
    with pytest.raises(ValidationError, match="Answer both questions first"):
        make_decision(tier=0, undoing="reversible")


def test_in_review_the_tier_only_rises(make_decision, mel):
    decision = make_decision(undoing="irreversible", reach="wide")
    services.submit_for_review(decision, by=mel, version=None)
    for fields in (
        {"undoing": "", "reach": "", "tier": 2},
        {"undoing": "", "reach": "", "tier": None},
        {"undoing": "reversible", "reach": "local", "tier": 0},
    ):
        with pytest.raises(ValidationError, match="the tier only rises"):
            services.edit_decision(decision, by=mel, version=None, fields=fields)
    assert Decision.objects.get().tier == 3


def test_another_tier_or_answer_makes_an_approval_stale(asked, mel, ada):
    say(asked, ada)
    services.edit_decision(asked, by=mel, version=None, fields={"tier": 2, "reach": "wide"})
    said = standing.last_words(asked)[0]
    assert [(d.where, d.old, d.new) for d in said.changed] == [
        ("How far it reaches", "", "wide"), ("Tier", "", "2"),
    ]  # fmt: skip


# Who may judge


def test_a_member_who_was_asked_may_judge_and_one_who_was_not_may_not(in_review, ada, mel, lena):
    with pytest.raises(PermissionDenied):
        say(in_review, ada)
    services.ask_reviewers(in_review, by=lena, people=[ada.person])
    say(in_review, ada)
    assert Review.objects.get().by == ada


def test_a_members_approval_waits_for_a_lead_who_accepts(asked, ada, lena):
    say(asked, ada)
    assert asked.state == "in_review"
    services.accept_decision(asked, by=lena, version=None, why="Enough.")
    assert (asked.state, asked.decided_by) == ("accepted", lena)


def test_the_author_and_viewers_are_not_asked(decision, mel, vic):
    with pytest.raises(ValidationError, match="Mel drafted it"):
        services.ask_reviewers(decision, by=mel, people=[mel.person])
    with pytest.raises(ValidationError, match="Vic cannot judge it"):
        services.ask_reviewers(decision, by=mel, people=[vic.person])


def test_asking_twice_is_harmless(asked, mel, ada):
    assert services.ask_reviewers(asked, by=mel, people=[ada.person]) == []
    assert asked.reviewers.count() == 1


def test_owners_of_touched_components_and_past_deciders_are_suggested(
    make_decision, product, team, accepted, mel, ada, lena
):
    Membership.objects.create(
        team=team, person=ada.person, share=1, starts_on=datetime.date(2020, 1, 1)
    )
    rails = Component.objects.create(key="rails", name="Rails", owner_team=team)
    rails.products.set([product])
    accepted.components.set([rails])
    decision = make_decision()
    decision.components.set([rails])
    assert [(person.name, why) for person, why in standing.suggested(decision)] == [
        ("Ada", "owns Rails"), ("Lena", "judged decisions like this"),
    ]  # fmt: skip


# What counts


def test_a_change_of_the_matrix_makes_an_approval_stale_and_names_the_cell(asked, score, ada, lena):
    say(asked, ada)
    score(asked, "Kafka", "Cost", 7, p10=6, p90=8)
    said = standing.last_words(asked)[0]
    assert said.stale
    assert [(d.where, d.old, d.new) for d in said.changed] == [("Kafka, Cost", "2", "6–7–8")]
    with pytest.raises(ValidationError, match="0 of 1 approvals count; 1 is stale"):
        services.accept_decision(asked, by=lena, version=None, why="x")


def test_a_change_of_text_or_weights_makes_an_approval_stale(asked, mel, ada):
    say(asked, ada)
    services.edit_decision(asked, by=mel, version=None, fields={"context": "Two of them."})
    weights = dict(zip(asked.criteria.values_list("pk", flat=True), (1, 3), strict=True))
    services.set_weights(asked, by=mel, weights=weights, version=None)
    changed = standing.last_words(asked)[0].changed
    assert [(d.kind, d.where, d.new) for d in changed] == [
        ("text", "Context", "Two of them."), ("weight", "Weight of Scalability", "25.0 %"),
        ("weight", "Weight of Cost", "75.0 %"),
    ]  # fmt: skip


def test_what_is_changed_back_counts_again(asked, mel, ada):
    say(asked, ada)
    for text in ("x", ""):
        services.edit_decision(asked, by=mel, version=None, fields={"context": text})
    assert not standing.last_words(asked)[0].stale


def test_approving_anew_counts_again(asked, score, ada, lena):
    say(asked, ada)
    score(asked, "Kafka", "Cost", 7)
    say(asked, ada)
    assert standing.of(asked).met


def test_another_option_than_the_proposed_is_a_leads_to_propose(asked, mel, ada, lena):
    propose(asked, mel)
    with pytest.raises(ValidationError, match="Outbox is proposed"):
        say(asked, ada, chosen=asked.options.last())
    say(asked, lena, chosen=asked.options.last())
    assert (asked.state, asked.chosen.name) == ("accepted", "Kafka")


def test_what_was_said_before_a_rejection_counts_no_more(asked, mel, ada, lena, sana):
    say(asked, ada)
    say(asked, lena, "reject")
    services.reopen(asked, by=mel, version=None, why="Cheaper now.")
    services.submit_for_review(asked, by=mel, version=None)
    assert standing.of(asked).counted == ()
    with pytest.raises(ValidationError, match="0 of 1 approvals count"):
        services.accept_decision(asked, by=sana, version=None, why="x")
    say(asked, ada)
    assert standing.of(asked).counted == (ada.pk,)


def test_an_open_objection_outlives_a_rejection(asked, mel, ada, lena):
    row = say(asked, ada, "object")
    say(asked, lena, "reject")
    services.reopen(asked, by=mel, version=None, why="Cheaper now.")
    assert [said.review for said in standing.last_words(asked)] == [row]
    assert standing.of(asked).blocking == (ada.pk,)


def test_what_acceptance_would_replace_is_part_of_what_was_approved(asked, make_decision, mel,
                                                                   ada, lena):  # fmt: skip
    old = make_decision(**NOTE, reasons="So")
    propose(old, mel)
    services.accept_decision(old, by=lena, version=None)
    say(asked, ada)
    row = services.note_replacement(asked, by=mel, old=old)
    said = standing.last_words(asked)[0]
    assert [(d.where, d.old, d.new) for d in said.changed] == [("Replaces", "", old.key)]
    services.remove_replacement(row, by=mel)
    assert not standing.last_words(asked)[0].stale


def test_another_approver_makes_an_approval_stale(asked, ada, lena, sana):
    say(asked, ada)
    services.edit_decision(asked, by=lena, version=None, fields={"approver": sana.person})
    assert [d.where for d in standing.last_words(asked)[0].changed] == ["Approver"]


def test_whoever_lost_their_role_or_account_counts_no_more(asked, product, ada, lena):
    say(asked, ada)
    assert standing.of(asked).met
    ada.is_active = False
    ada.save()
    assert not standing.of(asked).met
    ada.is_active = True
    ada.save()
    Role.objects.filter(person=ada.person).update(level=Level.VIEWER)
    with pytest.raises(ValidationError, match="0 of 1 approvals count"):
        services.accept_decision(asked, by=lena, version=None, why="x")


# Objections


def test_an_objection_blocks_until_it_is_withdrawn(asked, ada, lena, mel):
    row = say(asked, ada, "object")
    say(asked, lena)
    assert asked.state == "in_review"
    with pytest.raises(ValidationError, match="blocked by Ada"):
        services.accept_decision(asked, by=lena, version=None)
    with pytest.raises(PermissionDenied, match="Only whoever objected"):
        services.withdraw_objection(row, by=lena, reason="No.")
    services.withdraw_objection(row, by=ada, reason="Shown on a replay.")
    services.accept_decision(asked, by=lena, version=None)
    assert asked.state == "accepted"


def test_a_lead_overrules_an_objection_on_record(asked, ada, lena, mel):
    row = say(asked, ada, "object")
    with pytest.raises(PermissionDenied):
        services.overrule(row, by=mel, reason="No.")
    with pytest.raises(ValidationError, match="cannot be blank"):
        services.overrule(row, by=lena, reason="")
    services.overrule(row, by=lena, reason="We accept that risk for a year.")
    say(asked, lena)
    assert asked.state == "accepted"
    assert "overruled" in [change.action.split()[0] for change in history.changes_of(asked)]


def test_only_the_named_approver_overrules(asked, mel, ada, lena, sana):
    services.edit_decision(asked, by=lena, version=None, fields={"approver": sana.person})
    row = say(asked, ada, "object")
    with pytest.raises(PermissionDenied, match="Sana is the approver"):
        services.overrule(row, by=lena, reason="No.")
    services.overrule(row, by=sana, reason="So be it.")


def test_nobody_overrules_their_own_objection_and_it_ends_once(asked, lena):
    row = say(asked, lena, "object")
    with pytest.raises(PermissionDenied, match="withdraw it instead"):
        services.overrule(row, by=lena, reason="x")
    services.withdraw_objection(row, by=lena, reason="x")
    with pytest.raises(ValidationError, match="does not block any more"):
        services.withdraw_objection(row, by=lena, reason="x")


def test_whoever_approves_after_objecting_objects_no_longer(asked, ada):
    say(asked, ada, "object")
    say(asked, ada)
    assert not standing.open_objections(asked).exists()


# Rules


def test_a_team_has_to_approve_as_a_whole(asked, team, mel, ada, lena):
    Membership.objects.create(
        team=team, person=ada.person, share=1, starts_on=datetime.date(2020, 1, 1)
    )
    plan(asked, lena, rule="all", team=team)
    say(asked, lena)
    assert asked.state == "in_review"
    assert "Ada has to approve" in standing.sentence(asked, standing.of(asked))
    say(asked, ada)
    assert standing.of(asked).met


def test_a_team_is_those_who_work_in_it_today(asked, team, ada, lena, sana):
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    for user, starts, ends in ((ada, today - day, today + day), (sana, today + day, None)):
        Membership.objects.create(
            team=team, person=user.person, share=1, starts_on=starts, ends_on=ends
        )
    plan(asked, lena, rule="all", team=team)
    assert standing.of(asked).lacking == (ada.pk,)


def test_in_review_a_lead_who_did_not_write_it_says_who_judges(asked, make_decision, mel, ada,
                                                              lena, sana):  # fmt: skip
    for work in (
        lambda: plan(asked, mel, needed=2),
        lambda: services.ask_reviewers(asked, by=mel, people=[sana.person]),
        lambda: services.excuse_reviewer(asked.reviewers.get(), by=mel),
        lambda: services.edit_decision(
            asked, by=mel, version=None, fields={"approver": ada.person}
        ),
    ):
        with pytest.raises(PermissionDenied, match="a lead who did not write it"):
            work()
    own = make_decision(by=lena)
    services.submit_for_review(own, by=lena, version=None)
    with pytest.raises(PermissionDenied, match="a lead who did not write it"):
        plan(own, lena, needed=2)
    plan(own, sana, needed=2)


def test_a_looser_rule_makes_approvals_stale(asked, mel, ada, lena):
    plan(asked, lena, needed=2)
    say(asked, ada)
    services.withdraw(asked, by=mel, version=None)
    plan(asked, mel, needed=1, version=1)
    services.submit_for_review(asked, by=mel, version=None)
    assert standing.of(asked).counted == ()


def test_a_later_due_date_is_anybodys_to_set(asked, mel, ada):
    say(asked, ada)
    plan(asked, mel, due_on=TODAY)
    assert standing.of(asked).met


def test_a_plan_names_what_it_needs(decision, mel, make_team):
    with pytest.raises(ValidationError, match="Name an approver with an account"):
        plan(decision, mel, rule="approver")
    with pytest.raises(ValidationError, match="Name the team"):
        plan(decision, mel, rule="all")
    with pytest.raises(ValidationError, match="Name a team that serves this product"):
        plan(decision, mel, rule="all", team=make_team())
    with pytest.raises(ValidationError, match="This day is over"):
        plan(decision, mel, due_on=TODAY - datetime.timedelta(days=1))
    services.edit_decision(decision, by=mel, version=None, fields={"tier": 2})
    with pytest.raises(ValidationError, match="Tier 2 asks for 2 approvals"):
        plan(decision, mel, needed=1)


def test_a_plan_with_an_old_version_is_a_conflict(decision, mel):
    plan(decision, mel)
    with pytest.raises(EditConflict):
        plan(decision, mel, needed=2)


# Reminders


def test_days_to_answer_are_working_days(decision):
    friday = datetime.date(2026, 3, 6)
    assert asking.due_after(decision, 5, today=friday) == datetime.date(2026, 3, 13)
    assert asking.due_after(decision, 1, today=friday) == datetime.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("day", "stage"),
    [(3, None), (9, "half"), (12, "half"), (13, "nearly"), (15, "nearly"), (16, "overdue"),
     (17, "overdue"), (18, "lead")],
)  # fmt: skip
def test_reminders_come_at_half_at_nine_tenths_and_when_it_is_over(day, stage):
    found = asking.stage_of(TODAY, datetime.date(2026, 3, 13), datetime.date(2026, 3, day))
    assert found == stage


def test_whoever_has_answered_is_not_reminded_and_twice_is_harmless(asked, mel, ada, lena, sana):
    services.ask_reviewers(asked, by=sana, people=[lena.person])
    today = timezone.localdate()
    due = asking.due_after(asked, 10, today=today)
    plan(asked, mel, due_on=due, today=today)
    say(asked, ada, "abstain")
    late = asking.due_after(asked, 11, today=today)
    assert [services.remind(asked, today=late) for _ in range(2)] == [1, 0]
    row = Reminder.objects.get()
    assert (row.reviewer.person, row.stage) == (lena.person, "overdue")


def test_nobody_is_reminded_of_what_is_not_in_review(asked, mel):
    today = timezone.localdate()
    plan(asked, mel, due_on=today, today=today)
    services.withdraw(asked, by=mel, version=None)
    assert services.remind(asked, today=today + datetime.timedelta(days=9)) == 0


def test_a_review_keeps_what_it_saw(asked, ada):
    row = say(asked, ada)
    assert row.seen.digest == Decision.objects.get().versions.first().digest
