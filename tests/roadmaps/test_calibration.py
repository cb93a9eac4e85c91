"""Forecasts of finished work held against what it took, and the page that shows it."""

import datetime

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from roadmaps import services
from roadmaps.forecasting import Triple
from roadmaps.forecasting.calibration import share_of
from roadmaps.forecasting.ranges import quantity_table
from roadmaps.models import (
    Actual,
    Estimate,
    ForecastRun,
    ForecastScore,
    Item,
    ItemForecast,
    LearnedEstimate,
    Learning,
    PlanStatus,
)
from roadmaps.pages import calibration as calibration_page
from roadmaps.queries.calibration import own_stretch, said_dates
from roadmaps.queries.finished import history_of
from roadmaps.services.learning import kept_table
from tpm import append_only
from tpm.models import Team

PAGE = "/p/PAY/forecast/calibration/"


@pytest.fixture
def finish(product, make_item, team, ada):
    """finish(n, took=...) -> n items of 2, 4 or 8 days finished one a week, the newest last."""

    def make(n: int, *, took: float = 5.0) -> list[Item]:
        today = timezone.localdate()
        rows = []
        for k in range(n):
            end = today - datetime.timedelta(days=7 * (n - k))
            item = make_item(title=f"Work {k}", team=team)
            Item.objects.filter(pk=item.pk).update(
                state="done", started_on=end - datetime.timedelta(days=5), finished_on=end
            )
            p50 = (2.0, 4.0, 8.0)[k % 3]
            Estimate.objects.create(
                item=item,
                by=ada,
                at=timezone.now() - datetime.timedelta(days=7 * (n - k) + 6),
                p10_days=p50 / 2,
                p50_days=p50,
                p90_days=p50 * 2,
            )
            Actual.objects.create(item=item, person_days=took * p50 / 4, source="typed")
            rows.append(item)
        services.refresh_learning(product.pk)
        return rows

    return make


@pytest.mark.thorough
def test_each_finished_item_is_scored_by_what_was_known_before_its_quarter(finish):
    finish(60)
    scores = ForecastScore.objects.select_related("item")
    assert scores.count() > 20
    for score in scores:
        finished = Item.objects.filter(state="done", finished_on__lt=score.as_of).count()
        assert score.based_on == finished
        assert score.as_of <= score.item.started_on


@pytest.mark.thorough
def test_a_new_lesson_replaces_the_scores(finish, product, ada):
    items = finish(60)
    before = ForecastScore.objects.get(item=items[-1])
    services.record_actual(items[-1], by=ada, person_days=90)
    services.refresh_learning(product.pk)
    after = ForecastScore.objects.get(item=items[-1])
    assert (before.actual_days, after.actual_days) == (10.0, 90.0)
    assert after.held == [False, False, False]


def test_a_learned_range_names_the_work_most_like_it(finish, make_item, team, ada, product):
    finish(30)
    item = make_item(team=team)
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    services.refresh_forecast(product.pk)
    lesson = LearnedEstimate.objects.get(estimate__item=item)
    assert 1 <= len(lesson.most_like) <= 3
    assert Item.objects.filter(key__in=lesson.most_like, state="done").count() == len(
        lesson.most_like
    )


@pytest.mark.thorough
def test_the_forecast_simulates_the_whole_learned_distribution(
    finish, make_item, team, ada, product
):
    finish(60, took=4.0)  # exactly as estimated, every one: most of the distribution is one value
    item = make_item(team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8, one_number=True)
    services.refresh_forecast(product.pk)
    inputs = ForecastRun.objects.all()[0].inputs
    row = next(each for each in inputs["items"] if each["id"] == item.pk)
    table = inputs["tables"][row["table"]]
    assert len(table) == 257
    assert sum(value == 4 for value in table) > 100
    assert item.forecasts.get().basis == "learned"


