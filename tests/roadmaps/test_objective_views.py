import datetime
import re

import pytest
from django.core.exceptions import ValidationError

from roadmaps import services
from roadmaps.models import Objective
from roadmaps.services.estimates import estimate_from_text
from tpm import operations, revisions
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


def test_bars_share_a_scale_unless_it_would_be_years_long(
    client_of, vic, ada, objective, make_item, product, team
):
    def width_to_p50() -> float:
        page = text_of(client_of(vic).get(LIST))
        drawn = page[page.index("Instant payments") :]
        return float(re.search(r'class="f50" x="0%" y="41" width="([\d.]+)%"', drawn)[1])

    estimate_from_text(make_item(objective=objective, team=team), by=ada, text="60..80..100")
    later = services.create_objective(
        product, by=ada, title="Later", target_date=FAR + datetime.timedelta(days=365)
    )
    estimate_from_text(make_item(objective=later, team=team), by=ada, text="3")
    services.refresh_forecast(product.pk, trials=200)
    alone_on_a_year = width_to_p50() * 2
    services.edit_objective(
        later, by=ada, version=None, target_date=FAR + datetime.timedelta(days=9 * 365)
    )
    services.refresh_forecast(product.pk, trials=200)
    assert width_to_p50() == pytest.approx(alone_on_a_year, rel=0.02)


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


@pytest.fixture
def two(product, ada, make_item, team, objective):
    """An objective due soon: one item that it needs, and one that only helps."""
    soon = datetime.date.today() + datetime.timedelta(days=21)
    services.edit_objective(objective, by=ada, version=None, target_date=soon)
    needed = make_item(objective=objective, team=team, title="Needed one")
    helping = make_item(objective=objective, team=team, title="Helping one", helps=True)
    estimate_from_text(needed, by=ada, text="4..9..30")
    estimate_from_text(helping, by=ada, text="90..120..200")
    services.refresh_forecast(product.pk, trials=200)
    return needed, helping


def test_an_item_that_only_helps_does_not_count_into_the_chance(product, objective, two):
    found = objective.forecasts.order_by("-pk")[0]
    assert found.open_items == 1
    assert 0 < found.chance < 1


def test_items_needed_and_items_that_help_are_told_apart(client_of, vic, objective, two):
    page = text_of(client_of(vic).get(objective.get_absolute_url()))
    assert page.index("Items it needs") < page.index('id="helping"') < page.rindex("Helping one")
    assert "one only helps" in text_of(client_of(vic).get(LIST))


def test_a_part_of_what_is_needed_cannot_only_help(ada, objective, make_item):
    whole = make_item(objective=objective)
    part = make_item(objective=objective, parent=whole)
    with pytest.raises(ValidationError, match="which the objective needs with all parts"):
        services.edit_item(part, by=ada, version=None, helps=True)


def test_helping_can_be_undone(ada, product, objective, make_item):
    item = make_item(objective=objective)
    with operations.recorded(product, by=ada) as done:
        services.edit_item(item, by=ada, version=None, helps=True)
    operations.undo(done.operation, by=ada)
    item.refresh_from_db()
    assert item.helps is False


def test_what_hurts_most_is_found_with_the_run_and_read_by_the_page(
    client_of, vic, product, objective, two
):
    page = text_of(client_of(vic).get(objective.get_absolute_url()))
    assert "The worker is trying what stands in its way." in page
    services.study_forecast(product.forecast_runs.order_by("-pk")[0].pk)
    page = text_of(client_of(vic).get(objective.get_absolute_url()))
    assert "The one item" in page
    assert "points, if gone" in text_of(client_of(vic).get(LIST))


def test_what_hurts_is_kept_once_with_a_run(product, objective, two):
    run = product.forecast_runs.order_by("-pk")[0]
    for _ in range(2):
        services.study_forecast(run.pk)
    row = run.hurts.get()
    assert row.rows[0]["kind"] == "item"
    assert row.rows[0]["rise"] == max(each["rise"] for each in row.rows)


def test_a_study_ends_where_the_plan_moves_on(product, objective, two):
    run = product.forecast_runs.order_by("-pk")[0]
    revisions.mark(product.pk)
    services.study_forecast(run.pk)
    assert not run.hurts.exists()


def test_gaps_are_shown_both_ways(client_of, vic, ada, product, objective, make_item, team):
    make_item(title="Serves none")
    for kind in ("debt", "compliance", "milestone"):
        make_item(kind=kind)
    page = text_of(client_of(vic).get(LIST))
    assert "has no open work." in page
    assert "One planned item serves no objective." in page
    listed = text_of(client_of(vic).get("/p/PAY/items/?objective=orphan"))
    assert "Serves none" in listed
    assert "/i/PAY-1/" in listed
    assert not any(f"/i/PAY-{n}/" in listed for n in (2, 3, 4))


def test_without_gaps_the_page_says_so(client_of, vic, two):
    assert "every planned item serves an objective" in text_of(client_of(vic).get(LIST))


def test_a_date_that_no_earlier_run_has_is_compared_with_none(
    client_of, vic, ada, product, objective, make_item, team
):
    """The first run knew the objective, but no work of it; a later step moved what came then."""
    other = make_item(title="Other", team=team)
    estimate_from_text(other, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=200)
    item = make_item(title="Comes later", team=team, objective=objective)
    estimate_from_text(item, by=ada, text="3..5..10")
    services.record_team_drag(team, p10=0.2, p50=0.3, p90=0.4)
    services.refresh_forecast(product.pk, trials=200)
    run = product.forecast_runs.order_by("-pk")[0]
    services.explain_forecast(run.pk)
    steps = run.moves.get().steps
    assert any(step["objectives"] for step in steps)
    page = text_of(client_of(vic).get(objective.get_absolute_url()))
    assert "no earlier run has a date of it" in page
