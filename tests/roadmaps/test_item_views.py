import datetime

import pytest

from roadmaps import services
from roadmaps.models import Estimate, Item, ItemLink
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Change, Component, Person

TODAY = datetime.date.today()


def forecast(product):
    services.refresh_forecast(product.pk, trials=200)


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("page", ["", "why/", "dates.csv"])
def test_a_viewer_reads_an_item(client_of, vic, make_item, page):
    make_item()
    assert client_of(vic).get(f"/i/PAY-1/{page}").status_code == 200


@pytest.mark.parametrize("page", ["", "why/", "dates.csv", "edit/", "estimate/", "move/"])
def test_an_outsider_finds_no_item(client_of, grace, make_item, page):
    make_item()
    assert client_of(grace).get(f"/i/PAY-1/{page}").status_code == 404


@pytest.mark.parametrize("page", ["edit/", "move/"])
def test_a_member_may_not_plan_and_learns_whom_to_ask(client_of, mel, root, make_item, page):
    make_item()
    response = client_of(mel).get(f"/i/PAY-1/{page}")
    assert response.status_code == 403
    assert "ask Root" in text_of(response)


@pytest.mark.parametrize("page", ["rank/", "link/", "unlink/1/", "move/", "edit/"])
def test_a_member_may_post_no_change_of_the_plan(client_of, mel, make_item, page):
    make_item()
    assert client_of(mel).post(f"/i/PAY-1/{page}", {"to": "first"}).status_code == 403


def test_a_viewer_may_not_estimate(client_of, vic, make_item):
    make_item()
    assert client_of(vic).post("/i/PAY-1/estimate/", {"estimate": "3"}).status_code == 403


def test_a_viewer_is_shown_no_form(client_of, vic, make_item):
    make_item()
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "/i/PAY-1/estimate/" not in page
    assert "/i/PAY-1/link/" not in page


def test_the_page_begins_with_the_date_that_is_85_percent_likely(
    client_of, vic, ada, make_item, product, team
):
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="3..5..10")
    forecast(product)
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "85 % likely by" in page
    assert "<svg" in page


def test_the_reasons_of_a_date_sum_to_its_total():
    from roadmaps.pages.item import whole_parts

    shown, whole = whole_parts([25.4, 20.4, 0.4, 7.4, -3.2], 0)
    assert sum(shown) == whole == 50


def test_an_idea_says_that_it_has_no_dates(client_of, vic, make_item, product):
    make_item(state="idea")
    forecast(product)
    assert "gets dates once it is planned" in text_of(client_of(vic).get("/i/PAY-1/"))


def test_a_first_run_has_nothing_to_compare_and_says_so(client_of, vic, make_item, product):
    make_item()
    forecast(product)
    assert "there is no earlier run" in text_of(client_of(vic).get("/i/PAY-1/"))


def test_what_moved_a_date_is_told_step_by_step(client_of, vic, ada, make_item, product, team):
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="3..5..10")
    forecast(product)
    estimate_from_text(item, by=ada, text="30..50..100")
    forecast(product)
    services.explain_forecast(product.forecast_runs.first().pk)
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "since then estimates changed" in page
    assert "Re-estimated" in page
    assert "Passing time" not in page


def test_a_member_adds_an_estimate_without_scripts(client_of, mel, make_item):
    make_item()
    response = client_of(mel).post("/i/PAY-1/estimate/", {"estimate": "3..5..10"})
    assert response.status_code == 302
    assert Estimate.objects.get().by == mel


def test_one_number_keeps_that_its_spread_was_not_typed(client_of, mel, make_item):
    make_item()
    client_of(mel).post("/i/PAY-1/estimate/", {"estimate": "5"})
    assert Estimate.objects.get().one_number


def test_a_range_out_of_order_comes_back_with_a_sentence(client_of, mel, make_item):
    make_item()
    response = client_of(mel).post("/i/PAY-1/estimate/", {"estimate": "9..5..1"})
    assert response.status_code == 422
    assert "Order the range" in text_of(response)
    assert "9..5..1" in text_of(response)


