"""What a change of many items would move: dates of those and of others, objectives, load."""

import datetime

import pytest

from roadmaps import bulk_preview, gestures, queries, services
from roadmaps import forecasting as engine
from roadmaps.models import Item
from tpm.models import Job

BULK = "/p/PAY/items/bulk/"
FAR = datetime.date.today() + datetime.timedelta(days=365)


@pytest.fixture
def chained(make_item, team, ada, product) -> tuple[Item, Item]:
    """Two items of a team for one objective, the second waiting for the first."""
    aim = services.create_objective(
        product, by=ada, title="Fast checkout", target_date=FAR - datetime.timedelta(days=30)
    )
    items = [make_item(team=team, objective=aim, state="planned") for _ in range(2)]
    for item in items:
        services.estimate_from_text(item, by=ada, text="3..5..8")
    services.link_items(*items, by=ada)
    return items[0], items[1]


def previewed(client_of, ada, items, **data) -> str:
    picked = [f"{item.key}:{item.version}" for item in items]
    answer = client_of(ada).post(BULK, {"item": picked, **data})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_later_start_shows_the_dates_and_the_objective_that_it_moves(
    client_of, ada, chained, product
):
    first, _second = chained
    page = previewed(client_of, ada, [first], do="not_before", value=FAR.isoformat())
    found = gestures.before_of(product).with_([engine.MoveStart(first.pk, FAR)])
    days = found.items[first.pk].p85_days
    assert days > 300
    assert f", +{days} d</td>" in page
    assert "1 other item moves at P85, +" in page
    assert '<th scope="row">Fast checkout</th>' in page
    assert found.objectives[first.objective_id].chance < -0.9
    assert "<td>0 %</td>" in page
    first.refresh_from_db()
    assert first.not_before is None


def test_what_is_dropped_is_gone_and_frees_its_team(client_of, ada, chained):
    page = previewed(client_of, ada, [chained[0]], do="drop")
    assert ">gone</td>" in page
    assert "Highest load then" in page


def test_a_change_that_moves_no_date_says_nothing_of_dates(client_of, ada, chained):
    page = previewed(client_of, ada, chained, do="horizon", value="next")
    assert "2 items change." in page
    assert "What would follow" not in page


def test_another_team_is_forecast_with_its_people(client_of, ada, chained, make_team, product):
    small = make_team(product, name="Lone", slug="lone", people=1)
    page = previewed(client_of, ada, chained, do="beside", value=small.pk)
    assert '<th scope="row">Lone</th>' in page


def test_a_plan_of_a_size_is_asked_of_a_worker(client_of, ada, chained, monkeypatch, product):
    monkeypatch.setattr(bulk_preview, "AT_ONCE", 1)
    data = {"do": "not_before", "value": FAR.isoformat()}
    page = previewed(client_of, ada, chained[:1], **data)
    assert "Work it out in the background" in page
    assert "P85 then" not in page
    picked = f"{chained[0].key}:{chained[0].version}"
    answer = client_of(ada).post(BULK, {"items": picked, "step": "follow", **data})
    job = Job.objects.get(kind="bulk preview")
    assert answer["Location"] == f"/jobs/{job.pk}/"
    bulk_preview.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 1)
    assert job.report["would change"] == 1
    assert job.report["items"][0]["item"] == chained[0].key
    assert " d" in job.report["items"][0]["P85 then"]
    assert job.report["objectives"][0]["chance then"] == "0 %"
    assert Item.objects.get(pk=chained[0].pk).not_before is None
    page = client_of(ada).get(f"/jobs/{job.pk}/").content.decode()
    assert "Fast checkout" in page
    back = f"{BULK}?job={job.pk}"
    assert f'href="{back}"' in page
    page = client_of(ada).get(back).content.decode()
    assert "1 item changes." in page
    assert f'name="items" value="{picked}"' in page
    assert 'name="step" value="apply"' in page
    assert f'name="value" value="{FAR.isoformat()}"' in page
    assert f'href="/jobs/{job.pk}/"' in page
    assert Item.objects.get(pk=chained[0].pk).not_before is None


def test_the_preview_of_a_job_is_for_those_who_may_plan(
    client_of, ada, vic, chained, product, make_product
):
    picked = f"{chained[0].key}:{chained[0].version}"
    asked = {"items": picked, "step": "follow", "do": "drop"}
    client_of(ada).post(BULK, asked)
    job = Job.objects.get(kind="bulk preview")
    assert client_of(ada).get(f"{BULK}?job={job.pk}").status_code == 200
    assert client_of(vic).get(f"{BULK}?job={job.pk}").status_code == 403
    for other in ("x", "999999", "9" * 40):
        assert client_of(ada).get(f"{BULK}?job={other}").status_code == 302


@pytest.mark.parametrize(
    ("state", "then", "says"),
    [
        ("done", "done", "1 other item moves at P85, -"),
        ("in_progress", "", "What would follow"),
        ("idea", "gone", "1 other item moves at P85, -"),
    ],
)
def test_a_state_shows_the_dates_that_it_moves(client_of, ada, chained, product, state, then, says):
    """Done or no longer planned, the first keeps the second waiting no more."""
    first, second = chained
    page = previewed(client_of, ada, [first], do="state", value=state)
    assert "not forecast" not in page
    assert says.replace("-", "−") in page
    if then:
        assert f">{then}</td>" in page
    first.refresh_from_db()
    assert first.state == "planned"
    # What the page says is what the forecast after the change says, on the same draws.
    before = gestures.before_of(product)
    services.move_item(first, by=ada, state=state)
    change = bulk_preview.moved(first)
    said = before.with_([change])
    after = queries.plan_of(product, as_of=before.plan.today)
    exact = engine.compare(before.plan, after, trials=before.draws.trials, seed=before.draws.seed)
    assert said.items[second.pk].p85_days == exact.items[second.pk].p85_days


def test_what_comes_into_the_plan_beside_others_is_named(client_of, ada, chained, make_item, team):
    new = make_item(team=team, state="idea")
    page = previewed(client_of, ada, [chained[0], new], do="state", value="in_progress")
    assert "What would follow" in page
    assert "1 item that comes into the plan is not in this" in page


@pytest.mark.parametrize("state", ["done", "in_progress", "idea", "planned"])
def test_a_state_that_moves_dates_says_that_they_are_not_forecast(client_of, ada, chained, state):
    first, _second = chained
    services.move_item(first, by=ada, state="dropped", version=None, why="Not now.")
    first.refresh_from_db()
    page = previewed(client_of, ada, [first], do="state", value=state)
    assert "Dates and chances are not forecast for this change" in page
    assert "What would follow" not in page


def test_another_objective_says_that_its_chance_is_not_forecast(client_of, ada, chained):
    page = previewed(client_of, ada, chained, do="objective", value="")
    assert "2 items change." in page
    assert "Dates and chances are not forecast for this change" in page


def test_a_target_that_moves_changes_the_chance_alone(client_of, ada, chained, product):
    page = previewed(client_of, ada, chained, do="target_date", value=FAR.isoformat())
    assert "No other item moves at P85." in page
    assert "The highest load of every team stays." in page
