"""Accepted text: amended on record, typos put right, and a chain that shows what was edited."""

import datetime
import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from tpm import history
from tpm.models import Level, Membership, Role
from tpm.services import purge_product
from tradeoffs import chain, services
from tradeoffs.models import Amendment, Closing, Decision

TODAY = datetime.date(2026, 3, 2)


@pytest.fixture
def proposed(accepted, mel):
    return services.propose_amendment(
        accepted, by=mel, section="consequences", new="One more table.", reason="We built it."
    )


def test_an_amendment_waits_for_a_lead_who_did_not_propose_it(accepted, proposed, mel, lena):
    assert Decision.objects.get().consequences == ""
    with pytest.raises(PermissionDenied):
        services.review_amendment(proposed, by=mel, verdict="approve", reason="x")
    services.review_amendment(proposed, by=lena, verdict="approve", reason="True.")
    stored = Decision.objects.get()
    assert stored.consequences == "One more table."
    assert "One more table." in stored.record
    assert 'status: "accepted"' in stored.record
    proposed.refresh_from_db()
    assert (proposed.state, proposed.applied_version) == ("accepted", stored.version)
    change = history.changes_of(stored).first()
    assert (change.action, change.fields) == ("amended", {"consequences": ["", "One more table."]})


def test_an_amendment_needs_the_quorum_of_the_tier(accepted, proposed, lena, make_user, product):
    Decision.objects.filter(pk=accepted.pk).update(tier=2)
    sana = make_user("Sana")
    Role.objects.create(person=sana.person, product=product, level=Level.LEAD)
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    assert Decision.objects.get().consequences == ""
    services.review_amendment(proposed, by=sana, verdict="conditions", reason="x")
    assert Decision.objects.get().consequences == "One more table."


def test_an_objection_to_an_amendment_blocks_it(accepted, proposed, mel, ada, lena):
    row = services.review_amendment(proposed, by=lena, verdict="object", reason="Not so.")
    services.withdraw_objection(row, by=lena, reason="It is.")
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    assert Decision.objects.get().consequences == "One more table."


def test_a_rejected_or_withdrawn_amendment_changes_nothing(accepted, proposed, mel, lena):
    services.review_amendment(proposed, by=lena, verdict="reject", reason="No.")
    with pytest.raises(ValidationError, match="rejected already"):
        services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    other = services.propose_amendment(accepted, by=mel, section="context", new="x", reason="y")
    services.withdraw_amendment(other, by=mel)
    assert Decision.objects.get().version == accepted.version


def test_of_two_amendments_of_a_section_the_second_is_out_of_date(accepted, proposed, mel, lena):
    second = services.propose_amendment(
        accepted, by=mel, section="consequences", new="Two tables.", reason="x"
    )
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    with pytest.raises(ValidationError, match="out of date"):
        services.review_amendment(second, by=lena, verdict="approve", reason="x")


def test_a_typo_is_put_right_at_once_and_logged_as_one(accepted, mel):
    fixed = services.fix_typo(
        accepted, by=mel, section="reasons", new="Cheapest that is fast enough!"
    )
    stored = Decision.objects.get()
    assert (stored.reasons, stored.state) == ("Cheapest that is fast enough!", "accepted")
    assert fixed.kind == "typo"
    assert history.changes_of(stored).first().action == "fixed a typo"
    assert stored.closings.last().kind == "typo"


def test_more_than_a_typo_is_no_typo(accepted, mel):
    with pytest.raises(ValidationError, match="that is an amendment"):
        services.fix_typo(accepted, by=mel, section="reasons", new="We like it 3 times as much.")


def test_typos_in_a_row_are_measured_from_what_was_judged(accepted, mel):
    services.fix_typo(accepted, by=mel, section="reasons", new="Cheepast that is fast enough.")
    with pytest.raises(ValidationError, match="that is an amendment"):
        services.fix_typo(accepted, by=mel, section="reasons", new="Deepest that is fast enough.")
    services.fix_typo(accepted, by=mel, section="reasons", new="Cheapest that is fast enough.")


def test_abstaining_applies_no_amendment(accepted, proposed, lena, make_user, product):
    sana = make_user("Sana")
    Role.objects.create(person=sana.person, product=product, level=Level.LEAD)
    row = services.review_amendment(proposed, by=sana, verdict="object", reason="Hm.")
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    services.withdraw_objection(row, by=sana, reason="x")
    services.review_amendment(proposed, by=sana, verdict="abstain", reason="x")
    assert Decision.objects.get().consequences == ""


def test_an_amendment_by_the_only_approver_is_judged_by_a_count(
    decision, mel, lena, make_user, product
):
    sana = make_user("Sana")
    Role.objects.create(person=sana.person, product=product, level=Level.LEAD)
    fields = {"approver": lena.person, "chosen": decision.options.first()}
    services.edit_decision(decision, by=mel, version=None, fields=fields)
    services.plan_review(decision, by=mel, version=0, rule="approver", today=TODAY)
    services.submit_for_review(decision, by=mel, version=None)
    services.review(decision, by=lena, version=None, verdict="approve", reason="x")
    row = services.propose_amendment(decision, by=lena, section="context", new="x", reason="y")
    services.review_amendment(row, by=sana, verdict="approve", reason="x")
    assert Decision.objects.get().context == "x"


