import datetime

from roadmaps import services
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
