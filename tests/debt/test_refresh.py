"""Recomputing scores and drag: idempotent, conditional, handed over to the plan."""

import datetime
import time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from debt import queries, refresh, register, services, tasks
from debt.maths import scoring
from debt.maths.ranges import Range
from debt.models import DebtItem, DebtScore, TeamLedger
from roadmaps.models import Learning, TeamDrag
from roadmaps.services import estimate_item, move_item, refresh_forecast, refresh_learning
from tpm import figures
from tpm import services as tpm_services
from tpm.models import Membership, Person, Product
from tpm.sample.clock import set_to

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def test_a_logged_item_makes_its_team_due(make_debt, team):
    make_debt(scored=False)
    assert list(queries.due_ledgers().values_list("team_id", flat=True)) == [team.pk]


def test_after_a_refresh_the_team_is_no_longer_due(make_debt):
    make_debt()
    assert not queries.due_ledgers().exists()


def test_a_night_without_a_scheduler_is_made_up_for(team, make_debt):
    make_debt()
    refresh.refresh_scores(team.pk)
    ledgers = TeamLedger.objects.filter(team=team)
    ledgers.update(computed_at=timezone.now() - datetime.timedelta(hours=29))
    assert not queries.due_ledgers().exists()
    ledgers.update(computed_at=timezone.now() - datetime.timedelta(hours=31))
    assert queries.due_ledgers().exists()


def test_the_score_is_kept_with_its_inputs_and_parts_that_sum_to_it(make_debt):
    score = make_debt().latest_score
    assert score.score == pytest.approx(sum(score.parts.values()))
    assert score.inputs["declared"] == [1, 2, 4]
    assert score.inputs["sources"]["principal"] == "declared"


def test_the_stored_inputs_reproduce_the_stored_score(make_debt):
    item = make_debt()
    kept = item.latest_score
    again = scoring.score(
        scoring.inputs_from(kept.inputs), kept.model.parameters, seed=scoring.seed_of(item.key)
    )
    assert (again.score, again.chance, again.low) == (kept.score, kept.chance, kept.score_low)


def test_the_same_inputs_make_no_new_row(make_debt, team):
    make_debt()
    refresh.make_due(team.pk)
    assert refresh.refresh_scores(team.pk)
    assert DebtScore.objects.count() == 1


def test_a_new_declaration_makes_a_new_row_and_keeps_the_old_one(make_debt, mel, team):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(2, 4, 8))
    refresh.refresh_scores(team.pk)
    assert DebtScore.objects.count() == 2
    assert DebtItem.objects.get().latest_score.interest_days == pytest.approx(4.6)


def test_a_change_during_the_run_leaves_the_team_due(make_debt, team, monkeypatch):
    make_debt(scored=False)
    compute = refresh.compute

    def compute_while_someone_edits(*args, **options):
        found = compute(*args, **options)
        refresh.make_due(team.pk)
        return found

    monkeypatch.setattr(refresh, "compute", compute_while_someone_edits)
    assert refresh.refresh_scores(team.pk) is False
    assert queries.due_ledgers().exists()
    assert not DebtScore.objects.exists()


def test_a_team_without_debt_is_not_refreshed(team):
    assert refresh.refresh_scores(team.pk) is False


@pytest.mark.parametrize(
    "change",
    [
        lambda team, by: tpm_services.edit_team(team, by=by, version=None, focus_share=0.5),
        lambda team, by: tpm_services.join_team(
            Person.objects.create(name="Ilya"), team, by=by, share=1, starts_on=TODAY
        ),
        lambda team, by: tpm_services.leave_team(
            team.memberships.first(), by=by, ends_on=TODAY - datetime.timedelta(days=1)
        ),
    ],
)
def test_a_change_of_the_team_makes_its_scores_due(make_debt, team, lena, client_of, change):
    item = make_debt()
    assert not queries.due_ledgers().exists()
    change(team, lena)
    assert queries.due_ledgers().exists()
    assert client_of(lena).get(f"/d/{item.key}/").context["stale"]
    assert register.summary(item.product, TODAY).stale
    refresh.refresh_scores(team.pk)
    assert not queries.due_ledgers().exists()


def test_a_team_that_changed_during_the_run_stays_due(make_debt, team, lena, monkeypatch):
    make_debt()
    compute = refresh.compute

    def compute_while_somebody_edits(*args, **options):
        found = compute(*args, **options)
        tpm_services.edit_team(team, by=lena, version=None, focus_share=0.5)
        return found

    monkeypatch.setattr(refresh, "compute", compute_while_somebody_edits)
    refresh.refresh_scores(team.pk)
    assert queries.due_ledgers().exists()


