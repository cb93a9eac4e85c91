"""Many debt items at once over REST: the rules, refusals, job and one undo of the page."""

import json

import pytest
from django.test.utils import CaptureQueriesContext

from debt import bulk_jobs, services
from debt.models import DebtItem
from tpm import history
from tpm.models import Job, Operation

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-bulk/"


def fresh(item: DebtItem) -> DebtItem:
    return DebtItem.objects.get(pk=item.pk)


def picks(*items) -> list[dict]:
    return [{"key": item.key, "version": item.version} for item in items]


@pytest.fixture
def ask(api):
    def go(user, do, value, *items, dry=False, **more):
        body = {"product": "PAY", "do": do, "value": value}
        if items:
            body["items"] = picks(*items)
        sent = json.dumps(body | more)  # escaped, so that it holds what UTF-8 cannot
        return api(user).post(URL + "?dry_run=1" * dry, sent, content_type="application/json")

    return go


def test_a_dry_run_says_what_changes_and_what_does_not_and_writes_nothing(ask, mel, make_debt):
    first, second = make_debt(), make_debt(tags=["arch"])
    told = ask(mel, "tag", ["arch"], first, second, dry=True)
    assert told.status_code == 200
    assert told.json() == {
        "words": "1 item changes, 1 stays as it is.",
        "changed": [{"item": first.key, "before": "none", "after": "arch"}],
        "refused": [{"item": second.key, "why": "it is so already"}],
        "rows": 2,
        "untried": 0,
        "operation": None,
    }
    assert fresh(first).tags == []
    assert not Operation.objects.exists()


def test_a_change_is_one_operation_that_one_undo_takes_back(ask, api, mel, make_debt):
    items = [make_debt(), make_debt()]
    told = ask(mel, "tag", "arch, api", *items).json()
    assert told["words"] == "2 debt items are tagged arch, api."
    assert {tuple(fresh(item).tags) for item in items} == {("arch", "api")}
    assert history.changes_of(items[0]).first().door == "api"
    undo = api(mel).post(f"/api/v1/operations/{told['operation']}/undo/")
    assert undo.status_code == 200
    assert undo.json()["undone_at"]
    assert {tuple(fresh(item).tags) for item in items} == {()}
    again = api(mel).post(f"/api/v1/operations/{told['operation']}/undo/")
    assert again.status_code == 409
    assert "is undone already" in again.json()["error"][0]
    redo = api(mel).post(f"/api/v1/operations/{told['operation']}/redo/")
    assert redo.json()["undone_at"] is None
    assert {tuple(fresh(item).tags) for item in items} == {("arch", "api")}


def test_rows_are_named_as_items_name_them(ask, mel, billing, make_debt, make_team, product):
    item, other = make_debt(), make_team(product, name="Pay", slug="pay")
    for do, value, row in (
        ("owner", mel.person.pk, mel.person),
        ("component", "billing", billing),
        ("team", "pay", other),
        ("team", None, None),
        ("size", "L", "L"),
    ):
        answer = ask(mel, do, value, fresh(item))
        assert answer.status_code == 200, answer.json()
        assert getattr(fresh(item), do) == row


def test_a_row_that_moved_on_is_refused_and_the_others_change(ask, mel, ada, make_debt):
    first, second = make_debt(), make_debt()
    services.change_item(fresh(first), by=ada, version=None, tags=["theirs"])
    told = ask(mel, "tag", "mine", first, second).json()
    assert [row["item"] for row in told["changed"]] == [second.key]
    assert "changed it meanwhile" in told["refused"][0]["why"]
    assert fresh(first).tags == ["theirs"]


def test_a_state_needs_its_reason_and_its_role(ask, mel, lena, make_debt):
    item = make_debt()
    assert ask(lena, "state", "not_debt", item).json() == {"why": ["Say why."]}
    told = ask(mel, "state", "not_debt", item, why="By design.").json()
    assert told["refused"] == [{"item": item.key, "why": "Not debt is for a lead to say."}]
    assert told["operation"] is None
    ask(lena, "state", "not_debt", item, why="By design.")
    assert fresh(item).state == "not_debt"


