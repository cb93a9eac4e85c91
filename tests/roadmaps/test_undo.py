"""What a person did to a plan can be taken back, and done again, where nobody else changed it."""

import datetime
import uuid

import pytest
from django.db import Error, transaction
from django.urls import reverse

from roadmaps import services
from roadmaps.models import Actual, Item, ItemLink
from roadmaps.pages.item import ItemPage
from roadmaps.queries import with_effort
from roadmaps.queries.finished import finished_work, history_of
from roadmaps.services.estimates import record_actual
from roadmaps.services.quick import plan_item
from tpm import operations
from tpm.models import Change, Operation, Product

DAY = datetime.date(2027, 3, 9)


@pytest.fixture
def do(product, ada):
    """Do something as one operation of Ada."""

    def run(service, *args, **fields):
        with operations.recorded(product, by=ada, words="Done") as done:
            service(*args, by=ada, **fields)
        return done.operation

    return run


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def test_an_edit_comes_back_and_goes_again(do, ada, make_item, team):
    item = make_item()
    operation = do(services.edit_item, item, version=None, not_before=DAY, team=team)
    operations.undo(operation, by=ada)
    assert (fresh(item).not_before, fresh(item).team) == (None, None)
    operations.redo(operation, by=ada)
    assert (fresh(item).not_before, fresh(item).team) == (DAY, team)


def test_an_undo_is_a_new_line_of_history_and_makes_the_forecast_due(do, ada, make_item, product):
    item = make_item()
    operation = do(services.edit_item, item, version=None, not_before=DAY)
    before = Product.objects.get(pk=product.pk).revision
    operations.undo(operation, by=ada)
    assert Product.objects.get(pk=product.pk).revision == before + 1
    line = Change.objects.filter(action="undone").get()
    assert line.fields == {"not_before": ["2027-03-09", None]}


def test_a_rank_comes_back(do, ada, make_item):
    first, second = make_item(rank=1), make_item(rank=2)
    operation = do(services.rank_item, second, before=first)
    assert fresh(second).rank < 1
    operations.undo(operation, by=ada)
    assert fresh(second).rank == 2


def test_links_come_and_go_with_their_lag(do, ada, make_item):
    first, second = make_item(), make_item()
    made = do(services.link_items, first, second, kind="SS", lag_days=3)
    operations.undo(made, by=ada)
    assert not ItemLink.objects.exists()
    operations.redo(made, by=ada)
    link = ItemLink.objects.get()
    assert (link.kind, link.lag_days) == ("SS", 3)
    removed = do(services.unlink_items, link)
    operations.undo(removed, by=ada)
    assert ItemLink.objects.get().lag_days == 3


def test_a_link_that_would_close_a_loop_by_now_stays_away(do, ada, make_item):
    first, second = make_item(), make_item()
    link = services.link_items(first, second, by=ada)
    removed = do(services.unlink_items, link)
    services.link_items(second, first, by=ada)
    with pytest.raises(operations.Refused, match="circle"):
        operations.undo(removed, by=ada)


def test_a_state_comes_back_with_its_days(do, ada, make_item):
    item = make_item(state="planned")
    operation = do(services.move_item, item, state="done")
    operations.undo(operation, by=ada)
    assert (fresh(item).state, fresh(item).finished_on) == ("planned", None)
    assert fresh(item).moves.last().state == "planned"


def test_what_it_took_goes_and_comes_with_being_done(do, ada, make_item):
    item = make_item(state="planned")
    operation = do(services.move_item, item, state="done", person_days=11)
    operations.undo(operation, by=ada)
    assert ItemPage(fresh(item)).actual is None
    assert with_effort(Item.objects.all()).get(pk=item.pk).took_days is None
    operations.redo(operation, by=ada)
    assert ItemPage(fresh(item)).actual.person_days == 11
    assert [row.source for row in item.actuals.order_by("pk")] == ["typed", "taken_back", "typed"]


