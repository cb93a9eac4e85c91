"""Formulas, inputs, value curves, rankings and proposed orders, through the services."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from roadmaps import queries, services
from roadmaps.models import (
    Item,
    ItemPriority,
    PriorityFormula,
    PriorityInput,
    PriorityRanking,
    ValueCurve,
)
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.proposals import newest, proposal_of, request_proposals
from tpm import history, operations
from tpm.editing import EditConflict
from tpm.models import Change, Job, Product


@pytest.fixture
def rice(product, ada):
    services.set_formula(product, by=ada, version=0, method="rice")


@pytest.fixture
def ranked_item(make_item, team, ada, rice):
    """An estimated item with all inputs of RICE."""

    def make(reach="100", impact="1", confidence="100", days="5", **fields):
        item = make_item(team=team, **fields)
        if days:
            estimate_from_text(item, by=ada, text=days)
        for name, text in (("reach", reach), ("impact", impact), ("confidence", confidence)):
            if text:
                services.set_input(item, by=ada, name=name, text=text, version=0)
        return item

    return make


def rank(product: Product) -> dict[str, ItemPriority]:
    services.refresh_priorities(product.pk)
    rows = ItemPriority.objects.filter(item__product=product).select_related("item")
    return {row.item.key: row for row in rows}


# -- formula ---------------------------------------------------------------------------------------


def test_a_formula_is_chosen_changed_and_told_in_the_history_of_its_product(product, ada):
    assert services.set_formula(product, by=ada, version=0, method="wsjf") == ["method"]
    row = PriorityFormula.objects.get()
    services.set_formula(product, by=ada, version=row.version, weights={"urgency": 2.0})
    told = history.changes_of(product).first()
    assert told.fields == {"score weights": [{}, {"urgency": 2.0}]}


def test_a_formula_that_cannot_score_is_refused(product, ada):
    with pytest.raises(ValidationError, match="weight of Reach"):
        services.set_formula(product, by=ada, version=0, method="rice", weights={"reach": 9})
    own = {"combine": "sum", "by_effort": True, "inputs": []}
    with pytest.raises(ValidationError, match="at least one input"):
        services.set_formula(product, by=ada, version=0, method="own", own=own)
    assert not PriorityFormula.objects.exclude(method="").exists()


def test_money_needs_a_currency_even_past_the_form(product, ada):
    with pytest.raises(ValidationError, match="Say which money"):
        services.set_formula(product, by=ada, version=0, method="rice", unit="money")
    row = PriorityFormula.objects.create(product=product)
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorityFormula.objects.filter(pk=row.pk).update(unit="money")


def test_an_old_page_does_not_overwrite_a_formula(product, ada, lena):
    services.set_formula(product, by=ada, version=0, method="rice")
    read = PriorityFormula.objects.get().version
    services.set_formula(product, by=lena, version=read, method="wsjf")
    with pytest.raises(EditConflict):
        services.set_formula(product, by=ada, version=read, weights={"reach": 2})


def test_a_first_formula_does_not_overwrite_somebody_elses(product, ada, lena):
    services.set_formula(product, by=lena, version=0, method="wsjf")
    with pytest.raises(EditConflict):
        services.set_formula(product, by=ada, version=0, method="rice")
    assert PriorityFormula.objects.get().method == "wsjf"


def test_a_formula_of_ones_own_without_inputs_is_refused_however_it_comes(product, ada, lena):
    with pytest.raises(ValidationError, match="at least one input"):
        services.set_formula(product, by=ada, version=0, method="own")
    joy = {"name": "joy", "label": "Joy", "weight": 1, "low": 0, "high": 5}
    own = {"combine": "sum", "by_effort": False, "inputs": [joy]}
    services.set_formula(product, by=lena, version=None, method="own", own=own)
    with operations.recorded(product, by=lena) as hers:
        services.set_formula(product, by=lena, version=None, method="rice")
    services.set_formula(product, by=ada, version=None, own={})
    with pytest.raises(operations.Refused, match="at least one input"):
        operations.undo(hers.operation, by=lena)
    assert PriorityFormula.objects.get().method == "rice"


# -- inputs ----------------------------------------------------------------------------------------


def test_an_input_is_a_number_or_a_range_and_told_in_the_history_of_its_item(ranked_item, ada):
    item = ranked_item(reach="50..100..200")
    row = PriorityInput.objects.get(name="reach")
    assert (row.p10, row.p50, row.p90) == (50, 100, 200)
    services.set_input(item, by=ada, name="reach", text="80", version=row.version)
    told = history.changes_of(item).first()
    assert told.fields == {"reach": [[50, 100, 200], 80]}


def test_what_is_no_input_is_refused_at_its_field(ranked_item, ada):
    item = ranked_item()
    with pytest.raises(ValidationError) as refused:
        services.set_input(item, by=ada, name="impact", text="7", version=None)
    assert refused.value.message_dict == {"impact": ["Impact lies from 0 to 3."]}
    with pytest.raises(ValidationError, match="no such input"):
        services.set_input(item, by=ada, name="urgency", text="7", version=None)


def test_somebody_elses_input_is_not_overwritten(ranked_item, ada, lena):
    item = ranked_item(reach="")
    services.set_input(item, by=lena, name="reach", text="10", version=0)
    with pytest.raises(EditConflict):
        services.set_input(item, by=ada, name="reach", text="20", version=0)
    read = PriorityInput.objects.get(name="reach").version
    services.set_input(item, by=ada, name="reach", text="20", version=read)
    with pytest.raises(EditConflict):
        services.set_input(item, by=lena, name="reach", text="30", version=read)


def test_the_database_keeps_ranges_in_order(ranked_item):
    ranked_item()
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorityInput.objects.filter(name="reach").update(p10=500)


def test_an_input_comes_back_by_undo_unless_somebody_changed_it(product, ranked_item, ada, lena):
    item = ranked_item()
    with operations.recorded(product, by=ada) as done:
        services.set_input(item, by=ada, name="reach", text="7", version=None)
    operations.undo(done.operation, by=ada)
    assert PriorityInput.objects.get(name="reach").p50 == 100
    operations.redo(done.operation, by=ada)
    services.set_input(item, by=lena, name="reach", text="9", version=None)
    with pytest.raises(operations.Refused, match="changed since"):
        operations.undo(done.operation, by=ada)


def test_a_first_input_goes_by_undo_and_a_formula_too(product, ada, make_item):
    with operations.recorded(product, by=ada) as chosen:
        services.set_formula(product, by=ada, version=0, method="rice")
    with operations.recorded(product, by=ada) as typed:
        services.set_input(make_item(), by=ada, name="reach", text="7", version=0)
    operations.undo(typed.operation, by=ada)
    assert PriorityInput.objects.get().p50 is None
    operations.undo(chosen.operation, by=ada)
    assert PriorityFormula.objects.get().method == ""


# -- ranking ---------------------------------------------------------------------------------------


def test_items_are_ranked_and_what_is_missing_is_said(product, ranked_item):
    low, high = ranked_item(), ranked_item(reach="1000")
    bare, unsized = ranked_item(impact=""), ranked_item(days="")
    rows = rank(product)
    assert (rows[high.key].place, rows[low.key].place) == (1, 2)
    assert rows[bare.key].missing == ["impact"]
    assert rows[unsized.key].missing == ["effort"]
    assert rows[bare.key].score_p50 is None
    ranking = PriorityRanking.objects.get()
    assert (ranking.ranked, ranking.unranked) == (2, 2)


def own_of(high: float | None, name: str = "joy") -> dict:
    row = {"name": name, "label": name.title(), "weight": 1.0, "low": 0.0 if high else None}
    return {"combine": "sum", "by_effort": False, "inputs": [row | {"high": high}]}


def test_a_value_that_does_not_fit_a_changed_scale_is_missing(product, make_item, ada):
    services.set_formula(product, by=ada, version=0, method="own", own=own_of(10))
    nothing, range_, fits = (make_item() for _ in range(3))
    for item, text in ((nothing, "0"), (range_, "0..3..5"), (fits, "1..2..3")):
        services.set_input(item, by=ada, name="joy", text=text, version=0)
    services.set_formula(product, by=ada, version=None, own=own_of(None))
    rows = rank(product)
    assert not PriorityRanking.objects.get().failure
    assert rows[fits.key].place == 1
    assert rows[nothing.key].missing == rows[range_.key].missing == ["joy"]
    services.set_formula(product, by=ada, version=None, own=own_of(2))
    rows = rank(product)
    assert rows[fits.key].missing == ["joy"]
    assert rows[range_.key].missing == ["joy"]
    assert rows[nothing.key].place == 1


def test_a_value_typed_for_another_formula_is_missing_where_it_is_off_the_scale(
    product, ranked_item, ada
):
    item = ranked_item(reach="500")
    services.set_formula(product, by=ada, version=None, method="own", own=own_of(10, "reach"))
    assert rank(product)[item.key].missing == ["reach"]


def test_a_ranking_that_fails_is_told_and_leaves_no_older_score(product, ranked_item, ada):
    item = ranked_item()
    assert rank(product)[item.key].place == 1
    own = own_of(None, "reach") | {"combine": "product"}
    inputs = [own["inputs"][0] | {"name": n, "label": n, "weight": 5.0} for n in ("reach", "a")]
    own = own | {"inputs": inputs}
    services.set_formula(product, by=ada, version=None, method="own", own=own)
    for name in ("reach", "a"):
        services.set_input(item, by=ada, name=name, text="1000000", version=None)
    assert rank(product) == {}
    now = queries.priorities.ranked(product)
    assert "too large to count" in now.ranking.failure
    assert (now.ranking.ranked, now.stale) == (0, False)


def test_a_whole_takes_the_effort_of_its_open_parts(product, ranked_item, make_item, team, ada):
    whole = ranked_item(days="")
    one, two = (make_item(team=team, parent=whole) for _ in range(2))
    estimate_from_text(one, by=ada, text="4..5..6")
    assert rank(product)[whole.key].missing == ["effort"]
    estimate_from_text(two, by=ada, text="9..10..11")
    services.refresh_forecast(product.pk)
    row = rank(product)[whole.key]
    # 100 × 1 × 1 by about 15 of 20 days.
    assert row.score_p50 == pytest.approx(100 / (15 / 20), rel=0.1)


def test_ideas_are_ranked_and_milestones_and_what_is_closed_are_not(
    product, ranked_item, make_item, ada
):
    idea = ranked_item(state="idea")
    done = ranked_item()
    services.move_item(done, by=ada, state="done", person_days=3)
    make_item(kind="milestone")
    assert set(rank(product)) == {idea.key}


def test_a_ranking_is_due_after_an_input_an_estimate_and_a_forecast(product, ranked_item, ada):
    item = ranked_item()

    def is_due():
        return queries.products_with_a_due_ranking().filter(pk=product.pk).exists()

    services.refresh_forecast(product.pk)
    assert services.refresh_priorities(product.pk)
    assert not is_due()
    assert services.refresh_priorities(product.pk) is False
    services.set_input(item, by=ada, name="reach", text="7", version=None)
    assert is_due()
    services.refresh_priorities(product.pk)
    estimate_from_text(item, by=ada, text="50")
    assert not is_due()  # the forecast comes first
    services.refresh_forecast(product.pk)
    assert is_due()


def test_an_edit_during_the_ranking_leaves_it_due(product, ranked_item, ada, monkeypatch):
    item = ranked_item()
    from roadmaps.services import ranking

    whole = ranking.computed

    def while_someone_types(*args):
        services.set_input(item, by=ada, name="reach", text="8", version=None)
        return whole(*args)

    monkeypatch.setattr(ranking, "computed", while_someone_types)
    assert services.refresh_priorities(product.pk) is False
    assert queries.products_with_a_due_ranking().exists()


def test_the_same_inputs_give_the_same_ranking(product, ranked_item, ada):
    ranked_item(reach="50..100..200")
    ranked_item(reach="40..90..220")

    def scores():
        return sorted((key, row.score_p50, row.beats_next) for key, row in rank(product).items())

    before = scores()
    PriorityRanking.objects.all().delete()
    assert scores() == before


# -- value and delay ------------------------------------------------------------------------------


def test_cost_of_delay_comes_from_the_curve_and_the_forecast(product, make_item, team, ada):
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="5..10..20")
    services.set_curve(item, by=ada, version=0, kind="linear", amount="1000")
    services.refresh_forecast(product.pk)
    row = rank(product)[item.key]
    assert row.week == pytest.approx(1000)
    ends = item.forecasts.get()
    run = ends.run
    weeks = (ends.p50 - run.as_of).days / 7
    assert row.lost == pytest.approx(1000 * weeks, rel=0.35)
    assert row.lost_error < 0.02 * row.lost


def test_an_objective_costs_through_the_item_that_holds_it_up(product, make_item, team, ada):
    aim = services.create_objective(product, by=ada, title="Fast")
    short, long = (make_item(team=team, objective=aim) for _ in range(2))
    estimate_from_text(short, by=ada, text="1")
    estimate_from_text(long, by=ada, text="30..40..60")
    services.set_curve(aim, by=ada, version=0, kind="linear", amount="70")
    services.refresh_forecast(product.pk)
    rows = rank(product)
    assert rows[long.key].week == pytest.approx(70, rel=0.02)
    assert rows[short.key].week == pytest.approx(0, abs=1)
    told = PriorityRanking.objects.get().objectives[str(aim.pk)]
    assert told["week"] == pytest.approx(70)


def test_what_waits_for_an_item_is_part_of_what_its_week_costs(
    product, make_item, team, ada, client_of
):
    first, second = make_item(team=team), make_item(team=team)
    for item in (first, second):
        estimate_from_text(item, by=ada, text="5..10..20")
    services.link_items(first, second, by=ada)
    services.set_curve(second, by=ada, version=0, kind="linear", amount="1000")
    services.refresh_forecast(product.pk)
    rows = rank(product)
    assert rows[second.key].followers_week is None
    assert rows[first.key].own_week is None
    # Its end a week later is a week for what stands right behind it, give or take a holiday.
    assert rows[first.key].followers_week == pytest.approx(1000, rel=0.1)
    assert rows[first.key].week == rows[first.key].followers_week
    page = client_of(ada).get(f"/i/{first.key}/priority/").content.decode()
    assert "A week later, of what waits for it" in page
    assert "through its objective</dt>" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "linear", "amount": "lots"}, "Type one amount"),
        ({"kind": "linear", "amount": "0"}, "above 0"),
        ({"kind": "step", "amount": "5"}, "day of the deadline"),
        ({"kind": "decay", "amount": "5"}, "how many weeks"),
    ],
)
def test_a_curve_that_says_too_little_is_refused_in_words(make_item, ada, fields, words):
    with pytest.raises(ValidationError, match=words), transaction.atomic():
        services.set_curve(make_item(), by=ada, version=0, **fields)


def test_a_curve_is_of_one_thing_even_past_the_form(product, make_item):
    with pytest.raises(IntegrityError), transaction.atomic():
        ValueCurve.objects.create(product=product)


def test_a_curve_is_changed_taken_away_and_comes_back_by_undo(product, make_item, ada):
    item, day = make_item(), datetime.date(2027, 3, 9)
    services.set_curve(item, by=ada, version=0, kind="step", amount="5..8..20", day=day)
    row = ValueCurve.objects.get()
    with operations.recorded(product, by=ada) as done:
        services.set_curve(item, by=ada, version=row.version, kind="")
    assert ValueCurve.objects.get().p50 is None
    operations.undo(done.operation, by=ada)
    row.refresh_from_db()
    assert (row.kind, row.p90, row.day) == ("step", 20, day)
    assert history.changes_of(item).first().action == "undone"


def test_somebody_elses_curve_is_not_overwritten(make_item, ada, lena):
    item = make_item()
    services.set_curve(item, by=lena, version=0, kind="linear", amount="5")
    with pytest.raises(EditConflict):
        services.set_curve(item, by=ada, version=0, kind="linear", amount="9")


# -- orders ----------------------------------------------------------------------------------------


@pytest.fixture
def crowded(product, make_item, make_team, ada):
    """Three items for one person; the last one costs most by waiting."""
    alone = make_team(product, people=1)
    items = [make_item(team=alone) for _ in range(3)]
    for item, days in zip(items, ("15..20..30", "4..5..7", "4..5..7"), strict=True):
        estimate_from_text(item, by=ada, text=days)
    services.set_curve(items[0], by=ada, version=0, kind="linear", amount="10")
    services.set_curve(items[2], by=ada, version=0, kind="linear", amount="90")
    services.refresh_forecast(product.pk)
    return items


def compared(product, ada) -> Job:
    job = request_proposals(product, by=ada)
    services.run_proposals_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.report
    return job


def order_of(product) -> list[str]:
    return list(
        Item.objects.filter(product=product).order_by("rank", "pk").values_list("key", flat=True)
    )


@pytest.mark.thorough
def test_orders_are_compared_and_nothing_is_kept(product, crowded, ada):
    before = order_of(product)
    job = compared(product, ada)
    assert newest(product) == job
    found = proposal_of(job, "value")
    assert found["gained"] > 0
    assert found["order"][0] == crowded[2].pk
    assert found["lost"] == pytest.approx(job.report["lost"] - found["gained"])
    assert proposal_of(job, "shortest")["bound"]["bound"] is not None
    assert proposal_of(job, "score") is None
    assert order_of(product) == before


def test_a_taken_order_is_one_change_that_comes_back(product, crowded, ada):
    job, before = compared(product, ada), order_of(product)
    with operations.recorded(product, by=ada, words="Ordered by value") as done:
        assert services.take_order(product, job, by=ada, name="value") >= 1
    assert order_of(product)[0] == crowded[2].key
    operations.undo(done.operation, by=ada)
    assert order_of(product) == before


def test_the_forecast_after_taking_an_order_is_the_one_that_was_told(product, crowded, ada):
    job = compared(product, ada)
    told = {row["id"]: row["p85 anew"] for row in proposal_of(job, "value")["items"]}
    services.take_order(product, job, by=ada, name="value")
    services.refresh_forecast(product.pk)
    run = product.plan_status.run
    now = {row.item_id: row.p85.isoformat() for row in run.items.all() if row.item_id in told}
    assert now == told


def test_an_old_comparison_cannot_be_taken(product, crowded, ada):
    job = compared(product, ada)
    services.rank_item(crowded[1], by=ada, before=crowded[0])
    with pytest.raises(ValidationError, match="moved on"):
        services.take_order(product, job, by=ada, name="value")


def test_a_comparison_of_other_values_cannot_be_taken(product, crowded, ada):
    job = compared(product, ada)
    services.set_curve(crowded[0], by=ada, version=None, kind="linear", amount="999")
    with pytest.raises(ValidationError, match="moved on"):
        services.take_order(product, job, by=ada, name="value")


def test_a_value_typed_while_orders_are_compared_was_not_compared(
    product, crowded, ada, monkeypatch
):
    from roadmaps.services import proposals

    whole = proposals.worths_of

    def read_before_someone_types(product):
        worths = whole(product)
        services.set_curve(crowded[0], by=ada, version=None, kind="linear", amount="999")
        return worths

    monkeypatch.setattr(proposals, "worths_of", read_before_someone_types)
    job = compared(product, ada)
    with pytest.raises(ValidationError, match="moved on"):
        services.take_order(product, job, by=ada, name="value")


def test_without_a_forecast_there_is_nothing_to_compare(product, ada):
    job = request_proposals(product, by=ada)
    services.run_proposals_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no forecast yet" in job.report["error"]


def test_a_proposed_order_can_be_tried_as_a_scenario_and_applied(product, crowded, ada):
    job = compared(product, ada)
    scenario = services.keep_as_scenario(product, job, by=ada, name="value", title="By value")
    assert services.refresh_scenario(scenario.pk, trials=200)
    assert not scenario.forecast.failure
    items = scenario.forecast.result["items"]
    assert items[str(crowded[2].pk)]["after"]["p85"] < items[str(crowded[2].pk)]["before"]["p85"]
    with operations.recorded(product, by=ada) as done:
        services.apply_scenario(scenario, by=ada)
    assert order_of(product)[0] == crowded[2].key
    operations.undo(done.operation, by=ada)
    assert order_of(product)[0] == crowded[0].key


def test_a_scenario_whose_order_the_plan_left_is_in_conflict(product, crowded, ada):
    from roadmaps.services.scenarios import conflicts_of

    job = compared(product, ada)
    scenario = services.keep_as_scenario(product, job, by=ada, name="value", title="By value")
    assert not conflicts_of(scenario)
    services.rank_item(crowded[1], by=ada, before=crowded[0])
    assert len(conflicts_of(scenario)) == 1


def test_an_order_writes_only_the_ranks_that_have_to_change(product, crowded, ada):
    from roadmaps.services.ordering import order_items

    count = Change.objects.count()
    keys = [crowded[2].key, crowded[0].key, crowded[1].key]
    assert order_items(product, by=ada, keys=keys) == 1
    assert Change.objects.count() == count + 1
    assert order_items(product, by=ada, keys=keys) == 0
    with pytest.raises(ValidationError, match="no item PAY-999"):
        order_items(product, by=ada, keys=["PAY-999"])
