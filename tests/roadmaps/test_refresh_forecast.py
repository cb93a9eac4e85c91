import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils import timezone

from roadmaps import forecasting, queries, services, tasks
from roadmaps.forecasting.simulation import Forecast
from roadmaps.models import ForecastRun, Item, PlanStatus
from roadmaps.queries.dates import freshness
from tests.roadmaps.forecasting.plans import item as sized
from tests.roadmaps.forecasting.plans import plan as forecast_plan
from tpm import figures
from tpm.sample.clock import set_to

TODAY = datetime.date.today()
HOUR = datetime.timedelta(hours=1)
STILL = {"p85_days": 0}


@pytest.fixture
def plan(make_item, team, ada):
    """Two estimated items of one team, the second waiting for the first."""
    first = make_item(title="First", team=team)
    second = make_item(title="Second", team=team)
    for item in (first, second):
        services.estimate_item(item, by=ada, p10_days=3, p50_days=5, p90_days=10)
    services.link_items(first, second, by=ada)
    return first, second


def due():
    return set(queries.products_with_a_due_forecast(TODAY).values_list("pk", flat=True))


def dates(item) -> tuple:
    row = item.forecasts.order_by("-run_id").first()
    return row.p50, row.p85, row.p95


def test_a_new_plan_is_due_and_then_is_not(plan, product):
    assert product.pk in due()
    assert services.refresh_forecast(product.pk) is True
    assert product.pk not in due()


def test_dates_are_in_order_and_a_successor_ends_later(plan, product):
    services.refresh_forecast(product.pk)
    first, second = plan
    assert list(dates(first)) == sorted(dates(first))
    assert dates(first)[0] < dates(second)[0]


def test_an_edit_makes_the_plan_due_again(plan, product, ada):
    services.refresh_forecast(product.pk)
    services.edit_item(plan[0], by=ada, version=None, title="Renamed")
    assert product.pk in due()


def test_the_same_inputs_store_no_second_run(plan, product):
    services.refresh_forecast(product.pk)
    services.refresh_forecast(product.pk)
    assert ForecastRun.objects.count() == 1


def test_an_edit_during_the_run_leaves_the_forecast_due(plan, product, ada, monkeypatch):
    simulate = forecasting.simulate_jointly

    def simulate_while_someone_edits(plan_read, **options):
        services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=2, p90_days=3)
        return simulate(plan_read, **options)

    monkeypatch.setattr(forecasting, "simulate_jointly", simulate_while_someone_edits)
    assert services.refresh_forecast(product.pk) is False
    assert product.pk in due()


def test_a_plan_is_due_every_new_day(plan, product):
    services.refresh_forecast(product.pk)
    PlanStatus.objects.update(as_of=TODAY - datetime.timedelta(days=1))
    assert product.pk in due()


def test_a_nightly_run_keeps_the_order_of_a_plan_that_did_not_change(plan, product):
    services.refresh_forecast(product.pk)
    order = ForecastRun.objects.latest("pk").order
    tomorrow = TODAY + datetime.timedelta(days=1)
    services.refresh_forecast(product.pk, reason="nightly", as_of=tomorrow)
    assert ForecastRun.objects.count() == 2
    assert ForecastRun.objects.latest("pk").order == order


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "first_at_night"), [(0.4, 2), (4, 1)])
def test_a_nightly_run_drops_an_order_that_costs_days(days, first_at_night):
    made = forecast_plan(sized(1, days), sized(2, days))
    before = ForecastRun(inputs=made.to_dict(), order=[2, 1])
    at_night = services.forecasts.keep_order(made, before, "nightly")
    on_change = services.forecasts.keep_order(made, before, "change")
    assert (at_night.order[0], on_change.order[0]) == (first_at_night, 2)


def test_more_work_brings_no_date_forward(plan, product, make_item, team, ada):
    services.refresh_forecast(product.pk)
    before = dates(plan[1])
    extra = make_item(team=team)
    services.estimate_item(extra, by=ada, p10_days=5, p50_days=9, p90_days=20)
    services.refresh_forecast(product.pk)
    assert all(now >= then for now, then in zip(dates(plan[1]), before, strict=True))