def test_an_estimate_of_the_paying_work_makes_the_score_due_where_it_is_the_principal(
    make_debt, team, ada
):
    unknown = dict.fromkeys(("principal_p10_days", "principal_p50_days", "principal_p90_days"))
    item = make_debt(size="M", **unknown)
    work = services.plan_it(item, by=ada, version=None)
    refresh.refresh_scores(team.pk)
    assert not queries.due_ledgers().exists()
    estimate_item(work, by=ada, p10_days=50, p50_days=80, p90_days=120)
    assert queries.due_ledgers().exists()
    refresh.refresh_scores(team.pk)
    item.refresh_from_db()
    assert item.latest_score.inputs["principal"] == [50, 80, 120]


def test_an_estimate_does_not_matter_where_days_to_fix_are_typed(make_debt, team, ada):
    work = services.plan_it(make_debt(), by=ada, version=None)
    refresh.refresh_scores(team.pk)
    estimate_item(work, by=ada, p10_days=50, p50_days=80, p90_days=120)
    assert not queries.due_ledgers().exists()


def test_closed_debt_has_no_figures(make_debt, lena):
    item = make_debt()
    services.mark_paid(item, by=lena)
    assert figures.latest(item, "score") is None
    assert figures.latest(item, "interest") is None


def test_a_team_without_people_publishes_no_drag(make_debt, team):
    make_debt()
    team.memberships.all().delete()
    refresh.refresh_scores(team.pk)
    assert figures.latest(team, "drag") is None


def test_the_drag_of_a_team_is_its_interest_over_its_capacity(make_debt, team):
    make_debt()
    ledger = TeamLedger.objects.get(team=team)
    assert ledger.capacity_days == pytest.approx(3 * 30.4375 * 5 / 7)
    assert ledger.drag_mean == pytest.approx(2.3 / ledger.capacity_days)


def test_the_shares_of_the_items_sum_to_the_drag(make_debt, team):
    make_debt()
    make_debt(interest=Range(3, 5, 9))
    ledger = TeamLedger.objects.get(team=team)
    assert sum(after for after, *_ in ledger.shares.values()) == pytest.approx(ledger.drag_mean)


def test_more_interest_than_a_team_has_is_capped_and_says_so(make_debt, team):
    make_debt(interest=Range(50, 60, 70))
    make_debt(interest=Range(50, 60, 70))
    drag = TeamDrag.objects.first()
    assert drag.capped
    assert drag.p90 < 0.9


def test_the_plan_gets_the_drag_and_becomes_due(make_debt, product):
    before = Product.objects.get(pk=product.pk).revision
    make_debt()
    drag = TeamDrag.objects.get()
    assert 0 < drag.p10 <= drag.p50 <= drag.p90
    assert Product.objects.get(pk=product.pk).revision > before


def test_the_same_drag_does_not_make_the_plan_due_again(make_debt, product, team):
    make_debt()
    before = Product.objects.get(pk=product.pk).revision
    refresh.make_due(team.pk)
    refresh.refresh_scores(team.pk)
    assert Product.objects.get(pk=product.pk).revision == before


def test_the_history_of_drag_begins_when_the_debt_began_to_hurt(make_debt):
    since = timezone.localdate() - datetime.timedelta(days=400)
    make_debt(hurts_since=since)
    assert TeamDrag.objects.first().history[0][0] == str(since)


def test_paid_debt_stays_in_the_history_of_drag_and_leaves_the_drag(make_debt, ada, team):
    since = timezone.localdate() - datetime.timedelta(days=400)
    item = make_debt(hurts_since=since)
    services.mark_paid(item, by=ada)
    refresh.refresh_scores(team.pk)
    drag = TeamDrag.objects.first()
    assert drag.p90 == 0
    assert [day for day, _ in drag.history] == [str(since), str(timezone.localdate())]
    assert drag.history[-1][1] == 0


def test_debt_that_was_none_leaves_the_history_too(make_debt, lena, team):
    item = make_debt(hurts_since=timezone.localdate() - datetime.timedelta(days=400))
    services.declare_not_debt(item, by=lena, version=None, why="It is meant to be so.")
    refresh.refresh_scores(team.pk)
    assert TeamDrag.objects.first().history == []


def test_a_plan_whose_history_taught_is_forecast_where_no_debt_was_left_of_a_team(
    make_debt, make_item, lena, team, product
):
    """Finished work asks what drag there was meanwhile: none, where none ever was."""
    item = make_item(team=team)
    with set_to(timezone.now() - datetime.timedelta(days=30)):
        estimate_item(item, by=lena, p10_days=2, p50_days=4, p90_days=8)
    for days, state in ((20, "in_progress"), (5, "done")):
        day = TODAY - datetime.timedelta(days=days)
        move_item(item, by=lena, state=state, on=day, person_days=5 if state == "done" else None)
    refresh_learning(product.pk)
    assert Learning.objects.get().details["spans"][str(team.pk)]
    owed = make_debt()
    services.declare_not_debt(owed, by=lena, version=None, why="It is meant to be so.")
    refresh.refresh_scores(team.pk)
    assert refresh_forecast(product.pk, trials=100)


def test_score_and_interest_are_published_for_other_apps(make_debt, team):
    item = make_debt()
    assert figures.latest(item, "score").value == item.latest_score.score
    assert figures.latest(item, "interest").value == pytest.approx(2.3)
    assert figures.latest(team, "drag").unit == "share"


