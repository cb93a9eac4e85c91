"""Draws kept up to date by the worker, frozen at acceptance, and compared with today's numbers."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from roadmaps.models import Item
from tpm import figures
from tpm.models import Change
from tradeoffs import bindings, matrix, queries, services, tasks
from tradeoffs.maths import ranges, robustness
from tradeoffs.models import Decision, Drift, Robustness, Score


def read(decision):
    mine = Decision.objects.filter(pk=decision.pk)
    return matrix.of(queries.with_matrix(mine, viewer=None, whole=True).get())


@pytest.fixture
def drawn(scored):
    assert services.refresh_robustness(scored.pk)
    return scored


def test_a_scored_matrix_is_due_until_it_is_drawn(scored):
    assert list(services.due()) == [scored]
    assert read(scored).verdict.word == "pending"
    assert services.refresh_robustness(scored.pk)
    assert not services.due().exists()
    assert read(scored).verdict.word == "clear"


def test_nothing_scored_is_never_due(decision):
    assert not services.due().exists()


def test_drawing_twice_changes_nothing(drawn):
    before = Robustness.objects.values().get()
    services.refresh_robustness(drawn.pk)
    assert Robustness.objects.values().get() == before


def test_a_changed_cell_makes_it_due_and_the_old_numbers_are_not_shown(drawn, score):
    score(drawn, "Outbox", "Cost", 4)
    assert services.due().exists()
    assert read(drawn).result == {}


def test_a_changed_text_draws_nothing_anew(drawn, mel):
    at = Robustness.objects.get().at
    services.edit_decision(drawn, by=mel, version=None, fields={"context": "More."})
    assert read(drawn).is_fresh
    services.refresh_robustness(drawn.pk)
    row = Robustness.objects.get()
    drawn.refresh_from_db()
    assert (row.at, row.version) == (at, drawn.version)


def test_a_decision_that_is_gone_is_no_error(db):
    assert services.refresh_robustness(12345) is False


def test_an_edit_during_the_run_leaves_it_due(scored, score, monkeypatch):
    plain = robustness.drawn

    def while_someone_edits(inputs):
        score(scored, "Kafka", "Cost", 9)
        return plain(inputs)

    monkeypatch.setattr(robustness, "drawn", while_someone_edits)
    assert services.refresh_robustness(scored.pk) is False
    assert services.due().exists()


def test_the_sweep_sends_one_task_for_each(scored, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.refresh_robustness, "delay", sent.append)
    tasks.sweep_robustness()
    assert sent == [scored.pk]


def test_the_same_inputs_give_the_same_numbers_again(drawn):
    row = Robustness.objects.get()
    assert robustness.drawn(row.inputs) == row.result
    assert robustness.drawn(read(drawn).inputs) == row.result


def test_all_weights_but_one_on_zero_are_drawn_too(drawn, mel):
    ids = list(drawn.criteria.values_list("pk", flat=True))
    weights = {ids[0]: 1, ids[1]: 0}
    services.set_weights(drawn, by=mel, weights=weights, version=None)
    services.refresh_robustness(drawn.pk)
    assert read(drawn).leader.name == "Kafka"


def test_acceptance_freezes_the_draws_and_prints_the_verdict(accepted):
    frozen = Robustness.objects.get(decision=accepted, frozen=True)
    assert frozen.inputs["options"] == ["Outbox", "Kafka"]
    assert "\nClear. Outbox leads by 0.25" in accepted.record


def test_a_decision_has_one_newest_run(drawn):
    row = Robustness.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_large_matrix_is_drawn_less_often():
    assert robustness.draws_for(8, 12, 10_000) == 10_000
    assert robustness.draws_for(200, 50, 10_000) == 1_000
    assert robustness.draws_for(1, 1, 10_000) == 10_000


def test_reproduced_numbers_are_all_of_the_page(drawn):
    found = robustness.reproduced(read(drawn).inputs)
    assert found["draws"] == Robustness.objects.get().result
    assert found["ranks"] == [1, 2]
    assert len(found["topsis_vector"]) == len(found["intervals"]) == 2


def test_the_page_says_what_keeps_the_whole_order_and_how_far_a_tie_is(drawn, vic, client_of):
    """Outbox leads by 0.25 = (0.75 - 0.25) / 2: d = (-0.25, 0.75), the tie at (0.75, 0.25)."""
    found = robustness.reproduced(read(drawn).inputs)
    assert found["nearest_tie"] == {"distance": pytest.approx(0.25 * 2**0.5), "challenger": 1}
    first = found["intervals"][0]
    assert (first["order_lower"], first["order_upper"]) == (0, pytest.approx(0.75))
    url = reverse("tradeoffs:decision-robustness", args=[drawn.key])
    html = client_of(vic).get(url).content.decode()
    assert "whole order 0–75 %" in html
    assert "Distance to a tie" in html
    assert "0.35 <small>between weights, with Kafka" in html


# Bound cells


@pytest.fixture
def item(product, ada, make_item) -> Item:
    return make_item(title="Outbox")


def publish(item, day: datetime.date, kind="p85"):
    row = figures.figure(
        item, kind, float(day.toordinal()), product=item.product, as_of=timezone.now(), unit="day"
    )
    figures.publish_all([row])


@pytest.fixture
def bound(make_decision, mel, item, score):
    """Kafka leads on what is typed; the outbox's development time is bound to its item."""
    decision = make_decision(criteria=["Development time", "Cost"], items=[item])
    time = decision.criteria.get(name="Development time")
    fields = {"unit": "d", "worst": 100, "best": 0}
    services.edit_criterion(time, by=mel, version=None, fields=fields)
    publish(item, decision.created_at.date() + datetime.timedelta(20))
    services.bind_cell(
        decision.options.get(name="Outbox"), time, by=mel, version=0,
        code=f"roadmaps.item:{item.pk}:p85",
    )  # fmt: skip
    score(decision, "Kafka", "Development time", 60)
    score(decision, "Outbox", "Cost", 5)
    score(decision, "Kafka", "Cost", 5)
    decision.refresh_from_db()
    return decision


