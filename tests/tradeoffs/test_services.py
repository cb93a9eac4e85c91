import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tpm import history
from tpm.editing import EditConflict
from tpm.models import Change, Component
from tradeoffs import services
from tradeoffs.models import Decision, Review, Supersession


def approve(decision, by, **fields):
    start = {
        "version": decision.version,
        "verdict": "approve",
        "reason": "It fits.",
        "chosen": decision.options.first(),
    }
    return services.review(decision, by=by, **(start | fields))


def ready(make_decision, mel):
    decision = make_decision()
    services.submit_for_review(decision, by=mel, version=decision.version)
    return decision


# Drafting


def test_a_question_alone_is_enough(product, mel):
    decision = services.draft_decision(product, by=mel, title="Which queue?")
    assert (decision.key, decision.state) == ("PAY-A1", "draft")


def test_keys_count_up_and_are_not_shared_with_items(make_decision, make_item):
    make_item()
    assert [make_decision().key for _ in range(2)] == ["PAY-A1", "PAY-A2"]


def test_the_catalogue_brings_what_a_criterion_measures(decision):
    assert decision.criteria.get(name="Scalability").measure.startswith("How much growth")


def test_new_criteria_weigh_the_same(decision):
    assert list(decision.criteria.values_list("weight", flat=True)) == [0.5, 0.5]


def test_blank_and_repeated_options_are_left_out(make_decision):
    decision = make_decision(options=["A", " ", "B", "A "])
    assert list(decision.options.values_list("name", flat=True)) == ["A", "B"]


def test_an_empty_question_is_refused(product, mel):
    with pytest.raises(ValidationError, match="cannot be blank"):
        services.draft_decision(product, by=mel, title="")


def test_an_item_of_another_product_is_refused(make_decision, make_item, other_product):
    with pytest.raises(ValidationError, match="Link items of this product"):
        make_decision(items=[make_item(in_product=other_product)])


def test_a_person_from_elsewhere_cannot_drive(decision, mel, grace):
    with pytest.raises(ValidationError, match="people who work on this product"):
        services.edit_decision(decision, by=mel, version=None, fields={"driver": grace.person})


def test_an_edit_keeps_the_old_and_the_new_words(decision, mel):
    services.edit_decision(
        decision, by=mel, version=decision.version, fields={"context": "Orders get lost."}
    )
    line = history.changes_of(decision).first()
    assert (line.by, line.fields) == (mel, {"context": ["", "Orders get lost."]})


def test_an_option_of_another_decision_cannot_be_proposed(make_decision, mel):
    one, other = make_decision(), make_decision()
    with pytest.raises(ValidationError, match="one of the options of this decision"):
        services.edit_decision(one, by=mel, version=None, fields={"chosen": other.options.first()})


# Weighing


def test_a_new_criterion_takes_an_equal_part_and_the_others_keep_their_proportions(decision, mel):
    scalability, cost = decision.criteria.all()
    services.set_weights(decision, by=mel, weights={scalability.pk: 3, cost.pk: 1}, version=None)
    services.add_criterion(decision, by=mel, name="Security")
    weights = decision.criteria.values_list("weight", flat=True)
    assert list(weights) == pytest.approx([0.5, 1 / 6, 1 / 3])


def test_weights_add_to_one_after_a_criterion_is_removed(decision, mel):
    services.remove_criterion(decision.criteria.first(), by=mel)
    assert decision.criteria.get().weight == 1


def test_weights_must_name_every_criterion(decision, mel):
    with pytest.raises(ValidationError, match="one weight for each criterion"):
        services.set_weights(decision, by=mel, weights={}, version=None)


def test_every_change_of_the_matrix_is_a_new_version(decision, mel, score):
    seen = [decision.version]
    services.add_option(decision, by=mel, name="Queue")
    seen.append(decision.version)
    score(decision, "Queue", "Cost", 5)
    decision.refresh_from_db()
    seen.append(decision.version)
    services.clear_cell(
        decision.options.get(name="Queue"),
        decision.criteria.get(name="Cost"),
        by=mel,
        version=1,
    )
    decision.refresh_from_db()
    seen.append(decision.version)
    assert seen == sorted(set(seen))


def test_scoring_keeps_the_old_value_in_history(decision, mel, score):
    score(decision, "Outbox", "Cost", 5)
    score(decision, "Outbox", "Cost", 7, p10=6, p90=8, note="measured")
    line = history.changes_of(decision).first()
    assert line.fields == {"Outbox, Cost": ["5", "6–7–8; measured"]}


def test_two_cells_are_scored_side_by_side_without_a_conflict(decision, mel, ada):
    outbox, kafka = decision.options.all()
    cost = decision.criteria.get(name="Cost")
    services.score_cell(outbox, cost, by=mel, version=0, p50=5)
    services.score_cell(kafka, cost, by=ada, version=0, p50=6)
    assert cost.scores.count() == 2