def test_an_item_without_interest_has_no_score_and_says_what_is_missing(make_debt):
    item = make_debt(interest=None)
    assert (item.latest_score.score, item.latest_score.missing) == (None, "interest")


def test_an_item_without_a_principal_drags_all_the_same(make_debt, team):
    item = make_debt(principal_p10_days=None, principal_p50_days=None, principal_p90_days=None)
    assert item.latest_score.missing == "principal"
    assert TeamLedger.objects.get(team=team).drag_mean > 0


def test_a_size_stands_in_for_days_that_nobody_typed(make_debt):
    item = make_debt(
        principal_p10_days=None, principal_p50_days=None, principal_p90_days=None, size="M"
    )
    assert item.latest_score.inputs["principal"] == [2, 3, 6]
    assert item.latest_score.inputs["sources"]["principal"] == "size"


def test_a_team_without_people_has_no_drag_and_no_score(make_debt, team):
    Membership.objects.filter(team=team).delete()
    item = make_debt()
    assert item.latest_score.missing == "capacity"
    assert TeamLedger.objects.get(team=team).drag_mean is None


def test_a_refresh_takes_a_constant_number_of_queries(
    make_debt, team, django_assert_max_num_queries
):
    for _ in range(12):
        make_debt(scored=False)
    with django_assert_max_num_queries(30):
        refresh.refresh_scores(team.pk)


def test_the_nightly_run_opens_again_what_was_accepted_until_yesterday(make_debt, lena):
    item = make_debt()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    services.accept_until(item, by=lena, version=None, until=tomorrow, why="Later.")
    DebtItem.objects.update(accepted_until=timezone.localdate() - datetime.timedelta(days=1))
    assert list(queries.acceptances_run_out()) == [item]
    tasks.follow_item(item.pk)
    assert DebtItem.objects.get().state == "open"


def test_the_night_finds_what_was_accepted_until_yesterday(make_debt, lena, monkeypatch):
    item = make_debt()
    services.accept_until(item, by=lena, version=None, until=None, trigger="x", why="Later.")
    DebtItem.objects.update(accepted_until=timezone.localdate() - datetime.timedelta(days=1))
    sent = []
    monkeypatch.setattr(tasks.follow_item, "delay", sent.append)
    tasks.nightly_scores()
    assert sent == [item.pk]


def test_an_acceptance_that_still_holds_is_left_alone(make_debt, lena):
    item = make_debt()
    services.accept_until(item, by=lena, version=None, until=None, trigger="launch", why="Later.")
    assert services.follow_item(item.pk) is False
    assert DebtItem.objects.get().state == "accepted"


def test_a_drag_of_nine_tenths_is_refused_in_a_sentence(team):
    with pytest.raises(ValidationError, match="Drag stays below 90 %"):
        TeamLedger(team=team, drag_mean=0.9).full_clean()


def test_a_purged_product_no_longer_drags_the_team_that_served_it(
    make_debt, team, product, other_product, root
):
    make_debt()
    tpm_services.purge_product(product, by=root)
    assert queries.due_ledgers().exists()
    refresh.refresh_scores(team.pk)
    assert figures.latest(team, "drag").value == 0


def test_two_workers_keep_one_score(make_debt, team, mel, monkeypatch):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(2, 3, 5))
    scores, costs = item.scores.count(), item.shared_costs.count()
    store, kept = refresh.store, []

    def while_another_computes(found, *, ledger, began):
        theirs = TeamLedger.objects.select_related("team").get(team=team)
        late = timezone.now()
        computed = refresh.compute(theirs.team, queries.current_model(), reason="later")
        kept.append(store(found, ledger=ledger, began=began))
        kept.append(store(computed, ledger=theirs, began=late))
        return kept[0]

    monkeypatch.setattr(refresh, "store", while_another_computes)
    refresh.refresh_scores(team.pk)
    assert kept == [True, False]
    assert (item.scores.count(), item.shared_costs.count()) == (scores + 1, costs + 1)
    assert not queries.due_ledgers().exists()


def test_ten_changes_send_one_refresh_and_leave_the_rest_to_the_sweep(
    make_debt, team, mel, monkeypatch, django_capture_on_commit_callbacks
):
    item = make_debt()
    sent = []
    monkeypatch.setattr("tpm.revisions.send", lambda task, *args: sent.append((task, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(10):
            services.declare_interest(item, by=mel, days=Range(2, 3, 5))
    assert sent.count(("debt.refresh_scores", team.pk)) == 1
    assert queries.due_ledgers().exists()


def test_after_a_minute_the_next_change_is_sent_again(
    make_debt, team, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("tpm.revisions.send", lambda task, *args: sent.append(args))
    monkeypatch.setattr(refresh, "DEBOUNCE_SECONDS", 0.05)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            refresh.make_due(team.pk)
        time.sleep(1.1)  # the cache counts whole seconds
    assert sent == [(team.pk,), (team.pk,)]
