"""The trend of a product's debt."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from debt import services
from debt.maths.flows import Cause
from debt.maths.ranges import Range
from debt.models import DebtScore, ScoreModel, SharedCost, TeamLedger
from debt.queries import lives as queries_lives
from debt.refresh import refresh_scores
from tests.debt.test_histories import read_log


def causes(product):
    lives = queries_lives.lives_of(product)
    bounds = queries_lives.months_until(timezone.localdate())
    return {
        name: queries_lives.periods(lives[name], bounds)[-1].causes
        for name in ("principal", "interest")
    }


def test_months_go_back_over_a_new_year_and_end_after_today():
    found = queries_lives.months_until(datetime.date(2026, 2, 10), 4)
    assert found == [
        datetime.date(2025, 11, 1), datetime.date(2025, 12, 1), datetime.date(2026, 1, 1),
        datetime.date(2026, 2, 1), datetime.date(2026, 2, 11),
    ]  # fmt: skip


def test_a_scored_item_came(make_debt, product):
    make_debt()
    assert causes(product)["principal"].keys() == {Cause.INCURRED}
    assert causes(product)["interest"].keys() == {Cause.INCURRED}


def test_debt_counts_from_the_first_day_it_hurt(make_debt, product):
    make_debt(hurts_since=datetime.date(2020, 1, 1))
    assert causes(product)["principal"] == {}
    lives = queries_lives.lives_of(product)["principal"]
    assert (
        queries_lives.periods(lives, queries_lives.months_until(timezone.localdate()))[0].before > 0
    )


def test_a_paid_item_went_with_what_it_was_worth(make_debt, product, ada):
    item = make_debt()
    services.mark_paid(item, by=ada)
    found = causes(product)["principal"]
    assert found[Cause.PAID] == -found[Cause.INCURRED]


def test_other_days_to_fix_are_a_re_estimate(make_debt, product, ada, team):
    item = make_debt()
    services.change_item(item, by=ada, version=None, principal_p90_days=30)
    refresh_scores(team.pk)
    assert causes(product)["principal"][Cause.RE_ESTIMATED] > 0


def test_a_new_version_of_the_formulas_is_a_cause_of_its_own(make_debt, product, team):
    make_debt(size="L", principal_p10_days=None, principal_p50_days=None, principal_p90_days=None)
    old = ScoreModel.objects.get()
    sizes = old.parameters["size_days"] | {"L": [10, 20, 40]}
    ScoreModel.objects.create(
        number=old.number + 1, parameters=old.parameters | {"size_days": sizes}
    )
    refresh_scores(team.pk)
    assert causes(product)["principal"][Cause.RE_BASED] > 0


def test_a_snapshot_without_the_amount_leaves_the_one_before(make_debt, product):
    item = make_debt()
    last = item.latest_score
    DebtScore.objects.create(
        item=item, model=last.model, reason="test", inputs_hash="x", inputs=last.inputs,
        missing="principal", verdict=DebtScore.Verdict.QUESTION, interest_days=last.interest_days,
    )  # fmt: skip
    assert causes(product)["principal"].keys() == {Cause.INCURRED}


@pytest.fixture
def overlapping(make_debt, product, team):
    """Two items on the same file: every change touches both."""
    read_log(product, *((f"aaaaaa{n:x}", 1 + 5 * n, "billing/tax.py") for n in range(12)))
    fields = {"interest": None, "slow_down": "more than double", "paths": ["billing/tax.py"]}
    make_debt(title="One", scored=False, **fields)
    make_debt(title="Other", **fields)


def after(product, amount="interest"):
    bounds = queries_lives.months_until(timezone.localdate())
    return queries_lives.periods(queries_lives.lives_of(product)[amount], bounds)[-1].after


def lost(team):
    ledger = TeamLedger.objects.get(team=team)
    return ledger.drag_mean * ledger.capacity_days


def test_an_hour_that_two_items_share_counts_once(overlapping, product, team):
    alone = sum(
        item.latest_score.interest_days
        for item in product.debt_items.select_related("latest_score")
    )
    assert after(product) == pytest.approx(lost(team))
    assert after(product) < 0.8 * alone


def test_what_the_other_one_no_longer_shares_is_a_cause_of_its_own(overlapping, product, team, ada):
    first, other = product.debt_items.select_related("latest_score")
    before = after(product)
    services.mark_paid(first, by=ada)
    refresh_scores(team.pk)
    found = causes(product)["interest"]
    assert found[Cause.PAID] < 0 < found[Cause.SHARED]
    assert before + found[Cause.PAID] + found[Cause.SHARED] == pytest.approx(after(product))
    assert after(product) == pytest.approx(lost(team))
    assert after(product) == pytest.approx(other.latest_score.interest_days)


def test_the_same_costs_are_noted_once(overlapping, product, team):
    noted = SharedCost.objects.count()
    assert noted == 2
    refresh_scores(team.pk)
    assert SharedCost.objects.count() == noted


def test_a_changed_declaration_is_no_sharing(make_debt, product, team, mel):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(2, 4, 8))
    refresh_scores(team.pk)
    found = causes(product)["interest"]
    assert Cause.SHARED not in found
    assert found[Cause.RE_ESTIMATED] > 0


def test_before_the_first_note_scores_are_cut_in_its_proportion():
    def at(day):
        return datetime.datetime(2026, 1, day, tzinfo=datetime.UTC)

    alone = [
        queries_lives.Alone(at(1), 4.0, 2.0, Cause.RE_ESTIMATED),
        queries_lives.Alone(at(5), 6.0, 2.0, Cause.EVIDENCE),
    ]
    found = queries_lives.counted_once(alone, [(at(9), 3.0), (at(12), 2.0)])
    assert [(each.at.day, each.days, each.cause) for each in found] == [
        (1, 2.0, Cause.RE_ESTIMATED), (9, 3.0, Cause.EVIDENCE), (12, 2.0, Cause.SHARED),
    ]  # fmt: skip
    assert queries_lives.counted_once(alone, []) == alone


def test_what_a_new_score_does_not_explain_is_the_sharing():
    def at(day):
        return datetime.datetime(2026, 1, day, tzinfo=datetime.UTC)

    alone = [
        queries_lives.Alone(at(1), 4.0, 2.0, Cause.RE_ESTIMATED),
        queries_lives.Alone(at(5), 6.0, 2.0, Cause.EVIDENCE),
    ]
    found = queries_lives.counted_once(alone, [(at(1), 2.0), (at(5), 2.5)])
    assert [(each.at.day, each.days, each.cause) for each in found] == [
        (1, 2.0, Cause.RE_ESTIMATED), (5, 3.0, Cause.EVIDENCE), (5, 2.5, Cause.SHARED),
    ]  # fmt: skip


def test_a_noted_cost_is_never_changed(make_debt):
    make_debt()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        SharedCost.objects.update(days=1)


def test_the_page_says_why_the_totals_moved(client_of, vic, make_debt, product, ada):
    make_debt()
    services.mark_paid(make_debt(title="Gone"), by=ada)
    text = client_of(vic).get(reverse("debt:trend", args=[product.key])).content.decode()
    assert "From 0 to 12 d: +23 came, −12 went." in text
    assert ">Paid<" in text


def test_without_debt_it_says_where_to_begin(client_of, vic, product):
    text = client_of(vic).get(reverse("debt:trend", args=[product.key])).content.decode()
    assert "Nothing was scored yet." in text


def test_more_items_ask_no_more_queries(client_of, vic, make_debt, product):
    visitor, path = client_of(vic), reverse("debt:trend", args=[product.key])
    asked = []
    for _round in range(2):
        make_debt()
        visitor.get(path)
        with CaptureQueriesContext(connection) as queries:
            visitor.get(path)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 15
