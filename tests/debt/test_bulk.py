"""Many debt items at once: preview, one transaction, one undo, refusals row by row."""

import pytest

from debt import bulk_jobs, services
from debt.bulk_jobs import WAY
from debt.models import DebtItem, TeamLedger
from tpm import history, operations
from tpm.bulk import BulkChange
from tpm.models import Component, Job, Operation

pytestmark = pytest.mark.django_db
LIST, BULK = "/p/PAY/debt/", "/p/PAY/debt/bulk/"


def fresh(item: DebtItem) -> DebtItem:
    return DebtItem.objects.get(pk=item.pk)


def picks(*items) -> list[str]:
    return [f"{item.key}:{item.version}" for item in items]


def apply(browser, do, value, *items, **more):
    data = {"item": picks(*items), "do": do, "value": value, "step": "apply"}
    return browser.post(BULK, data | more)


@pytest.fixture
def component(product):
    found = Component.objects.create(key="billing", name="Billing")
    found.products.add(product)
    return found


def test_more_rows_than_can_change_at_once_are_told_and_not_left_out(
    make_debt, client_of, mel, monkeypatch
):
    items = [make_debt(), make_debt()]
    for module in ("debt.views.bulk", "tpm.bulk_pages"):
        monkeypatch.setattr(f"{module}.MOST", 1)
    data = {"every": "1", "back": "", "do": "tag", "value": "find", "step": "apply"}
    page = client_of(mel).post(BULK, data, follow=True)
    assert "At most 1 rows change at once: filter the list." in page.content.decode()
    assert [fresh(item).tags for item in items] == [[], []]


def test_the_register_has_a_box_with_the_version_of_each_row(make_debt, client_of, mel, vic):
    item = make_debt()
    box = f'name="item" value="{item.key}:{item.version}"'
    assert box in client_of(mel).get(LIST).content.decode()
    seen = client_of(vic).get(LIST).content.decode()
    assert box not in seen
    assert 'id="bulk"' not in seen


def test_a_preview_writes_nothing_and_names_what_stays(make_debt, client_of, mel, component):
    items = [make_debt(), make_debt(component=component)]
    data = {"item": picks(*items), "do": "component", "value": component.pk}
    page = client_of(mel).post(BULK, data).content.decode()
    assert "1 item changes, 1 stays as it is." in page
    assert "it is so already" in page
    assert fresh(items[0]).component is None


def test_a_reason_is_kept_in_the_history_of_each_item_whatever_is_changed(
    make_debt, client_of, mel, make_team, product
):
    items = [make_debt(), make_debt()]
    changes = {"size": "L", "tag": "slow", "team": make_team(product).pk, "state": "paid"}
    for do, value in changes.items():
        why = f"we looked at the {do} together"
        apply(client_of(mel), do, value, *map(fresh, items), why=why)
        for item in items:
            assert history.changes_of(item).filter(why=why).exists(), do


def test_owner_component_and_team_change_all_at_once(
    make_debt, client_of, mel, component, make_team, product
):
    items, other = [make_debt(), make_debt()], make_team(product)
    browser = client_of(mel)
    for do, row in (("owner", mel.person), ("component", component), ("team", other)):
        assert apply(browser, do, row.pk, *map(fresh, items)).status_code == 302
        assert {getattr(fresh(item), do) for item in items} == {row}


def test_a_size_takes_the_place_of_typed_days(make_debt, client_of, mel):
    item = make_debt()
    apply(client_of(mel), "size", "L", item)
    assert (fresh(item).size, fresh(item).principal) == ("L", None)


def test_tags_are_added_and_taken_away(make_debt, client_of, mel):
    items = [make_debt(tags=["old"]), make_debt(tags=["arch", "old"])]
    apply(client_of(mel), "tag", "#Arch, api", *items)
    assert [fresh(item).tags for item in items] == [["old", "arch", "api"], ["arch", "old", "api"]]
    apply(client_of(mel), "untag", "old", *map(fresh, items))
    assert [fresh(item).tags for item in items] == [["arch", "api"], ["arch", "api"]]


def test_what_is_no_tag_comes_back_with_a_sentence(make_debt, client_of, mel):
    answer = apply(client_of(mel), "tag", "two words", make_debt())
    assert answer.status_code == 422
    assert "is no tag" in answer.content.decode()


def test_triage_says_not_debt_of_many_and_one_undo_takes_it_back(make_debt, client_of, lena):
    items = [make_debt(), make_debt()]
    assert apply(client_of(lena), "state", "not_debt", *items).status_code == 422
    apply(client_of(lena), "state", "not_debt", *items, why="By design.")
    assert {fresh(item).state for item in items} == {"not_debt"}
    assert {history.changes_of(item).first().why for item in items} == {"By design."}
    operations.undo(Operation.objects.get(), by=lena)
    assert {(fresh(item).state, fresh(item).closed_on) for item in items} == {("open", None)}