def test_all_that_match_are_meant_where_it_is_asked_for(ask, mel, make_debt):
    make_debt(title="Slow search"), make_debt(title="Other"), make_debt(title="Search again")
    dry = ask(mel, "tag", "find", matching="q=search", dry=True).json()
    ask(mel, "tag", "find", matching="q=search", expected=dry["rows"])
    tagged = [item.title for item in DebtItem.objects.order_by("pk") if item.tags]
    assert tagged == ["Slow search", "Search again"]


@pytest.mark.parametrize(
    ("matching", "sentence"),
    [
        ("titel=old", "The register has no titel: tab, order, team, component, tag or q."),
        ("?q=old", "The register has no ?q"),
        ("q=old&page=2", "The register has no page"),
        ("tagg", "The register has no tagg"),
        ("tab=frist", "tab cannot be frist."),
        ("view=12", "view cannot be 12."),
        ("order=nett", "order cannot be nett."),
        ("tab=first&view=closed", "view cannot be closed."),
        ("q=old&q=new", "q stands there twice."),
        (f"tag={'x' * 41}", "tag cannot be"),
        ("q=a%00b", "q cannot be"),
    ],
)
def test_an_address_that_the_register_does_not_know_changes_nothing(
    ask, mel, make_debt, matching, sentence
):
    item = make_debt()
    for dry in (True, False):
        answer = ask(mel, "state", "paid", matching=matching, expected=1, dry=dry)
        assert answer.status_code == 400
        assert sentence in answer.json()["matching"][0]
    assert fresh(item).state == "open"


def test_all_that_match_change_only_as_many_as_were_expected(ask, mel, make_debt):
    item = make_debt()
    unsaid = ask(mel, "tag", "arch", matching="")
    assert (unsaid.status_code, unsaid.json()) == (
        400, {"expected": ["Say how many are meant by that: now 1."]},
    )  # fmt: skip
    make_debt()
    for dry in (True, False):
        moved = ask(mel, "tag", "arch", matching="", expected=1, dry=dry)
        assert moved.status_code == 409
        assert moved.json()["error"] == ["By now 2 are meant by that, not 1."]
    assert fresh(item).tags == []
    assert ask(mel, "tag", "arch", matching="tab=&order=net", expected=2).status_code == 200
    assert fresh(item).tags == ["arch"]


def test_more_rows_than_can_change_at_once_are_refused_and_not_left_out(
    ask, mel, make_debt, monkeypatch
):
    items = [make_debt(), make_debt()]
    for module in ("debt.api.bulk", "tpm.bulk_api", "tpm.bulk_pages"):
        monkeypatch.setattr(f"{module}.MOST", 1)
    sentence = "At most 1 rows change at once: filter the list."
    answer = ask(mel, "tag", "arch", matching="", expected=1)
    assert (answer.status_code, answer.json()) == (400, {"matching": [sentence]})
    named = ask(mel, "tag", "arch", *items)
    assert (named.status_code, named.json()) == (400, {"items": [sentence]})


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
@pytest.mark.parametrize("do", ["team", "component", "owner", "tag", "untag", "size", "state"])
def test_a_value_that_no_database_holds_is_refused(ask, mel, make_debt, do, value):
    item = make_debt()
    for sent in (value, [value]):
        answer = ask(mel, do, sent, item, why="x")
        assert answer.status_code == 400
        assert set(answer.json()) == {"value"}
    assert ask(mel, do, 10**30, item, why="x").status_code in (200, 400)


def test_a_list_of_tags_holds_texts(ask, mel, make_debt):
    item = make_debt()
    for value in ([{"a": 1}], [None], [True], [["arch"]]):
        answer = ask(mel, "tag", value, item)
        assert (answer.status_code, answer.json()) == (
            400, {"value": ["Give a text or a number."]},
        )  # fmt: skip


