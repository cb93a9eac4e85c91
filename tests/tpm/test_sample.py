"""The sample loads whole, keeps every rule, has something for every screen, and goes again."""

import datetime
import json
import stat
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from debt.models import Badge, DebtItem, DebtScore, DebtView
from debt.queries import current_model
from debt.queries.histories import coupling_of, hotspots_of
from debt.register import Choice, matching
from roadmaps import queries
from roadmaps.forecasting import find_loop
from roadmaps.models import (
    Actual,
    Baseline,
    CapacityEffect,
    Check,
    CheckEvidence,
    CheckException,
    CheckKind,
    CheckState,
    Estimate,
    ForecastRun,
    Item,
    ItemLink,
    ItemMove,
    Objective,
    PlanStatus,
)
from roadmaps.services import explain_move
from tpm.models import (
    Absence,
    CalendarEntry,
    CapacityPolicy,
    Change,
    Comment,
    Component,
    Level,
    Person,
    Product,
    Role,
    Team,
    TeamShare,
    User,
)
from tpm.sample import changes, finished, loading, removal
from tradeoffs import chain, matrix
from tradeoffs.models import Amendment, Decision, ScoringRound

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The sample, loaded once; every test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loading.load()
        transaction.set_rollback(True)


@pytest.fixture
def chk(loaded) -> Product:
    return Product.objects.get(pk=loaded.product.pk)


@pytest.fixture
def account(loaded):
    """account("planner") -> the sample's account of this role."""
    names = {entry.role: entry.username for entry in loaded.sign_ins}
    return lambda role: User.objects.get(username=names[role])


def test_it_has_what_was_promised(chk):
    open_items = chk.items.filter(state__in=Item.OPEN)
    assert 55 <= open_items.count() <= 65
    assert chk.debt_items.count() == 27
    assert chk.decisions.filter(imported=False).count() == 17
    assert 380 <= chk.items.filter(state=Item.State.DONE).count() <= 440
    assert chk.team_shares.count() == 3
    assert chk.objectives.count() == 5


def test_checks_show_every_kind_and_every_state(chk):
    checks = queries.with_state(Check.objects.filter(item__product=chk), timezone.localdate())
    assert {check.kind for check in checks} == set(CheckKind.values)
    assert {check.state for check in checks} == set(CheckState.values)
    assert checks.filter(due_because="legal", item__kind=Item.Kind.COMPLIANCE).exists()
    assert queries.blocking(checks, timezone.localdate()).filter(item__state="done").exists()
    assert chk.check_templates.count() == 6


def test_every_role_can_sign_in_with_a_generated_password(loaded):
    roles = [entry.role for entry in loaded.sign_ins]
    assert roles == ["planner", "member", "lead", "viewer", "administrator"]
    for entry in loaded.sign_ins:
        assert User.objects.get(username=entry.username).check_password(entry.password)
    assert len({entry.password for entry in loaded.sign_ins}) == 5


def test_roles_are_what_they_are_called(chk, account):
    for level in Level.values:
        assert Role.objects.get(product=chk, person__user=account(level)).level == level
    assert account("administrator").is_superuser


def test_a_second_load_says_it_is_there(loaded):
    before = Change.objects.count()
    assert loading.load() is None
    assert Change.objects.count() == before


def test_links_have_no_circle(chk):
    parents = dict(chk.items.values_list("pk", "parent_id"))
    links = ItemLink.objects.filter(successor__product=chk)
    assert links.count() > 20
    assert find_loop(parents, links.values_list("predecessor_id", "successor_id")) is None


@pytest.mark.parametrize("model", [Objective, DebtItem, Decision, Team, Person, Component])
def test_rows_keep_the_rules_of_their_model(loaded, model):
    for row in model.objects.all():
        row.full_clean()


def test_items_keep_the_rules_of_their_model(chk):
    for item in chk.items.filter(state__in=Item.OPEN):
        item.full_clean()
    for item in chk.items.filter(state=Item.State.DONE)[::20]:
        item.full_clean()


def test_work_starts_and_ends_on_working_days(chk):
    days = chk.items.exclude(started_on=None).values_list("started_on", "finished_on")
    assert all(day.weekday() < 5 for pair in days for day in pair if day)