def test_an_estimate_from_the_list_leads_back_to_it(client_of, mel, make_item):
    make_item()
    form = {"estimate": "3", "back": "/p/PAY/items/?team=rails"}
    response = client_of(mel).post("/i/PAY-1/estimate/", form)
    assert response["Location"] == "/p/PAY/items/?team=rails"


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/p/PAY/", "/p/OPS/items/"])
def test_no_form_leads_away_from_the_product(client_of, mel, make_item, back):
    make_item()
    response = client_of(mel).post("/i/PAY-1/estimate/", {"estimate": "3", "back": back})
    assert response["Location"].startswith("/i/PAY-1/")


def test_with_htmx_the_cell_of_the_list_holds_the_new_range(client_of, mel, make_item):
    make_item()
    client = client_of(mel)
    response = client.post(
        "/i/PAY-1/estimate/", {"estimate": "3..5..10", "cell": "1"}, headers={"HX-Request": "true"}
    )
    assert "3–5–10 d" in text_of(response)
    assert "<html" not in text_of(response)


def test_a_range_typed_in_the_list_tells_the_page_that_the_plan_changed(client_of, mel, make_item):
    make_item()
    data, htmx = {"estimate": "3..5..10", "cell": "1"}, {"HX-Request": "true"}
    response = client_of(mel).post("/i/PAY-1/estimate/", data, headers=htmx)
    assert "plan-changed" in response["HX-Trigger"]


def test_with_htmx_a_refused_range_keeps_what_was_typed_in_the_cell(client_of, mel, make_item):
    make_item()
    response = client_of(mel).post(
        "/i/PAY-1/estimate/", {"estimate": "x<b>", "cell": "1"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 422
    assert 'value="x&lt;b&gt;"' in text_of(response)


def test_a_planner_makes_an_item_with_all_its_fields(client_of, ada, product, team):
    form = {
        "title": "Adapter", "state": "planned", "kind": "feature", "crew": "2", "team": team.pk,
        "estimate": "3..5..10", "target_date": "2027-02-26", "owner": ada.person.pk,
    }  # fmt: skip
    response = client_of(ada).post("/p/PAY/items/new/", form)
    assert response["Location"] == "/i/PAY-1/"
    item = Item.objects.get()
    assert (item.crew, item.team, item.owner) == (2, team, ada.person)
    assert item.estimates.count() == 1


def test_a_form_with_errors_keeps_everything_typed(client_of, ada, product):
    form = {"title": "", "kind": "feature", "state": "planned", "crew": "0", "estimate": "3..5"}
    response = client_of(ada).post("/p/PAY/items/new/", form)
    assert response.status_code == 422
    assert 'value="3..5"' in text_of(response)
    assert not Item.objects.exists()


def test_a_pinned_item_needs_its_day(client_of, ada, product):
    form = {"title": "Go", "kind": "feature", "state": "planned", "crew": "1", "pinned": "on"}
    response = client_of(ada).post("/p/PAY/items/new/", form)
    assert response.status_code == 422
    assert "needs the day on which it starts" in text_of(response)


def edit_form(item, **changes) -> dict:
    return {
        "title": item.title,
        "kind": item.kind,
        "crew": item.crew,
        "version": item.version,
    } | changes


def test_a_planner_edits_an_item(client_of, ada, make_item):
    item = make_item(title="Old")
    client_of(ada).post("/i/PAY-1/edit/", edit_form(item, title="New", why="Clearer"))
    item.refresh_from_db()
    assert (item.title, item.version) == ("New", 2)


def test_an_edit_keeps_an_owner_a_team_and_a_component_that_are_not_offered_to_others(
    client_of, ada, make_item, team
):
    ina = Person.objects.create(name="Imported Ina")
    ledger = Component.objects.create(key="ledger", name="Ledger")
    item = make_item(owner=ina, team=team, components=[ledger])
    team.shares.all().delete()
    browser = client_of(ada)
    form = browser.get("/i/PAY-1/edit/").context["form"]
    assert f'<option value="{ina.pk}" selected>' in str(form["owner"])
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value not in (None, False)}
    assert browser.post("/i/PAY-1/edit/", fields | {"title": "New"}).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.owner, item.team) == ("New", ina, team)
    assert list(item.components.all()) == [ledger]


