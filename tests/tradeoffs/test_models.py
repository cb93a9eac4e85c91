import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tpm import append_only
from tpm import services as ground
from tradeoffs.models import Criterion, Decision, Option, Review, Score, Supersession


def refused(write):
    """Whether the database itself refuses."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


BROKEN = [
    ("decision", {"title": ""}, "Ask a question"),
    ("decision", {"tier": 4}, "A tier is 0, 1, 2 or 3"),
    ("decision", {"state": "rejected"}, "A closed decision says who decided"),
    ("option", {"name": ""}, "Give the option a name"),
    ("criterion", {"name": ""}, "Give the criterion a name"),
    ("criterion", {"worst": 3, "best": 3}, "must differ"),
    ("criterion", {"best": 10}, "lies between 1 and 9"),
    ("criterion", {"weight": 1.5}, "between 0 and 100 %"),
    ("score", {"p10": 6, "p90": 9}, "Order the range"),
    ("score", {"p10": 1}, "Order the range"),
    ("criterion", {"horizon": 6}, "over 3 months, 24 months or any time"),
    ("score", {"figure_kind": "p85"}, "says which number of which record"),
]


@pytest.fixture
def rows(decision, score):
    stored = score(decision, "Outbox", "Cost", 5)
    return {
        "decision": decision,
        "option": stored.option,
        "criterion": stored.criterion,
        "score": stored,
    }


@pytest.mark.parametrize(("kind", "fields", "sentence"), BROKEN)
def test_a_broken_rule_has_a_sentence_and_the_database_refuses_it_too(rows, kind, fields, sentence):
    row = rows[kind]
    for name, value in fields.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert sentence in " ".join(error.value.messages)
    assert refused(lambda: type(row).objects.filter(pk=row.pk).update(**fields))


def test_an_unknown_state_is_refused(decision):
    assert refused(lambda: Decision.objects.filter(pk=decision.pk).update(state="done"))


def test_names_are_unique_in_their_decision(decision):
    with pytest.raises(ValidationError, match="already has an option of this name"):
        Option(decision=decision, name="Kafka").validate_constraints()
    with pytest.raises(ValidationError, match="already has a criterion of this name"):
        Criterion(decision=decision, name="Cost").validate_constraints()


def test_a_review_needs_a_known_verdict_and_a_reason(decision, lena):
    for broken in ({"verdict": "maybe"}, {"reason": ""}):
        fields = {"verdict": "approve", "reason": "So.", "decision_version": 1} | broken
        row = Review(decision=decision, by=lena, **fields)
        with pytest.raises(ValidationError):
            row.full_clean()
        assert refused(row.save)


def test_reviews_are_never_changed_or_taken_away(accepted):
    assert refused(lambda: Review.objects.update(reason="Something else."))
    assert refused(lambda: Review.objects.all().delete())


def test_a_decision_never_replaces_itself_even_in_the_database(decision, mel):
    assert refused(lambda: Supersession.objects.create(old=decision, new=decision, by=mel))


@pytest.mark.parametrize(
    "fields", [{"title": "Other"}, {"reasons": "Other"}, {"record": "Other"}, {"chosen": None}]
)
def test_the_database_keeps_the_text_of_a_closed_decision(accepted, fields):
    assert refused(lambda: Decision.objects.filter(pk=accepted.pk).update(**fields))


def test_the_database_keeps_the_matrix_of_a_closed_decision(accepted, mel):
    option, criterion = accepted.options.first(), accepted.criteria.first()
    assert refused(lambda: Score.objects.update(p50=1))
    assert refused(lambda: Score.objects.all().delete())
    assert refused(lambda: Option.objects.filter(pk=option.pk).update(name="Other"))
    assert refused(lambda: Criterion.objects.filter(pk=criterion.pk).update(weight=0))
    assert refused(lambda: Option.objects.create(decision=accepted, name="Late"))


@pytest.mark.parametrize("to", ["draft", "in_review", "rejected"])
def test_the_database_refuses_a_move_that_is_not_allowed(accepted, to):
    assert refused(lambda: Decision.objects.filter(pk=accepted.pk).update(state=to))


def test_the_moves_in_the_database_are_those_of_the_model():
    from importlib import import_module

    written = import_module("tradeoffs.migrations.0002_append_only").MOVES
    assert written == {state: to for state, to in Decision.MOVES.items() if to}


def test_a_product_is_purged_with_its_closed_decisions(accepted, product, root):
    ground.purge_product(product, by=root)
    assert not Decision.objects.exists()


def test_without_a_permit_a_closed_decision_stays(accepted):
    assert refused(accepted.delete)
    with transaction.atomic(), append_only.removal_allowed("test"):
        accepted.delete()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([[1, 0]], "at least two pairs"),
        ([[5, 0], [1, 1]], "rising order"),
        ([[1, 0], [9, 2]], "between 0 and 1"),
        ("abc", "at least two pairs"),
        ([[1, 0], [2]], "at least two pairs"),
    ],
)
def test_value_points_that_make_no_function_are_refused(rows, points, says):
    rows["criterion"].points = points
    with pytest.raises(ValidationError, match=says):
        rows["criterion"].full_clean()


def test_no_value_points_are_none(rows):
    rows["criterion"].points = []
    rows["criterion"].full_clean()
    assert rows["criterion"].points is None


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " VBScript:x", "data:text/html,x", "file:///etc/passwd"]
)
def test_evidence_is_no_address_that_runs_or_reads_something(rows, address):
    rows["score"].evidence = address
    with pytest.raises(ValidationError, match="begins with https:// or http://"):
        rows["score"].full_clean()


@pytest.mark.parametrize("reference", ["https://example.com/run/7", "OPS-112, run 7", "load.csv"])
def test_evidence_may_be_any_reference(rows, reference):
    rows["score"].evidence = reference
    rows["score"].full_clean()
    rows["score"].save()
    assert Score.objects.get(pk=rows["score"].pk).evidence == reference