def test_nothing_happens_in_the_future(loaded):
    now = timezone.now()
    told = (Change, Estimate, Actual, ItemMove, Comment, ForecastRun, DebtScore)
    for model in (*told, CheckEvidence, CheckException):
        assert not model.objects.filter(at__gt=now).exists(), model


def test_every_item_has_its_moves_in_order(chk):
    item = chk.items.filter(state=Item.State.DONE)[10]
    moves = list(item.moves.values_list("state", "on"))
    assert [state for state, _ in moves] == ["planned", "in_progress", "done"]
    assert all(a <= b for (_, a), (_, b) in pairwise(moves))


def test_every_item_and_debt_has_a_history(chk):
    for kind, rows in (("roadmaps.item", chk.items), ("debt.debtitem", chk.debt_items)):
        known = set(Change.objects.filter(subject_type=kind).values_list("subject_id", flat=True))
        assert set(rows.values_list("pk", flat=True)) <= known


def test_finished_work_knows_what_it_took_some_of_it_derived(chk):
    sources = list(Actual.objects.values_list("source", flat=True))
    assert len(sources) >= chk.items.filter(state=Item.State.DONE).count() - 5
    assert 0.2 < sources.count("derived") / len(sources) < 0.6


def test_some_items_wait_for_an_estimate(chk):
    planned = chk.items.filter(state__in=Item.SIMULATED, children=None).exclude(kind="milestone")
    assert planned.filter(estimates=None).count() == 3


def test_every_kind_of_item_is_there(chk):
    opened = chk.items.filter(state__in=Item.OPEN)
    assert set(opened.values_list("kind", flat=True)) == set(Item.Kind.values)
    assert set(opened.values_list("horizon", flat=True)) == set(Item.Horizon.values)
    assert opened.filter(pinned=True).count() == 1
    assert opened.filter(state=Item.State.IN_PROGRESS).count() >= 4
    assert opened.filter(parent__isnull=False).exists()


def test_the_forecast_is_of_today_and_sees_the_last_revision(chk):
    status = PlanStatus.objects.get(product=chk)
    assert status.as_of == timezone.localdate()
    assert status.revision == chk.revision
    assert ForecastRun.objects.filter(product=chk).count() == 3


def chances(run: ForecastRun) -> dict[str, float]:
    return dict(run.objectives.values_list("objective__title", "chance"))


def test_one_objective_slips_since_the_baseline(chk):
    newest = ForecastRun.objects.filter(product=chk)[0]
    committed = Baseline.objects.get(product=chk).run
    title = "PCI DSS 4.0.1"
    assert chances(newest)[title] < chances(committed)[title] - 0.1
    assert max(chances(newest).values()) > 0.6


def test_what_moved_has_added_removed_and_re_estimated_work(chk):
    newest = ForecastRun.objects.filter(product=chk)[0]
    found = explain_move(newest, Baseline.objects.get(product=chk).run)
    told = {step["name"] for step in found.steps if step["changed"]}
    assert {"added", "removed", "re-estimated"} <= told


def test_debt_has_every_state_and_every_verdict(chk):
    assert set(chk.debt_items.values_list("state", flat=True)) == set(DebtItem.State.values)
    verdicts = chk.debt_items.exclude(latest_score=None).values_list(
        "latest_score__verdict", flat=True
    )
    assert set(verdicts) == set(DebtScore.Verdict.values)


def test_a_hotspot_pays_back_and_a_frozen_one_does_not(chk):
    hot = chk.debt_items.get(title="Bank statements matched by hand").latest_score
    cold = chk.debt_items.get(title="Settlement is one 4,000-line file").latest_score
    assert hot.verdict == DebtScore.Verdict.GAIN
    assert hot.npv_days > 0
    assert cold.verdict == DebtScore.Verdict.FROZEN
    assert cold.npv_days < 0


def test_planned_debt_gives_capacity_back(chk):
    planned = chk.debt_items.filter(state=DebtItem.State.PLANNED)
    assert planned.count() == 2
    for row in planned:
        effect = CapacityEffect.objects.get(item=row.item)
        assert 0 < effect.p10 <= effect.p90 < 1


def test_its_code_has_a_history_with_hotspots(chk):
    model = current_model().parameters
    spots = [spot.path for _, spot in hotspots_of(chk, model, most=5)]
    assert "billing/tax.py" in spots
    assert coupling_of(chk, model)