def test_drag_of_debt_moves_the_dates_later(plan, product, team):
    services.refresh_forecast(product.pk)
    before = dates(plan[1])
    services.record_team_drag(team, p10=0.2, p50=0.3, p90=0.4)
    services.refresh_forecast(product.pk)
    assert dates(plan[1])[1] > before[1]


def test_the_same_drag_twice_is_one_row(team):
    services.record_team_drag(team, p10=0.2, p50=0.3, p90=0.4)
    assert services.record_team_drag(team, p10=0.2, p50=0.3, p90=0.4) is None


def test_an_item_without_an_estimate_is_counted_and_still_has_dates(plan, product, make_item, team):
    make_item(team=team)
    services.refresh_forecast(product.pk)
    assert ForecastRun.objects.get().without_estimate == 1


def test_an_objective_has_the_joint_share_of_its_items(plan, product, ada):
    target = TODAY + datetime.timedelta(days=30)
    objective = services.create_objective(product, by=ada, title="Fast", target_date=target)
    for item in plan:
        services.edit_item(item, by=ada, version=None, objective=objective)
    services.refresh_forecast(product.pk)
    row = objective.forecasts.get()
    assert 0 < row.chance <= 1
    assert figures.latest(objective, "chance").value == row.chance


def test_what_moved_a_date_sums_to_the_move(plan, product, ada):
    services.refresh_forecast(product.pk)
    services.estimate_item(plan[0], by=ada, p10_days=10, p50_days=20, p90_days=40)
    services.refresh_forecast(product.pk)
    run = ForecastRun.objects.first()
    services.explain_forecast(run.pk)
    moves = run.moves.get()
    key = str(plan[1].pk)
    total = sum(step["items"].get(key, STILL)["p85_days"] for step in moves.steps)
    assert total == moves.totals["items"][key]["p85_days"] > 0
    changed = {step["name"] for step in moves.steps if step["changed"]}
    assert changed == {"re-estimated"}
    assert {step["name"] for step in moves.steps if step["items"]} == changed


def test_finishing_work_is_told_as_time_not_as_work_that_left(plan, product, make_item, team, ada):
    alone = make_item(team=team)
    services.refresh_forecast(product.pk, trials=200)
    services.move_item(alone, by=ada, state="done")
    services.refresh_forecast(product.pk, trials=200)
    run = ForecastRun.objects.first()
    services.explain_forecast(run.pk)
    changed = {step["name"] for step in run.moves.get().steps if step["changed"]}
    assert changed == {"time"}


def test_a_stored_run_is_never_rewritten(plan, product):
    services.refresh_forecast(product.pk)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        ForecastRun.objects.update(trials=1)


def test_a_baseline_keeps_items_dates_and_the_joint_chance(plan, product, ada):
    services.edit_item(
        plan[1], by=ada, version=None, target_date=TODAY + datetime.timedelta(days=20)
    )
    services.refresh_forecast(product.pk)
    baseline = services.commit_baseline(product, by=ada, name="Q1")
    assert baseline.items.count() == 2
    assert 0 < baseline.chance < 1


def test_committing_reads_the_stored_chance_and_simulates_nothing(plan, product, ada, monkeypatch):
    services.edit_item(plan[1], by=ada, version=None, target_date=TODAY)
    services.refresh_forecast(product.pk, trials=100)
    monkeypatch.setattr(Forecast, "__init__", None)
    assert services.commit_baseline(product, by=ada, name="Q1").chance == 0


def test_a_plan_without_targets_has_no_joint_chance(plan, product):
    services.refresh_forecast(product.pk, trials=100)
    assert ForecastRun.objects.get().chance is None


def test_a_baseline_of_a_stale_forecast_is_refused(plan, product, ada):
    with pytest.raises(ValidationError, match="being recomputed"):
        services.commit_baseline(product, by=ada, name="Q1")


