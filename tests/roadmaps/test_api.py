import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roadmaps import services
from roadmaps.models import Item
from roadmaps.services.teams import Part
from tpm.models import Component, Person
from tpm.tokens import make_token

pytestmark = pytest.mark.django_db
ITEMS = "/api/v1/items/"


@pytest.fixture
def api(client_of, ada):
    return client_of(ada)


def post(browser, url, body):
    return browser.post(url, body, content_type="application/json")


def patch(browser, url, body):
    return browser.patch(url, body, content_type="application/json")


def test_an_item_is_made_by_its_title_and_read_back(api, product):
    made = post(api, ITEMS, {"product": "PAY", "title": "Refunds"}).json()
    assert api.get(f"{ITEMS}{made['key']}/").json()["title"] == "Refunds"


def test_an_edit_needs_the_version_it_read(api, make_item):
    item = make_item()
    assert patch(api, f"{ITEMS}{item.key}/", {"title": "X"}).status_code == 400
    assert patch(api, f"{ITEMS}{item.key}/", {"title": "X", "version": 1}).status_code == 200


def test_an_old_version_answers_409_with_theirs_and_mine(api, make_item, ada):
    item = make_item()
    services.edit_item(item, by=ada, version=1, title="Theirs")
    answer = patch(api, f"{ITEMS}{item.key}/", {"title": "Mine", "version": 1})
    assert answer.status_code == 409
    assert (answer.json()["theirs"], answer.json()["mine"]) == (
        {"title": "Theirs"},
        {"title": "Mine"},
    )


def test_a_broken_rule_answers_400_with_the_sentence_of_the_page(api, make_item):
    item = make_item()
    body = {"item": item.key, "p10_days": 9, "p50_days": 5, "p90_days": 7}
    answer = post(api, "/api/v1/estimates/", body)
    assert answer.status_code == 400
    assert "Order the range: low, likely, high" in str(answer.json())


def test_quick_text_is_a_range(api, make_item):
    item = make_item()
    answer = post(api, "/api/v1/estimates/", {"item": item.key, "text": "3..5..10"})
    assert answer.json()["p90_days"] == 10


def test_a_circle_of_links_is_refused_with_its_loop(api, make_item):
    first, second = make_item(), make_item()
    body = {"predecessor": first.key, "successor": second.key}
    assert post(api, "/api/v1/links/", body).status_code == 201
    back = {"predecessor": second.key, "successor": first.key}
    answer = post(api, "/api/v1/links/", back)
    assert answer.status_code == 400
    assert "circle" in str(answer.json())


def test_an_item_of_another_product_is_not_there(client_of, grace, make_item):
    assert client_of(grace).get(f"{ITEMS}{make_item().key}/").status_code == 404


def test_an_item_of_another_product_cannot_be_linked_by_its_key(client_of, grace, make_item):
    first, second = make_item(), make_item()
    body = {"predecessor": first.key, "successor": second.key}
    assert post(client_of(grace), "/api/v1/links/", body).status_code == 400


def test_a_viewer_is_told_who_can_grant_planning(client_of, vic, root, product):
    answer = post(client_of(vic), ITEMS, {"product": "PAY", "title": "X"})
    assert answer.status_code == 403
    assert "Root" in str(answer.json())


def test_a_forecast_lists_dates_of_one_run(api, make_item, team, product, ada):
    item = make_item(team=team)
    services.estimate_item(item, by=ada, p10_days=3, p50_days=5, p90_days=10)
    services.refresh_forecast(product.pk)
    run = api.get("/api/v1/forecasts/?product=PAY").json()["results"][0]
    full = api.get(f"/api/v1/forecasts/{run['id']}/").json()
    assert full["items"][0]["item"] == item.key
    assert full["items"][0]["p50"] <= full["items"][0]["p85"]


def test_asking_for_a_forecast_answers_with_a_job(api, product):
    assert post(api, "/api/v1/forecasts/", {"product": "PAY"}).status_code == 202


def test_lists_come_in_pages(api, make_item):
    for _ in range(3):
        make_item()
    page = api.get(f"{ITEMS}?page_size=2").json()
    assert (page["count"], len(page["results"])) == (3, 2)


def test_twice_the_rows_take_the_same_queries(api, make_item, django_assert_max_num_queries, team):
    for _ in range(20):
        make_item(team=team)
    with django_assert_max_num_queries(5):
        api.get(ITEMS)


