"""What people do about debt, and what happens together with it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from debt import queries, refresh, services, tasks
from debt.maths.ranges import Range
from debt.models import DebtItem, Interest, TeamLedger
from roadmaps.models import CapacityEffect, Estimate, Item
from roadmaps.services import move_item
from tpm import history
from tpm.editing import EditConflict
from tpm.models import Component, Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/", "billing/rates"]
    )
    component.products.add(product)
    return component


def actions_of(item):
    return [change.action for change in history.changes_of(item)]


def test_a_title_is_enough_to_log_debt(product, mel):
    item = services.log_debt_item(product, by=mel, title="Slow search")
    assert (item.key, item.state, item.hurts_since) == ("PAY-D1", "open", timezone.localdate())


def test_numbers_are_given_one_after_the_other(product, mel):
    keys = [services.log_debt_item(product, by=mel, title="x").key for _ in range(2)]
    assert keys == ["PAY-D1", "PAY-D2"]


def test_a_path_finds_the_component_and_its_team(product, mel, billing, team):
    item = services.log_debt_item(product, by=mel, title="Tax rules", paths=["billing/tax.py"])
    assert (item.component, item.team) == (billing, team)
    assert [(row.kind, row.text) for row in item.evidence.all()] == [("path", "billing/tax.py")]


def test_the_longest_prefix_finds_the_component(product, mel, billing, team):
    rates = Component.objects.create(key="rates", name="Rates", path_prefixes=["billing/rates/de"])
    rates.products.add(product)
    found = services.component_of(product, ["billing/rates/de/2026.py"])
    assert found == rates


def test_a_path_that_only_begins_alike_finds_nothing(product, billing):
    assert services.component_of(product, ["billing_old/tax.py"]) is None


def test_a_component_of_another_product_is_refused(product, other_product, mel):
    foreign = Component.objects.create(key="foreign", name="Foreign")
    foreign.products.add(other_product)
    with pytest.raises(ValidationError, match="does not use this component"):
        services.log_debt_item(product, by=mel, title="x", component=foreign)


def test_a_team_of_another_product_is_refused(product, other_product, make_team, mel):
    with pytest.raises(ValidationError, match="does not work for Payments"):
        services.log_debt_item(product, by=mel, title="x", team=make_team(other_product))


def test_a_refused_item_leaves_nothing_behind(product, other_product, make_team, mel):
    with pytest.raises(ValidationError):
        services.log_debt_item(product, by=mel, title="x", team=make_team(other_product))
    assert not DebtItem.objects.exists()
    assert services.log_debt_item(product, by=mel, title="x").key == "PAY-D1"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "cannot be blank"),
        ({"principal_p10_days": 9, "principal_p50_days": 3, "principal_p90_days": 5}, "Order"),
        ({"risk_level": 3}, "A risk needs"),
        ({"share_removed": 1.5}, "at most all"),
    ],
)
def test_a_broken_rule_is_told_in_a_sentence(make_debt, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        make_debt(scored=False, **fields)


def test_an_edit_keeps_its_history_and_makes_both_teams_due(make_debt, mel, product, make_team):
    item, other = make_debt(), make_team(product)
    make_debt(title="Theirs", team=other)
    revisions = dict(TeamLedger.objects.values_list("team", "revision"))
    assert not queries.due_ledgers().exists()
    first = item.team_id
    services.change_item(item, by=mel, version=item.version, team=other)
    assert actions_of(item)[0] == "edited"
    assert set(queries.due_ledgers().values_list("team", flat=True)) == {first, other.pk}
    now = dict(TeamLedger.objects.values_list("team", "revision"))
    assert {team: now[team] - revisions[team] for team in now} == {first: 1, other.pk: 1}


def test_an_edit_of_an_old_version_is_refused(make_debt, mel, ada):
    item = make_debt()
    stale = item.version
    services.change_item(item, by=ada, version=stale, title="Theirs")
    with pytest.raises(EditConflict):
        services.change_item(item, by=mel, version=stale, title="Mine")


def test_the_newest_declaration_of_a_kind_counts(make_debt, mel):
    item = make_debt()
    services.declare_interest(item, by=mel, days=Range(3, 4, 5))
    assert item.interests.first().range == Range(3, 4, 5)
    assert item.interests.count() == 2


def test_still_true_declares_the_same_again(make_debt, ada):
    item = make_debt()
    services.confirm_interest(item, by=ada)
    first, second = item.interests.all()
    assert first.range == second.range
    assert first.by == ada


def test_nothing_declared_cannot_be_confirmed(make_debt, mel):
    with pytest.raises(ValidationError, match="Nobody has said"):
        services.confirm_interest(make_debt(interest=None), by=mel)


def test_a_declaration_out_of_order_is_refused(make_debt, mel):
    with pytest.raises(ValidationError, match="Order the cost"):
        services.declare_interest(make_debt(), by=mel, days=Range(3, 2, 1))


def test_the_principal_can_be_taken_back(make_debt, mel):
    item = make_debt()
    services.declare_principal(item, by=mel, version=None, days=None, size="L")
    assert (item.principal, item.size) == (None, "L")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("billing/tax.py", "path"),
        ("Makefile.am", "path"),
        ("https://example.org/1", "link"),
        ("It broke twice in May.", "note"),
    ],
)
def test_evidence_knows_its_kind(make_debt, mel, text, kind):
    assert services.add_evidence(make_debt(), by=mel, text=text).kind == kind


def test_the_same_evidence_twice_is_refused(make_debt, mel):
    item = make_debt()
    services.add_evidence(item, by=mel, text="a/b.py")
    with pytest.raises(ValidationError, match="here already"):
        services.add_evidence(item, by=mel, text="a/b.py")


def test_removed_evidence_stays_in_the_history(make_debt, mel):
    item = make_debt()
    services.remove_evidence(services.add_evidence(item, by=mel, text="a/b.py"), by=mel)
    assert not item.evidence.exists()
    assert actions_of(item)[0] == "removed evidence"


def test_accepted_debt_drags_all_the_same(make_debt, lena, team):
    item = make_debt()
    until = timezone.localdate() + datetime.timedelta(days=30)
    services.accept_until(item, by=lena, version=item.version, until=until, why="After launch.")
    refresh.refresh_scores(team.pk)
    assert item.state == "accepted"
    assert TeamLedger.objects.get(team=team).drag_mean > 0


def test_debt_cannot_be_accepted_until_yesterday(make_debt, lena):
    with pytest.raises(ValidationError, match="still to come"):
        services.accept_until(
            make_debt(), by=lena, version=None, until=datetime.date(2020, 1, 1), why="x"
        )


def test_debt_is_not_accepted_for_ever(make_debt, lena):
    with pytest.raises(ValidationError, match="until a date"):
        services.accept_until(make_debt(), by=lena, version=None, until=None, why="x")


@pytest.mark.parametrize("close", [services.write_off, services.declare_not_debt])
def test_closing_needs_a_reason(make_debt, lena, close):
    with pytest.raises(ValidationError, match="Say why"):
        close(make_debt(), by=lena, version=None, why=" ")


def test_closed_debt_cannot_be_accepted(make_debt, lena):
    item = make_debt()
    services.mark_paid(item, by=lena)
    with pytest.raises(ValidationError, match="is paid: it cannot become accepted"):
        services.accept_until(item, by=lena, version=None, until=None, trigger="x", why="x")


def test_opening_again_takes_back_the_closing_day(make_debt, lena):
    item = make_debt()
    services.write_off(item, by=lena, version=None, why="Gone.")
    services.reopen(item, by=lena, version=None, why="It came back.")
    assert (item.state, item.closed_on) == ("open", None)


def test_planning_makes_work_with_its_estimate_and_what_it_gives_back(make_debt, ada, team):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=item.version)
    assert (work.kind, work.team, work.state) == ("debt", team, "planned")
    estimate = Estimate.objects.get(item=work)
    assert (estimate.p10_days, estimate.p50_days, estimate.p90_days) == (5, 10, 20)
    assert estimate.source == "debt"
    effect = CapacityEffect.objects.get(item=work)
    capacity = TeamLedger.objects.get(team=team).capacity_days
    assert effect.p50 == pytest.approx(2 * 0.8 / capacity, rel=0.05)
    assert (item.state, item.item) == ("planned", work)


def test_planning_first_puts_the_work_before_everything_else(make_debt, make_item, ada):
    ahead = make_item()
    work = services.plan_it(make_debt(), by=ada, version=None, first=True)
    work.refresh_from_db()
    assert work.rank < ahead.rank


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"team": None}, "which team loses the time"),
        ({"interest": None}, "what it costs a month"),
        (
            {"principal_p10_days": None, "principal_p50_days": None, "principal_p90_days": None},
            "how big the fix is",
        ),
    ],
)
def test_planning_asks_for_what_is_unknown_and_makes_nothing(make_debt, ada, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.plan_it(make_debt(**fields), by=ada, version=None)
    assert not Item.objects.exists()


def test_planning_from_an_old_version_makes_nothing(make_debt, ada):
    item = make_debt()
    stale = item.version
    services.change_item(item, by=ada, version=stale, title="Other")
    with pytest.raises(EditConflict):
        services.plan_it(item, by=ada, version=stale)
    assert not Item.objects.exists()


def test_finished_work_pays_its_debt(make_debt, ada, team):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=None)
    move_item(work, by=ada, state="done", person_days=9)
    tasks.follow_item(item.pk)
    item.refresh_from_db()
    assert (item.state, item.closed_on) == ("paid", timezone.localdate())


def test_dropped_work_opens_its_debt_again(make_debt, ada):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=None)
    move_item(work, by=ada, state="dropped")
    tasks.follow_item(item.pk)
    item.refresh_from_db()
    assert (item.state, item.item) == ("open", None)


def test_work_that_was_dropped_gives_nothing_back_when_it_is_planned_again(make_debt, ada):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=None)
    move_item(work, by=ada, state="dropped")
    tasks.follow_item(item.pk)
    assert not work.capacity_effects.exists()


@pytest.mark.parametrize(
    "leave",
    [
        lambda item, by: services.mark_paid(item, by=by),
        lambda item, by: services.write_off(item, by=by, version=None, why="Gone."),
        lambda item, by: services.reopen(item, by=by, version=None, why="Not now."),
    ],
)
def test_debt_that_is_no_longer_planned_takes_its_work_out_of_the_plan(make_debt, lena, leave):
    item = make_debt()
    work = services.plan_it(item, by=lena, version=None)
    leave(item, lena)
    work.refresh_from_db()
    assert (work.state, work.capacity_effects.count()) == ("dropped", 0)


def test_work_that_was_begun_stays_in_the_plan_and_gives_nothing_back(make_debt, lena):
    item = make_debt()
    work = services.plan_it(item, by=lena, version=None)
    move_item(work, by=lena, state="in_progress")
    services.mark_paid(item, by=lena)
    work.refresh_from_db()
    assert (work.state, work.capacity_effects.count()) == ("in_progress", 0)


def test_planning_again_gives_the_drag_back_once(make_debt, ada):
    item = make_debt()
    services.plan_it(item, by=ada, version=None)
    services.reopen(item, by=ada, version=None, why="Later.")
    work = services.plan_it(item, by=ada, version=None)
    assert CapacityEffect.objects.get().item == work


def test_done_work_keeps_what_it_gave_back(make_debt, ada):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=None)
    move_item(work, by=ada, state="done", person_days=9)
    services.mark_paid(item, by=ada)
    assert work.capacity_effects.exists()


def test_opening_again_needs_a_reason(make_debt, lena):
    item = make_debt()
    services.mark_paid(item, by=lena)
    with pytest.raises(ValidationError, match="Say why"):
        services.reopen(item, by=lena, version=None, why=" ")


def test_the_sweep_hands_each_ended_work_to_a_task_of_its_own(make_debt, ada, monkeypatch):
    item = make_debt()
    move_item(services.plan_it(item, by=ada, version=None), by=ada, state="dropped")
    sent = []
    monkeypatch.setattr(tasks.follow_item, "delay", sent.append)
    tasks.sweep_scores()
    assert sent == [item.pk]


def test_an_item_that_is_gone_is_not_followed(db):
    assert services.follow_item(999) is False


def test_it_cannot_hurt_since_tomorrow(make_debt, mel):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    item = make_debt()
    with pytest.raises(ValidationError, match="a day until today"):
        make_debt(hurts_since=tomorrow)
    with pytest.raises(ValidationError, match="a day until today"):
        services.change_item(item, by=mel, version=None, hurts_since=tomorrow)


def test_a_component_of_a_team_that_works_elsewhere_brings_no_team(
    product, other_product, make_team, mel
):
    shared = Component.objects.create(
        key="lib", name="Library", owner_team=make_team(other_product), path_prefixes=["lib/"]
    )
    shared.products.set([product, other_product])
    item = services.log_debt_item(product, by=mel, title="Slow", paths=["lib/a.py"])
    assert (item.component, item.team) == (shared, None)


def test_a_title_is_edited_although_the_team_has_left(make_debt, mel, team):
    item = make_debt()
    team.shares.all().delete()
    assert services.change_item(item, by=mel, version=None, title="Slower", team=team) == ["title"]


def test_work_in_progress_leaves_its_debt_planned(make_debt, ada):
    item = make_debt()
    work = services.plan_it(item, by=ada, version=None)
    move_item(work, by=ada, state="in_progress")
    assert services.follow_planned_work(item) is False


def test_paid_debt_gives_the_drag_back_to_the_plan(make_debt, ada, product, team):
    item = make_debt()
    before = Product.objects.get(pk=product.pk).revision
    services.mark_paid(item, by=ada)
    refresh.refresh_scores(team.pk)
    assert Product.objects.get(pk=product.pk).revision > before
    assert TeamLedger.objects.get(team=team).drag_mean == 0


def test_declarations_are_never_changed(make_debt):
    from django.db import IntegrityError, transaction

    make_debt()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Interest.objects.update(p50_days=3)


def test_a_file_as_evidence_makes_the_score_due_for_it_is_the_scope(make_debt, mel, team):
    item = make_debt()
    assert not queries.due_ledgers().exists()
    row = services.add_evidence(item, by=mel, text="billing/tax.py")
    assert queries.due_ledgers().filter(team=team).exists()
    refresh.refresh_scores(team.pk)
    services.remove_evidence(row, by=mel)
    assert queries.due_ledgers().filter(team=team).exists()