def test_a_cell_that_was_cleared_meanwhile_is_a_conflict(decision, mel, score):
    stored = score(decision, "Outbox", "Cost", 5)
    services.clear_cell(stored.option, stored.criterion, by=mel, version=1)
    with pytest.raises(EditConflict) as conflict:
        services.score_cell(stored.option, stored.criterion, by=mel, version=1, p50=6)
    assert conflict.value.theirs["p50"] is None


def test_a_score_without_a_unit_lies_between_1_and_9(decision, score):
    with pytest.raises(ValidationError, match="between 1 and 9"):
        score(decision, "Outbox", "Cost", 10)


def test_a_unit_cannot_go_while_scores_would_leave_the_scale(decision, mel, score):
    cost = decision.criteria.get(name="Cost")
    services.edit_criterion(
        cost, by=mel, version=cost.version, fields={"unit": "d", "worst": 60, "best": 0}
    )
    score(decision, "Outbox", "Cost", 30)
    with pytest.raises(ValidationError, match="between 1 and 9"):
        services.edit_criterion(
            cost, by=mel, version=cost.version, fields={"unit": "", "worst": 1, "best": 9}
        )


def test_a_cell_across_two_decisions_is_refused(make_decision, mel):
    one, other = make_decision(), make_decision()
    with pytest.raises(ValidationError, match="different decisions"):
        services.score_cell(one.options.first(), other.criteria.first(), by=mel, version=0, p50=5)


def test_the_proposed_option_is_not_removed(decision, mel):
    option = decision.options.first()
    services.edit_decision(decision, by=mel, version=None, fields={"chosen": option})
    with pytest.raises(ValidationError, match="propose another option first"):
        services.remove_option(option, by=mel)


def test_an_option_changed_meanwhile_is_a_conflict(decision, mel):
    option = decision.options.first()
    services.edit_option(option, by=mel, version=1, fields={"name": "Theirs"})
    with pytest.raises(EditConflict):
        services.edit_option(option, by=mel, version=1, fields={"name": "Mine"})


# Reviewing


def test_approval_freezes_what_was_chosen_why_by_whom_and_when(in_review, lena):
    approve(in_review, lena)
    stored = Decision.objects.get()
    assert stored.state == "accepted"
    assert (stored.chosen.name, stored.reasons, stored.decided_by) == ("Outbox", "It fits.", lena)
    assert stored.decided_at is not None
    assert 'Chosen option: "Outbox", because it fits.' in stored.record


def test_reasons_of_the_draft_stay_on_approval(in_review, mel, lena):
    services.edit_decision(in_review, by=mel, version=None, fields={"reasons": "Few people."})
    approve(in_review, lena)
    assert in_review.reasons == "Few people."


def test_a_review_says_why(in_review, lena):
    with pytest.raises(ValidationError, match="cannot be blank"):
        approve(in_review, lena, reason="")


def test_a_review_keeps_the_version_it_looked_at(in_review, lena):
    version = in_review.version
    assert approve(in_review, lena).decision_version == version


def test_rejection_closes_with_its_reason(in_review, lena):
    approve(in_review, lena, verdict="reject", reason="Too dear.")
    assert (in_review.state, in_review.chosen) == ("rejected", None)
    assert Review.objects.get().reason == "Too dear."


def test_asking_for_changes_sends_it_back_to_a_draft(in_review, lena):
    approve(in_review, lena, verdict="ask_for_changes", reason="Score security.")
    assert in_review.state == "draft"


def test_a_lead_cannot_approve_their_own_draft_while_anybody_else_could(make_decision, lena, mel):
    decision = ready(lambda: make_decision(by=lena), lena)
    with pytest.raises(PermissionDenied, match=r"You drafted PAY-A1.*ask Mel"):
        approve(decision, lena)


def test_whoever_is_alone_in_a_product_may_approve_their_own_draft(make_decision, lena, mel):
    decision = ready(lambda: make_decision(by=lena), lena)
    mel.person.roles.all().delete()
    approve(decision, lena)
    assert decision.state == "accepted"


def test_a_stale_approval_never_counts(in_review, score, lena):
    seen = in_review.version
    score(in_review, "Kafka", "Cost", 9)
    with pytest.raises(EditConflict):
        approve(in_review, lena, version=seen)
    assert not Review.objects.exists()


def test_an_approval_names_an_option(in_review, lena):
    with pytest.raises(ValidationError, match="Choose the option that you approve"):
        approve(in_review, lena, chosen=None)


def test_an_option_of_another_decision_cannot_be_approved(in_review, make_decision, lena):
    with pytest.raises(ValidationError, match="one of the options of this decision"):
        approve(in_review, lena, chosen=make_decision().options.first())