def test_thinning_keeps_the_newest_one_a_day_and_what_a_baseline_names(plan, product, ada):
    now = timezone.now()
    with set_to(now - 4 * HOUR):
        services.refresh_forecast(product.pk, as_of=TODAY)
        services.commit_baseline(product, by=ada, name="Q1")
    for days in (4, 5, 6):
        services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=days, p90_days=9)
        with set_to(now - (7 - days) * HOUR):
            services.refresh_forecast(product.pk, as_of=TODAY)
    assert services.thin_runs(product.pk, today=TODAY) == 2
    kept = list(ForecastRun.objects.values_list("pk", flat=True))
    assert len(kept) == 2


@pytest.mark.thorough
def test_finished_work_corrects_estimates_and_the_forecast_uses_it(
    plan, product, make_item, team, ada
):
    for day in range(40):
        finished = TODAY - datetime.timedelta(days=day + 2)
        item = make_item(team=team, state=Item.State.DONE, on=finished)
        services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8, source="imported")
        services.record_actual(item, by=ada, person_days=8)
    assert services.refresh_learning(product.pk) is True
    services.refresh_forecast(product.pk)
    learned = plan[0].estimates.get().learned.get()
    assert learned.based_on == 40
    assert learned.p50_days > 5
    assert plan[0].forecasts.get().basis == "learned"


def test_learning_twice_from_the_same_work_is_once(plan, product, make_item, ada):
    item = make_item(state=Item.State.DONE, on=TODAY - datetime.timedelta(days=2))
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8, source="imported")
    services.record_actual(item, by=ada, person_days=8)
    assert services.refresh_learning(product.pk) is True
    assert services.refresh_learning(product.pk) is False


def test_a_lesson_does_not_outlive_its_last_finished_item(plan, product, make_item, ada):
    item = make_item(state=Item.State.DONE, on=TODAY - datetime.timedelta(days=2))
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8, source="imported")
    services.record_actual(item, by=ada, person_days=80)
    services.refresh_learning(product.pk)
    services.move_item(item, by=ada, state=Item.State.DROPPED)
    assert services.refresh_learning(product.pk) is True
    assert services.refresh_learning(product.pk) is False
    services.refresh_forecast(product.pk, trials=100)
    assert plan[0].forecasts.get().basis == "typed"
    assert queries.plan_of(product, as_of=TODAY).tables == {}


def test_work_finished_today_is_not_learned_from(plan, product, make_item, ada):
    item = make_item(state=Item.State.DONE)
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8, source="imported")
    services.record_actual(item, by=ada, person_days=8)
    assert services.refresh_learning(product.pk) is False


def test_reading_a_plan_takes_the_same_queries_for_more_items(
    plan, product, make_item, team, ada, django_assert_max_num_queries
):
    for _ in range(20):
        item = make_item(team=team)
        services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    with django_assert_max_num_queries(14):
        queries.plan_of(product, as_of=TODAY)


@pytest.fixture
def kept_order(product, make_item, team, ada):
    """A plan whose stored order is not the one that a full re-plan would give it now."""
    items = []
    for days, crew in ((20, 1), (5, 3), (10, 1)):
        item = make_item(team=team, crew=crew)
        services.estimate_item(
            item, by=ada, p10_days=days * 0.9, p50_days=days, p90_days=days * 1.1
        )
        items.append(item)
    services.refresh_forecast(product.pk, trials=100)
    services.estimate_item(items[2], by=ada, p10_days=56, p50_days=60, p90_days=64)
    services.refresh_forecast(product.pk, trials=100)
    plan_now = queries.plan_of(product, as_of=TODAY)
    assert list(forecasting.start_order(plan_now)) != ForecastRun.objects.first().order
    return plan_now


@pytest.mark.parametrize("reason", ["nightly", "replanned"])
def test_a_full_re_plan_orders_anew_although_nothing_changed(kept_order, product, reason):
    services.refresh_forecast(product.pk, reason=reason, trials=100)
    run = ForecastRun.objects.first()
    assert (run.reason, run.order) == (reason, list(forecasting.start_order(kept_order)))