def test_finishing_again_after_an_undo_derives_anew_what_it_took(do, ada, make_item, team):
    began = datetime.date.today() - datetime.timedelta(days=14)
    item = make_item(state="in_progress", team=team, on=began)
    operations.undo(do(services.move_item, item, state="done", person_days=99), by=ada)
    services.move_item(fresh(item), by=ada, state="done")
    newest = item.actuals.first()
    assert (newest.source, newest.person_days < 99) == ("derived", True)


def test_nothing_is_learned_from_what_was_taken_back(do, ada, product, make_item):
    item = make_item(state="planned")
    services.estimate_from_text(item, by=ada, text="1..2..4")
    operations.undo(do(services.move_item, item, state="done", person_days=11), by=ada)
    Item.objects.filter(pk=item.pk).update(state="done", finished_on=DAY)
    later = DAY + datetime.timedelta(days=1)
    assert finished_work(product, before=later) == []
    assert history_of(product, before=later)[0] == []


def test_what_it_took_stays_where_somebody_said_it_anew(do, ada, lena, make_item):
    item = make_item(state="planned")
    operation = do(services.move_item, item, state="done", person_days=11)
    record_actual(fresh(item), by=lena, person_days=12)
    with pytest.raises(operations.Refused, match="was said anew since"):
        operations.undo(operation, by=ada)
    assert fresh(item).state == "done"


def test_only_what_is_taken_back_has_no_number(make_item, ada):
    item = make_item()
    with pytest.raises(Error), transaction.atomic():
        Actual.objects.create(item=item, by=ada, source="typed", person_days=None)
    with pytest.raises(Error), transaction.atomic():
        Actual.objects.create(item=item, by=ada, source="taken_back", person_days=3)


def test_what_an_item_took_is_still_append_only(make_item, ada):
    actual = Actual.objects.create(item=make_item(), by=ada, source="typed", person_days=3)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Actual.objects.filter(pk=actual.pk).update(person_days=4)


def test_a_new_item_with_its_estimate_is_dropped_and_brought_back(product, ada):
    with operations.recorded(product, by=ada, words="New") as done:
        item = plan_item(product, by=ada, title="Refunds", estimate="3..5..8")
    operations.undo(done.operation, by=ada)
    assert fresh(item).state == "dropped"
    operations.redo(done.operation, by=ada)
    assert (fresh(item).state, item.estimates.count()) == ("planned", 1)


def test_an_estimate_is_added_anew_as_it_was(do, ada, make_item):
    item = make_item()
    services.estimate_from_text(item, by=ada, text="1..2..4")
    operation = do(services.estimate_from_text, item, text="3..5..8")
    operations.undo(operation, by=ada)
    assert [row.p50_days for row in item.estimates.order_by("pk")] == [2, 5, 2]


def test_a_first_estimate_stays(do, ada, make_item):
    operation = do(services.estimate_from_text, make_item(), text="3..5..8")
    with pytest.raises(operations.Refused, match="first estimate stays"):
        operations.undo(operation, by=ada)


def test_what_somebody_changed_since_is_refused_with_who_it_was(do, ada, lena, make_item):
    item = make_item()
    operation = do(services.edit_item, item, version=None, not_before=DAY)
    services.edit_item(fresh(item), by=lena, version=None, not_before=None)
    with pytest.raises(operations.Refused, match="lena changed the not before of"):
        operations.undo(operation, by=ada)


def test_other_fields_may_have_changed_since(do, ada, lena, make_item):
    item = make_item()
    operation = do(services.edit_item, item, version=None, not_before=DAY)
    services.edit_item(fresh(item), by=lena, version=None, title="Clearer")
    operations.undo(operation, by=ada)
    assert (fresh(item).not_before, fresh(item).title) == (None, "Clearer")