def test_a_token_that_may_only_read_cannot_write(client, ada, product):
    _, text = make_token(ada, name="export", may_write=False)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get(ITEMS, headers=headers).status_code == 200
    answer = client.post(
        ITEMS, {"product": "PAY", "title": "X"}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 403


def test_a_token_that_may_write_needs_no_csrf_token(ada, product):
    from django.test import Client

    _, text = make_token(ada, name="sync", may_write=True)
    answer = Client(enforce_csrf_checks=True).post(
        ITEMS,
        {"product": "PAY", "title": "X"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert answer.status_code == 201


def test_without_signing_in_nothing_is_answered(client):
    assert client.get(ITEMS).status_code in (401, 403)


@pytest.mark.parametrize("url", [ITEMS, "/api/v1/forecasts/"])
@pytest.mark.parametrize("body", [[1], {}, {"product": ["PAY"]}])
def test_a_body_that_names_no_product_answers_400(api, product, url, body):
    answer = post(api, url, body)
    assert answer.status_code == 400
    assert "Name a product by its key." in str(answer.json())


@pytest.mark.parametrize(
    "resource",
    [
        "items/?product",
        "items/?state",
        "estimates/?item",
        "links/?item",
        "links/?product",
        "forecasts/?product",
    ],
)
def test_a_nul_in_an_address_is_passed_over(api, make_item, resource):
    make_item()
    assert api.get(f"/api/v1/{resource}=%00").status_code == 200


def test_a_list_of_runs_reads_no_dates(api, make_item, product):
    make_item()
    services.refresh_forecast(product.pk, trials=100)
    with CaptureQueriesContext(connection) as queries:
        assert api.get("/api/v1/forecasts/").json()["count"] == 1
    read = " ".join(query["sql"] for query in queries)
    assert "itemforecast" not in read
    assert '"roadmaps_forecastrun"."teams"' not in read


def test_an_owner_that_an_import_made_can_be_sent_back(api, make_item):
    ina = Person.objects.create(name="Imported Ina")
    item = make_item(owner=ina)
    body = {"title": "New", "owner": ina.pk, "version": 1}
    assert patch(api, f"{ITEMS}{item.key}/", body).status_code == 200


def test_an_item_can_only_help_its_objective(api, make_item):
    item = make_item()
    answer = patch(api, f"/api/v1/items/{item.key}/", {"helps": True, "version": item.version})
    assert answer.json()["helps"] is True


def test_a_run_says_what_hurts_each_objective(api, make_item, team, product, ada):
    soon = datetime.date.today() + datetime.timedelta(days=14)
    aim = services.create_objective(product, by=ada, title="Fast", target_date=soon)
    item = make_item(team=team, objective=aim)
    services.estimate_item(item, by=ada, p10_days=2, p50_days=9, p90_days=30)
    services.refresh_forecast(product.pk, trials=100)
    run = product.forecast_runs.get()
    services.study_forecast(run.pk)
    found = api.get(f"/api/v1/forecasts/{run.pk}/").json()["hurts"]
    assert found[0]["objective_id"] == aim.pk
    assert (found[0]["rows"][0]["kind"], found[0]["rows"][0]["id"]) == ("item", item.pk)


def test_the_list_writes_an_item_as_its_own_address_does(
    api, ada, product, make_item, team, make_team
):
    """The list reads values and makes no objects; both must say the same."""
    parts = [Component.objects.create(key=key, name=name) for key, name in
             (("zeta", "A name that comes first"), ("alpha", "Zebra"))]  # fmt: skip
    for part in parts:
        part.products.add(product)
    objective = services.create_objective(product, by=ada, title="Faster")
    item = make_item(
        team=team, parent=make_item(), objective=objective, components=parts,
        owner=Person.objects.create(name="Ina"),
        target_date=datetime.date(2030, 1, 31),
    )  # fmt: skip
    services.estimate_item(item, by=ada, p10_days=1, p50_days=2.5, p90_days=4)
    Item.objects.filter(pk=item.pk).update(extra={"Jira": [1, None]})
    shared, further = make_item(team=team), make_team(product, name="Risk")
    services.share_item(shared, by=ada, parts=[Part(team, 6), Part(further, 4.5, 2)])
    listed = {row["key"]: row for row in api.get(ITEMS).json()["results"]}
    assert listed[item.key]["components"] == ["zeta", "alpha"]
    assert [part["days"] for part in listed[shared.key]["parts"]] == [6, 4.5]
    for row in Item.objects.all():
        assert listed[row.key] == api.get(f"{ITEMS}{row.key}/").json()