def cell_of(decision):
    return Score.objects.get(option__decision=decision, figure_id__isnull=False)


def test_a_date_is_bound_as_days_since_the_draft(bound):
    row = cell_of(bound)
    assert (row.p50, row.is_bound, row.read_at.date()) == (20, True, timezone.now().date())
    assert read(bound).leader.name == "Outbox"


def test_numbers_of_linked_items_are_offered_first(bound, mel, make_item):
    other = make_item(title="Aardvark")
    publish(other, datetime.date(2027, 1, 1))
    labels = [source.label for source in bindings.offered(bound, mel)]
    assert labels[0].endswith("Outbox: finish, P85")
    assert len(labels) == 2


def test_a_number_that_was_not_offered_cannot_be_bound(bound, mel):
    with pytest.raises(ValidationError, match="no longer published"):
        services.bind_cell(
            bound.options.last(),
            bound.criteria.first(),
            by=mel,
            version=None,
            code="tpm.team:1:drag",
        )


def test_a_bound_cell_is_locked_until_it_is_unbound(bound, mel, score):
    with pytest.raises(ValidationError, match="unbind it"):
        score(bound, "Outbox", "Development time", 3)
    option, criterion = cell_of(bound).option, cell_of(bound).criterion
    services.unbind_cell(option, criterion, by=mel, version=None)
    assert score(bound, "Outbox", "Development time", 3).p50 == 3


def test_an_open_decision_takes_the_new_number_at_night(bound, item):
    publish(item, bound.created_at.date() + datetime.timedelta(80))
    assert list(services.with_bound_cells()) == [bound]
    assert list(services.newer_numbers(bound)) == [cell_of(bound).pk]
    version = Decision.objects.get().version
    tasks.rescore(bound.pk)
    assert cell_of(bound).p50 == 80
    assert Decision.objects.get().version == version + 1
    tasks.rescore(bound.pk)
    assert Decision.objects.get().version == version + 1
    assert Change.objects.filter(action="read bound cells").count() == 1


