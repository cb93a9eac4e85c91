"""Many items at once: preview, one transaction, one undo, refusals row by row."""

import datetime

import pytest

from roadmaps import bulk_jobs, services
from roadmaps.forms.bulk import BulkForm
from roadmaps.models import Item
from roadmaps.services.bulk import BulkChange, after_workdays, change_items, rehearse
from tpm import history, jobs, operations
from tpm.models import Job, Operation

BULK = "/p/PAY/items/bulk/"
LIST = "/p/PAY/items/"


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def picks(*items) -> list[str]:
    return [f"{item.key}:{item.version}" for item in items]


def test_the_list_has_a_box_with_the_version_of_each_row(client_of, ada, make_item):
    item = make_item()
    page = client_of(ada).get(LIST).content.decode()
    assert f'name="item" value="{item.key}:{item.version}"' in page


def test_a_viewer_selects_nothing(client_of, vic, make_item):
    make_item()
    page = client_of(vic).get(LIST).content.decode()
    assert 'name="item"' not in page
    assert 'id="bulk"' not in page


def test_a_preview_writes_nothing(client_of, ada, make_item, team):
    items = [make_item(), make_item()]
    data = {"item": picks(*items), "do": "team", "value": team.pk}
    page = client_of(ada).post(BULK, data).content.decode()
    assert "2 items change." in page
    assert [fresh(item).team for item in items] == [None, None]


def test_a_preview_names_what_stays_and_why(client_of, ada, make_item, team):
    items = [make_item(), make_item(team=team)]
    data = {"item": picks(*items), "do": "team", "value": team.pk}
    page = client_of(ada).post(BULK, data).content.decode()
    assert "1 item changes, 1 stays as it is." in page
    assert "it is so already" in page


@pytest.mark.parametrize(
    ("do", "value", "field"),
    [
        ("kind", "bet", "kind"),
        ("horizon", "next", "horizon"),
        ("state", "in_progress", "state"),
        ("target_date", "2027-03-01", "target_date"),
        ("not_before", "2027-03-01", "not_before"),
    ],
)
def test_every_field_changes_all_at_once(client_of, ada, make_item, do, value, field):
    items = [make_item(), make_item()]
    data = {"items": " ".join(picks(*items)), "do": do, "value": value, "step": "apply"}
    assert client_of(ada).post(BULK, data).status_code == 302
    assert {str(getattr(fresh(item), field)) for item in items} == {value}


def test_all_that_was_changed_is_one_operation_that_undo_takes_back(client_of, ada, make_item):
    items = [make_item(), make_item()]
    data = {"item": picks(*items), "do": "drop", "step": "apply"}
    client_of(ada).post(BULK, data)
    operations.undo(Operation.objects.get(), by=ada)
    assert {fresh(item).state for item in items} == {"planned"}


def test_every_item_has_its_line_of_history(client_of, ada, make_item):
    items = [make_item(), make_item()]
    data = {"item": picks(*items), "do": "kind", "value": "bet", "step": "apply", "why": "Sorted"}
    client_of(ada).post(BULK, data)
    assert {history.changes_of(item).first().why for item in items} == {"Sorted"}


def test_a_row_that_moved_on_is_refused_and_the_others_change(client_of, ada, lena, make_item):
    first, second = make_item(), make_item()
    seen = picks(first, second)
    services.edit_item(first, by=lena, version=None, kind="debt")
    data = {"item": seen, "do": "kind", "value": "bet", "step": "apply"}
    page = client_of(ada).post(BULK, data, follow=True).content.decode()
    assert (fresh(first).kind, fresh(second).kind) == ("debt", "bet")
    assert "Lena changed it meanwhile" in page or "lena changed it meanwhile" in page
    assert "kind: debt" in page


def test_what_a_refused_item_noted_is_no_step_of_the_operation(product, ada, make_item, team):
    good, bad = make_item(), make_item()
    services.edit_item(bad, by=ada, version=None, not_before=datetime.date(2027, 3, 1), pinned=True)
    change = BulkChange("not_before", None)
    _, done = change_items(product, [(good, None), (bad, None)], change, by=ada)
    assert done.operation is None
    assert fresh(bad).not_before is not None