def test_who_asks_again_gets_the_same_dates_in_the_same_order(kept_order, product):
    before = ForecastRun.objects.first()
    services.refresh_forecast(product.pk, reason="asked", trials=100)
    asked = ForecastRun.objects.first()
    assert asked.pk != before.pk
    assert (asked.order_hash, asked.inputs_hash) == (before.order_hash, before.inputs_hash)
    found = [run.items.order_by("item").values_list("item", "p50") for run in (before, asked)]
    assert list(found[0]) == list(found[1])


def test_the_nightly_task_plans_anew_after_the_sweep_of_midnight(kept_order, product):
    tasks.refresh_forecast(product.pk)
    tasks.nightly_forecast(product.pk)
    assert ForecastRun.objects.first().reason == "nightly"


def test_the_night_plans_the_same_plan_anew_once(kept_order, product):
    for _ in range(2):
        services.refresh_forecast(product.pk, reason="nightly", trials=100)
    assert ForecastRun.objects.filter(reason="nightly").count() == 1


def test_a_re_planned_order_is_kept_from_then_on(kept_order, product, ada, make_item):
    services.refresh_forecast(product.pk, reason="nightly", trials=100)
    order = ForecastRun.objects.first().order
    added = make_item()
    services.refresh_forecast(product.pk, trials=100)
    assert [pk for pk in ForecastRun.objects.first().order if pk != added.pk] == order


@pytest.fixture
def overtaken(plan, product, ada, monkeypatch):
    """A slow worker with an older plan ends after another one has stored a newer forecast."""
    simulate, calls = forecasting.simulate_jointly, []

    def simulate_slowly(plan_read, **options):
        calls.append(plan_read)
        if len(calls) == 1:
            services.estimate_item(plan[0], by=ada, p10_days=100, p50_days=200, p90_days=400)
            services.refresh_forecast(product.pk, trials=100)
        return simulate(plan_read, **options)

    monkeypatch.setattr(forecasting, "simulate_jointly", simulate_slowly)
    assert services.refresh_forecast(product.pk, trials=100) is False
    return plan[0]


def test_a_slow_worker_does_not_write_over_a_later_forecast(overtaken):
    run = PlanStatus.objects.get().run
    figure = figures.latest(overtaken, "p50")
    assert datetime.date.fromordinal(int(figure.value)) == run.items.get(item=overtaken).p50
    assert ForecastRun.objects.count() == 1


def test_a_worker_of_yesterday_does_not_write_over_the_forecast_of_today(plan, product):
    services.refresh_forecast(product.pk, trials=100)
    yesterday = TODAY - datetime.timedelta(days=1)
    assert services.refresh_forecast(product.pk, as_of=yesterday, trials=100) is False
    assert PlanStatus.objects.get().as_of == TODAY


def test_thinning_keeps_the_run_that_the_status_names(plan, product, ada):
    services.refresh_forecast(product.pk, trials=100)
    first = ForecastRun.objects.get()
    services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=2, p90_days=3)
    services.refresh_forecast(product.pk, trials=100)
    PlanStatus.objects.update(run=first)
    services.thin_runs(product.pk, today=TODAY)
    assert PlanStatus.objects.get().run == first


def test_the_figure_of_finished_work_is_its_last_day(plan, product, ada):
    services.refresh_forecast(product.pk, trials=100)
    finished = TODAY - datetime.timedelta(days=3)
    services.move_item(plan[0], by=ada, state="done", on=finished)
    services.refresh_forecast(product.pk, trials=100)
    for kind in ("p50", "p85"):
        assert figures.latest(plan[0], kind).value == finished.toordinal()


def test_a_dropped_item_has_no_figure(plan, product, ada):
    services.refresh_forecast(product.pk, trials=100)
    services.move_item(plan[0], by=ada, state="dropped")
    services.refresh_forecast(product.pk, trials=100)
    assert figures.latest(plan[0], "p50") is None
    assert figures.latest(plan[1], "p50") is not None