def test_a_product_is_named_by_a_text_that_a_database_holds(ask, mel, make_debt):
    item = make_debt()
    assert ask(mel, "tag", "x", item, product="\ud800").status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, "items", "one of the two"),
        ({"items": [], "matching": ""}, "items", "one of the two"),
        ({"items": []}, "items", "No item is meant"),
        ({"items": [{"key": "PAY-D9", "version": 1}]}, "items", "There is no PAY-D9 here."),
        ({"items": [{"key": "PAY-D1", "version": 1}] * 2}, "items", "PAY-D1 stands there twice."),
        ({"items": [{"key": "PAY-D1"}]}, "items", "required"),
        ({"do": "title"}, "do", "not a valid choice"),
        ({"do": "team", "value": "nobody", "matching": ""}, "value", "There is no team nobody"),
        ({"do": "owner", "value": "12345", "matching": ""}, "value", "Select a valid choice"),
        ({"do": "state", "value": "planned", "matching": ""}, "value", "Select a valid choice"),
        ({"value": {"a": 1}, "matching": ""}, "value", "Give a text or a number."),
        ({"value": "two words", "matching": ""}, "value", "is no tag"),
        ({"value": None, "matching": ""}, "value", "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_at_its_field(api, mel, make_debt, body, field, sentence):
    make_debt(scored=False)
    sent = {"product": "PAY", "do": "tag", "value": "x", "expected": 1} | body
    answer = api(mel).post(URL, sent, format="json")
    assert answer.status_code == 400
    assert sentence in str(answer.json()[field])


def test_debt_of_another_product_is_not_there(ask, mel, make_debt, other_product):
    theirs = make_debt(other_product, team=None)
    answer = ask(mel, "tag", "mine", theirs)
    assert answer.json() == {"items": [f"There is no {theirs.key} here."]}


def test_very_many_are_a_job_that_is_one_operation(ask, api, mel, make_debt, monkeypatch):
    monkeypatch.setattr("tpm.bulk_jobs.AT_ONCE", 1)
    items = [make_debt(), make_debt(tags=["arch"]), make_debt()]
    dry = ask(mel, "tag", "arch", *items, dry=True).json()
    assert (len(dry["changed"]), dry["untried"]) == (1, 2)
    answer = ask(mel, "tag", "arch", *items)
    assert answer.status_code == 202
    bulk_jobs.run(answer.json()["job"])
    done = api(mel).get(answer.json()["address"]).json()
    assert (done["state"], done["report"]["changed"]) == ("done", 2)
    assert done["report"]["why they were left"] == [
        {"item": items[1].key, "why": "it is so already"}
    ]
    assert history.changes_of(items[0]).first().door == "api"
    (operation,) = api(mel).get("/api/v1/operations/", {"product": "PAY"}).json()["results"]
    assert operation["job"] == done["job"]
    api(mel).post(f"/api/v1/operations/{operation['id']}/undo/")
    assert [fresh(item).tags for item in items] == [[], ["arch"], []]


def test_a_long_undo_is_the_workers(ask, api, mel, make_debt, monkeypatch):
    told = ask(mel, "tag", "arch", make_debt(), make_debt()).json()
    monkeypatch.setattr("tpm.undo_jobs.AT_ONCE", 1)
    answer = api(mel).post(f"/api/v1/operations/{told['operation']}/undo/")
    assert answer.status_code == 202
    assert Job.objects.get(pk=answer.json()["job"]).kind == "undo"
    second = api(mel).post(f"/api/v1/operations/{told['operation']}/undo/")
    assert second.status_code == 409


def test_nobody_takes_back_what_another_did(ask, api, mel, ada, make_debt):
    told = ask(mel, "tag", "arch", make_debt()).json()
    assert api(ada).post(f"/api/v1/operations/{told['operation']}/undo/").status_code == 404
    assert api(ada).get("/api/v1/operations/").json()["results"] == []


def test_a_job_can_be_ended_by_whoever_asked_for_it(ask, api, mel, vic, make_debt, monkeypatch):
    monkeypatch.setattr("tpm.bulk_jobs.AT_ONCE", 0)
    address = ask(mel, "tag", "arch", make_debt()).json()["address"]
    assert api(vic).post(f"{address}cancel/").status_code == 403
    assert api(mel).post(f"{address}cancel/").json()["state"] == "cancelled"


def test_jobs_are_listed_in_a_fixed_number_of_queries(ask, api, mel, make_debt, monkeypatch):
    from django.db import connection

    monkeypatch.setattr("tpm.bulk_jobs.AT_ONCE", 0)
    item, counts = make_debt(), []
    for _ in range(2):
        ask(mel, "tag", "arch", item)
        with CaptureQueriesContext(connection) as asked:
            found = api(mel).get("/api/v1/jobs/", {"kind": "debt bulk edit"}).json()["results"]
        counts.append((len(found), len(asked)))
    assert [count for count, _ in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]