def test_an_amendment_of_a_team_that_nobody_is_left_in_is_judged_by_a_count(
    decision, team, mel, ada, lena
):
    Membership.objects.create(team=team, person=ada.person, starts_on=TODAY)
    fields = {"chosen": decision.options.first()}
    services.edit_decision(decision, by=mel, version=None, fields=fields)
    services.plan_review(decision, by=mel, version=0, rule="all", team=team, today=TODAY)
    services.ask_reviewers(decision, by=mel, people=[ada.person])
    services.submit_for_review(decision, by=mel, version=None)
    services.review(decision, by=ada, version=None, verdict="approve", reason="x")
    services.accept_decision(decision, by=lena, version=None)
    Membership.objects.all().delete()
    row = services.propose_amendment(decision, by=mel, section="context", new="x", reason="y")
    services.review_amendment(row, by=lena, verdict="approve", reason="x")
    assert Decision.objects.get().context == "x"


def test_reasons_are_not_taken_away(accepted, mel):
    with pytest.raises(ValidationError, match="keeps its reasons"):
        services.propose_amendment(accepted, by=mel, section="reasons", new=" ", reason="x")


def test_an_amendment_changes_something_and_says_why(accepted, mel):
    with pytest.raises(ValidationError, match="what it says already"):
        services.propose_amendment(
            accepted, by=mel, section="reasons", new=accepted.reasons, reason="x"
        )
    with pytest.raises(ValidationError, match="cannot be blank"):
        services.propose_amendment(accepted, by=mel, section="context", new="x", reason="")


def test_only_accepted_text_is_amended(decision, mel):
    with pytest.raises(ValidationError, match="only accepted text is amended"):
        services.propose_amendment(decision, by=mel, section="context", new="x", reason="y")


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "change",
    ["context = 'x'", "context = 'x', version = version + 1", "chosen_id = NULL", "title = 'x'"],
)
def test_the_database_lets_no_accepted_text_change_without_its_amendment(accepted, change):
    with pytest.raises(DatabaseError, match="frozen"):
        sql(f"UPDATE tradeoffs_decision SET {change}")


def test_an_old_amendment_opens_the_text_no_second_time(accepted, proposed, lena):
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    with pytest.raises(DatabaseError, match="frozen"):
        sql("UPDATE tradeoffs_decision SET consequences = 'x'")


# The chain


def closing(product, number):
    return Closing.objects.get(product=product, number=number)


def test_acceptance_and_each_change_after_it_add_a_link(accepted, proposed, mel, lena, product):
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    services.fix_typo(accepted, by=mel, section="consequences", new="One more tables.")
    rows = list(Closing.objects.filter(product=product))
    assert [(row.number, row.kind) for row in rows] == [
        (1, "accepted"), (2, "amendment"), (3, "typo"),
    ]  # fmt: skip
    assert all(b.previous == a.digest for a, b in itertools.pairwise(rows))
    assert chain.check(product) is None


def test_a_rejection_is_kept_in_the_chain_and_opening_again_breaks_nothing(
    in_review, mel, lena, product
):
    services.review(in_review, by=lena, version=None, verdict="reject", reason="Too dear.")
    assert closing(product, 1).kind == "rejected"
    services.reopen(in_review, by=mel, version=None, why="Cheaper now.")
    services.edit_decision(in_review, by=mel, version=None, fields={"context": "x"})
    assert chain.check(product) is None


GUARDS = ("tradeoffs_closing_no_update", "tradeoffs_closing_no_delete", "decision_frozen",
          "tradeoffs_score_no_update")  # fmt: skip
"""What somebody with the database's password could take away."""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE tradeoffs_closing SET body = replace(body, 'fast', 'slow') WHERE number = 1",
         "Entry 1 (PAY-A1) was changed after it was written."),
        ("UPDATE tradeoffs_closing SET at = '2020-01-01' WHERE number = 2",
         "Entry 2 (PAY-A1) was changed after it was written."),
        ("DELETE FROM tradeoffs_closing WHERE number = 1", "Entry 1 is missing before PAY-A1."),
        ("UPDATE tradeoffs_decision SET reasons = 'Because.'",
         "PAY-A1 no longer says what entry 2 kept of it."),
        ("UPDATE tradeoffs_score SET note = 'x'", "PAY-A1 no longer says what entry 2 kept of it."),
    ],
)  # fmt: skip
def test_the_chain_names_an_edited_row(accepted, mel, product, statement, says):
    services.fix_typo(accepted, by=mel, section="reasons", new="Cheapest that is fast enoough.")
    if connection.vendor != "sqlite":
        pytest.skip("the triggers are taken away in SQLite's words")
    for name in GUARDS:
        sql(f"DROP TRIGGER {name}")
    sql(statement)
    assert chain.check(product).says == says


def test_a_closing_refuses_to_change(accepted):
    for statement in ("UPDATE tradeoffs_closing SET kind = 'x'", "DELETE FROM tradeoffs_closing"):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(statement)


def test_a_decision_leaves_with_its_product_all_the_same(accepted, proposed, lena, product, root):
    services.review_amendment(proposed, by=lena, verdict="approve", reason="x")
    purge_product(product, by=root)
    assert not Amendment.objects.exists()
    assert not Closing.objects.exists()