def test_all_steps_or_none(product, ada, lena, make_item):
    first, second = make_item(), make_item()
    with operations.recorded(product, by=ada, words="Both") as done:
        for item in (first, second):
            services.edit_item(item, by=ada, version=None, not_before=DAY)
    services.edit_item(fresh(first), by=lena, version=None, not_before=None)
    with pytest.raises(operations.Refused):
        operations.undo(done.operation, by=ada)
    assert fresh(second).not_before == DAY


def test_something_new_ends_what_could_be_done_again(do, product, ada, make_item):
    item = make_item()
    operations.undo(do(services.edit_item, item, version=None, not_before=DAY), by=ada)
    do(services.edit_item, fresh(item), version=None, title="Other")
    assert operations.next_redo(product, ada) is None


@pytest.mark.thorough
def test_the_last_fifty_are_kept(do, make_item):
    item = make_item()
    for number in range(operations.KEPT + 3):
        do(services.edit_item, fresh(item), version=None, title=f"Title {number}")
    assert Operation.objects.count() == operations.KEPT


def test_nothing_done_is_no_operation(do, make_item):
    item = make_item()
    assert do(services.edit_item, item, version=None, title=item.title) is None


def test_the_same_request_counts_once(product, ada, make_item):
    item, once = make_item(), uuid.uuid4()
    with operations.recorded(product, by=ada, words="Done", once=once):
        services.edit_item(item, by=ada, version=None, not_before=DAY)
    assert operations.done_once(ada, once).words == "Done"


def test_a_long_name_is_said_again_in_short(client_of, ada, product, make_item):
    item, title = make_item(), "A very long title of an item " * 6
    with operations.recorded(product, by=ada, words=f"{item.key} {title.strip()}"):
        services.edit_item(item, by=ada, version=None, not_before=DAY)
    page = client_of(ada).post(reverse("tpm:undo", args=[product.key]), follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told[0].startswith(f"Undone: {item.key} A very long title")
    assert told[0].endswith("…")
    assert len(told[0]) < 105


def test_the_page_undoes_and_redoes_the_newest(client_of, ada, product, do, make_item):
    item = make_item()
    do(services.edit_item, item, version=None, not_before=DAY)
    browser = client_of(ada)
    page = browser.post(reverse("tpm:undo", args=[product.key]), follow=True)
    assert "Undone: Done" in page.content.decode()
    assert fresh(item).not_before is None
    page = browser.post(reverse("tpm:redo", args=[product.key]), follow=True)
    assert "Done again: Done" in page.content.decode()
    assert fresh(item).not_before == DAY
    answer = browser.post(reverse("tpm:redo", args=[product.key]), follow=True)
    assert "There is nothing to do again." in answer.content.decode()


def test_a_script_gets_words_and_the_way_back(client_of, ada, product, do, make_item):
    operation = do(services.edit_item, make_item(), version=None, not_before=DAY)
    browser, json = client_of(ada), {"Accept": "application/json"}
    answer = browser.post(reverse("tpm:undo", args=[product.key]), headers=json)
    assert answer.json()["words"] == "Undone: Done"
    assert not answer.json()["undo"]
    assert answer.json()["undone"] == reverse("tpm:undo-one", args=["PAY", operation.pk])
    answer = browser.post(reverse("tpm:undo", args=[product.key]), headers=json)
    assert (answer.status_code, answer.json()["words"]) == (409, "There is nothing to undo.")


def test_nobody_undoes_what_somebody_else_did(client_of, lena, product, do, make_item):
    operation = do(services.edit_item, make_item(), version=None, not_before=DAY)
    address = reverse("tpm:undo-one", args=[product.key, operation.pk])
    assert client_of(lena).post(address).status_code == 404


def test_whoever_may_no_longer_plan_undoes_nothing(client_of, ada, product, do, make_item):
    do(services.edit_item, make_item(), version=None, not_before=DAY)
    ada.person.roles.update(level="member")
    assert client_of(ada).post(reverse("tpm:undo", args=[product.key])).status_code == 403