def test_dates_shift_by_working_days(product, ada, make_item):
    item = make_item(target_date=datetime.date(2027, 3, 5), not_before=datetime.date(2027, 3, 1))
    change_items(product, [(item, None)], BulkChange("shift", 6), by=ada)
    moved = fresh(item)
    assert moved.target_date == datetime.date(2027, 3, 15)
    assert moved.not_before == datetime.date(2027, 3, 9)


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [("2027-03-05", 1, "2027-03-08"), ("2027-03-08", -1, "2027-03-05"),
     ("2027-03-06", 5, "2027-03-15"), ("2027-03-03", -5, "2027-02-24")],
)  # fmt: skip
def test_a_shift_lands_on_a_working_day(day, n, then):
    moved = after_workdays(datetime.date.fromisoformat(day), n)
    assert moved == datetime.date.fromisoformat(then)


def test_a_rehearsal_leaves_no_revision_behind(product, ada, make_item):
    item = make_item()
    product.refresh_from_db()
    before = product.revision
    rehearse(product, [(item, None)], BulkChange("kind", "bet"), by=ada)
    product.refresh_from_db()
    assert product.revision == before


def test_all_that_match_are_meant_where_it_is_asked_for(client_of, ada, make_item):
    make_item(title="Refunds"), make_item(title="Wallets")
    data = {"every": "1", "back": "q=refunds", "do": "kind", "value": "bet", "step": "apply"}
    client_of(ada).post(BULK, data)
    assert list(Item.objects.filter(kind="bet").values_list("title", flat=True)) == ["Refunds"]


def test_items_of_another_product_are_not_touched(client_of, ada, make_item, other_product):
    theirs = make_item(in_product=other_product)
    data = {"item": picks(theirs), "do": "drop", "step": "apply"}
    client_of(ada).post(BULK, data)
    assert fresh(theirs).state == "planned"


def test_another_products_team_is_no_choice(client_of, ada, make_item, make_team, other_product):
    team = make_team(other_product)
    data = {"item": picks(make_item()), "do": "team", "value": team.pk, "step": "apply"}
    assert client_of(ada).post(BULK, data).status_code == 422


def test_nothing_selected_is_said(client_of, ada, make_item):
    make_item()
    page = client_of(ada).post(BULK, {"do": "drop"}, follow=True).content.decode()
    assert "Select rows first" in page


def test_very_many_are_a_job(client_of, ada, make_item, monkeypatch):
    monkeypatch.setattr("tpm.bulk_jobs.AT_ONCE", 1)
    items = [make_item(), make_item()]
    data = {"item": picks(*items), "do": "kind", "value": "bet", "step": "apply"}
    answer = client_of(ada).post(BULK, data)
    assert answer.url == f"/jobs/{Job.objects.get().pk}/"


def test_a_job_is_one_operation_whatever_its_steps(product, ada, make_item, monkeypatch):
    monkeypatch.setattr("tpm.bulk_jobs.STEP", 1)
    items = [make_item(), make_item(), make_item(kind="bet")]
    picked = [(item.key, item.version) for item in items]
    data = {"do": "kind", "value": "bet", "why": ""}
    job = bulk_jobs.start(product, picked, data, by=ada)
    bulk_jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["changed"], job.report["left as they were"]) == ("done", 2, 1)
    assert Operation.objects.get().words == "2 items: kind is Bet now."
    operations.undo(Operation.objects.get(), by=ada)
    assert fresh(items[0]).kind == "feature"


def test_a_job_whose_choice_is_gone_is_refused(product, ada, make_item, make_team):
    job = bulk_jobs.start(
        product, [(make_item().key, 1)], {"do": "team", "value": 10**9, "why": ""}, by=ada
    )
    bulk_jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_shift_by_nothing_is_refused(product):
    form = BulkForm({"do": "shift", "value": "0"}, product=product)
    assert "By 0 days nothing moves." in form.errors["value"]


def test_jobs_that_were_cancelled_keep_what_was_done(product, ada, make_item):
    item = make_item()
    job = bulk_jobs.start(product, [(item.key, 1)], {"do": "drop", "why": ""}, by=ada)
    jobs.cancel(job)
    bulk_jobs.run(job.pk)
    assert fresh(item).state == "planned"