def test_an_edit_of_an_old_version_answers_409_with_theirs_and_mine(client_of, ada, make_item):
    item = make_item(title="Old")
    form = edit_form(item, title="Mine")
    services.edit_item(item, by=ada, version=1, title="Theirs")
    response = client_of(ada).post("/i/PAY-1/edit/", form)
    assert response.status_code == 409
    assert "Theirs" in text_of(response)
    assert "Mine" in text_of(response)
    item.refresh_from_db()
    assert item.title == "Theirs"


def test_mine_can_be_saved_after_a_conflict(client_of, ada, make_item):
    item = make_item(title="Old")
    services.edit_item(item, by=ada, version=1, title="Theirs")
    client_of(ada).post("/i/PAY-1/edit/", edit_form(item, title="Mine", version=2))
    item.refresh_from_db()
    assert item.title == "Mine"


def test_a_circle_of_parents_is_refused_in_the_form(client_of, ada, make_item):
    parent, child = make_item(), make_item()
    services.edit_item(child, by=ada, version=None, parent=parent)
    response = client_of(ada).post("/i/PAY-1/edit/", edit_form(parent, parent="PAY-2"))
    assert response.status_code == 422
    assert "That would be a circle" in text_of(response)


def test_a_parent_of_another_product_is_not_known(client_of, ada, make_item, other_product):
    item = make_item()
    make_item(in_product=other_product)
    response = client_of(ada).post("/i/PAY-1/edit/", edit_form(item, parent="OPS-1"))
    assert response.status_code == 422
    assert "There is no item OPS-1 in this product" in text_of(response)


def test_finishing_keeps_the_typed_person_days(client_of, ada, make_item):
    item = make_item()
    form = {"state": "done", "person_days": "7.5", "version": item.version}
    client_of(ada).post("/i/PAY-1/move/", form)
    assert item.actuals.get().person_days == 7.5
    assert "It took 7.5 person-days" in text_of(client_of(ada).get("/i/PAY-1/"))


def test_a_day_to_come_finishes_nothing(client_of, ada, make_item):
    make_item()
    tomorrow = TODAY + datetime.timedelta(days=1)
    response = client_of(ada).post("/i/PAY-1/move/", {"state": "done", "on": tomorrow})
    assert response.status_code == 422
    assert "That day has not come yet." in text_of(response)


def test_moving_an_old_version_answers_409(client_of, ada, make_item):
    item = make_item()
    services.edit_item(item, by=ada, version=1, title="Theirs")
    response = client_of(ada).post("/i/PAY-1/move/", {"state": "in_progress", "version": 1})
    assert response.status_code == 409


def test_an_item_goes_before_another_one(client_of, ada, make_item):
    for _ in range(3):
        make_item()
    client_of(ada).post("/i/PAY-3/rank/", {"before": "PAY-2"})
    assert list(Item.objects.values_list("key", flat=True)) == ["PAY-1", "PAY-3", "PAY-2"]


@pytest.mark.parametrize(("to", "order"), [("first", "213"), ("last", "132")])
def test_an_item_goes_to_an_end_of_the_order(client_of, ada, make_item, to, order):
    for _ in range(3):
        make_item()
    client_of(ada).post("/i/PAY-2/rank/", {"to": to})
    assert "".join(item.key[-1] for item in Item.objects.all()) == order


def test_a_rank_without_a_place_is_asked_for(client_of, ada, make_item):
    make_item()
    assert client_of(ada).post("/i/PAY-1/rank/", {}).status_code == 422


def test_a_link_says_which_waits_for_which(client_of, ada, make_item):
    make_item(), make_item()
    form = {"way": "waits", "other": "pay-2", "kind": "FS", "lag_days": "3"}
    client_of(ada).post("/i/PAY-1/link/", form)
    link = ItemLink.objects.get()
    assert (link.predecessor.key, link.successor.key, link.lag_days) == ("PAY-2", "PAY-1", 3)


def test_a_circle_of_links_is_refused_on_the_page(client_of, ada, make_item):
    first, second = make_item(), make_item()
    services.link_items(first, second, by=ada)
    form = {"way": "waits", "other": "PAY-2", "kind": "FS"}
    response = client_of(ada).post("/i/PAY-1/link/", form)
    assert response.status_code == 422
    assert "That would be a circle: " in text_of(response)


