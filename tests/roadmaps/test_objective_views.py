import datetime

import pytest

from roadmaps import services
from roadmaps.models import Objective
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Person

LIST = "/p/PAY/objectives/"
FAR = datetime.date.today() + datetime.timedelta(days=365)


@pytest.fixture
def objective(product, ada):
    return services.create_objective(product, by=ada, title="Instant payments", target_date=FAR)


def text_of(response) -> str:
    return response.content.decode()


def test_a_viewer_reads_objectives(client_of, vic, objective):
    assert "Instant payments" in text_of(client_of(vic).get(LIST))


def test_an_outsider_finds_none(client_of, grace, objective):
    client = client_of(grace)
    for path in (LIST, objective.get_absolute_url()):
        assert client.get(path).status_code == 404


def test_an_objective_is_not_found_under_another_product(client_of, root, objective, other_product):
    assert client_of(root).get(f"/p/OPS/objectives/{objective.pk}/").status_code == 404


def test_an_objective_without_work_is_a_gap_in_words(client_of, vic, objective):
    assert "No work linked" in text_of(client_of(vic).get(LIST))


def test_planned_items_without_an_objective_are_counted(client_of, vic, objective, make_item):
    make_item()
    assert "One planned item serves no objective." in text_of(client_of(vic).get(LIST))


def test_a_chance_and_the_items_that_end_last_are_shown(
    client_of, vic, ada, objective, make_item, product, team
):
    item = make_item(title="The last one", objective=objective, team=team)
    estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=200)
    page = text_of(client_of(vic).get(LIST))
    assert "100 %" in page
    assert "The last one" in page
    assert "On track" in page


def test_the_page_of_an_objective_lists_its_items(
    client_of, vic, ada, objective, make_item, product
):
    make_item(title="Adapter", objective=objective)
    services.refresh_forecast(product.pk, trials=200)
    page = text_of(client_of(vic).get(objective.get_absolute_url()))
    assert "Adapter" in page
    assert "85 % likely by" in page


def test_a_planner_sets_an_objective(client_of, ada, product):
    form = {"title": "Instant", "target_date": "2027-06-30", "measure": "Rails live", "unit": ""}
    response = client_of(ada).post(f"{LIST}new/", form)
    assert response.status_code == 302
    assert Objective.objects.get().measure == "Rails live"


def test_a_title_twice_is_refused_in_the_form(client_of, ada, objective):
    response = client_of(ada).post(f"{LIST}new/", {"title": "Instant payments"})
    assert response.status_code == 422
    assert "has an objective with this title" in text_of(response)


def test_a_member_may_not_set_objectives(client_of, mel, objective):
    client = client_of(mel)
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.post(f"{objective.get_absolute_url()}close/", {}).status_code == 403
    assert client.post(f"{objective.get_absolute_url()}edit/", {"title": "x"}).status_code == 403


def test_an_old_version_answers_409(client_of, ada, objective):
    services.edit_objective(objective, by=ada, version=1, title="Theirs")
    form = {"title": "Mine", "version": 1}
    response = client_of(ada).post(f"{objective.get_absolute_url()}edit/", form)
    assert response.status_code == 409
    assert "Theirs" in text_of(response)


def test_a_closed_objective_leaves_the_list(client_of, ada, objective):
    today = datetime.date.today()
    client = client_of(ada)
    client.post(f"{objective.get_absolute_url()}close/", {"on": today})
    assert "Instant payments" not in text_of(client.get(LIST))
    assert "Instant payments" in text_of(client.get(f"{LIST}?closed=1"))


def test_more_objectives_cost_no_more_queries(
    client_of, vic, ada, product, make_item, django_assert_max_num_queries
):
    for number in range(8):
        row = services.create_objective(product, by=ada, title=f"Objective {number}")
        make_item(objective=row, owner=ada.person)
    services.refresh_forecast(product.pk, trials=100)
    client = client_of(vic)
    client.get(LIST)
    with django_assert_max_num_queries(15):
        client.get(LIST)


def test_an_edit_keeps_an_owner_that_an_import_made(client_of, ada, objective):
    ina = Person.objects.create(name="Imported Ina")
    services.edit_objective(objective, by=ada, version=None, owner=ina)
    browser = client_of(ada)
    form = browser.get(f"{objective.get_absolute_url()}edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value is not None}
    browser.post(f"{objective.get_absolute_url()}edit/", fields | {"title": "New"})
    objective.refresh_from_db()
    assert (objective.title, objective.owner) == ("New", ina)


def test_numbers_without_a_measure_are_refused_with_a_sentence(client_of, ada, product):
    words = {"title": "Fast", "target_value": "300"}
    answer = client_of(ada).post("/p/PAY/objectives/new/", words)
    assert answer.status_code == 422
    assert "Name what these numbers measure." in answer.content.decode()