@pytest.mark.parametrize(
    "write",
    [
        lambda d, by: services.edit_decision(d, by=by, version=None, fields={"context": "x"}),
        lambda d, by: services.add_option(d, by=by, name="x"),
        lambda d, by: services.edit_option(
            d.options.first(), by=by, version=None, fields={"name": "x"}
        ),
        lambda d, by: services.remove_option(d.options.last(), by=by),
        lambda d, by: services.add_criterion(d, by=by, name="x"),
        lambda d, by: services.edit_criterion(
            d.criteria.first(), by=by, version=None, fields={"name": "x"}
        ),
        lambda d, by: services.remove_criterion(d.criteria.first(), by=by),
        lambda d, by: services.set_weights(
            d, by=by, weights={c.pk: 2 for c in d.criteria.all()}, version=None
        ),
        lambda d, by: services.score_cell(
            d.options.first(), d.criteria.first(), by=by, version=None, p50=1
        ),
        lambda d, by: services.clear_cell(
            d.options.first(), d.criteria.first(), by=by, version=None
        ),
    ],
)
def test_nothing_of_an_accepted_decision_changes(accepted, lena, write):
    with pytest.raises(ValidationError, match="is accepted: its text is frozen"):
        write(accepted, lena)


def test_links_may_still_be_added_to_an_accepted_decision(accepted, make_item, mel):
    services.link_decision(accepted, by=mel, version=None, items=[make_item()], components=[])
    assert accepted.items.count() == 1


def test_deprecating_and_opening_again_need_a_reason(accepted, lena):
    with pytest.raises(ValidationError, match="Say why it no longer holds"):
        services.deprecate(accepted, by=lena, version=None, why=" ")


def test_a_rejected_decision_opens_again_as_a_draft(in_review, lena, mel):
    approve(in_review, lena, verdict="reject")
    services.reopen(in_review, by=mel, version=None, why="Prices fell.")
    stored = Decision.objects.get()
    assert (stored.state, stored.decided_at, stored.decided_by) == ("draft", None, None)


# Replacing


def accept(decision, mel, lena):
    services.submit_for_review(decision, by=mel, version=None)
    approve(decision, lena, version=None)
    return decision


def test_an_older_decision_closes_when_its_replacement_is_accepted(
    accepted, make_decision, mel, lena
):
    newer = make_decision(replaces=accepted)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    accept(newer, mel, lena)
    accepted.refresh_from_db()
    assert accepted.state == "superseded"
    assert "replaced by PAY-A2" in history.changes_of(accepted).first().action


def test_an_accepted_decision_replaces_at_once(accepted, make_decision, mel, lena):
    newer = accept(make_decision(), mel, lena)
    services.note_replacement(newer, by=lena, old=accepted)
    accepted.refresh_from_db()
    assert accepted.state == "superseded"


def test_only_accepted_decisions_are_replaced(make_decision, mel):
    with pytest.raises(ValidationError, match="PAY-A1 cannot be replaced"):
        make_decision(replaces=make_decision())


def test_a_decision_cannot_replace_itself(accepted, lena):
    with pytest.raises(ValidationError, match="cannot replace itself"):
        services.note_replacement(accepted, by=lena, old=accepted)


def test_a_circle_of_replacements_is_refused_by_name(make_decision, mel, lena):
    a, b, c = (accept(make_decision(), mel, lena) for _ in "abc")
    Supersession.objects.bulk_create(
        Supersession(new=new, old=old, by=mel) for new, old in itertools.pairwise([c, b, a])
    )
    with pytest.raises(ValidationError) as error:
        services.note_replacement(a, by=lena, old=c)
    assert error.value.messages == [
        "That would go round in a circle: PAY-A1 replaces PAY-A3 replaces PAY-A2 replaces PAY-A1."
    ]


def test_a_replacement_may_be_taken_back_until_it_happened(accepted, make_decision, mel, lena):
    newer = make_decision(replaces=accepted)
    services.remove_replacement(newer.replaces.get(), by=mel)
    assert not Supersession.objects.exists()
    other = make_decision(replaces=accepted)
    accept(other, mel, lena)
    with pytest.raises(ValidationError, match="has replaced PAY-A1 already"):
        services.remove_replacement(other.replaces.get(), by=mel)


def test_a_replacement_that_happened_meanwhile_is_not_taken_back(
    accepted, make_decision, mel, lena
):
    newer = make_decision(replaces=accepted)
    looked_at = Supersession.objects.select_related("old", "new").get()
    accept(newer, mel, lena)
    with pytest.raises(ValidationError, match="has replaced PAY-A1 already"):
        services.remove_replacement(looked_at, by=mel)
    assert Supersession.objects.exists()


def test_every_write_of_a_whole_life_is_in_its_history(accepted):
    actions = list(
        Change.objects.filter(subject_type="tradeoffs.decision", subject_id=accepted.pk)
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == ["drafted", *["scored"] * 4, "asked for review", "approved"]


def test_the_text_is_edited_although_the_driver_has_left(decision, mel, ada):
    services.edit_decision(decision, by=mel, version=None, fields={"driver": ada.person})
    ada.person.roles.all().delete()
    fields = {"driver": ada.person, "context": "Outage in spring"}
    assert services.edit_decision(decision, by=mel, version=None, fields=fields) == ["context"]


def test_a_component_that_left_the_product_stays_linked(decision, mel, product):
    left = Component.objects.create(key="left", name="Left")
    decision.components.add(left)
    services.link_decision(decision, by=mel, version=None, items=[], components=[left])
    assert list(decision.components.all()) == [left]
