"""A trigger that fired stays in a list until somebody answers it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tpm import figures
from tpm.models import Component
from tradeoffs import services
from tradeoffs.models import Decision, Firing, Review, Supersession

TODAY = datetime.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def in_days(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=days)


@pytest.fixture
def approve(lena):
    def go(decision):
        decision.refresh_from_db()
        if decision.state == Decision.State.DRAFT:
            services.submit_for_review(decision, by=decision.author, version=None)
        services.review(
            decision, by=lena, version=None, verdict=Review.Verdict.APPROVE, reason="Yes",
            chosen=decision.options.first(),
        )  # fmt: skip
        return decision

    return go


@pytest.fixture
def accepted(in_review, approve):
    return approve(in_review)


def publish(subject, kind, value, unit, product=None):
    figure = figures.figure(subject, kind, value, product=product, unit=unit, as_of=timezone.now())
    figures.publish_all([figure])
    return f"{subject._meta.label_lower}:{subject.pk}:{kind}"


def fire(trigger, day=TODAY):
    return services.fire_if_due(trigger.pk, today=day)


def test_a_day_fires_when_it_has_come_and_once(accepted, mel):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=in_days(3))
    assert fire(row) is None
    assert fire(row, in_days(3)) is not None
    assert fire(row, in_days(4)) is None
    assert Firing.objects.count() == 1


def test_a_draft_is_not_asked(scored, mel):
    row = services.add_trigger(scored, by=mel, kind="date", on_date=TODAY)
    assert fire(row) is None


def test_a_number_fires_when_it_crosses_and_has_to_come_back_after_an_answer(
    accepted, mel, lena, team
):
    code = publish(team, "drag", 0.10, "share")
    row = services.add_trigger(
        accepted, by=mel, kind="figure", follows=code, comparison="at_least", limit=15
    )
    assert fire(row) is None
    publish(team, "drag", 0.16, "share")
    firing = fire(row)
    assert firing.says == "now 16 %"
    services.reaffirm(firing, by=lena, why="A spike")
    assert fire(row) is None
    publish(team, "drag", 0.09, "share")
    assert fire(row) is None
    publish(team, "drag", 0.2, "share")
    assert fire(row) is not None


def test_an_item_that_slips_by_more_than_its_weeks_fires_and_counts_anew(
    accepted, mel, lena, make_item, product
):
    item = make_item()
    publish(item, "p85", float(in_days(10).toordinal()), "day", product)
    row = services.add_trigger(accepted, by=mel, kind="slip", item=item, weeks=3)
    publish(item, "p85", float(in_days(31).toordinal()), "day", product)
    assert fire(row) is None
    publish(item, "p85", float(in_days(32).toordinal()), "day", product)
    firing = fire(row)
    assert firing.says == f"{item.key} is 22 days later than it was"
    services.reaffirm(firing, by=lena, why="Still the best")
    assert fire(row) is None


def test_a_components_end_of_life_fires(accepted, mel, product):
    component = Component.objects.create(key="vault", name="Vault")
    component.products.set([product])
    row = services.add_trigger(
        accepted, by=mel, kind="end_of_life", component=component, on_date=TODAY
    )
    assert "Vault has reached its end of life" in fire(row).says


def test_a_superseded_neighbour_fires(accepted, approve, make_decision, mel, lena):
    other = approve(make_decision(title="Which bus?"))
    row = services.add_trigger(accepted, by=mel, kind="neighbour", neighbour=other)
    assert fire(row) is None
    services.deprecate(other, by=lena, version=None, why="Gone")
    assert fire(row).says == f"{other.key} is deprecated"


def test_an_assumption_declared_false_asks_at_once(accepted, mel):
    row = services.add_trigger(accepted, by=mel, kind="assumption", text="All in our network")
    assert fire(row) is None
    with pytest.raises(ValidationError, match="Say how you know"):
        services.declare_false(row, by=mel, why="")
    assert services.declare_false(row, by=mel, why="A partner reads it").says == (
        "Proved false: A partner reads it"
    )


def test_what_fired_cannot_be_dropped(accepted, mel, lena):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY)
    firing = fire(row)
    with pytest.raises(ValidationError, match="It has fired"):
        services.remove_trigger(row, by=lena)
    with pytest.raises(ValidationError, match="Say why it still holds"):
        services.reaffirm(firing, by=lena, why=" ", again_on=in_days(90))
    with pytest.raises(ValidationError, match="Say when to ask again"):
        services.reaffirm(firing, by=lena, why="It holds")
    with pytest.raises(ValidationError, match="still to come"):
        services.reaffirm(firing, by=lena, why="It holds", again_on=TODAY)


def test_reaffirming_a_day_sets_the_next(accepted, mel, lena):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY)
    services.reaffirm(fire(row), by=lena, why="It holds", again_on=in_days(90))
    assert fire(row, in_days(89)) is None
    assert fire(row, in_days(90)) is not None


def test_its_owner_or_a_lead_answers(accepted, mel, ada, lena):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY, owner=mel.person)
    firing = fire(row)
    with pytest.raises(PermissionDenied, match="Mel is asked"):
        services.reaffirm(firing, by=ada, why="It holds", again_on=in_days(9))
    services.reaffirm(firing, by=mel, why="It holds", again_on=in_days(9))
    with pytest.raises(ValidationError, match="answered this already"):
        services.reaffirm(firing, by=lena, why="It holds", again_on=in_days(9))


def test_revising_drafts_a_successor_and_stays_asked_until_it_is_accepted(
    accepted, mel, lena, approve
):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY, owner=mel.person)
    firing = fire(row)
    successor = services.revise(firing, by=mel)
    assert Supersession.objects.filter(old=accepted, new=successor).exists()
    with pytest.raises(ValidationError, match="drafted already"):
        services.revise(firing, by=mel)
    firing.refresh_from_db()
    assert firing.answered_at is None
    approve(successor)
    firing.refresh_from_db()
    assert (firing.answer, firing.why) == ("superseded", f"Replaced by {successor.key}.")


def test_deprecating_answers_what_is_asked(accepted, mel, lena):
    row = services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY)
    firing = fire(row)
    services.deprecate(accepted, by=lena, version=None, why="No longer sold")
    firing.refresh_from_db()
    assert firing.answer == "deprecated"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "date"}, "Choose the day"),
        ({"kind": "figure", "comparison": "at_least", "limit": 3}, "Choose the number"),
        ({"kind": "slip"}, "Choose the item"),
        ({"kind": "end_of_life"}, "Choose the component"),
        ({"kind": "neighbour"}, "Choose the decision"),
        ({"kind": "assumption"}, "Say what is assumed"),
    ],
)
def test_a_trigger_says_what_it_waits_for(accepted, mel, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.add_trigger(accepted, by=mel, **fields)