def test_a_link_is_removed_from_either_end(client_of, ada, make_item):
    link = services.link_items(make_item(), make_item(), by=ada)
    client_of(ada).post(f"/i/PAY-1/unlink/{link.pk}/")
    assert not ItemLink.objects.exists()


def test_a_link_of_other_items_is_not_found_here(client_of, ada, make_item):
    link = services.link_items(make_item(), make_item(), by=ada)
    make_item()
    assert client_of(ada).post(f"/i/PAY-3/unlink/{link.pk}/").status_code == 404


def test_imported_extra_values_are_shown(client_of, vic, make_item):
    make_item(extra={"Customer segment": "merchants"})
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "Customer segment" in page
    assert "merchants" in page


def test_more_links_cost_no_more_queries(
    client_of, vic, ada, make_item, django_assert_max_num_queries
):
    item = make_item()
    for _ in range(6):
        services.link_items(make_item(), item, by=ada)
    client = client_of(vic)
    client.get("/i/PAY-1/")
    with django_assert_max_num_queries(30):
        client.get("/i/PAY-1/")


def test_a_target_in_the_past_is_kept_and_warned_of(client_of, ada):
    words = {"title": "Late", "state": "planned", "kind": "feature", "crew": "1",
             "target_date": "2020-03-03"}  # fmt: skip
    answer = client_of(ada).post("/p/PAY/items/new/", words, follow=True)
    assert Item.objects.get().target_date == datetime.date(2020, 3, 3)
    assert "is in the past" in text_of(answer)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("crew", "0", "At least one person works on an item."),
        ("crew", "51", "At most 50 people work on an item at once."),
        ("target_date", "9999-12-31", "Type a day between 2000 and 2100."),
        ("title", "x" * 301, "Keep it to 300 characters: these are 301."),
        ("estimate", "-1", "An estimate must be more than 0 days."),
        ("estimate", "1..-2..3", "An estimate must be more than 0 days."),
        ("estimate", "5..3", "Two numbers are no range"),
        ("estimate", "5..3..1", "Order the range"),
        ("estimate", "1000000000", "At most 10,000 person-days for one item."),
    ],
)
def test_a_slip_is_refused_in_words_and_stays_in_its_field(client_of, ada, field, value, words):
    typed = {"title": "New", "state": "planned", "kind": "feature", "crew": "1", field: value}
    answer = client_of(ada).post("/p/PAY/items/new/", typed)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert f'value="{value}"' in text_of(answer)


@pytest.mark.parametrize("text", ["3-5-10", "3 - 5 - 10", "0,5..1..2", "3"])
def test_every_way_to_type_a_range_passes(client_of, ada, make_item, text):
    make_item()
    assert client_of(ada).post("/i/PAY-1/estimate/", {"estimate": text}).status_code == 302


def test_a_link_may_name_the_other_item_by_words_of_its_title(client_of, ada, make_item):
    make_item(title="Settle the ledger")
    make_item(title="Pay out")
    words = {"way": "waits", "other": "the ledger", "kind": "FS"}
    client_of(ada).post("/i/PAY-2/link/", words)
    assert ItemLink.objects.get().predecessor.key == "PAY-1"


def test_words_that_several_titles_have_name_no_item(client_of, ada, make_item):
    for title in ("Ledger one", "Ledger two", "Pay out"):
        make_item(title=title)
    words = {"way": "waits", "other": "ledger", "kind": "FS"}
    answer = client_of(ada).post("/i/PAY-3/link/", words)
    assert "Several items have “ledger” in their title." in text_of(answer)


def test_a_failed_forecast_is_told_on_the_page_of_an_item(client_of, vic, make_item, product):
    make_item()
    services.note_failure(
        product.pk,
        ValueError("the plan has a loop"),
        revision=product.revision,
        day=datetime.date.today(),
    )
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "No dates: the forecast could not be computed." in page
    assert "the plan has a loop" in page
    assert "few seconds" not in page


def shown(client_of, user, item) -> str:
    return text_of(client_of(user).get(f"/i/{item.key}/"))