def test_every_team_has_drag(chk):
    for share in chk.team_shares.all():
        assert 0 < share.team.drags.first().p50 < 0.5


def test_decisions_have_every_state_that_can_be_looked_at(chk):
    states = list(chk.decisions.values_list("state", flat=True))
    for state in ("draft", "in_review", "accepted", "rejected", "superseded"):
        assert state in states


def test_our_own_records_stand_in_the_sample(chk):
    mine = chk.decisions.filter(imported=True)
    files = list((Path(__file__).resolve().parents[2] / "docs" / "decisions").glob("*.md"))
    assert mine.count() == len(files)
    replaced = mine.get(state=Decision.State.SUPERSEDED)
    assert replaced.replaced_by.get().new.file.source_number == 8


def test_the_register_has_views_of_debt_that_is_there_and_badges(chk):
    today = timezone.localdate()
    views = DebtView.objects.filter(product=chk)
    assert {view.shared for view in views} == {True, False}
    for view in views:
        asked = Choice.read(dict(parse_qsl(view.query)))
        assert asked.tag
        assert matching(chk, asked, view.owner, today).exists(), view.name
    badges = Badge.objects.filter(product=chk, revoked_at=None, expires_on__gt=today)
    assert {badge.component and badge.component.key for badge in badges} == {None, "settlement"}


def test_the_decision_in_review_is_disputed(chk):
    bus = chk.decisions.get(state=Decision.State.IN_REVIEW)
    found = matrix.whole(bus)
    assert found.verdict.word == "contested"
    assert found.verdict.scorers == 3
    assert found.verdict.missing == 1
    assert found.verdict.lead < 0.05
    assert list(bus.reviews.values_list("verdict", flat=True)) == [
        "object", "approve", "ask_for_changes",
    ]  # fmt: skip


def test_people_work_together_on_its_decisions(chk):
    row = ScoringRound.objects.get(decision__product=chk, revealed_at=None)
    assert (row.revealed_at, row.ballots.filter(handed_in=True).count()) == (None, 2)
    kinds = Amendment.objects.filter(decision__product=chk).values_list("kind", "state")
    assert sorted(kinds) == [
        ("amendment", "accepted"), ("amendment", "proposed"), ("typo", "accepted"),
    ]  # fmt: skip
    assert chain.check(chk) is None


def test_capacity_has_absences_holidays_and_a_freeze(loaded):
    today = timezone.localdate()
    assert Absence.objects.filter(starts_on__gt=today).count() >= 3
    kinds = set(CalendarEntry.objects.filter(ends_on__gt=today).values_list("kind", flat=True))
    assert kinds == {"holiday", "freeze"}


def test_some_items_need_several_teams_and_two_teams_have_a_policy(chk):
    shared = Item.objects.filter(product=chk, further_teams__isnull=False).distinct()
    assert {len(item.team_parts) for item in shared} == {2}
    assert shared.count() == 2
    teams = CapacityPolicy.objects.filter(team__shares__product=chk)
    assert set(teams.values_list("team__name", flat=True)) == {"Payments", "Platform"}


def test_the_drawn_history_is_the_same_every_time():
    components = {"Payments": ["rails"], "Platform": ["api"], "Mobile": ["app"]}
    focus = {"Payments": 0.7, "Platform": 0.7, "Mobile": 0.7}
    assert finished.pieces(components, focus) == finished.pieces(components, focus)


def test_the_history_ends_before_the_commitment():
    today = datetime.date(2027, 3, 7)
    assert finished.history_days(today)[-1] < today - datetime.timedelta(days=changes.COMMITTED)


def left() -> dict[str, int]:
    """Rows by model, without what Django itself and the migrations put there."""
    mine = [apps.get_app_config(name) for name in ("tpm", "roadmaps", "tradeoffs", "debt")]
    models = [model for app in mine for model in app.get_models(include_auto_created=True)]
    counts = {model._meta.label: model._default_manager.count() for model in models}
    del counts["debt.ScoreModel"]
    del counts["tradeoffs.StatusWord"]
    return {label: count for label, count in counts.items() if count}


def test_removal_leaves_only_the_administrator(chk):
    removal.remove(chk, by=None)
    assert left() == {"tpm.User": 1, "tpm.Person": 1, "tpm.Change": 2}
    assert User.objects.get().is_superuser