def test_a_closed_objective_has_no_figure(plan, product, ada):
    objective = services.create_objective(product, by=ada, title="Fast", target_date=TODAY)
    services.edit_item(plan[0], by=ada, version=None, objective=objective)
    services.refresh_forecast(product.pk, trials=100)
    services.close_objective(objective, by=ada, on=TODAY)
    services.refresh_forecast(product.pk, trials=100)
    assert figures.latest(objective, "chance") is None


@pytest.fixture
def broken(plan, product, monkeypatch):
    """A plan that cannot be computed; the list of the times that it was tried."""
    tried = []

    def fail(*args, **options):
        tried.append(args)
        raise OverflowError("too large")

    monkeypatch.setattr(forecasting, "simulate_jointly", fail)
    return tried


def sweep(product) -> None:
    """What the worker does with what the sweep found due."""
    if product.pk in due():
        with pytest.raises(OverflowError):
            tasks.refresh_forecast(product.pk)


def test_a_plan_that_fails_is_tried_again_once_it_changes(broken, plan, product, ada):
    for _ in range(3):
        sweep(product)
    assert len(broken) == 1
    services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=2, p90_days=3)
    sweep(product)
    assert len(broken) == 2
    PlanStatus.objects.update(as_of=TODAY - datetime.timedelta(days=1))
    sweep(product)
    assert len(broken) == 3


def test_dates_of_a_plan_that_failed_are_stale(broken, plan, product):
    sweep(product)
    product.refresh_from_db()
    fresh = freshness(product)
    assert (fresh.stale, fresh.failure) == (True, "too large")


def test_a_failing_database_is_tried_again_at_once(plan, product):
    services.note_failure(product.pk, Error("gone"), revision=99, day=TODAY)
    assert product.pk in due()


def test_a_re_plan_that_fails_still_thins_old_runs(plan, product, ada, monkeypatch):
    now = timezone.now()
    for days in (4, 5, 6):
        services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=days, p90_days=9)
        with set_to(now - (7 - days) * HOUR):
            services.refresh_forecast(product.pk, as_of=TODAY, trials=100)
    monkeypatch.setattr(services, "refresh_forecast", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.nightly_forecast(product.pk)
    assert ForecastRun.objects.count() == 1


@pytest.mark.thorough
def test_of_the_runs_after_changes_of_a_day_the_last_two_stay(plan, product, ada):
    now = timezone.now()
    with set_to(now - 4 * HOUR):
        services.refresh_forecast(product.pk, reason="nightly", as_of=TODAY, trials=100)
    for days in (4, 5, 6, 7):
        services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=days, p90_days=9)
        with set_to(now - (7 - days) * HOUR):
            services.refresh_forecast(product.pk, as_of=TODAY, trials=100)
            if days == 4:
                services.commit_baseline(product, by=ada, name="Q1")
            services.explain_forecast(ForecastRun.objects.first().pk)
    runs = list(ForecastRun.objects.order_by("pk"))
    assert [run.reason for run in runs] == ["nightly", "change", "change", "change"]
    assert runs[1].baselines.exists()
    assert {moves.since_id for moves in runs[-1].moves.all()} == {runs[0].pk, runs[-2].pk}


@pytest.mark.parametrize("thin", ["after the run", "at night"])
def test_a_run_that_was_the_newest_a_moment_ago_can_still_be_read(plan, product, ada, thin):
    """What a page reads late of a run, its inputs and its order, is there until the page ends."""
    services.refresh_forecast(product.pk, trials=100)
    fresh = freshness(product)
    for days in (4, 6):
        services.estimate_item(plan[0], by=ada, p10_days=1, p50_days=days, p90_days=9)
        services.refresh_forecast(product.pk, trials=100)
    newest = ForecastRun.objects.first()
    if thin == "at night":
        assert services.thin_runs(product.pk, today=TODAY) == 0
    else:
        services.explain_forecast(newest.pk)
    assert fresh.run != newest
    assert fresh.run.inputs["items"]
    with set_to(timezone.now() + datetime.timedelta(minutes=11)):
        assert services.thin_runs(product.pk, today=TODAY) == 2