def test_work_in_progress_is_a_lower_bound_of_what_it_takes(finish, make_item, team, ada, product):
    finish(30)
    item = make_item(title="Still at it", team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    begun = timezone.localdate() - datetime.timedelta(days=70)
    Item.objects.filter(pk=item.pk).update(state="in_progress", started_on=begun)
    history, _ = history_of(product, before=timezone.localdate())
    (still,) = [row for row in history if row.open]
    assert (still.id, still.actual > 20) == (item.key, True)
    before = Learning.objects.all()[0].details["ratios"]
    assert services.refresh_learning(product.pk)
    after = Learning.objects.all()[0].details["ratios"]
    assert (before["n"], after["n"]) == (30, 30)
    assert sum(after["rows"]["open"]) == 1


def test_open_work_alone_teaches_nothing(make_item, team, ada, product):
    item = make_item(team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    begun = timezone.localdate() - datetime.timedelta(days=70)
    Item.objects.filter(pk=item.pk).update(state="in_progress", started_on=begun)
    assert history_of(product, before=timezone.localdate())[0] == []


def test_old_lessons_are_thinned_to_one_a_month(product):
    today = datetime.date(2026, 6, 30)
    for days in (0, 1, 13, 20, 25, 40, 45, 300):
        Learning.objects.create(
            product=product,
            as_of=today - datetime.timedelta(days=days),
            at=timezone.now() - datetime.timedelta(days=days),
            inputs_hash="x",
            finished_items=1,
        )
    services.thin_learnings(product.pk, today=today)
    left = [(today - row.as_of).days for row in Learning.objects.all()]
    assert left == [0, 1, 13, 40, 300]


def test_nothing_is_said_below_twenty(finish, client_of, vic):
    finish(12)
    said = client_of(vic).get(PAGE).content.decode()
    assert "Nothing is said before 20 items" in said
    assert "came true" not in said


@pytest.mark.thorough
def test_the_page_says_how_often_p85_came_true(finish, client_of, vic):
    finish(80)
    said = client_of(vic).get(PAGE).content.decode()
    assert "Our 85 % came true" in said
    assert "PAY-80" in said


def test_one_s_own_stretch_is_shown_to_oneself_alone(finish, client_of, ada, mel, product):
    finish(40)
    assert own_stretch(product, ada.pk)[1] == 40
    assert "only you see this" in client_of(ada).get(PAGE).content.decode()
    assert "only you see this" not in client_of(mel).get(PAGE).content.decode()


def test_an_empty_product_has_a_page(client_of, vic, product):
    assert client_of(vic).get(PAGE).status_code == 200


@pytest.mark.thorough
def test_the_page_takes_the_same_number_of_queries_for_more_items(
    finish, client_of, vic, django_assert_max_num_queries
):
    finish(80)
    client = client_of(vic)
    with django_assert_max_num_queries(15):
        client.get(PAGE)


def test_a_said_date_is_the_newest_from_before_the_work_began(make_item, team, ada, product):
    item = make_item(team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    today = timezone.localdate()
    services.refresh_forecast(product.pk)
    first = item.forecasts.get()
    Item.objects.filter(pk=item.pk).update(state="done", started_on=today, finished_on=today)
    assert said_dates(product) == [(item, first)]


def test_dates_that_the_night_drops_meanwhile_are_left_out(make_item, team, product, monkeypatch):
    item = make_item(team=team, state="planned")
    services.refresh_forecast(product.pk, trials=100)
    services.move_item(item, by=None, state="in_progress")
    assert said_dates(product)
    read = QuerySet.in_bulk

    def dropped_first(rows, *args):
        with append_only.removal_allowed("thinning of forecast runs"):
            PlanStatus.objects.update(run=None)
            ForecastRun.objects.all().delete()
        return read(rows, *args)

    monkeypatch.setattr(QuerySet, "in_bulk", dropped_first)
    assert said_dates(product) == []


def test_a_date_said_after_the_work_began_does_not_count(make_item, team, ada, product):
    item = make_item(team=team, state="planned")
    services.refresh_forecast(product.pk)
    before = timezone.localdate() - datetime.timedelta(days=1)
    Item.objects.filter(pk=item.pk).update(state="done", started_on=before, finished_on=before)
    assert said_dates(product) == []


def test_a_correction_is_said_where_there_is_one_and_of_the_product_alone(team):
    low = [
        ForecastScore(
            item=Item(team=Team(name=f"Team {k % 2}")),
            **dict.fromkeys(("log_crps", "raw_log_crps", "plain_log_crps"), 0.1),
            pinball=[0.1] * 3, held=[False] * 3, within=False, pit=0.99,
        )
        for k in range(120)
    ]  # fmt: skip
    plain = calibration_page.lines("Payments", low)
    assert all("Drift" in line.alarm and "corrected" not in line.alarm for line in plain)
    whole, *teams = calibration_page.lines("Payments", low, corrected=True)
    assert "are corrected; those scored here were not" in whole.alarm
    assert not any("corrected" in line.alarm for line in teams)


def test_lone_numbers_and_open_work_are_no_example_of_one_s_ranges(finish, ada, product, make_item):
    finish(30)
    day = timezone.localdate() - datetime.timedelta(days=3)
    for state, alone in (("done", True), ("in_progress", False)):
        item = make_item(state=state, on=day)
        Estimate.objects.create(
            item=item, by=ada, source="imported", one_number=alone,
            p10_days=2, p50_days=4, p90_days=8,
        )  # fmt: skip
        Actual.objects.create(item=item, person_days=4, source="typed")
    services.refresh_learning(product.pk)
    assert Learning.objects.all()[0].finished_items == 31
    assert own_stretch(product, ada.pk)[1] == 30


def said(k: int, finished: int | None, **days: int) -> tuple[Item, ItemForecast]:
    """An item and its dates, in days from today."""
    day = {name: timezone.localdate() + datetime.timedelta(n) for name, n in days.items()}
    end = None if finished is None else timezone.localdate() + datetime.timedelta(finished)
    return Item(pk=k, finished_on=end), ItemForecast(**day)


def test_a_date_that_passed_over_open_work_was_missed():
    done = [said(k, -5, p50=-4, p85=-3, p95=-2) for k in range(20)]
    still = [said(k, None, p50=-4, p85=3, p95=9) for k in range(20)]
    found = calibration_page.date_promises(done + still, today=timezone.localdate())
    assert [each.share.value for each in found.promises] == [0.5, 1.0, 1.0]
    assert found.n == 40


def test_a_date_that_has_not_come_says_nothing_yet():
    early = [said(k, -5, p50=-4, p85=3, p95=9) for k in range(30)]
    found = calibration_page.date_promises(early, today=timezone.localdate())
    assert [each.name for each in found.promises] == ["P50"]


def test_open_work_has_said_dates_too(make_item, team, ada, product):
    item = make_item(team=team, state="planned")
    services.estimate_item(item, by=ada, p10_days=2, p50_days=4, p90_days=8)
    services.refresh_forecast(product.pk)
    services.move_item(item, by=ada, state="in_progress")
    assert [each.pk for each, _ in said_dates(product)] == [item.pk]


def test_a_promise_is_kept_where_chance_explains_the_difference():
    assert calibration_page.promise("P85", 0.85, share_of([True] * 17 + [False] * 3)).kept
    assert not calibration_page.promise("P85", 0.85, share_of([True] * 40 + [False] * 40)).kept


def test_the_histogram_of_tenths_says_its_shares_to_those_who_do_not_see_it():
    drawn = calibration_page.pit_chart([0.1] * 10)
    assert drawn.count("<rect") == 10
    assert "10 %" in drawn


def test_a_stored_table_keeps_the_tail_of_what_was_learned():
    learned = quantity_table(Triple(1, 5, 25))
    kept = kept_table(learned)
    assert kept == pytest.approx(learned, rel=1e-3)
    assert len(set(kept)) == 257