def test_a_number_off_its_scale_holds_up_no_other_cell(bound, mel, item, make_item, client_of):
    cost, other = bound.criteria.get(name="Cost"), make_item(title="Kafka")
    publish(other, bound.created_at.date() + datetime.timedelta(5))
    services.bind_cell(
        bound.options.get(name="Kafka"), cost, by=mel, version=None,
        code=f"roadmaps.item:{other.pk}:p85",
    )  # fmt: skip
    publish(other, bound.created_at.date() + datetime.timedelta(90))
    publish(item, bound.created_at.date() + datetime.timedelta(80))
    url = reverse("tradeoffs:matrix-refresh", args=[bound.key])
    html = client_of(mel).post(url, follow=True).content.decode()
    assert "1 cell took its number." in html
    assert "Kafka, Cost stays at 5: A score without a unit lies between 1 and 9." in html
    values = Score.objects.filter(figure_id__isnull=False).order_by("p50")
    assert list(values.values_list("p50", flat=True)) == [5, 80]


def test_a_cell_is_unbound_and_scored_or_neither(bound, mel):
    row = cell_of(bound)
    say = {"by": mel, "version": row.version, "note": "", "code": ""}
    with pytest.raises(ValidationError, match="Order the range"):
        services.say_cell(row.option, row.criterion, typed=ranges.Typed(9, 3, 4), **say)
    assert cell_of(bound).is_bound
    services.say_cell(row.option, row.criterion, typed=ranges.Typed(None, 3, None), **say)
    row.refresh_from_db()
    assert (row.p50, row.is_bound) == (3, False)


def test_linked_items_are_offered_however_many_there_are(bound, mel, make_item, monkeypatch):
    monkeypatch.setattr(bindings, "MOST", 2)
    for k in range(3):
        publish(make_item(title=f"Aardvark {k}"), datetime.date(2027, 1, 1))
    bound.items.set([*bound.items.all(), make_item(title="Late")])
    publish(bound.items.get(title="Late"), datetime.date(2027, 1, 1))
    labels = [source.label for source in bindings.offered(bound, mel)]
    assert {label.split(":")[0].split(" ")[-1] for label in labels} == {"Late", "Outbox"}


@pytest.fixture
def closed(bound, mel, lena):
    services.submit_for_review(bound, by=mel, version=None)
    services.review(
        bound, by=lena, version=None, verdict="approve", reason="Soonest.",
        chosen=bound.options.get(name="Outbox"),
    )  # fmt: skip
    return bound


def test_a_winner_that_moved_is_reported_against_the_frozen_copy(closed, item):
    assert services.note_drift(closed) is None
    publish(item, closed.created_at.date() + datetime.timedelta(90))
    tasks.rescore(closed.pk)
    drift = Drift.objects.get()
    assert (drift.leader_then, drift.leader) == ("Outbox", "Kafka")
    assert drift.moved == [["Outbox, Development time", "20", "90"]]
    assert (drift.first_then, drift.first) == (1, 0)
    assert cell_of(closed).p50 == 20


def test_a_drift_is_noted_once_and_ends_with_its_reason(closed, item):
    publish(item, closed.created_at.date() + datetime.timedelta(90))
    tasks.rescore(closed.pk)
    tasks.rescore(closed.pk)
    assert Drift.objects.filter(ended_at=None).count() == 1
    assert Change.objects.filter(action="drifted").count() == 1
    publish(item, closed.created_at.date() + datetime.timedelta(21))
    tasks.rescore(closed.pk)
    assert not Drift.objects.filter(ended_at=None).exists()


def test_rescoring_what_is_gone_is_no_error(db):
    tasks.rescore(12345)
