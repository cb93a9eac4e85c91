"""The pay-off view."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from debt import payoff_jobs, payoff_register, services
from debt.maths.ranges import Range
from debt.models import DebtItem, TeamLedger
from roadmaps.models import CapacityEffect, Item
from roadmaps.services import create_objective, estimate_item, refresh_forecast
from tests.debt.test_histories import read_log
from tpm import jobs
from tpm.models import Component, Job


@pytest.fixture
def chore(make_debt):
    """Costs 4 days once and 2 days a month: worth paying."""
    return make_debt(
        title="Statements matched by hand",
        principal_p10_days=3, principal_p50_days=4, principal_p90_days=5,
        interest=Range(1.5, 2, 2.5),
    )  # fmt: skip


@pytest.fixture
def frozen(make_debt):
    """Costs 50 days once and next to nothing a month."""
    return make_debt(
        title="One long file",
        principal_p10_days=40, principal_p50_days=50, principal_p90_days=60,
        interest=Range(0.01, 0.02, 0.03),
    )  # fmt: skip


@pytest.fixture
def scored(chore, frozen):
    return [chore, frozen]


def page(visitor, product, **query):
    return visitor.get(reverse("debt:payoff", args=[product.key]), query)


def test_it_chooses_what_gains_and_says_why_the_rest_is_left(client_of, ada, product, scored):
    text = page(client_of(ada), product, budget="10").content.decode()
    assert "1 item for <b>4.0 days</b>" in text
    assert "frozen: leave it" in text
    assert "Create 1 plan item" in text


def test_what_does_not_fit_says_from_which_budget_on_it_does(client_of, ada, product, scored):
    text = page(client_of(ada), product, budget="3").content.decode()
    assert "does not fit; from 4 d on" in text
    assert "plan item" not in text


def test_a_budget_may_be_a_share_of_the_next_quarter(client_of, ada, product, team, scored):
    shown = page(client_of(ada), product, budget="10%")
    capacity = TeamLedger.objects.get(team=team).capacity_days
    assert shown.context["budget"] == pytest.approx(0.1 * 3 * capacity, abs=0.1)


def test_a_budget_that_is_no_number_is_told_and_the_page_still_answers(
    client_of, ada, product, scored
):
    shown = page(client_of(ada), product, budget="plenty")
    assert shown.status_code == 422
    assert "A budget is a number of days" in shown.content.decode()


def test_the_plan_is_compared_on_the_same_draws(client_of, ada, product, scored, make_item, team):
    objective = create_objective(product, by=ada, title="Faster", target_date=timezone.localdate())
    work = make_item(team=team, objective=objective)
    estimate_item(work, by=ada, p10_days=5, p50_days=10, p90_days=20)
    text = page(client_of(ada), product, budget="10", dates="1").content.decode()
    assert "The chance to meet them all stays <b>0 %</b>." in text
    assert ">Faster</a>" in text


def test_creating_plans_every_chosen_item_in_its_order(client_of, ada, product, scored):
    chore, frozen = scored
    chore.refresh_from_db()
    answer = client_of(ada).post(
        reverse("debt:payoff", args=[product.key]),
        {"budget": "10", "place": "first", "pick": [f"{chore.pk}:{chore.version}"]},
    )
    assert answer.status_code == 302
    chore.refresh_from_db()
    frozen.refresh_from_db()
    assert chore.state == DebtItem.State.PLANNED
    assert chore.item.kind == Item.Kind.DEBT
    assert CapacityEffect.objects.filter(item=chore.item).exists()
    assert frozen.state == DebtItem.State.OPEN


def test_nothing_is_planned_where_the_choice_changed_since_it_was_shown(
    client_of, ada, product, scored
):
    chore, _frozen = scored
    chore.refresh_from_db()
    read = chore.version
    services.change_item(chore, by=ada, version=None, title="Statements matched by somebody")
    answer = client_of(ada).post(
        reverse("debt:payoff", args=[product.key]),
        {"budget": "10", "place": "first", "pick": [f"{chore.pk}:{read}"]},
    )
    assert answer.status_code == 422
    assert "changed since you looked" in answer.content.decode()
    chore.refresh_from_db()
    assert chore.state == DebtItem.State.OPEN


def test_several_items_are_planned_together_or_not_at_all(ada, product, scored, make_debt):
    unscored = make_debt(
        title="No price yet",
        interest=None,
        principal_p10_days=None,
        principal_p50_days=None,
        principal_p90_days=None,
    )
    with pytest.raises(ValidationError, match=f"{unscored.key}: Say first"):
        services.plan_together([(scored[0], None), (unscored, None)], by=ada)
    assert not Item.objects.filter(kind=Item.Kind.DEBT).exists()


def test_the_work_stands_in_the_order_of_the_picks(ada, product, scored, make_item, team):
    make_item(title="Already planned", team=team)
    made = services.plan_together([(scored[0], None), (scored[1], None)], by=ada, first=True)
    ranks = [Item.objects.get(pk=item.pk).rank for item in made]
    assert ranks == sorted(ranks)
    assert max(ranks) < Item.objects.get(title="Already planned").rank


@pytest.mark.parametrize("first", [True, False])
def test_what_is_paid_first_has_the_lowest_number(ada, make_debt, make_item, team, first):
    make_item(title="Already planned", team=team)
    picks = [make_debt(title=f"Chore {n}") for n in range(5)]
    made = services.plan_together([(item, None) for item in picks], by=ada, first=first)
    assert [item.number for item in made] == sorted(item.number for item in made)
    assert [item.title for item in made] == [f"Pay off: {item.title}" for item in picks]
    in_order = Item.objects.filter(kind=Item.Kind.DEBT).order_by("rank", "pk")
    assert list(in_order) == made


def test_the_limit_of_a_budget_is_named(client_of, ada, product, chore):
    assert (
        "at most 1,000,000 days"
        in page(client_of(ada), product, budget="99999999").content.decode()
    )
    assert "such as 40" in page(client_of(ada), product, budget="nan").content.decode()
    assert page(client_of(ada), product, budget="1000000").status_code == 200


def test_what_is_measured_alone_is_planned_like_what_is_declared(
    client_of, ada, product, team, make_debt, make_item
):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/"]
    )
    component.products.add(product)
    read_log(product, *((f"aaaaaa{n:x}", 1 + 5 * n, "billing/tax.py") for n in range(12)))
    item = make_debt(
        title="Measured", component=component, interest=None, slow_down="more than double",
        principal_p10_days=0.1, principal_p50_days=0.2, principal_p90_days=0.3,
    )  # fmt: skip
    make_item(team=team)
    shown = page(client_of(ada), product, budget="10", dates="1")
    assert [each.pk for each in shown.context["chosen"]] == [item.pk]
    assert shown.context["plans"] is not None
    (work,) = services.plan_together([(item, None)], by=ada)
    effect = CapacityEffect.objects.get(item=work)
    shares = TeamLedger.objects.get(team=team).shares[str(item.pk)]
    assert effect.p50 == pytest.approx(shares[0] * 0.8, rel=0.3)


def test_net_counts_a_shared_hour_once(product, scored, team):
    chore = scored[0]
    ledger = TeamLedger.objects.get(team=team)
    ledger.shares[str(chore.pk)][0] = ledger.shares[str(chore.pk)][1] / 2
    ledger.save()
    (found, _other) = payoff_register.register_of(product).candidates
    score = chore.latest_score
    assert found.net == pytest.approx(
        (score.npv_days + score.principal_days) / 2 - score.principal_days
    )


def many(make_debt, count):
    for place in range(count):
        make_debt(
            title=f"Chore {place}", scored=place == count - 1,
            principal_p10_days=0.1, principal_p50_days=0.2, principal_p90_days=0.3,
        )  # fmt: skip


def test_fifty_items_ask_as_many_questions_as_five(
    client_of, ada, product, team, make_debt, make_item
):
    make_item(team=team)
    visitor, asked = client_of(ada), {}
    many(make_debt, 5)
    for count in (5, 50):
        if count == 50:
            many(make_debt, 45)
        page(visitor, product, budget="500", dates="1")  # what is looked up once a process
        with CaptureQueriesContext(connection) as seen:
            shown = page(visitor, product, budget="500", dates="1")
        assert len(shown.context["chosen"]) == count
        asked[count] = len(seen)
    assert asked[5] == asked[50]


@pytest.fixture
def large(monkeypatch):
    """Every plan is too large to be simulated while one waits."""
    monkeypatch.setattr(payoff_jobs, "AT_ONCE", 0)


@pytest.fixture
def faster(product, ada, make_item, team):
    objective = create_objective(product, by=ada, title="Faster", target_date=timezone.localdate())
    work = make_item(team=team, objective=objective)
    estimate_item(work, by=ada, p10_days=5, p50_days=10, p90_days=20)
    return objective


def test_the_dates_of_a_large_plan_are_a_job_that_a_viewer_may_ask_for(
    client_of, vic, product, scored, faster, large
):
    visitor = client_of(vic)
    before = page(visitor, product, budget="10", dates="1")
    assert "plans" not in before.context
    assert "Simulate the dates" in before.content.decode()
    assert not Job.objects.exists()
    answer = visitor.post(
        reverse("debt:payoff", args=[product.key]),
        {"budget": "10", "place": "first", "compare": "1"},
    )
    assert answer.status_code == 302
    job = Job.objects.get()
    assert "Dates with and without paying" in visitor.get(answer.url).content.decode()
    payoff_jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert ">Faster</a>" in visitor.get(answer.url).content.decode()


def test_what_a_worker_found_is_what_the_page_would_have_found(
    client_of, vic, product, scored, faster, monkeypatch
):
    here = page(client_of(vic), product, budget="10", dates="1").context["plans"]
    monkeypatch.setattr(payoff_jobs, "AT_ONCE", 0)
    product.refresh_from_db()
    found = payoff_register.register_of(product)
    job = payoff_jobs.request(product, found, [payoff_register.Asked(10)], by=vic)
    payoff_jobs.run(job.pk)
    assert page(client_of(vic), product, budget="10").context["plans"] == here


@pytest.mark.parametrize("stops_at", [None, 2])
def test_a_worker_tells_how_far_a_plan_is_and_stops_inside_it(
    vic, product, scored, faster, large, make_item, team, monkeypatch, stops_at
):
    for _place in range(60):
        estimate_item(make_item(team=team), by=vic, p10_days=1, p50_days=2, p90_days=4)
    product.refresh_from_db()
    found = payoff_register.register_of(product)
    job = payoff_jobs.request(product, found, [payoff_register.Asked(10)], by=vic)
    told, progress = [], jobs.Running.progress

    def heard(running, done, *rest):
        told.append(done)
        if len(told) == stops_at:
            jobs.cancel(running.job)
        progress(running, done, *rest)

    monkeypatch.setattr(jobs.Running, "progress", heard)
    payoff_jobs.run(job.pk)
    job.refresh_from_db()
    assert told == sorted(told)
    if stops_at is None:
        assert told[-1] == job.total == job.done
        assert len([done for done in told if 0 < done < job.total]) >= 4
        assert job.state == Job.State.DONE
    else:
        assert 0 < told[-1] < job.total
        assert job.state == Job.State.CANCELLED


def test_the_same_question_is_one_job_and_another_choice_is_another(
    client_of, vic, ada, product, scored, faster, large
):
    ask = payoff_register.Asked
    found = payoff_register.register_of(product)
    first = payoff_jobs.request(product, found, [ask(10)], by=vic)
    assert payoff_jobs.request(product, found, [ask(11)], by=vic) == first  # it pays the same
    other = payoff_jobs.request(product, found, [ask(10), ask(10, "last")], by=vic)
    first.refresh_from_db()
    assert other != first
    assert first.state == Job.State.CANCELLED


def test_what_somebody_else_waits_for_goes_on(vic, ada, product, scored, faster, large):
    ask = payoff_register.Asked
    found = payoff_register.register_of(product)
    shared = payoff_jobs.request(product, found, [ask(10)], by=vic)
    payoff_jobs.request(product, found, [ask(10)], by=ada)
    other = payoff_jobs.request(product, found, [ask(10, "last")], by=vic)
    shared.refresh_from_db()
    assert (shared.state, shared.cancel_asked) == (Job.State.QUEUED, False)
    payoff_jobs.request(product, found, [ask(10), ask(10, "last")], by=ada)
    shared.refresh_from_db()
    assert shared.state == Job.State.CANCELLED  # nobody is left who waits for it
    other.refresh_from_db()
    assert other.state == Job.State.QUEUED


def test_who_joins_a_comparison_no_longer_waits_for_the_one_before(
    vic, ada, product, scored, faster, large
):
    ask = payoff_register.Asked
    found = payoff_register.register_of(product)
    shared = payoff_jobs.request(product, found, [ask(10)], by=vic)
    own = payoff_jobs.request(product, found, [ask(10, "last")], by=ada)
    assert payoff_jobs.request(product, found, [ask(10)], by=ada) == shared
    own.refresh_from_db()
    assert own.state == Job.State.CANCELLED


def test_a_comparison_that_is_being_stopped_is_nobodys_answer(
    vic, product, scored, faster, large
):  # fmt: skip
    product.refresh_from_db()
    found = payoff_register.register_of(product)
    stopping = payoff_jobs.request(product, found, [payoff_register.Asked(10)], by=vic)
    Job.objects.filter(pk=stopping.pk).update(state=Job.State.RUNNING)
    jobs.cancel(stopping)
    again = payoff_jobs.request(product, found, [payoff_register.Asked(10)], by=vic)
    assert again != stopping
    assert again.state == Job.State.QUEUED
    payoff_jobs.run(again.pk)
    again.refresh_from_db()
    assert again.state == Job.State.DONE


def test_dates_are_those_of_a_run_of_needs_and_of_a_day_of_scores(product, scored, faster):
    """Each of them alone makes another comparison, though the same is paid in the same order."""
    product.refresh_from_db()
    ways = [payoff_register.Asked(10)]
    found = payoff_register.register_of(product)
    marks = [payoff_jobs.fingerprint(product, found, ways)]
    assert payoff_jobs.fingerprint(product, payoff_register.register_of(product), ways) == marks[0]
    for _run in range(2):
        refresh_forecast(product.pk, reason="asked")
        marks.append(payoff_jobs.fingerprint(product, found, ways))
    needed = replace(found, needs={scored[1].pk: [scored[0].pk]})
    marks.append(payoff_jobs.fingerprint(product, needed, ways))
    TeamLedger.objects.update(computed_at=timezone.now())
    later = payoff_register.register_of(product)
    marks.append(payoff_jobs.fingerprint(product, later, ways))
    assert len(set(marks)) == len(marks)


def test_dates_of_another_choice_are_not_shown(client_of, vic, ada, product, scored, faster, large):
    product.refresh_from_db()
    found = payoff_register.register_of(product)
    job = payoff_jobs.request(product, found, [payoff_register.Asked(10)], by=vic)
    services.mark_paid(scored[0], by=ada)
    payoff_jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "changed since it was asked" in job.report["error"]


def test_without_scored_debt_there_is_no_budget_to_set(client_of, ada, product):
    text = page(client_of(ada), product).content.decode()
    assert "Nothing is scored yet." in text
    assert 'type="range"' not in text
    assert "Compare with" not in text