def test_effort_is_what_is_worked_on_over_the_rate_of_a_day(product, ada, make_item, team):
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="4..8..16")
    forecast(product)
    why = item.forecasts.get().why
    assert why["effort"] == pytest.approx(why["work"] / why["rate"])
    assert why["rate"] == pytest.approx(team.focus_share)


def test_why_puts_the_numbers_into_the_formula(client_of, vic, ada, product, make_item, team):
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="4..8..16")
    services.record_team_drag(team, p10=0.2, p50=0.25, p90=0.3)
    forecast(product)
    page = text_of(client_of(vic).get(f"/i/{item.key}/why/"))
    assert "pace at P50 = (1 − 0.250) ÷ (1 − 0.000) = 0.750" in page


def test_a_number_alone_is_shown_and_told_as_one(client_of, vic, ada, make_item, product):
    item = make_item()
    estimate_from_text(item, by=ada, text="5")
    forecast(product)
    page = shown(client_of, vic, item)
    assert "no range given, its spread is assumed" in page
    assert "3–5–" not in page
    assert Change.objects.filter(action="estimated").latest("pk").fields["estimate"][1] == 5


def test_a_huge_range_is_asked_about_once_more(client_of, mel, make_item):
    item = make_item()
    url = f"/i/{item.key}/estimate/"
    asked = client_of(mel).post(url, {"estimate": "1..1..2600"})
    assert asked.status_code == 422
    assert "2,600 person-days are 10 years of one person: really?" in text_of(asked)
    sure = client_of(mel).post(url, {"estimate": "1..1..2600", "sure": "on"})
    assert sure.status_code == 302


def test_a_range_a_hundred_times_wide_is_asked_about(client_of, mel, make_item):
    response = client_of(mel).post(f"/i/{make_item().key}/estimate/", {"estimate": "1..5..101"})
    assert "The high end is 101 times the low one: really?" in text_of(response)


def test_what_is_superseded_does_not_stretch_the_scale(ada, make_item):
    from roadmaps.pages.item import ItemPage
    from roadmaps.pages.item_estimates import estimate_table

    item = make_item()
    for text in ("1..100..9000", "3..5..8"):
        estimate_from_text(item, by=ada, text=text)
    assert estimate_table(ItemPage(item)).most == 8


def test_of_a_parent_the_parts_count(client_of, mel, make_item):
    whole = make_item(title="Whole")
    make_item(title="Part", parent=whole)
    assert "their ranges count, one typed here does not" in shown(client_of, mel, whole)
    listed = text_of(client_of(mel).get("/p/PAY/items/"))
    assert f"/i/{whole.key}/estimate/" not in listed


def test_a_team_without_people_is_told_beside_the_dates(client_of, vic, make_item, team, product):
    team.memberships.all().delete()
    item = make_item(team=team)
    forecast(product)
    assert f"Nobody is recorded in {team.name}" in shown(client_of, vic, item)


def test_a_pinned_day_that_has_passed_is_told(client_of, vic, make_item, team, product):
    past = datetime.date.today() - datetime.timedelta(days=9)
    item = make_item(team=team, not_before=past, pinned=True)
    forecast(product)
    assert "which has passed: it starts now" in shown(client_of, vic, item)


def test_a_target_before_what_it_waits_for_ends_is_told(
    client_of, vic, ada, make_item, team, product
):
    first = make_item(team=team)
    second = make_item(team=team, target_date=datetime.date.today() + datetime.timedelta(days=2))
    estimate_from_text(first, by=ada, text="20..30..40")
    services.link_items(first, second, by=ada)
    forecast(product)
    assert f"{first.key}, which it waits for, ends on" in shown(client_of, vic, second)


def test_while_the_newest_run_is_replayed_the_last_story_stays(
    client_of, vic, ada, make_item, product, team
):
    item = make_item(team=team)
    for text in ("3..5..10", "30..50..100"):
        estimate_from_text(item, by=ada, text=text)
        forecast(product)
    services.explain_forecast(product.forecast_runs.first().pk)
    estimate_from_text(item, by=ada, text="40..60..90")
    forecast(product)
    for page in (f"/i/{item.key}/", "/p/PAY/forecast/"):
        said = text_of(client_of(vic).get(page))
        assert "the newest run is being replayed" in said
        assert "Estimates changed" in said or "Re-estimated" in said