def told(product: Product) -> list[tuple]:
    rows = product.items.filter(state__in=[Item.State.DONE, Item.State.DROPPED]).order_by("number")
    return list(rows.values_list("key", "title", "state", "estimates__p50_days", "crew"))


def test_what_was_removed_loads_again_the_same_and_as_large_as_asked(chk):
    before = told(chk)
    removal.remove(chk, by=None)
    again = loading.load(items=150).product
    assert told(again) == before
    assert again.items.filter(state__in=Item.OPEN).count() == 150
    assert ForecastRun.objects.filter(product=again)[0].open_items > 130


def test_removal_keeps_what_another_product_uses(chk, make_product):
    other = make_product()
    team = Team.objects.get(slug="mobile")
    TeamShare.objects.create(team=team, product=other, share=0.1, starts_on="2020-01-01")
    tom = Person.objects.get(name="Tom Berg")
    Role.objects.create(person=tom, product=other, level=Level.VIEWER)
    removal.remove(chk, by=None)
    assert Team.objects.get() == team
    assert set(Person.objects.values_list("name", flat=True)) == {
        "Tom Berg", "Jun Okada", "Ema Kral", "Diego Marín", "Rosa Lind",
    }  # fmt: skip


def test_removal_keeps_accounts_that_came_otherwise(chk, make_user):
    guest = make_user("Guest")
    Role.objects.create(person=guest.person, product=chk, level=Level.MEMBER)
    removal.remove(chk, by=None)
    assert User.objects.filter(pk=guest.pk).exists()


def test_whoever_removes_the_sample_keeps_their_account(chk, account):
    lead = account("lead")
    removal.remove(chk, by=lead)
    assert User.objects.filter(pk=lead.pk).exists()


def test_only_a_sample_can_be_removed(make_product):
    with pytest.raises(ValueError, match="not a sample"):
        removal.remove(make_product(), by=None)


def address(product: Product) -> str:
    return f"/p/{product.key}/sample/remove/"


def test_asking_to_remove_writes_nothing(chk, account, client_of):
    page = client_of(account("lead")).get(address(chk))
    assert page.status_code == 200
    assert "cannot be undone" in page.content.decode()
    assert Product.objects.filter(pk=chk.pk).exists()


def test_a_lead_removes_the_sample_in_one_click(chk, account, client_of):
    answer = client_of(account("lead")).post(address(chk))
    assert answer.status_code == 302
    assert not Product.objects.filter(pk=chk.pk).exists()


@pytest.mark.parametrize("role", ["viewer", "member", "planner"])
def test_others_may_not_remove_it(chk, account, client_of, role):
    assert client_of(account(role)).post(address(chk)).status_code == 403


def test_outsiders_do_not_see_it(chk, make_user, client_of):
    assert client_of(make_user("Outsider")).post(address(chk)).status_code == 404


def test_a_product_that_is_no_sample_has_no_such_page(make_product, make_user, client_of):
    root = make_user("Root", is_superuser=True)
    assert client_of(root).get(address(make_product())).status_code == 404


def test_a_load_that_fails_leaves_nothing_and_the_right_time(monkeypatch):
    def break_off(*_) -> None:
        raise RuntimeError("out of words")

    monkeypatch.setattr(loading, "add_debt", break_off)
    before = timezone.now()
    with pytest.raises(RuntimeError), transaction.atomic():
        loading.load(key="BROKEN")
    assert not Product.objects.filter(key="BROKEN").exists()
    assert timezone.now() >= before


def test_the_key_of_another_product_is_refused(make_product):
    make_product(key="MINE")
    with pytest.raises(ValidationError, match="has the key MINE"):
        loading.load(key="MINE")


def test_the_command_writes_sign_ins_for_their_owner_alone(tmp_path, monkeypatch):
    file = tmp_path / "sign-ins.json"
    entry = loading.SignIn("viewer", "vera", "secret")
    product = Product(key="CHK", name="Checkout")
    monkeypatch.setattr(loading, "load", lambda **_: loading.Loaded(product, [entry]))
    call_command("load_sample", sign_ins=str(file), verbosity=0)
    assert json.loads(file.read_text()) == [
        {"role": "viewer", "username": "vera", "password": "secret"}
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_command_says_that_there_is_no_sample_to_remove():
    with pytest.raises(CommandError, match="There is no sample NONE"):
        call_command("remove_sample", key="NONE")
