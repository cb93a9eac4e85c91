"""Triggers and predictions are asked for kind by kind, and say where they stand in plain words."""

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from tpm.models import Component
from tradeoffs import following, services
from tradeoffs.models import Firing, Prediction, RevisitTrigger
from tradeoffs.tasks import follow_tasks

TODAY = timezone.localdate()


def url(name, decision, *more):
    return reverse(f"tradeoffs:{name}", args=[decision.key, *more])


def words_of(client, address):
    html = client.get(address).content.decode().split("<main")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_an_assumption_reads_as_held_until_somebody_says_otherwise(accepted, mel, client_of):
    services.add_trigger(accepted, by=mel, kind="assumption", text="Traffic stays low")
    found = words_of(client_of(mel), url("decision-follow-up", accepted))
    assert "If this proves false: Traffic stays low Taken to be true, as nobody said" in found
    services.declare_false(accepted.triggers.get(), by=mel, why="It doubled")
    assert "Proved false: It doubled" in words_of(
        client_of(mel), url("decision-follow-up", accepted)
    )


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "Its day has come: asks with the work of the next morning"), (2, "Asks that morning")],
)
def test_a_day_says_when_it_asks(accepted, mel, client_of, days, says):
    day = TODAY + datetime.timedelta(days=days)
    services.add_trigger(accepted, by=mel, kind="date", on_date=day)
    assert says in words_of(client_of(mel), url("decision-follow-up", accepted))


def test_a_day_of_a_draft_waits_for_its_acceptance(decision, mel):
    row = services.add_trigger(decision, by=mel, kind="date", on_date=TODAY)
    assert (
        following.waits_until(row, TODAY) == "its day has come: asks the morning after acceptance"
    )


def test_a_trigger_of_today_fires_with_the_morning_task(accepted, mel, celery_eager):
    services.add_trigger(accepted, by=mel, kind="date", on_date=TODAY)
    follow_tasks.morning_follow_up()
    assert Firing.objects.get().says.startswith("It was to be looked at again")


@pytest.fixture
def celery_eager(monkeypatch):
    """The tasks that the morning finds run at once."""
    monkeypatch.setattr(follow_tasks.watch_trigger, "delay", follow_tasks.watch_trigger)
    monkeypatch.setattr(follow_tasks.fill_prediction, "delay", follow_tasks.fill_prediction)


def fields_of(client, address):
    html = client.get(address).content.decode().split("<main")[1].split("</main>")[0]
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z_]+)"', html)) - {
        "csrfmiddlewaretoken"
    }


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("date", {"on_date", "text"}),
        ("figure", {"follows", "comparison", "limit"}),
        ("slip", {"item", "weeks"}),
        ("end_of_life", {"component", "on_date"}),
        ("neighbour", {"neighbour"}),
        ("assumption", {"text"}),
    ],
)
def test_a_trigger_asks_for_what_its_kind_needs_alone(decision, mel, client_of, kind, fields):
    found = fields_of(client_of(mel), url("trigger-create", decision) + f"?kind={kind}")
    assert found == fields | {"kind", "owner"}


def test_the_end_of_life_of_a_component_is_typed_on_the_trigger(decision, product, mel, client_of):
    vault = Component.objects.create(key="vault", name="Vault")
    vault.products.set([product])
    address = url("trigger-create", decision)
    assert "Its last day of support" in words_of(client_of(mel), address + "?kind=end_of_life")
    data = {"kind": "end_of_life", "component": vault.pk, "on_date": TODAY, "owner": ""}
    assert client_of(mel).post(address, data).status_code == 302
    assert RevisitTrigger.objects.get().component == vault
    assert client_of(mel).post(address, data | {"on_date": ""}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "first"),
    [("chance", {"text", "due_on", "chance"}), ("number", {"text", "due_on", "range", "unit"})],
)
def test_a_prediction_asks_for_its_kind_and_folds_the_rest_away(
    decision, mel, client_of, kind, first
):
    html = client_of(mel).get(url("prediction-create", decision) + f"?kind={kind}")
    shown, folded = html.content.decode().split("<main")[1].split("<details class=", 1)
    assert set(re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', shown)) == first | {
        "csrfmiddlewaretoken"
    }
    assert {"follows", "quality"} <= set(re.findall(r'name="([a-z_]+)"', folded))
    assert not folded.startswith('"how" open')


def test_a_prediction_of_one_kind_is_saved_and_needs_its_number(decision, mel, client_of):
    address = url("prediction-create", decision)
    data = {"kind": "chance", "text": "It holds", "due_on": TODAY, "version": 0}
    assert client_of(mel).post(address, data).status_code == 422
    assert client_of(mel).post(address, data | {"chance": "80"}).status_code == 302
    assert Prediction.objects.get().chance == 0.8


def test_editing_a_prediction_opens_with_its_kind(decision, mel, client_of):
    row = services.add_prediction(
        decision, by=mel, text="P99", due_on=TODAY, p10=1, p50=2, p90=3, unit="s"
    )
    found = fields_of(client_of(mel), url("prediction-edit", decision, row.pk))
    assert {"range", "unit"} <= found
    assert "chance" not in found
