import datetime

from roadmaps import services
from roadmaps.models import ForecastMoves, ForecastRun
from roadmaps.pages import moves
from roadmaps.services.estimates import estimate_from_text

SOON = datetime.date.today() + datetime.timedelta(days=1)
HOME = "/p/PAY/"


def text_of(response) -> str:
    return response.content.decode()


def test_home_names_my_items_whose_target_is_at_risk(client_of, ada, make_item, product, team):
    item = make_item(title="Adapter", team=team, owner=ada.person, target_date=SOON)
    estimate_from_text(item, by=ada, text="30..50..90")
    services.refresh_forecast(product.pk, trials=200)
    assert "At risk, and mine" in text_of(client_of(ada).get(HOME))


def test_home_does_not_name_the_items_of_others(client_of, vic, ada, make_item, product, team):
    item = make_item(team=team, owner=ada.person, target_date=SOON)
    estimate_from_text(item, by=ada, text="30..50..90")
    services.refresh_forecast(product.pk, trials=200)
    assert "At risk, and mine" not in text_of(client_of(vic).get(HOME))


def test_home_asks_for_my_missing_estimates(client_of, ada, make_item):
    make_item(title="Adapter", owner=ada.person)
    assert "Estimate Adapter" in text_of(client_of(ada).get(HOME))


def test_home_tells_which_forecasts_moved_and_why(client_of, vic, ada, make_item, product, team):
    item = make_item(title="Adapter", team=team)
    estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=200)
    estimate_from_text(item, by=ada, text="30..50..90")
    services.refresh_forecast(product.pk, trials=200)
    services.explain_forecast(product.forecast_runs.first().pk)
    page = text_of(client_of(vic).get(HOME))
    assert "Forecasts that moved" in page
    assert "Estimates changed (+" in page


def test_search_finds_an_item_by_its_key_and_by_words(client_of, vic, make_item):
    make_item(title="Refunds across rails")
    for words in ("pay-1", "across"):
        assert "Refunds across rails" in text_of(client_of(vic).get(f"/search/?q={words}"))


def test_search_finds_objectives(client_of, vic, ada, product):
    services.create_objective(product, by=ada, title="Instant payments")
    assert "Instant payments" in text_of(client_of(vic).get("/search/?q=instant"))


def test_search_keeps_what_a_person_may_not_see(client_of, grace, make_item):
    make_item(title="Refunds across rails")
    assert "Refunds across rails" not in text_of(client_of(grace).get("/search/?q=refunds"))


def test_a_comment_on_an_item_stands_in_its_activity(client_of, mel, make_item):
    item = make_item()
    client = client_of(mel)
    client.post(f"/comments/roadmaps.item/{item.pk}/", {"body": "The sandbox is down."})
    assert "The sandbox is down." in text_of(client.get("/i/PAY-1/"))


def test_home_keeps_what_moved_while_newer_changes_are_replayed(
    client_of, vic, ada, make_item, product, team
):
    item = make_item(title="Adapter", team=team)
    for text in ("3..5..10", "30..50..90"):
        estimate_from_text(item, by=ada, text=text)
        services.refresh_forecast(product.pk, trials=200)
    services.explain_forecast(product.forecast_runs.first().pk)
    estimate_from_text(item, by=ada, text="31..51..91")
    services.refresh_forecast(product.pk, trials=200)
    assert "Forecasts that moved" in text_of(client_of(vic).get(HOME))


def test_home_tells_that_the_forecast_failed_and_why(client_of, vic, make_item, product):
    make_item()
    services.note_failure(
        product.pk,
        ValueError("the plan has a loop"),
        revision=product.revision,
        day=datetime.date.today(),
    )
    assert "the plan has a loop" in text_of(client_of(vic).get(HOME))


def test_home_of_a_new_product_leads_on(client_of, ada, lena, product):
    assert "Add the first item" in text_of(client_of(ada).get(HOME))
    assert "Say which team serves it" not in text_of(client_of(ada).get(HOME))
    assert "Say which team serves it" in text_of(client_of(lena).get(HOME))


def test_home_of_a_new_product_offers_a_viewer_nothing_to_press(client_of, vic, product):
    page = text_of(client_of(vic).get(HOME))
    assert "A planner brings a plan" in page
    assert "Add the first item" not in page


def replayed(**fields) -> ForecastMoves:
    """What moved in nine days."""
    since, run = (ForecastRun(as_of=datetime.date(2027, 1, day)) for day in (1, 10))
    return ForecastMoves(run=run, since=since, **fields)


def test_the_causes_of_a_move_sum_to_it():
    steps = [
        {"name": name, "items": {"1": {"p85_days": days, "chance": None}}}
        for name, days in (("added", 19), ("re-estimated", 6), ("capacity", 4), ("drag", -1))
    ]
    made = moves.story(replayed(steps=steps, totals={"items": {"1": {"p85_days": 28}}}), "items", 1)
    assert made.causes == [
        "work was added (+19 d)",
        "estimates changed (+6 d)",
        "capacity changed (+4 d)",
        "debt drag changed (−1 d)",
    ]


def test_time_says_how_many_days_and_that_begun_work_is_still_open():
    time = {"name": "time", "items": {"1": {"p85_days": 36, "chance": None}}}
    told = replayed(steps=[time], totals={"items": {"1": {"p85_days": 36}}})
    assert moves.story(told, "items", 1).because == "9 days passed (+36 d)"
    begun = moves.story(told, "items", 1, is_open=True).because
    assert begun == "9 days passed and it is still open: what is left looks larger (+36 d)"


def test_an_item_s_own_key_is_named_first_of_what_changed():
    changed = [f"PAY-{k}" for k in range(20)]
    step = {"name": "time", "items": {}, "changed": changed}
    told = replayed(steps=[step], totals={"items": {"1": {"p85_days": 0}}})
    assert moves.story(told, "items", 1, key="PAY-15").steps[0].detail.startswith("PAY-15, PAY-0")


def test_a_step_without_a_stored_move_moved_nothing():
    moved = {"name": "time", "items": {"1": {"p85_days": 3, "chance": -0.1}}}
    quiet = {"name": "drag", "items": {}}
    totals = {"items": {"1": {"p85_days": 3, "chance": -0.1}}}
    made = moves.story(replayed(steps=[quiet, moved], totals=totals), "items", 1)
    assert [(step.days, step.points) for step in made.steps] == [(0, 0), (3, -10)]