def test_an_undone_acceptance_has_its_day_and_its_ceiling_again(make_debt, client_of, lena):
    item = make_debt()
    services.accept_until(
        item, by=lena, version=None, until=None, trigger="A sale", ceiling=9, why="Later."
    )
    apply(client_of(lena), "state", "paid", fresh(item))
    assert (fresh(item).state, fresh(item).accepted_ceiling_days) == ("paid", None)
    operations.undo(Operation.objects.get(), by=lena)
    back = fresh(item)
    assert (back.state, back.accepted_trigger, back.accepted_ceiling_days) == (
        "accepted", "A sale", 9,
    )  # fmt: skip


def test_a_member_is_told_what_is_for_a_lead_to_say(make_debt, client_of, mel):
    item = make_debt()
    data = {"item": picks(item), "do": "state", "value": "not_debt", "why": "By design."}
    page = client_of(mel).post(BULK, data).content.decode()
    assert "Not debt is for a lead to say." in page
    apply(client_of(mel), "state", "not_debt", item, why="By design.")
    assert fresh(item).state == "open"


def test_planned_debt_stays_for_its_page(make_debt, client_of, ada, lena):
    item = make_debt()
    services.plan_it(item, by=ada, version=None)
    answer = apply(client_of(lena), "state", "paid", fresh(item))
    assert answer.status_code == 302
    assert fresh(item).state == "planned"
    assert not Operation.objects.filter(by=lena).exists()


def test_a_row_that_moved_on_is_refused_and_the_others_change(make_debt, client_of, mel, ada):
    first, second = make_debt(), make_debt()
    seen = picks(first, second)
    services.change_item(fresh(first), by=ada, version=None, tags=["theirs"])
    data = {"item": seen, "do": "tag", "value": "mine", "step": "apply"}
    page = client_of(mel).post(BULK, data, follow=True).content.decode()
    assert (fresh(first).tags, fresh(second).tags) == (["theirs"], ["mine"])
    assert "changed it meanwhile" in page


def test_all_that_match_are_meant_where_it_is_asked_for(make_debt, client_of, mel):
    make_debt(title="Slow search"), make_debt(title="Other"), make_debt(title="Search again")
    data = {"every": "1", "back": "q=search", "do": "tag", "value": "find", "step": "apply"}
    client_of(mel).post(BULK, data)
    tagged = [item.title for item in DebtItem.objects.order_by("pk") if item.tags]
    assert tagged == ["Slow search", "Search again"]


def test_debt_of_another_product_is_not_touched(make_debt, client_of, mel, other_product):
    theirs = make_debt(other_product, team=None)
    apply(client_of(mel), "tag", "mine", theirs)
    assert fresh(theirs).tags == []


def test_the_scores_of_both_teams_become_due(make_debt, client_of, mel, make_team, product, team):
    item, other = make_debt(), make_team(product)
    before = TeamLedger.objects.get(team=team).revision
    apply(client_of(mel), "team", other.pk, item)
    assert TeamLedger.objects.get(team=team).revision > before
    assert TeamLedger.objects.get(team=other).revision > 1


def test_very_many_are_a_job_that_is_one_operation(make_debt, product, client_of, mel, monkeypatch):
    monkeypatch.setattr("tpm.bulk_jobs.AT_ONCE", 1)
    monkeypatch.setattr("tpm.bulk_jobs.STEP", 1)
    items = [make_debt(), make_debt(tags=["arch"]), make_debt()]
    answer = apply(client_of(mel), "tag", "arch", *items)
    job = Job.objects.get(kind=bulk_jobs.KIND)
    assert answer.url == f"/jobs/{job.pk}/"
    bulk_jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["changed"], job.report["left as they were"]) == ("done", 2, 1)
    assert Operation.objects.get().words == "2 debt items are tagged arch."
    operations.undo(Operation.objects.get(), by=mel)
    assert [fresh(item).tags for item in items] == [[], ["arch"], []]


def test_a_rehearsal_leaves_nothing_behind(make_debt, product, mel, team):
    item = make_debt()
    before = TeamLedger.objects.get(team=team).revision
    WAY.rehearse(product, [(item, None)], BulkChange("tag", ["arch"]), by=mel)
    assert TeamLedger.objects.get(team=team).revision == before
    assert fresh(item).tags == []
    assert fresh(item).version == 1
